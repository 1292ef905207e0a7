//! Sheets of sequencers, and the files that bcl2fastq and BCL Convert make by them.

use super::*;

const V1: &str = "[Header],,,,,,,\nIEMFileVersion,4,,,,,,\nInvestigator Name,Müller,,,,,,\n\
    Date,2/26/20,,,,,,\nDescription,,,,,,,\n,,,,,,,\n[Reads],,,,,,,\n151,,,,,,,\n151,,,,,,,\n,,,,,,,\n\
    [Settings],,,,,,,\nAdapter,CTGTCTCTTATACACATCT,,,,,,\n,,,,,,,\n[Data],,,,,,,\n\
    Sample_ID,Sample_Name,Sample_Plate,Sample_Well,I7_Index_ID,index,Sample_Project,Description\n\
    A1,,,,N701,TAAGGCGA,,\nA2,liver,,,N702,CGTACTAG,ProjX,\n";

const V2: &str = "[Header]\nFileFormatVersion,2\nRunName,r\n\n[Reads]\nRead1Cycles,151\nRead2Cycles,151\n\
    Index1Cycles,10\nIndex2Cycles,10\n\n[BCLConvert_Settings]\nSoftwareVersion,4.1.7\n\
    OverrideCycles,Y151;I10;I10;Y151\nNoLaneSplitting,false\n\n[BCLConvert_Data]\n\
    Lane,Sample_ID,Index,Index2,Sample_Project\n1,A1,AAAA,CCCC,p\n2,A1,AAAA,CCCC,p\n1,A2,GGGG,TTTT,p\n\n\
    [Cloud_Settings]\nGeneratedVersion,1\n\n[Cloud_Data]\nSample_ID,ProjectName,LibraryName\nA1,p,A1_AAAA\n\
    A2,p,A2_GGGG\n";

fn run_with(sheet: &str, files: &[&str], merging: Merging) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|file| Path::new("/d").join(file)).collect();
    read_with(sheet.as_bytes(), &SheetOptions { merging, files: Some(&files), ..options() })
}

fn run(sheet: &str, files: &[&str]) -> Vec<String> {
    run_with(sheet, files, Merging::None)
}

/// One sample with these lines of `[Reads]`.
fn one(reads: &str) -> String {
    format!("[Reads]\n{reads}\n[Data]\nSample_ID,Sample_Name\nA1,liver\n")
}

#[test]
fn files_are_found_by_the_names_of_bcl2fastq_and_bcl_convert() {
    assert_eq!(
        run(
            V1,
            &[
                "A1_S1_R1_001.fastq.gz",
                "A1_S1_R2_001.fastq.gz",
                "A1_S1_I1_001.fastq.gz",
                "ProjX/A2/liver_S2_R1_001.fastq.gz",
                "ProjX/A2/liver_S2_R2_001.fastq.gz",
                "Undetermined_S0_R1_001.fastq.gz",
                "Undetermined_S0_R2_001.fastq.gz",
                "A10_S3_R1_001.fastq.gz",
                "Reports/html/x.html",
            ]
        ),
        [
            "16 A1: A1_S1_R1_001.fastq.gz | A1_S1_R2_001.fastq.gz",
            "17 A2: ProjX/A2/liver_S2_R1_001.fastq.gz | ProjX/A2/liver_S2_R2_001.fastq.gz",
        ]
    );
    let files = [
        "p/A1_S1_L001_R1_001.fastq.gz",
        "p/A1_S1_L001_R2_001.fastq.gz",
        "p/A1_S1_L002_R1_001.fastq.gz",
        "p/A1_S1_L002_R2_001.fastq.gz",
        "p/A2_S2_L001_R1_001.fastq.gz",
        "p/A2_S2_L001_R2_001.fastq.gz",
        "old/A2_S7_L001_R1_001.fastq.gz",
    ];
    let found = run(V2, &files);
    assert_eq!(found.len(), 3);
    assert!(found[0].starts_with(
        "18 A1: p/A1_S1_L001_R1_001.fastq.gz | p/A1_S1_L001_R2_001.fastq.gz [lane=1, note: sample `A1` \
         becomes 2 read sets"
    ));
    assert_eq!(
        found[1..],
        [
            "19 A1: p/A1_S1_L002_R1_001.fastq.gz | p/A1_S1_L002_R2_001.fastq.gz [lane=2]",
            "20 A2: p/A2_S2_L001_R1_001.fastq.gz | p/A2_S2_L001_R2_001.fastq.gz [lane=1]",
        ]
    );
    for merging in [Merging::Lanes, Merging::Rows] {
        let name = if merging == Merging::Lanes { "A1_S1" } else { "A1" };
        assert_eq!(
            run_with(V2, &files, merging)[0],
            format!(
                "18+19 A1: p/A1_S1_L001_R1_001.fastq.gz + p/A1_S1_L002_R1_001.fastq.gz | \
                 p/A1_S1_L001_R2_001.fastq.gz + p/A1_S1_L002_R2_001.fastq.gz [name={name}]"
            )
        );
    }
}

