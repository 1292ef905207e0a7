//! Where a run goes, and whether that is where it went before.

use super::work::BatchWork;
use crate::{
    cli::{PutOptions, Target},
    report::{Place, Problem},
    run::{
        Reached,
        run_folder::{Plan, PlanHeader},
        without_login,
    },
    types::{Escaped, StoreName},
};

/// Where a run goes.
pub(super) struct RunPlace {
    pub(super) store: String,
    pub(super) region: String,
    pub(super) endpoint: Option<String>,
}

impl RunPlace {
    pub(super) fn of(reached: &Reached) -> Self {
        Self {
            store: reached.store.to_string(),
            region: reached.connection.region().to_owned(),
            endpoint: endpoint_of(reached),
        }
    }
}

/// The same as far as it can be told without a connection.
pub(super) fn same_store(work: &BatchWork, how: &PutOptions) -> Result<(), Problem> {
    let (Some(plan), Some(store)) = (&work.earlier, &how.target.store) else { return Ok(()) };
    let (then, now) = (&plan.header.store, store.id().as_str());
    let regions = store.region().map(str::to_owned).into_iter();
    let regions = regions.chain(
        ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().filter_map(|name| std::env::var(name).ok()),
    );
    let region = regions.take(1).find(|region| *region != plan.header.region);
    if then != now {
        return Err(other_place("store", Some(then), Some(&now.to_owned())));
    }
    region.map_or(Ok(()), |now| Err(other_place("region", Some(&plan.header.region), Some(&now))))
}

/// The store of a plan, unless another is asked for.
pub(super) fn planned_target(plan: &Plan, target: &Target) -> Target {
    let planned = plan.header.store.parse().ok().map(StoreName::Id);
    let Target { store, sandbox } = target;
    let store = store.clone().or(planned.filter(|_| sandbox.is_none()));
    Target { store, sandbox: sandbox.clone() }
}

/// Refuses a run that was planned for another destination.
pub(super) fn same_destination(plan: Option<&Plan>, reached: &Reached) -> Result<(), Problem> {
    let Some(plan) = plan else { return Ok(()) };
    let PlanHeader { store, region, endpoint, .. } = &plan.header;
    let now = endpoint_of(reached);
    let found = [
        ("store", Some(store), Some(reached.store.to_string())),
        ("region", Some(region), Some(reached.connection.region().to_owned())),
        ("endpoint", endpoint.as_ref(), now),
    ];
    for (what, then, now) in found {
        if then != now.as_ref() {
            return Err(other_place(what, then, now.as_ref()));
        }
    }
    Ok(())
}

fn other_place(what: &str, then: Option<&String>, now: Option<&String>) -> Problem {
    let shown = |value: Option<&String>| {
        value.map_or_else(|| "AWS's own".to_owned(), |value| format!("`{}`", Escaped::new(value)))
    };
    let error = anyhow::anyhow!(
        "the run was planned for the {what} {}, and the {what} in force is {}",
        shown(then),
        shown(now)
    );
    Problem::new(error)
        .hint("use the same store, region and endpoint, or another run folder with `--run DIR`")
}

/// The endpoint, as far as it is the same in every run: a service on this machine has a new port each
/// time.
fn endpoint_of(reached: &Reached) -> Option<String> {
    let endpoint = reached.connection.endpoint().filter(|_| reached.place == Place::Service)?;
    let endpoint = without_login(endpoint);
    let host = endpoint.split_once("://").map_or(&*endpoint, |(_, rest)| rest);
    let is_local = ["localhost", "127.", "[::1]"].iter().any(|local| host.starts_with(local));
    Some(if is_local { "a service on this machine".to_owned() } else { endpoint })
}
