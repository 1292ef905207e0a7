//! Ctrl-C and its kin, and then the same command: only parts that are not confirmed are sent.

use expect_test::expect;

use super::scene::{Kind, Scene};
use crate::lab::{at_once, skipped};

/// Whether this process was started with one of the signals ignored, as every child of it is then.
fn signals_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let ignored = mask & 0x4003 != 0;
    if ignored {
        skipped("SIGINT, SIGTERM or SIGHUP are ignored here");
    }
    ignored
}

#[test]
fn what_was_confirmed_is_not_sent_again() {
    if signals_are_ignored() {
        return;
    }
    let wanted = expect![[r#"
        `s_R1.fastq.gz`, `s_R2.fastq.gz`: interrupted

        hint: the parts sent so far are kept as upload ID; to resume: `omics-upload put --store STORE s_R1.fastq.gz s_R2.fastq.gz --part-size=5MiB --concurrency=2 -v`; to delete them: `omics-upload uploads abort ID --store STORE`
    "#]];
    at_once(&[("INT", 130), ("TERM", 143), ("HUP", 129)], |(signal, status)| {
        let mut scene = Scene::new(Kind::Pair, &["UploadReadSetPart:latency:400ms"], &[]);
        let mut running = scene.start();
        running.wait_for_lines("confirmed, ", 1);
        running.signal(signal);
        let said = running.finish();
        said.expect(*status);
        let (_, verdict) = said.stderr.split_once("error: ").unwrap();
        wanted.assert_eq(&scene.lab.plain(verdict));
        // Those in flight were given the time to finish.
        assert!((2..6).contains(&scene.stored().len()), "{:?}", scene.stored());
        let confirmed = said.stderr.matches("confirmed, ").count();
        assert_eq!(confirmed, scene.stored().len());
        assert_eq!(scene.lab.count("AbortMultipartReadSetUpload"), 0);
        let again = scene.again(&[]);
        again.said.expect(0);
        again.sent_what_was_missing(Kind::Pair, signal);
        scene.is_whole(again.said.line(), signal);
    });
}

/// The second signal drops what is in flight, and nothing else.
#[test]
fn out_at_once_and_still_resumable() {
    if signals_are_ignored() {
        return;
    }
    let faults = ["UploadReadSetPart:stall,nth=4", "UploadReadSetPart:stall,nth=5"];
    let mut scene = Scene::new(Kind::Ubam, &faults, &[]);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", 3);
    running.signal("INT");
    running.wait_for_lines("stopping (SIGINT)", 1);
    running.signal("INT");
    running.finish().expect(130);
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing(Kind::Ubam, "two signals");
    scene.is_whole(again.said.line(), "two signals");
}

/// `resume` needs neither the files nor the options to be said again.
#[test]
fn resume_goes_on_as_well() {
    if signals_are_ignored() {
        return;
    }
    let mut scene = Scene::new(Kind::Pair, &["UploadReadSetPart:stall,nth=4"], &[]);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", 3);
    running.signal("KILL");
    running.finish();
    scene.lab.restart_sandbox(&[]);
    let store = scene.lab.store();
    let again = scene.run(scene.lab.command(["resume", "--store", &store]));
    again.said.expect(0);
    again.sent_what_was_missing(Kind::Pair, "resume");
    scene.is_whole(again.said.line(), "resume");
}
