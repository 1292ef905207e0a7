//! The command lines of the README and the pages in `docs/` do what the pages say: a shell runs them.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    files::{fastq, gzip},
    lab::{Lab, Said, at_once},
    pages::{blocks, shell},
    references::genome,
};

/// The lines of the shell in a page, in the order in which people meet them.
fn lines(page: &str) -> Vec<String> {
    let blocks = blocks(page);
    blocks.iter().flat_map(|block| block.lines()).map(|line| line.trim().to_owned()).collect()
}

/// What cannot be done here: it needs an account, another program, or something that was done before.
const ELSEWHERE: &[&str] = &[
    "aws ",
    "cargo ",
    "samtools ",
    "arn:aws:",
    "5529401362",
    "1000000001",
    "sandbox --",
    "/data/",
    "cd ",
    "git ",
    "UPLOAD_ID",
];

/// A lab with the files that the pages name.
fn stocked() -> Lab {
    let mut lab = Lab::new();
    let sequences = [("chr1", 1000), ("chr2", 500)];
    let index = lab.file("genome.fa.fai", genome::index(&sequences).as_bytes());
    lab.restart_sandbox_with(&[], vec![index]);
    let folder = "tests/data/pysam-tests";
    fs::create_dir_all(lab.path(folder)).unwrap();
    for name in ["sample.ubam", "big.ubam", &format!("{folder}/test_unaligned.bam")] {
        lab.copy("pysam-tests/test_unaligned.bam", name);
    }
    lab.file("sample.bam", &genome::aligned_bam(&sequences));
    lab.file("run7.tar", b"of a run");
    let vault = "arn:aws:glacier:us-east-1:000000000000:vaults/cold";
    let inventory =
        json!({ "VaultARN": vault, "InventoryDate": "2026-11-27T10:00:00Z", "ArchiveList": [] });
    lab.file("inventory.json", inventory.to_string().as_bytes());
    lab.file("sample.cram", &genome::aligned_cram(&sequences));
    for mate in ["1", "2"] {
        let reads = fastq(&[format!("r1/{mate}"), format!("r2/{mate}")]);
        for name in ["NA12878_R{}.fastq.gz", "NA12878_S1_L001_R{}_001.fastq.gz", "lane.{}.fq.gz"] {
            lab.file(&name.replace("{}", mate), &gzip(&reads));
        }
    }
    let sheet = b"sample,fastq_1,fastq_2\n\
        NA12878,NA12878_R1.fastq.gz,NA12878_R2.fastq.gz\nS2,lane.1.fq.gz,lane.2.fq.gz\n";
    lab.file("samples.csv", sheet);
    let run_of_illumina = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/batch/illumina");
    let copy = format!("cp -r '{}'/* .", run_of_illumina.display());
    assert!(run(&lab, &copy).status == Some(0));
    assert!(run(&lab, "md5sum *.fastq.gz sample.bam > md5sums.txt").status == Some(0));
    lab
}

fn run(lab: &Lab, line: &str) -> Said {
    let mut command = shell(lab, "", line);
    command.env("OMICS_UPLOAD_STORE", lab.store()).env("AWS_ENDPOINT_URL_GLACIER", lab.url());
    Lab::run(command)
}

#[test]
fn command_lines_of_the_pages_succeed() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let names = fs::read_dir(docs).unwrap().map(|entry| entry.unwrap().file_name());
    let pages = names.map(|name| format!("docs/{}", name.to_string_lossy()));
    let pages = pages.filter(|name| Path::new(name).extension().is_some_and(|end| end == "md"));
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for page in pages.chain(["README.md".to_owned()]) {
        let ours = |line: &String| {
            line.contains("omics-upload ") && !ELSEWHERE.iter().any(|word| line.contains(word))
        };
        let lines: Vec<_> = lines(&page).into_iter().filter(ours).collect();
        found.push((page, lines));
    }
    let count: usize = found.iter().map(|(_, lines)| lines.len()).sum();
    assert!(count > 30, "only {count} command lines found");
    at_once(&found, |(page, lines)| {
        let lab = stocked();
        for line in lines {
            let said = run(&lab, line);
            assert_eq!(said.status, Some(0), "{page}: `{line}`: {}", said.stderr);
        }
    });
}