#[test]
fn spreadsheets_change_the_sheets_of_sequencers_too() {
    let files = [
        "A1_S1_R1_001.fastq.gz",
        "A1_S1_R2_001.fastq.gz",
        "liver_S2_R1_001.fastq.gz",
        "liver_S2_R2_001.fastq.gz",
    ];
    for sheet in [
        V1.replace(',', ";"),
        V1.replace(',', "\t"),
        V1.replace('\n', "\r\n"),
        V1.replace("[Data]", "\"[DATA]\""),
    ] {
        assert_eq!(run(&sheet, &files).len(), 2, "{sheet}");
    }
}

#[test]
fn several_rows_of_one_sample_are_one() {
    let sheet = "[Data]\nSample_ID,index\nA1,AAAA\nA1,CCCC\nA1,GGGG\n";
    assert_eq!(run(sheet, &["A1_S1_R1_001.fastq.gz"]), ["3+4+5 A1: A1_S1_R1_001.fastq.gz"]);
    let segments = ["A1_S1_L001_R1_002.fastq.gz", "A1_S1_L001_R1_001.fastq.gz"];
    assert_eq!(
        run(sheet, &segments),
        ["3 A1: A1_S1_L001_R1_001.fastq.gz + A1_S1_L001_R1_002.fastq.gz [lane=1]"]
    );
}

