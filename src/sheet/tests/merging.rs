//! Several rows of one sample.

use super::*;

fn merged(sheet: &str, merging: Merging) -> Vec<String> {
    read_with(sheet.as_bytes(), &SheetOptions { merging, ..options() })
}

const NOTE: &str = "note: sample `S` becomes 2 read sets, each named by its files; `--merge-lanes` \
                    merges lanes, `--merge-rows` all rows of a sample";

#[test]
fn rows_of_one_sample_are_read_sets_unless_they_are_merged() {
    let sheet = "sample,fastq_1,fastq_2,strandedness\n\
        S,S_S1_L002_R1_001.fastq.gz,S_S1_L002_R2_001.fastq.gz,auto\n\
        T,T_1.fq.gz,,auto\n\
        S,S_S1_L001_R1_001.fastq.gz,S_S1_L001_R2_001.fastq.gz,auto\n";
    let rows = [
        format!("2 S: S_S1_L002_R1_001.fastq.gz | S_S1_L002_R2_001.fastq.gz [{NOTE}]"),
        "3 T: T_1.fq.gz".to_owned(),
        "4 S: S_S1_L001_R1_001.fastq.gz | S_S1_L001_R2_001.fastq.gz".to_owned(),
    ];
    assert_eq!(merged(sheet, Merging::None), rows);
    let lanes = "2+4 S: S_S1_L001_R1_001.fastq.gz + S_S1_L002_R1_001.fastq.gz | \
                 S_S1_L001_R2_001.fastq.gz + S_S1_L002_R2_001.fastq.gz [name=S_S1]";
    assert_eq!(merged(sheet, Merging::Lanes), [lanes, "3 T: T_1.fq.gz"]);
    let all = "2+4 S: S_S1_L002_R1_001.fastq.gz + S_S1_L001_R1_001.fastq.gz | \
               S_S1_L002_R2_001.fastq.gz + S_S1_L001_R2_001.fastq.gz [name=S]";
    assert_eq!(merged(sheet, Merging::Rows), [all, "3 T: T_1.fq.gz"]);
}

#[test]
fn lanes_are_told_by_the_column_or_the_name() {
    for (lanes, expected) in [
        (["1", "2"], "2+3 S: x.fq.gz + y.fq.gz [name=S]"),
        (["10", "9"], "2+3 S: y.fq.gz + x.fq.gz [name=S]"),
        (["lane_2", "lane_1"], "2+3 S: y.fq.gz + x.fq.gz [name=S]"),
        (["L002", "L001"], "2+3 S: y.fq.gz + x.fq.gz [name=S]"),
        (["HX:7.2", "HX:7.1"], "2+3 S: y.fq.gz + x.fq.gz [name=S]"),
    ] {
        let sheet = format!(
            "patient,sample,lane,fastq_1\nP,S,{},x.fq.gz\nP,S,{},y.fq.gz\n",
            lanes[0], lanes[1]
        );
        let expected = expected.replace("[name", "[subject=P, name");
        assert_eq!(merged(&sheet, Merging::Lanes), [expected]);
    }
    let named = "sample,file,name\nS,x_L2.fq.gz,n\nS,x_L1.fq.gz,n\n";
    assert_eq!(merged(named, Merging::Lanes), ["2+3 S: x_L1.fq.gz + x_L2.fq.gz [name=n]"]);
    let several = "sample,file\nS,x_L003.fq.gz;x_L004.fq.gz\nS,x_L001.fq.gz;x_L002.fq.gz\n";
    assert_eq!(
        merged(several, Merging::Lanes),
        ["2+3 S: x_L001.fq.gz + x_L002.fq.gz + x_L003.fq.gz + x_L004.fq.gz [name=x]"]
    );
}

