//! A source that is no file: its ranges come asynchronously, it tries again by itself, and it is known
//! by a version.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{
    FutureExt as _, StreamExt as _,
    future::{self, BoxFuture},
    stream::{self, BoxStream},
};

use super::{
    super::Failure,
    fake::{Fault, On},
    lab::{Lab, PART},
};
use crate::{
    source::{self, Defect, Object, PartViewer, ReadAt, Source, Trial},
    store::StoreErrorKind::Transient,
    types::ByteCount,
};

const NAME: &str = "remote/a.bam";

/// Every request for a range breaks off in the middle, and another one is made for the rest.
#[derive(Debug)]
struct Remote {
    content: Bytes,
    version: &'static str,
    requests: Arc<AtomicU64>,
    is_gone: bool,
}

impl ReadAt for Remote {
    fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        self.content.to_vec().read_from(buffer, at)
    }
}

impl Object for Remote {
    fn name(&self) -> &str {
        NAME
    }

    fn size(&self) -> ByteCount {
        ByteCount::new(self.content.len() as u64)
    }

    fn version(&self) -> &str {
        self.version
    }

    fn range(&self, from: u64, size: u64) -> BoxStream<'static, io::Result<Bytes>> {
        let at = |place: u64| usize::try_from(place).unwrap();
        let mut range = self.content.slice(at(from)..at(from + size));
        let first = range.split_to(range.len() / 2);
        let (requests, is_gone) = (Arc::clone(&self.requests), self.is_gone);
        let answer = move |bytes: Bytes| {
            let requests = Arc::clone(&requests);
            async move {
                requests.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                if is_gone { Err(io::ErrorKind::NotFound.into()) } else { Ok(bytes) }
            }
        };
        stream::iter([first, range]).then(answer).boxed()
    }
}

/// Counts the bytes that it is shown of whole parts.
#[derive(Debug, Default)]
struct CountingTrial(AtomicU64);

impl Trial for CountingTrial {
    fn part(self: Arc<Self>, _: u64, size: u64) -> Option<PartViewer> {
        let mut left = size;
        Some(Box::new(move |bytes| {
            if let Some(bytes) = bytes {
                left -= bytes.len() as u64;
            } else {
                assert_eq!(left, 0);
                self.0.fetch_add(size, Ordering::Relaxed);
            }
        }))
    }

    fn sent(&self) {}

    fn verdict(self: Arc<Self>) -> BoxFuture<'static, Result<(), Defect>> {
        future::ready(Ok(())).boxed()
    }
}

fn remote(parts: u16, version: &'static str) -> Remote {
    let size = u64::from(parts) * PART - 1;
    let content = (0..size).map(|i| (i * 7 % 251) as u8).collect();
    Remote { content, version, requests: Arc::default(), is_gone: false }
}

/// A job of files whose first source is an object with the same content.
fn lab(parts: u16, remote: Remote) -> Lab {
    let mut lab = Lab::new(parts);
    lab.jobs[0].sources[0] = Source::of_object(Arc::new(remote));
    lab
}

#[tokio::test(start_paused = true)]
async fn an_object_becomes_the_read_set_that_a_file_becomes() {
    let of_a_file = Lab::new(3);
    of_a_file.success().await;
    let remote = remote(3, "1");
    let requests = Arc::clone(&remote.requests);
    let mut lab = lab(3, remote);
    let trial = Arc::new(CountingTrial::default());
    lab.jobs[0].sources[0].show_to(Arc::<CountingTrial>::clone(&trial));
    let lab = lab.script(On::Part(1, 2), [Fault::Fail(Transient)]);
    let ended = lab.success().await;
    assert_eq!(lab.fake.completed(), of_a_file.fake.completed());
    assert_eq!(lab.fake.sent(), [(1, 1), (2, 2), (3, 1)]);
    assert_eq!(ended.counts.parts_sent, 3);
    assert_eq!(requests.load(Ordering::Relaxed), 2 * (3 + 1), "two for each time a part is sent");
    assert!(trial.0.load(Ordering::Relaxed) >= 3 * PART - 1);
}

#[tokio::test(start_paused = true)]
async fn what_an_object_has_tried_itself_is_not_tried_again() {
    let remote = Remote { is_gone: true, ..remote(1, "1") };
    let requests = Arc::clone(&remote.requests);
    let failure = lab(1, remote).run().await.remove(0).failure.unwrap();
    let Failure::Read { path, error } = failure else { panic!("{failure:?}") };
    assert_eq!((&*path, error.kind()), (Path::new(NAME), io::ErrorKind::NotFound));
    assert_eq!(requests.load(Ordering::Relaxed), 1);
}

#[test]
fn an_object_is_known_by_its_version_and_needs_no_reading_for_it() {
    let fingerprint = |version| {
        let source = Source::of_object(Arc::new(remote(2, version)));
        assert_eq!((source.files()[0].identity(), source.is_doubtful()), (None, false));
        source.check().unwrap();
        source::fingerprint([source].iter()).unwrap()
    };
    assert_eq!(fingerprint("1"), fingerprint("1"));
    assert_ne!(fingerprint("1"), fingerprint("2"));
}
