#!/usr/bin/env bash
# Guess: LiteLLM's proxy turns a request to /v1/messages (Anthropic's API) for a model "openai/…" into one to the server's
#   /v1/chat/completions, as it does for its other endpoints, and max_tokens stays what it was.
# Instead: it asks the server's /v1/responses, which many servers that speak "OpenAI's API" don't have, and raises max_tokens
#   to at least 16. The same model answers on the proxy's /v1/chat/completions.
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
        open("asked", "a").write(json.dumps([self.path, asked.get("max_output_tokens", asked.get("max_tokens"))]) + "\n")
        if self.path == "/v1/responses":
            body = b'{"error": {"message": "no such path"}}'
            self.send_response(404)
        else:
            reply = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0,
                "finish_reason": "stop", "message": {"role": "assistant", "content": "Salt"}}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
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

body='{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}'
ask() { curl --silent --output answer --write-out '%{http_code}' --header 'content-type: application/json' \
  --header 'authorization: Bearer sk-right' --data "$body" "http://127.0.0.1:$proxy$1"; }
chat=$(ask /v1/chat/completions)
messages=$(ask /v1/messages)
printf '/v1/chat/completions: %s\n/v1/messages:         %s\nthe server was asked for:\n' "$chat" "$messages"
cat asked
[[ $chat == 200 && $messages != 200 ]]
grep --quiet --fixed-strings '["/v1/chat/completions", 9]' asked
grep --quiet --fixed-strings '["/v1/responses", 16]' asked
