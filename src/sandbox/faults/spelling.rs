//! Faults as they are written: `OPERATION:ACTION[:ARGUMENT][,CONDITION=VALUE]…`.
//!
//! The table of actions and conditions is in the documentation of [`super`].

use std::{str::FromStr, time::Duration};

use super::{
    fault::{Action, Conditions, Fault, FaultKind, FaultScope, Moment, Rule},
    target::FaultTarget,
};
use crate::{
    sandbox::{
        rules::{Source, error},
        vault,
    },
    types::Escaped,
};

/// What `upload-failed` says when it is not told what to say.
const FAILED: &str = "The uploaded source could not be processed";

/// Text that is not a fault, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a fault: {reason}", Escaped::new(text))]
pub struct InvalidFault {
    text: String,
    reason: String,
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        parse(text).map(Self).map_err(|reason| InvalidFault { text: text.to_owned(), reason })
    }
}

fn parse(text: &str) -> Result<FaultKind, String> {
    if text == "quotas" {
        return Ok(FaultKind::Quotas);
    }
    let (head, conditions) = cut_conditions(text);
    let mut fields = head.splitn(3, ':');
    let operation = match fields.next().unwrap_or_default() {
        "*" => None,
        name => Some(name.parse().map_err(|_| {
            format!("`{}` is neither an operation that is served nor `*`", Escaped::new(name))
        })?),
    };
    let name = fields.next().ok_or("the form is `OPERATION:ACTION` or `quotas`")?;
    let mut action = parse_action(operation, name, fields.next())?;
    let when = parse_conditions(&conditions, &mut action)?;
    let rule = Rule { operation, action, when };
    check(&rule)?;
    Ok(FaultKind::Rule(rule))
}

const CONDITIONS: [&str; 8] =
    ["part", "source", "nth", "every", "times", "probability", "seed", "retry-after"];

/// Takes the conditions off the end, so that an argument may hold commas.
fn cut_conditions(text: &str) -> (&str, Vec<(&str, &str)>) {
    let (mut head, mut found) = (text, Vec::new());
    while let Some((rest, last)) = head.rsplit_once(',') {
        match last.split_once('=') {
            Some((key, value)) if CONDITIONS.contains(&key) => found.push((key, value)),
            _ => break,
        }
        head = rest;
    }
    found.reverse();
    (head, found)
}

fn parse_action(
    operation: Option<FaultTarget>,
    name: &str,
    argument: Option<&str>,
) -> Result<Action, String> {
    let needed = |what: &str| {
        argument
            .filter(|text| !text.is_empty())
            .ok_or_else(|| format!("`{name}` needs {what}, as in `{name}:…`"))
    };
    let plain = |action: Action| match argument {
        None => Ok(action),
        Some(_) => Err(format!("`{name}` takes no argument")),
    };
    match name {
        "error" => parse_error(operation, needed("a code")?),
        "http" => status(needed("an HTTP status")?).map(Action::Http),
        "reset" => moment(needed("`before`, `within` or `after`")?).map(Action::Reset),
        "stall" => argument.map(duration).transpose().map(Action::Stall),
        "latency" => duration(needed("a duration")?).map(Action::Latency),
        "bandwidth" => rate(needed("bytes a second")?).map(Action::Bandwidth),
        "lose-answer" => plain(Action::LoseAnswer),
        "wrong-checksum" => plain(Action::WrongChecksum),
        "corrupt" => plain(Action::Corrupt),
        "opaque-checksum" => plain(Action::OpaqueChecksum),
        "hex-checksum" => plain(Action::HexChecksum),
        "hide-part" => plain(Action::HidePart),
        "wrong-size" => plain(Action::WrongSize),
        "processing" => duration(needed("a duration")?).map(Action::Processing),
        "upload-failed" => Ok(Action::UploadFailed(argument.unwrap_or(FAILED).to_owned())),
        "keep-listed" => plain(Action::KeepListed),
        "vanish" => plain(Action::Vanish),
        "empty" => Ok(Action::Empty(needed("the name of a member")?.to_owned())),
        "etag" => etag(needed("an algorithm and a hash")?),
        "status" => Ok(Action::Status(needed("a status")?.to_owned())),
        _ => Err(format!("`{}` is not an action", Escaped::new(name))),
    }
}

fn parse_error(operation: Option<FaultTarget>, argument: &str) -> Result<Action, String> {
    let (code, given) = match argument.split_once('/') {
        Some((code, text)) => (code, Some(status(text)?)),
        None => (argument, None),
    };
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(format!("`{}` is not an error code", Escaped::new(code)));
    }
    let documented = match operation {
        Some(operation) => operation.documented(code).into_iter().collect(),
        None => documented_anywhere(code),
    };
    if given.is_none() && documented.is_empty() {
        return Err(format!(
            "`{code}` has no documented HTTP status: say which, as in `error:{code}/400`"
        ));
    }
    // What is documented need not be said, unless the services differ.
    let status = given.filter(|status| documented != [*status]);
    Ok(Action::Error { code: code.to_owned(), status, retry_after: None })
}

