#!/usr/bin/env bash
# Guess: LiteLLM's proxy passes on `Retry-After` where the server behind it is busy (429), or leaves it out.
# Instead: the header arrives as `llm_provider-retry-after`, so that clients which obey `Retry-After` wait by their own rules.
# Versions: litellm 1.106.12 with its extra "proxy".
# Source: seen by running this. (llmspell-wasm reads both: host/models/src/tests/servers.toml.)
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
        body = b'{"error": {"message": "slow down"}}'
        self.send_response(429)
        self.send_header("retry-after", "7")
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

curl --silent --dump-header headers --output /dev/null --header 'content-type: application/json' \
  --header 'authorization: Bearer sk-right' --data '{"model": "m", "messages": [{"role": "user", "content": "hi"}]}' \
  "http://127.0.0.1:$proxy/v1/chat/completions"
grep --ignore-case -e '^HTTP' -e 'retry-after' headers
grep --quiet '429' headers
grep --quiet --ignore-case '^llm_provider-retry-after: 7' headers
! grep --quiet --ignore-case '^retry-after:' headers
