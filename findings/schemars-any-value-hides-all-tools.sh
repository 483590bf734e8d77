#!/usr/bin/env bash
# Guess: an MCP server in Rust may give a tool the schema that schemars makes of its argument type, and a client that can't
#   read one tool still lists the others.
# Instead: schemars describes a `serde_json::Value` ("any JSON") by the boolean schema `true`, which JSON Schema allows. The
#   TypeScript client wants an object for each property, and refuses the whole answer: `listTools` throws, and the other
#   tools, with nothing wrong, are gone as well. A struct in the arguments that holds the same `true` one level deeper
#   is accepted. `#[schemars(schema_with = ...)]` that gives `{}`, which means the same, puts it right.
# Versions: schemars 1.2.3, @modelcontextprotocol/sdk 1.32.2.
# Source: seen by running this. JSON Schema 2020-12, core, 4.3.2, "Boolean JSON Schemas".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export CARGO_TARGET_DIR="$folder/target"

mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"
[dependencies]
schemars = "=1.2.3"
serde_json = "=1.0.154"
TOML
cat > src/main.rs <<'RUST'
#![allow(dead_code)]
use schemars::{json_schema, schema_for, JsonSchema, Schema, SchemaGenerator};
use serde_json::{json, Value};

#[derive(JsonSchema)]
struct Clock { zone: String }
#[derive(JsonSchema)]
struct Store { key: String, value: Value }
#[derive(JsonSchema)]
struct Nested { entry: Store }
#[derive(JsonSchema)]
struct Object { key: String, #[schemars(schema_with = "any")] value: Value }

fn any(_: &mut SchemaGenerator) -> Schema { json_schema!({}) }

fn main() {
    println!("{}", json!([
        {"name": "clock", "inputSchema": schema_for!(Clock)},
        {"name": "store", "inputSchema": schema_for!(Store)},
        {"name": "nested", "inputSchema": schema_for!(Nested)},
        {"name": "object", "inputSchema": schema_for!(Object)},
    ]));
}
RUST
cat > probe.mjs <<'JAVASCRIPT'
import fs from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const [clock, store, nested, object] = JSON.parse(fs.readFileSync('tools.json'));
console.log('value of store:', JSON.stringify(store.inputSchema.properties.value));

async function list(...tools) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = new Server({ name: 'probe', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  await server.connect(far);
  const client = new Client({ name: 'probe', version: '1' });
  await client.connect(near);
  const names = tools.map(tool => tool.name).join(', ');
  try {
    console.log(`${names}:`, (await client.listTools()).tools.length, 'listed');
  } catch (error) {
    console.log(`${names}: throws for`, JSON.parse(error.message)[0].path.join('.'));
  }
}
await list(clock);
await list(clock, store);
await list(clock, nested);
await list(clock, object);
JAVASCRIPT

cargo run --quiet > tools.json
npm install --silent --ignore-scripts --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2
seen=$(node probe.mjs)
echo "$seen"
expected="value of store: true
clock: 1 listed
clock, store: throws for tools.1.inputSchema.properties.value
clock, nested: 2 listed
clock, object: 2 listed"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
