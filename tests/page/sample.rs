//! A run as it could be: pairs, lanes, BAM and CRAM files, of all statuses; the same each time.

use jiff::{SignedDuration, Timestamp};
use omics_upload::{
    page::{
        CheckResult, OutsideText, PageReport, ReadSetRow, RowCheck, RowEtag, RowFailure, RowFields,
        RowFile, RowStatus, RowTraffic, Throughput,
    },
    types::{ByteCount, ContentDigest, EtagResult, PartSize, PartSource, ReadSetEtag, Sha256},
};

const MIB: u64 = 1 << 20;

fn begun() -> Timestamp {
    "2026-11-27T06:02:11Z".parse().unwrap()
}

fn after(milliseconds: u64) -> Timestamp {
    begun() + SignedDuration::from_millis(i64::try_from(milliseconds).unwrap())
}

/// Numbers without a pattern.
fn random(seed: u64, below: u64) -> u64 {
    let digest = Sha256::of(&seed.to_le_bytes());
    u64::from_le_bytes(digest.as_bytes()[..8].try_into().unwrap()) % below
}

fn hex(seed: u64, digits: usize) -> String {
    Sha256::of(&seed.to_be_bytes()).to_string()[..digits].to_owned()
}

/// A run with so many read sets.
pub(crate) fn report(rows: u64) -> PageReport {
    let rows: Vec<_> = (0..rows).map(row).collect();
    let mut throughput = Throughput::new(begun());
    for row in &rows {
        let Some((from, to)) = row.begun.zip(row.ended) else { continue };
        let parts = row.traffic.parts_sent;
        for part in 0..parts {
            let time =
                (to.as_millisecond() - from.as_millisecond()) / i64::try_from(parts).unwrap();
            let at = from.as_millisecond() + time * i64::try_from(part).unwrap();
            let [at, end] = [at, at + time].map(|at| Timestamp::from_millisecond(at).unwrap());
            throughput.add(at, end, row.traffic.bytes_sent / parts);
        }
    }
    let ended = rows.iter().filter_map(|row| row.ended).max();
    PageReport {
        sheet: "/data/run-2026-11-27/samples.csv".into(),
        run_folder: Some("/home/annabel/.local/state/omics-upload/runs/samples-4f1c".into()),
        store_id: "1234567890".into(),
        region: "eu-west-1".into(),
        endpoint: None,
        made: after(3_600_000),
        begun: Some(begun()),
        ended,
        tool: "omics-upload 0.1.0".to_owned(),
        hosts: vec!["node17.cluster.lab.example".into()],
        users: vec!["annabel".into()],
        notes: Vec::new(),
        throughput,
        rows,
        redact: false,
    }
}

const fn status(n: u64) -> RowStatus {
    match n % 60 {
        8 | 23 | 24 | 41 => RowStatus::Failed,
        37 => RowStatus::Interrupted,
        57..=59 => RowStatus::Pending,
        12 | 31 => RowStatus::Completed,
        3..=5 => RowStatus::Skipped,
        _ => RowStatus::Active,
    }
}

