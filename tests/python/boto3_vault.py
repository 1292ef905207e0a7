"""Archives in a vault with boto3, as the developer guide's "Uploading Large Archives in Parts" describes
it, with tree hashes computed by botocore.

Arguments: URL, the sandbox's directory, the URL of a sandbox whose DescribeVault answers one error after
the other, and those errors as CODE=STATUS.
"""

import io
import os
import pathlib
import random
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.utils import calculate_tree_hash

url, directory, faulty_url, *errors = sys.argv[1:]
MIB = 1 << 20


def client_for(url):
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("glacier", endpoint_url=url, config=config)


client = client_for(url)
vault = "a.vault-of_MINE"
arn = f"arn:aws:glacier:eu-west-1:000000000000:vaults/{vault}"


def tree(data):
    return calculate_tree_hash(io.BytesIO(data))


def refused(code, call, **members):
    try:
        call(**members)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert error.response["Error"]["Message"], error.response
        assert error.response["ResponseMetadata"]["RequestId"], error.response
        return error.response
    raise AssertionError(f"{call} was not refused")


def initiate(size=MIB, **members):
    answer = client.initiate_multipart_upload(vaultName=vault, partSize=str(size), **members)
    upload = answer["uploadId"]
    assert answer["location"] == f"/000000000000/vaults/{vault}/multipart-uploads/{upload}", answer
    assert re.fullmatch("[A-Za-z0-9_-]{92}", upload), upload
    return upload


def send(upload, start, part):
    answer = client.upload_multipart_part(
        vaultName=vault,
        uploadId=upload,
        range=f"bytes {start}-{start + len(part) - 1}/*",
        body=part,
    )
    assert answer["checksum"] == tree(part), answer


def complete(upload, data):
    return client.complete_multipart_upload(
        vaultName=vault, uploadId=upload, archiveSize=str(len(data)), checksum=tree(data)
    )


def stored(archive):
    (found,) = pathlib.Path(directory, "vaults").glob(f"*/archives/{archive}.archive")
    return found.read_bytes()


def paged(operation, key, **members):
    pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **members)
    return [row for page in pages for row in page[key]]


# Vaults
refused("ResourceNotFoundException", client.describe_vault, vaultName=vault)
for _ in range(2):
    assert client.create_vault(vaultName=vault)["location"] == f"/000000000000/vaults/{vault}"
described = client.describe_vault(vaultName=vault, accountId="000000000000")
assert (described["VaultName"], described["VaultARN"]) == (vault, arn), described
assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", described["CreationDate"])
refused("InvalidParameterValueException", client.create_vault, vaultName="a vault")
refused("AccessDeniedException", client.describe_vault, vaultName=vault, accountId="111122223333")
for number in range(12):
    client.create_vault(vaultName=f"more-{number:02}")
names = [row["VaultName"] for row in paged("list_vaults", "VaultList")]
assert names == sorted(names) and len(names) == 14, names
first = client.list_vaults()
assert len(first["VaultList"]) == 10, first
assert first["Marker"] == first["VaultList"][-1]["VaultARN"], first
assert len(client.list_vaults(marker=first["Marker"], limit="")["VaultList"]) == 4

# A whole cycle, parts in any order, one of them twice
data = random.Random(7).randbytes(120 * MIB + 12345)
upload = initiate(archiveDescription="run 7, lane 1")
starts = list(range(0, len(data), MIB))
random.Random(8).shuffle(starts)
send(upload, starts[0], bytes(MIB))
for start in starts:
    send(upload, start, data[start : start + MIB])

first = client.list_parts(vaultName=vault, uploadId=upload)
assert len(first["Parts"]) == 50 and first["Marker"], first
for member, value in [
    ("MultipartUploadId", upload),
    ("VaultARN", arn),
    ("ArchiveDescription", "run 7, lane 1"),
    ("PartSizeInBytes", MIB),
]:
    assert first[member] == value, (member, first[member])
