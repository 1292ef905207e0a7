"""The parts of an unfinished upload to a vault, as boto3 lists them page by page, against a file.

Arguments: URL, the upload's ID, the file.
"""

import io
import sys

import boto3
from botocore.config import Config
from botocore.utils import calculate_tree_hash

url, upload, path = sys.argv[1:]
glacier = boto3.resource("glacier", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))
multipart = glacier.MultipartUpload("-", "sandbox", upload)

parts, marker, pages = [], None, 0
while True:
    answer = multipart.parts(**({"marker": marker} if marker else {}))
    pages += 1
    assert answer["MultipartUploadId"] == upload, answer
    assert len(answer["Parts"]) <= 50, answer
    parts += answer["Parts"]
    marker = answer.get("Marker")
    if not marker:
        break
assert pages == -(-len(parts) // 50), pages

with open(path, "rb") as file:
    end = 0
    for part in parts:
        start, last = map(int, part["RangeInBytes"].split("-"))
        assert start == end, part
        end = last + 1
        file.seek(start)
        data = file.read(end - start)
        assert calculate_tree_hash(io.BytesIO(data)) == part["SHA256TreeHash"], part
    assert not file.read(), "the parts are not all of the file"
print(f"{len(parts)} parts")
