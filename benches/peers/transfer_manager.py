"""An upload with the transfer manager of aws-healthomics-tools. Arguments: store, file."""

import sys

import boto3
from botocore.config import Config
from omics.transfer.manager import TransferManager

store, path = sys.argv[1:]
client = boto3.client("omics", config=Config(max_pool_connections=10, inject_host_prefix=False))
with TransferManager(client) as manager:
    manager.upload_read_set(path, store, "FASTQ", "x", "x", "x")