parts, marker, sizes = [], None, []
while True:
    more = {"marker": marker} if marker else {}
    page = client.list_parts(vaultName=vault, uploadId=upload, limit="7", **more)
    sizes.append(len(page["Parts"]))
    parts += page["Parts"]
    marker = page.get("Marker")
    if marker is None:
        break
assert sizes == [7] * 17 + [2], sizes
assert parts == paged("list_parts", "Parts", vaultName=vault, uploadId=upload)
for start, part in zip(range(0, len(data), MIB), parts, strict=True):
    piece = data[start : start + MIB]
    assert part["RangeInBytes"] == f"{start}-{start + len(piece) - 1}", part
    assert part["SHA256TreeHash"] == tree(piece), part
for limit in ["0", "51", "x", "-1"]:
    refused(
        "InvalidParameterValueException",
        client.list_parts,
        vaultName=vault,
        uploadId=upload,
        limit=limit,
    )
other = initiate()
for wrong in ["nonsense", first["Marker"]]:
    refused(
        "InvalidParameterValueException",
        client.list_parts,
        vaultName=vault,
        uploadId=other,
        marker=wrong,
    )

# After a mismatch the upload stays open
for size, checksum in [(len(data) - 1, tree(data)), (len(data), tree(b"x"))]:
    refused(
        "InvalidParameterValueException",
        client.complete_multipart_upload,
        vaultName=vault,
        uploadId=upload,
        archiveSize=str(size),
        checksum=checksum,
    )
done = complete(upload, data)
archive = done["archiveId"]
assert re.fullmatch("[A-Za-z0-9_-]{138}", archive), archive
assert done["location"] == f"/000000000000/vaults/{vault}/archives/{archive}", done
assert done["checksum"] == tree(data), done
assert stored(archive) == data
assert complete(upload, data)["archiveId"] == archive
refused("ResourceNotFoundException", client.list_parts, vaultName=vault, uploadId=upload)
refused("ResourceNotFoundException", client.abort_multipart_upload, vaultName=vault, uploadId=upload)
refused("InvalidParameterValueException", complete, upload=upload, data=b"other")
for _ in range(2):
    client.delete_archive(vaultName=vault, archiveId=archive)
refused("ResourceNotFoundException", complete, upload=upload, data=data)

# Sizes around leaves and parts, and the root over parts
for size in [1, MIB - 1, MIB, MIB + 1, 2 * MIB, 4 * MIB, 6 * MIB + 1, 9 * MIB - 1]:
    data = random.Random(size).randbytes(size)
    for part_size in [MIB, 2 * MIB, 4 * MIB]:
        upload = initiate(part_size)
        for start in range(0, size, part_size):
            send(upload, start, data[start : start + part_size])
        assert stored(complete(upload, data)["archiveId"]) == data
    sent = client.upload_archive(vaultName=vault, body=data, archiveDescription="at once")
    assert sent["checksum"] == tree(data) and stored(sent["archiveId"]) == data

# Uploads in progress
uploads = {other} | {initiate(4 * MIB, archiveDescription=f"no {i}") for i in range(60)}
listed = paged("list_multipart_uploads", "UploadsList", vaultName=vault)
assert {row["MultipartUploadId"] for row in listed} == uploads and len(listed) == 61
assert all(row["VaultARN"] == arn for row in listed)
sizes = {row["MultipartUploadId"]: row["PartSizeInBytes"] for row in listed}
assert sizes.pop(other) == MIB and set(sizes.values()) == {4 * MIB}
assert len(client.list_multipart_uploads(vaultName=vault)["UploadsList"]) == 50
for upload in uploads:
    for _ in range(2):
        client.abort_multipart_upload(vaultName=vault, uploadId=upload)
assert client.list_multipart_uploads(vaultName=vault)["UploadsList"] == []
refused("ResourceNotFoundException", client.list_parts, vaultName=vault, uploadId=other)
refused("ResourceNotFoundException", client.abort_multipart_upload, vaultName=vault, uploadId="none")

