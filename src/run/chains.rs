//! The walk through files while they are sent: what hangs together in them has to, before the upload is
//! completed.

use std::sync::Arc;

use crate::{content::Chain, engine::Job, formats, source::Source};

/// Shows what is read of the sources of a job to a trial for each.
pub(crate) fn attach(job: &mut Job) {
    for source in &mut job.sources {
        if let Some(chain) = chain(source) {
            source.show_to(chain);
        }
    }
}

/// The walk through a file, if anything hangs together in it. What it is was found out before; a file
/// that cannot be read any more is told of when it is sent.
fn chain(source: &Source) -> Option<Arc<Chain>> {
    let prefix = source.prefix(formats::PREFIX).ok()?;
    let kind = formats::sniff(&prefix).ok()?;
    let shown = source.path().to_string_lossy();
    Chain::of(kind, source.places(), source.size().get(), shown)
}
