
use builtin;
use str;

set edit:completion:arg-completer[omics-upload] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'omics-upload'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'omics-upload'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand put 'Upload files, and wait until their read sets are there'
            cand batch 'Upload every row of a sample sheet'
            cand resume 'Finish what was interrupted on this machine: all of it, or one upload'
            cand uploads 'List, look at and give up unfinished uploads'
            cand wait 'Wait until read sets are active'
            cand check 'Look at files, and say what they are, whether they are sound, and what `put` would make of them'
            cand verify 'See whether a read set holds what files hold, at any time after the upload'
            cand receipts 'Show what was sent from this machine, when, and how it is known that it arrived'
            cand vault 'Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads'
            cand sandbox 'Serve the storage API of HealthOmics on loopback, for trying things out and for tests'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page'
            cand exit-status 'List the exit statuses'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;put'= {
            cand --r1 'Mates 1 of a FASTQ pair'
            cand --r2 'Mates 2 of a FASTQ pair'
            cand --type 'File type: fastq, bam, cram or ubam [default: by the content]'
            cand --name 'Name of the read set [default: the file''s name without extensions]'
            cand --sample 'Sample ID [default: the SM of the @RG lines, else by the file''s name]'
            cand --subject 'Subject ID [default: the sample ID]'
            cand --id-pattern 'What sample, subject, name and tag values must match as a whole: a regular expression'
            cand --size 'About how long standard input is: sets the size of its parts as for a file [default: 16 parts of 64MiB, then 100MiB each]'
            cand --max-memory 'What the parts of standard input may take of memory [default: the parts in flight; with `--concurrency auto` 1GiB]'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --reference 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account''s reference store that has the sequences of the reads'' header'
            cand --sandbox-reference 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once'
            cand --generated-from 'Where the data come from'
            cand --description 'Description'
            cand --tag 'Tag; may be given more than once'
            cand --part-size 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]'
            cand --when-proven 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify'
            cand --md5-file 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --if-exists 'What to do if the store has a read set of the same name, sample, subject and type'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --receipt 'Write the receipt there as well: what was sent, when, and how it is known that it arrived'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --merge-lanes 'Make one read set of the FASTQ files that differ by lane only, in the order of their lanes; each lane of read 1 needs its lane of read 2'
            cand --allow-sample-mismatch 'Take a sample that differs from the header''s or from that of the file''s name'
            cand --allow-no-eof 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
            cand --allow-padding 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
            cand --allow-reference-mismatch 'Upload reads whose header does not fit the reference'
            cand --verify 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared'
            cand --check-md5 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
            cand --no-wait 'Do not wait until the read set is active'
            cand --fresh 'Do not resume: forget what was begun before, and start a new upload'
            cand --no-fingerprint 'Leave out the tag by which an upload is found again without local state'
            cand --dry-run 'Print what would be done, and send nothing'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;batch'= {
            cand --format 'Format of the sheet: nf-core, plain, manifest or illumina [default: by its content]'
            cand --files 'Folder that relative paths start from [default: the sheet''s]; of an Illumina sheet, the folder with its FASTQ files'
            cand --ignore-columns 'Columns to ignore, separated by commas, or `all` for every unknown column'
            cand --run 'Folder of the run [default: one in the state folder, found by the sheet''s path and the store]'
            cand --max-failures 'Begin no further row after this many rows have failed'
            cand --sheet-out 'Write the sheet there with columns for the read set of each row'
            cand --rewrite-sources 'Replace the files in that sheet by URIs of the read sets'
            cand --replan 'Upload rows again whose fields have changed since they were uploaded, or whose read set is gone: the number of the row, or `all`; may be given more than once'
            cand --type 'File type: fastq, bam, cram or ubam [default: by the content]'
            cand --name 'Name of the read set [default: the file''s name without extensions]'
            cand --sample 'Sample ID [default: the SM of the @RG lines, else by the file''s name]'
            cand --subject 'Subject ID [default: the sample ID]'
            cand --id-pattern 'What sample, subject, name and tag values must match as a whole: a regular expression'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --reference 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account''s reference store that has the sequences of the reads'' header'
            cand --sandbox-reference 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once'
            cand --generated-from 'Where the data come from'
            cand --description 'Description'
            cand --tag 'Tag; may be given more than once'
            cand --part-size 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]'
            cand --when-proven 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify'
            cand --md5-file 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --receipt 'Write the receipt there as well: what was sent, when, and how it is known that it arrived'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --if-exists 'What to do if the store has a read set of the same name, sample, subject and type'
            cand --merge-lanes 'Make one read set of the rows of a sample that differ only by lane'
            cand --merge-rows 'Make one read set of all rows of a sample, in the order of the sheet'
            cand --retry-failed 'Try rows again that failed for good: damaged files, and data that the service refused'
            cand --recheck 'Ask the service whether the read sets of finished rows still exist'
            cand --allow-sample-mismatch 'Take a sample that differs from the header''s or from that of the file''s name'
            cand --allow-no-eof 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
            cand --allow-padding 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
            cand --allow-reference-mismatch 'Upload reads whose header does not fit the reference'
            cand --verify 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared'
            cand --check-md5 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
            cand --no-wait 'Do not wait until the read set is active'
            cand --fresh 'Do not resume: forget what was begun before, and start a new upload'
            cand --no-fingerprint 'Leave out the tag by which an upload is found again without local state'
            cand --dry-run 'Print what would be done, and send nothing'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand plan 'Check all rows and write the run folder; nothing changes at the service'
            cand create 'Begin the uploads of a planned run, one a second'
            cand send 'Send one share of the parts of a run; any process on any machine can send any share'
            cand verify 'Decode one share of the files of a run, as --verify of the plan asks for'
            cand complete 'Confirm, complete and wait for the read sets of a run; name what is missing'
            cand submit 'Submit what is left of a run as Slurm jobs'
            cand status 'Show how far a run has come'
            cand report 'Write what came of a run'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;batch;plan'= {
            cand --format 'Format of the sheet: nf-core, plain, manifest or illumina [default: by its content]'
            cand --files 'Folder that relative paths start from [default: the sheet''s]; of an Illumina sheet, the folder with its FASTQ files'
            cand --ignore-columns 'Columns to ignore, separated by commas, or `all` for every unknown column'
            cand --run 'Folder of the run'
            cand --replan 'Upload rows again whose fields have changed since they were uploaded, or whose read set is gone: the number of the row, or `all`; may be given more than once'
            cand --type 'File type: fastq, bam, cram or ubam [default: by the content]'
            cand --name 'Name of the read set [default: the file''s name without extensions]'
            cand --sample 'Sample ID [default: the SM of the @RG lines, else by the file''s name]'
            cand --subject 'Subject ID [default: the sample ID]'
            cand --id-pattern 'What sample, subject, name and tag values must match as a whole: a regular expression'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --reference 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account''s reference store that has the sequences of the reads'' header'
            cand --sandbox-reference 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once'
            cand --generated-from 'Where the data come from'
            cand --description 'Description'
            cand --tag 'Tag; may be given more than once'
            cand --part-size 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]'
            cand --when-proven 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify'
            cand --md5-file 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --receipt 'Write the receipt there as well: what was sent, when, and how it is known that it arrived'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --if-exists 'What to do if the store has a read set of the same name, sample, subject and type'
            cand --merge-lanes 'Make one read set of the rows of a sample that differ only by lane'
            cand --merge-rows 'Make one read set of all rows of a sample, in the order of the sheet'
            cand --retry-failed 'Try rows again that failed for good: damaged files, and data that the service refused'
            cand --allow-sample-mismatch 'Take a sample that differs from the header''s or from that of the file''s name'
            cand --allow-no-eof 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
            cand --allow-padding 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
            cand --allow-reference-mismatch 'Upload reads whose header does not fit the reference'
            cand --verify 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared'
            cand --check-md5 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
            cand --no-wait 'Do not wait until the read set is active'
            cand --fresh 'Do not resume: forget what was begun before, and start a new upload'
            cand --no-fingerprint 'Leave out the tag by which an upload is found again without local state'
            cand --dry-run 'Print what would be done, and send nothing'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;batch;create'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --map 'Read files below OLD, as the plan names them, below NEW; may be given more than once'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --no-wait 'Do not wait until the read set is active'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;batch;send'= {
            cand --shard 'Which share: 3/64 for the third of 64, or auto for the index of a Slurm or AWS Batch array'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --map 'Read files below OLD, as the plan names them, below NEW; may be given more than once'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --no-wait 'Do not wait until the read set is active'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;batch;verify'= {
            cand --shard 'Which share: 3/64 for the third of 64, or auto for the index of a Slurm or AWS Batch array'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --map 'Read files below OLD, as the plan names them, below NEW; may be given more than once'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --md5-file 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused'
            cand --no-wait 'Do not wait until the read set is active'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand --check-md5 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;batch;complete'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --map 'Read files below OLD, as the plan names them, below NEW; may be given more than once'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --sheet-out 'Write the sheet there with columns for the read set of each row'
            cand --no-wait 'Do not wait until the read set is active'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;batch;submit'= {
            cand --tasks 'Shares that are sent (and decoded), each as a task of an array'
            cand --at-once 'Tasks that run at the same time [default: as many as the cluster has room for]'
            cand --map 'Passed on to every step'
            cand --requests-per-second 'Passed on to `send`: what all tasks together may begin in a second'
            cand --max-bandwidth 'Passed on to `send`: the most that goes out in a second from all tasks together, such as 400MB/s'
            cand --dry-run 'Print the scripts and commands, and submit nothing'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;batch;status'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand --watch 'Show it again every 10 seconds until nothing is left to be done'
            cand --remote 'Ask the service too which uploads of the run are open, and how many parts they have'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;batch;report'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --html 'Write a page for a browser: totals, every row with its files, hashes and checks, and what failed'
            cand --sheet 'Write the sheet there with columns for the read set of each row'
            cand --rewrite-sources 'Replace the files in that sheet by URIs of the read sets'
            cand --output 'What stdout holds'
            cand --redact 'Leave paths, host names and user names out of that page'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;batch;help'= {
            cand plan 'Check all rows and write the run folder; nothing changes at the service'
            cand create 'Begin the uploads of a planned run, one a second'
            cand send 'Send one share of the parts of a run; any process on any machine can send any share'
            cand verify 'Decode one share of the files of a run, as --verify of the plan asks for'
            cand complete 'Confirm, complete and wait for the read sets of a run; name what is missing'
            cand submit 'Submit what is left of a run as Slurm jobs'
            cand status 'Show how far a run has come'
            cand report 'Write what came of a run'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;batch;help;plan'= {
        }
        &'omics-upload;batch;help;create'= {
        }
        &'omics-upload;batch;help;send'= {
        }
        &'omics-upload;batch;help;verify'= {
        }
        &'omics-upload;batch;help;complete'= {
        }
        &'omics-upload;batch;help;submit'= {
        }
        &'omics-upload;batch;help;status'= {
        }
        &'omics-upload;batch;help;report'= {
        }
        &'omics-upload;batch;help;help'= {
        }
        &'omics-upload;resume'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --requests-per-second 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere'
            cand --wait-timeout 'How long to wait until the read set is active'
            cand --when-proven 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify'
            cand --md5-file 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --receipt 'Write the receipt there as well: what was sent, when, and how it is known that it arrived'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --no-wait 'Do not wait until the read set is active'
            cand --verify 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared'
            cand --check-md5 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;uploads'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the unfinished uploads in the store'
            cand parts 'List the parts that the store has of an upload'
            cand abort 'Give uploads up and free their parts'
            cand prune 'Give up old uploads that this program has made'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;uploads;list'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;uploads;parts'= {
            cand --source 'Of one source only'
            cand --created-after 'Only parts made after this time, such as 2026-11-21T10:00:00Z'
            cand --created-before 'Only parts made before this time'
            cand --limit 'List at most N parts'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;uploads;abort'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand --force 'Abort uploads that received a part less than 15 minutes ago from another machine'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;uploads;prune'= {
            cand --older-than 'Minimum time since the upload was created and since its last part arrived, such as 7d'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand --all 'Those of other programs too'
            cand --dry-run 'Show what would be given up'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;uploads;help'= {
            cand list 'List the unfinished uploads in the store'
            cand parts 'List the parts that the store has of an upload'
            cand abort 'Give uploads up and free their parts'
            cand prune 'Give up old uploads that this program has made'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;uploads;help;list'= {
        }
        &'omics-upload;uploads;help;parts'= {
        }
        &'omics-upload;uploads;help;abort'= {
        }
        &'omics-upload;uploads;help;prune'= {
        }
        &'omics-upload;uploads;help;help'= {
        }
        &'omics-upload;wait'= {
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --wait-timeout 'How long to wait'
            cand --give-up-after 'How long nothing may get through at all before giving up'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;check'= {
            cand --r1 'Mates 1 of a FASTQ pair'
            cand --r2 'Mates 2 of a FASTQ pair'
            cand --type 'File type: fastq, bam, cram or ubam [default: by the content]'
            cand --name 'Name of the read set [default: the file''s name without extensions]'
            cand --sample 'Sample ID [default: the SM of the @RG lines, else by the file''s name]'
            cand --subject 'Subject ID [default: the sample ID]'
            cand --id-pattern 'What sample, subject, name and tag values must match as a whole: a regular expression'
            cand --md5-file 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused'
            cand --part-size 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]'
            cand --output 'What stdout holds'
            cand --merge-lanes 'Make one read set of the FASTQ files that differ by lane only, in the order of their lanes; each lane of read 1 needs its lane of read 2'
            cand --allow-sample-mismatch 'Take a sample that differs from the header''s or from that of the file''s name'
            cand --allow-no-eof 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
            cand --allow-padding 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
            cand --full 'Read every file to its end: checksums, records, and mates in step'
            cand --check-md5 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
            cand -q 'Say only what is wrong'
            cand --quiet 'Say only what is wrong'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;verify'= {
            cand --receipt 'Take the hash from this receipt of `put --verify`'
            cand --store 'Sequence store: its ID or ARN'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;receipts'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the receipts that are kept on this machine'
            cand show 'Show a receipt'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;receipts;list'= {
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;receipts;show'= {
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;receipts;help'= {
            cand list 'List the receipts that are kept on this machine'
            cand show 'Show a receipt'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;receipts;help;list'= {
        }
        &'omics-upload;receipts;help;show'= {
        }
        &'omics-upload;receipts;help;help'= {
        }
        &'omics-upload;vault'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand put 'Store files as archives, bit by bit'
            cand uploads 'List the unfinished uploads in the vault'
            cand parts 'List the parts of an unfinished upload, with their tree hashes'
            cand abort 'Abort unfinished uploads and delete their parts'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;vault;put'= {
            cand --vault 'Vault: its name or ARN [default with `--sandbox`: sandbox]'
            cand --account 'AWS account of the vault: 12 digits, or `-` for that of the credentials'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --description 'Description of the archives, which cannot be changed later [default: the file''s name]'
            cand --inventory 'Inventory of the vault, in JSON: files that it lists are not stored again, and get receipts'
            cand --part-size 'Size of the parts, a power of two from 1MiB to 4GiB [default: 64MiB, or what a very large file needs]'
            cand --concurrency 'Parts in flight, over all files: 1 to 64, or auto'
            cand --max-bandwidth 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s'
            cand --attempts 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count'
            cand --give-up-after 'How long nothing may get through at all before giving up with status 75'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --receipt 'Write the receipt there as well: what was sent, when, and how it is known that it arrived'
            cand --output 'What stdout holds'
            cand --progress 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s'
            cand --log-file 'Write a detailed log there as well'
            cand --color 'When to use colors'
            cand --fresh 'Do not resume, and store again what is in the vault already'
            cand -q 'Show warnings and errors only'
            cand --quiet 'Show warnings and errors only'
            cand -v 'Show every part, retry and throttling'
            cand --verbose 'Show every part, retry and throttling'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;vault;uploads'= {
            cand --vault 'Vault: its name or ARN [default with `--sandbox`: sandbox]'
            cand --account 'AWS account of the vault: 12 digits, or `-` for that of the credentials'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;vault;parts'= {
            cand --marker 'Where the list begins: the `Marker` of an earlier list'
            cand --limit 'Maximum number of parts to list [default with `--marker`: 50, a page of the service]'
            cand --vault 'Vault: its name or ARN [default with `--sandbox`: sandbox]'
            cand --account 'AWS account of the vault: 12 digits, or `-` for that of the credentials'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;vault;abort'= {
            cand --vault 'Vault: its name or ARN [default with `--sandbox`: sandbox]'
            cand --account 'AWS account of the vault: 12 digits, or `-` for that of the credentials'
            cand --sandbox 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end'
            cand --state-dir 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]'
            cand --output 'What stdout holds'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;vault;help'= {
            cand put 'Store files as archives, bit by bit'
            cand uploads 'List the unfinished uploads in the vault'
            cand parts 'List the parts of an unfinished upload, with their tree hashes'
            cand abort 'Abort unfinished uploads and delete their parts'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;vault;help;put'= {
        }
        &'omics-upload;vault;help;uploads'= {
        }
        &'omics-upload;vault;help;parts'= {
        }
        &'omics-upload;vault;help;abort'= {
        }
        &'omics-upload;vault;help;help'= {
        }
        &'omics-upload;sandbox'= {
            cand --dir 'Keep everything there [default: a temporary folder, removed at the end]'
            cand --listen 'Address to listen at; loopback only, and port 0 takes a free one'
            cand --reference 'Reference genome: a FASTA file, or its index (`.fai`) alone; may be given more than once'
            cand --fault 'Misbehave on request, such as `UploadReadSetPart:error:ThrottlingException,times=3`; may be given more than once'
            cand --request-log 'Write a line of JSON for every request there'
            cand --discard 'Forget the data of parts once it is hashed, to measure speed without the disk; read sets become active unchecked, and cannot be read back'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omics-upload;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;man'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;exit-status'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omics-upload;help'= {
            cand put 'Upload files, and wait until their read sets are there'
            cand batch 'Upload every row of a sample sheet'
            cand resume 'Finish what was interrupted on this machine: all of it, or one upload'
            cand uploads 'List, look at and give up unfinished uploads'
            cand wait 'Wait until read sets are active'
            cand check 'Look at files, and say what they are, whether they are sound, and what `put` would make of them'
            cand verify 'See whether a read set holds what files hold, at any time after the upload'
            cand receipts 'Show what was sent from this machine, when, and how it is known that it arrived'
            cand vault 'Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads'
            cand sandbox 'Serve the storage API of HealthOmics on loopback, for trying things out and for tests'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page'
            cand exit-status 'List the exit statuses'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'omics-upload;help;put'= {
        }
        &'omics-upload;help;batch'= {
            cand plan 'Check all rows and write the run folder; nothing changes at the service'
            cand create 'Begin the uploads of a planned run, one a second'
            cand send 'Send one share of the parts of a run; any process on any machine can send any share'
            cand verify 'Decode one share of the files of a run, as --verify of the plan asks for'
            cand complete 'Confirm, complete and wait for the read sets of a run; name what is missing'
            cand submit 'Submit what is left of a run as Slurm jobs'
            cand status 'Show how far a run has come'
            cand report 'Write what came of a run'
        }
        &'omics-upload;help;batch;plan'= {
        }
        &'omics-upload;help;batch;create'= {
        }
        &'omics-upload;help;batch;send'= {
        }
        &'omics-upload;help;batch;verify'= {
        }
        &'omics-upload;help;batch;complete'= {
        }
        &'omics-upload;help;batch;submit'= {
        }
        &'omics-upload;help;batch;status'= {
        }
        &'omics-upload;help;batch;report'= {
        }
        &'omics-upload;help;resume'= {
        }
        &'omics-upload;help;uploads'= {
            cand list 'List the unfinished uploads in the store'
            cand parts 'List the parts that the store has of an upload'
            cand abort 'Give uploads up and free their parts'
            cand prune 'Give up old uploads that this program has made'
        }
        &'omics-upload;help;uploads;list'= {
        }
        &'omics-upload;help;uploads;parts'= {
        }
        &'omics-upload;help;uploads;abort'= {
        }
        &'omics-upload;help;uploads;prune'= {
        }
        &'omics-upload;help;wait'= {
        }
        &'omics-upload;help;check'= {
        }
        &'omics-upload;help;verify'= {
        }
        &'omics-upload;help;receipts'= {
            cand list 'List the receipts that are kept on this machine'
            cand show 'Show a receipt'
        }
        &'omics-upload;help;receipts;list'= {
        }
        &'omics-upload;help;receipts;show'= {
        }
        &'omics-upload;help;vault'= {
            cand put 'Store files as archives, bit by bit'
            cand uploads 'List the unfinished uploads in the vault'
            cand parts 'List the parts of an unfinished upload, with their tree hashes'
            cand abort 'Abort unfinished uploads and delete their parts'
        }
        &'omics-upload;help;vault;put'= {
        }
        &'omics-upload;help;vault;uploads'= {
        }
        &'omics-upload;help;vault;parts'= {
        }
        &'omics-upload;help;vault;abort'= {
        }
        &'omics-upload;help;sandbox'= {
        }
        &'omics-upload;help;completions'= {
        }
        &'omics-upload;help;man'= {
        }
        &'omics-upload;help;exit-status'= {
        }
        &'omics-upload;help;help'= {
        }
    ]
    $completions[$command]
}
