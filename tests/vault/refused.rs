//! What cannot be stored, and what the service refuses.

use std::fs;

use super::scene::Scene;

#[test]
fn all_that_is_wrong_is_told_before_a_request() {
    let scene = Scene::new(&[], &[]);
    scene.lab.file("empty", b"");
    fs::create_dir(scene.lab.path("folder")).unwrap();
    let large = fs::File::create(scene.lab.path("large")).unwrap();
    large.set_len((10_000 << 20) + 1).unwrap();
    for (arguments, messages) in [
        (
            &["put", "none", "empty", "folder", "-", "a.bam", "./a.bam"][..],
            &[
                "cannot open `none`",
                "`empty` is empty",
                "`folder` is a directory, not a regular file",
                "for example with `tar`",
                "standard input cannot be stored in a vault",
                "`./a.bam` is given twice",
            ][..],
        ),
        (
            &["put", "s3://bucket/a b.bam"],
            &["`s3://bucket/a b.bam` is in a bucket", "`aws s3 cp 's3://bucket/a b.bam' .`"],
        ),
        (
            &["put", "large", "--part-size=1MiB"],
            &["`large` cannot be stored", "10001 parts of 1048576 bytes"],
        ),
        (&["put", "a.bam", "--part-size=3MiB"], &["a power of two from 1 MiB to 4 GiB"]),
        (&["put", "a.bam", "--description=é"], &["printable ASCII characters are needed"]),
        (&["put", "a.bam", "--vault=a b"], &["1 to 255 letters, digits"]),
        (&["put", "a.bam", "--account=12"], &["12 digits are needed"]),
        (
            &[
                "put",
                "a.bam",
                "--vault=arn:aws:glacier:us-east-1:123456789012:vaults/cold",
                "--account=210987654321",
            ],
            &["the vault's ARN is of account 123456789012, and `--account` says 210987654321"],
        ),
        (&["put", "a.bam", "--receipt=a.bam"], &["`--receipt` would overwrite it"]),
        (&["parts", "x", "--limit=0"], &["0 is not in 1.."]),
    ] {
        let run = scene.run(scene.vault(arguments));
        run.said.expect(2);
        for message in messages {
            assert!(run.said.stderr.contains(message), "{message}\n{}", run.said.stderr);
        }
        assert_eq!(run.requests.len(), 0, "{arguments:?}");
    }
    let mut command = scene.command();
    command.env_remove("OMICS_UPLOAD_VAULT");
    let none = scene.run(command).said;
    assert!(none.expect(2).stderr.contains("no vault is given"), "{}", none.stderr);
}

/// The service takes no new customers: that is said, and what there is instead.
#[test]
fn an_account_without_vaults_is_told_of_the_storage_classes() {
    let scene = Scene::new(&["*:error:NoLongerSupportedException"], &[]);
    let put = scene.run(scene.command()).said;
    let others = [vec!["uploads"], vec!["parts", "x"], vec!["abort", "x"]];
    let others = others.map(|arguments| scene.run(scene.vault(&arguments)).said);
    for said in [put].iter().chain(&others) {
        said.expect(1);
        for text in ["this AWS account has no S3 Glacier vaults", "--storage-class DEEP_ARCHIVE"] {
            assert!(said.stderr.contains(text), "{text}\n{}", said.stderr);
        }
    }
}

#[test]
fn a_vault_that_is_not_there_and_a_permission_that_is_missing_have_their_hints() {
    let scene = Scene::new(&[], &["--vault=none"]);
    let run = scene.run(scene.command());
    run.said.expect(1);
    assert!(run.said.stderr.contains("check the vault's name, the account and the region"));
    assert_eq!(run.requests.len(), 1);
    assert_eq!(run.said.line(), "failed");
    scene.lab.file("b", b"b");
    let words = ["put", "a.bam", "b", "--vault=none", "--output=json"];
    let document = scene.run(scene.vault(&words)).said.expect(1).json();
    for (archive, file) in document["archives"].as_array().unwrap().iter().zip(["a.bam", "b"]) {
        assert_eq!((&archive["file"], &archive["status"]), (&file.into(), &"failed".into()));
        assert_eq!(archive["error"]["kind"], "missing");
    }

    // Who may not ask which vault it is can store all the same, and nothing is taken to be there.
    let mut scene = Scene::new(&["DescribeVault:error:AccessDeniedException"], &[]);
    for _ in 0..2 {
        let run = scene.run(scene.command());
        run.said.expect(0);
        assert!(run.said.stderr.contains("that needs the permission `glacier:DescribeVault`"));
        assert_eq!(run.sent().len(), super::scene::PARTS);
    }
    let faults = ["ListMultipartUploads:error:AccessDeniedException"];
    let run = scene.again(&faults);
    run.said.expect(0);
    assert!(run.said.stderr.contains("cannot look for unfinished uploads"), "{}", run.said.stderr);
}

/// The ID of an archive is its only name: where no receipt can be kept, nothing is begun.
#[test]
fn nothing_is_begun_where_no_receipt_can_be_kept() {
    let scene = Scene::new(&[], &[]);
    scene.lab.file("in the way", b"");
    let put = |more: &[&str]| {
        let arguments = ["put", "a.bam", "--state-dir=in the way/state"];
        let arguments: Vec<_> = arguments.iter().chain(more).copied().collect();
        scene.run(scene.vault(&arguments))
    };
    let run = put(&[]);
    run.said.expect(2);
    assert_eq!(run.requests.len(), 0);
    fs::create_dir_all(scene.lab.path("state")).unwrap();
    fs::write(scene.lab.path("state/vault"), "in the way").unwrap();
    let arguments = ["put", "a.bam", "--state-dir=state"];
    let run = scene.run(scene.vault(&arguments));
    run.said.expect(2);
    assert!(run.said.stderr.contains("or a file with `--receipt`"), "{}", run.said.stderr);
    let arguments = ["put", "a.bam", "--state-dir=state", "--receipt=r.json"];
    let run = scene.run(scene.vault(&arguments));
    let id = run.said.expect(1).line().to_owned();
    let receipt: serde_json::Value =
        serde_json::from_slice(&fs::read(scene.lab.path("r.json")).unwrap()).unwrap();
    assert_eq!(receipt["archives"][0]["archive_id"], *id);
}

/// Credentials that are wrong from the beginning, and those that expire in the middle.
#[test]
fn credentials_that_are_refused_have_their_statuses() {
    let unknown = Scene::new(&["*:error:UnrecognizedClientException/403"], &[]);
    let run = unknown.run(unknown.command());
    assert!(run.said.expect(1).stderr.contains("AWS does not know this access key"));
    assert_eq!((run.said.line(), run.requests.len()), ("failed", 1));

    let expired = "UploadMultipartPart:error:ExpiredTokenException/403,part=4";
    let mut scene = Scene::new(&[expired], &["--concurrency=1"]);
    let run = scene.run(scene.command());
    for text in ["the credentials have run out", "run the same command again", "are kept as upload"]
    {
        assert!(run.said.expect(75).stderr.contains(text), "{text}\n{}", run.said.stderr);
    }
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing("with new credentials");
    scene.is_whole(again.said.line(), "with new credentials");
}
