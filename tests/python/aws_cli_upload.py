"""A whole upload with the AWS CLI, as the user guide's "Direct upload to a sequence store" describes
it.

Argument: a directory with r1.fq, reads.bam and genome.fa, which the sandbox has as a reference. The endpoint comes from AWS_ENDPOINT_URL_OMICS, and
AWS_DISABLE_HOST_PREFIX_INJECTION keeps `storage-` and the like off its host name.
"""

import base64
import gzip
import hashlib
import json
import pathlib
import subprocess
import sys
import time

files = pathlib.Path(sys.argv[1])


def run(*arguments):
    command = [sys.executable, "-m", "awscli", "omics", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def aws(*arguments):
    result = run(*arguments)
    assert result.returncode == 0, (arguments, result.stdout, result.stderr)
    return json.loads(result.stdout) if result.stdout.strip() else None


store = aws("list-sequence-stores")["sequenceStores"][0]["id"]
in_store = ("--sequence-store-id", store)

source = files / "reads.fastq.gz"
data = gzip.compress((files / "r1.fq").read_bytes())
source.write_bytes(data)
subprocess.run(["split", "-b", "300", source, f"{source}."], check=True)
parts = sorted(files.glob("reads.fastq.gz.*"))
assert len(parts) > 1

created = aws(
    *("create-multipart-read-set-upload", *in_store, "--source-file-type", "FASTQ"),
    *("--subject-id", "subject", "--sample-id", "sample", "--name", "name"),
    *("--description", "FASTQ for a test", "--generated-from", "here"),
)
upload = ("--upload-id", created["uploadId"])
assert "referenceArn" not in created

for number, part in enumerate(parts, 1):
    answer = aws(
        *("upload-read-set-part", *in_store, *upload, "--part-source", "SOURCE1"),
        *("--part-number", str(number), "--payload", str(part)),
    )
    digest = hashlib.sha256(part.read_bytes()).digest()
    assert answer["checksum"] == base64.b64encode(digest).decode()

listed = aws(
    *("list-read-set-upload-parts", *in_store, *upload, "--part-source", "SOURCE1"),
    *("--page-size", "1"),
)["parts"]
assert [row["partSize"] for row in listed] == [part.stat().st_size for part in parts]
uploads = aws("list-multipart-read-set-uploads", *in_store)["uploads"]
assert [row["uploadId"] for row in uploads] == [created["uploadId"]]

keys = ("checksum", "partNumber", "partSource")
claims = json.dumps([{key: row[key] for key in keys} for row in listed])
completed = aws("complete-multipart-read-set-upload", *in_store, *upload, "--parts", claims)
read_set = ("--id", completed["readSetId"])

while True:
    metadata = aws("get-read-set-metadata", *in_store, *read_set)
    if metadata["status"] != "PROCESSING_UPLOAD":
        break
    time.sleep(0.1)
assert metadata["status"] == "ACTIVE", metadata
assert metadata["files"]["source1"]["contentLength"] == len(data)
assert metadata["files"]["source1"]["totalParts"] == len(parts)

stored = b""
for number in range(1, len(parts) + 1):
    target = files / "back"
    aws("get-read-set", *in_store, *read_set, "--part-number", str(number), str(target))
    stored += target.read_bytes()
assert stored == data

assert [row["id"] for row in aws("list-read-sets", *in_store)["readSets"]] == [
    completed["readSetId"]
]
again = run("abort-multipart-read-set-upload", *in_store, *upload)
assert again.returncode != 0
assert "(ResourceNotFoundException)" in again.stderr, again.stderr

reference_store = aws("list-reference-stores")["referenceStores"][0]["id"]
in_references = ("--reference-store-id", reference_store)
(reference,) = aws("list-references", *in_references)["references"]
assert reference["name"] == "genome.fa"
genome = (*in_references, "--id", reference["id"])
metadata = aws("get-reference-metadata", *genome)
assert metadata["files"]["index"]["totalParts"] == 1
target = files / "genome.fa.fai"
aws("get-reference", *genome, "--file", "INDEX", "--part-number", "1", str(target))
assert target.read_text().splitlines() == ["chr1\t6\t6\t4\t5", "chr2\t2\t20\t2\t3"]

print("done")
