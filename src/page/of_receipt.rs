//! A row from the receipt of its read set, which has all but the ARN and the hint.

use super::{
    CheckResult, OutsideText, ReadSetRow, RowCheck, RowEtag, RowFailure, RowFields, RowFile,
    RowStatus, RowTraffic,
};
use crate::{
    receipt::{Check, File, Receipt, ReceiptFailure, SentFields, Traffic},
    types::{ByteCount, PartSize, PartSource},
};

impl ReadSetRow {
    /// What a receipt says of the read set of a line.
    pub fn of_receipt(line: u64, receipt: &Receipt) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(OutsideText::new);
        let part_size = receipt.part_size.and_then(PartSize::new);
        Self {
            line,
            status: receipt.status.parse().unwrap_or(RowStatus::Pending),
            fields: fields(&receipt.fields),
            read_set_id: text(&receipt.read_set_id),
            read_set_arn: None,
            upload_id: text(&receipt.upload_id),
            files: receipt.files.iter().map(file).collect(),
            parts: receipt.parts.len() as u64,
            part_size,
            digest: receipt.digest(),
            etag: RowEtag {
                expected: receipt.etag.expected.clone(),
                found: receipt.etag.found.clone(),
                result: receipt.etag.result,
            },
            checks: receipt.checks.iter().map(check).collect(),
            failure: receipt.error.as_ref().map(failure),
            begun: receipt.began.as_deref().and_then(|time| time.parse().ok()),
            ended: receipt.ended.as_deref().and_then(|time| time.parse().ok()),
            traffic: traffic(&receipt.transfer),
        }
    }
}

fn fields(sent: &SentFields) -> RowFields {
    let text = |text: &Option<String>| text.as_deref().map(OutsideText::new);
    RowFields {
        file_type: sent.file_type.as_str().into(),
        name: sent.name.as_str().into(),
        sample: sent.sample_id.as_str().into(),
        subject: sent.subject_id.as_str().into(),
        reference: text(&sent.reference_arn),
        generated_from: text(&sent.generated_from),
        description: text(&sent.description),
        tags: sent.tags.iter().map(|(key, value)| (key.into(), value.into())).collect(),
    }
}

fn source(text: &str) -> PartSource {
    text.parse().unwrap_or(PartSource::Source1)
}

fn file(file: &File) -> RowFile {
    RowFile {
        source: source(&file.source),
        path: file.absolute_path.as_ref().unwrap_or(&file.path).into(),
        bytes: ByteCount::new(file.bytes),
        modified: file.modified.as_deref().and_then(|time| time.parse().ok()),
        md5: file.md5.as_deref().map(OutsideText::new),
        sha256: file.sha256.as_deref().map(OutsideText::new),
    }
}

fn check(check: &Check) -> RowCheck {
    RowCheck {
        check: check.check.as_str().into(),
        result: check.result.parse().unwrap_or(CheckResult::Note),
        text: check.text.as_str().into(),
    }
}

fn failure(failure: &ReceiptFailure) -> RowFailure {
    RowFailure {
        kind: failure.kind.as_str().into(),
        message: failure.message.as_str().into(),
        hint: None,
        request_id: failure.request_id.as_deref().map(OutsideText::new),
    }
}

const fn traffic(transfer: &Traffic) -> RowTraffic {
    RowTraffic {
        bytes_sent: transfer.bytes_sent,
        parts_sent: transfer.parts_sent,
        parts_reused: transfer.parts_reused,
        retries: transfer.retries,
        throttled: transfer.throttled,
    }
}
