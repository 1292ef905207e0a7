//! Which genome a header's reference sequences are, by their names and lengths.
//!
//! Known are the human and mouse assemblies that nearly everybody uses. Whatever differs in one of
//! the main chromosomes is unknown.

use serde::Serialize;

use super::header::ReferenceSequence;

/// The main chromosomes: up to 22 numbered ones, X, Y, and the mitochondrion.
const NUMBERED: usize = 22;
const X: usize = NUMBERED;
const Y: usize = NUMBERED + 1;
const MITOCHONDRION: usize = NUMBERED + 2;
const MAIN: usize = NUMBERED + 3;

/// An assembly: its name, and the lengths of its numbered chromosomes, of X and of Y.
struct KnownAssembly {
    name: &'static str,
    numbered: &'static [u64],
    x: u64,
    y: u64,
}

const KNOWN: [KnownAssembly; 5] = [
    KnownAssembly {
        name: "GRCh37",
        numbered: &[
            249_250_621,
            243_199_373,
            198_022_430,
            191_154_276,
            180_915_260,
            171_115_067,
            159_138_663,
            146_364_022,
            141_213_431,
            135_534_747,
            135_006_516,
            133_851_895,
            115_169_878,
            107_349_540,
            102_531_392,
            90_354_753,
            81_195_210,
            78_077_248,
            59_128_983,
            63_025_520,
            48_129_895,
            51_304_566,
        ],
        x: 155_270_560,
        y: 59_373_566,
    },
    KnownAssembly {
        name: "GRCh38",
        numbered: &[
            248_956_422,
            242_193_529,
            198_295_559,
            190_214_555,
            181_538_259,
            170_805_979,
            159_345_973,
            145_138_636,
            138_394_717,
            133_797_422,
            135_086_622,
            133_275_309,
            114_364_328,
            107_043_718,
            101_991_189,
            90_338_345,
            83_257_441,
            80_373_285,
            58_617_616,
            64_444_167,
            46_709_983,
            50_818_468,
        ],
        x: 156_040_895,
        y: 57_227_415,
    },
    KnownAssembly {
        name: "T2T-CHM13",
        numbered: &[
            248_387_328,
            242_696_752,
            201_105_948,
            193_574_945,
            182_045_439,
            172_126_628,
            160_567_428,
            146_259_331,
            150_617_247,
            134_758_134,
            135_127_769,
            133_324_548,
            113_566_686,
            101_161_492,
            99_753_195,
            96_330_374,
            84_276_897,
            80_542_538,
            61_707_364,
            66_210_255,
            45_090_682,
            51_324_926,
        ],
        x: 154_259_566,
        y: 62_460_029,
    },
    KnownAssembly {
        name: "GRCm38",
        numbered: &[
            195_471_971,
            182_113_224,
            160_039_680,
            156_508_116,
            151_834_684,
            149_736_546,
            145_441_459,
            129_401_213,
            124_595_110,
            130_694_993,
            122_082_543,
            120_129_022,
            120_421_639,
            124_902_244,
            104_043_685,
            98_207_768,
            94_987_271,
            90_702_639,
            61_431_566,
        ],
        x: 171_031_299,
        y: 91_744_698,
    },
    KnownAssembly {
        name: "GRCm39",
        numbered: &[
            195_154_279,
            181_755_017,
            159_745_316,
            156_860_686,
            151_758_149,
            149_588_044,
            144_995_196,
            130_127_694,
            124_359_700,
            130_530_862,
            121_973_369,
            120_092_757,
            120_883_175,
            125_139_656,
            104_073_951,
            98_008_968,
            95_294_699,
            90_720_763,
            61_420_004,
        ],
        x: 169_476_592,
        y: 91_455_967,
    },
];

/// The hg19 of UCSC has an older mitochondrion than the others.
const HG19_MITOCHONDRION: u64 = 16_571;
/// The one decoy of hs37d5.
const HS37D5: (&str, u64) = ("hs37d5", 35_477_943);

/// How the main chromosomes are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// `chr1`
    Chr,
    /// `1`
    Plain,
    Other,
}

/// What the reference sequences of a header are, once all of them have been seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sequences {
    count: u64,
    bases: u64,
    with_md5: u64,
    chr: u64,
    plain: u64,
    main: [Option<u64>; MAIN],
    alts: u64,
    decoys: u64,
    hla: u64,
    has_hs37d5: bool,
}

