#!/usr/bin/env bash
# Guess: a graph that is compiled with a checkpointer writes its checkpoint after each node, before the next one begins: so a
#   process that is killed goes on after the last node that has run.
# Instead: the default durability is "async": checkpoints are handed to a thread, and nodes don't wait for it. With a store that takes
#   longer than the nodes, all of them have run, and acted, before even the input is saved. A process that is killed then knows
#   nothing of what it did, and the next one does it again: mails are sent twice, models paid twice. In tests it does not
#   show, as stores in memory are fast.
#   What helps: invoke(…, durability="sync"), which saves the input and then each node's state before the next begins.
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
import time
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph

log = []


class Slow(InMemorySaver):
    def put(self, *given):
        time.sleep(0.3)
        saved = super().put(*given)
        log.append("saved")
        return saved


class State(TypedDict):
    ran: Annotated[list, operator.add]


def node(name):
    def run(state):
        log.append(name)
        return {"ran": [name]}

    return run


def order(**options):
    log.clear()
    made = StateGraph(State)
    for before, name in [(START, "a"), ("a", "b"), ("b", "c")]:
        made.add_node(name, node(name))
        made.add_edge(before, name)
    made.compile(checkpointer=Slow()).invoke({"ran": []}, {"configurable": {"thread_id": "1"}}, **options)
    return " ".join(log)


default, sync = order(), order(durability="sync")
print("by default:       ", default)
print('durability="sync":', sync)
sys.exit(not (default.startswith("a b c saved") and sync == "saved saved a saved b saved c saved"))
PYTHON
venv/bin/python probe.py