/// The HTTP statuses that the services document for a code.
fn documented_anywhere(code: &str) -> Vec<u16> {
    let known = [error::status_of(code), vault::error::status_of(code)];
    let mut statuses: Vec<_> = known.into_iter().flatten().collect();
    statuses.dedup();
    statuses
}

/// `FASTQ_MD5up/HASH`, or with the hash of a second source `FASTQ_MD5up/HASH/HASH`.
fn etag(text: &str) -> Result<Action, String> {
    let pieces: Vec<_> = text.split('/').collect();
    match pieces[..] {
        _ if pieces.contains(&"") => Err(()),
        [algorithm, first] => Ok(Action::Etag(algorithm.to_owned(), first.to_owned(), None)),
        [algorithm, first, second] => {
            Ok(Action::Etag(algorithm.to_owned(), first.to_owned(), Some(second.to_owned())))
        }
        _ => Err(()),
    }
    .map_err(|()| {
        format!(
            "`{}` is not an ETag such as `FASTQ_MD5up/HASH` or `FASTQ_MD5up/HASH/HASH`",
            Escaped::new(text)
        )
    })
}

fn status(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|status| (400..600).contains(status)).ok_or_else(|| {
        format!("`{}` is not the HTTP status of an error: 400 to 599 are", Escaped::new(text))
    })
}

fn moment(text: &str) -> Result<Moment, String> {
    text.parse()
        .map_err(|_| format!("`{}` is none of `before`, `within` and `after`", Escaped::new(text)))
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|_| format!("`{}` is not a duration such as `250ms` or `2s`", Escaped::new(text)))
}

fn rate(text: &str) -> Result<u64, String> {
    let size: Option<bytesize::ByteSize> = text.strip_suffix("/s").unwrap_or(text).parse().ok();
    size.map(|size| size.as_u64()).filter(|bytes| *bytes > 0).ok_or_else(|| {
        format!("`{}` is not a rate such as `125kB` or `1MiB/s`", Escaped::new(text))
    })
}

fn parse_conditions(pairs: &[(&str, &str)], action: &mut Action) -> Result<Conditions, String> {
    let mut when = Conditions::default();
    for (key, value) in pairs {
        let bad = |what: &str| format!("`{key}={}`: {what} is needed", Escaped::new(value));
        let number = |least: u64| {
            let found = value.parse().ok().filter(|number: &u64| *number >= least);
            found.ok_or_else(|| bad(&format!("a number from {least} on")))
        };
        match (*key, &mut *action) {
            ("part", _) => {
                let part = value.parse().ok().filter(|part| (1..=10_000).contains(part));
                when.part = Some(part.ok_or_else(|| bad("a number from 1 to 10000"))?);
            }
            ("source", _) => {
                let source = match *value {
                    "1" => Source::Source1,
                    "2" => Source::Source2,
                    _ => return Err(bad("`1` or `2`")),
                };
                when.source = Some(source);
            }
            ("nth", _) => when.nth = Some(number(1)?),
            ("every", _) => when.every = Some(number(1)?),
            ("times", _) => when.times = Some(number(1)?),
            ("seed", _) => when.seed = Some(number(0)?),
            ("probability", _) => {
                let chance = value.parse().ok().filter(|p: &f64| (0.0..=1.0).contains(p));
                when.probability = Some(chance.ok_or_else(|| bad("a number from 0 to 1"))?);
            }
            (_, Action::Error { retry_after, .. }) => *retry_after = Some(number(0)?),
            _ => return Err(format!("`{key}` goes with `error` only")),
        }
    }
    Ok(when)
}