#[test]
fn what_is_missing_or_doubtful_is_an_error() {
    let (r1, r2) = ("A1_S1_L001_R1_001.fastq.gz", "A1_S1_L001_R2_001.fastq.gz");
    for (reads, files, expected) in [
        (
            "151\n151",
            &[r1, r2][..],
            "5 A1: A1_S1_L001_R1_001.fastq.gz | A1_S1_L001_R2_001.fastq.gz [lane=1]",
        ),
        ("151\n151", &[r1], "s.csv:6: read 2 is missing for `/d/A1_S1_L001_R1_001.fastq.gz`"),
        ("151\n0", &[r1], "6 A1: A1_S1_L001_R1_001.fastq.gz [lane=1]"),
        ("Read1Cycles,151\nRead2Cycles,151\nIndex1Cycles,8", &[r1], "s.csv:7: read 2 is missing"),
        ("Read1Cycles,151\nIndex1Cycles,8", &[r1], "6 A1: A1_S1_L001_R1_001.fastq.gz"),
        ("", &[r1], "5 A1: A1_S1_L001_R1_001.fastq.gz"),
        ("", &[r2], "s.csv:5: read 1 is missing for `/d/A1_S1_L001_R2_001.fastq.gz`"),
        (
            "",
            &[r1, r2, "A1_S1_L001_R1_002.fastq.gz"],
            "s.csv:5: read 2 is missing for `/d/A1_S1_L001_R1_002.fastq.gz`",
        ),
        (
            "",
            &[],
            "s.csv:5: no FASTQ file of sample `A1` found by name (looked for `A1_S*_R1_001.fastq.gz`, `liver_S*_R1_001.fastq.gz`)",
        ),
        ("", &["A1_S1_L001_I1_001.fastq.gz"], "s.csv:5: no FASTQ file of sample `A1`"),
        (
            "",
            &[r1, "A1_S4_L002_R1_001.fastq.gz"],
            "s.csv:5: `/d/A1_S1_L001_R1_001.fastq.gz` and `/d/A1_S4_L002_R1_001.fastq.gz` differ in their sample numbers",
        ),
        (
            "",
            &["x/A1_S1_R1_001.fastq.gz", "y/A1_S1_R1_001.fastq.gz"],
            "s.csv:5: `/d/x/A1_S1_R1_001.fastq.gz` and `/d/y/A1_S1_R1_001.fastq.gz` are the same read",
        ),
        (
            "",
            &[r1, "A1_S1_R1_001.fastq.gz"],
            "s.csv:5: `/d/A1_S1_L001_R1_001.fastq.gz` and `/d/A1_S1_R1_001.fastq.gz` are the same read",
        ),
        (
            "",
            &[r1, r2, "A1_S1_L001_R3_001.fastq.gz"],
            "s.csv:5: `/d/A1_S1_L001_R3_001.fastq.gz` is a third read",
        ),
    ] {
        let found = run(&one(reads), files);
        let lines = reads.lines().count().max(1);
        let expected = expected.replacen("5 A1", &format!("{} A1", 4 + lines), 1);
        let expected = expected.replacen("6 A1", &format!("{} A1", 4 + lines), 1);
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{found:#?}\n{expected}");
    }
    let lanes = "[Data]\nLane,Sample_ID\n1,A1\n2,A1\n";
    assert_eq!(run(lanes, &[r1]), ["s.csv:3: no FASTQ file of lane 2 found for sample `A1`"]);
    assert_eq!(run(lanes, &["A1_S1_R1_001.fastq.gz"]), ["3+4 A1: A1_S1_R1_001.fastq.gz"]);
    assert_refused(&[
        (lanes, &["s.csv: the folder with the FASTQ files is missing: pass `--files DIR`"]),
        (
            "[Data]\nLane,Sample_ID,Foo\n1,,\n",
            &["s.csv: the folder", "s.csv:2: Foo: unknown column", "s.csv:3: Sample_ID: missing"],
        ),
    ]);
}

#[test]
fn sections_of_samples_are_not_dropped() {
    let r1 = ["A1_S1_R1_001.fastq.gz"];
    let twice = "[Data]\nSample_ID\nA1\n[Settings]\nx,1\n[data]\nLane,Sample_ID\n2,A2\n";
    assert_eq!(
        run(twice, &r1),
        ["s.csv:6: a second section `[data]`; the first one begins in line 1: make one of them"]
    );
    let empty = "[Data]\nSample_ID\nA1\n[Data]\n\n";
    assert_eq!(run(empty, &r1), ["3 A1: A1_S1_R1_001.fastq.gz"]);
    let both = "[BCLConvert_Data]\nSample_ID\nA1\n[Data]\nSample_ID\nA2\n";
    assert_eq!(
        run(both, &r1),
        [
            "3 A1: A1_S1_R1_001.fastq.gz [note: section `[Data]` is not read, because `[BCLConvert_Data]` \
          lists the samples]"
        ]
    );
}

#[test]
fn files_of_two_samples_of_one_name_are_told_by_their_folders() {
    let sheet = "[Data]\nSample_ID,Sample_Name,Sample_Project\nA1,liver,p\nA2,liver,p\n";
    let files = ["p/A1/liver_S1_R1_001.fastq.gz", "p/A2/liver_S2_R1_001.fastq.gz"];
    assert_eq!(
        run(sheet, &files),
        ["3 A1: p/A1/liver_S1_R1_001.fastq.gz", "4 A2: p/A2/liver_S2_R1_001.fastq.gz"]
    );
    let mixed = ["liver_S1_R1_001.fastq.gz"];
    assert_eq!(
        run(sheet, &mixed),
        ["s.csv:4: Sample_ID: `/d/liver_S1_R1_001.fastq.gz` is also in row 3, column `Sample_ID`"]
    );
}
