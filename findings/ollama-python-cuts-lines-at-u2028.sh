#!/usr/bin/env bash
# Guess: a client of Ollama's API reads one JSON object up to each line feed. JSON allows U+2028 and U+0085 within a string as they
#   are, so a server written in anything but Go (whose encoder happens to escape U+2028) may send them so.
# Instead: the official Python client cuts its lines at U+2028, U+2029, U+0085, U+000C and the like too: the stream ends with a
#   JSONDecodeError in the middle of a valid line, after the chunks before it were given out. The whole answer (stream=False)
#   is read well. It leaves the lines to httpx, whose `iter_lines` goes by what Python's `str.splitlines` takes for ends.
# What it means for a server of this API: escape everything that `str.splitlines` knows, in streams of lines.
# Versions: ollama 0.6.3 with httpx 0.28.1.
# Source: seen by running this; RFC 8259, 7.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet ollama==0.6.3 httpx==0.28.1
cat > chat.py <<'PYTHON'
import json, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ollama import Client

class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        parts = ["one", f"two{chr(0x2028)}three", "four"]
        if not asked["stream"]:
            parts = ["".join(parts)]
        self.send_response(200)
        self.end_headers()
        for number, part in enumerate(parts, 1):
            line = {"model": "m", "message": {"role": "assistant", "content": part}, "done": number == len(parts)}
            self.wfile.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = Client(host=f"http://127.0.0.1:{server.server_port}")
question = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
whole = client.chat(**question).message.content
print("whole   ", ascii(whole))
parts, problem = [], None
try:
    for part in client.chat(**question, stream=True):
        parts.append(part.message.content)
except Exception as error:
    problem = type(error).__name__
print("streamed", parts, problem)
assert whole == f"onetwo{chr(0x2028)}threefour"
assert (parts, problem) == (["one"], "JSONDecodeError")
PYTHON
venv/bin/python chat.py
