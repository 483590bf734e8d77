#!/usr/bin/env bash
# Guess: a node that two branches lead to waits for both: add_edge("short", "join") and add_edge("long2", "join") make it run
#   once, when both have come. It does, as long as both branches have the same length.
# Instead: each edge is a trigger of its own. LangGraph goes in steps of the whole graph, and the join runs in every step in
#   which any branch has come: with one branch of one node and one of two, it runs twice, the first time without what the
#   longer one found, and so does everything behind it. Nothing fails. A model behind the join is asked and paid twice, and
#   adding a node to one branch of a graph that worked is enough.
#   What helps: one edge from the list, add_edge(["short", "long2"], "join"), or add_node("join", …, defer=True).
# Versions: langgraph 1.2.24.
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check langgraph==1.2.24
cat > probe.py <<'PYTHON'
import operator
import sys
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    ran: Annotated[list, operator.add]


def graph(long, edges, **join):
    made = StateGraph(State)
    for name in ["short", *long, "join"]:
        made.add_node(name, lambda state, name=name: {"ran": [name]}, **(join if name == "join" else {}))
    made.add_edge(START, "short")
    for before, name in zip([START, *long], long):
        made.add_edge(before, name)
    for edge in edges:
        made.add_edge(edge, "join")
    made.add_edge("join", END)
    return made.compile().invoke({"ran": []})["ran"]


same = graph(["long1"], ["short", "long1"])
longer = graph(["long1", "long2"], ["short", "long2"])
listed = graph(["long1", "long2"], [["short", "long2"]])
deferred = graph(["long1", "long2"], ["short", "long2"], defer=True)
print("branches of one length, an edge each: ", same)
print("one branch is longer, an edge each:   ", longer)
print("one branch is longer, one edge of all:", listed)
print("one branch is longer, deferred:       ", deferred)
joins = [ran.count("join") for ran in [same, longer, listed, deferred]]
sys.exit(joins != [1, 2, 1, 1])
PYTHON
venv/bin/python probe.py
