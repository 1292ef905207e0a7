//! The columns that sheets have, by the names that other tools and this one give them.
//!
//! It knows names only, and no cells.

use std::fmt;

use super::other_columns::{ILLUMINA, IMPORT_JOB, NF_CORE};

/// What a column says of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    File(FileColumn),
    Sample,
    Subject,
    Name,
    FileType,
    Reference,
    GeneratedFrom,
    Description,
    Lane,
    /// `tag:KEY`.
    Tag(String),
    /// All tags in one cell, as JSON.
    Tags,
    Store,
    /// Illumina's, beside the sample's ID.
    SampleName,
    Project,
    /// What `--sheet-out` adds.
    Added(usize),
    /// Of other tools: it says nothing of a read set.
    PassedOver(String),
}

/// The columns that name files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum FileColumn {
    Fastq1,
    Fastq2,
    Bam,
    Cram,
    File,
    File1,
    File2,
    Source1,
    Source2,
}

impl FileColumn {
    const ALL: [Self; 9] = [
        Self::Fastq1,
        Self::Fastq2,
        Self::Bam,
        Self::Cram,
        Self::File,
        Self::File1,
        Self::File2,
        Self::Source1,
        Self::Source2,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fastq1 => "fastq_1",
            Self::Fastq2 => "fastq_2",
            Self::Bam => "bam",
            Self::Cram => "cram",
            Self::File => "file",
            Self::File1 => "file_1",
            Self::File2 => "file_2",
            Self::Source1 => "source1",
            Self::Source2 => "source2",
        }
    }

    /// The column of the first mates, for one of second mates.
    pub(super) const fn first(self) -> Option<Self> {
        match self {
            Self::Fastq2 => Some(Self::Fastq1),
            Self::File2 => Some(Self::File1),
            Self::Source2 => Some(Self::Source1),
            _ => None,
        }
    }

    /// Whether a cell may list several files.
    pub(super) const fn takes_several(self) -> bool {
        matches!(self, Self::File | Self::File1 | Self::File2)
    }
}

impl fmt::Display for FileColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The columns of `--sheet-out`.
pub(super) const ADDED: [&str; 8] = [
    "read_set_id",
    "read_set_arn",
    "upload_status",
    "upload_error",
    "omics_uri_1",
    "omics_uri_2",
    "s3_uri_1",
    "s3_uri_2",
];

impl Column {
    /// A column of any sheet but Illumina's.
    pub(super) fn of_table(name: &str) -> Option<Self> {
        let lower = name.to_lowercase().replace('-', "_");
        // As a manifest is nested.
        let lower = lower.strip_prefix("sourcefiles.").unwrap_or(&lower);
        let column = match lower {
            "sample" | "sampleid" => Self::Sample,
            "subject" | "patient" | "subjectid" => Self::Subject,
            "name" => Self::Name,
            "type" | "sourcefiletype" => Self::FileType,
            "reference" | "referencearn" => Self::Reference,
            "generated_from" | "generatedfrom" => Self::GeneratedFrom,
            "description" => Self::Description,
            "lane" => Self::Lane,
            "tags" => Self::Tags,
            "sequencestoreid" => Self::Store,
            lower => {
                // The key is what it is in the sheet.
                if let Some(key) = name.get(4..).filter(|_| lower.starts_with("tag:")) {
                    return Some(Self::Tag(key.trim().to_owned()));
                }
                if let Some(file) = FileColumn::ALL.into_iter().find(|file| file.name() == lower) {
                    return Some(Self::File(file));
                }
                let lists = [NF_CORE, IMPORT_JOB];
                return added(lower).or_else(|| passed_over(lower, &lists));
            }
        };
        Some(column)
    }

    /// A column of the data section of an Illumina sheet.
    pub(super) fn of_illumina(name: &str) -> Option<Self> {
        let letters = letters(name);
        match &*letters {
            "lane" => Some(Self::Lane),
            "sampleid" => Some(Self::Sample),
            "samplename" => Some(Self::SampleName),
            "sampleproject" | "project" => Some(Self::Project),
            letters => added(&name.to_lowercase()).or_else(|| passed_over(letters, &[ILLUMINA])),
        }
    }
}

fn added(lower: &str) -> Option<Column> {
    ADDED.iter().position(|added| *added == lower).map(Column::Added)
}

