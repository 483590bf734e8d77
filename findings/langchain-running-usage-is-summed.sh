#!/usr/bin/env bash
# Guess: the usage of a streamed answer in LangChain is the one that the server reported, whether the server says it once, at
#   the end, or in every chunk.
# Instead: LangChain adds the usage of all chunks. A server that reports the running total in each chunk (vLLM does when
#   stream_options has continuous_usage_stats) makes an answer of four words after a prompt of 20 tokens cost 100 tokens
#   of prompt, in the merged chunks of `stream` and in `invoke` with streaming=True. The text is right; only a cost report
#   or a token budget shows it.
# Versions: langchain-openai 1.7.4.
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check langchain-openai==1.7.4
cat > probe.py <<'PYTHON'
import http.server
import json
import threading

from langchain_openai import ChatOpenAI

WORDS = ["one", " two", " three", " four"]


class Server(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for number, word in enumerate([*WORDS, None], 1):
            tokens = min(number, len(WORDS))
            delta, finish = ({"content": word}, None) if word else ({}, "stop")
            usage = {"prompt_tokens": 20, "completion_tokens": tokens, "total_tokens": 20 + tokens}
            if self.path.startswith("/once") and finish is None:
                usage = None
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": usage,
                     "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
for path in ("once", "running"):
    model = ChatOpenAI(model="m", api_key="none", base_url=f"http://127.0.0.1:{server.server_port}/{path}", streaming=True)
    answer = model.invoke("Count to four.")
    usage = answer.usage_metadata
    print(f"usage {path}: {answer.content!r}, {usage['input_tokens']} tokens in, {usage['output_tokens']} out")
PYTHON

seen=$(venv/bin/python probe.py)
echo "$seen"
expected="usage once: 'one two three four', 20 tokens in, 4 out
usage running: 'one two three four', 100 tokens in, 14 out"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
