#!/usr/bin/env bash
# Guess: trafilatura, the usual way from web pages to text for retrieval, keeps a code block as it is: it writes a fence around it, and
#   its indentation stays. And what `deduplicate` removes stays where that is False, the default.
# Instead: blank lines within a code block go, so that Markdown, YAML texts, diffs and poems in a <pre> change their meaning: two
#   paragraphs of a Markdown sample become one. A paragraph that says the same as the one before it goes, whatever
#   `deduplicate` says, while the same text as two list items, or further apart, stays.
# What we do: nothing; it is no part of the product. Whoever prepares documentation for retrieval with it should look at samples of code.
# Versions: trafilatura 2.3.1.
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --upgrade pip
venv/bin/pip install --quiet trafilatura==2.3.1
cat > pages.py <<'PYTHON'
from trafilatura import extract

LONG = "The committee met on Tuesday and agreed to publish the yearly report before the end of the month."


def text(body):
    page = f"<html><body><article><h1>Title</h1><p>{LONG}</p>{body}<p>Further words, so that it ends well.</p></article></body></html>"
    return extract(page, output_format="markdown", deduplicate=False)


code = text("<pre><code>First paragraph\nof the sample.\n\n    indented\n\nSecond paragraph.</code></pre>")
print(code)
assert "of the sample.\n    indented\nSecond paragraph." in code

reply = "This machine has no fault that anybody knows of, but ask again."
counts = {
    "one after the other": text(f"<p>{reply}</p><p>{reply}</p>").count(reply),
    "apart": text(f"<p>{reply}</p><p>Between them.</p><p>{reply}</p>").count(reply),
    "list": text(f"<ul><li>{reply}</li><li>{reply}</li></ul>").count(reply),
}
print(counts)
assert counts == {"one after the other": 1, "apart": 2, "list": 2}
PYTHON
venv/bin/python pages.py
