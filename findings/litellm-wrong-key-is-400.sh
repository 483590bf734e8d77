#!/usr/bin/env bash
# Guess: LiteLLM's proxy with a master key answers 401 to a request whose key is wrong or missing.
# Instead: where no database is configured, a wrong key is status 400 with the words "No connected db.", and a missing one is
#   status 500. A client that looks for 401 tells its user that the request is wrong, or tries again, and whoever reads of a
#   database looks for one. The right key is answered with 200.
# Versions: litellm 1.106.12 with its extra "proxy".
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'litellm[proxy]==1.106.12'
cat > upstream.py <<'PYTHON'
import http.server, json

class Upstream(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments): pass
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Salt"}}], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
open("port", "w").write(str(server.server_port))
server.serve_forever()
PYTHON
venv/bin/python upstream.py &
for _ in $(seq 50); do [ -s port ] && break; sleep 0.2; done
cat > config.yaml <<YAML
model_list:
  - model_name: m
    litellm_params: {model: openai/m, api_base: "http://127.0.0.1:$(cat port)/v1", api_key: upstream}
general_settings: {master_key: sk-right}
litellm_settings: {num_retries: 0}
YAML
proxy=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
env -u DATABASE_URL venv/bin/litellm --config config.yaml --host 127.0.0.1 --port "$proxy" > proxy.log 2>&1 &
for _ in $(seq 120); do curl --silent --output /dev/null "http://127.0.0.1:$proxy/health/liveliness" && break; sleep 1; done

body='{"model": "m", "messages": [{"role": "user", "content": "hi"}]}'
ask() { curl --silent --write-out ' [%{http_code}]' --header 'content-type: application/json' "$@" --data "$body" \
  "http://127.0.0.1:$proxy/v1/chat/completions"; }
right=$(ask --header 'authorization: Bearer sk-right')
wrong=$(ask --header 'authorization: Bearer sk-wrong')
missing=$(ask)
printf 'right key:   %s\nwrong key:   %s\nmissing key: %s\n' "$right" "$wrong" "$missing"
[[ $right == *'Salt'*'[200]' && $wrong == *'No connected db.'*'[400]' && $missing == *'[500]' ]]
