//! Files that are large enough to be cut into parts.

use std::{fmt::Write as _, io::Write as _};

use flate2::{Compression, GzBuilder};

/// FASTQ in exactly so many bytes of gzip.
pub(crate) fn fastq_gz(size: usize) -> Vec<u8> {
    let text = reads();
    let member = member(&text, 0);
    let mut file = member.repeat(size / member.len() - 1);
    let rest = size - file.len();
    // What is missing is made up by the name of a file, which a gzip header may hold.
    file.extend(self::member(&text, rest - member.len()));
    assert_eq!(file.len(), size);
    file
}

fn member(text: &str, longer_by: usize) -> Vec<u8> {
    let mut gzip = GzBuilder::new();
    if longer_by > 0 {
        gzip = gzip.filename("x".repeat(longer_by - 1));
    }
    let mut encoder = gzip.write(Vec::new(), Compression::none());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Some hundred KiB of reads.
fn reads() -> String {
    let mut random = 1_u32;
    let mut base = move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ['A', 'C', 'G', 'T'][(random >> 30) as usize]
    };
    let mut text = String::new();
    for read in 0..1000 {
        let bases: String = (0..150).map(|_| base()).collect();
        writeln!(text, "@read{read}\n{bases}\n+\n{}", "F".repeat(150)).unwrap();
    }
    text
}
