//! How a BAM ends, judged by its last bytes: with the end-of-file marker of BGZF.

use crate::formats::{
    bgzf::{self, END},
    end_flaw::{EndFlaw, Tail},
    last_bytes::LastBytes,
};

/// Judges the end of a BAM.
pub(crate) fn judge(end: &LastBytes<'_>) -> Tail {
    let unmarked = || (!end.bytes.ends_with(&END)).then_some(EndFlaw::NoBgzfMarker);
    Tail::of(bgzf::end::judge(end, 0).err().or_else(unmarked))
}