fn row(n: u64) -> ReadSetRow {
    let status = status(n);
    let files = files(n);
    let bytes: u64 = files.iter().map(|file| file.bytes.get()).sum();
    let ran = !matches!(status, RowStatus::Pending | RowStatus::Skipped);
    let starts = n * 11_000 + random(n, 9000);
    // In milliseconds, at some 100 MiB/s.
    let takes = bytes / (95_000 + random(n + 7, 30_000)) + 4000;
    let takes = if status == RowStatus::Failed { takes / 3 } else { takes };
    let sent = if status == RowStatus::Failed { bytes / 3 } else { bytes };
    let there = matches!(status, RowStatus::Active | RowStatus::Completed | RowStatus::Skipped);
    let id =
        |seed| OutsideText::new(format!("{}", 5_000_000_000 + random(n * 3 + seed, 4_999_999_999)));
    ReadSetRow {
        line: n + 2,
        status,
        fields: fields(n),
        read_set_id: there.then(|| id(0)),
        read_set_arn: there.then(|| {
            let id = 5_000_000_000 + random(n * 3, 4_999_999_999);
            format!("arn:aws:omics:eu-west-1:123456789012:sequenceStore/1234567890/readSet/{id}")
                .into()
        }),
        upload_id: ran.then(|| id(1)),
        parts: if ran { bytes.div_ceil(64 * MIB) } else { 0 },
        part_size: ran.then(|| PartSize::new(64 * MIB).unwrap()),
        digest: (there && ran).then(|| {
            let part = (PartSource::Source1, ByteCount::new(bytes), Sha256::of(&n.to_be_bytes()));
            ContentDigest::new(PartSize::new(64 * MIB), [part])
        }),
        etag: if there && ran { etag(n, status) } else { RowEtag::default() },
        checks: if ran { checks(status) } else { Vec::new() },
        failure: failure(n, status),
        begun: ran.then(|| after(starts)),
        ended: ran.then(|| after(starts + takes)),
        traffic: RowTraffic {
            bytes_sent: if ran { sent } else { 0 },
            parts_sent: if ran { sent.div_ceil(64 * MIB) } else { 0 },
            parts_reused: if n % 60 == 12 { 9 } else { 0 },
            retries: if n % 13 == 6 { 1 + n % 3 } else { 0 },
            throttled: if n % 17 == 3 { 2 } else { 0 },
        },
        files,
    }
}

fn sample(n: u64) -> String {
    format!("NA{}", 12_878 + n)
}

fn fields(n: u64) -> RowFields {
    RowFields {
        file_type: ["FASTQ", "FASTQ", "FASTQ", "BAM", "CRAM"][usize::try_from(n % 5).unwrap()].into(),
        name: format!("{}{}", sample(n), if n % 5 > 2 { ".sorted" } else { "_S1" }).into(),
        sample: sample(n).into(),
        subject: format!("family-{}", n / 3 + 1).into(),
        reference: (n % 5 > 2).then(|| {
            "arn:aws:omics:eu-west-1:123456789012:referenceStore/2234567890/reference/3234567890".into()
        }),
        generated_from: None,
        description: (n % 20 == 2).then(|| "second library, re-sequenced".into()),
        tags: vec![("project".into(), "EX-0451".into())],
    }
}

fn file(n: u64, source: PartSource, name: &str) -> RowFile {
    let size = [180 * MIB, 900 * MIB, 3000 * MIB][usize::try_from(n / 4 % 3).unwrap()];
    RowFile {
        source,
        path: format!("/mnt/delivery/{name}").into(),
        bytes: ByteCount::new(size + random(n * 5 + source as u64, size)),
        modified: Some("2026-11-26T21:14:03Z".parse().unwrap()),
        md5: Some(hex(n * 7 + source as u64, 32).into()),
        sha256: None,
    }
}

fn files(n: u64) -> Vec<RowFile> {
    let sample = sample(n);
    let both = PartSource::ALL;
    match n % 5 {
        3 => vec![file(n, both[0], &format!("{sample}.sorted.bam"))],
        4 => vec![file(n, both[0], &format!("{sample}.sorted.cram"))],
        2 => {
            let lanes = both.into_iter().flat_map(|source| [1, 2].map(|lane| (source, lane)));
            let name = |(source, lane)| {
                format!("{sample}_S1_L00{lane}_R{}_001.fastq.gz", source as u8 + 1)
            };
            lanes.map(|lane| file(n + lane.1, lane.0, &name(lane))).collect()
        }
        _ => both
            .map(|source| file(n, source, &format!("{sample}_S1_R{}.fastq.gz", source as u8 + 1)))
            .into(),
    }
}

fn etag(n: u64, status: RowStatus) -> RowEtag {
    let etag = ReadSetEtag {
        algorithm: ["FASTQ_MD5up", "BAM_MD5up", "CRAM_MD5up"]
            [usize::try_from((n % 5).saturating_sub(2)).unwrap()]
        .to_owned(),
        source1: hex(n, 32),
        source2: (n % 5 < 3).then(|| hex(n + 99, 32)),
    };
    let found = status == RowStatus::Active;
    RowEtag {
        expected: Some(etag.clone()),
        found: found.then_some(etag),
        result: found.then_some(EtagResult::Matches),
    }
}

