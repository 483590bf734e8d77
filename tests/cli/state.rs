//! What an operator does with state, on every store that processes can share.

use serde_json::json;

use crate::harness::{Harness, Ran};

const STORES: [&str; 2] = ["s", "sqlite:s.db"];

impl Harness {
    fn state(&self, store: &str, arguments: &[&str]) -> Ran {
        self.run(&[&["state"], arguments, &["--store", store]].concat())
    }

    #[track_caller]
    fn state_json(&self, store: &str, arguments: &[&str]) -> serde_json::Value {
        let ran = self.state(store, &[arguments, &["--output", "json"]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        serde_json::from_str(&ran.out).unwrap()
    }
}

#[test]
fn keys_are_set_listed_read_and_deleted() {
    for store in STORES {
        let harness = Harness::new();
        harness.state(store, &["set", "global", "visits", "3"]).is(0, "", "");
        harness.state(store, &["set", "global", "name", "--text", "Alice\nB"]).is(0, "", "");
        harness.state(store, &["set", "agent:x", "cfg", "{\"b\": [1, 2.50]}"]).is(0, "", "");
        let ran = harness.run_with_input(&["state", "set", "global", "piped", "--store", store], "[1]\n");
        ran.is(0, "", "");
        harness.state(store, &["get", "global", "visits"]).is(0, "3\n", "");
        harness.state(store, &["get", "global", "name"]).is(0, "Alice\nB\n", "");
        harness.state(store, &["get", "global", "name", "--json"]).is(0, "\"Alice\\nB\"\n", "");
        harness.state(store, &["list"]).is(0, "KEYS  SCOPE\n3     global\n1     agent:x\n", "");
        let listed = harness.state(store, &["list", "global"]);
        let lines: Vec<&str> = listed.out.lines().collect();
        assert_eq!(lines.len(), 4, "{}", listed.out);
        assert!(lines[1].starts_with("name ") && lines[1].ends_with(r#""Alice\nB""#), "{}", listed.out);
        let listed = harness.state_json(store, &["list", "global", "--prefix", "p"]);
        assert_eq!((&listed["keys"][0]["key"], &listed["keys"][0]["value"]), (&json!("piped"), &json!([1])));
        let page = harness.state(store, &["list", "global", "--limit", "2", "--after", "name"]);
        assert_eq!((page.out.lines().count(), page.err.as_str()), (3, ""));
        let page = harness.state(store, &["list", "global", "--limit", "1"]);
        assert!(page.err.contains("--after 'name'"), "{}", page.err);

        harness.state(store, &["delete", "global", "visits", "nope", "--yes"]).refuses_some(1, &["no key 'nope'"]);
        harness.state(store, &["get", "global", "visits"]).refuses(1, &["no key 'visits' in scope 'global'"]);
        harness.state(store, &["delete", "global", "--all", "--yes"]).is(0, "2 keys deleted\n", "");
        harness.state(store, &["delete", "--everything", "--yes"]).is(0, "1 key deleted\n", "");
        harness.state(store, &["list"]).is(0, "KEYS  SCOPE\n", "");
        harness.state(store, &["verify"]).refuses_nothing("sound: ");
    }
}

impl Ran {
    #[track_caller]
    fn refuses_some(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert!(parts.iter().all(|part| self.err.contains(part)), "{}", self.err);
    }

    #[track_caller]
    fn refuses_nothing(&self, out: &str) {
        assert_eq!((self.code, self.err.as_str()), (0, ""));
        assert!(self.out.starts_with(out), "{}", self.out);
    }
}

#[test]
fn a_value_can_depend_on_what_is_there_and_end_by_itself() {
    let harness = Harness::new();
    let first = harness.state_json("s", &["set", "s", "k", "1", "--if-absent"]);
    assert_eq!(first["existed"], false);
    harness.state("s", &["set", "s", "k", "2", "--if-absent"]).refuses(1, &["though it should not be there"]);
    harness.state("s", &["set", "s", "k", "2", "--if-version", "99"]).refuses(1, &["not 99"]);
    harness
        .state("s", &["set", "s", "k", "2", "--if-version", &first["version"].to_string(), "--ttl", "1h"])
        .is(0, "", "");
    assert!(harness.state_json("s", &["get", "s", "k"])["expires_at"].is_u64());
}

#[test]
fn nothing_is_destroyed_without_a_question() {
    for store in STORES {
        let harness = Harness::new();
        harness.state(store, &["set", "s", "k", "1"]).is(0, "", "");
        let backup = harness.state(store, &["backup"]).out;
        harness.state(store, &["export", "e.jsonl"]).is(0, "1 entry exported to e.jsonl\n", "");
        harness.state(store, &["set", "s", "k", "2"]).is(0, "", "");
        let before = harness.read("e.jsonl");
        for arguments in [
            vec!["delete", "s", "k"],
            vec!["delete", "s", "--all"],
            vec!["delete", "--everything"],
            vec!["delete", "--backup", backup.trim()],
            vec!["restore", backup.trim()],
            vec!["restore", "--file", "e.jsonl"],
            vec!["restore", "--rebuild"],
            vec!["import", "e.jsonl", "--existing", "overwrite"],
            vec!["import", "e.jsonl", "--existing", "replace"],
            vec!["export", "e.jsonl"],
            vec!["backup", "--to", "e.jsonl"],
        ] {
            harness.state(store, &arguments).refuses(2, &["there is no terminal to ask on", "--yes"]);
        }
        harness.state(store, &["get", "s", "k"]).is(0, "2\n", "");
        assert_eq!(harness.read("e.jsonl"), before);
        assert_eq!(harness.state_json(store, &["list", "--backups"])["backups"].as_array().unwrap().len(), 1);
        harness.state(store, &["restore", backup.trim(), "--yes"]).is(0, "1 key restored\n", "");
        harness.state(store, &["get", "s", "k"]).is(0, "1\n", "");
    }
}

#[test]
fn an_export_goes_from_one_kind_of_store_to_the_other_and_back() {
    let harness = Harness::new();
    for (scope, key, value) in [("\n", "..", "0"), ("a b", "c\td", "\"é\\u0000\""), ("s", "k", "{\"z\":1.50,\"a\":[]}")]
    {
        harness.state("s", &["set", scope, key, value, "--tenant", "first"]).is(0, "", "");
    }
    let body = |text: &str| text.lines().filter(|line| line.contains("key")).map(String::from).collect::<Vec<_>>();
    let first = harness.state("s", &["export", "--tenant", "first"]);
    assert_eq!((first.code, first.err.as_str()), (0, "note: 3 entries exported\n"));
    let arguments = ["state", "import", "-", "--store", "sqlite:s.db", "--tenant", "other"];
    harness.run_with_input(&arguments, &first.out).is(0, "3 imported\n", "");
    let second = harness.state("sqlite:s.db", &["export", "--tenant", "other"]);
    assert_eq!(body(&second.out), body(&first.out));
    harness.run_with_input(&arguments, &first.out).refuses(1, &["is there already", "--existing"]);
    let arguments = [arguments.as_slice(), &["--existing", "replace", "--yes"]].concat();
    let cut: String = first.out.lines().take(3).map(|line| format!("{line}\n")).collect();
    harness.run_with_input(&arguments, &cut).refuses(2, &["line 4", "its end is missing", "nothing was imported"]);
    assert_eq!(body(&harness.state("sqlite:s.db", &["export", "--tenant", "other"]).out), body(&first.out));
}

#[test]
fn a_backup_is_carried_into_another_store() {
    let harness = Harness::new();
    harness.state("s", &["set", "s", "k", "1", "--tenant", "a"]).is(0, "", "");
    harness.state("s", &["set", "s", "k", "2", "--tenant", "b"]).is(0, "", "");
    let ran = harness.state("s", &["backup", "--all-tenants"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 2), "{}", ran.err);
    let ran = harness.state("s", &["backup", "--tenant", "b", "--to", "b.backup", "--description", "carried"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = harness.state("sqlite:new.db", &["restore", "--file", "b.backup", "--tenant", "c"]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "1 key restored\n", "note: the backup was made of tenant 'b'\n")
    );
    harness.state("sqlite:new.db", &["get", "s", "k", "--tenant", "c"]).is(0, "2\n", "");
    let tenants = harness.state_json("s", &["list", "--tenants"]);
    assert_eq!(
        tenants["tenants"][1],
        json!({"tenant": "b", "keys": 1, "bytes": tenants["tenants"][1]["bytes"], "backups": 2, "backup_bytes": tenants["tenants"][1]["backup_bytes"]})
    );
}

#[test]
fn a_damaged_store_is_refused_verified_and_rebuilt() {
    for (store, file) in [("s", "s/db/db"), ("sqlite:s.db", "s.db")] {
        let harness = Harness::new();
        harness.state(store, &["set", "s", "k", "1"]).is(0, "", "");
        assert_eq!(harness.state(store, &["backup"]).code, 0);
        std::fs::write(harness.path(file), "garbage ".repeat(3_000)).unwrap();
        // sled's is told from / on.
        let shown = if store == "s" { harness.path(store).display().to_string() } else { store.into() };
        let rebuild = format!("`llmspell-wasm state restore --rebuild --store {shown}`");
        for command in [vec!["list"], vec!["get", "s", "k"], vec!["set", "s", "k", "2"], vec!["verify"], vec!["export"]]
        {
            harness.state(store, &command).refuses(75, &[&format!("the store {shown} is damaged"), &rebuild]);
        }
        assert_eq!(harness.read(file), "garbage ".repeat(3_000));
        let ran = harness.state(store, &["restore", "--rebuild", "--yes"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("damaged-") && ran.err.contains("tenant 'local'"), "{} {}", ran.out, ran.err);
        harness.state(store, &["get", "s", "k"]).is(0, "1\n", "");
    }
    // What opening it does not see.
    let harness = Harness::new().with("large", "x".repeat(100_000));
    let large = harness.read("large");
    harness.run_with_input(&["state", "set", "s", "k", "--text", "--store", "s"], &large).is(0, "", "");
    let folder = std::fs::read_dir(harness.path("s/values")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path(), "other").unwrap();
    let ran = harness.state("s", &["verify", "--output", "json"]);
    assert_eq!(ran.code, 75);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(told["sound"] == false && !told["problems"].as_array().unwrap().is_empty(), "{told}");
    assert!(ran.err.contains("no backups") && ran.err.contains("export FILE --skip-damaged"), "{}", ran.err);
}

#[test]
fn the_store_is_named_by_flag_environment_file_or_default() {
    let harness = Harness::new();
    let harness = Harness::with(harness, "empty.toml", "");
    let file =
        format!("[state]\nstore = '{}'\nstore_wait = '7s'\ntenant_keys = 9\n", harness.path("from-file").display());
    std::fs::write(harness.path("c.toml"), file).unwrap();
    let info = |flags: &[&str], variable: Option<&str>| {
        let mut command = harness.command(&[&["info", "--output", "json"], flags].concat());
        variable.map(|value| command.env("LLMSPELL_STORE", value));
        let told: serde_json::Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        told["state"].clone()
    };
    let told = info(&["--config", "c.toml", "--store", "x", "--store-wait", "0s"], Some("sqlite:y.db"));
    assert_eq!((&told["store"], &told["from"], &told["wait_ms"]), (&json!("x"), &json!("flag"), &json!(0)));
    let told = info(&["--config", "c.toml"], Some("sqlite:y.db"));
    assert_eq!(
        (&told["store"], &told["from"], &told["kind"]),
        (&json!("sqlite:y.db"), &json!("LLMSPELL_STORE"), &json!("sqlite"))
    );
    let told = info(&["--config", "c.toml"], None);
    assert_eq!((&told["from"], &told["wait_ms"], &told["tenant_keys"]), (&json!("c.toml"), &json!(7_000), &json!(9)));
    let own = harness.path(".local/share/llmspell/state");
    let told = info(&["--config", "empty.toml"], None);
    assert_eq!((&told["store"], &told["from"], &told["exists"]), (&json!(own), &json!("default"), &json!(false)));
    // Telling of it makes nothing.
    assert!(!own.exists());
    harness.run(&["state", "set", "s", "k", "1"]).is(0, "", "");
    assert!(own.join("format").exists());
    let text = harness.run(&["info"]).out;
    assert!(text.contains("\nState\n") && text.contains("(sled)  default"), "{text}");
    let mut command = harness.command(&["state", "list"]);
    Ran::of(command.env("LLMSPELL_STORE", "redb:x").output().unwrap()).refuses(2, &["LLMSPELL_STORE", "'redb'"]);
    let mut command = harness.command(&["exec", ""]);
    Ran::of(command.env("LLMSPELL_STORE_WAIT", "soon").output().unwrap())
        .refuses(2, &["LLMSPELL_STORE_WAIT", "'soon'"]);
}

#[test]
fn every_wrong_argument_is_told_in_one_line() {
    let harness = Harness::new().with("junk", "junk\n");
    harness.state("s", &["set", "s", "k", "1"]).is(0, "", "");
    for (arguments, code, parts) in [
        (vec!["list", "--store", "-x"], 2, vec!["'-x' is no place"]),
        (vec!["list", "--store", "redb:x"], 2, vec!["'redb'", "sqlite:FILE"]),
        (vec!["list", "--store", "memory"], 2, vec!["ends with its process"]),
        (vec!["list", "--store", "none"], 1, vec!["no store at none yet", "--store"]),
        (vec!["list", "--store", "sqlite:none.db"], 1, vec!["no store at sqlite:none.db yet"]),
        (vec!["list", "--store", "junk"], 75, vec!["the store junk can't be used"]),
        (vec!["set", "s", "k", "1", "--store", "/proc/x"], 75, vec!["making the folder /proc/x"]),
        (vec!["list", "--store-wait", "soon"], 2, vec!["is not a duration"]),
        (vec!["list", "--limit", "0"], 2, vec!["1..=1000"]),
        (vec!["list", "--backups", "s"], 2, vec!["--backups"]),
        (vec!["list", "--prefix", "x"], 2, vec!["SCOPE"]),
        (vec!["lst"], 2, vec!["'list'"]),
        (vec!["frobnicate"], 2, vec!["known are: list, get, set"]),
        (vec!["get", "s"], 2, vec!["<KEY>"]),
        (vec!["get", "s", "none"], 1, vec!["no key 'none'", "state list"]),
        (vec!["get", "s", "k", "--output", "xml"], 2, vec!["possible values: text, json"]),
        (vec!["get", "s", "x\ny\u{1b}[2J"], 1, vec!["x\\ny\\u{1b}[2J"]),
        (vec!["set", "s", "k", "Alice"], 2, vec!["not valid JSON", "--text"]),
        (vec!["set", "s", "k", "1", "--ttl", "0s"], 2, vec!["between 1ms and a year"]),
        (vec!["set", "s", "k", "1", "--if-absent", "--if-version", "1"], 2, vec!["--if-version"]),
        (vec!["delete"], 2, vec!["--all"]),
        (vec!["delete", "s"], 2, vec!["--all"]),
        (vec!["delete", "s", "--everything"], 2, vec!["--everything"]),
        (vec!["delete", "--backup", "../x", "--yes"], 1, vec!["no backup '../x'"]),
        (vec!["restore"], 2, vec!["--rebuild"]),
        (vec!["restore", "backup-1", "--yes"], 1, vec!["no backup 'backup-1'"]),
        (vec!["restore", "--file", "junk", "--yes"], 2, vec!["junk is no backup"]),
        (vec!["restore", "--file", "none", "--yes"], 2, vec!["none: no such file; give the path of a backup"]),
        (vec!["restore", "--rebuild", "--yes"], 2, vec!["not damaged"]),
        (vec!["import", "junk"], 2, vec!["junk, line 1", "nothing was imported"]),
        (vec!["import", "none"], 2, vec!["none: no such file; give the path of an export"]),
        (vec!["import", "."], 2, vec![".: it is a folder; give the path of an export"]),
        (vec!["restore", "--file", ".", "--yes"], 2, vec![".: it is a folder; give the path of a backup"]),
        (vec!["import", "junks"], 2, vec!["junks: no such file; did you mean 'junk'?"]),
        (vec!["import", "junk", "--existing", "never"], 2, vec!["keep, overwrite, replace"]),
        (vec!["export", "no/such/file"], 2, vec!["no/such/file: its folder does not exist; make it first"]),
        (vec!["export", "."], 2, vec!["it is a folder"]),
        (vec!["export", "s/e.jsonl"], 2, vec!["s/e.jsonl would be written into the store s: name another file"]),
        (vec!["backup", "--to", "./s/../s/b"], 2, vec!["--to ./s/../s/b would be written into the store s"]),
        (vec!["backup", "--to", "."], 2, vec!["it is a folder"]),
        (vec!["backup", "--to", "no/such/file"], 2, vec!["no/such/file: its folder does not exist; make it first"]),
        (vec!["backup", "--description", &"x".repeat(2_000)], 2, vec!["at most 1000 bytes"]),
    ] {
        let named = arguments.contains(&"--store");
        let ran = if named {
            harness.run(&[&["state"], arguments.as_slice()].concat())
        } else {
            harness.state("s", &arguments)
        };
        ran.refuses(code, &[&["error: "], parts.as_slice()].concat());
    }
    assert!(!harness.path("none").exists() && !harness.path("none.db").exists());
    assert_eq!(harness.state_json("s", &["list", "--backups"])["backups"], json!([]));
    let harness = harness.with("c.toml", "[state]\nstore = 'here'\n").with("d.toml", "[state]\nstor = 'here'\n");
    harness
        .run(&["state", "list", "--config", "c.toml"])
        .refuses(2, &["c.toml:2:9: state.store: 'here' depends on the current"]);
    harness.run(&["exec", "", "--config", "d.toml"]).refuses(2, &["d.toml:2:1", "'store'"]);
}

#[test]
fn what_a_spell_keeps_is_there_for_the_next_and_for_the_operator() {
    let visit = "local n = (State.load('global', 'visits') or 0) + 1 State.save('global', 'visits', n) return n";
    for store in STORES {
        let harness = Harness::new();
        for visits in ["1\n", "2\n"] {
            harness.run(&["exec", visit, "--store", store]).is(0, visits, "");
        }
        harness.state(store, &["get", "global", "visits"]).is(0, "2\n", "");
        harness.state(store, &["set", "global", "visits", "41"]).is(0, "", "");
        harness.run(&["exec", visit, "--store", store]).is(0, "42\n", "");
        harness.run(&["exec", visit, "--store", store, "--tenant", "other"]).is(0, "1\n", "");
        assert_eq!(harness.state_json(store, &["list", "--tenants"])["tenants"].as_array().unwrap().len(), 2);
    }
    let harness = Harness::new();
    for _ in 0..2 {
        harness.run(&["exec", visit, "--store", "memory"]).is(0, "1\n", "");
    }
    // A tenant that keeps nothing leaves nothing behind.
    harness.run(&["exec", "return 1"]).is(0, "1\n", "");
    assert!(!harness.path(".local").exists());
    harness.run(&["exec", visit]).is(0, "1\n", "");
    assert!(harness.path(".local/share/llmspell/state/format").exists());
}

#[test]
fn a_store_that_can_not_be_used_ends_the_run_with_75() {
    let harness = Harness::new();
    harness.state("s", &["set", "s", "k", "1"]).is(0, "", "");
    std::fs::write(harness.path("s/db/db"), "garbage ".repeat(3_000)).unwrap();
    let save = "State.save('global', 'k', 1)";
    for (store, word) in [("s", "store-damaged"), ("/proc/s", "store-unusable")] {
        let ran = harness.run(&["exec", save, "--store", store, "--receipt", "r.json"]);
        assert_eq!(ran.code, 75, "{}", ran.err);
        assert!(ran.err.lines().next().unwrap().starts_with(&format!("error: {word}: the store ")), "{}", ran.err);
        assert_eq!(
            (&harness.json("r.json")["outcome"], &harness.json("r.json")["exit_code"]),
            (&json!(word), &json!(75))
        );
        // A spell may catch it, and go on without.
        let caught = format!("local ok, problem = pcall(function() {save} end) return problem.code");
        let ran = harness.run(&["exec", &caught, "--store", store]);
        assert_eq!((ran.code, ran.out), (0, format!("{word}\n")));
        assert!(ran.err.starts_with(&format!("note: {word}: the store ")), "{}", ran.err);
    }
}

#[test]
fn only_what_a_spell_could_read_is_put_there() {
    for store in STORES {
        let harness = Harness::new();
        for tenant in ["../x", "", "~budgets", "a b"] {
            harness
                .state(store, &["set", "s", "k", "1", "--tenant", tenant])
                .refuses(2, &["--tenant", "letters, digits"]);
            harness
                .state(store, &["import", "e.jsonl", "--tenant", tenant])
                .refuses(2, &["--tenant", "letters, digits"]);
        }
        harness.state(store, &["set", "", "k", "1"]).refuses(2, &["the scope is empty"]);
        harness.state(store, &["set", "s", "", "1"]).refuses(2, &["the key is empty"]);
        harness
            .state(store, &["set", "s", "k", "{\"a\": [1, 18446744073709551616]}"])
            .refuses(2, &["18446744073709551616", "64 bits", "$.a[1]"]);
        for (scope, key, value, part) in [
            ("", "k", "1", "the scope is empty"),
            ("s", "", "1", "the key is empty"),
            ("s", "k", "[9223372036854775808]", "64 bits, at $[0]"),
        ] {
            let line =
                json!({ "scope": scope, "key": key, "value": 0 }).to_string().replace(":0", &format!(":{value}"));
            let head = r#"{"format":"llmspell state export 1"}"#;
            let file = format!("{head}\n{line}\n{{\"entries\":1}}\n");
            harness.run_with_input(&["state", "import", "-", "--store", store], &file).refuses(2, &["line 2", part]);
        }
        harness.state(store, &["set", "s", "k", "[9223372036854775807, 1e300]"]).is(0, "", "");
    }
}

#[test]
fn yes_is_refused_where_nothing_is_asked() {
    let harness = Harness::new();
    harness.state("s", &["set", "s", "k", "1"]).is(0, "", "");
    // It overwrites, as a spell's save does.
    harness.state("s", &["set", "s", "k", "2"]).is(0, "", "");
    harness.state("s", &["set", "s", "k", "3", "--yes"]).refuses(2, &["--yes"]);
    harness.state("s", &["backup", "--yes"]).refuses(2, &["--yes means nothing here", "--to"]);
    harness.state("s", &["export", "--yes"]).refuses(2, &["--yes means nothing here"]);
    harness.state("s", &["import", "e.jsonl", "--yes"]).refuses(2, &["--yes means nothing here", "--existing"]);
    harness.state("s", &["get", "s", "k"]).is(0, "2\n", "");
}

#[test]
fn a_failure_is_json_where_json_is_wanted() {
    for store in STORES {
        let harness = Harness::new();
        let failure = |arguments: &[&str], code: i32, word: &str| {
            let ran = harness.state(store, &[arguments, &["--output", "json"]].concat());
            assert_eq!((ran.code, ran.err.lines().count()), (code, 1), "{}", ran.err);
            let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!(told["error"]["code"], word, "{told}");
            let message = told["error"]["message"].as_str().unwrap();
            assert_eq!(ran.err, format!("error: {message}\n"));
        };
        failure(&["list"], 1, "not-found");
        harness.state(store, &["set", "s", "k", "1"]).is(0, "", "");
        failure(&["get", "s", "nope"], 1, "not-found");
        failure(&["set", "s", "k", "{"], 2, "invalid");
        failure(&["set", "s", "k", "2", "--if-absent"], 1, "conflict");
        failure(&["delete", "--everything"], 2, "invalid");
        failure(&["restore", "--rebuild", "--yes"], 2, "invalid");
    }
}

#[test]
fn what_was_deleted_is_said() {
    let harness = Harness::new();
    harness.state("s", &["set", "s", "k", "1"]).is(0, "", "");
    let id = harness.state("s", &["backup"]).out;
    let id = id.trim();
    harness.state("s", &["delete", "--backup", id, "--yes"]).is(0, &format!("backup '{id}' deleted\n"), "");
}

#[test]
fn of_a_damaged_store_without_backups_what_is_sound_can_be_saved() {
    let harness = Harness::new();
    for (key, value) in [("good", "\"sound\""), ("bad", "\"unsound\"")] {
        harness.state("sqlite:s.db", &["set", "s", key, value]).is(0, "", "");
    }
    let mut bytes = std::fs::read(harness.path("s.db")).unwrap();
    let at = bytes.windows(9).position(|window| window == b"\"unsound\"").unwrap();
    bytes[at + 2] ^= 1;
    std::fs::write(harness.path("s.db"), bytes).unwrap();
    let told = "the key 'bad' of scope 's' is not what was put there";
    let possible = "`llmspell-wasm state export FILE --skip-damaged --store sqlite:s.db`";
    for arguments in [vec!["get", "s", "bad"], vec!["list", "s"], vec!["export"], vec!["backup"]] {
        harness.state("sqlite:s.db", &arguments).refuses(75, &[told, "no backups", possible]);
    }
    harness.state("sqlite:s.db", &["restore", "--rebuild", "--yes"]).refuses(1, &["has no backups", possible]);
    let ran = harness.state("sqlite:s.db", &["verify"]);
    assert_eq!((ran.code, ran.out.starts_with("damaged: ")), (75, true), "{}", ran.out);
    assert!(ran.err.contains(told) && ran.err.contains(possible), "{}", ran.err);
    let ran = harness.state("sqlite:s.db", &["export", "e.jsonl", "--skip-damaged"]);
    assert_eq!((ran.code, ran.out.as_str()), (75, "1 entry exported to e.jsonl\n"));
    assert_eq!(ran.err, format!("error: left out: {told}\n"));
    harness.state("new", &["import", "e.jsonl"]).is(0, "1 imported\n", "");
    harness.state("new", &["get", "s", "good"]).is(0, "sound\n", "");
}
