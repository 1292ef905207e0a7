//! The adapter against the sandbox keeps the contract that the engine relies on.

use omics_upload as api;
use omics_upload::{
    aws::{Connection, Endpoint},
    sandbox::{Options, Sandbox},
    store::{
        Fields,
        omics::{Omics, SERVICE},
    },
};

#[path = "../src/engine/tests/contract.rs"]
mod contract;

impl contract::Tried for Omics {
    fn target(sample: &str) -> Fields {
        contract::fields(sample)
    }

    fn content() -> [Vec<u8>; 2] {
        contract::fastq()
    }
}

async fn adapter() -> (Omics, Sandbox) {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let endpoint = Endpoint::Sandbox {
        url: sandbox.url(),
        region: "us-east-1".to_owned(),
        access_key: "ANY".to_owned(),
    };
    let connection = Connection::open(SERVICE, endpoint).await.unwrap();
    (Omics::new(&connection, sandbox.store_id().parse().unwrap()), sandbox)
}

macro_rules! on_the_adapter {
    ($($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            let (store, sandbox) = adapter().await;
            contract::$name(&store).await;
            sandbox.stop().await;
        }
    )*};
}

on_the_adapter! {
    the_same_token_gives_the_same_upload
    a_part_is_listed_as_it_was_sent
    a_part_sent_again_replaces_the_former
    sources_are_numbered_each_by_itself
    a_long_list_comes_in_pages
    an_upload_that_is_not_there_is_missing
    complete_takes_the_stored_parts_and_no_others
    a_completed_upload_is_gone
    the_read_set_of_a_completed_upload_is_found
}
