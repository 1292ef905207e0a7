//! `sandbox`: serves until a signal arrives.

use crate::{
    cli,
    report::{Abort, Problem, output, status},
    run::destination,
    sandbox::{Options, Sandbox, faults::Fault},
    types::Escaped,
};

const FAULTS: &str = "docs/sandbox.md lists the faults";

pub(super) async fn run(arguments: cli::SandboxOptions) -> Result<u8, Abort> {
    let mut problems = Vec::new();
    let mut faults = Vec::new();
    for spec in &arguments.faults {
        match spec.parse::<Fault>() {
            Ok(fault) => faults.push(fault),
            Err(error) => problems.push(Problem::new(error).hint(FAULTS)),
        }
    }
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let signals = output::signals()?;
    let options = Options {
        dir: arguments.dir,
        listen: arguments.listen,
        faults,
        request_log: arguments.request_log,
        discard: arguments.discard,
        references: arguments.references,
        ..Options::default()
    };
    let Some(started) = signals.unless_stopped(Sandbox::start(options)).await else {
        return Ok(status::DONE);
    };
    let sandbox = started.map_err(Problem::new)?;
    let url = sandbox.url();
    let printed = output::print(format!("{url}\n").as_bytes());
    output::complain(&format!(
        "sandbox: serving sequence store {} at {url}; stop it with Ctrl-C\n",
        sandbox.store_id()
    ));
    for (name, arn) in sandbox.references(&region()) {
        output::complain(&format!("sandbox: reference `{}` is {arn}\n", Escaped::new(&name)));
    }
    if printed == status::DONE {
        signals.stop().admission.cancelled().await;
    }
    sandbox.stop().await;
    // Being stopped is how this command ends well.
    Ok(printed)
}

/// The region that callers on this machine probably sign for: the ARNs of references have it.
fn region() -> String {
    let named = |name| std::env::var(name).ok().filter(|region| !region.is_empty());
    let region = named("AWS_REGION").or_else(|| named("AWS_DEFAULT_REGION"));
    region.unwrap_or_else(|| destination::SANDBOX_REGION.to_owned())
}
