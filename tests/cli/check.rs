//! `check`: what it says of files, without a request, credentials or a store.

use std::fs;

use expect_test::expect;

use crate::{
    files::{bam, bgzf, fastq, gzip},
    lab::{Lab, Said, data},
    material::by_samtools,
};

/// Runs `check` with an environment that has nothing of AWS in it.
pub(crate) fn check(lab: &Lab, arguments: &[&str]) -> Said {
    let mut command = lab.command(["check"].iter().chain(arguments));
    for name in
        ["AWS_ENDPOINT_URL_OMICS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]
    {
        command.env_remove(name);
    }
    let said = Lab::run(command);
    assert!(lab.requests().is_empty(), "a request was made");
    said
}

/// The main chromosomes of `GRCh38`, and one alternative locus.
const GRCH38: [(&[u8], i32); 26] = [
    (b"chr1", 248_956_422),
    (b"chr2", 242_193_529),
    (b"chr3", 198_295_559),
    (b"chr4", 190_214_555),
    (b"chr5", 181_538_259),
    (b"chr6", 170_805_979),
    (b"chr7", 159_345_973),
    (b"chr8", 145_138_636),
    (b"chr9", 138_394_717),
    (b"chr10", 133_797_422),
    (b"chr11", 135_086_622),
    (b"chr12", 133_275_309),
    (b"chr13", 114_364_328),
    (b"chr14", 107_043_718),
    (b"chr15", 101_991_189),
    (b"chr16", 90_338_345),
    (b"chr17", 83_257_441),
    (b"chr18", 80_373_285),
    (b"chr19", 58_617_616),
    (b"chr20", 64_444_167),
    (b"chr21", 46_709_983),
    (b"chr22", 50_818_468),
    (b"chrX", 156_040_895),
    (b"chrY", 57_227_415),
    (b"chrM", 16_569),
    (b"chr1_KI270762v1_alt", 354_444),
];

/// Names as Illumina's sequencers make them.
fn illumina(mate: usize, count: usize) -> Vec<u8> {
    let name = |number: usize| format!("A00123:45:HXXYYDSXX:2:1101:1000:{number} {mate}:N:0:ACGT");
    fastq(&(0..count).map(name).collect::<Vec<_>>())
}

#[test]
fn what_is_known_of_an_aligned_file() {
    let lab = Lab::new();
    let text =
        b"@HD\tVN:1.6\tSO:coordinate\n@RG\tID:1\tSM:NA12878\tLB:lib1\tPL:ILLUMINA\tPU:HXX.2\n\
        @RG\tID:2\tSM:NA12878\n";
    lab.file("aligned.bam", &bam(text, &GRCH38));
    lab.shows(
        &check(&lab, &["aligned.bam"]),
        &expect![[r#"
            aligned.bam
              type           BAM in BGZF, by its content
              size           366 B (366 bytes)
              samples        NA12878
              read group     1: sample NA12878, library lib1, platform ILLUMINA, unit HXX.2
              read group     2: sample NA12878
              sort order     coordinate
              reference      GRCh38 with alts; 26 sequences, called `chr1` and so on
              end            ok: ends with the BGZF end-of-file marker

            read set aligned
              type           BAM
              name           aligned  (from the file name)
              sample         NA12878  (from @RG SM)
              subject        NA12878  (from the sample)
              SOURCE1        aligned.bam  1 part of 64.0 MiB
            --- status 0
        "#]],
    );
    lab.shows(&check(&lab, &["aligned.bam", "--output", "json"]), &expect![[r#"
        {"version":1,"sound":true,"files":[{"file":"aligned.bam","bytes":366,"file_type":"BAM","form":"BGZF","header":{"samples":["NA12878"],"read_groups":[{"id":"1","sample":"NA12878","library":"lib1","platform":"ILLUMINA","unit":"HXX.2"},{"id":"2","sample":"NA12878","library":null,"platform":null,"unit":null}],"sort_order":"coordinate","reference":{"assembly":"GRCh38","extras":["alts"],"naming":"chr","sequences":26,"bases":ID,"with_md5":0}}}],"checks":[{"check":"end","files":["aligned.bam"],"result":"passed","message":"`aligned.bam` ends with the BGZF end-of-file marker"}],"read_sets":[{"file_type":"BAM","name":"aligned","name_origin":"from the file name","sample_id":"NA12878","sample_id_origin":"from @RG SM","subject_id":"NA12878","subject_id_origin":"from the sample","part_size":67108864,"sources":[{"source":"SOURCE1","file":"aligned.bam","bytes":366,"parts":1}]}],"notes":[],"problems":[]}
        --- status 0
    "#]]);
}

#[test]
fn what_is_known_of_a_pair() {
    let lab = Lab::new();
    lab.file("NA12878_S1_L002_R1_001.fastq.gz", &bgzf(&illumina(1, 50), 3000));
    lab.file("NA12878_S1_L002_R2_001.fastq.gz", &bgzf(&illumina(2, 50), 3000));
    let names = ["NA12878_S1_L002_R2_001.fastq.gz", "NA12878_S1_L002_R1_001.fastq.gz"];
    lab.shows(
        &check(&lab, &names),
        &expect![[r#"
        NA12878_S1_L002_R2_001.fastq.gz
          type           FASTQ in BGZF, by its content
          size           342 B (342 bytes)
          first read     A00123:45:HXXYYDSXX:2:1101:1000:0
          mates          2
          sequenced      Illumina style: instrument A00123, run 45, flow cell HXXYYDSXX, lane 2
          end            ok: ends with the BGZF end-of-file marker

        NA12878_S1_L002_R1_001.fastq.gz
          type           FASTQ in BGZF, by its content
          size           342 B (342 bytes)
          first read     A00123:45:HXXYYDSXX:2:1101:1000:0
          mates          1
          sequenced      Illumina style: instrument A00123, run 45, flow cell HXXYYDSXX, lane 2
          end            ok: ends with the BGZF end-of-file marker

        read set NA12878_S1_L002
          type           FASTQ
          name           NA12878_S1_L002  (from the file name)
          sample         NA12878  (from the file name)
          subject        NA12878  (from the sample)
          SOURCE1        NA12878_S1_L002_R1_001.fastq.gz  1 part of 64.0 MiB
          SOURCE2        NA12878_S1_L002_R2_001.fastq.gz  1 part of 64.0 MiB
          last reads     ok: both end with read `A00123:45:HXXYYDSXX:2:1101:1000:49`
        --- status 0
    "#]],
    );
    let json = [&names[..], &["--output=json", "--sample=NA12878-2", "--part-size=5MiB"]].concat();
    lab.shows(&check(&lab, &json), &expect![[r#"
        {"version":1,"sound":true,"files":[{"file":"NA12878_S1_L002_R2_001.fastq.gz","bytes":342,"file_type":"FASTQ","form":"BGZF","reads":{"first":"A00123:45:HXXYYDSXX:2:1101:1000:0","mate":2,"interleaved":false,"run":{"style":"Illumina","instrument":"A00123","run":"45","flow_cell":"HXXYYDSXX","lane":2}}},{"file":"NA12878_S1_L002_R1_001.fastq.gz","bytes":342,"file_type":"FASTQ","form":"BGZF","reads":{"first":"A00123:45:HXXYYDSXX:2:1101:1000:0","mate":1,"interleaved":false,"run":{"style":"Illumina","instrument":"A00123","run":"45","flow_cell":"HXXYYDSXX","lane":2}}}],"checks":[{"check":"end","files":["NA12878_S1_L002_R2_001.fastq.gz"],"result":"passed","message":"`NA12878_S1_L002_R2_001.fastq.gz` ends with the BGZF end-of-file marker"},{"check":"end","files":["NA12878_S1_L002_R1_001.fastq.gz"],"result":"passed","message":"`NA12878_S1_L002_R1_001.fastq.gz` ends with the BGZF end-of-file marker"},{"check":"last_reads","files":["NA12878_S1_L002_R1_001.fastq.gz","NA12878_S1_L002_R2_001.fastq.gz"],"result":"passed","message":"`NA12878_S1_L002_R1_001.fastq.gz` and `NA12878_S1_L002_R2_001.fastq.gz` both end with read `A00123:45:HXXYYDSXX:2:1101:1000:49`"}],"read_sets":[{"file_type":"FASTQ","name":"NA12878_S1_L002","name_origin":"from the file name","sample_id":"NA12878-2","sample_id_origin":"as given","subject_id":"NA12878-2","subject_id_origin":"from the sample","part_size":5242880,"sources":[{"source":"SOURCE1","file":"NA12878_S1_L002_R1_001.fastq.gz","bytes":342,"parts":1},{"source":"SOURCE2","file":"NA12878_S1_L002_R2_001.fastq.gz","bytes":342,"parts":1}]}],"notes":[],"problems":[]}
        --- status 0
    "#]]);
}

#[test]
fn what_is_wrong_is_told_beside_what_is_known() {
    let lab = Lab::new();
    let whole = bam(b"@RG\tID:1\tSM:NA1\n", &[(b"chr1", 1000)]);
    lab.file("unmarked.bam", &whole[..whole.len() - 28]);
    lab.file("notes.txt", b"to do: nothing\n");
    lab.file("plain.fastq.gz", &gzip(&fastq(&["r1", "r2"])));
    let names = ["unmarked.bam", "notes.txt", "plain.fastq.gz", "missing.bam", "-"];
    lab.shows(&check(&lab, &names), &expect![[r#"
        unmarked.bam
          type           BAM in BGZF, by its content
          size           69 B (69 bytes)
          samples        NA1
          read group     1: sample NA1
          sort order     not said
          reference      unknown; 1 sequence, called `chr1` and so on
          end            FAILED: ends without the BGZF end-of-file marker: the file is probably truncated

        plain.fastq.gz
          type           FASTQ in gzip, by its content
          size           46 B (46 bytes)
          first read     r1
          end            ok: ends with its gzip data, and all of it is sound
        --- stderr
        error: `notes.txt` cannot be uploaded
          caused by: it is text of another kind: a sequence store takes FASTQ (gzip), BAM, CRAM and unmapped BAM

        error: cannot open `missing.bam`
          caused by: No such file or directory (os error 2)

        error: standard input cannot be looked at

        hint: write the data to a file first; a file called `-` is `./-`

        error: `unmarked.bam` ends without the BGZF end-of-file marker: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
        --- status 2
    "#]]);
    lab.shows(&check(&lab, &["unmarked.bam", "--output=json"]), &expect![[r#"
        {"version":1,"sound":false,"files":[{"file":"unmarked.bam","bytes":69,"file_type":"BAM","form":"BGZF","header":{"samples":["NA1"],"read_groups":[{"id":"1","sample":"NA1","library":null,"platform":null,"unit":null}],"sort_order":null,"reference":{"assembly":null,"extras":[],"naming":"chr","sequences":1,"bases":1000,"with_md5":0}}}],"checks":[{"check":"end","files":["unmarked.bam"],"result":"failed","message":"`unmarked.bam` ends without the BGZF end-of-file marker: the file is probably truncated"}],"read_sets":[{"file_type":"BAM","name":"unmarked","name_origin":"from the file name","sample_id":"NA1","sample_id_origin":"from @RG SM","subject_id":"NA1","subject_id_origin":"from the sample","part_size":67108864,"sources":[{"source":"SOURCE1","file":"unmarked.bam","bytes":69,"parts":1}]}],"notes":[],"problems":[{"message":"`unmarked.bam` ends without the BGZF end-of-file marker: the file is probably truncated","hint":"copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker"}]}
        --- stderr
        error: `unmarked.bam` ends without the BGZF end-of-file marker: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
        --- status 2
    "#]]);
    lab.shows(&check(&lab, &["unmarked.bam", "-q"]), &expect![[r#"
        --- stderr
        error: `unmarked.bam` ends without the BGZF end-of-file marker: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
        --- status 2
    "#]]);
    let said = check(&lab, &["unmarked.bam", "-q", "--allow-no-eof"]);
    assert_eq!((said.status, said.stdout.as_str(), said.stderr.as_str()), (Some(0), "", ""));
    lab.shows(
        &check(&lab, &[]),
        &expect![[r#"
        --- stderr
        error: the following required arguments were not provided:
          <FILE>...

        Usage: omics-upload check <FILE>...

        For more information, try '--help'.
        --- status 2
    "#]],
    );
}

#[test]
fn clean_files_are_sound() {
    let lab = Lab::new();
    let mut names: Vec<String> = Vec::new();
    for folder in ["hts-sys", "pysam-tests", "samtools-test"] {
        for entry in fs::read_dir(data(folder)).unwrap() {
            let path = entry.unwrap().path().to_string_lossy().into_owned();
            let is_damaged =
                ["badeof", "badheader", "truncated"].iter().any(|word| path.contains(word));
            if (path.ends_with("bam") || path.ends_with("cram")) && !is_damaged {
                names.push(path);
            }
        }
    }
    assert!(names.len() > 15, "{names:?}");
    let made = by_samtools(&lab).into_iter().flatten();
    names.extend(made.map(|(_, path)| path.to_string_lossy().into_owned()));
    let mut arguments = vec!["--output=json", "--sample=S1", "--allow-sample-mismatch"];
    arguments.extend(names.iter().map(String::as_str));
    let said = check(&lab, &arguments);
    let document = said.expect(0).json();
    assert_eq!(document["sound"], true);
    assert_eq!(document["files"].as_array().unwrap().len(), names.len());
    let checks = document["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["result"] == "passed"), "{checks:#?}");
}
