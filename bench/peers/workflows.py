"""The works of bench/src/workflows.rs with langgraph: a line {"work", "size", "units"} in, a line {"cpu", "result"} out."""

import json
import operator
import sqlite3
import sys
import tempfile
import time
import uuid
from typing import Annotated, TypedDict

from langchain_core.tools import tool
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    value: int


class Collected(TypedDict):
    values: Annotated[list, operator.add]


def add(state):
    return {"value": state["value"] + 1}


@tool
def increase(value: int) -> int:
    """Adds one."""
    return value + 1


def chain(size, work, checkpointer=None):
    graph = StateGraph(State)
    for at in range(size):
        graph.add_node(f"s{at}", work)
        graph.add_edge(START if at == 0 else f"s{at - 1}", f"s{at}")
    graph.add_edge(f"s{size - 1}", END)
    return graph.compile(checkpointer=checkpointer)


def parallel(size):
    graph = StateGraph(Collected)
    for at in range(size):
        graph.add_node(f"s{at}", lambda state: {"values": [1]})
        graph.add_edge(START, f"s{at}")
        graph.add_edge(f"s{at}", END)
    return graph.compile()


def loop(size):
    graph = StateGraph(State)
    graph.add_node("s", add)
    graph.add_edge(START, "s")
    graph.add_conditional_edges("s", lambda state: "s" if state["value"] < size else END, ["s", END])
    return graph.compile()


def prepare(work, size):
    config = {"recursion_limit": size + 10}
    if work == "parallel":
        graph = parallel(size)
        return lambda: len(graph.invoke({"values": []}, config)["values"])
    if work == "checkpoint":
        folder = tempfile.TemporaryDirectory()
        made_in.append(folder)
        saver = SqliteSaver(sqlite3.connect(folder.name + "/store.db", check_same_thread=False))
        graph = chain(size, add, saver)
        # By default nodes run ahead of what is kept.
        return lambda: graph.invoke({"value": 0}, {**config, "configurable": {"thread_id": str(uuid.uuid4())}}, durability="sync")["value"]
    if work == "loop":
        graph = loop(size)
    elif work == "tool":
        graph = chain(size, lambda state: {"value": increase.invoke({"value": state["value"]})})
    else:
        graph = chain(size, add)
    return lambda: graph.invoke({"value": 0}, config)["value"]


made, made_in = {}, []
for line in sys.stdin:
    asked = json.loads(line)
    key = (asked["work"], asked["size"])
    if key not in made:
        made[key] = prepare(*key)
    began = time.process_time()
    for _ in range(asked["units"]):
        result = made[key]()
    cpu = time.process_time() - began
    print(json.dumps({"cpu": cpu, "result": str(result)}), flush=True)
