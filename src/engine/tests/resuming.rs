//! What is remembered of an earlier attempt, and what the store makes of it.

use super::{
    super::Failure,
    fake::{Call, Fault, On},
    lab::Lab,
};
use crate::{
    journal::{Folder, Header, Opened},
    store::{
        Renewal,
        StoreErrorKind::{Denied, Expired, Unreachable},
        omics::RULES,
    },
    types::{Fingerprint, Sha256},
};

/// Gives the only job a journal.
fn remember(lab: &mut Lab, folder: &tempfile::TempDir) {
    let header = Header::new(
        "2026-11-21T10:00:00Z".to_owned(),
        "1234567890".parse().unwrap(),
        "token-0".parse().unwrap(),
        Fingerprint::new(&Sha256::of(b"x")),
        RULES.default,
        Vec::new(),
        serde_json::Map::new(),
    );
    let opened =
        Opened { process: 7, host: "here".to_owned(), at: "2026-11-21T10:00:00Z".to_owned() };
    let journal = Folder::new(folder.path().to_owned()).create("name", header, opened).unwrap();
    let memory = &mut lab.jobs[0].memory;
    memory.look = true;
    *memory.journal.get_mut().unwrap() = Some(journal);
}

/// Complete took effect, nobody could say so, and the list of read sets lags behind: no second one
/// is made of an upload that is gone.
#[tokio::test(start_paused = true)]
async fn a_read_set_that_is_listed_late_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = Lab::new(2).script(On::Complete, [Fault::Lost(Unreachable)]);
    remember(&mut lab, &folder);
    lab.fake.script(On::Find, [Fault::Fail(Denied)]);
    let failure = lab.failure().await;
    assert!(matches!(&failure, Failure::Refused(error) if error.kind == Denied), "{failure:?}");
    lab.fake.script(On::Find, vec![Fault::Blind; 4]);
    let ended = lab.success().await;
    assert_eq!(lab.fake.read_sets(), [ended.read_set_id.unwrap()]);
    assert_eq!(lab.fake.count(|call| matches!(call, Call::Create { .. })), 1);
    assert_eq!(lab.fake.count(|call| matches!(call, Call::Complete { .. })), 1);
}

#[tokio::test(start_paused = true)]
async fn new_credentials_are_asked_for_once_and_the_upload_goes_on() {
    let lab = Lab::new(3).fails(On::Complete, Expired, 1);
    lab.fake.script(On::Renew, [Renewal::Same, Renewal::Renewed].map(Fault::Renewal));
    lab.success().await;
    assert_eq!(lab.fake.count(|call| *call == Call::Renew), 2);
}
