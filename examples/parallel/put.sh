#!/bin/sh
# Uploads each sample of a table, four at a time: put.sh samples.tsv
# Prints the read set IDs in the order of the table; put.joblog has the exit status of each sample.
set -eu

parallel --header : --colsep '\t' --jobs 4 --keep-order \
    --retries 3 --halt soon,fail=3 --joblog put.joblog \
    omics-upload put '{fastq_1}' '{fastq_2}' --sample '{sample}' --if-exists skip \
    :::: "$1"
