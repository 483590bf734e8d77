#!/bin/sh
# Runs the spell with the replies of replies.jsonl in place of a model, and compares what it prints with expected.txt.
cd "$(dirname "$0")/.." || exit 1
made=$("${LLMSPELL:-llmspell-wasm}" run . --param topic="the sea" --model-script tests/replies.jsonl) || exit 1
printf '%s\n' "$made" | diff tests/expected.txt - && echo "the test passed"
