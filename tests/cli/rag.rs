//! Collections of a process that is killed: each document is there as a whole or not at all, and what was acknowledged is.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::harness::Harness;

/// Ingests documents of many chunks one after the other, some of them anew, and says which is done.
const SPELL: &str = r#"
local from = State.load("global", "from") or 0
for i = from + 1, 100000 do
  local text = {}
  for j = 1, 40 do text[j] = "part" .. j .. " of n" .. i .. "\n\n" end
  RAG.ingest({ { id = "d" .. i, text = table.concat(text) }, { id = "last", text = "number n" .. i } },
    { collection = "c", chunking = { size = 20, unit = "characters" } })
  State.save("global", "from", i)
  if i % 5 == 0 then print("@" .. i) end
end
"#;

/// What each document has, and the last one that was acknowledged.
const CHECK: &str = r#"
local from = State.load("global", "from") or 0
local count = RAG.get_stats("c").document_count - 1
assert(count == from or count == from + 1, "documents: " .. count .. ", acknowledged: " .. from)
for i = 1, count do
  local found = RAG.search("n" .. i, { collection = "c", limit = 100 })
  local own = 0
  for _, hit in ipairs(found.results) do if hit.id == "d" .. i then own = own + 1 end end
  assert(own == 40, "chunks of document " .. i .. ": " .. own)
end
assert(RAG.search("n" .. count, { collection = "c", limit = 100, filter = {} }).total == 41, "the last one is another")
return "whole"
"#;

fn kill_and_check(store: &str) {
    let harness = Harness::new().with("spell.lua", SPELL).with("check.lua", CHECK);
    let flags = ["--store", store, "--fuel", "100G", "--max-host-calls", "1M", "--max-host-bytes", "4GiB"];
    for round in 1..=3 {
        let mut command = harness.command(&[&["run", "spell.lua"][..], &flags].concat());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert_eq!(lines.filter(|line| line.starts_with('@')).take(round).count(), round);
        child.kill().unwrap();
        child.wait().unwrap();
        let ran = harness.run(&[&["run", "check.lua"][..], &flags].concat());
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let verified = harness.run(&["state", "verify", "--store", store]);
        assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    }
}

#[test]
fn documents_of_a_killed_process_are_whole_in_sled() {
    kill_and_check("sled:store");
}

#[test]
fn documents_of_a_killed_process_are_whole_in_sqlite() {
    kill_and_check("sqlite:store.db");
}
