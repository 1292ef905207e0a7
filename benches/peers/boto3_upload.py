"""An upload with boto3 and a pool of ten threads, as people write it. Arguments: store, file."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

PART = 64 * 1024 * 1024

store, path = sys.argv[1:]
client = boto3.client("omics", config=Config(max_pool_connections=10, inject_host_prefix=False))
upload = client.create_multipart_read_set_upload(
    sequenceStoreId=store, sourceFileType="FASTQ", subjectId="x", sampleId="x", name="x"
)
where = {"sequenceStoreId": store, "uploadId": upload["uploadId"]}


def send(number):
    with open(path, "rb") as file:
        file.seek((number - 1) * PART)
        payload = file.read(PART)
    client.upload_read_set_part(
        **where, partSource="SOURCE1", partNumber=number, payload=payload
    )


count = -(-os.path.getsize(path) // PART)
with ThreadPoolExecutor(max_workers=10) as pool:
    list(pool.map(send, range(1, count + 1)))

pages = client.get_paginator("list_read_set_upload_parts").paginate(**where, partSource="SOURCE1")
parts = [
    {key: part[key] for key in ("partNumber", "partSource", "checksum")}
    for page in pages
    for part in page["parts"]
]
assert len(parts) == count
client.complete_multipart_read_set_upload(**where, parts=parts)
