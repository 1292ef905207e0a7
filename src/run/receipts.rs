//! From what happened to a read set to its receipt.

use std::{path::Path, time::SystemTime};

use super::destination::Reached;
use crate::{
    engine::{Ended, Failure, Job, PartFact, Verify},
    formats::FileType,
    prepared::Prepared,
    receipt::{
        Check, EtagComparison, File, Receipt, ReceiptFailure, ReceiptPart, Requests, Sender,
        SentFields, Traffic,
    },
    report::ErrorReport,
    source::{ReadCounts, Source, SourceFile},
    types::{Escaped, EtagResult, Mark, PartSource},
};

/// The receipt of one read set.
pub(crate) fn receipt(read_set: &Prepared, ended: &Ended, reached: &Reached) -> Receipt {
    let job = &read_set.job;
    let facts = &ended.facts;
    let upload = ended.upload_id.as_ref().or(facts.upload_id.as_ref());
    let text = |request: &Option<Box<str>>| request.as_deref().map(str::to_owned);
    Receipt {
        read_set_id: ended.read_set_id.as_ref().map(ToString::to_string),
        upload_id: upload.map(ToString::to_string),
        store_id: reached.store.to_string(),
        region: reached.connection.region().to_owned(),
        endpoint: reached.connection.endpoint().map(without_login),
        status: ended.outcome().to_string(),
        error: error(ended, reached),
        began: facts.began.and_then(time),
        ended: facts.ended.and_then(time),
        elapsed_seconds: ended.elapsed.as_secs_f64(),
        fields: fields(job, facts.mark.as_ref()),
        files: files(job, ended),
        part_size: facts.part_size.map(crate::types::PartSize::get),
        parts: facts.parts.iter().map(part).collect(),
        requests: Requests {
            create: text(&facts.create_request),
            complete: text(&facts.complete_request),
        },
        etag: EtagComparison {
            expected: ended.etag_expected.clone(),
            found: ended.etag_found.clone(),
            result: etag_result(job, ended),
        },
        checks: all_checks(job, ended, &read_set.checks),
        transfer: traffic(job, ended),
        origin: origin(),
    }
}