#[test]
fn what_differs_by_more_than_the_lane_is_refused() {
    let tail = "; `--merge-rows` merges all rows of a sample";
    for (sheet, error) in [
        ("sample,lane,fastq_1\nS,1,x.fq.gz\nS,L001,y.fq.gz\n", "both are lane 1"),
        ("sample,fastq_1\nS,run1/x_L001.fq.gz\nS,run2/x_L001.fq.gz\n", "both are lane 1"),
        (
            "sample,lane,fastq_1\nS,1,x.fq.gz\nS,b,y.fq.gz\n",
            "neither a column `lane` nor the file name tells the lane of `y.fq.gz`",
        ),
        (
            "sample,fastq_1\nS,x_L001_R1.fq.gz\nS,y_L002_R1.fq.gz\n",
            "`x_R1.fq.gz` and `y_R1.fq.gz` differ by more than the lane",
        ),
        (
            "sample,fastq_1\nS,x_S1_L001_R1_001.fastq.gz\nS,x_S2_L002_R1_001.fastq.gz\n",
            "`x_S1_R1_001.fastq.gz` and `x_S2_R1_001.fastq.gz` differ by more than the lane",
        ),
        (
            "sample,fastq_1\nS,a/x_L001_R1_002.fq.gz\nS,b/x_L001_R1_002.fq.gz\n",
            "both are chunk 2 of lane 1",
        ),
    ] {
        let expected = format!("s.csv:3: cannot merge row 2 and this one: {error}{tail}");
        assert_eq!(merged(sheet, Merging::Lanes), [expected], "{sheet}");
    }
    // `--merge-rows` would refuse these as well.
    let differ = |field: &str| {
        format!("they differ in `{field}`: correct it, or give the rows different samples")
    };
    for (sheet, error) in [
        (
            "sample,lane,fastq_1,fastq_2\nS,1,x.fq.gz,z.fq.gz\nS,2,y.fq.gz,\n",
            "one has a pair of files, the other a single file".to_owned(),
        ),
        ("sample,lane,fastq_1,patient\nS,1,x.fq.gz,P\nS,2,y.fq.gz,Q\n", differ("patient")),
        ("sample,lane,fastq_1,Subject\nS,1,x.fq.gz,\nS,2,y.fq.gz,Q\n", differ("Subject")),
        ("sample,lane,fastq_1,name\nS,1,x.fq.gz,P\nS,2,y.fq.gz,\n", differ("name")),
        ("sample,lane,fastq_1,tag:a\nS,1,x.fq.gz,P\nS,2,y.fq.gz,Q\n", differ("tags")),
    ] {
        let expected = format!("s.csv:3: cannot merge row 2 and this one: {error}");
        assert_eq!(merged(sheet, Merging::Lanes), [expected.as_str()], "{sheet}");
        assert_eq!(merged(sheet, Merging::Rows), [expected], "{sheet}");
    }
    for sheet in [
        "sample,fastq_1\nS,run1/x_L001.fq.gz\nS,run2/x_L001.fq.gz\n",
        "sample,fastq_1\nS,x_S1_L001_R1_001.fastq.gz\nS,y.fastq.gz\n",
        "sample,lane,fastq_1\nS,1,x.fq.gz\nS,1,y.fq.gz\n",
    ] {
        let found = merged(sheet, Merging::Rows);
        assert!(found.len() == 1 && found[0].starts_with("2+3 S: "), "{found:?}");
    }
    assert_eq!(
        merged("sample,fastq_1,fastq_2\nS,x,\nS,y,z\n", Merging::Rows),
        [
            "s.csv:3: cannot merge row 2 and this one: one has a pair of files, the other a single file"
        ]
    );
}

/// Chunks of a lane follow each other; `fq` and `fastq` are the same.
#[test]
fn lanes_of_several_chunks_and_extensions_are_one() {
    let sheet = "sample,fastq_1\nS,x_S1_L002_R1_001.fq.gz\nS,x_S1_L001_R1_002.fastq.gz\n\
                 S,x_S1_L001_R1_001.fastq.gz\n";
    let files = "x_S1_L001_R1_001.fastq.gz + x_S1_L001_R1_002.fastq.gz + x_S1_L002_R1_001.fq.gz";
    let expected = [format!("2+3+4 S: {files} [name=x_S1_R1_001]")];
    assert_eq!(merged(sheet, Merging::Lanes), expected);
    let sheet = "sample,lane,fastq_1\nS,2,x_S1_L002_R1_001.fq.gz\nS,1,x_S1_L001_R1_002.fastq.gz\n\
                 S,1,x_S1_L001_R1_001.fastq.gz\n";
    assert_eq!(merged(sheet, Merging::Lanes), expected);
    // Lanes in folders of their own: the sheet says that they are of one sample.
    assert_eq!(
        merged("sample,fastq_1\nS,b/x_L002.fq.gz\nS,a/x_L001.fq.gz\n", Merging::Lanes),
        ["2+3 S: a/x_L001.fq.gz + b/x_L002.fq.gz [name=x]"]
    );
}

#[test]
fn only_fastq_is_merged() {
    let sheet = "sample,lane,fastq_1,bam\nS,1,x.fq.gz,\nS,1,,a.bam\nS,2,y.fq.gz,\nS,2,,b.bam\n";
    assert_eq!(
        merged(sheet, Merging::Lanes),
        [
            "2+4 S: x.fq.gz + y.fq.gz [name=S]",
            "3 S: a.bam [lane=1, note: sample `S` has 2 rows, which are not FASTQ; each becomes a \
             read set of its own, since only FASTQ files can be merged]",
            "5 S: b.bam [lane=2]",
        ]
    );
    assert_eq!(
        merged(sheet, Merging::Rows),
        [
            "s.csv:5: cannot merge row 3 and this one: only FASTQ files can be merged, and `b.bam` is none"
        ]
    );
    let plain = "sample,file\nS,x_L1.bam\nS,x_L2.BAM\n";
    assert_eq!(merged(plain, Merging::Lanes).len(), 2);
    // Rows without a sample have nothing in common.
    assert_eq!(merged("file\nx_L1.fq.gz\nx_L2.fq.gz\n", Merging::Rows).len(), 2);
}