impl Sequences {
    /// Takes the next one.
    pub fn see(&mut self, reference: &ReferenceSequence<'_>) {
        let (name, length) = (&*reference.name, reference.length.unwrap_or_default());
        self.count += 1;
        self.bases += length;
        self.with_md5 += u64::from(reference.md5.is_some());
        self.alts += u64::from(name.ends_with("_alt"));
        self.decoys += u64::from(name.ends_with("_decoy"));
        self.hla += u64::from(name.starts_with("HLA-"));
        self.has_hs37d5 |= (name, length) == HS37D5;
        let (style, bare) = match name.strip_prefix("chr") {
            Some(bare) => (&mut self.chr, bare),
            None => (&mut self.plain, name),
        };
        if let Some(place) = place(bare) {
            *style += 1;
            self.main[place] = Some(length);
        }
    }

    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Of all sequences together.
    pub const fn bases(&self) -> u64 {
        self.bases
    }

    /// How many have the MD5 of their bases beside them.
    pub const fn with_md5(&self) -> u64 {
        self.with_md5
    }

    pub const fn naming(&self) -> Naming {
        match (self.chr, self.plain) {
            (1.., 0) => Naming::Chr,
            (0, 1..) => Naming::Plain,
            _ => Naming::Other,
        }
    }

    /// The assembly, if all of its numbered chromosomes and X are there, and none of another length.
    pub fn assembly(&self) -> Option<&'static str> {
        let known = KNOWN.iter().find(|known| self.is(known))?;
        let mitochondrion = self.main[MITOCHONDRION];
        Some(match (known.name, self.naming()) {
            ("GRCh37", _) if self.has_hs37d5 => HS37D5.0,
            ("GRCh37", Naming::Chr) if mitochondrion == Some(HG19_MITOCHONDRION) => "hg19",
            (name, _) => name,
        })
    }

    /// What there is besides the chromosomes and unplaced sequences: alternative loci, decoys, HLA.
    pub fn extras(&self) -> Vec<&'static str> {
        let counts = [(self.alts, "alts"), (self.decoys, "decoys"), (self.hla, "HLA")];
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(_, name)| name).collect()
    }

    fn is(&self, known: &KnownAssembly) -> bool {
        let is_y = self.main[Y].is_none_or(|length| length == known.y);
        let numbered = self.main[..NUMBERED].iter().enumerate();
        let as_known =
            |(at, length): (usize, &Option<u64>)| *length == known.numbered.get(at).copied();
        self.main[X] == Some(known.x) && is_y && numbered.into_iter().all(as_known)
    }
}

/// The one assembly that has a chromosome of this name and length.
pub(super) fn of_chromosome(name: &str, length: u64) -> Option<&'static str> {
    let at = place(name.strip_prefix("chr").unwrap_or(name))?;
    let has = |known: &&KnownAssembly| match at {
        X => known.x == length,
        Y => known.y == length,
        at => known.numbered.get(at).is_some_and(|known| *known == length),
    };
    let mut found = KNOWN.iter().filter(has);
    found.next().filter(|_| found.next().is_none()).map(|known| known.name)
}

