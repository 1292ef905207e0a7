#!/bin/sh
# Uploads a sample sheet with the steps of a batch, in four shares: batch.sh samples.csv run7
# Prints the read set IDs in the order of the rows; RUN.STEP.joblog has the exit statuses.
set -eu
sheet=$1 run=$2 shares=4

step() { parallel --retries 5 --joblog "$run.$1.joblog" omics-upload batch "$@"; }

omics-upload batch plan "$sheet" --run "$run"
step create ::: "$run"
step send "$run" --shard {}/$shares ::: $(seq $shares)
step complete ::: "$run"