fn passed_over(name: &str, lists: &[&[&str]]) -> Option<Column> {
    let is_known = lists.iter().any(|list| list.contains(&name));
    is_known.then(|| Column::PassedOver(name.to_owned()))
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name of a column that matters and that has the same letters and digits, or nearly.
pub(super) fn similar(name: &str) -> Option<&'static str> {
    const OTHERS: [&str; 12] = [
        "sample",
        "subject",
        "patient",
        "name",
        "type",
        "reference",
        "generated_from",
        "description",
        "lane",
        "sampleId",
        "subjectId",
        "sourceFileType",
    ];
    // How other sheets call them.
    const SYNONYMS: [(&str, &str); 29] = [
        ("fastq", "fastq_1"),
        ("fq1", "fastq_1"),
        ("fq2", "fastq_2"),
        ("r1", "fastq_1"),
        ("r2", "fastq_2"),
        ("read1", "fastq_1"),
        ("read2", "fastq_2"),
        ("fastqr1", "fastq_1"),
        ("fastqr2", "fastq_2"),
        ("forward", "fastq_1"),
        ("reverse", "fastq_2"),
        ("forwardreads", "fastq_1"),
        ("reversereads", "fastq_2"),
        ("reads1", "fastq_1"),
        ("reads2", "fastq_2"),
        ("shortreads1", "fastq_1"),
        ("shortreads2", "fastq_2"),
        ("group", "sample"),
        ("fastqfile1", "fastq_1"),
        ("fastqfile2", "fastq_2"),
        ("bamfile", "bam"),
        ("cramfile", "cram"),
        ("samples", "sample"),
        ("individual", "subject"),
        ("filename", "file"),
        ("filepath", "file"),
        ("samplename", "sample"),
        ("files", "file"),
        ("path", "file"),
    ];
    let given = letters(name);
    let names = FileColumn::ALL.into_iter().map(FileColumn::name).chain(OTHERS);
    let names: Vec<_> = names.map(|known| (letters(known), known)).collect();
    let others = SYNONYMS.iter().map(|(other, known)| ((*other).to_owned(), *known));
    let equal = names.iter().cloned().chain(others).find(|(known, _)| *known == given);
    let nearly = || names.into_iter().find(|(known, _)| is_nearly(known, &given));
    equal.or_else(nearly).map(|(_, known)| known)
}

/// Whether a name is another one with a letter more, less, changed, or in the place of its neighbour.
fn is_nearly(known: &str, given: &str) -> bool {
    const SHORTEST: usize = 5;
    let (known, given): (Vec<_>, Vec<_>) = (known.chars().collect(), given.chars().collect());
    let begin = known.iter().zip(&given).take_while(|(a, b)| a == b).count();
    let (a, b) = (&known[begin..], &given[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let is_edited = match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([a, b], [c, d]) => a == d && b == c,
        // `fastq_l` is a misspelled `fastq_1`; `fastq_3` and `fastq_x` are none.
        ([a], [b]) => !a.is_ascii_digit() || matches!(b, 'l' | 'i' | 'z'),
        ([_], []) | ([], [_]) => true,
        _ => false,
    };
    is_edited && known.len() >= SHORTEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case() {
        for (name, column) in [
            ("Sample", Column::Sample),
            ("SAMPLEID", Column::Sample),
            ("sampleId", Column::Sample),
            ("patient", Column::Subject),
            ("generated-from", Column::GeneratedFrom),
            ("FASTQ_1", Column::File(FileColumn::Fastq1)),
            ("source2", Column::File(FileColumn::Source2)),
            ("sourceFiles.source1", Column::File(FileColumn::Source1)),
            ("tag:Project Name", Column::Tag("Project Name".to_owned())),
            ("TAG: x", Column::Tag("x".to_owned())),
            ("upload_status", Column::Added(2)),
            ("Strandedness", Column::PassedOver("strandedness".to_owned())),
            ("secondary_sample_accession", Column::PassedOver("secondary_sample_accession".into())),
        ] {
            assert_eq!(Column::of_table(name), Some(column), "{name}");
        }
        for name in ["condition", "fastq1", "Sample_ID", "tag", "", "é", "tåg:x"] {
            assert_eq!(Column::of_table(name), None, "{name}");
        }
        for (name, column) in [
            ("Sample_ID", Column::Sample),
            ("SampleID", Column::Sample),
            ("Sample_Project", Column::Project),
            ("index", Column::PassedOver("index".to_owned())),
            ("read_set_id", Column::Added(0)),
        ] {
            assert_eq!(Column::of_illumina(name), Some(column), "{name}");
        }
        assert_eq!(Column::of_illumina("fastq_1"), None);
    }

    #[test]
    fn what_is_nearly_a_column_is_named() {
        for (name, known) in [
            ("fastq1", Some("fastq_1")),
            ("Fastq 2", Some("fastq_2")),
            ("sample_id", Some("sampleId")),
            ("Sample_Name", Some("sample")),
            ("R1", Some("fastq_1")),
            ("Smaple", Some("sample")),
            ("fastq_l", Some("fastq_1")),
            ("fatsq_2", Some("fastq_2")),
            ("patients", Some("patient")),
            ("fastq_3", None),
            ("sources", None),
            ("bm", None),
            ("condition", None),
            ("", None),
        ] {
            assert_eq!(similar(name), known, "{name}");
        }
    }
}