# What an upload refuses
for size in [0, 1, MIB - 1, 3 * MIB, 1 << 33]:
    refused(
        "InvalidParameterValueException",
        client.initiate_multipart_upload,
        vaultName=vault,
        partSize=str(size),
    )
refused("InvalidParameterValueException", client.initiate_multipart_upload, vaultName=vault)
refused("ResourceNotFoundException", client.initiate_multipart_upload, vaultName="x", partSize=str(MIB))
upload = initiate(archiveDescription="~" * 1024)
refused(
    "InvalidParameterValueException",
    client.initiate_multipart_upload,
    vaultName=vault,
    partSize=str(MIB),
    archiveDescription="~" * 1025,
)
piece = os.urandom(MIB)
for part_range, body in [
    (f"bytes 1-{MIB}/*", piece),
    (f"bytes 0-{MIB - 2}/*", piece),
    (f"bytes 0-{MIB}/*", piece + b"x"),
    (f"bytes 0-{MIB - 1}/{MIB}", piece),
    (f"bytes {10_000 * MIB}-{10_001 * MIB - 1}/*", piece),
]:
    refused(
        "InvalidParameterValueException",
        client.upload_multipart_part,
        vaultName=vault,
        uploadId=upload,
        range=part_range,
        body=body,
    )
refused(
    "InvalidParameterValueException",
    client.upload_multipart_part,
    vaultName=vault,
    uploadId=upload,
    range=f"bytes 0-{MIB - 1}/*",
    checksum=tree(b"other"),
    body=piece,
)
refused(
    "MissingParameterValueException",
    client.upload_multipart_part,
    vaultName=vault,
    uploadId=upload,
    body=piece,
)
assert client.list_parts(vaultName=vault, uploadId=upload)["Parts"] == []

# A part in the middle that is too small is found out by Complete
send(upload, 0, piece[:-1])
send(upload, MIB, piece)
refused("InvalidParameterValueException", complete, upload=upload, data=piece[:-1] + piece)
send(upload, 0, piece)
assert stored(complete(upload, 2 * piece)["archiveId"]) == 2 * piece

# The same with boto3's resources
glacier = boto3.resource("glacier", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))
cold = glacier.create_vault(vaultName="cold")
assert cold.name == "cold", cold
data = random.Random(9).randbytes(2 * MIB + 5)
made = cold.upload_archive(archiveDescription="at once", body=data)
assert made.vault_name == "cold" and stored(made.id) == data, made
multipart = cold.initiate_multipart_upload(archiveDescription="in parts", partSize=str(MIB))
(unfinished,) = cold.multipart_uploads.all()
assert unfinished.id == multipart.id, unfinished
for start in range(0, len(data), MIB):
    part = data[start : start + MIB]
    multipart.upload_part(range=f"bytes {start}-{start + len(part) - 1}/*", body=part)
listed = multipart.parts(limit="2")
assert [part["SHA256TreeHash"] for part in listed["Parts"]] == [tree(data[:MIB]), tree(data[MIB : 2 * MIB])]
rest = multipart.parts(marker=listed["Marker"])
assert len(rest["Parts"]) == 1 and rest.get("Marker") is None, rest
done = multipart.complete(archiveSize=str(len(data)), checksum=tree(data))
assert stored(done["archiveId"]) == data
refused("ResourceNotFoundException", multipart.parts)
made.delete()
assert glacier.Vault("-", "cold").vault_arn == arn.replace(vault, "cold")
assert "cold" in [one.name for one in glacier.vaults.all()]

# Every error comes with its code and its status
faulty = client_for(faulty_url)
for error in errors:
    code, status = error.split("=")
    answer = refused(code, faulty.describe_vault, vaultName="sandbox")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == int(status), answer
    assert "x-amzn-errortype" not in answer["ResponseMetadata"]["HTTPHeaders"], answer

print("done")
