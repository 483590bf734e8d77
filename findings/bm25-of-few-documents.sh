#!/usr/bin/env bash
# Guess: a BM25 library ranks a document that has the query's word before one that has not, however small the collection is.
# Instead: rank-bm25's BM25Okapi weighs a word that half of the documents have with nothing: of two documents, neither is
#   found by a word that one of them has, and in three, a word of one document outweighs a word of two only because what
#   would be negative is replaced by a small share of the average. bm25s gives k documents whatever was asked: those
#   without any word of the query come with a score of 0; and its tokenizer leaves out words of one character and English stop
#   words, so a search for "C" finds two documents that are not about C, and not the one that is.
#   Tests with two or three documents, as one writes them first, fail for this reason.
# What we do: the weight of a word is never negative or zero (host/retrieval), words of one character count, and what has
#   no word of the query is not among the results.
# Versions: rank-bm25 0.2.2, bm25s 0.3.16.
# Source: seen by running this; the weight is ln((N - n + 0.5) / (n + 0.5)), which is 0 for n = N / 2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet rank-bm25==0.2.2 bm25s==0.3.16
cat > search.py <<'PYTHON'
import bm25s
from rank_bm25 import BM25Okapi

two = [text.split() for text in ["the cat sat", "a dog ran"]]
scores = [float(score) for score in BM25Okapi(two).get_scores(["cat"])]
print("rank-bm25, 'cat' of two documents:", scores)
assert scores == [0.0, 0.0]

texts = ["write it in C", "written in Rust", "R is for statistics"]
quiet = {"show_progress": False}
index = bm25s.BM25()
index.index(bm25s.tokenize(texts, **quiet), **quiet)
for query in ["C", "Rust"]:
    found = index.retrieve(bm25s.tokenize([query], **quiet), corpus=texts, k=2, **quiet)
    results = [(str(text), round(float(score), 2)) for text, score in zip(found.documents[0], found.scores[0])]
    print(f"bm25s, '{query}':", results)
    if query == "C":
        assert {score for _, score in results} == {0.0}, results
        assert texts[0] not in [text for text, _ in results], results
    else:
        assert results[0][0] == texts[1] and results[0][1] > 0 and results[1][1] == 0, results
PYTHON
venv/bin/python search.py
