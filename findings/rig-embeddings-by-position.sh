#!/usr/bin/env bash
# Guess: Rig pairs texts and vectors of an OpenAI-compatible server by the field `index`, which the API has to say which
#   input a vector belongs to.
# Instead: the field is read and dropped, and the vectors are paired with the texts in the order of the reply. With a gateway
#   that splits a batch over several workers and sends vectors in the order in which they are done, texts get each
#   other's vectors: no error, the counts agree, and what is stored that way stays wrong.
# Versions: rig-core 0.44.0.
# Source: seen by running this. OpenAI's API reference, "The embedding object": index is "the index of the embedding in the list
#   of embeddings".
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
edition = "2024"
[dependencies]
rig-core = { version = "=0.44.0", default-features = false, features = ["test-utils"] }
futures = "=0.3.31"
[profile.dev]
debug = false
TOML
cat > src/main.rs <<'RUST'
use rig_core::providers::openai::OpenAIConfig;
use rig_core::test_utils::RecordingHttpClient;

fn pairs(data: &str) {
    let reply = format!(r#"{{"object":"list","data":[{data}],"model":"m","usage":{{"prompt_tokens":2,"total_tokens":2}}}}"#);
    let model = OpenAIConfig::new("key").connect(RecordingHttpClient::new(reply)).embedding("m", Some(2));
    let texts = vec!["north".to_owned(), "east".to_owned()];
    let response = futures::executor::block_on(model.call(texts)).unwrap();
    for embedding in response.embeddings {
        println!("  {}: {:?}", embedding.document, embedding.vec);
    }
}

fn main() {
    let north = r#"{"object":"embedding","index":0,"embedding":[0,1]}"#;
    let east = r#"{"object":"embedding","index":1,"embedding":[1,0]}"#;
    println!("index 0, then index 1:");
    pairs(&format!("{north},{east}"));
    println!("index 1, then index 0:");
    pairs(&format!("{east},{north}"));
}
RUST

seen=$(cargo run --quiet)
echo "$seen"
expected="index 0, then index 1:
  north: [0.0, 1.0]
  east: [1.0, 0.0]
index 1, then index 0:
  north: [1.0, 0.0]
  east: [0.0, 1.0]"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
