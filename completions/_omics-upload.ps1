
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'omics-upload' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'omics-upload'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'omics-upload' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('put', 'put', [CompletionResultType]::ParameterValue, 'Upload files, and wait until their read sets are there')
            [CompletionResult]::new('batch', 'batch', [CompletionResultType]::ParameterValue, 'Upload every row of a sample sheet')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Finish what was interrupted on this machine: all of it, or one upload')
            [CompletionResult]::new('uploads', 'uploads', [CompletionResultType]::ParameterValue, 'List, look at and give up unfinished uploads')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until read sets are active')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Look at files, and say what they are, whether they are sound, and what `put` would make of them')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'See whether a read set holds what files hold, at any time after the upload')
            [CompletionResult]::new('receipts', 'receipts', [CompletionResultType]::ParameterValue, 'Show what was sent from this machine, when, and how it is known that it arrived')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve the storage API of HealthOmics on loopback, for trying things out and for tests')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('exit-status', 'exit-status', [CompletionResultType]::ParameterValue, 'List the exit statuses')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;put' {
            [CompletionResult]::new('--r1', '--r1', [CompletionResultType]::ParameterName, 'Mates 1 of a FASTQ pair')
            [CompletionResult]::new('--r2', '--r2', [CompletionResultType]::ParameterName, 'Mates 2 of a FASTQ pair')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'File type: fastq, bam, cram or ubam [default: by the content]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the read set [default: the file''s name without extensions]')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Sample ID [default: the SM of the @RG lines, else by the file''s name]')
            [CompletionResult]::new('--subject', '--subject', [CompletionResultType]::ParameterName, 'Subject ID [default: the sample ID]')
            [CompletionResult]::new('--id-pattern', '--id-pattern', [CompletionResultType]::ParameterName, 'What sample, subject, name and tag values must match as a whole: a regular expression')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'About how long standard input is: sets the size of its parts as for a file [default: 16 parts of 64MiB, then 100MiB each]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'What the parts of standard input may take of memory [default: the parts in flight; with `--concurrency auto` 1GiB]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--reference', '--reference', [CompletionResultType]::ParameterName, 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account''s reference store that has the sequences of the reads'' header')
            [CompletionResult]::new('--sandbox-reference', '--sandbox-reference', [CompletionResultType]::ParameterName, 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once')
            [CompletionResult]::new('--generated-from', '--generated-from', [CompletionResultType]::ParameterName, 'Where the data come from')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Tag; may be given more than once')
            [CompletionResult]::new('--part-size', '--part-size', [CompletionResultType]::ParameterName, 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]')
            [CompletionResult]::new('--when-proven', '--when-proven', [CompletionResultType]::ParameterName, 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify')
            [CompletionResult]::new('--md5-file', '--md5-file', [CompletionResultType]::ParameterName, 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--if-exists', '--if-exists', [CompletionResultType]::ParameterName, 'What to do if the store has a read set of the same name, sample, subject and type')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Write the receipt there as well: what was sent, when, and how it is known that it arrived')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--merge-lanes', '--merge-lanes', [CompletionResultType]::ParameterName, 'Make one read set of the FASTQ files that differ by lane only, in the order of their lanes; each lane of read 1 needs its lane of read 2')
            [CompletionResult]::new('--allow-sample-mismatch', '--allow-sample-mismatch', [CompletionResultType]::ParameterName, 'Take a sample that differs from the header''s or from that of the file''s name')
            [CompletionResult]::new('--allow-no-eof', '--allow-no-eof', [CompletionResultType]::ParameterName, 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write')
            [CompletionResult]::new('--allow-padding', '--allow-padding', [CompletionResultType]::ParameterName, 'Take FASTQ files that end with blank lines or zeros, which samtools refuses')
            [CompletionResult]::new('--allow-reference-mismatch', '--allow-reference-mismatch', [CompletionResultType]::ParameterName, 'Upload reads whose header does not fit the reference')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared')
            [CompletionResult]::new('--check-md5', '--check-md5', [CompletionResultType]::ParameterName, 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Do not resume: forget what was begun before, and start a new upload')
            [CompletionResult]::new('--no-fingerprint', '--no-fingerprint', [CompletionResultType]::ParameterName, 'Leave out the tag by which an upload is found again without local state')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be done, and send nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;batch' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the sheet: nf-core, plain, manifest or illumina [default: by its content]')
            [CompletionResult]::new('--files', '--files', [CompletionResultType]::ParameterName, 'Folder that relative paths start from [default: the sheet''s]; of an Illumina sheet, the folder with its FASTQ files')
            [CompletionResult]::new('--ignore-columns', '--ignore-columns', [CompletionResultType]::ParameterName, 'Columns to ignore, separated by commas, or `all` for every unknown column')
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Folder of the run [default: one in the state folder, found by the sheet''s path and the store]')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Begin no further row after this many rows have failed')
            [CompletionResult]::new('--sheet-out', '--sheet-out', [CompletionResultType]::ParameterName, 'Write the sheet there with columns for the read set of each row')
            [CompletionResult]::new('--rewrite-sources', '--rewrite-sources', [CompletionResultType]::ParameterName, 'Replace the files in that sheet by URIs of the read sets')
            [CompletionResult]::new('--replan', '--replan', [CompletionResultType]::ParameterName, 'Upload rows again whose fields have changed since they were uploaded, or whose read set is gone: the number of the row, or `all`; may be given more than once')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'File type: fastq, bam, cram or ubam [default: by the content]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the read set [default: the file''s name without extensions]')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Sample ID [default: the SM of the @RG lines, else by the file''s name]')
            [CompletionResult]::new('--subject', '--subject', [CompletionResultType]::ParameterName, 'Subject ID [default: the sample ID]')
            [CompletionResult]::new('--id-pattern', '--id-pattern', [CompletionResultType]::ParameterName, 'What sample, subject, name and tag values must match as a whole: a regular expression')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--reference', '--reference', [CompletionResultType]::ParameterName, 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account''s reference store that has the sequences of the reads'' header')
            [CompletionResult]::new('--sandbox-reference', '--sandbox-reference', [CompletionResultType]::ParameterName, 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once')
            [CompletionResult]::new('--generated-from', '--generated-from', [CompletionResultType]::ParameterName, 'Where the data come from')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Tag; may be given more than once')
            [CompletionResult]::new('--part-size', '--part-size', [CompletionResultType]::ParameterName, 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]')
            [CompletionResult]::new('--when-proven', '--when-proven', [CompletionResultType]::ParameterName, 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify')
            [CompletionResult]::new('--md5-file', '--md5-file', [CompletionResultType]::ParameterName, 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Write the receipt there as well: what was sent, when, and how it is known that it arrived')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--if-exists', '--if-exists', [CompletionResultType]::ParameterName, 'What to do if the store has a read set of the same name, sample, subject and type')
            [CompletionResult]::new('--merge-lanes', '--merge-lanes', [CompletionResultType]::ParameterName, 'Make one read set of the rows of a sample that differ only by lane')
            [CompletionResult]::new('--merge-rows', '--merge-rows', [CompletionResultType]::ParameterName, 'Make one read set of all rows of a sample, in the order of the sheet')
            [CompletionResult]::new('--retry-failed', '--retry-failed', [CompletionResultType]::ParameterName, 'Try rows again that failed for good: damaged files, and data that the service refused')
            [CompletionResult]::new('--recheck', '--recheck', [CompletionResultType]::ParameterName, 'Ask the service whether the read sets of finished rows still exist')
            [CompletionResult]::new('--allow-sample-mismatch', '--allow-sample-mismatch', [CompletionResultType]::ParameterName, 'Take a sample that differs from the header''s or from that of the file''s name')
            [CompletionResult]::new('--allow-no-eof', '--allow-no-eof', [CompletionResultType]::ParameterName, 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write')
            [CompletionResult]::new('--allow-padding', '--allow-padding', [CompletionResultType]::ParameterName, 'Take FASTQ files that end with blank lines or zeros, which samtools refuses')
            [CompletionResult]::new('--allow-reference-mismatch', '--allow-reference-mismatch', [CompletionResultType]::ParameterName, 'Upload reads whose header does not fit the reference')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared')
            [CompletionResult]::new('--check-md5', '--check-md5', [CompletionResultType]::ParameterName, 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Do not resume: forget what was begun before, and start a new upload')
            [CompletionResult]::new('--no-fingerprint', '--no-fingerprint', [CompletionResultType]::ParameterName, 'Leave out the tag by which an upload is found again without local state')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be done, and send nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Check all rows and write the run folder; nothing changes at the service')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Begin the uploads of a planned run, one a second')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send one share of the parts of a run; any process on any machine can send any share')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Decode one share of the files of a run, as --verify of the plan asks for')
            [CompletionResult]::new('complete', 'complete', [CompletionResultType]::ParameterValue, 'Confirm, complete and wait for the read sets of a run; name what is missing')
            [CompletionResult]::new('submit', 'submit', [CompletionResultType]::ParameterValue, 'Submit what is left of a run as Slurm jobs')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show how far a run has come')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Write what came of a run')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;batch;plan' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the sheet: nf-core, plain, manifest or illumina [default: by its content]')
            [CompletionResult]::new('--files', '--files', [CompletionResultType]::ParameterName, 'Folder that relative paths start from [default: the sheet''s]; of an Illumina sheet, the folder with its FASTQ files')
            [CompletionResult]::new('--ignore-columns', '--ignore-columns', [CompletionResultType]::ParameterName, 'Columns to ignore, separated by commas, or `all` for every unknown column')
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Folder of the run')
            [CompletionResult]::new('--replan', '--replan', [CompletionResultType]::ParameterName, 'Upload rows again whose fields have changed since they were uploaded, or whose read set is gone: the number of the row, or `all`; may be given more than once')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'File type: fastq, bam, cram or ubam [default: by the content]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the read set [default: the file''s name without extensions]')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Sample ID [default: the SM of the @RG lines, else by the file''s name]')
            [CompletionResult]::new('--subject', '--subject', [CompletionResultType]::ParameterName, 'Subject ID [default: the sample ID]')
            [CompletionResult]::new('--id-pattern', '--id-pattern', [CompletionResultType]::ParameterName, 'What sample, subject, name and tag values must match as a whole: a regular expression')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--reference', '--reference', [CompletionResultType]::ParameterName, 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account''s reference store that has the sequences of the reads'' header')
            [CompletionResult]::new('--sandbox-reference', '--sandbox-reference', [CompletionResultType]::ParameterName, 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once')
            [CompletionResult]::new('--generated-from', '--generated-from', [CompletionResultType]::ParameterName, 'Where the data come from')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Tag; may be given more than once')
            [CompletionResult]::new('--part-size', '--part-size', [CompletionResultType]::ParameterName, 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]')
            [CompletionResult]::new('--when-proven', '--when-proven', [CompletionResultType]::ParameterName, 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify')
            [CompletionResult]::new('--md5-file', '--md5-file', [CompletionResultType]::ParameterName, 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Write the receipt there as well: what was sent, when, and how it is known that it arrived')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--if-exists', '--if-exists', [CompletionResultType]::ParameterName, 'What to do if the store has a read set of the same name, sample, subject and type')
            [CompletionResult]::new('--merge-lanes', '--merge-lanes', [CompletionResultType]::ParameterName, 'Make one read set of the rows of a sample that differ only by lane')
            [CompletionResult]::new('--merge-rows', '--merge-rows', [CompletionResultType]::ParameterName, 'Make one read set of all rows of a sample, in the order of the sheet')
            [CompletionResult]::new('--retry-failed', '--retry-failed', [CompletionResultType]::ParameterName, 'Try rows again that failed for good: damaged files, and data that the service refused')
            [CompletionResult]::new('--allow-sample-mismatch', '--allow-sample-mismatch', [CompletionResultType]::ParameterName, 'Take a sample that differs from the header''s or from that of the file''s name')
            [CompletionResult]::new('--allow-no-eof', '--allow-no-eof', [CompletionResultType]::ParameterName, 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write')
            [CompletionResult]::new('--allow-padding', '--allow-padding', [CompletionResultType]::ParameterName, 'Take FASTQ files that end with blank lines or zeros, which samtools refuses')
            [CompletionResult]::new('--allow-reference-mismatch', '--allow-reference-mismatch', [CompletionResultType]::ParameterName, 'Upload reads whose header does not fit the reference')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared')
            [CompletionResult]::new('--check-md5', '--check-md5', [CompletionResultType]::ParameterName, 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Do not resume: forget what was begun before, and start a new upload')
            [CompletionResult]::new('--no-fingerprint', '--no-fingerprint', [CompletionResultType]::ParameterName, 'Leave out the tag by which an upload is found again without local state')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be done, and send nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;batch;create' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Read files below OLD, as the plan names them, below NEW; may be given more than once')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;batch;send' {
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Which share: 3/64 for the third of 64, or auto for the index of a Slurm or AWS Batch array')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Read files below OLD, as the plan names them, below NEW; may be given more than once')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;batch;verify' {
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Which share: 3/64 for the third of 64, or auto for the index of a Slurm or AWS Batch array')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Read files below OLD, as the plan names them, below NEW; may be given more than once')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--md5-file', '--md5-file', [CompletionResultType]::ParameterName, 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--check-md5', '--check-md5', [CompletionResultType]::ParameterName, 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;batch;complete' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Read files below OLD, as the plan names them, below NEW; may be given more than once')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--sheet-out', '--sheet-out', [CompletionResultType]::ParameterName, 'Write the sheet there with columns for the read set of each row')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;batch;submit' {
            [CompletionResult]::new('--tasks', '--tasks', [CompletionResultType]::ParameterName, 'Shares that are sent (and decoded), each as a task of an array')
            [CompletionResult]::new('--at-once', '--at-once', [CompletionResultType]::ParameterName, 'Tasks that run at the same time [default: as many as the cluster has room for]')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'Passed on to every step')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Passed on to `send`: what all tasks together may begin in a second')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'Passed on to `send`: the most that goes out in a second from all tasks together, such as 400MB/s')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the scripts and commands, and submit nothing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;batch;status' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Show it again every 10 seconds until nothing is left to be done')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the service too which uploads of the run are open, and how many parts they have')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;batch;report' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'Write a page for a browser: totals, every row with its files, hashes and checks, and what failed')
            [CompletionResult]::new('--sheet', '--sheet', [CompletionResultType]::ParameterName, 'Write the sheet there with columns for the read set of each row')
            [CompletionResult]::new('--rewrite-sources', '--rewrite-sources', [CompletionResultType]::ParameterName, 'Replace the files in that sheet by URIs of the read sets')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Leave paths, host names and user names out of that page')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;batch;help' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Check all rows and write the run folder; nothing changes at the service')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Begin the uploads of a planned run, one a second')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send one share of the parts of a run; any process on any machine can send any share')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Decode one share of the files of a run, as --verify of the plan asks for')
            [CompletionResult]::new('complete', 'complete', [CompletionResultType]::ParameterValue, 'Confirm, complete and wait for the read sets of a run; name what is missing')
            [CompletionResult]::new('submit', 'submit', [CompletionResultType]::ParameterValue, 'Submit what is left of a run as Slurm jobs')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show how far a run has come')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Write what came of a run')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;batch;help;plan' {
            break
        }
        'omics-upload;batch;help;create' {
            break
        }
        'omics-upload;batch;help;send' {
            break
        }
        'omics-upload;batch;help;verify' {
            break
        }
        'omics-upload;batch;help;complete' {
            break
        }
        'omics-upload;batch;help;submit' {
            break
        }
        'omics-upload;batch;help;status' {
            break
        }
        'omics-upload;batch;help;report' {
            break
        }
        'omics-upload;batch;help;help' {
            break
        }
        'omics-upload;resume' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait until the read set is active')
            [CompletionResult]::new('--when-proven', '--when-proven', [CompletionResultType]::ParameterName, 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store''s hash matches: keep, delete or move:DIR; needs --verify')
            [CompletionResult]::new('--md5-file', '--md5-file', [CompletionResultType]::ParameterName, 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Write the receipt there as well: what was sent, when, and how it is known that it arrived')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until the read set is active')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Decode the data while they are sent: what is damaged is not completed, and at the end the store''s hash of them is compared')
            [CompletionResult]::new('--check-md5', '--check-md5', [CompletionResultType]::ParameterName, 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;uploads' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the unfinished uploads in the store')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'List the parts that the store has of an upload')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Give uploads up and free their parts')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Give up old uploads that this program has made')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;uploads;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;uploads;parts' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Of one source only')
            [CompletionResult]::new('--created-after', '--created-after', [CompletionResultType]::ParameterName, 'Only parts made after this time, such as 2026-11-21T10:00:00Z')
            [CompletionResult]::new('--created-before', '--created-before', [CompletionResultType]::ParameterName, 'Only parts made before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'List at most N parts')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;uploads;abort' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Abort uploads that received a part less than 15 minutes ago from another machine')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;uploads;prune' {
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'Minimum time since the upload was created and since its last part arrived, such as 7d')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Those of other programs too')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be given up')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;uploads;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the unfinished uploads in the store')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'List the parts that the store has of an upload')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Give uploads up and free their parts')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Give up old uploads that this program has made')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;uploads;help;list' {
            break
        }
        'omics-upload;uploads;help;parts' {
            break
        }
        'omics-upload;uploads;help;abort' {
            break
        }
        'omics-upload;uploads;help;prune' {
            break
        }
        'omics-upload;uploads;help;help' {
            break
        }
        'omics-upload;wait' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--wait-timeout', '--wait-timeout', [CompletionResultType]::ParameterName, 'How long to wait')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;check' {
            [CompletionResult]::new('--r1', '--r1', [CompletionResultType]::ParameterName, 'Mates 1 of a FASTQ pair')
            [CompletionResult]::new('--r2', '--r2', [CompletionResultType]::ParameterName, 'Mates 2 of a FASTQ pair')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'File type: fastq, bam, cram or ubam [default: by the content]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the read set [default: the file''s name without extensions]')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Sample ID [default: the SM of the @RG lines, else by the file''s name]')
            [CompletionResult]::new('--subject', '--subject', [CompletionResultType]::ParameterName, 'Subject ID [default: the sample ID]')
            [CompletionResult]::new('--id-pattern', '--id-pattern', [CompletionResultType]::ParameterName, 'What sample, subject, name and tag values must match as a whole: a regular expression')
            [CompletionResult]::new('--md5-file', '--md5-file', [CompletionResultType]::ParameterName, 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused')
            [CompletionResult]::new('--part-size', '--part-size', [CompletionResultType]::ParameterName, 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--merge-lanes', '--merge-lanes', [CompletionResultType]::ParameterName, 'Make one read set of the FASTQ files that differ by lane only, in the order of their lanes; each lane of read 1 needs its lane of read 2')
            [CompletionResult]::new('--allow-sample-mismatch', '--allow-sample-mismatch', [CompletionResultType]::ParameterName, 'Take a sample that differs from the header''s or from that of the file''s name')
            [CompletionResult]::new('--allow-no-eof', '--allow-no-eof', [CompletionResultType]::ParameterName, 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write')
            [CompletionResult]::new('--allow-padding', '--allow-padding', [CompletionResultType]::ParameterName, 'Take FASTQ files that end with blank lines or zeros, which samtools refuses')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Read every file to its end: checksums, records, and mates in step')
            [CompletionResult]::new('--check-md5', '--check-md5', [CompletionResultType]::ParameterName, 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what is wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what is wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;verify' {
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Take the hash from this receipt of `put --verify`')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Sequence store: its ID or ARN')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;receipts' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the receipts that are kept on this machine')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a receipt')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;receipts;list' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;receipts;show' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;receipts;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the receipts that are kept on this machine')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a receipt')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;receipts;help;list' {
            break
        }
        'omics-upload;receipts;help;show' {
            break
        }
        'omics-upload;receipts;help;help' {
            break
        }
        'omics-upload;vault' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('put', 'put', [CompletionResultType]::ParameterValue, 'Store files as archives, bit by bit')
            [CompletionResult]::new('uploads', 'uploads', [CompletionResultType]::ParameterValue, 'List the unfinished uploads in the vault')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'List the parts of an unfinished upload, with their tree hashes')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort unfinished uploads and delete their parts')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;vault;put' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Vault: its name or ARN [default with `--sandbox`: sandbox]')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'AWS account of the vault: 12 digits, or `-` for that of the credentials')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description of the archives, which cannot be changed later [default: the file''s name]')
            [CompletionResult]::new('--inventory', '--inventory', [CompletionResultType]::ParameterName, 'Inventory of the vault, in JSON: files that it lists are not stored again, and get receipts')
            [CompletionResult]::new('--part-size', '--part-size', [CompletionResultType]::ParameterName, 'Size of the parts, a power of two from 1MiB to 4GiB [default: 64MiB, or what a very large file needs]')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Parts in flight, over all files: 1 to 64, or auto')
            [CompletionResult]::new('--max-bandwidth', '--max-bandwidth', [CompletionResultType]::ParameterName, 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s')
            [CompletionResult]::new('--attempts', '--attempts', [CompletionResultType]::ParameterName, 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count')
            [CompletionResult]::new('--give-up-after', '--give-up-after', [CompletionResultType]::ParameterName, 'How long nothing may get through at all before giving up with status 75')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Write the receipt there as well: what was sent, when, and how it is known that it arrived')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write a detailed log there as well')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colors')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Do not resume, and store again what is in the vault already')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Show warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every part, retry and throttling')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;vault;uploads' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Vault: its name or ARN [default with `--sandbox`: sandbox]')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'AWS account of the vault: 12 digits, or `-` for that of the credentials')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;vault;parts' {
            [CompletionResult]::new('--marker', '--marker', [CompletionResultType]::ParameterName, 'Where the list begins: the `Marker` of an earlier list')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Maximum number of parts to list [default with `--marker`: 50, a page of the service]')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Vault: its name or ARN [default with `--sandbox`: sandbox]')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'AWS account of the vault: 12 digits, or `-` for that of the credentials')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;vault;abort' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Vault: its name or ARN [default with `--sandbox`: sandbox]')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'AWS account of the vault: 12 digits, or `-` for that of the credentials')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'What stdout holds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;vault;help' {
            [CompletionResult]::new('put', 'put', [CompletionResultType]::ParameterValue, 'Store files as archives, bit by bit')
            [CompletionResult]::new('uploads', 'uploads', [CompletionResultType]::ParameterValue, 'List the unfinished uploads in the vault')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'List the parts of an unfinished upload, with their tree hashes')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort unfinished uploads and delete their parts')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;vault;help;put' {
            break
        }
        'omics-upload;vault;help;uploads' {
            break
        }
        'omics-upload;vault;help;parts' {
            break
        }
        'omics-upload;vault;help;abort' {
            break
        }
        'omics-upload;vault;help;help' {
            break
        }
        'omics-upload;sandbox' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Keep everything there [default: a temporary folder, removed at the end]')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Address to listen at; loopback only, and port 0 takes a free one')
            [CompletionResult]::new('--reference', '--reference', [CompletionResultType]::ParameterName, 'Reference genome: a FASTA file, or its index (`.fai`) alone; may be given more than once')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Misbehave on request, such as `UploadReadSetPart:error:ThrottlingException,times=3`; may be given more than once')
            [CompletionResult]::new('--request-log', '--request-log', [CompletionResultType]::ParameterName, 'Write a line of JSON for every request there')
            [CompletionResult]::new('--discard', '--discard', [CompletionResultType]::ParameterName, 'Forget the data of parts once it is hashed, to measure speed without the disk; read sets become active unchecked, and cannot be read back')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omics-upload;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;exit-status' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omics-upload;help' {
            [CompletionResult]::new('put', 'put', [CompletionResultType]::ParameterValue, 'Upload files, and wait until their read sets are there')
            [CompletionResult]::new('batch', 'batch', [CompletionResultType]::ParameterValue, 'Upload every row of a sample sheet')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Finish what was interrupted on this machine: all of it, or one upload')
            [CompletionResult]::new('uploads', 'uploads', [CompletionResultType]::ParameterValue, 'List, look at and give up unfinished uploads')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until read sets are active')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Look at files, and say what they are, whether they are sound, and what `put` would make of them')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'See whether a read set holds what files hold, at any time after the upload')
            [CompletionResult]::new('receipts', 'receipts', [CompletionResultType]::ParameterValue, 'Show what was sent from this machine, when, and how it is known that it arrived')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve the storage API of HealthOmics on loopback, for trying things out and for tests')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('exit-status', 'exit-status', [CompletionResultType]::ParameterValue, 'List the exit statuses')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'omics-upload;help;put' {
            break
        }
        'omics-upload;help;batch' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Check all rows and write the run folder; nothing changes at the service')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Begin the uploads of a planned run, one a second')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send one share of the parts of a run; any process on any machine can send any share')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Decode one share of the files of a run, as --verify of the plan asks for')
            [CompletionResult]::new('complete', 'complete', [CompletionResultType]::ParameterValue, 'Confirm, complete and wait for the read sets of a run; name what is missing')
            [CompletionResult]::new('submit', 'submit', [CompletionResultType]::ParameterValue, 'Submit what is left of a run as Slurm jobs')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show how far a run has come')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Write what came of a run')
            break
        }
        'omics-upload;help;batch;plan' {
            break
        }
        'omics-upload;help;batch;create' {
            break
        }
        'omics-upload;help;batch;send' {
            break
        }
        'omics-upload;help;batch;verify' {
            break
        }
        'omics-upload;help;batch;complete' {
            break
        }
        'omics-upload;help;batch;submit' {
            break
        }
        'omics-upload;help;batch;status' {
            break
        }
        'omics-upload;help;batch;report' {
            break
        }
        'omics-upload;help;resume' {
            break
        }
        'omics-upload;help;uploads' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the unfinished uploads in the store')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'List the parts that the store has of an upload')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Give uploads up and free their parts')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Give up old uploads that this program has made')
            break
        }
        'omics-upload;help;uploads;list' {
            break
        }
        'omics-upload;help;uploads;parts' {
            break
        }
        'omics-upload;help;uploads;abort' {
            break
        }
        'omics-upload;help;uploads;prune' {
            break
        }
        'omics-upload;help;wait' {
            break
        }
        'omics-upload;help;check' {
            break
        }
        'omics-upload;help;verify' {
            break
        }
        'omics-upload;help;receipts' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the receipts that are kept on this machine')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a receipt')
            break
        }
        'omics-upload;help;receipts;list' {
            break
        }
        'omics-upload;help;receipts;show' {
            break
        }
        'omics-upload;help;vault' {
            [CompletionResult]::new('put', 'put', [CompletionResultType]::ParameterValue, 'Store files as archives, bit by bit')
            [CompletionResult]::new('uploads', 'uploads', [CompletionResultType]::ParameterValue, 'List the unfinished uploads in the vault')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'List the parts of an unfinished upload, with their tree hashes')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Abort unfinished uploads and delete their parts')
            break
        }
        'omics-upload;help;vault;put' {
            break
        }
        'omics-upload;help;vault;uploads' {
            break
        }
        'omics-upload;help;vault;parts' {
            break
        }
        'omics-upload;help;vault;abort' {
            break
        }
        'omics-upload;help;sandbox' {
            break
        }
        'omics-upload;help;completions' {
            break
        }
        'omics-upload;help;man' {
            break
        }
        'omics-upload;help;exit-status' {
            break
        }
        'omics-upload;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