fn place(bare: &str) -> Option<usize> {
    match bare {
        "X" => Some(X),
        "Y" => Some(Y),
        "M" | "MT" => Some(MITOCHONDRION),
        number if !number.starts_with(['0', '+']) => {
            number.parse().ok().filter(|number| (1..=NUMBERED).contains(number)).map(|n| n - 1)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(sequences: &[(String, u64)]) -> Sequences {
        let mut all = Sequences::default();
        for (name, length) in sequences {
            let length = Some(*length);
            all.see(&ReferenceSequence { name: name.into(), length, md5: None, assembly: None });
        }
        all
    }

    /// The main chromosomes of an assembly, called in this way.
    fn main(name: &str, prefix: &str, mitochondrion: (&str, u64)) -> Vec<(String, u64)> {
        let known = KNOWN.iter().find(|known| known.name == name).unwrap();
        let numbered = known.numbered.iter().enumerate();
        let mut all: Vec<_> =
            numbered.map(|(at, length)| (format!("{prefix}{}", at + 1), *length)).collect();
        all.push((format!("{prefix}X"), known.x));
        all.push((format!("{prefix}Y"), known.y));
        all.push((mitochondrion.0.to_owned(), mitochondrion.1));
        all
    }

    #[test]
    fn assemblies_are_told_apart_by_names_and_lengths() {
        let chr = ("chrM", 16_569);
        for (name, prefix, mitochondrion, assembly, naming) in [
            ("GRCh37", "", ("MT", 16_569), "GRCh37", Naming::Plain),
            ("GRCh37", "chr", ("chrM", 16_571), "hg19", Naming::Chr),
            ("GRCh37", "chr", chr, "GRCh37", Naming::Chr),
            ("GRCh38", "chr", chr, "GRCh38", Naming::Chr),
            ("GRCh38", "", ("MT", 16_569), "GRCh38", Naming::Plain),
            ("T2T-CHM13", "chr", chr, "T2T-CHM13", Naming::Chr),
            ("GRCm38", "chr", ("chrM", 16_299), "GRCm38", Naming::Chr),
            ("GRCm39", "", ("MT", 16_299), "GRCm39", Naming::Plain),
        ] {
            let sequences = seen(&main(name, prefix, mitochondrion));
            assert_eq!((sequences.assembly(), sequences.naming()), (Some(assembly), naming));
            assert_eq!(sequences.extras(), [""; 0]);
        }
    }

    #[test]
    fn what_comes_with_an_assembly_is_named() {
        let mut grch38 = main("GRCh38", "chr", ("chrM", 16_569));
        grch38.push(("chr1_KI270762v1_alt".to_owned(), 354_444));
        grch38.push(("chrUn_KN707606v1_decoy".to_owned(), 2_200));
        grch38.push(("HLA-A*01:01:01:01".to_owned(), 3_503));
        let sequences = seen(&grch38);
        assert_eq!(sequences.assembly(), Some("GRCh38"));
        assert_eq!(sequences.extras(), ["alts", "decoys", "HLA"]);
        assert_eq!(sequences.count(), 28);
        let mut decoy = main("GRCh37", "", ("MT", 16_569));
        decoy.push(("hs37d5".to_owned(), 35_477_943));
        assert_eq!(seen(&decoy).assembly(), Some("hs37d5"));
    }

    #[test]
    fn a_chromosome_alone_may_tell_its_assembly() {
        for (name, length, assembly) in [
            ("chr1", 248_956_422, Some("GRCh38")),
            ("1", 249_250_621, Some("GRCh37")),
            ("chrX", 154_259_566, Some("T2T-CHM13")),
            ("19", 61_431_566, Some("GRCm38")),
            ("chr1", 1, None),
            ("chrM", 16_569, None),
            ("scaffold", 248_956_422, None),
        ] {
            assert_eq!(of_chromosome(name, length), assembly, "{name}");
        }
        // No two assemblies share the length of a chromosome, or it would tell neither.
        for known in &KNOWN {
            for (at, length) in known.numbered.iter().enumerate() {
                assert_eq!(of_chromosome(&format!("{}", at + 1), *length), Some(known.name));
            }
        }
    }

    #[test]
    fn what_differs_anywhere_is_unknown() {
        let whole = main("GRCh38", "chr", ("chrM", 16_569));
        for at in 0..24 {
            let mut other = whole.clone();
            other[at].1 += 1;
            assert_eq!(seen(&other).assembly(), None, "{}", other[at].0);
            let mut fewer = whole.clone();
            fewer.remove(at);
            // A woman's reference may lack Y.
            assert_eq!(seen(&fewer).assembly().is_some(), whole[at].0 == "chrY");
        }
        // A mouse with human chromosomes besides.
        let mut more = main("GRCm39", "", ("MT", 16_299));
        more.push(("20".to_owned(), 64_444_167));
        assert_eq!(seen(&more).assembly(), None);
        assert_eq!(seen(&[]).assembly(), None);
        assert_eq!(seen(&[("NC_000001.11".to_owned(), 248_956_422)]).naming(), Naming::Other);
        assert_eq!(seen(&[("01".to_owned(), 9), ("0".to_owned(), 9)]).naming(), Naming::Other);
    }
}
