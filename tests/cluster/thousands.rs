//! Two thousand parts of forty files, by eight tasks of a real Slurm of which three are killed.

use std::{fmt::Write as _, fs, io::Write as _, time::Duration};

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{
    plan,
    slurm::{Slurm, process_of, submit},
    step,
};
use crate::{
    lab::{Lab, at_once},
    material,
};

const PART: usize = 5 << 20;
const PARTS: usize = 50;
const FILES: usize = 40;
/// Parts that a task sends at once.
const IN_FLIGHT: usize = 4;

/// Files that begin differently and go on alike, so that they are quickly made.
fn files(lab: &Lab) {
    let rest = material::stored(&material::reads("r{}", PART - PART / 50, 1000));
    let mut sheet = "file,sample,name\n".to_owned();
    for row in 0..FILES {
        let name = format!("s{row:02}.fastq.gz");
        let path = lab
            .file(&name, &material::stored(&material::reads(&format!("f{row}x{{}}"), 1000, 100)));
        let mut file = fs::File::options().append(true).open(&path).unwrap();
        let modified = file.metadata().unwrap().modified().unwrap();
        while file.metadata().unwrap().len() <= ((PARTS - 1) * PART) as u64 {
            file.write_all(&rest).unwrap();
        }
        file.set_modified(modified).unwrap();
        writeln!(sheet, "{name},S{row:02},s{row:02}").unwrap();
    }
    lab.file("s.csv", sheet.as_bytes());
}

/// The digest of what was sent is that of the file; the sandbox has compared the sum of each part with its own
/// when the upload was completed.
fn is_of_its_file(noted: &Value) {
    let path = noted["receipt"]["files"][0]["absolute_path"].as_str().unwrap();
    let content = fs::read(path).unwrap();
    assert_eq!(content.len().div_ceil(PART), PARTS);
    let mut digest = Sha256::new_with_prefix(b"omics-upload-digest 1\0");
    for part in content.chunks(PART) {
        digest.update([1]);
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(Sha256::digest(part));
    }
    let digest = format!("1:{PART}:{}", HEXLOWER.encode(&digest.finalize()));
    assert_eq!(noted["digest"], digest, "{path}");
}

#[test]
fn two_thousand_parts_are_sent_once_although_tasks_are_killed() {
    let Some(slurm) = Slurm::start() else { return };
    let lab = Lab::that_discards();
    lab.config(&format!("concurrency = {IN_FLIGHT}"));
    files(&lab);
    plan(&lab, &[]).expect(0);
    let said = submit(&lab, &slurm, &["--tasks=8"]);
    let send = said.expect(0).stdout.lines().find_map(|line| line.strip_prefix("send ")).unwrap();
    let is_under_way = |_: &Slurm| lab.count("UploadReadSetPart") > FILES * PARTS / 10;
    slurm.wait("a tenth of the parts is sent", Duration::from_mins(2), is_under_way);
    let mut shares: Vec<_> = (1..=8).collect();
    fastrand::shuffle(&mut shares);
    slurm.run("scontrol", &["requeue", &format!("{send}_{}", shares[0])]);
    slurm.run("scancel", &[&format!("{send}_{}", shares[1])]);
    if let Some(process) = process_of(&lab, &format!("{}-of-8", shares[2])) {
        slurm.kill("omics-upload", &process);
    }
    slurm.wait_for("send");
    // Meanwhile the end has missed a share and waits for another attempt, or is about to find out.
    let waits = |slurm: &Slurm| {
        slurm.run("squeue", &["-h", "-t", "R", "--name=omics-upload-complete"]).is_empty()
    };
    slurm.wait("the end is not running", Duration::from_mins(1), waits);
    if lab.read_sets() < FILES {
        submit(&lab, &slurm, &["--tasks=8"]).expect(0);
        slurm.wait_for_all();
    }
    let ids = step(&lab, "complete", &[]).expect(0).stdout.lines().count();
    assert_eq!((ids, lab.read_sets(), lab.uploads()), (FILES, FILES, 0));
    let notes = fs::read_dir(lab.path("run7/receipts")).unwrap().flatten();
    let notes: String = notes.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
    let receipts: Vec<Value> =
        notes.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(receipts.len(), FILES);
    let halves: Vec<_> = receipts.chunks(FILES / 2).collect();
    at_once(&halves, |some| some.iter().for_each(is_of_its_file));
    let twice = lab.count("UploadReadSetPart") - FILES * PARTS;
    assert!(twice <= 3 * IN_FLIGHT, "{twice} parts were sent twice");
}
