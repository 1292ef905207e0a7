//! Genomes, and reads that are aligned to them, made for a test.

use std::fmt::Write as _;

use crate::{
    files::{Method, bam, cram},
    lab::Lab,
};

/// A reference sequence: its name and length.
pub(crate) type Sequence = (&'static str, u32);

/// The sequences of `samtools-test/3.quickcheck.ok.bam`.
pub(crate) const SMALL: [Sequence; 4] = [("insert", 599), ("ref1", 45), ("ref2", 40), ("ref3", 4)];

/// The first sequences of assemblies that everybody knows.
pub(crate) const GRCH37: [Sequence; 3] = [("1", 249_250_621), ("2", 243_199_373), ("MT", 16_569)];
pub(crate) const GRCH38: [Sequence; 3] =
    [("chr1", 248_956_422), ("chr2", 242_193_529), ("chrM", 16_569)];

/// A FASTA file, in lines of 60 bases.
pub(crate) fn fasta(sequences: &[Sequence]) -> String {
    let mut text = String::new();
    for (name, length) in sequences {
        writeln!(text, ">{name} made for a test").unwrap();
        let bases = "ACGTTGCAN".repeat(*length as usize / 9 + 1);
        for line in bases.as_bytes()[..*length as usize].chunks(60) {
            writeln!(text, "{}", str::from_utf8(line).unwrap()).unwrap();
        }
    }
    text
}

/// An index, of which only names and lengths are right.
pub(crate) fn index(sequences: &[Sequence]) -> String {
    sequences
        .iter()
        .map(|(name, length)| [name, "\t", &length.to_string(), "\t0\t60\t61\n"].concat())
        .collect()
}

fn header(sequences: &[Sequence]) -> String {
    let mut text = "@HD\tVN:1.6\n@RG\tID:1\tSM:S1\n".to_owned();
    for (name, length) in sequences {
        writeln!(text, "@SQ\tSN:{name}\tLN:{length}").unwrap();
    }
    text
}

/// A BAM without records.
pub(crate) fn aligned_bam(sequences: &[Sequence]) -> Vec<u8> {
    let list: Vec<_> = sequences
        .iter()
        .map(|(name, length)| (name.as_bytes(), i32::try_from(*length).unwrap()))
        .collect();
    bam(header(sequences).as_bytes(), &list)
}

/// A CRAM of nothing but a header and the end-of-file container.
pub(crate) fn aligned_cram(sequences: &[Sequence]) -> Vec<u8> {
    const END: &[u8] =
        b"\x0f\0\0\0\xff\xff\xff\xff\x0f\xe0\x45\x4f\x46\0\0\0\0\x01\0\x05\xbd\xd9\x4f\0\
        \x01\0\x06\x06\x01\0\x01\0\x01\0\xee\x63\x01\x4b";
    [&cram((3, 0), header(sequences).as_bytes(), Method::Gzip)[..], END].concat()
}

/// A lab whose sandbox has these references: the names of files, with their text.
pub(crate) fn lab_with(references: &[(&str, String)], faults: &[&str]) -> Lab {
    let mut lab = Lab::new();
    let files = references.iter().map(|(name, text)| lab.file(name, text.as_bytes())).collect();
    lab.restart_sandbox_with(faults, files);
    lab
}

/// The ARN of the sandbox's reference of this name.
pub(crate) fn arn_of(lab: &Lab, name: &str) -> String {
    let all = lab.sandbox.as_ref().unwrap().references("us-east-1");
    all.into_iter().find(|(known, _)| known == name).unwrap().1
}
