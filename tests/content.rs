//! Decoding whole files: clean ones pass and are counted, damaged ones are told by what damaged them,
//! and the text of a BAM's records is that of `samtools view`.

mod alignments;
mod fastq;
mod joined;

use std::num::NonZero;

use omics_upload::{
    content::{DecodeFailure, Decoded, EtagAlgorithm, decode},
    formats::{Damage, Kind},
};

/// On one thread and on three, which has to be the same.
fn decoded(
    files: &[(Kind, &[u8])],
    algorithm: Option<EtagAlgorithm>,
) -> Result<Vec<Decoded>, String> {
    let once = |threads| {
        decode(files.to_vec(), algorithm, NonZero::new(threads).unwrap())
            .map_err(|failure| failure.to_string())
    };
    let result = once(1);
    assert_eq!(once(3), result);
    result
}

/// What is wrong with one file.
fn damage(kind: Kind, file: &[u8]) -> Option<Damage> {
    match decode(vec![(kind, file)], None, NonZero::<usize>::MIN) {
        Ok(_) => None,
        Err(DecodeFailure::Damaged { file: 0, damage }) => Some(damage),
        Err(failure) => panic!("{failure}"),
    }
}
