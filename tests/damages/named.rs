//! Mistakes that have a test of their own elsewhere.

use std::{fs, path::Path};

/// What is wrong, what catches it, the exit status, and the test: folder, file and function.
pub(crate) const NAMED: &[(&str, &str, &str, &str)] = &[
    (
        "aligned to another assembly than that of the reference",
        "comparison with the reference's index, before anything is sent",
        "2",
        "references::compared::another_assembly_is_refused",
    ),
    (
        "`chr1` in the file and `1` in the reference",
        "comparison with the reference's index",
        "2",
        "references::compared::another_way_of_calling_sequences_is_refused",
    ),
    (
        "sequences that the reference does not have",
        "comparison with the reference's index",
        "2",
        "references::compared::fewer_sequences_than_the_reads_name_are_refused",
    ),
    (
        "`--sample` names another sample than the header or the file's name",
        "comparison, before anything is sent; `--allow-sample-mismatch` sends it",
        "2",
        "cli::soundness::files_of_another_sample",
    ),
    (
        "a file that grows, shrinks, or is replaced or written to while it is sent",
        "its size and times, before Complete",
        "1",
        "resume::sources::another_content_under_a_run_stops_it",
    ),
    (
        "a file that is not what the delivery's sums say",
        "`--md5-file` or `--check-md5`",
        "1",
        "verify::sums::another_sum_is_not_completed",
    ),
    (
        "a pipe whose writer fails",
        "the end of the data",
        "1",
        "pipes::ends::a_writer_that_is_killed_and_then_brings_all_of_it",
    ),
    (
        "a pipe whose data are damaged in their middle",
        "walk",
        "1",
        "pipes::ends::what_is_damaged_in_its_middle",
    ),
    (
        "other data in the store than were sent, of a FASTQ",
        "`--verify`, which compares the store's hash",
        "4",
        "verify::etags::other_data_in_the_store_are_status_4_with_both_hashes",
    ),
    (
        "bytes that change between this machine and the service",
        "the service's checksum of each part, which is sent again",
        "1 if it goes on",
        "cli::faults::parts_that_arrive_otherwise_than_they_were_sent",
    ),
];

#[test]
fn the_tests_are_there() {
    for (_, _, _, test) in NAMED {
        let (file, function) = test.rsplit_once("::").unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let text = fs::read_to_string(path.join(file.replace("::", "/")).with_extension("rs"));
        let text = text.unwrap_or_else(|error| panic!("{test}: {error}"));
        assert!(text.contains(&format!("\nfn {function}()")), "{test}");
    }
}
