//! Which read set counts as the one of an upload, and which makes an upload superfluous.

use std::{
    collections::HashMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, SystemTime},
};

use expect_test::expect;
use flate2::{Compression, GzBuilder};
use omics_upload::types::Sha256;

use crate::{
    files,
    lab::{Lab, Said, at_once, data},
    running::Running,
};

/// FASTQ of one read.
fn fastq(seed: u8) -> Vec<u8> {
    files::gzip(&files::fastq(&[format!("r{seed:03}")]))
}

/// The same program for somebody else: with a home of its own.
fn for_other(lab: &Lab, mut command: Command) -> Command {
    command.env("HOME", lab.path("other-home"));
    command
}

fn tags(lab: &Lab, id: &str) -> HashMap<String, String> {
    let client = lab.client();
    lab.block_on(async {
        let look = client.get_read_set_metadata().sequence_store_id(lab.store()).id(id);
        let arn = look.send().await.unwrap().arn;
        client.list_tags_for_resource().resource_arn(arn).send().await.unwrap().tags
    })
}

/// Two people upload different files of one name and sample; the second is done while the first is
/// still sending, and the first Complete of the first person is answered 500.
fn two_people(arguments: &[&str], faults: &[&str]) -> (Lab, Said, Said) {
    let mut all = vec![
        "UploadReadSetPart:latency:3s,nth=1",
        "CompleteMultipartReadSetUpload:error:InternalServerException,nth=2",
    ];
    all.extend(faults);
    let lab = Lab::with_faults(&all);
    for (folder, seed) in [("run1", 1), ("run2", 2)] {
        fs::create_dir(lab.path(folder)).unwrap();
        lab.file(&format!("{folder}/s.fastq.gz"), &fastq(seed));
    }
    let with = |file: &'static str| [&[file, "--progress=lines"], arguments].concat();
    let first = Running::start(lab.put_command(&with("run1/s.fastq.gz")));
    lab.wait_for("CreateMultipartReadSetUpload", 1);
    first.signal("STOP");
    let second = Lab::run(for_other(&lab, lab.put_command(&with("run2/s.fastq.gz"))));
    first.signal("CONT");
    let first = first.finish();
    (lab, first, second)
}

#[test]
fn wrong_success_no_mark() {
    let denied = "ListTagsForResource:error:AccessDeniedException";
    at_once(
        &[
            (&[][..], &[][..]),
            (&["--no-fingerprint"], &[]),
            (&[], &[denied]),
            (&["--no-fingerprint"], &[denied]),
        ],
        |(arguments, faults)| {
            let (lab, first, second) = two_people(arguments, faults);
            let (first, second) = (first.expect(0).line(), second.expect(0).line());
            assert_ne!(first, second, "{arguments:?} {faults:?}");
            assert!(lab.read_back(first, "SOURCE1") == fastq(1), "{arguments:?} {faults:?}");
            assert!(lab.read_back(second, "SOURCE1") == fastq(2));
            assert_eq!((lab.read_sets(), lab.uploads()), (2, 0));
        },
    );
}