fn checks(status: RowStatus) -> Vec<RowCheck> {
    let check = |check: &str, result, text: &str| RowCheck {
        check: check.into(),
        result,
        text: text.into(),
    };
    let mut checks = vec![
        check("end", CheckResult::Passed, "the end-of-file marker is there"),
        check("parts", CheckResult::Passed, "the service confirms the SHA-256 of every part"),
        check(
            "content",
            CheckResult::Passed,
            "412,883,104 reads, 61,932,465,600 bases, decoded without error",
        ),
        check("md5", CheckResult::Passed, "the MD5 of both files is that of md5sums.txt"),
    ];
    if status == RowStatus::Failed {
        checks.truncate(1);
        checks.push(check(
            "content",
            CheckResult::Failed,
            "BGZF block at byte 41,898,959 is damaged",
        ));
    } else if status == RowStatus::Completed {
        checks.push(check("etag", CheckResult::Undecided, "the store has not computed it yet"));
    }
    checks
}

fn failure(n: u64, status: RowStatus) -> Option<RowFailure> {
    let sample = sample(n);
    let (kind, message, hint, request) = match (status, n % 60) {
        (RowStatus::Failed, 8) => (
            "access_denied",
            "the service refused CreateMultipartReadSetUpload: tag `project` is not allowed by a service control policy".to_owned(),
            "ask the account's administrator to allow omics:TagResource",
            Some("5f0c6f0e-3a0b-4a1e-9f7e-2a1c2d3e4f50"),
        ),
        (RowStatus::Failed, 23 | 24) => (
            "damaged",
            format!("/mnt/delivery/{sample}.sorted.bam: BGZF block at byte 41,898,959 is damaged: its checksum is wrong"),
            "copy the file again from its source, and run the same command",
            None,
        ),
        (RowStatus::Failed, _) => (
            "source_changed",
            format!("/mnt/delivery/{sample}_S1_R1.fastq.gz: the file changed while it was uploaded"),
            "wait until the file is complete, and run the same command",
            None,
        ),
        (RowStatus::Interrupted, _) => (
            "interrupted",
            "SIGTERM: 21 of 47 parts are kept".to_owned(),
            "run the same command to resume",
            None,
        ),
        _ => return None,
    };
    Some(RowFailure {
        kind: kind.into(),
        message: message.into(),
        hint: Some(hint.into()),
        request_id: request.map(OutsideText::new),
    })
}

/// A run in which all text that comes from outside is the same.
pub(crate) fn hostile(raw: &str) -> PageReport {
    let text = || OutsideText::new(raw);
    let mut report = report(12);
    for row in &mut report.rows {
        row.fields = RowFields {
            file_type: text(),
            name: text(),
            sample: text(),
            subject: text(),
            reference: Some(text()),
            generated_from: Some(text()),
            description: Some(text()),
            tags: vec![(text(), text())],
        };
        row.read_set_id = Some(text());
        row.read_set_arn = Some(text());
        row.upload_id = Some(text());
        for file in &mut row.files {
            file.path = text();
            file.md5 = Some(text());
            file.sha256 = Some(text());
        }
        for check in &mut row.checks {
            check.check = text();
            check.text = text();
        }
        let etag = ReadSetEtag {
            algorithm: raw.to_owned(),
            source1: raw.to_owned(),
            source2: Some(raw.to_owned()),
        };
        row.etag.found = Some(etag.clone());
        row.etag.expected = Some(ReadSetEtag { source2: None, ..etag });
        row.failure = Some(RowFailure {
            kind: text(),
            message: text(),
            hint: Some(text()),
            request_id: Some(text()),
        });
    }
    report.sheet = text();
    report.run_folder = Some(text());
    report.endpoint = Some(text());
    report.store_id = text();
    report.region = text();
    report.hosts = vec![text(), text()];
    report.users = vec![text()];
    report.notes = vec![text()];
    report
}
