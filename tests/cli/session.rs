//! Sessions and artifacts, as an operator sees them.

use serde_json::{Value, json};

use crate::harness::{Harness, Ran};

const STORES: [&str; 2] = ["s", "sqlite:s.db"];

const SPELL: &str = "local id = Session.create{id = 'talk', name = 'tides'} Session.set_current(id) \
                     Artifact.store(nil, 'agent_output', 'report.md', '# One') \
                     Artifact.store(nil, 'agent_output', 'report.md', '# Two') \
                     State.save('session:talk', 'k', {n = 1}) Memory.add(nil, 'user', 'said')";

impl Harness {
    fn on(&self, store: &str, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["--store", store]].concat())
    }

    #[track_caller]
    fn json_on(&self, store: &str, arguments: &[&str]) -> Value {
        let ran = self.on(store, &[arguments, &["--output", "json"]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        serde_json::from_str(&ran.out).unwrap()
    }
}

#[test]
fn what_a_spell_kept_is_listed_read_exported_and_deleted() {
    for store in STORES {
        let harness = Harness::new();
        harness.on(store, &["exec", SPELL]).is(0, "", "");
        let listed = harness.on(store, &["session", "list"]);
        let lines: Vec<&str> = listed.out.lines().collect();
        assert!(lines.len() == 2 && lines[1].starts_with("talk") && lines[1].ends_with("tides"), "{}", listed.out);
        assert_eq!(harness.json_on(store, &["session", "show", "talk"])["status"], "active");
        let listed = harness.json_on(store, &["artifact", "list", "--session", "talk"]);
        assert_eq!(listed["artifacts"].as_array().unwrap().len(), 2);
        let first = harness.on(store, &["artifact", "list", "--limit", "1", "--output", "json"]);
        assert_eq!(first.err, "note: more follow: --after 'talk' 1\n");
        let first: Value = serde_json::from_str(&first.out).unwrap();
        assert_eq!((&first["artifacts"][0]["version"], &first["next"]), (&json!(1), &json!("1:talk")));
        let page = harness.json_on(store, &["artifact", "list", "--after", "talk", "1"]);
        assert_eq!(page["artifacts"][0]["version"], 2);
        harness.on(store, &["artifact", "get", "report.md", "--session", "talk"]).is(0, "# Two", "");
        harness.on(store, &["artifact", "get", "report.md", "--session", "talk", "--version", "1"]).is(0, "# One", "");
        harness.on(store, &["artifact", "get", "1", "--number", "--session", "talk", "--to", "o.md"]).is(
            0,
            "5 bytes written to o.md\n",
            "",
        );
        assert_eq!(harness.read("o.md"), "# One");
        harness.on(store, &["artifact", "get", "no"]).refuses(1, &["there is no artifact 'no' outside of sessions"]);
        harness
            .on(store, &["artifact", "get", "report.md", "--session", "talk", "--to", "o.md"])
            .refuses(2, &["there is no terminal to ask on"]);
        // What is stored here, spells find; and the other way round.
        let put = ["artifact", "put", "o.md", "--session", "talk", "--tag", "x", "--ttl", "1h"];
        harness.on(store, &put).is(0, "'o.md' version 1 stored: number 3, 5 bytes\n", "");
        let read = "local o = Artifact.get('o.md') return o.content .. o.tags[1] .. o.mime_type .. #Artifact.list()";
        harness.on(store, &["exec", "--session", "talk", read]).is(0, "# Onextext/markdown3\n", "");
        harness.on(store, &["artifact", "put", "o.md", "--session", "no"]).refuses(1, &["no session 'no'"]);
        harness.on(store, &["session", "export", "talk", "e.jsonl"]).is(0, "10 lines exported to e.jsonl\n", "");
        let lines: Vec<Value> =
            harness.read("e.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["session"]["id"], &lines[1]["value"]), (&json!("talk"), &json!({"n": 1})));
        assert_eq!((&lines[2]["body"]["content"], &lines[4]["base64"]), (&json!("said"), &json!("IyBPbmU=")));
        harness.on(store, &["artifact", "delete", "report.md", "--session", "talk", "--yes"]).is(
            0,
            "the artifact 'report.md' version 2 of session 'talk' is deleted\n",
            "",
        );
        harness.on(store, &["session", "delete", "talk"]).refuses(2, &["there is no terminal to ask on"]);
        harness.on(store, &["session", "delete", "talk", "--yes"]).is(0, "the session 'talk' is deleted\n", "");
        harness.on(store, &["session", "show", "talk"]).refuses(1, &["there is no session 'talk'"]);
        assert_eq!(harness.json_on(store, &["artifact", "list"])["artifacts"], json!([]));
        assert_eq!(harness.json_on(store, &["state", "list"])["scopes"], json!([]));
        assert_eq!(harness.on(store, &["state", "verify"]).code, 0);
    }
}

#[test]
fn a_session_that_is_not_there_is_told_by_what_needs_it() {
    let harness = Harness::new();
    let ran = harness.on("s", &["exec", "--session", "no", "return Session.current_id()"]);
    ran.is(0, "no\n", "");
    let ran = harness.on("s", &["exec", "--session", "no", "Artifact.store(nil, nil, 'n', 'x')"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("there is no session 'no'"), "{}", ran.err);
    harness.on("s", &["exec", "--session", "global", "return 1"]).refuses(2, &["'global' is no id of a session"]);
}

/// It passes from file to file in pieces: through little of the host's memory, and not through the spell's.
#[test]
fn a_large_file_is_never_in_memory_as_a_whole() {
    let harness = Harness::new();
    let bytes: u64 = 96 << 20;
    let file = std::fs::File::create(harness.path("large")).unwrap();
    file.set_len(bytes).unwrap();
    let spell = "local a = Artifact.store_file(nil, 'large') Artifact.get_to_file('', a, 'copy') return a.size";
    let limits = ["--max-host-memory", "4MiB", "--memory", "8MiB", "--max-written", "1GiB"];
    let grants = ["--allow-read", ".", "--allow-write", "."];
    let ran = harness.on("sqlite:s.db", &[&["exec", spell][..], &limits, &grants].concat());
    assert_eq!((ran.code, ran.out.as_str()), (0, "100663296\n"), "{}", ran.err);
    assert_eq!(std::fs::metadata(harness.path("copy")).unwrap().len(), bytes);
}