#[test]
fn an_answer_that_is_lost_and_cannot_be_settled() {
    let faults = ["CompleteMultipartReadSetUpload:lose-answer,nth=1"];
    let lab = Lab::with_faults(&faults);
    lab.file("two words.fastq.gz", &fastq(1));
    let put = ["two words.fastq.gz", "--no-fingerprint", "--sample=s", "--progress=none"];
    let said = lab.put(&put);
    lab.shows(
        &said,
        &expect![[r"
            failed
            --- stderr
            error: `two words.fastq.gz`: upload ID is gone, and whether read set READ_SET came of it is not known: the upload carries no mark

            hint: `omics-upload verify ID 'two words.fastq.gz' --store STORE` shows whether it holds these data; if not, upload them again with the same command and `--fresh`
            --- status 5
        "]],
    );
    // The same command knows no more, and what the hint names does.
    lab.put(&put).expect(5);
    let verify = said.stderr.split('`').find(|text| text.starts_with("omics-upload verify"));
    let id = verify.unwrap().split(' ').nth(2).unwrap();
    let store = lab.store();
    Lab::run(lab.command(["verify", id, "two words.fastq.gz", "--store", &store])).expect(0);
    let again = lab.put(&[&put[..], &["--fresh"]].concat());
    assert_ne!(again.expect(0).line(), id);
    // A mark that cannot be read is no mark.
    let faults = [faults[0], "ListTagsForResource:error:AccessDeniedException"];
    let lab = Lab::with_faults(&faults);
    lab.file("s.fastq.gz", &fastq(1));
    let said = lab.put(&["s.fastq.gz"]);
    let why = "that needs the permission `omics:ListTagsForResource`";
    assert!(said.expect(5).stderr.contains(why), "{}", said.stderr);
    assert_eq!(said.line(), "failed");
    // Once it can be read, the same command settles it.
    let mut lab = lab;
    lab.restart_sandbox(&[]);
    let said = lab.put(&["s.fastq.gz"]);
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == fastq(1));
    assert_eq!(lab.read_sets(), 1);
}

#[test]
fn an_upload_that_was_aborted_while_others_made_a_read_set_of_its_name() {
    for arguments in [&[][..], &["--no-fingerprint"]] {
        let lab = Lab::with_faults(&["UploadReadSetPart:latency:3s,nth=1"]);
        lab.file("s.fastq.gz", &fastq(1));
        let with = |name: &'static str| [&[name, "--progress=lines"], arguments].concat();
        let mut first = Running::start(lab.put_command(&with("s.fastq.gz")));
        // By then the journal names the upload.
        first.wait_for_lines("uploading, upload", 1);
        first.signal("KILL");
        first.finish();
        let (client, store) = (lab.client(), lab.store());
        lab.block_on(async {
            let list = client.list_multipart_read_set_uploads().sequence_store_id(&store);
            let upload = list.send().await.unwrap().uploads()[0].upload_id().to_owned();
            let abort = client.abort_multipart_read_set_upload().sequence_store_id(&store);
            abort.upload_id(upload).send().await.unwrap();
        });
        fs::create_dir(lab.path("theirs")).unwrap();
        lab.file("theirs/s.fastq.gz", &fastq(2));
        let theirs = for_other(&lab, lab.put_command(&with("theirs/s.fastq.gz")));
        let theirs = Lab::run(theirs);
        let theirs = theirs.expect(0).line();
        let said = lab.put(&with("s.fastq.gz"));
        if arguments.is_empty() {
            assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == fastq(1));
        } else {
            assert!(said.expect(5).stderr.contains(theirs), "{}", said.stderr);
            assert_eq!(said.line(), "failed");
        }
    }
}

fn copied(lab: &Lab, run: &str) -> Vec<String> {
    fs::create_dir(lab.path(run)).unwrap();
    ["P1_S1_R1_001.fastq.gz", "P1_S1_R2_001.fastq.gz"]
        .map(|name| {
            let name = format!("{run}/{name}");
            lab.copy(&format!("cases/if-exists-skip-topup/{name}"), &name);
            name
        })
        .to_vec()
}

/// Top-up sequencing: the same names, other reads
/// (<https://github.com/nf-core/scrnaseq/issues/324>).
#[test]
fn if_exists_skip_topup() {
    let lab = Lab::new();
    let runs = ["run1", "run2"].map(|run| copied(&lab, run));
    let put = |files: &[String], if_exists: &str| {
        let files = files.iter().map(String::as_str);
        lab.put(&files.chain(["-q", if_exists]).collect::<Vec<_>>())
    };
    let first = put(&runs[0], "--if-exists=skip");
    let second = put(&runs[1], "--if-exists=skip");
    let (first, second) = (first.expect(0).line(), second.expect(0).line());
    assert_ne!(first, second);
    for (id, run) in [(first, "run1"), (second, "run2")] {
        let name = format!("cases/if-exists-skip-topup/{run}/P1_S1_R2_001.fastq.gz");
        assert!(lab.read_back(id, "SOURCE2") == fs::read(data(&name)).unwrap());
    }
    for (files, id) in [(&runs[0], first), (&runs[1], second)] {
        assert_eq!(put(files, "--if-exists=skip").expect(0).line(), id);
        let said = put(files, "--if-exists=fail");
        assert!(said.expect(1).stderr.contains(id), "{}", said.stderr);
    }
    assert_eq!(lab.read_sets(), 2);
}

