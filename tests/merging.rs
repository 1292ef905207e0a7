//! `--merge-lanes`: lanes become one read set that holds what `cat` would make of them; the real binary
//! against the sandbox.

mod refused;
mod resumed;
mod shown;
mod whole;

use std::fs;

use crate::{
    files::{bgzf, gzip},
    lab::{Lab, Said},
    material::{reads, stored},
};

/// How a lane is packed.
type Pack = fn(&[u8]) -> Vec<u8>;

const STORED: Pack = stored;
const GZIP: Pack = gzip;
const BGZF: Pack = |text| bgzf(text, 60_000);

/// The text of a lane: about so many bytes, in reads of a flow cell.
fn text(lane: usize, mate: usize, bytes: usize) -> Vec<u8> {
    // The second mates are longer, and as many.
    let (bytes, length) = if mate == 1 { (bytes, 5000) } else { (bytes / 5 * 6, 6000) };
    reads(&format!("M1:7:FC:{lane}:1101:{{}}:9 {mate}:N:0:ACGT"), bytes, length)
}

/// As Illumina names it.
fn name(lane: usize, mate: usize) -> String {
    format!("NA1_S1_L{lane:03}_R{mate}_001.fastq.gz")
}

/// Lanes of the two mates in a lab, from lane 1 on.
struct Lanes {
    lab: Lab,
    /// Of each lane, its two mates or its only file.
    lanes: Vec<Vec<(String, Vec<u8>)>>,
}

impl Lanes {
    /// So many bytes of reads in each lane.
    fn new(faults: &[&str], mates: usize, lanes: &[(Pack, usize)]) -> Self {
        let lane = |(at, (pack, bytes)): (usize, &(Pack, usize))| {
            let file = |mate| (name(at + 1, mate), pack(&text(at + 1, mate, *bytes)));
            (1..=mates).map(file).collect()
        };
        let lanes = Self {
            lab: Lab::with_faults(faults),
            lanes: lanes.iter().enumerate().map(lane).collect(),
        };
        for (name, content) in lanes.lanes.iter().flatten() {
            lanes.lab.file(name, content);
        }
        lanes
    }

    /// Gives a lane another content.
    fn set(&mut self, lane: usize, mate: usize, content: Vec<u8>) {
        let file = &mut self.lanes[lane - 1][mate - 1];
        file.1 = content;
        self.lab.file(&file.0, &file.1);
    }

    /// The names in an order that is not that of the lanes.
    fn names(&self) -> Vec<&str> {
        let names = self.lanes.iter().flatten().map(|(name, _)| name.as_str());
        let (even, odd): (Vec<_>, Vec<_>) =
            names.enumerate().partition(|(at, _)| at.is_multiple_of(2));
        even.into_iter().rev().chain(odd).map(|(_, name)| name).collect()
    }

    fn put(&self, arguments: &[&str]) -> Said {
        self.lab.put(&[&self.names(), &["--merge-lanes"][..], arguments].concat())
    }

    /// What `cat` makes of the lanes of each mate.
    fn joined(&self) -> Vec<Vec<u8>> {
        let of_mate =
            |mate: usize| self.lanes.iter().flat_map(|lane| lane[mate].1.iter().copied()).collect();
        (0..self.lanes[0].len()).map(of_mate).collect()
    }

    /// The read set is the only one, and holds what `cat` makes.
    #[track_caller]
    fn is_whole(&self, read_set: &str) {
        assert_eq!((self.lab.read_sets(), self.lab.uploads()), (1, 0));
        for (joined, source) in self.joined().iter().zip(["SOURCE1", "SOURCE2"]) {
            assert!(self.lab.read_back(read_set, source) == *joined, "{source}");
        }
    }

    /// It failed after something was sent: how far it had come is not told.
    #[track_caller]
    fn failed(&self, said: &Said, expected: &expect_test::Expect) {
        said.expect(1);
        let (_, error) = said.stderr.split_once("error: ").unwrap();
        expected.assert_eq(&self.lab.plain(error));
        assert_eq!(self.lab.count("CompleteMultipartReadSetUpload"), 0);
    }

    /// Nothing was begun.
    #[track_caller]
    fn sent_nothing(&self) {
        assert_eq!(self.lab.requests().len(), 0);
    }
}

/// Lanes that differ in size and packing, of about so many parts of the smallest size in all.
fn mixed(count: usize) -> Vec<(Pack, usize)> {
    let sizes = [1_300_000, 10_000, 2_700_000, 800_000, 20_000, 3_300_000, 700_000, 1_100_000];
    let packs = [STORED, GZIP, BGZF, STORED];
    sizes.iter().zip(packs.iter().cycle()).map(|(size, pack)| (*pack, *size)).take(count).collect()
}

/// The names in a folder of the lab.
fn there(lab: &Lab, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(lab.path(folder)).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
