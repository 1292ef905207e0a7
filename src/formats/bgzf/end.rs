//! How BGZF ends, judged by the last bytes of a file.

use super::end_blocks::{self, BlockRow, EndOfBlocks};
use crate::formats::{
    end_flaw::EndFlaw,
    last_bytes::{LastBytes, MANY_ZEROS},
};

/// Whether the blocks lie in one unbroken row; gives about the last `keep` bytes in them. Whether there
/// is a marker is not asked.
pub(crate) fn judge(end: &LastBytes<'_>, keep: usize) -> Result<Vec<u8>, EndFlaw> {
    let zeros = end.zeros();
    match end_blocks::last_row(end.bytes, end.is_whole()) {
        Some(BlockRow { first, end: EndOfBlocks::AtEnd }) => {
            end_blocks::inflate(end.bytes, first, keep)
                .map_err(|place| EndFlaw::DamagedBlock(end.at(place)))
        }
        Some(BlockRow { end: EndOfBlocks::AfterMarker(place), .. }) => Err(end.trailing(place)),
        _ if zeros >= MANY_ZEROS => Err(EndFlaw::Zeros(zeros)),
        Some(BlockRow { end: EndOfBlocks::Cut(place), .. }) => {
            Err(EndFlaw::CutBlock(end.at(place)))
        }
        Some(BlockRow { end: EndOfBlocks::NoBlock(place), .. }) => {
            Err(EndFlaw::NoBlock(end.at(place)))
        }
        None => Err(EndFlaw::NoBlock(end.start)),
    }
}