#[test]
fn a_read_set_that_is_processed_is_waited_for_before_it_is_skipped() {
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1500ms,nth=1"]);
    lab.file("s.fastq.gz", &fastq(1));
    let first = lab.put(&["s.fastq.gz", "--no-wait"]);
    let second = lab.put(&["s.fastq.gz", "--if-exists=skip", "--output=json"]).expect(0).json();
    let second = &second["read_sets"][0];
    assert_eq!(
        (&second["status"], &second["read_set_id"]),
        (&"skipped".into(), &first.line().into())
    );
    let client = lab.client();
    let look = client.get_read_set_metadata().sequence_store_id(lab.store()).id(first.line());
    assert_eq!(lab.block_on(look.send()).unwrap().status().as_str(), "ACTIVE");
}

#[test]
fn a_read_set_that_was_not_accepted_does_not_count() {
    for time in ["0s", "1s"] {
        let processing = format!("CompleteMultipartReadSetUpload:processing:{time},nth=1");
        let failed = "CompleteMultipartReadSetUpload:upload-failed:bad data,nth=1";
        let lab = Lab::with_faults(&[&processing, failed]);
        lab.file("s.fastq.gz", &fastq(1));
        let first = lab.put(&["s.fastq.gz", "--no-wait"]);
        let second = lab.put(&["s.fastq.gz", "--if-exists=skip"]);
        assert_ne!(second.expect(0).line(), first.expect(0).line());
    }
}

