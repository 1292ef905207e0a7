//! GNU parallel: a table of samples, and the steps of a batch.

use super::Example;

#[test]
fn a_table_is_uploaded_in_its_order() {
    let Some(example) = Example::new("parallel", "parallel") else { return };
    for _ in 0..2 {
        let said = example.run(&example.blocks()[0]);
        let ids = example.read("read_sets.txt");
        assert!(said.expect(0).stdout.starts_with(&ids), "{}", said.stdout);
        let ids: Vec<_> = ids.lines().collect();
        assert_eq!(ids.len(), 2);
        example.holds_pair(ids[0], "NA12878_S1");
        example.holds_pair(ids[1], "NA24385_S2");
        example.sent_once(2, 4);
    }
    let joblog = example.read("put.joblog");
    let statuses: Vec<_> = joblog.lines().map(|line| line.split('\t').nth(6)).collect();
    assert_eq!(statuses, [Some("Exitval"), Some("0"), Some("0")]);
}

#[test]
fn the_steps_of_a_batch_are_run_again() {
    let Some(example) = Example::new("parallel", "parallel") else { return };
    for _ in 0..2 {
        let said = example.run(&example.blocks()[1]);
        let (ids, joblog) = said.expect(0).stdout.split_once("Seq\t").unwrap();
        example.hold_sheet(ids);
        assert_eq!(joblog.lines().count(), 1 + 4, "{joblog}");
        example.sent_once(3, 4);
    }
}
