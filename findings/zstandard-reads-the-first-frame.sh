#!/usr/bin/env bash
# Guess: what was appended to a .zst file (a log, a record of a run) is there when the file is decompressed, as with gzip and the
#   zstd command: a zstd file may consist of any number of frames.
# Instead: python-zstandard's `decompress` returns the first frame and says nothing of the rest. Its `open` and `stream_reader`
#   read all frames, so a test by one and a program by the other disagree. `allow_extra_data=False` makes it an error.
#   pyzstd's function of the same name reads all frames.
# Versions: zstandard 0.25.0, pyzstd 0.17.0.
# Source: seen by running this; RFC 8878, 3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet zstandard==0.25.0 pyzstd==0.17.0
cat > frames.py <<'PYTHON'
import io
import pyzstd, zstandard

frames = b"".join(zstandard.ZstdCompressor().compress(line) for line in [b"one\n", b"two\n"])
seen = {
    "zstandard decompress": zstandard.ZstdDecompressor().decompress(frames),
    "zstandard open": zstandard.open(io.BytesIO(frames), "rb").read(),
    "pyzstd decompress": pyzstd.decompress(frames),
}
try:
    zstandard.ZstdDecompressor().decompress(frames, allow_extra_data=False)
    seen["strict"] = "no error"
except zstandard.ZstdError as error:
    seen["strict"] = "error"
for name, value in seen.items():
    print(f"{name:21} {value!r}")
assert seen == {
    "zstandard decompress": b"one\n",
    "zstandard open": b"one\ntwo\n",
    "pyzstd decompress": b"one\ntwo\n",
    "strict": "error",
}
PYTHON
venv/bin/python frames.py
