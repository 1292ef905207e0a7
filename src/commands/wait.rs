//! `wait`: looks at read sets until they are there.

use std::num::NonZeroUsize;

use crate::{
    cli,
    engine::{Concurrency, Engine, Limits},
    preflight::Outputs,
    report::{Abort, output},
    run::{Shown, destination, outcome},
    store::omics::Omics,
};

pub(super) async fn run(arguments: cli::Wait) -> Result<u8, Abort> {
    let mut problems = destination::problems(&arguments.target);
    problems.extend(Outputs::of(&arguments.show).problems(std::iter::empty()));
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let reached = destination::reach(&arguments.target, None).await?;
    let console = Shown::open(&arguments.show)?;
    let signals = output::signals()?;
    signals.tell(console.observer());
    let limits = Limits {
        concurrency: Concurrency::Fixed(NonZeroUsize::MIN),
        turns: 1,
        requests_per_second: None,
        max_bandwidth: None,
        attempts: 10,
        give_up_after: arguments.give_up_after.get(),
        wait: Some(arguments.wait_timeout.get()),
    };
    let store = Omics::new(&reached.connection, reached.store.clone());
    let engine = Engine::new(store, console.observer(), limits, signals.stop());
    let ended = engine.await_all(&arguments.ids, arguments.wait_timeout.get()).await;
    let names: Vec<_> = arguments.ids.iter().map(|id| vec![id.to_string()]).collect();
    let status = outcome::conclude(console, &names, &ended, &reached, &signals);
    let document = match arguments.show.output {
        cli::Output::Text => outcome::lines(&ended),
        cli::Output::Json => outcome::waited(&ended, &reached),
    };
    let printed = outcome::deliver(&document, &ended);
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(status.max(printed))
}