#[test]
fn a_read_set_of_another_program_is_not_judged() {
    let lab = Lab::new();
    lab.file("it's.fastq.gz", &fastq(1));
    lab.file("other.fastq.gz", &fastq(2));
    let plain = ["it's.fastq.gz", "--sample=s", "--name=n", "--no-fingerprint"];
    let theirs = lab.put(&plain);
    let theirs = theirs.expect(0).line();
    assert!(tags(&lab, theirs).is_empty());
    for if_exists in ["skip", "fail"] {
        let if_exists = format!("--if-exists={if_exists}");
        let put = ["it's.fastq.gz", "--sample=s", "--name=n", "--progress=none", &if_exists];
        lab.shows(
            &lab.put(&put),
            &expect![[r"
                failed
                --- stderr
                error: `it's.fastq.gz`: the store has a read set of this name, sample, subject and type already, ID, and whether it holds the same data is not known: it carries no fingerprint of its content

                hint: `omics-upload verify ID 'it'\''s.fastq.gz' --store STORE` compares them; `--if-exists upload` uploads in any case
                --- status 1
            "]],
        );
    }
    // Others go on, and it can be overruled.
    let both = ["it's.fastq.gz", "other.fastq.gz", "--sample=s", "--if-exists=skip"];
    let named = lab.put(&["it's.fastq.gz", "--sample=s", "--no-fingerprint"]);
    let said = lab.put(&both);
    assert_eq!(said.expect(3).stdout.lines().next(), Some("failed"));
    named.expect(0);
    let overruled = lab.put(&["it's.fastq.gz", "--sample=s", "--name=n", "--if-exists=upload"]);
    assert_ne!(overruled.expect(0).line(), theirs);
}

/// A FASTQ file with room in its middle: empty gzip members with long comments.
fn roomy(filling: char) -> Vec<u8> {
    let member = |data: &[u8], comment: &str| {
        let builder = GzBuilder::new();
        let builder = if comment.is_empty() { builder } else { builder.comment(comment) };
        let mut encoder = builder.write(Vec::new(), Compression::none());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    };
    let names: Vec<_> = (0..20_000).map(|number| format!("read-{number:050}")).collect();
    let reads = member(&files::fastq(&names), "");
    let room = member(b"", &filling.to_string().repeat(30_000));
    [reads.clone(), room.repeat(40), reads].concat()
}

/// A place in the room that the fingerprint does not see.
fn unseen(content: &[u8]) -> usize {
    const ENDS: usize = 1024 * 1024;
    const BETWEEN: usize = 64 * 1024;
    let size = content.len();
    let seen = |at: usize| {
        let between = (1..=14).any(|i| (size / 15 * i..size / 15 * i + BETWEEN).contains(&at));
        at < ENDS || at >= size - ENDS || between
    };
    (0..size).find(|at| !seen(*at) && content[at - 1..=at + 1] == *b"xxx").unwrap()
}

fn touch(path: &Path, time: SystemTime) {
    fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
}

/// A read set is made in a later second than its file was changed in, as nobody can set that time.
fn until_the_next_second() {
    let passed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    thread::sleep(Duration::from_nanos(1_000_000_000 - u64::from(passed)));
}

/// A file that was uploaded, and one of which only the middle differs.
fn changed_in_the_middle(lab: &Lab) -> (PathBuf, Vec<u8>) {
    let content = roomy('x');
    let path = lab.file("s.fastq.gz", &content);
    touch(&path, SystemTime::now() - Duration::from_hours(1));
    until_the_next_second();
    let mut other = content.clone();
    other[unseen(&content)] = b'y';
    (path, other)
}

#[test]
fn a_newer_file_is_compared_with_the_digest_of_the_read_set() {
    let later = SystemTime::now() + Duration::from_hours(1);
    for with_receipts in [false, true] {
        let faults = ["TagResource:error:AccessDeniedException"];
        let lab = Lab::with_faults(if with_receipts { &faults } else { &[] });
        let (path, other) = changed_in_the_middle(&lab);
        let put = || lab.put(&["s.fastq.gz", "--progress=lines", "--if-exists=skip"]);
        let first = put();
        let first = first.expect(0).line();
        if !with_receipts {
            fs::remove_dir_all(lab.home().join(".local")).unwrap();
        }
        assert!(!put().expect(0).stderr.contains("checking"));
        touch(&path, later);
        let said = put();
        assert_eq!(said.expect(0).line(), first);
        assert!(said.stderr.contains("checking"), "{}", said.stderr);
        fs::write(&path, &other).unwrap();
        touch(&path, later);
        let said = put();
        assert_ne!(said.expect(0).line(), first);
        assert!(lab.read_back(said.line(), "SOURCE1") == other);
    }
}

#[test]
fn a_newer_file_that_nothing_can_be_compared_with() {
    let lab = Lab::with_faults(&["TagResource:error:AccessDeniedException"]);
    let path = lab.file("s.fastq.gz", &fastq(1));
    let said = lab.put(&["s.fastq.gz"]);
    let note = "the tag `omics-upload-digest` cannot be set (that needs the permission \
                `omics:TagResource`)";
    assert_eq!(said.expect(0).stderr.matches(note).count(), 1, "{}", said.stderr);
    fs::remove_dir_all(lab.home().join(".local")).unwrap();
    touch(&path, SystemTime::now() + Duration::from_hours(1));
    for if_exists in ["--if-exists=skip", "--if-exists=fail"] {
        let said = lab.put(&["s.fastq.gz", if_exists]);
        let why = "`s.fastq.gz` is newer, and the read set has no tag `omics-upload-digest`";
        assert!(said.expect(1).stderr.contains(why), "{}", said.stderr);
    }
    assert_eq!(lab.read_sets(), 1);
}

#[test]
fn a_read_set_carries_the_digest_of_its_content() {
    let lab = Lab::new();
    lab.file("a_1.fastq.gz", &fastq(1));
    lab.file("a_2.fastq.gz", &fastq(1));
    for more in [&[][..], &["--no-wait"]] {
        let said = lab.put(&[&["a_1.fastq.gz", "a_2.fastq.gz"][..], more].concat());
        let tags = tags(&lab, said.expect(0).line());
        let mut digested = b"omics-upload-digest 1\0".to_vec();
        for source in [1, 2] {
            let content = fastq(1);
            digested.push(source);
            digested.extend((content.len() as u64).to_be_bytes());
            digested.extend(Sha256::of(&content).as_bytes());
        }
        let wanted = format!("1:67108864:{}", Sha256::of(&digested));
        assert_eq!(tags["omics-upload-digest"], wanted);
        assert!(tags["omics-upload"].starts_with("1:67108864:"));
    }
}

#[test]
fn a_journal_that_names_the_read_set_of_another_upload() {
    let mut lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:1h,nth=1"]);
    lab.file("s.fastq.gz", &fastq(1));
    let first = lab.put(&["s.fastq.gz", "--wait-timeout=1s"]);
    let first = first.expect(5).line();
    fs::create_dir(lab.path("theirs")).unwrap();
    lab.file("theirs/s.fastq.gz", &fastq(2));
    let theirs = Lab::run(for_other(&lab, lab.put_command(&["theirs/s.fastq.gz"])));
    let theirs = theirs.expect(0).line();
    let folder = lab.home().join(".local/state/omics-upload");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut journals = entries.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let journal = journals.next().unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replace(first, theirs)).unwrap();
    lab.restart_sandbox(&[]);
    let said = lab.put(&["s.fastq.gz"]);
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == fastq(1), "{}", said.stderr);
    let warning = format!("read set {theirs} did not come of this upload: a new one is begun");
    assert!(said.stderr.contains(&warning), "{}", said.stderr);
}
