"""A whole upload with boto3, as the user guide's "Direct upload to a sequence store" describes it.

Arguments: URL, a directory with r1.fq, r2.fq, reads.bam and genome.fa, which the sandbox has as a
reference, the URL of a sandbox whose ListReadSets answers one error after the other, and those
errors' codes.
"""

import base64
import gzip
import hashlib
import pathlib
import sys
import time

import boto3
from botocore.config import Config

url, directory, faulty_url, *codes = sys.argv[1:]
files = pathlib.Path(directory)


def client_for(url, **options):
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1}, **options)
    return boto3.client("omics", endpoint_url=url, config=config)


client = client_for(url)
unchecked = client_for(url, parameter_validation=False)


def refused(exception, call, *arguments, **members):
    try:
        call(*arguments, **members)
    except exception as error:
        assert error.response["Error"]["Message"], error.response
        assert error.response["ResponseMetadata"]["RequestId"], error.response
        return
    raise AssertionError(f"{call} was not refused")


def pieces(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


def listed(operation, key, **members):
    pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **members)
    return [row for page in pages for row in page[key]]


def settled(store, read_set):
    while True:
        metadata = client.get_read_set_metadata(sequenceStoreId=store, id=read_set)
        if metadata["status"] != "PROCESSING_UPLOAD":
            return metadata
        time.sleep(0.01)


def upload(store, file_type, sources, size, **members):
    created = client.create_multipart_read_set_upload(
        sequenceStoreId=store,
        sourceFileType=file_type,
        subjectId="subject",
        sampleId="sample",
        name="name",
        **members,
    )
    where = {"sequenceStoreId": store, "uploadId": created["uploadId"]}
    uploads = listed("list_multipart_read_set_uploads", "uploads", sequenceStoreId=store)
    assert created["uploadId"] in [row["uploadId"] for row in uploads]
    claims = []
    for source, data in sources.items():
        parts = pieces(data, size)
        for number, part in enumerate(parts, 1):
            answer = client.upload_read_set_part(
                **where, partSource=source, partNumber=number, payload=part
            )
            digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
            assert answer["checksum"] == digest
        rows = listed("list_read_set_upload_parts", "parts", **where, partSource=source)
        assert [row["partNumber"] for row in rows] == list(range(1, len(parts) + 1))
        assert [row["partSize"] for row in rows] == [len(part) for part in parts]
        keys = ("partNumber", "partSource", "checksum")
        claims += [{key: row[key] for key in keys} for row in rows]
    completed = client.complete_multipart_read_set_upload(**where, parts=claims)
    return where, claims, completed["readSetId"]


def read_back(store, read_set, file, parts):
    answers = [
        client.get_read_set(sequenceStoreId=store, id=read_set, file=file, partNumber=number)
        for number in range(1, parts + 1)
    ]
    return b"".join(answer["payload"].read() for answer in answers)


store = listed("list_sequence_stores", "sequenceStores")[0]["id"]
assert client.get_sequence_store(id=store)["name"] == "sandbox"

# A FASTQ pair, in many parts.
texts = [(files / name).read_bytes() for name in ("r1.fq", "r2.fq")]
sources = {f"SOURCE{at}": gzip.compress(text) for at, text in enumerate(texts, 1)}
where, claims, read_set = upload(
    store, "FASTQ", sources, 100, generatedFrom="here", tags={"project": "x"}, clientToken="t"
)
metadata = settled(store, read_set)
assert metadata["status"] == "ACTIVE", metadata
assert metadata["sequenceInformation"]["totalReadCount"] == 10
for source, data in sources.items():
    file = metadata["files"][source.lower()]
    assert file["contentLength"] == len(data)
    assert read_back(store, read_set, source, file["totalParts"]) == data
etag = metadata["etag"]
assert etag["algorithm"] == "FASTQ_MD5up"
assert [etag["source1"], etag["source2"]] == [hashlib.md5(text).hexdigest() for text in texts]
arn = metadata["arn"]
assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"project": "x"}

# Tags that come later, up to 50 in all.
client.tag_resource(resourceArn=arn, tags={"project": "y", "sum": "1:2:3"})
assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"project": "y", "sum": "1:2:3"}
invalid = client.exceptions.ValidationException
refused(invalid, client.tag_resource, resourceArn=arn, tags={"aws:x": ""})
refused(invalid, client.tag_resource, resourceArn=arn, tags={"x": "a;b"})
refused(invalid, client.tag_resource, resourceArn=arn, tags={f"k{i}": "" for i in range(49)})
refused(invalid, unchecked.tag_resource, resourceArn=arn)
gone = arn[:-1] + ("1" if arn[-1] == "0" else "0")
refused(
    client.exceptions.ResourceNotFoundException, client.tag_resource, resourceArn=gone, tags={"k": ""}
)
assert len(client.list_tags_for_resource(resourceArn=arn)["tags"]) == 2
store_arn = arn.split("/readSet/")[0]
client.tag_resource(resourceArn=store_arn, tags={"lab": "z"})
assert client.list_tags_for_resource(resourceArn=store_arn)["tags"]["lab"] == "z"

