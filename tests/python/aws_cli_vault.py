"""An archive in parts with the AWS CLI, whose endpoint is in the environment.

Argument: a directory to work in.
"""

import json
import pathlib
import subprocess
import sys

from botocore.utils import calculate_tree_hash

directory = pathlib.Path(sys.argv[1])
MIB = 1 << 20


def aws(*arguments):
    command = [sys.executable, "-m", "awscli", "glacier", *arguments, "--account-id", "-"]
    command += ["--output", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout) if done.stdout.strip() else None


# An upload ID may begin with a hyphen, which the CLI takes with an equals sign only.
whole = directory / "whole"
whole.write_bytes(bytes(range(256)) * (5 * MIB // 512))
upload = "--upload-id=" + aws(
    "initiate-multipart-upload", "--vault-name", "sandbox", "--part-size", str(MIB)
)["uploadId"]
data = whole.read_bytes()
for start in range(0, len(data), MIB):
    part = directory / "part"
    part.write_bytes(data[start : start + MIB])
    last = start + part.stat().st_size - 1
    aws(
        "upload-multipart-part",
        *("--vault-name", "sandbox", "--body", str(part), "--range", f"bytes {start}-{last}/*"),
        upload,
    )
parts = aws("list-parts", "--vault-name", "sandbox", "--page-size", "2", upload)
assert [part["RangeInBytes"] for part in parts["Parts"]] == [
    "0-1048575",
    "1048576-2097151",
    "2097152-2621439",
], parts
with whole.open("rb") as file:
    checksum = calculate_tree_hash(file)
done = aws(
    "complete-multipart-upload",
    *("--vault-name", "sandbox", "--archive-size", str(len(data)), "--checksum", checksum),
    upload,
)
assert done["checksum"] == checksum and len(done["archiveId"]) == 138, done
made = aws("upload-archive", "--vault-name", "sandbox", "--body", str(whole))
assert made["checksum"] == checksum and made["archiveId"] != done["archiveId"], made
assert aws("list-multipart-uploads", "--vault-name", "sandbox")["UploadsList"] == []
print("done")
