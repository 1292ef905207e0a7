//! How files end.

use super::content::ContentRead;
use crate::{
    formats::{
        Damage, EndFlaw, EndSeverity, Kind, Tail, Unit, fastq::BorderFlaw, gzip::Compression,
    },
    preflight::{
        finding::{Allowed, CheckKind, Finding, FindingResult},
        opened::OpenedLane,
    },
    types::Escaped,
};

/// What the last bytes of a file say.
pub(super) fn of_tail(
    at: usize,
    opened: &OpenedLane<'_>,
    tail: &Tail,
    allowed: Allowed,
) -> Finding {
    match tail.flaw {
        _ if tail.is_open && opened.is_followed => not_followed(at, opened, BorderFlaw::NoNewline),
        Some(flaw) => of_flaw(at, opened, flaw, allowed),
        None if !tail.is_proven => {
            let text = "may end where it does; only decompressing all of it would tell";
            finding(at, opened, FindingResult::Undecided, text.to_owned())
        }
        None => passed(at, opened),
    }
}

/// The same where more is known; nothing if what was found elsewhere says it all.
pub(super) fn decided(
    found: Finding,
    opened: &OpenedLane<'_>,
    flaw: Option<EndFlaw>,
    content: &ContentRead,
    (is_full, allowed): (bool, Allowed),
) -> Option<Finding> {
    let at = found.files[0];
    let decoded = match content {
        ContentRead::Unread => return Some(found),
        ContentRead::Damaged => {
            return Some(found).filter(|one| one.result != FindingResult::Undecided);
        }
        ContentRead::Sound(decoded) => decoded,
    };
    if opened.is_followed && !decoded.ends_line {
        return Some(not_followed(at, opened, BorderFlaw::NoNewline));
    }
    Some(match (decoded.padding, flaw) {
        (Some(padding), _) => of_flaw(at, opened, EndFlaw::Padding(padding), allowed),
        (None, Some(EndFlaw::Unmarked)) if is_full => {
            finding(at, opened, FindingResult::Passed, "ends with a whole record".to_owned())
        }
        // It is not truncated in the middle of anything.
        (None, Some(flaw)) if found.result == FindingResult::Note => {
            Finding { text: flaw.to_string(), ..found }
        }
        (None, Some(_)) => found,
        (None, None) => passed(at, opened),
    })
}

fn finding(at: usize, opened: &OpenedLane<'_>, result: FindingResult, text: String) -> Finding {
    let about = format!("`{}`", Escaped::new(&opened.shown));
    Finding { check: CheckKind::End, files: vec![at], result, about, text, hint: None }
}

fn passed(at: usize, opened: &OpenedLane<'_>) -> Finding {
    let text = match opened.inspected.kind() {
        Kind::Bam | Kind::Fastq(Compression::Bgzf) => "ends with the BGZF end-of-file marker",
        Kind::Cram(_) => "ends with the CRAM end-of-file container",
        Kind::Fastq(Compression::Gzip) => "ends with its gzip data, and all of it is sound",
    };
    finding(at, opened, FindingResult::Passed, text.to_owned())
}

/// Another file of the source cannot follow it.
fn not_followed(at: usize, opened: &OpenedLane<'_>, flaw: BorderFlaw) -> Finding {
    let hint = Some(flaw.hint(&opened.shown));
    Finding { hint, ..finding(at, opened, FindingResult::Failed, flaw.to_string()) }
}

fn of_flaw(at: usize, opened: &OpenedLane<'_>, flaw: EndFlaw, allowed: Allowed) -> Finding {
    if let EndFlaw::Padding(padding) = flaw
        && opened.is_followed
    {
        return not_followed(at, opened, BorderFlaw::Padding(padding));
    }
    let severity = flaw.severity();
    let result = match severity {
        EndSeverity::Note => FindingResult::Note,
        EndSeverity::Doubtful if allowed.no_eof => FindingResult::Note,
        EndSeverity::Padded if allowed.padding => FindingResult::Note,
        EndSeverity::Doubtful | EndSeverity::Padded | EndSeverity::Fatal => FindingResult::Failed,
    };
    let text = match severity {
        EndSeverity::Doubtful => format!("{flaw}: the file is probably truncated"),
        _ => flaw.to_string(),
    };
    let hint = (result == FindingResult::Failed).then(|| hint(flaw, opened));
    Finding { hint, ..finding(at, opened, result, text) }
}

fn hint(flaw: EndFlaw, opened: &OpenedLane<'_>) -> String {
    match flaw {
        EndFlaw::NoBgzfMarker | EndFlaw::NoCramMarker => {
            "copy it again from where it came from, or make it again; `--allow-no-eof` takes files of \
             tools that write no marker"
                .to_owned()
        }
        EndFlaw::Trailing { at, count } => {
            let unit = match opened.inspected.kind() {
                Kind::Bam => Unit::BgzfBlock,
                Kind::Cram(_) => Unit::CramContainer,
                Kind::Fastq(_) => Unit::GzipMember,
            };
            Damage::Trailing { unit, at, count: Some(count) }.hint(&opened.shown)
        }
        EndFlaw::Padding(padding) => padding.hint(&opened.shown),
        _ => "copy it again from where it came from, or make it again".to_owned(),
    }
}
