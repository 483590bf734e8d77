"""An MCP server that is a double: it answers with fixed values, or misbehaves in the way that its first argument names."""

import json
import os
import subprocess
import sys
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"
ARGUMENT = sys.argv[2] if len(sys.argv) > 2 else ""


def raw(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def send(message):
    raw(json.dumps({"jsonrpc": "2.0", **message}) + "\n")


def tool(name, properties=None, **more):
    schema = {"type": "object", "properties": properties or {}}
    return {"name": name, "description": f"{name} of the double", "inputSchema": schema, **more}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
SUM = {"type": "object", "properties": {"sum": NUMBER}, "required": ["sum"]}
GOOD = [
    tool("echo", {"text": TEXT}),
    tool("add", {"a": NUMBER, "b": NUMBER}, outputSchema=SUM),
    tool("wrong_output", {}, outputSchema=SUM),
    tool("fail", {"why": TEXT}),
    tool("refuse"),
    tool("picture"),
    tool("environment"),
    tool("calls"),
    tool("exit"),
    tool("wait"),
    tool("get-it.now/please"),
]
ODD = [
    tool("calculator"),
    tool("good.tool"),
    tool("echo"),
    tool("echo"),
    tool("a b"),
    tool("../up"),
    tool("x" * 129),
    {"name": "no_schema"},
    {"name": "true_schema", "inputSchema": True},
    tool("remote", {"a": {"$ref": "https://example.org/x.json"}}),
    tool("hint", {}, annotations={"readOnlyHint": "yes"}),
    tool("icon", {}, icons=[{}]),
    {"inputSchema": {}},
    7,
]
calls = 0
lists = 0
cancelled = []


def content(*parts, **more):
    return {"content": [{"type": "text", "text": part} if isinstance(part, str) else part for part in parts], **more}


def call(name, arguments):
    if name == "echo":
        return content(arguments.get("text", ""))
    if name == "add":
        total = arguments["a"] + arguments["b"]
        return content(json.dumps({"sum": total}), structuredContent={"sum": total})
    if name == "wrong_output":
        return content("{}", structuredContent={"sum": "many"})
    if name == "fail":
        return content(arguments.get("why", ""), isError=True)
    if name == "picture":
        return content("a dot", {"type": "image", "data": "AAAA", "mimeType": "image/png"}, {"type": "hologram"})
    if name == "environment":
        return content(json.dumps(dict(os.environ), sort_keys=True))
    if name == "calls":
        return content(json.dumps({"calls": calls, "cancelled": cancelled}))
    if name == "exit":
        sys.exit(3)
    if name == "get-it.now/please":
        return content("it")
    return content("")


def listed(params):
    if MODE == "endless":
        page = int(params.get("cursor", "0"))
        return {"tools": [tool(f"t{page}")], "nextCursor": str(page + 1)}
    if MODE == "circle":
        return {"tools": [tool("t")], "nextCursor": "again"}
    if MODE == "many":
        return {"tools": [tool(f"t{n}") for n in range(2000)]}
    if MODE == "odd":
        return {"tools": ODD}
    if MODE == "no_list":
        return {"tools": 5}
    if MODE == "changing":
        return {"tools": [tool(f"t{calls}")]}
    if MODE == "restless":
        return {"tools": [tool(f"t{lists}")]}
    if MODE == "patterns":
        return {"tools": [tool("good", {"a": {"type": "string", "pattern": "^x"}}), tool("odd", {"a": {"type": "string", "pattern": "("}})]}
    return {"tools": GOOD}


def answer(message):
    global calls, lists
    number, method, params = message["id"], message["method"], message.get("params") or {}
    if method == "initialize":
        if MODE == "silent_start":
            return
        if MODE == "talks_first":
            raw("Starting up, please wait\n\n[1, 2\n")
            send({"method": "notifications/surprise", "params": {}})
        version = ARGUMENT if MODE == "version" else "2025-06-18"
        about = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "double", "version": "1"}}
        send({"id": number, "result": about})
    elif method == "tools/list":
        if MODE == "silent_list":
            return
        if MODE == "refuses_list":
            send({"id": number, "error": {"code": -32603, "message": ARGUMENT}})
            return
        lists += 1
        if MODE == "restless":
            send({"method": "notifications/tools/list_changed"})
            if lists == 2:
                return
        send({"id": number, "result": listed(params)})
    elif method == "tools/call":
        calls += 1
        respond(number, params["name"], params.get("arguments") or {})
    else:
        send({"id": number, "error": {"code": -32601, "message": "no such method"}})


def respond(number, name, arguments):
    if name == "wait":
        return
    if name == "refuse" or MODE == "changing":
        send({"id": number, "error": {"code": -32602, "message": f"Unknown tool: {name}"}})
        return
    if MODE == "silent":
        return
    if MODE == "line":
        while True:
            raw("x" * 65536)
    if MODE == "values":
        raw('{"jsonrpc": "2.0", "id": %d, "result": {"content": [], "structuredContent": [%s0]}}\n' % (number, "0," * int(ARGUMENT)))
        return
    if MODE == "flood":
        while True:
            send({"method": "notifications/message", "params": {"level": "info", "data": "x"}})
    if MODE == "huge":
        send({"id": number, "result": content("x" * int(ARGUMENT))})
        return
    if MODE == "double":
        send({"id": number + 1000, "result": content("foreign")})
        send({"id": number, "result": content("first")})
        send({"id": number, "result": content("second")})
        return
    if MODE == "asks":
        for method in ["roots/list", "sampling/createMessage", "elicitation/create", "ping"]:
            send({"id": f"q-{method}", "method": method, "params": {}})
        replies = [json.loads(sys.stdin.readline()) for _ in range(4)]
        codes = {reply["id"]: (reply.get("error") or {}).get("code", 0) for reply in replies}
        send({"id": number, "result": content(json.dumps(codes, sort_keys=True))})
        return
    if MODE == "result":
        raw('{"jsonrpc": "2.0", "id": %d, "result": %s}\n' % (number, ARGUMENT))
        return
    line = json.dumps({"jsonrpc": "2.0", "id": number, "result": call(name, arguments)}) + "\n"
    if MODE == "cut":
        raw(line[: int(ARGUMENT)])
        sys.exit(0)
    raw(line)


def main():
    if MODE == "children":
        # They ignore what is asked of them, and that the input is closed.
        script = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)  # " + ARGUMENT
        for _ in range(3):
            subprocess.Popen(["/usr/bin/env", "python3", "-c", script])
    if MODE == "noisy":
        sys.stderr.write("noise\n" * 200_000)
    if MODE == "dies":
        sys.stderr.write("the last words\n")
        sys.exit(7)
    for line in sys.stdin:
        if MODE == "deaf" and '"wait"' in line:
            time.sleep(600)
        message = json.loads(line)
        if message.get("method") == "notifications/cancelled":
            cancelled.append(message["params"]["requestId"])
        elif "method" in message and "id" in message:
            answer(message)
    if MODE == "stays":
        time.sleep(600)


main()
