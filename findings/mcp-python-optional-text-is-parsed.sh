#!/usr/bin/env bash
# Guess: a tool of a Python MCP server with a parameter `text: str | None` takes any text, as its schema says.
# Instead: unless the annotation is plain `str`, the server parses the text as JSON first. Text that is a JSON object or
#   list is refused, and the text "null" arrives as None, without an error. A client that checks
#   its arguments against the schema finds nothing wrong. It shows when a model passes a file's content or a query:
#   prose works, and one day the content is JSON. With plain `str` and a default of "" nothing is parsed.
# Versions: mcp 2.3.0 (the official Python SDK).
# Source: seen by running this; the step is `FuncMetadata.pre_parse_json` in the SDK, for clients that send lists as text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
cat > probe.py <<'PYTHON'
import asyncio
import logging

from mcp import Client
from mcp.server.mcpserver import MCPServer

logging.disable(logging.CRITICAL)
server = MCPServer("probe")


@server.tool()
def plain(text: str = "") -> str:
    return f"got {text!r}"


@server.tool()
def optional(text: str | None = None) -> str:
    return f"got {text!r}"


async def main():
    async with Client(server) as client:
        tools = {tool.name: tool.input_schema["properties"]["text"] for tool in (await client.list_tools()).tools}
        print("schema of optional:", tools["optional"]["anyOf"])
        for name in ("plain", "optional"):
            for text in ("prose", '{"a": 1}', "[1, 2]", "null", "12"):
                result = await client.call_tool(name, {"text": text})
                print(f"{name}({text!r}):", "refused" if result.is_error else result.content[0].text)


asyncio.run(main())
PYTHON

seen=$(venv/bin/python probe.py)
echo "$seen"
expected="schema of optional: [{'type': 'string'}, {'type': 'null'}]
plain('prose'): got 'prose'
plain('{\"a\": 1}'): got '{\"a\": 1}'
plain('[1, 2]'): got '[1, 2]'
plain('null'): got 'null'
plain('12'): got '12'
optional('prose'): got 'prose'
optional('{\"a\": 1}'): refused
optional('[1, 2]'): refused
optional('null'): got None
optional('12'): got '12'"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
