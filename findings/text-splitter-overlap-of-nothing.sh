#!/usr/bin/env bash
# Guess: `TextSplitter(100, overlap=30)` repeats about thirty characters of each chunk at the start of the next one.
# Instead: it repeats whole sections only (here: sentences), as many as fit into the overlap. Where a sentence is longer than
#   the overlap, nothing is repeated: these sentences of 56 characters give the same chunks with an overlap of 0, 30 and 40.
#   There is no error, and a test of recall that varies the overlap measures the same chunks again and again. Once the
#   overlap holds a whole sentence it takes effect, and then adds many chunks (14 become 20).
# Versions: semantic-text-splitter 0.33.1 (the Python package of the crate text-splitter 0.33.1).
# Source: the package's documentation of `TextSplitter` ("the maximum number of allowed characters to overlap"); that it can be
#   nothing at all is seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check semantic-text-splitter==0.33.1
cat > probe.py <<'PYTHON'
from semantic_text_splitter import TextSplitter

text = " ".join(f"Sentence number {10 + i} tells a little about what we look at." for i in range(40))


def repeated(chunks):
    """Characters of each chunk that the chunk before it held as well; the blank between two chunks belongs to none."""
    return [max(0, start + len(chunk) - after) for (start, chunk), (after, _) in zip(chunks, chunks[1:])]


for capacity, overlap in [(100, 0), (100, 30), (100, 40), (200, 0), (200, 50), (200, 80)]:
    chunks = TextSplitter(capacity, overlap=overlap).chunk_indices(text)
    shared = repeated(chunks)
    print(f"capacity {capacity}, overlap {overlap}: {len(chunks)} chunks, {min(shared)} to {max(shared)} characters repeated")
PYTHON

seen=$(venv/bin/python probe.py)
echo "$seen"
expected="capacity 100, overlap 0: 40 chunks, 0 to 0 characters repeated
capacity 100, overlap 30: 40 chunks, 0 to 0 characters repeated
capacity 100, overlap 40: 40 chunks, 0 to 0 characters repeated
capacity 200, overlap 0: 14 chunks, 0 to 0 characters repeated
capacity 200, overlap 50: 14 chunks, 0 to 0 characters repeated
capacity 200, overlap 80: 20 chunks, 56 to 56 characters repeated"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
