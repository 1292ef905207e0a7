//! Snakemake: a rule for each sample, and the steps of a batch as rules.

use std::fs;

use super::Example;

const SAMPLES: [(&str, &str); 2] = [("NA12878", "NA12878_S1"), ("NA24385", "NA24385_S2")];

#[test]
fn a_rule_uploads_each_sample() {
    let Some(example) = Example::new("snakemake", "snakemake") else { return };
    let damaged = example.path("../batch/illumina/fastq/NA24385_S2_L001_R2_001.fastq.gz");
    let content = fs::read(&damaged).unwrap();
    fs::write(&damaged, &content[..100]).unwrap();
    let said = example.run("snakemake --cores 2 --keep-going --show-failed-logs");
    assert!(said.expect(1).stderr.contains("Trying to restart job"), "{}", said.stderr);
    let written: Vec<_> =
        fs::read_dir(example.path("read_sets")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!written.contains(&"NA24385.txt".into()), "{written:?}");
    example.sent_once(1, 2);

    fs::write(&damaged, content).unwrap();
    let [each, again, ..] = &example.blocks()[..] else { panic!("the page has no blocks") };
    let said = example.run(each);
    let ids: Vec<_> = said.expect(0).stdout.lines().collect();
    for (id, (name, sample)) in ids.iter().zip(SAMPLES) {
        assert_eq!(example.read(&format!("read_sets/{name}.txt")), format!("{id}\n"));
        example.holds_pair(id, sample);
    }
    example.run(again).expect(0);
    let after = SAMPLES.map(|(name, _)| example.read(&format!("read_sets/{name}.txt"))).concat();
    assert_eq!(after, said.stdout);
    example.sent_once(2, 4);
}

#[test]
fn the_steps_of_a_batch_are_rules() {
    let Some(example) = Example::new("snakemake", "snakemake") else { return };
    let said = example.run(&example.blocks()[2]);
    assert!(said.expect(0).stderr.contains("Trying to restart job"), "{}", said.stderr);
    example.hold_sheet(&said.stdout);
    example.sent_once(3, 4);
}
