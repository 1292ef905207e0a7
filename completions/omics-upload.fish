# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_omics_upload_global_optspecs
    string join \n h/help V/version
end

function __fish_omics_upload_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_omics_upload_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_omics_upload_using_subcommand
    set -l cmd (__fish_omics_upload_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c omics-upload -n "__fish_omics_upload_needs_command" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -s V -l version -d 'Print version'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "put" -d 'Upload files, and wait until their read sets are there'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "batch" -d 'Upload every row of a sample sheet'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "resume" -d 'Finish what was interrupted on this machine: all of it, or one upload'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "uploads" -d 'List, look at and give up unfinished uploads'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "wait" -d 'Wait until read sets are active'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "check" -d 'Look at files, and say what they are, whether they are sound, and what `put` would make of them'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "verify" -d 'See whether a read set holds what files hold, at any time after the upload'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "receipts" -d 'Show what was sent from this machine, when, and how it is known that it arrived'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "vault" -d 'Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "sandbox" -d 'Serve the storage API of HealthOmics on loopback, for trying things out and for tests'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "man" -d 'Print the manual page'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "exit-status" -d 'List the exit statuses'
complete -c omics-upload -n "__fish_omics_upload_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l r1 -d 'Mates 1 of a FASTQ pair' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l r2 -d 'Mates 2 of a FASTQ pair' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l type -d 'File type: fastq, bam, cram or ubam [default: by the content]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l name -d 'Name of the read set [default: the file\'s name without extensions]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l sample -d 'Sample ID [default: the SM of the @RG lines, else by the file\'s name]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l subject -d 'Subject ID [default: the sample ID]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l id-pattern -d 'What sample, subject, name and tag values must match as a whole: a regular expression' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l size -d 'About how long standard input is: sets the size of its parts as for a file [default: 16 parts of 64MiB, then 100MiB each]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l max-memory -d 'What the parts of standard input may take of memory [default: the parts in flight; with `--concurrency auto` 1GiB]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l reference -d 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account\'s reference store that has the sequences of the reads\' header' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l sandbox-reference -d 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l generated-from -d 'Where the data come from' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l description -d 'Description' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l tag -d 'Tag; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l part-size -d 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l when-proven -d 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store\'s hash matches: keep, delete or move:DIR; needs --verify' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l md5-file -d 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l if-exists -d 'What to do if the store has a read set of the same name, sample, subject and type' -r -f -a "upload\t''
skip\t''
fail\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l receipt -d 'Write the receipt there as well: what was sent, when, and how it is known that it arrived' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l merge-lanes -d 'Make one read set of the FASTQ files that differ by lane only, in the order of their lanes; each lane of read 1 needs its lane of read 2'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l allow-sample-mismatch -d 'Take a sample that differs from the header\'s or from that of the file\'s name'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l allow-no-eof -d 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l allow-padding -d 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l allow-reference-mismatch -d 'Upload reads whose header does not fit the reference'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l verify -d 'Decode the data while they are sent: what is damaged is not completed, and at the end the store\'s hash of them is compared'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l check-md5 -d 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l fresh -d 'Do not resume: forget what was begun before, and start a new upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l no-fingerprint -d 'Leave out the tag by which an upload is found again without local state'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -l dry-run -d 'Print what would be done, and send nothing'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand put" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l format -d 'Format of the sheet: nf-core, plain, manifest or illumina [default: by its content]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l files -d 'Folder that relative paths start from [default: the sheet\'s]; of an Illumina sheet, the folder with its FASTQ files' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l ignore-columns -d 'Columns to ignore, separated by commas, or `all` for every unknown column' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l run -d 'Folder of the run [default: one in the state folder, found by the sheet\'s path and the store]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l max-failures -d 'Begin no further row after this many rows have failed' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l sheet-out -d 'Write the sheet there with columns for the read set of each row' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l rewrite-sources -d 'Replace the files in that sheet by URIs of the read sets' -r -f -a "omics\t'`omics://` URIs'
s3\t'`s3://` URIs, where the store has S3 access'"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l replan -d 'Upload rows again whose fields have changed since they were uploaded, or whose read set is gone: the number of the row, or `all`; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l type -d 'File type: fastq, bam, cram or ubam [default: by the content]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l name -d 'Name of the read set [default: the file\'s name without extensions]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l sample -d 'Sample ID [default: the SM of the @RG lines, else by the file\'s name]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l subject -d 'Subject ID [default: the sample ID]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l id-pattern -d 'What sample, subject, name and tag values must match as a whole: a regular expression' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l reference -d 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account\'s reference store that has the sequences of the reads\' header' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l sandbox-reference -d 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l generated-from -d 'Where the data come from' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l description -d 'Description' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l tag -d 'Tag; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l part-size -d 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l when-proven -d 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store\'s hash matches: keep, delete or move:DIR; needs --verify' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l md5-file -d 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l receipt -d 'Write the receipt there as well: what was sent, when, and how it is known that it arrived' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l if-exists -d 'What to do if the store has a read set of the same name, sample, subject and type' -r -f -a "upload\t''
skip\t''
fail\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l merge-lanes -d 'Make one read set of the rows of a sample that differ only by lane'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l merge-rows -d 'Make one read set of all rows of a sample, in the order of the sheet'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l retry-failed -d 'Try rows again that failed for good: damaged files, and data that the service refused'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l recheck -d 'Ask the service whether the read sets of finished rows still exist'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l allow-sample-mismatch -d 'Take a sample that differs from the header\'s or from that of the file\'s name'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l allow-no-eof -d 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l allow-padding -d 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l allow-reference-mismatch -d 'Upload reads whose header does not fit the reference'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l verify -d 'Decode the data while they are sent: what is damaged is not completed, and at the end the store\'s hash of them is compared'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l check-md5 -d 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l fresh -d 'Do not resume: forget what was begun before, and start a new upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l no-fingerprint -d 'Leave out the tag by which an upload is found again without local state'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -l dry-run -d 'Print what would be done, and send nothing'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "plan" -d 'Check all rows and write the run folder; nothing changes at the service'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "create" -d 'Begin the uploads of a planned run, one a second'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "send" -d 'Send one share of the parts of a run; any process on any machine can send any share'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "verify" -d 'Decode one share of the files of a run, as --verify of the plan asks for'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "complete" -d 'Confirm, complete and wait for the read sets of a run; name what is missing'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "submit" -d 'Submit what is left of a run as Slurm jobs'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "status" -d 'Show how far a run has come'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "report" -d 'Write what came of a run'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and not __fish_seen_subcommand_from plan create send verify complete submit status report help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l format -d 'Format of the sheet: nf-core, plain, manifest or illumina [default: by its content]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l files -d 'Folder that relative paths start from [default: the sheet\'s]; of an Illumina sheet, the folder with its FASTQ files' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l ignore-columns -d 'Columns to ignore, separated by commas, or `all` for every unknown column' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l run -d 'Folder of the run' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l replan -d 'Upload rows again whose fields have changed since they were uploaded, or whose read set is gone: the number of the row, or `all`; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l type -d 'File type: fastq, bam, cram or ubam [default: by the content]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l name -d 'Name of the read set [default: the file\'s name without extensions]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l sample -d 'Sample ID [default: the SM of the @RG lines, else by the file\'s name]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l subject -d 'Subject ID [default: the sample ID]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l id-pattern -d 'What sample, subject, name and tag values must match as a whole: a regular expression' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l reference -d 'Reference genome, which BAM and CRAM need: its ARN, or `auto` for the one in the account\'s reference store that has the sequences of the reads\' header' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l sandbox-reference -d 'Give the sandbox of this process a reference genome: a FASTA file, or its index (`.fai`); may be given more than once' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l generated-from -d 'Where the data come from' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l description -d 'Description' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l tag -d 'Tag; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l part-size -d 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l when-proven -d 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store\'s hash matches: keep, delete or move:DIR; needs --verify' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l md5-file -d 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l receipt -d 'Write the receipt there as well: what was sent, when, and how it is known that it arrived' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l if-exists -d 'What to do if the store has a read set of the same name, sample, subject and type' -r -f -a "upload\t''
skip\t''
fail\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l merge-lanes -d 'Make one read set of the rows of a sample that differ only by lane'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l merge-rows -d 'Make one read set of all rows of a sample, in the order of the sheet'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l retry-failed -d 'Try rows again that failed for good: damaged files, and data that the service refused'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l allow-sample-mismatch -d 'Take a sample that differs from the header\'s or from that of the file\'s name'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l allow-no-eof -d 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l allow-padding -d 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l allow-reference-mismatch -d 'Upload reads whose header does not fit the reference'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l verify -d 'Decode the data while they are sent: what is damaged is not completed, and at the end the store\'s hash of them is compared'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l check-md5 -d 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l fresh -d 'Do not resume: forget what was begun before, and start a new upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l no-fingerprint -d 'Leave out the tag by which an upload is found again without local state'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -l dry-run -d 'Print what would be done, and send nothing'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l map -d 'Read files below OLD, as the plan names them, below NEW; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l shard -d 'Which share: 3/64 for the third of 64, or auto for the index of a Slurm or AWS Batch array' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l map -d 'Read files below OLD, as the plan names them, below NEW; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from send" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l shard -d 'Which share: 3/64 for the third of 64, or auto for the index of a Slurm or AWS Batch array' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l map -d 'Read files below OLD, as the plan names them, below NEW; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l md5-file -d 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -l check-md5 -d 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l map -d 'Read files below OLD, as the plan names them, below NEW; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l sheet-out -d 'Write the sheet there with columns for the read set of each row' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from complete" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from submit" -l tasks -d 'Shares that are sent (and decoded), each as a task of an array' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from submit" -l at-once -d 'Tasks that run at the same time [default: as many as the cluster has room for]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from submit" -l map -d 'Passed on to every step' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from submit" -l requests-per-second -d 'Passed on to `send`: what all tasks together may begin in a second' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from submit" -l max-bandwidth -d 'Passed on to `send`: the most that goes out in a second from all tasks together, such as 400MB/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from submit" -l dry-run -d 'Print the scripts and commands, and submit nothing'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from submit" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from status" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from status" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from status" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from status" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from status" -l watch -d 'Show it again every 10 seconds until nothing is left to be done'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from status" -l remote -d 'Ask the service too which uploads of the run are open, and how many parts they have'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l html -d 'Write a page for a browser: totals, every row with its files, hashes and checks, and what failed' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l sheet -d 'Write the sheet there with columns for the read set of each row' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l rewrite-sources -d 'Replace the files in that sheet by URIs of the read sets' -r -f -a "omics\t'`omics://` URIs'
s3\t'`s3://` URIs, where the store has S3 access'"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -l redact -d 'Leave paths, host names and user names out of that page'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "plan" -d 'Check all rows and write the run folder; nothing changes at the service'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "create" -d 'Begin the uploads of a planned run, one a second'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "send" -d 'Send one share of the parts of a run; any process on any machine can send any share'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Decode one share of the files of a run, as --verify of the plan asks for'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "complete" -d 'Confirm, complete and wait for the read sets of a run; name what is missing'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "submit" -d 'Submit what is left of a run as Slurm jobs'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show how far a run has come'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "report" -d 'Write what came of a run'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand batch; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l requests-per-second -d 'Parts that the service takes in a second, over all files, of which 98 % are used: a number, or auto for the documented quota on AWS, and for what the service bears elsewhere' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l wait-timeout -d 'How long to wait until the read set is active' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l when-proven -d 'What to do with FASTQ files once their read set is active, all parts are confirmed and the store\'s hash matches: keep, delete or move:DIR; needs --verify' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l md5-file -d 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l receipt -d 'Write the receipt there as well: what was sent, when, and how it is known that it arrived' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l no-wait -d 'Do not wait until the read set is active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l verify -d 'Decode the data while they are sent: what is damaged is not completed, and at the end the store\'s hash of them is compared'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -l check-md5 -d 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and not __fish_seen_subcommand_from list parts abort prune help" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and not __fish_seen_subcommand_from list parts abort prune help" -f -a "list" -d 'List the unfinished uploads in the store'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and not __fish_seen_subcommand_from list parts abort prune help" -f -a "parts" -d 'List the parts that the store has of an upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and not __fish_seen_subcommand_from list parts abort prune help" -f -a "abort" -d 'Give uploads up and free their parts'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and not __fish_seen_subcommand_from list parts abort prune help" -f -a "prune" -d 'Give up old uploads that this program has made'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and not __fish_seen_subcommand_from list parts abort prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from list" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from list" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from list" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from list" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l source -d 'Of one source only' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l created-after -d 'Only parts made after this time, such as 2026-11-21T10:00:00Z' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l created-before -d 'Only parts made before this time' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l limit -d 'List at most N parts' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from parts" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from abort" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from abort" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from abort" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from abort" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from abort" -l force -d 'Abort uploads that received a part less than 15 minutes ago from another machine'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from abort" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -l older-than -d 'Minimum time since the upload was created and since its last part arrived, such as 7d' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -l all -d 'Those of other programs too'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -l dry-run -d 'Show what would be given up'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the unfinished uploads in the store'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from help" -f -a "parts" -d 'List the parts that the store has of an upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from help" -f -a "abort" -d 'Give uploads up and free their parts'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Give up old uploads that this program has made'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand uploads; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l wait-timeout -d 'How long to wait' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l give-up-after -d 'How long nothing may get through at all before giving up' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l r1 -d 'Mates 1 of a FASTQ pair' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l r2 -d 'Mates 2 of a FASTQ pair' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l type -d 'File type: fastq, bam, cram or ubam [default: by the content]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l name -d 'Name of the read set [default: the file\'s name without extensions]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l sample -d 'Sample ID [default: the SM of the @RG lines, else by the file\'s name]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l subject -d 'Subject ID [default: the sample ID]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l id-pattern -d 'What sample, subject, name and tag values must match as a whole: a regular expression' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l md5-file -d 'List with the MD5 of every file, as `md5sum` writes it; a file that has another is refused' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l part-size -d 'Size of the parts, 5MiB to 100MiB [default: 64MiB, or what a very large file needs]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l merge-lanes -d 'Make one read set of the FASTQ files that differ by lane only, in the order of their lanes; each lane of read 1 needs its lane of read 2'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l allow-sample-mismatch -d 'Take a sample that differs from the header\'s or from that of the file\'s name'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l allow-no-eof -d 'Take BAM and CRAM files without an end-of-file marker, which old tools did not write'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l allow-padding -d 'Take FASTQ files that end with blank lines or zeros, which samtools refuses'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l full -d 'Read every file to its end: checksums, records, and mates in step'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -l check-md5 -d 'The same with the lists beside the files: FILE.md5, md5sum.txt, md5sums.txt or MD5.txt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -s q -l quiet -d 'Say only what is wrong'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l receipt -d 'Take the hash from this receipt of `put --verify`' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l store -d 'Sequence store: its ID or ARN' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and not __fish_seen_subcommand_from list show help" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and not __fish_seen_subcommand_from list show help" -f -a "list" -d 'List the receipts that are kept on this machine'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and not __fish_seen_subcommand_from list show help" -f -a "show" -d 'Show a receipt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and not __fish_seen_subcommand_from list show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from list" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from list" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from show" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from show" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the receipts that are kept on this machine'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a receipt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand receipts; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and not __fish_seen_subcommand_from put uploads parts abort help" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and not __fish_seen_subcommand_from put uploads parts abort help" -f -a "put" -d 'Store files as archives, bit by bit'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and not __fish_seen_subcommand_from put uploads parts abort help" -f -a "uploads" -d 'List the unfinished uploads in the vault'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and not __fish_seen_subcommand_from put uploads parts abort help" -f -a "parts" -d 'List the parts of an unfinished upload, with their tree hashes'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and not __fish_seen_subcommand_from put uploads parts abort help" -f -a "abort" -d 'Abort unfinished uploads and delete their parts'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and not __fish_seen_subcommand_from put uploads parts abort help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l vault -d 'Vault: its name or ARN [default with `--sandbox`: sandbox]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l account -d 'AWS account of the vault: 12 digits, or `-` for that of the credentials' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l description -d 'Description of the archives, which cannot be changed later [default: the file\'s name]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l inventory -d 'Inventory of the vault, in JSON: files that it lists are not stored again, and get receipts' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l part-size -d 'Size of the parts, a power of two from 1MiB to 4GiB [default: 64MiB, or what a very large file needs]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l concurrency -d 'Parts in flight, over all files: 1 to 64, or auto' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l max-bandwidth -d 'The most that goes out in a second, over all files, such as 40MB/s or 100Mbit/s' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l attempts -d 'Times the service may answer one request with an error or a wrong checksum; throttling and a dead network do not count' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l give-up-after -d 'How long nothing may get through at all before giving up with status 75' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l receipt -d 'Write the receipt there as well: what was sent, when, and how it is known that it arrived' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l progress -d 'What stderr holds while it runs; auto: bars on a terminal, else a dated line every 30 s' -r -f -a "auto\t''
bars\t''
lines\t''
json\t''
none\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l log-file -d 'Write a detailed log there as well' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l color -d 'When to use colors' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -l fresh -d 'Do not resume, and store again what is in the vault already'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -s q -l quiet -d 'Show warnings and errors only'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -s v -l verbose -d 'Show every part, retry and throttling'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from put" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from uploads" -l vault -d 'Vault: its name or ARN [default with `--sandbox`: sandbox]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from uploads" -l account -d 'AWS account of the vault: 12 digits, or `-` for that of the credentials' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from uploads" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from uploads" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from uploads" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from uploads" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -l marker -d 'Where the list begins: the `Marker` of an earlier list' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -l limit -d 'Maximum number of parts to list [default with `--marker`: 50, a page of the service]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -l vault -d 'Vault: its name or ARN [default with `--sandbox`: sandbox]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -l account -d 'AWS account of the vault: 12 digits, or `-` for that of the credentials' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from parts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from abort" -l vault -d 'Vault: its name or ARN [default with `--sandbox`: sandbox]' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from abort" -l account -d 'AWS account of the vault: 12 digits, or `-` for that of the credentials' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from abort" -l sandbox -d 'Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from abort" -l state-dir -d 'Folder for the records of unfinished uploads [default: $XDG_STATE_HOME/omics-upload]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from abort" -l output -d 'What stdout holds' -r -f -a "text\t''
json\t''"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from abort" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "put" -d 'Store files as archives, bit by bit'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "uploads" -d 'List the unfinished uploads in the vault'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "parts" -d 'List the parts of an unfinished upload, with their tree hashes'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "abort" -d 'Abort unfinished uploads and delete their parts'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand sandbox" -l dir -d 'Keep everything there [default: a temporary folder, removed at the end]' -r -f -a "(__fish_complete_directories)"
complete -c omics-upload -n "__fish_omics_upload_using_subcommand sandbox" -l listen -d 'Address to listen at; loopback only, and port 0 takes a free one' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand sandbox" -l reference -d 'Reference genome: a FASTA file, or its index (`.fai`) alone; may be given more than once' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand sandbox" -l fault -d 'Misbehave on request, such as `UploadReadSetPart:error:ThrottlingException,times=3`; may be given more than once' -r
complete -c omics-upload -n "__fish_omics_upload_using_subcommand sandbox" -l request-log -d 'Write a line of JSON for every request there' -r -F
complete -c omics-upload -n "__fish_omics_upload_using_subcommand sandbox" -l discard -d 'Forget the data of parts once it is hashed, to measure speed without the disk; read sets become active unchecked, and cannot be read back'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand completions" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand man" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand exit-status" -s h -l help -d 'Print help'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "put" -d 'Upload files, and wait until their read sets are there'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "batch" -d 'Upload every row of a sample sheet'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "resume" -d 'Finish what was interrupted on this machine: all of it, or one upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "uploads" -d 'List, look at and give up unfinished uploads'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "wait" -d 'Wait until read sets are active'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "check" -d 'Look at files, and say what they are, whether they are sound, and what `put` would make of them'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "verify" -d 'See whether a read set holds what files hold, at any time after the upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "receipts" -d 'Show what was sent from this machine, when, and how it is known that it arrived'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "vault" -d 'Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "sandbox" -d 'Serve the storage API of HealthOmics on loopback, for trying things out and for tests'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "man" -d 'Print the manual page'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "exit-status" -d 'List the exit statuses'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and not __fish_seen_subcommand_from put batch resume uploads wait check verify receipts vault sandbox completions man exit-status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "plan" -d 'Check all rows and write the run folder; nothing changes at the service'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "create" -d 'Begin the uploads of a planned run, one a second'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "send" -d 'Send one share of the parts of a run; any process on any machine can send any share'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "verify" -d 'Decode one share of the files of a run, as --verify of the plan asks for'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "complete" -d 'Confirm, complete and wait for the read sets of a run; name what is missing'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "submit" -d 'Submit what is left of a run as Slurm jobs'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "status" -d 'Show how far a run has come'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from batch" -f -a "report" -d 'Write what came of a run'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from uploads" -f -a "list" -d 'List the unfinished uploads in the store'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from uploads" -f -a "parts" -d 'List the parts that the store has of an upload'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from uploads" -f -a "abort" -d 'Give uploads up and free their parts'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from uploads" -f -a "prune" -d 'Give up old uploads that this program has made'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from receipts" -f -a "list" -d 'List the receipts that are kept on this machine'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from receipts" -f -a "show" -d 'Show a receipt'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "put" -d 'Store files as archives, bit by bit'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "uploads" -d 'List the unfinished uploads in the vault'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "parts" -d 'List the parts of an unfinished upload, with their tree hashes'
complete -c omics-upload -n "__fish_omics_upload_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "abort" -d 'Abort unfinished uploads and delete their parts'
