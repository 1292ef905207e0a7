//! The store in memory keeps the contract that the adapter keeps against the sandbox.

use super::{contract, fake::Fake};
use crate::store::Fields;

impl contract::Tried for &Fake {
    fn target(sample: &str) -> Fields {
        contract::fields(sample)
    }

    fn content() -> [Vec<u8>; 2] {
        contract::fastq()
    }
}

macro_rules! on_the_fake {
    ($($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            let mut fake = Fake::default();
            fake.latency = std::time::Duration::ZERO;
            contract::$name(&&fake).await;
        }
    )*};
}

on_the_fake! {
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