# An unmapped BAM from an open file, as a stream.
where_bam = client.create_multipart_read_set_upload(
    sequenceStoreId=store,
    sourceFileType="UBAM",
    subjectId="subject",
    sampleId="other",
    name="name",
)
where_bam = {"sequenceStoreId": store, "uploadId": where_bam["uploadId"]}
with (files / "reads.bam").open("rb") as file:
    part = client.upload_read_set_part(
        **where_bam, partSource="SOURCE1", partNumber=1, payload=file
    )
claim = {"partNumber": 1, "partSource": "SOURCE1", "checksum": part["checksum"]}
bam = client.complete_multipart_read_set_upload(**where_bam, parts=[claim])["readSetId"]
assert settled(store, bam)["status"] == "ACTIVE"

# A part large enough that boto3 waits for "100 Continue".
large = client.create_multipart_read_set_upload(
    sequenceStoreId=store, sourceFileType="FASTQ", subjectId="s", sampleId="s", name="large"
)
large = {"sequenceStoreId": store, "uploadId": large["uploadId"]}
data = bytes(range(256)) * 20_000
part = client.upload_read_set_part(**large, partSource="SOURCE1", partNumber=1, payload=data)
assert part["checksum"] == base64.b64encode(hashlib.sha256(data).digest()).decode()
client.abort_multipart_read_set_upload(**large)
assert listed("list_multipart_read_set_uploads", "uploads", sequenceStoreId=store) == []

rows = listed("list_read_sets", "readSets", sequenceStoreId=store, filter={"sampleId": "other"})
assert [row["id"] for row in rows] == [bam]
assert len(listed("list_read_sets", "readSets", sequenceStoreId=store)) == 2

# What is refused is refused with the exceptions of the model.
errors = client.exceptions
refused(errors.ResourceNotFoundException, client.abort_multipart_read_set_upload, **where)
refused(
    errors.ResourceNotFoundException,
    client.complete_multipart_read_set_upload,
    **where,
    parts=claims,
)
refused(
    errors.RangeNotSatisfiableException,
    client.get_read_set,
    sequenceStoreId=store,
    id=bam,
    partNumber=2,
)
refused(
    errors.ValidationException,
    client.create_multipart_read_set_upload,
    sequenceStoreId=store,
    sourceFileType="BAM",
    subjectId="s",
    sampleId="s",
    name="no reference",
)
refused(errors.ValidationException, unchecked.get_sequence_store, id="12")
refused(errors.ValidationException, unchecked.create_sequence_store)
refused(
    errors.ValidationException,
    unchecked.list_read_sets,
    sequenceStoreId=store,
    maxResults=1000,
)
broken = upload(store, "UBAM", {"SOURCE1": b"nonsense"}, 100)[2]
assert settled(store, broken)["status"] == "UPLOAD_FAILED"
refused(
    errors.ConflictException, client.get_read_set, sequenceStoreId=store, id=broken, partNumber=1
)
answer = client.batch_delete_read_set(sequenceStoreId=store, ids=[broken, "1111111111"])
assert [error["id"] for error in answer["errors"]] == ["1111111111"]

# A reference, as it is listed, described and read.
(reference_store,) = listed("list_reference_stores", "referenceStores")
in_store = {"referenceStoreId": reference_store["id"]}
assert client.get_reference_store(id=reference_store["id"])["arn"] == reference_store["arn"]
(reference,) = listed("list_references", "references", **in_store, filter={"name": "genome.fa"})
assert reference["arn"] == f"{reference_store['arn']}/reference/{reference['id']}"
genome = {**in_store, "id": reference["id"]}
metadata = client.get_reference_metadata(**genome)
text = (files / "genome.fa").read_bytes()
assert metadata["md5"] == hashlib.md5(text).hexdigest()
assert metadata["files"]["source"]["contentLength"] == len(text)


def read_reference(file, **members):
    answer = client.get_reference(**genome, file=file, partNumber=1, **members)
    return answer["payload"].read()


assert read_reference("SOURCE") == text
assert read_reference("INDEX") == b"chr1\t6\t6\t4\t5\nchr2\t2\t20\t2\t3\n"
assert read_reference("INDEX", range="bytes=0-3") == b"chr1"
assert len(read_reference("INDEX")) == metadata["files"]["index"]["contentLength"]
refused(errors.RangeNotSatisfiableException, client.get_reference, **genome, partNumber=2)
refused(
    errors.ResourceNotFoundException, client.get_reference_metadata, **in_store, id="1111111111"
)
members = {"sourceFileType": "BAM", "subjectId": "s", "sampleId": "s", "name": "aligned"}
known = client.create_multipart_read_set_upload(
    sequenceStoreId=store, referenceArn=reference["arn"], **members
)
assert known["referenceArn"] == reference["arn"]
refused(
    errors.ResourceNotFoundException,
    client.create_multipart_read_set_upload,
    sequenceStoreId=store,
    referenceArn=reference["arn"] + "1",
    **members,
)

faulty = client_for(faulty_url)
for code in codes:
    refused(getattr(faulty.exceptions, code), faulty.list_read_sets, sequenceStoreId="1" * 10)

print("done")
