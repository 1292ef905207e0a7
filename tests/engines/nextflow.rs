//! Nextflow cannot be had here: the command of the process is run without it.

use super::Example;

#[test]
fn the_command_of_the_process_uploads_a_pair() {
    let example = Example::new("nextflow", "bash").unwrap();
    let process = example.read("main.nf");
    let script = process.split("\"\"\"").nth(1).unwrap();
    let fastq = "../batch/illumina/fastq/NA12878_S1_L001_R1_001.fastq.gz";
    let values = [
        ("${reads}", format!("{fastq} {}", fastq.replace("_R1_", "_R2_"))),
        ("${sample}", "NA12878".to_owned()),
        ("${store}", example.lab.store()),
        ("\\\\", "\\".to_owned()),
    ];
    let script =
        values.iter().fold(script.to_owned(), |script, (name, value)| script.replace(name, value));
    assert!(!script.contains('$'), "{script}");
    example.run(&script).expect(75);
    assert!(process.contains("task.exitStatus in [75, 130, 143] ? 'retry' : 'finish'"));
    for _ in 0..2 {
        example.run(&script).expect(0);
        example.holds_pair(example.read("read_set_id.txt").trim(), "NA12878_S1");
        assert!(example.path("receipt.json").exists());
        example.sent_once(1, 2);
    }
}