/// Refuses what could never strike.
fn check(rule: &Rule) -> Result<(), String> {
    let Some(operation) = rule.operation else { return Ok(()) };
    let Some(level) = rule.action.level(operation) else {
        return Err(format!("`{}` does not apply to `{operation}`", rule.action.name()));
    };
    let about_a_part = level == FaultScope::Part || operation.is_about_a_part();
    if rule.when.source.is_some() && matches!(operation, FaultTarget::Vault(_)) {
        return Err(format!("`{operation}` knows no sources"));
    }
    if (rule.when.part.is_some() || rule.when.source.is_some()) && !about_a_part {
        return Err(format!("a call of `{operation}` is not about one part"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        for text in [
            "quotas",
            "*:error:InternalServerException",
            "UploadReadSetPart:error:ThrottlingException,retry-after=3,part=2,source=1",
            "UploadReadSetPart:error:Strange/418,nth=2",
            "ListReadSets:http:502,every=3",
            "UploadReadSetPart:reset:before,probability=0.25,seed=7",
            "UploadReadSetPart:reset:within,times=2",
            "CompleteMultipartReadSetUpload:reset:after",
            "*:stall",
            "UploadReadSetPart:stall:2s,part=10000",
            "*:latency:250ms",
            "UploadReadSetPart:bandwidth:125000B/s",
            "CreateMultipartReadSetUpload:lose-answer,nth=1",
            "UploadReadSetPart:wrong-checksum,part=3,times=1",
            "UploadReadSetPart:corrupt",
            "*:opaque-checksum",
            "*:hex-checksum",
            "ListReadSetUploadParts:hide-part,part=3",
            "ListReadSetUploadParts:wrong-size,source=2",
            "CompleteMultipartReadSetUpload:processing:1m 30s",
            "CompleteMultipartReadSetUpload:upload-failed:no, not today, part=3 is bad",
            "CompleteMultipartReadSetUpload:keep-listed",
            "UploadMultipartPart:hide-part,part=3",
            "ListParts:wrong-checksum,part=3",
            "CompleteMultipartUpload:vanish,nth=2",
            "InitiateMultipartUpload:error:NoLongerSupportedException",
            "*:error:ThrottlingException/429",
            "*:empty:nextToken",
            "GetReadSetMetadata:status:Odd",
            "GetReadSetMetadata:etag:BAM_MD5up/00ff",
            "GetReadSetMetadata:etag:FASTQ_SHA512up/00ff/ff00,times=2",
        ] {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
        for (text, canonical) in [
            ("*:bandwidth:125kB", "*:bandwidth:125000B/s"),
            ("*:bandwidth:1MiB/s", "*:bandwidth:1048576B/s"),
            ("*:upload-failed", "*:upload-failed:The uploaded source could not be processed"),
            ("*:error:ValidationException/400", "*:error:ValidationException"),
            ("ListParts:error:ThrottlingException/400", "ListParts:error:ThrottlingException"),
        ] {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn what_is_no_fault_is_said() {
        for (text, reason) in [
            ("", "`` is neither an operation that is served nor `*`"),
            ("PutObject:stall", "`PutObject` is neither an operation that is served nor `*`"),
            ("*", "the form is `OPERATION:ACTION` or `quotas`"),
            ("*:explode", "`explode` is not an action"),
            ("*:error", "`error` needs a code, as in `error:…`"),
            ("*:error:", "`error` needs a code, as in `error:…`"),
            ("*:error:a b", "`a b` is not an error code"),
            (
                "*:error:Strange",
                "`Strange` has no documented HTTP status: say which, as in `error:Strange/400`",
            ),
            ("*:http:200", "`200` is not the HTTP status of an error: 400 to 599 are"),
            ("*:reset:soon", "`soon` is none of `before`, `within` and `after`"),
            ("*:latency:fast", "`fast` is not a duration such as `250ms` or `2s`"),
            ("*:bandwidth:0", "`0` is not a rate such as `125kB` or `1MiB/s`"),
            (
                "*:etag:00ff",
                "`00ff` is not an ETag such as `FASTQ_MD5up/HASH` or `FASTQ_MD5up/HASH/HASH`",
            ),
            ("*:corrupt:x", "`corrupt` takes no argument"),
            ("GetReadSet:corrupt", "`corrupt` does not apply to `GetReadSet`"),
            ("ListParts:corrupt", "`corrupt` does not apply to `ListParts`"),
            ("GetReadSet:vanish", "`vanish` does not apply to `GetReadSet`"),
            ("ListParts:hide-part,source=1", "`ListParts` knows no sources"),
            ("ListReadSets:stall,part=1", "a call of `ListReadSets` is not about one part"),
            ("*:stall,part=0", "`part=0`: a number from 1 to 10000 is needed"),
            ("*:stall,source=3", "`source=3`: `1` or `2` is needed"),
            ("*:stall,nth=0", "`nth=0`: a number from 1 on is needed"),
            ("*:stall,probability=2", "`probability=2`: a number from 0 to 1 is needed"),
            ("*:stall,probability=NaN", "`probability=NaN`: a number from 0 to 1 is needed"),
            ("*:lose-answer,retry-after=1", "`retry-after` goes with `error` only"),
            ("*:st\u{1b}all", "`st\\u{1b}all` is not an action"),
        ] {
            let shown = text.replace('\u{1b}', "\\u{1b}");
            assert_eq!(
                text.parse::<Fault>().unwrap_err().to_string(),
                format!("`{shown}` is not a fault: {reason}")
            );
        }
    }
}
