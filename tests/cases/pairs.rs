//! Mates, samples and series, by names and reads.

use std::fs;

use crate::{
    files::{bam, fastq, gzip},
    lab::{Lab, REFERENCE, Said, data},
};

/// Copies the files of a case, and gives their names in order.
fn case(lab: &Lab, name: &str) -> Vec<String> {
    let folder = format!("cases/{name}");
    let entries = fs::read_dir(data(&folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    for file in &names {
        lab.copy(&format!("{folder}/{file}"), file);
    }
    names
}

fn words(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// What `check` would make of files: sources, name and sample of each read set. `put --dry-run` has to
/// say the same.
#[track_caller]
fn planned(lab: &Lab, arguments: &[&str]) -> (Vec<String>, Said) {
    // `check` needs no reference.
    let is_for_both = |argument: &&&str| !argument.starts_with("--reference");
    let checked = arguments.iter().filter(is_for_both).copied();
    let check = Lab::run(lab.command(["check", "--output=json"].into_iter().chain(checked)));
    let put = lab.put(&[&["--dry-run"], arguments].concat());
    assert_eq!(check.status, put.status, "{}\n{}", check.stderr, put.stderr);
    let document = check.json();
    let sets = document["read_sets"].as_array().unwrap().iter().map(|set| {
        let sources = set["sources"].as_array().unwrap().iter();
        let sources: Vec<_> = sources.map(|source| source["file"].as_str().unwrap()).collect();
        let (name, sample) = (&set["name"], &set["sample_id"]);
        format!("{} {} {}", sources.join("+"), name.as_str().unwrap(), sample.as_str().unwrap())
    });
    (sets.collect(), check)
}

/// All of it is clean, and says nothing.
#[track_caller]
fn makes(lab: &Lab, arguments: &[&str], expected: &[&str]) {
    let (sets, said) = planned(lab, arguments);
    said.expect(0);
    assert_eq!(sets, expected, "{}", said.stderr);
    assert_eq!(said.stderr, "", "{arguments:?}");
}

/// The same, with a note.
#[track_caller]
fn notes(lab: &Lab, arguments: &[&str], expected: &[&str], note: &str) {
    let (sets, said) = planned(lab, arguments);
    said.expect(0);
    assert_eq!(sets, expected, "{}", said.stderr);
    assert!(said.stderr.contains(note), "{}", said.stderr);
}

/// Nothing is sent, and the reason is said.
#[track_caller]
fn asks(lab: &Lab, arguments: &[&str], reason: &str) {
    let before = lab.requests().len();
    let (sets, said) = planned(lab, arguments);
    said.expect(2);
    assert!(sets.is_empty(), "{sets:?}");
    assert!(said.stderr.contains(reason), "{}", said.stderr);
    lab.put(arguments).expect(2);
    assert_eq!(lab.requests().len(), before);
}

/// <https://github.com/10XGenomics/cellranger/issues/54>
#[test]
fn casava_segments() {
    let lab = Lab::new();
    let names = case(&lab, "casava-segments");
    let pair = |segment: &str, name: &str| {
        let file = |read: u8| format!("PCV-6_S1_L001_R{read}_{segment}.fastq.gz");
        format!("{}+{} {name} PCV-6", file(1), file(2))
    };
    let expected = [
        pair("001", "PCV-6_S1_L001"),
        pair("002", "PCV-6_S1_L001_002"),
        pair("003", "PCV-6_S1_L001_003"),
    ];
    makes(&lab, &words(&names), &words(&expected));
    let said = lab.put(&words(&names));
    assert_eq!(said.expect(0).stdout.lines().count(), 3);
    assert_eq!(lab.read_sets(), 3);
}

/// <https://github.com/nf-core/modules/issues/9589>, <https://github.com/nf-core/eager/pull/927>
#[test]
fn trimmer_suffix() {
    let lab = Lab::new();
    case(&lab, "trimmer-suffix");
    for (first, second, name, sample) in [
        ("SAMPLE1_1.fastp", "SAMPLE1_2.fastp", "SAMPLE1.fastp", "SAMPLE1"),
        ("SRR5564273_1.fastp", "SRR5564273_2.fastp", "SRR5564273.fastp", "SRR5564273"),
        ("S1.pair1.truncated", "S1.pair2.truncated", "S1.truncated", "S1"),
        ("S1_R1_dedup", "S1_R2_dedup", "S1_dedup", "S1"),
        ("S1_1.umi", "S1_2.umi", "S1.umi", "S1"),
        ("S1_R1_001.fastp", "S1_R2_001.fastp", "S1.fastp", "S1"),
    ] {
        let (first, second) = (format!("{first}.fastq.gz"), format!("{second}.fastq.gz"));
        let expected = format!("{first}+{second} {name} {sample}");
        makes(&lab, &[&first, &second], &[&expected]);
        makes(&lab, &[&second, &first], &[&expected]);
        makes(&lab, &["--r1", &first, "--r2", &second], &[&expected]);
    }
    let all = ["S1_1P.fq.gz", "S1_1U.fq.gz", "S1_2P.fq.gz", "S1_2U.fq.gz"];
    let expected =
        ["S1_1P.fq.gz+S1_2P.fq.gz S1 S1", "S1_1U.fq.gz S1_1U S1", "S1_2U.fq.gz S1_2U S1"];
    makes(&lab, &all, &expected);
}

/// The names that other trimmers and pipelines give, in front of reads that name their mates, and of
/// reads of the SRA, which do not.
#[test]
fn names_of_trimmers() {
    let lab = Lab::new();
    for (at, (first, second, sample)) in [
        ("x_R1_val_1.fq.gz", "x_R2_val_2.fq.gz", "x"),
        ("x_1_val_1.fq.gz", "x_2_val_2.fq.gz", "x"),
        ("x_R1.trimmed.fastq.gz", "x_R2.trimmed.fastq.gz", "x"),
        ("x.clean_1.fastq.gz", "x.clean_2.fastq.gz", "x"),
        ("x_paired_1.fastq.gz", "x_paired_2.fastq.gz", "x"),
        ("x_1_kneaddata_paired_1.fastq.gz", "x_1_kneaddata_paired_2.fastq.gz", "x"),
        ("x_1_kneaddata_paired.fastq.gz", "x_2_kneaddata_paired.fastq.gz", "x"),
        ("x-trimmed-pair1.fastq.gz", "x-trimmed-pair2.fastq.gz", "x"),
        ("x_R1.trim.fastq.gz", "x_R2.trim.fastq.gz", "x"),
        ("x.R1.filtered.fastq.gz", "x.R2.filtered.fastq.gz", "x"),
        ("x.unmapped.1.fq.gz", "x.unmapped.2.fq.gz", "x"),
        ("x-1.fq.gz", "x-2.fq.gz", "x"),
        ("x_READ1_q30_len50.fq.gz", "x_READ2_q30_len50.fq.gz", "x"),
        ("x_R1_001_sub-10M.fq.gz", "x_R2_001_sub-10M.fq.gz", "x"),
        ("x.R1.fastq.gz.bak", "x.R2.fastq.gz.bak", "x"),
        ("x_1.fastq.gz~", "x_2.fastq.gz~", "x"),
        ("xUnmapped.out.mate1.gz", "xUnmapped.out.mate2.gz", "x"),
    ]
    .iter()
    .enumerate()
    {
        let reads = |mate: u8, by_name: bool| {
            let name = |number| {
                if by_name {
                    format!("A00:1:HX{at}:1:1101:1000:{number} {mate}:N:0:ACGT")
                } else {
                    format!("SRR12345{at}.{number} {number} length=8")
                }
            };
            gzip(&fastq(&(1..20).map(name).collect::<Vec<_>>()))
        };
        for by_name in [true, false] {
            lab.file(first, &reads(1, by_name));
            lab.file(second, &reads(2, by_name));
            let (sets, said) = planned(&lab, &[second, first]);
            said.expect(0);
            assert_eq!(sets.len(), 1, "{first}");
            let is_right = sets[0].starts_with(&format!("{first}+{second} "))
                && sets[0].ends_with(&format!(" {sample}"));
            assert!(is_right, "{sets:?}");
            assert_eq!(said.stderr, "");
        }
    }
}

/// <https://github.com/nanoporetech/qcat/issues/10>
#[test]
fn ont_chunks() {
    let lab = Lab::new();
    let names = case(&lab, "ont-chunks");
    let stem = |name: &String| name.trim_end_matches(".fastq.gz").to_owned();
    let expected = names.iter().map(|name| format!("{name} {0} {0}", stem(name)));
    let expected: Vec<_> = expected.collect();
    notes(
        &lab,
        &words(&names),
        &words(&expected),
        "note: `FAX00001_pass_barcode01_8a5b0c_1.fastq.gz` \
        and `FAX00001_pass_barcode01_8a5b0c_2.fastq.gz` are named like mates, but hold different \
        reads: each becomes a read set of its own\n",
    );
    lab.put(&words(&names)).expect(0);
    assert_eq!(lab.read_sets(), 4);
    // Parts of the first mates are a series, too, whatever their reads say.
    let part = |number: u8| {
        let name = |read| format!("A00:1:HX:1:1101:{number}:{read} 1:N:0:ACGT");
        gzip(&fastq(&(1..20).map(name).collect::<Vec<_>>()))
    };
    lab.file("part_1.fq.gz", &part(1));
    lab.file("part_2.fq.gz", &part(2));
    let expected = ["part_1.fq.gz part_1 part_1", "part_2.fq.gz part_2 part_2"];
    notes(&lab, &["part_1.fq.gz", "part_2.fq.gz"], &expected, "hold different reads");
    // So are replicates, though they are called `R1` and `R2`.
    lab.file("leaf_R1_dry.fq.gz", &part(1));
    lab.file("leaf_R2_dry.fq.gz", &part(2));
    let names = ["leaf_R1_dry.fq.gz", "leaf_R2_dry.fq.gz"];
    let expected =
        ["leaf_R1_dry.fq.gz leaf_R1_dry leaf_R1_dry", "leaf_R2_dry.fq.gz leaf_R2_dry leaf_R2_dry"];
    notes(&lab, &names, &expected, "hold different reads");
    // Mates of which one lacks a read are no series.
    let mates = |mate: u8, lost: usize| {
        let name = |read| format!("A00:1:HX:1:1101:1:{read} {mate}:N:0:ACGT");
        gzip(&fastq(&(1..20).filter(|read| *read != lost).map(name).collect::<Vec<_>>()))
    };
    lab.file("lost_1.fq.gz", &mates(1, 0));
    lab.file("lost_2.fq.gz", &mates(2, 9));
    asks(&lab, &["lost_1.fq.gz", "lost_2.fq.gz"], "their reads are not mates: read 9 is");
}

/// <https://github.com/ncbi/sra-tools/issues/418>
#[test]
fn sra_10x_three_files() {
    let lab = Lab::new();
    let names = case(&lab, "sra-10x-three-files");
    asks(
        &lab,
        &words(&names),
        "error: `SRR9304758_1.fastq.gz` (reads of 8 bases), `SRR9304758_2.fastq.gz` (reads of 26 \
         bases) and `SRR9304758_3.fastq.gz` (reads of 91 bases) hold parts of the same reads, and \
         short parts are probably barcodes or UMIs: which files are mates can never be changed in the \
         store; say it, probably with `--r1 SRR9304758_2.fastq.gz --r2 SRR9304758_3.fastq.gz`\n",
    );
    // The advice works, alone and with the third file.
    let advice = ["--r1", "SRR9304758_2.fastq.gz", "--r2", "SRR9304758_3.fastq.gz"];
    let pair = "SRR9304758_2.fastq.gz+SRR9304758_3.fastq.gz SRR9304758 SRR9304758";
    makes(&lab, &advice, &[pair]);
    let expected = [pair, "SRR9304758_1.fastq.gz SRR9304758_1 SRR9304758"];
    makes(&lab, &[&advice[..], &["SRR9304758_1.fastq.gz"]].concat(), &expected);
    // Without the first file, the numbers say no more.
    asks(&lab, &words(&names)[1..], "probably with `--r1 SRR9304758_2.fastq.gz");
    for name in &names {
        let expected = format!("{name} {} SRR9304758", name.trim_end_matches(".fastq.gz"));
        makes(&lab, &[name], &[&expected]);
    }
}

/// Reads of one run, `length` bases each, whose names say `mate`.
fn reads(mate: u8, length: usize) -> Vec<u8> {
    let record = |number: usize| {
        let bases: String =
            (0..length).map(|at| "ACGT".as_bytes()[(at * number) % 4] as char).collect();
        let quality = "I".repeat(length);
        format!("@A00:1:HX:1:1101:1000:{number} {mate}:N:0:ACGT\n{bases}\n+\n{quality}\n")
    };
    gzip((1..40).map(record).collect::<String>().as_bytes())
}

/// <https://github.com/bcbio/bcbio-nextgen/pull/2123>
#[test]
fn umi_in_r2() {
    let lab = Lab::new();
    let names = case(&lab, "umi-in-r2");
    let (r1, r3) = ("P01_S3_L001_R1_001.fastq.gz", "P01_S3_L001_R3_001.fastq.gz");
    asks(
        &lab,
        &words(&names),
        &format!(
            "error: `{r1}` (reads of 100 bases), `P01_S3_L001_R2_001.fastq.gz` (reads of 8 bases) and \
             `{r3}` (reads of 100 bases) hold parts of the same reads, and short parts are probably \
             barcodes or UMIs: which files are mates can never be changed in the store; say it, \
             probably with `--r1 {r1} --r2 {r3}`\n"
        ),
    );
    let expected = format!("{r1}+{r3} P01_S3_L001 P01");
    makes(&lab, &["--r1", r1, "--r2", r3], &[&expected]);
    asks(&lab, &[r1, r3], &format!("`--r1 {r1} --r2 {r3}`"));
}

/// Barcodes and UMIs in other places.
#[test]
fn umi_in_r2_r3() {
    let lab = Lab::new();
    for (name, mate, length) in [
        ("d_S1_R1_001.fastq.gz", 1, 100),
        ("d_S1_R2_001.fastq.gz", 2, 8),
        ("d_S1_R3_001.fastq.gz", 3, 8),
        ("d_S1_R4_001.fastq.gz", 4, 100),
        ("d_S1_I1_001.fastq.gz", 1, 8),
        ("t_S1_I1_001.fastq.gz", 1, 8),
        ("t_S1_R1_001.fastq.gz", 1, 28),
        ("t_S1_R2_001.fastq.gz", 2, 90),
        ("i_I1.fastq.gz", 1, 8),
        ("i_R1.fastq.gz", 1, 50),
        ("i_R2.fastq.gz", 2, 16),
        ("s_R1.fastq.gz", 1, 100),
        ("s_R2.fastq.gz", 2, 8),
        ("e_R1.fastq.gz", 1, 100),
        ("e_R2.fastq.gz", 2, 100),
        ("e_R3.fastq.gz", 3, 100),
        ("SRR123456_1.fastq.gz", 1, 8),
        ("SRR123456_2.fastq.gz", 2, 8),
        ("SRR123456_3.fastq.gz", 3, 28),
        ("SRR123456_4.fastq.gz", 4, 91),
    ] {
        lab.file(name, &reads(mate, length));
    }
    let of = |stem: &str| {
        let names = fs::read_dir(lab.path("")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name.starts_with(stem)).collect();
        names.sort();
        names
    };
    for (stem, first, second) in [
        ("d_", "d_S1_R1_001", "d_S1_R4_001"),
        ("i_", "i_R1", "i_R2"),
        ("SRR123456_", "SRR123456_3", "SRR123456_4"),
    ] {
        let (first, second) = (format!("{first}.fastq.gz"), format!("{second}.fastq.gz"));
        asks(&lab, &words(&of(stem)), &format!("`--r1 {first} --r2 {second}`\n"));
        let (sets, said) = planned(&lab, &["--r1", &first, "--r2", &second]);
        said.expect(0);
        assert!(sets[0].starts_with(&format!("{first}+{second} ")), "{sets:?}");
    }
    // 10x: the first reads are barcodes, and the pair is what it should be.
    let expected =
        ["t_S1_I1_001.fastq.gz t_S1_I1_001 t", "t_S1_R1_001.fastq.gz+t_S1_R2_001.fastq.gz t_S1 t"];
    notes(&lab, &words(&of("t_")), &expected, "holds index reads");
    let expected = ["s_R1.fastq.gz+s_R2.fastq.gz s s"];
    notes(
        &lab,
        &words(&of("s_")),
        &expected,
        "the reads of `s_R2.fastq.gz` have 8 bases, those of \
        `s_R1.fastq.gz` 100: if the short ones are barcodes or UMIs",
    );
    let expected = ["e_R1.fastq.gz+e_R2.fastq.gz e e", "e_R3.fastq.gz e_R3 e"];
    notes(&lab, &words(&of("e_")), &expected, "`e_R3.fastq.gz` is given too");
}

/// <https://github.com/alexdobin/STAR/issues/609>
#[test]
fn names_of_mates_all_1() {
    let lab = Lab::new();
    case(&lab, "names-of-mates-all-1");
    asks(
        &lab,
        &["S1_R1.fastq.gz", "S1_R2.fastq.gz"],
        "both hold read 1 of the pairs: find the file with the others; if only the read names are \
         wrong, pass `--r1 S1_R1.fastq.gz --r2 S1_R2.fastq.gz`\n",
    );
    let pair = ["--r1", "S1_R1.fastq.gz", "--r2", "S1_R2.fastq.gz"];
    notes(
        &lab,
        &pair,
        &["S1_R1.fastq.gz+S1_R2.fastq.gz S1 S1"],
        "both say mate 1; they are sent as a \
        pair, as asked",
    );
    lab.put(&[&pair[..], &["--verify"]].concat()).expect(0);
    Lab::run(lab.command([&["check", "--full"], &pair[..]].concat())).expect(0);
    // A copy is no mate, whoever says so.
    lab.copy("cases/names-of-mates-all-1/S1_R1.fastq.gz", "S1_R2.fastq.gz");
    asks(&lab, &pair, "hold the same reads, so one is a copy of the other");
}

/// <https://github.com/ablab/spades/issues/263>
#[test]
fn names_of_mates_srx() {
    let lab = Lab::new();
    case(&lab, "names-of-mates-srx");
    for (first, second) in
        [("bird_1.fastq.gz", "bird_2.fastq.gz"), ("bird-READ1.fastq.gz", "bird-READ2.fastq.gz")]
    {
        let expected = format!("{first}+{second} bird bird");
        makes(&lab, &[first, second], &[&expected]);
        makes(&lab, &[second, first], &[&expected]);
        makes(&lab, &["--r1", first, "--r2", second, "--sample=bird"], &[&expected]);
        lab.put(&[first, second, "--verify"]).expect(0);
        Lab::run(lab.command(["check", "--full", first, second])).expect(0);
    }
}

/// What the flags say is done, if nothing proves that it is wrong.
#[test]
fn a_pair_by_flags_with_other_read_names() {
    let lab = Lab::new();
    let reads = |prefix: &str, count: usize| {
        let name = |number| format!("{prefix}{number}");
        gzip(&fastq(&(0..count).map(name).collect::<Vec<_>>()))
    };
    lab.file("t_a.fq.gz", &reads("left", 300));
    lab.file("t_b.fq.gz", &reads("right", 300));
    lab.file("t_c.fq.gz", &reads("right", 299));
    lab.file("t_d.fq.gz", &reads("A00:1:HX:1:1101:1000:1", 300));
    lab.file("t_e.fq.gz", &reads("A00:1:HX:1:1101:2000:1", 300));
    let late = (1..300).map(|number| format!("left{number}")).collect::<Vec<_>>();
    lab.file("t_f.fq.gz", &gzip(&fastq(&late)));
    let pair = |first, second| ["--sample=S", "--r1", first, "--r2", second];
    let good = pair("t_a.fq.gz", "t_b.fq.gz");
    let note = "have nothing in common: read 1 is `left0` in the one and `right0` in the other; they \
                are sent as a pair, as asked";
    notes(&lab, &good, &["t_a.fq.gz+t_b.fq.gz t S"], note);
    lab.put(&[&good[..], &["--verify"]].concat()).expect(0);
    Lab::run(lab.command([&["check", "--full"], &good[..]].concat())).expect(0);
    let before = lab.read_sets();
    // The numbers of records contradict each other.
    let fewer = pair("t_a.fq.gz", "t_c.fq.gz");
    lab.put(&[&fewer[..], &["--verify"]].concat()).expect(1);
    Lab::run(lab.command([&["check", "--full"], &fewer[..]].concat())).expect(2);
    assert_eq!(lab.read_sets(), before);
    // Reads of a sequencer that differ in their names are no mates, and neither are those that another
    // file holds in another place.
    for second in ["t_e.fq.gz", "t_a.fq.gz"] {
        let first = if second == "t_e.fq.gz" { "t_d.fq.gz" } else { "t_f.fq.gz" };
        let said = lab.put(&pair(first, second));
        assert!(said.expect(2).stderr.contains("their reads are not mates"), "{}", said.stderr);
    }
}

/// <https://github.com/CGATOxford/UMI-tools/issues/418>
#[test]
fn fastq_gz_dot_1() {
    let lab = Lab::new();
    let names = case(&lab, "fastq-gz-dot-1");
    let expected = ["C143_R1.fastq.gz.1+C143_R2.fastq.gz.1 C143 C143"];
    makes(&lab, &words(&names), &expected);
    for tail in [".2", "~", ".bak", ".old.1", " (1)"] {
        let name = |read: u8| format!("C143_R{read}.fastq.gz{tail}");
        for (read, from) in [(1, &names[0]), (2, &names[1])] {
            fs::copy(lab.path(from), lab.path(&name(read))).unwrap();
        }
        let expected = format!("{}+{} C143 C143", name(1), name(2));
        makes(&lab, &[&name(2), &name(1)], &[&expected]);
    }
}

/// <https://github.com/alexdobin/STAR/issues/609>, <https://github.com/nanoporetech/dorado/issues/1333>
#[test]
fn adjacent_same_names() {
    let lab = Lab::new();
    let names = case(&lab, "adjacent-same-names");
    makes(&lab, &words(&names), &["s_R1.fastq.gz+s_R2.fastq.gz s s"]);
    let pair = ["--r1", "s_R1.fastq.gz", "--r2", "s_R2.fastq.gz"];
    makes(&lab, &pair, &["s_R1.fastq.gz+s_R2.fastq.gz s s"]);
    lab.file("ont.fastq.gz", &gzip(&fastq(&["a", "b", "b", "c"])));
    makes(&lab, &["ont.fastq.gz"], &["ont.fastq.gz ont ont"]);
    let mates = ["a/1", "a/2", "b/1", "b/2"];
    lab.file("both.fastq.gz", &gzip(&fastq(&mates)));
    notes(&lab, &["both.fastq.gz"], &["both.fastq.gz both both"], "is interleaved");
}

/// <https://github.com/nanoporetech/dorado/issues/848>
#[test]
fn placeholder_sample() {
    let lab = Lab::new();
    for name in case(&lab, "placeholder-sample") {
        let placeholder = format!("the header of `{name}` names no sample but the placeholder `");
        // Dorado calls every file so.
        if name == "calls.bam" {
            asks(&lab, &[&name], &placeholder);
        } else {
            let sample = name.trim_end_matches(".bam");
            notes(&lab, &[&name], &[&format!("{name} {sample} {sample}")], &placeholder);
        }
        let (sets, said) = planned(&lab, &["--sample=HG002", &name]);
        said.expect(0);
        assert!(sets[0].ends_with(" HG002"), "{sets:?}");
        let uploaded = ["-q", "--sample=HG002", &name, "--no-wait"];
        lab.put(&uploaded).expect(0);
    }
    for sample in ["UNKNOWN", "Bio Sample 1", "NA", "N/A", "sample", "not_specified", "-", "null"] {
        let file = bam(format!("@RG\tID:1\tSM:{sample}\n").as_bytes(), &[]);
        lab.file("output.bam", &file);
        let said = lab.put(&["output.bam"]);
        assert!(said.expect(2).stderr.contains("`--sample`"), "{sample}: {}", said.stderr);
        lab.put(&["output.bam", "--sample=HG002"]).expect(0);
    }
    // The same of standard input.
    for (arguments, status) in [(&["--name=n"][..], 2), (&["--name=n", "--sample=HG002"], 0)] {
        let mut command = lab.put_command(&[&["-"], arguments].concat());
        command.stdin(fs::File::open(lab.path("output.bam")).unwrap());
        Lab::run(command).expect(status);
    }
}

/// What cannot be sent contradicts nothing.
#[test]
fn a_sample_that_cannot_be_sent() {
    let lab = Lab::new();
    for sample in [&[b'x'; 200][..], b"M\xfcller", b"a\xe2\x80\x8db"] {
        let text = [b"@RG\tID:1\tSM:", sample, b"\n"].concat();
        lab.file("x.bam", &bam(&text, &[]));
        lab.put(&["x.bam"]).expect(2);
        lab.put(&["x.bam", "--sample=HG002"]).expect(0);
    }
    lab.file("x.bam", &bam(b"@RG\tID:1\tSM:HG001\n", &[]));
    lab.put(&["x.bam", "--sample=HG002"]).expect(2);
}

/// <https://github.com/alexdobin/STAR/issues/944>
#[test]
fn sample_of_a_bam_without_sm() {
    let lab = Lab::new();
    case(&lab, "sample-of-a-bam-without-sm");
    let any = [&*format!("--reference={REFERENCE}")];
    for (name, sample) in
        [("NA12878.sorted.dedup.recal", "NA12878"), ("SAMPLE1Aligned.sortedByCoord.out", "SAMPLE1")]
    {
        let file = format!("{name}.bam");
        notes(
            &lab,
            &[&any[..], &[&file]].concat(),
            &[&format!("{file} {name} {sample}")],
            &format!(
                "the header of `{file}` names no sample; `{sample}` is taken from the file name, \
                 `--sample` sets another"
            ),
        );
    }
    for name in ["Aligned.sortedByCoord.out.bam", "accepted_hits.bam", "possorted_genome_bam.bam"] {
        let file = [&any[..], &[name]].concat();
        asks(&lab, &file, "pass `--sample`");
        let (sets, said) = planned(&lab, &[&file[..], &["--sample=NA1"]].concat());
        said.expect(0);
        assert!(sets[0].ends_with(" NA1"), "{sets:?}");
    }
    for name in ["output", "merged", "sample", "unknown", "sorted", "dedup.recal", "calls"] {
        let file = format!("{name}.bam");
        lab.file(&file, &bam(b"@HD\tVN:1.6\n", &[]));
        asks(&lab, &[&file], "pass `--sample`");
        lab.file(&file, &bam(b"@RG\tID:1\tSM:NA1\n", &[]));
        makes(&lab, &[&file], &[&format!("{file} {name} NA1")]);
    }
    lab.file("output_R1.fastq.gz", &reads(1, 50));
    lab.file("output_R2.fastq.gz", &reads(2, 50));
    asks(&lab, &["output_R1.fastq.gz", "output_R2.fastq.gz"], "pass `--sample`");
}

/// <https://github.com/amplab/snap/issues/3>
#[test]
fn rg_without_tabs() {
    let lab = Lab::new();
    let names = case(&lab, "rg-without-tabs");
    for name in &names {
        let (_, said) = planned(&lab, &["--type=ubam", name]);
        let note = format!(
            "note: `{name}` has an @RG line that cannot be read, because its fields are not separated \
             by tabs: `@RG"
        );
        assert!(said.expect(0).stderr.contains(&note), "{}", said.stderr);
    }
    lab.file("half.bam", &bam(b"@RG\tID:1 SM:NA1\n", &[]));
    let (_, said) = planned(&lab, &["half.bam"]);
    assert!(said.expect(0).stderr.contains("cannot be read"), "{}", said.stderr);
}

/// A lane is no part of the sample if the reads name the same one.
#[test]
fn lanes_in_every_style() {
    let lab = Lab::new();
    let reads = |lane: u8, mate: u8| {
        let name = |read| format!("A00:1:HX:{lane}:1101:1000:{read} {mate}:N:0:ACGT");
        gzip(&fastq(&(1..20).map(name).collect::<Vec<_>>()))
    };
    for (stem, lane, sample) in [
        ("NA1_L2", 2, "NA1"),
        ("NA1-L001", 1, "NA1"),
        ("NA1.L001", 1, "NA1"),
        ("NA1_lane3", 3, "NA1"),
        ("NA1_L002", 2, "NA1"),
        // The second larval stage, and not the second lane.
        ("fly_L2", 1, "fly_L2"),
        ("fly-L002", 1, "fly-L002"),
    ] {
        let (first, second) = (format!("{stem}_1.fq.gz"), format!("{stem}_2.fq.gz"));
        lab.file(&first, &reads(lane, 1));
        lab.file(&second, &reads(lane, 2));
        makes(&lab, &[&first, &second], &[&format!("{first}+{second} {stem} {sample}")]);
    }
    // Lanes are no mates.
    let names = ["y_L1_R1.fq.gz", "y_L1_R2.fq.gz", "y_L2_R1.fq.gz", "y_L2_R2.fq.gz"];
    for (name, lane, mate) in
        [(names[0], 1, 1), (names[1], 1, 2), (names[2], 2, 1), (names[3], 2, 2)]
    {
        lab.file(name, &reads(lane, mate));
    }
    let expected = ["y_L1_R1.fq.gz+y_L1_R2.fq.gz y_L1 y", "y_L2_R1.fq.gz+y_L2_R2.fq.gz y_L2 y"];
    makes(&lab, &names, &expected);
}

/// Mates in two folders under one name.
#[test]
fn mates_in_two_folders() {
    let lab = Lab::new();
    for folder in ["one", "two", "R1", "R2", "raw", "trimmed"] {
        fs::create_dir(lab.path(folder)).unwrap();
    }
    let sra = |length: usize| {
        let record = |number: usize| {
            let bases = if number.is_multiple_of(3) { "A" } else { "C" }.repeat(length);
            format!("@SRR123456.{number}\n{bases}\n+\n{}\n", "I".repeat(length))
        };
        gzip((1..40).map(record).collect::<String>().as_bytes())
    };
    lab.file("one/x.fq.gz", &reads(1, 50));
    lab.file("two/x.fq.gz", &reads(2, 50));
    makes(&lab, &["two/x.fq.gz", "one/x.fq.gz"], &["one/x.fq.gz+two/x.fq.gz x x"]);
    lab.file("one/a_R1.fq.gz", &reads(1, 50));
    lab.file("two/a_R2.fq.gz", &reads(2, 50));
    makes(&lab, &["one/a_R1.fq.gz", "two/a_R2.fq.gz"], &["one/a_R1.fq.gz+two/a_R2.fq.gz a a"]);
    lab.file("R1/y.fq.gz", &sra(50));
    lab.file("R2/y.fq.gz", &sra(40));
    makes(&lab, &["R2/y.fq.gz", "R1/y.fq.gz"], &["R1/y.fq.gz+R2/y.fq.gz y y"]);
    // Two versions of one file are no mates.
    lab.file("raw/z.fq.gz", &sra(50));
    lab.file("trimmed/z.fq.gz", &sra(40));
    let expected = ["raw/z.fq.gz z z", "trimmed/z.fq.gz z z"];
    notes(&lab, &["raw/z.fq.gz", "trimmed/z.fq.gz"], &expected, "two read sets of the same name");
}

/// The last number of a sequencer's read name is where the read lay, not a mate.
#[test]
fn a_coordinate_is_no_mate() {
    let lab = Lab::new();
    for (tail, mark) in [(" 1:N:0:A", "Illumina"), ("", "old")] {
        for (sample, y) in [("S1", 1), ("S2", 2)] {
            let names: Vec<_> = (1..20).map(|x| format!("A00:5:HX:1:1101:{x}:{y}{tail}")).collect();
            lab.file(&format!("tail_{sample}_R1_001.fastq.gz"), &gzip(&fastq(&names)));
        }
        let files = ["tail_S1_R1_001.fastq.gz", "tail_S2_R1_001.fastq.gz"];
        let (sets, said) = planned(&lab, &files);
        assert!(sets.iter().all(|set| !set.contains('+')), "{mark}: {sets:?} {}", said.stderr);
    }
}
