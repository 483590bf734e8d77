#!/usr/bin/env bash
# Guess: a model that answers with one JSON object a line (JSON Lines) gets a list of them from json_repair, as two objects with
#   different keys give a list of two.
# Instead: objects with the same keys replace each other: only the last one is returned, without an error, and it is no list.
#   Numbers a line give nothing at all. Prose with two objects in it gives the second ("... {"ok": true}. Not {"ok": false}.").
#   Splitting the text into lines first is safe.
# What we do: recovery of JSON takes the first whole value, and says where there are more.
# Versions: json_repair 0.64.6.
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet json_repair==0.64.6
cat > repair.py <<'PYTHON'
from json_repair import loads

seen = {
    "other keys": loads('{"a": 1}\n{"b": 2}'),
    "same keys": loads('{"id": 1, "t": "x"}\n{"id": 2, "t": "y"}\n{"id": 3, "t": "z"}'),
    "lists": loads('[{"id": 1}]\n[{"id": 2}]'),
    "numbers": loads("1\n2\n3"),
    "prose": loads('The answer is {"ok": true}. Not {"ok": false}.'),
}
for name, value in seen.items():
    print(f"{name:11} {value!r}")
assert seen == {
    "other keys": [{"a": 1}, {"b": 2}],
    "same keys": {"id": 3, "t": "z"},
    "lists": [{"id": 2}],
    "numbers": "",
    "prose": {"ok": False},
}
PYTHON
venv/bin/python repair.py
