//! From the SDK's values to ours, and the root over the sums of parts.

use aws_sdk_glacier::types::{PartListElement, UploadListElement};
use aws_smithy_types::{DateTime, date_time::Format};
use data_encoding::HEXLOWER;

use super::operations::unusable_answer;
use crate::{
    store::{CompletedPart, Created, ListedArchiveUpload, StoreError, StoredPart},
    types::{
        ByteCount, Digest, Operation, PartNumber, PartSize, PartSource, Sha256, root_of_parts,
    },
};

/// The sum of a part as the service spells it.
pub(super) fn checksum(digest: &Digest) -> String {
    HEXLOWER.encode(digest.as_bytes())
}

pub(super) fn listed_upload(upload: &UploadListElement) -> Result<ListedArchiveUpload, StoreError> {
    let unusable = |what: &dyn std::fmt::Display| unusable_answer(Operation::ListUploads, &what);
    let id = upload.multipart_upload_id().unwrap_or_default().parse();
    let part_size = u64::try_from(upload.part_size_in_bytes()).ok().and_then(PartSize::new);
    let date = upload.creation_date().unwrap_or_default();
    let date = DateTime::from_str(date, Format::DateTime).ok();
    Ok(ListedArchiveUpload {
        created: Created {
            id: id.map_err(|invalid| unusable(&invalid))?,
            at: date.map_or(0, |date| date.secs()),
        },
        // One without a date is not taken for the first.
        began: date.and_then(|date| date.to_millis().ok()).unwrap_or(i64::MAX),
        vault_arn: upload.vault_arn().unwrap_or_default().to_owned(),
        description: upload.archive_description().unwrap_or_default().to_owned(),
        part_size: part_size.ok_or_else(|| unusable(&"it lists a part size that there is not"))?,
    })
}

/// A part is listed by its range (`0-1048575`); its number follows from the size of all parts.
pub(super) fn listed_part(
    part: &PartListElement,
    source: PartSource,
    part_size: i64,
) -> Result<StoredPart, StoreError> {
    let range = part.range_in_bytes().unwrap_or_default();
    let placed = placed(range, part_size).ok_or_else(|| {
        unusable_answer(Operation::ListParts, &format!("it lists the range `{range}`"))
    })?;
    let (number, size) = placed;
    let checksum = part.sha256_tree_hash().unwrap_or_default().parse().ok();
    Ok(StoredPart { source, number, size, checksum, created: 0, updated: 0 })
}

fn placed(range: &str, part_size: i64) -> Option<(PartNumber, ByteCount)> {
    let (from, to) = range.split_once('-')?;
    let (from, to) = (from.parse::<u64>().ok()?, to.parse::<u64>().ok()?);
    let part_size = u64::try_from(part_size).ok().filter(|size| *size > 0)?;
    let size = to.checked_sub(from)?.checked_add(1).filter(|size| *size <= part_size)?;
    if from % part_size != 0 {
        return None;
    }
    let number = u16::try_from(from / part_size + 1).ok().and_then(PartNumber::new)?;
    Some((number, ByteCount::new(size)))
}

/// The root over all parts.
pub(super) fn tree_root(parts: &[CompletedPart]) -> Option<Sha256> {
    root_of_parts(parts.iter().map(|part| part.checksum.sha256()).collect::<Option<_>>()?)
}
