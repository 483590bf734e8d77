#!/usr/bin/env bash
# Guess: a splitter that counts tokens with the embedding model's own tokenizer keeps each chunk within the capacity. Where the
#   tokenizer truncates, as the tokenizer.json of all-MiniLM-L6-v2 does at 128, the chunks are too small at worst: "chunk
#   sizes can be capped by the tokenizer's truncation limit", says the documentation.
# Instead: the other way round. A truncating tokenizer never counts more than its limit. As soon as the capacity reaches
#   the limit, every text fits, and the whole document becomes one chunk, of which the encoder reads only the start. One
#   token less of capacity gives chunks as they should be. No error, no warning: search finds only how documents begin.
# Versions: semantic-text-splitter 0.33.1 (text-splitter 0.33.1), tokenizers 0.23.3.
# Source: semantic-text-splitter's documentation, "Using a Hugging Face Tokenizer"; what happens is seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check semantic-text-splitter==0.33.1 tokenizers==0.23.3
cat > probe.py <<'PYTHON'
from semantic_text_splitter import TextSplitter
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

text = " ".join(f"Sentence number {i} tells a little about what we look at ." for i in range(200))

# A tokenizer of whole words, made of the text itself, so that none has to be fetched: one word is one token.
tokenizer = Tokenizer(models.WordLevel(unk_token="?"))
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer.train_from_iterator([text], trainers.WordLevelTrainer(special_tokens=["?"], show_progress=False))


def split(name, capacity):
    chunks = TextSplitter.from_huggingface_tokenizer(tokenizer, capacity).chunks(text)
    print(f"{name}, capacity {capacity}: {len(chunks)} chunks, the largest of {max(len(c.split()) for c in chunks)} tokens")


split("no truncation", 127)
split("no truncation", 128)
tokenizer.enable_truncation(128)
split("truncation at 128", 127)
split("truncation at 128", 128)
split("truncation at 128", 256)
PYTHON

seen=$(venv/bin/python probe.py)
echo "$seen"
expected="no truncation, capacity 127: 20 chunks, the largest of 120 tokens
no truncation, capacity 128: 20 chunks, the largest of 120 tokens
truncation at 128, capacity 127: 20 chunks, the largest of 120 tokens
truncation at 128, capacity 128: 1 chunks, the largest of 2400 tokens
truncation at 128, capacity 256: 1 chunks, the largest of 2400 tokens"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
