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
/// Fewer where the disk is nearly full.
const FILES: usize = 40;
/// Parts that a task sends at once.
const IN_FLIGHT: usize = 4;

/// How many files leave half of the free space as it is.
fn fitting(lab: &Lab) -> usize {
    let disk = nix::sys::statvfs::statvfs(&lab.path(".")).unwrap();
    let free = disk.blocks_available() * disk.fragment_size();
    let fitting = usize::try_from(free).unwrap() / 2 / (PARTS * PART);
    FILES.min(fitting)
}

/// Files that begin differently and go on alike, so that they are quickly made.
fn files(lab: &Lab, count: usize) {
    let rest = material::stored(&material::reads("r{}", PART - PART / 50, 1000));
    let mut sheet = "file,sample,name\n".to_owned();
    for row in 0..count {
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
    let count = fitting(&lab);
    files(&lab, count);
    plan(&lab, &[]).expect(0);
    let said = submit(&lab, &slurm, &["--tasks=8"]);
    let send = said.expect(0).stdout.lines().find_map(|line| line.strip_prefix("send ")).unwrap();
    let is_under_way = |_: &Slurm| lab.count("UploadReadSetPart") > count * PARTS / 10;
    slurm.wait("a tenth of the parts is sent", Duration::from_mins(2), is_under_way);
    let mut shares: Vec<_> = (1..=8).collect();
    fastrand::shuffle(&mut shares);
    slurm.run("scontrol", &["requeue", &format!("{send}_{}", shares[0])]);
    slurm.run("scancel", &[&format!("{send}_{}", shares[1])]);
    if let Some(process) = process_of(&lab, &format!("{}-of-8", shares[2])) {
        slurm.kill("omics-upload", &process);
    }
    slurm.wait_for("send");
    // Meanwhile the end has missed a share: it is running, or waits for another attempt and is replaced.
    slurm.wait("the rest is submitted", Duration::from_mins(2), |slurm| {
        lab.read_sets() == count || submit(&lab, slurm, &["--tasks=8"]).status == Some(0)
    });
    slurm.wait_for_all();
    let ids = step(&lab, "complete", &[]).expect(0).stdout.lines().count();
    assert_eq!((ids, lab.read_sets(), lab.uploads()), (count, count, 0));
    let notes = fs::read_dir(lab.path("run7/receipts")).unwrap().flatten();
    let notes: String = notes.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
    let receipts: Vec<Value> =
        notes.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(receipts.len(), count);
    let halves: Vec<_> = receipts.chunks(count.div_ceil(2)).collect();
    at_once(&halves, |some| some.iter().for_each(is_of_its_file));
    let twice = lab.count("UploadReadSetPart") - count * PARTS;
    assert!(twice <= 3 * IN_FLIGHT, "{twice} parts were sent twice");
}
