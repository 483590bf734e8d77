#!/usr/bin/env bash
# Guess: a client of MCP takes an answer only for the request whose id it repeats: the text "1" is not the number 1, as in JSON-RPC.
# Instead: rmcp's client takes an answer with the id "1" for its request 1. A test that sends such an answer as
#   one that nobody asked for finds that it is taken, and a server that turns ids into text seems to work.
# What we do: nothing depends on it; the hostile double of tests/mcp answers with foreign ids that are numbers.
# Versions: rmcp 3.11.0.
# Source: seen by running this; JSON-RPC 2.0, 5: the id of a response "MUST be the same as the value of the id member in the Request
#   Object".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.1.0"
edition = "2021"

[dependencies]
rmcp = { version = "=3.11.0", default-features = false, features = ["client", "transport-async-rw"] }
serde_json = "1"
tokio = { version = "1", features = ["full"] }
TOML
cat > src/main.rs <<'RUST'
use rmcp::ServiceExt;
use serde_json::{json, Value};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};

// A double of a server: it answers each request with its id as a text.
async fn server(stream: DuplexStream) {
    let (input, mut output) = tokio::io::split(stream);
    let mut lines = BufReader::new(input).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let message: Value = serde_json::from_str(&line).unwrap();
        let Some(id) = message.get("id") else { continue };
        let result = match message["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": message["params"]["protocolVersion"],
                "capabilities": { "tools": {} }, "serverInfo": { "name": "double", "version": "1" },
            }),
            _ => json!({ "tools": [{ "name": "a", "inputSchema": { "type": "object" } }] }),
        };
        let answer = json!({ "jsonrpc": "2.0", "id": id.to_string(), "result": result });
        println!("asked {} with {id}, answers {}", message["method"], answer["id"]);
        output.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
    }
}

#[tokio::main]
async fn main() {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(server(theirs));
    let work = async {
        let client = ().serve(ours).await.expect("the start is answered");
        client.list_all_tools().await.expect("the list is answered").len()
    };
    let count = tokio::time::timeout(std::time::Duration::from_secs(10), work).await.expect("it takes the answers");
    println!("tools: {count}");
    assert_eq!(count, 1);
}
RUST
cargo run --quiet
