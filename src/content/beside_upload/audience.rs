//! Who is told how far the decoding of an upload's data is, and what came of it.

use std::sync::Arc;

use crate::{
    event::{Event, Item, Observer},
    source::Findings,
};

/// Who is told how far it is, and about which read set.
#[derive(Clone)]
pub struct Audience {
    pub observer: Arc<dyn Observer>,
    pub item: Item,
}

impl Audience {
    pub(super) fn tell(&self, findings: &Findings) {
        if let Some(counted) = findings.counted {
            let (reads, bases) = (counted.reads, counted.bases);
            self.observer.observe(&Event::Decoded { read_set: self.item, reads, bases });
        }
        if findings.md5.iter().any(Option::is_some) {
            let md5 = findings.md5.clone();
            self.observer.observe(&Event::Md5Matches { read_set: self.item, md5 });
        }
    }
}