/// A URL without what may be secret: user name, password and query.
pub(crate) fn without_login(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

pub(super) fn time(time: SystemTime) -> Option<String> {
    let time = jiff::Timestamp::try_from(time).ok()?;
    Some(time.round(jiff::Unit::Millisecond).unwrap_or(time).to_string())
}

fn error(ended: &Ended, reached: &Reached) -> Option<ReceiptFailure> {
    let report = ErrorReport::of(ended, &reached.store, reached.place)?;
    let kind = report.kind.to_owned();
    Some(ReceiptFailure { kind, message: report.message, request_id: report.request_id })
}

fn fields(job: &Job, mark: Option<&Mark>) -> SentFields {
    let fields = &job.fields;
    let tags = fields.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    let mark = mark.map(|mark| (Mark::KEY.to_owned(), mark.to_string()));
    SentFields {
        file_type: fields.file_type.to_string(),
        name: fields.name.to_string(),
        sample_id: fields.sample.to_string(),
        subject_id: fields.subject.to_string(),
        reference_arn: fields.reference.as_ref().map(ToString::to_string),
        generated_from: fields.generated_from.as_ref().map(ToString::to_string),
        description: fields.description.as_ref().map(ToString::to_string),
        tags: tags.chain(mark).collect(),
    }
}

fn files(job: &Job, ended: &Ended) -> Vec<File> {
    let parts = &ended.facts.parts;
    let md5 = |at: usize| ended.findings.as_ref()?.md5.get(at).cloned().flatten();
    if let Some(pipe) = &job.pipe {
        let bytes = pipe.bytes().get();
        return vec![File {
            source: name_of(PartSource::Source1),
            path: "-".to_owned(),
            absolute_path: None,
            name: "-".to_owned(),
            bytes,
            modified: None,
            md5: md5(0),
            sha256: sha256(PartSource::Source1, bytes, parts),
            disposal: None,
        }];
    }
    let sources = PartSource::ALL.into_iter().zip(&job.sources);
    let files = sources.flat_map(|(number, source)| {
        let parts = if source.is_joined() { &[] } else { &parts[..] };
        source.files().into_iter().map(move |file| self::file(file, number, parts))
    });
    files.enumerate().map(|(at, file)| File { md5: md5(at), ..file }).collect()
}

/// A file; `parts` are those of its source, if it is all of it.
fn file(file: SourceFile<'_>, source: PartSource, parts: &[PartFact]) -> File {
    let (path, bytes) = (file.path(), file.size().get());
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let modified = file.identity().map(|identity| identity.modified);
    let modified = modified.and_then(|time| jiff::Timestamp::from_nanosecond(time).ok());
    File {
        source: name_of(source),
        path: shown(path),
        absolute_path: std::path::absolute(path).ok().as_deref().map(shown),
        name: path.file_name().map_or_else(|| shown(path), |name| shown(name.as_ref())),
        bytes,
        modified: modified.map(|time| time.to_string()),
        md5: None,
        sha256: sha256(source, bytes, parts),
        disposal: None,
    }
}

/// The digest of a file that is one part, which is that part's.
fn sha256(source: PartSource, bytes: u64, parts: &[PartFact]) -> Option<String> {
    let whole =
        parts.iter().find(|fact| fact.part.source == source && fact.part.size.get() == bytes)?;
    Some(whole.digest.to_string())
}

fn part(fact: &PartFact) -> ReceiptPart {
    ReceiptPart {
        source: name_of(fact.part.source),
        number: fact.part.number.get(),
        offset: fact.part.offset,
        bytes: fact.part.size.get(),
        sha256: fact.digest.to_string(),
        checksum: fact.checksum.to_string(),
        reused: fact.reused,
    }
}

fn name_of(source: PartSource) -> String {
    source.to_string()
}

fn traffic(job: &Job, ended: &Ended) -> Traffic {
    let counts = &ended.counts;
    Traffic {
        bytes: job.bytes().get(),
        bytes_sent: counts.bytes_sent.get(),
        parts_sent: counts.parts_sent,
        parts_reused: counts.parts_reused,
        retries: counts.retries,
        throttled: counts.throttled,
    }
}

pub(super) fn origin() -> Sender {
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let number = || format!("user ID {}", rustix::process::getuid().as_raw());
    Sender {
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        user: Some(variable("LOGNAME").or_else(|| variable("USER")).unwrap_or_else(number)),
        tool: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// What was looked at beforehand, while the data went out, and at the end.
fn all_checks(job: &Job, ended: &Ended, before: &[Check]) -> Vec<Check> {
    if ended.skipped {
        return Vec::new();
    }
    let end = job.pipe.iter().filter(|_| ended.read_set_id.is_some());
    let end = end.map(|_| {
        let text = "standard input did not end in the middle of its data";
        check("end", "passed", text.to_owned())
    });
    let mut checks: Vec<_> = before.iter().cloned().chain(end).collect();
    checks.extend(walk_checks(job));
    checks.extend(content_checks(job, ended));
    checks.extend(parts_check(ended));
    checks.extend(etag_check(job, ended));
    checks
}

/// What was followed through the files while they were sent.
fn walk_checks(job: &Job) -> Vec<Check> {
    let what = if job.fields.file_type == FileType::Cram {
        "its containers and blocks follow one another to its end, with the checksums that they have"
    } else {
        "its blocks follow one another to its end"
    };
    let sound =
        job.sources.iter().filter(|source| source.trial().is_some_and(|trial| trial.is_passed()));
    let shown = |source: &Source| {
        let text = format!("`{}`: {what}", Escaped::new(&source.path().to_string_lossy()));
        check("walk", "passed", text)
    };
    sound.map(shown).collect()
}

/// What reading all of the data came to.
fn content_checks(job: &Job, ended: &Ended) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(Failure::Unsound(defect)) = &ended.failure
        && !defect.passes
    {
        checks.push(check("content", "failed", defect.message.clone()));
    }
    let Some(findings) = &ended.findings else { return checks };
    if let Some(ReadCounts { reads, bases }) = findings.counted {
        let text =
            format!("everything was decoded while it was sent: {reads} reads, {bases} bases");
        checks.push(check("content", "passed", text));
    }
    for (md5, file) in findings.md5.iter().zip(names_in_checks(job)) {
        if let Some(md5) = md5 {
            let text = format!("the MD5 of {file} is {md5}, as it should be");
            checks.push(check("md5", "passed", text));
        }
    }
    checks
}

/// What checks call each file: its source, unless that has several.
fn names_in_checks(job: &Job) -> Vec<String> {
    if job.pipe.is_some() {
        return vec![name_of(PartSource::Source1)];
    }
    let sources = PartSource::ALL.into_iter().zip(&job.sources);
    let names = sources.flat_map(|(number, source)| {
        let is_joined = source.is_joined();
        source.files().into_iter().map(move |file| {
            if !is_joined {
                return name_of(number);
            }
            format!("`{}`", Escaped::new(&file.path().to_string_lossy()))
        })
    });
    names.collect()
}

fn check(check: &str, result: &str, text: String) -> Check {
    Check { check: check.to_owned(), result: result.to_owned(), text }
}

/// What the service's own list says about the bytes.
fn parts_check(ended: &Ended) -> Option<Check> {
    let parts = &ended.facts.parts;
    ended.read_set_id.as_ref().filter(|_| !parts.is_empty())?;
    let equal = |fact: &&PartFact| fact.checksum.sha256() == Some(fact.digest.sha256());
    let (count, proven) = (parts.len(), parts.iter().filter(equal).count());
    let text = if proven == count {
        format!("the service has confirmed {count} of {count} parts with their SHA-256")
    } else {
        format!(
            "the service has confirmed {proven} of {count} parts with their SHA-256, and the others \
             by number and size: its checksums have a form that cannot be compared"
        )
    };
    Some(check("parts", if proven == count { "passed" } else { "note" }, text))
}

/// What the store's hash says, if the data were read for that.
pub(super) fn etag_result(job: &Job, ended: &Ended) -> Option<EtagResult> {
    ended.findings.as_ref().filter(|_| job.verify != Verify::No)?.counted?;
    ended.active.then(|| ended.etag_result())
}

/// What the store's hash of the content says.
fn etag_check(job: &Job, ended: &Ended) -> Option<Check> {
    let result = etag_result(job, ended)?;
    let word = match result {
        EtagResult::Matches => "passed",
        EtagResult::Differs => "failed",
        EtagResult::DiffersUnconfirmed => "note",
        EtagResult::NotComparable | EtagResult::NotPredicted | EtagResult::Missing => "undecided",
    };
    let found = ended.etag_found.as_ref().map(|found| format!(", {found},")).unwrap_or_default();
    let text = format!("the store's hash of the content{found} {result}");
    Some(check("etag", word, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_shown_without_login() {
        for (url, shown) in [
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("https://user:pass@host:1/p@th", "https://host:1/p@th"),
            ("https://host/p@th", "https://host/p@th"),
            ("https://host:1/p?key=secret#x", "https://host:1/p"),
            ("host", "host"),
        ] {
            assert_eq!(without_login(url), shown);
        }
    }
}
