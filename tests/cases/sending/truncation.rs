//! An upload whose parts are too small for a file must not become a read set of its beginning.

use std::{fs, os::unix::fs::FileExt as _};

use aws_sdk_omics::types::{FileType, MultipartReadSetUploadListItem};

use crate::{
    lab::Lab,
    material::{reads, stored},
    running::Running,
};

/// The uploads of a store.
fn uploads(lab: &Lab) -> Vec<MultipartReadSetUploadListItem> {
    let list = lab.client().list_multipart_read_set_uploads().sequence_store_id(lab.store());
    lab.block_on(list.send()).unwrap().uploads().to_vec()
}

/// A file of 60 GiB that takes hardly any room.
fn large_file(lab: &Lab) {
    let path = lab.file("s.fastq.gz", &stored(&reads("r{}", 100_000, 100)));
    let file = fs::File::options().write(true).open(path).unwrap();
    file.write_all_at(&[7; 1000], (60 << 30) - 1000).unwrap();
}

#[test]
fn silent_truncation_10000_parts() {
    let lab = Lab::with_faults(&["UploadReadSetPart:stall"]);
    large_file(&lab);
    let start = || Running::start(lab.put_command(&["s.fastq.gz", "-v"]));
    let ours = start();
    lab.wait_for("CreateMultipartReadSetUpload", 1);
    ours.signal("KILL");
    ours.finish();
    let ours = uploads(&lab).remove(0);
    // Somebody else makes one of the same data with parts of 5 MiB, which hold 48.8 GiB at most.
    let mark = &ours.tags().unwrap()["omics-upload"];
    let mut members: Vec<_> = mark.split(':').collect();
    members[1] = "5242880";
    let (client, store) = (lab.client(), lab.store());
    let abort = client.abort_multipart_read_set_upload().sequence_store_id(&store);
    lab.block_on(abort.upload_id(ours.upload_id()).send()).unwrap();
    let create = client
        .create_multipart_read_set_upload()
        .sequence_store_id(&store)
        .source_file_type(FileType::Fastq)
        .set_name(ours.name().map(str::to_owned))
        .sample_id(ours.sample_id())
        .subject_id(ours.subject_id())
        .tags("omics-upload", members.join(":"));
    let theirs = lab.block_on(create.send()).unwrap();
    fs::remove_dir_all(lab.home().join(".local/state")).unwrap();
    let mut again = start();
    again.wait_for_lines(&format!("upload {} is not resumed", theirs.upload_id()), 1);
    lab.wait_for("CreateMultipartReadSetUpload", 3);
    again.signal("KILL");
    again.finish();
    assert_eq!(uploads(&lab).len(), 2, "it is left alone, and another one is begun");
    // Nor is it resumed when that is asked for.
    let resume = ["resume", theirs.upload_id(), "s.fastq.gz", "--store", &store];
    let said = Lab::run(lab.command(resume));
    said.expect(2);
    let wanted = "`s.fastq.gz` cannot be resumed: parts of 5.0 MiB cannot hold a file of this size";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    assert_eq!(lab.count("CompleteMultipartReadSetUpload"), 0);
}
