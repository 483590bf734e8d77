//! What a person at a prompt sees of policies and of the audit.

use serde_json::{Value, json};

use crate::harness::{Harness, Ran};

const SPELL: &str = "local ok, failure = pcall(llm.complete, {model = 'openai/gpt-4', messages = {{role = 'user', content = 'x'}}})\n\
                     return ok and 'asked' or failure.message";

#[test]
fn without_a_policy_a_person_has_the_configured_models_and_no_environment() {
    let harness = Harness::new().with("s.lua", SPELL);
    harness.run(&["run", "s.lua", "--offline"]).is(0, "asked\n", "");
    let ran = harness.run(&["exec", "return tostring(env.HOME)"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "nil\n"));
}

#[test]
fn a_policy_denies_what_it_does_not_allow_and_flags_add_to_it() {
    let harness = Harness::new()
        .with("s.lua", SPELL)
        .with("p.toml", "[tools]\nallow = ['x']\n")
        .with("deny.toml", "[models]\nallow = ['*']\ndeny = ['openai/*']\n");
    let run = |flags: &[&str]| harness.run(&[&["run", "s.lua", "--offline"], flags].concat());
    run(&["--policy", "p.toml"]).is(
        0,
        "the model 'openai/gpt-4' is not granted: [models] allow in p.toml would grant it\n",
        "",
    );
    run(&["--policy", "p.toml", "--allow-model", "openai/*"]).is(0, "asked\n", "");
    let denied = "the model 'openai/gpt-4' is denied by [models] deny = \"openai/*\" in deny.toml, line 3\n";
    let refused = "policy: --allow-model: the model 'openai/gpt-4' is denied by [models] deny = \"openai/*\" in deny.toml, line 3\n";
    run(&["--policy", "deny.toml", "--allow-model", "openai/gpt-4"]).is(0, denied, refused);
    // Of several files each has to allow it.
    assert_eq!(run(&["--policy", "deny.toml", "--policy", "p.toml"]).out, denied);
    // Without a file the flag names the only ones.
    let only = "the model 'openai/gpt-4' is not granted: --allow-model openai/gpt-4 grants it\n";
    run(&["--allow-model", "groq/*"]).is(0, only, "");
    let ran = harness.run(&["exec", "Tool.execute('x')", "--policy", "p.toml", "--allow-tool", "*search"]);
    ran.refuses(2, &["--allow-tool", "say how it begins"]);
}

#[test]
fn an_uncaught_denial_ends_the_run_as_denied() {
    let harness = Harness::new().with("p.toml", "[tools]\nallow = ['x']\n");
    let ran = harness.run(&["exec", "llm.agent{model = 'openai/gpt-4'}", "--policy", "p.toml", "--receipt", "r.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("[models] allow in p.toml would grant it"), "{}", ran.err);
    let receipt = harness.json("r.json");
    assert_eq!((&receipt["outcome"], &receipt["hashes"]["policies"][0]["file"]), (&json!("denied"), &json!("p.toml")));
}

#[test]
fn the_environment_is_what_the_policy_names_and_never_a_key() {
    let harness = Harness::new().with("p.toml", "[env]\nallow = ['LLM_*', 'OPENAI_*', 'UNSET']\ndeny = ['*_SECRET']\n");
    let run = |flags: &[&str]| {
        let code = "local all = {} for name, value in pairs(env) do all[#all + 1] = name .. '=' .. value end table.sort(all) \
                    return table.concat(all, ' ') .. tostring(env.UNSET)";
        let mut command = harness.command(&[&["exec", code], flags].concat());
        command.env("LLM_MODEL", "m").env("LLM_SECRET", "canary").env("OPENAI_API_KEY", "sk-canary").env("OTHER", "o");
        Ran::of(command.output().unwrap())
    };
    run(&["--policy", "p.toml"]).is(0, "LLM_MODEL=mnil\n", "");
    assert_eq!(run(&["--policy", "p.toml", "--allow-env", "OTHER"]).out, "LLM_MODEL=m OTHER=onil\n");
    run(&["--policy", "p.toml", "--allow-env", "OPENAI_API_KEY"])
        .refuses(2, &["OPENAI_API_KEY", "the key of a provider"]);
    // Patterns are those of policies, with and without one.
    let run_without = |flags: &[&str]| {
        let code = "local names = {} for name in pairs(env) do names[#names + 1] = name end table.sort(names) return table.concat(names, ' ')";
        let mut command = harness.command(&[&["exec", code], flags].concat());
        command.env("LLM_MODEL", "m").env("LLM_SECRET", "canary").env("OPENAI_API_KEY", "sk-canary").env("OTHER", "o");
        Ran::of(command.output().unwrap())
    };
    run_without(&["--allow-env", "LLM_*", "--allow-env", "OPENAI_*"]).is(0, "LLM_MODEL LLM_SECRET\n", "");
    assert_eq!(run_without(&["--policy", "p.toml", "--allow-env", "OTH*"]).out, "LLM_MODEL OTHER\n");
    for (wrong, part) in [("*", "the whole environment"), ("HOME,LLM_MODEL", "once for each"), ("A B", "once for each")]
    {
        run_without(&["--allow-env", wrong]).refuses(2, &["--allow-env", part]);
    }
}

#[test]
fn what_a_spell_asks_for_narrows_and_is_told_where_it_is_not_granted() {
    let requested = "[models]\nallow = ['groq/*']\n[env]\nallow = ['LLM_MODEL']\n[limits]\nfuel = '1G'\n";
    let harness = Harness::new().with("d/s.lua", SPELL).with("d/spell.toml", requested);
    let ran = harness.run(&["run", "d/s.lua", "--offline", "--receipt", "r.json"]);
    let out = "the model 'openai/gpt-4' is not what the spell asks for: [models] allow in spell.toml\n";
    let err = "policy: d/spell.toml:4:10: the environment variable 'LLM_MODEL' is not granted: --allow-env LLM_MODEL grants it\n";
    ran.is(0, out, err);
    assert_eq!(harness.json("r.json")["limits"]["fuel"], 1_000_000_000);
    // A broken request is the spell's own fault.
    let harness = Harness::new().with("d/s.lua", "return 1").with("d/spell.toml", "[modles]\n");
    harness.run(&["run", "d/s.lua"]).refuses(4, &["d/spell.toml:1:2: unknown key 'modles'; did you mean 'models'?"]);
    let harness = Harness::new().with("s.lua", "-- /// spell\n-- tools = 1\n-- ///\nreturn 1");
    harness.run(&["run", "s.lua"]).refuses(4, &["s.lua:2:12: [tools] is a section"]);
}

#[test]
fn the_configuration_names_the_operators_and_the_tenants_policies() {
    let harness = Harness::new()
        .with("etc/c.toml", "[policy]\noperator = 'operator.toml'\ntenants = 'tenants'\n")
        .with("etc/operator.toml", "[models]\nallow = ['openai/*']\n[limits]\nfuel = '5G'\n")
        .with("etc/tenants/acme.toml", "[models]\nallow = ['openai/gpt-4', 'groq/*']\n")
        .with("s.lua", SPELL);
    let run = |arguments: &[&str]| harness.run(&[arguments, &["--offline", "--config", "etc/c.toml"]].concat());
    let told = "policy: etc/tenants/acme.toml:2:26: the model 'groq/*' is not granted: [models] allow in operator.toml would grant it\n";
    run(&["run", "s.lua", "--tenant", "acme"]).is(0, "asked\n", told);
    run(&["run", "s.lua"]).refuses(2, &["etc/tenants/local.toml: is not there", "tenant 'local'", "--tenant"]);
    let explained = ["policy", "explain", "--tenant", "acme", "--config", "etc/c.toml", "--output", "json"];
    let all: Value = serde_json::from_str(&harness.run(&explained).out).unwrap();
    let named = |name: &str| {
        let names = all["in_force"]["names"].as_array().unwrap();
        names.iter().find(|one| one["name"] == name).unwrap()["standing"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (named("openai/gpt-4"), named("openai/*"), named("groq/*")),
        ("granted".into(), "in-part".into(), "not-granted".into())
    );
    let fuel = all["in_force"]["limits"].as_array().unwrap().iter().find(|one| one["name"] == "fuel").unwrap();
    assert_eq!((&fuel["value"], &fuel["from"]), (&json!("5000000000"), &json!("etc/operator.toml:4:8")));
    assert_eq!(all["refused"].as_array().unwrap().len(), 1);
}

#[test]
fn a_policy_is_checked_and_explained() {
    let harness = Harness::new()
        .with("ok.toml", "[tools]\nallow = ['a']\n")
        .with("bad.toml", "[tools]\nallow = ['**']\n")
        .with("s.lua", "-- /// spell\n-- [tools]\n-- allow = ['a', 'b']\n-- ///");
    harness.run(&["policy", "check", "ok.toml"]).is(0, "", "");
    harness.run(&["policy", "check", "ok.toml", "bad.toml"]).refuses(2, &["bad.toml:2:10: [tools] allow: '**'"]);
    let ran = harness.run(&["policy", "check", "bad.toml", "--output", "json"]);
    let seen: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &seen[0]["error"]["line"], &seen[0]["error"]["column"]), (2, &json!(2), &json!(10)));
    let ran = harness.run(&["policy", "explain", "ok.toml", "--spell", "s.lua"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for part in [
        "ok.toml:2:10",
        "s.lua:3:18",
        "not granted",
        "(because of ok.toml)",
        "Asked and not granted",
        "[models]\n  allow      denied: no file allows it (ok.toml, s.lua)",
        "[events]\n  emit       denied: no file allows it (ok.toml, s.lua)\n  subscribe  denied",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in {}", ran.out);
    }
}

#[test]
fn a_misspelt_request_is_told_and_has_no_effect() {
    let harness = Harness::new()
        .with("s.lua", "-- /// Spell\n-- [tools]\n-- allow = []\n-- ///\nprint('ran')")
        .with("late.js", "print('ran');\n// /// spell\n// ///");
    let told = "s.lua:1: '-- /// Spell' has no effect: what a spell asks for begins with the line '-- /// spell', among the \
                comments before the first line of code, and it has to be written exactly so\n";
    harness.run(&["run", "s.lua"]).is(0, "ran\n", &format!("policy: {told}"));
    harness.run(&["validate", "s.lua"]).is(0, "", told);
    let ran = harness.run(&["run", "late.js"]);
    assert!(ran.err.starts_with("policy: late.js:2: '// /// spell' has no effect:"), "{}", ran.err);
    let ran = harness.run(&["policy", "explain", "--spell", "s.lua"]);
    assert_eq!(ran.err, told);
}

#[test]
fn a_suggestions_comments_are_names_as_they_are() {
    let harness = Harness::new().with("s.lua", "Event.emit('done', 1) pcall(llm.agent, {model = 'openai/gpt-4'})");
    let ran = harness.run(&["run", "s.lua", "--offline", "--trace-calls=t.jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let suggested = harness.run(&["policy", "suggest", "--from", "t.jsonl"]);
    assert!(suggested.out.contains("Used were: \"done\"\n"), "{}", suggested.out);
    assert!(!suggested.out.contains('\\'), "{}", suggested.out);
}

#[test]
fn a_run_succeeds_under_the_policy_that_was_suggested_for_it() {
    let spell = "Hook.register('agent:before_execution', function() end)\n\
                 local reply = llm.agent{model = 'gpt-4o', tools = {}}:run('x')\n\
                 Event.emit('done', env.LLM_MODEL) return reply.model .. ' ' .. env.LLM_MODEL";
    let harness = Harness::new().with("s.lua", spell).with("nothing.toml", "");
    let run = |flags: &[&str]| {
        let mut command = harness.command(&[&["run", "s.lua", "--offline"], flags].concat());
        Ran::of(command.env("LLM_MODEL", "canary-value").output().unwrap())
    };
    let first = run(&["--trace-calls=t.jsonl", "--allow-env", "LLM_MODEL"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let suggested = harness.run(&["policy", "suggest", "--from", "t.jsonl"]);
    assert_eq!((suggested.code, suggested.err.as_str()), (0, ""));
    assert!(!suggested.out.contains("canary"), "{}", suggested.out);
    let write_policy = |text: &str| std::fs::write(harness.path("p.toml"), text).unwrap();
    write_policy(&suggested.out);
    harness.run(&["policy", "check", "p.toml"]).is(0, "", "");
    let again = run(&["--policy", "p.toml"]);
    assert_eq!((again.code, &again.out, again.err.as_str()), (0, &first.out, ""));
    // It is the least: each name is needed.
    let names: Vec<&str> = suggested.out.lines().filter(|line| line.starts_with("allow = ")).collect();
    assert_eq!(names.len(), 3, "{}", suggested.out);
    for line in names {
        write_policy(&suggested.out.replace(line, "allow = []"));
        let less = run(&["--policy", "p.toml"]);
        assert!(less.code != 0 || less.out != first.out, "without {line}: {}", less.out);
    }
    assert_eq!(run(&["--policy", "nothing.toml"]).code, 3);
    harness.run(&["policy", "suggest", "--from", "s.lua"]).refuses(2, &["s.lua: line 1", "no journal"]);
}

#[test]
fn the_audit_names_all_that_a_commit_is_about() {
    let harness =
        Harness::new().with("deny.toml", "[state]\nallow = ['*']\ndeny = ['secret:*']\n[tools]\nallow = ['*']\n");
    let commit = "local c = {} for j = 1, 150 do c[j] = {op = 'check', scope = 'harmless', key = 'k' .. j, if_absent = true} end\n\
                  for j = 151, 300 do c[j] = {op = 'check', scope = 's' .. j, key = 'k', if_absent = true} end\n\
                  c[301] = {op = 'save', scope = 'secret:payroll', key = 'k', value = 1}\n";
    let run = |code: &str, flags: &[&str]| {
        harness.run(&[&["exec", &format!("{commit}{code}"), "--store", "memory", "--audit", "a.jsonl"], flags].concat())
    };
    assert_eq!(run("State.commit(c) State.commit(c)", &[]).code, 0);
    let lines = || -> Vec<Value> {
        let text = harness.read("a.jsonl");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let states: Vec<Value> = lines().iter().map(|line| line["what"]["state"].clone()).collect();
    let names: Vec<&Value> = states.iter().filter_map(Value::as_array).flatten().collect();
    assert_eq!((names.len(), names.contains(&&json!("secret:payroll"))), (152, true));
    assert_eq!(lines().len(), 5, "begin, two parts, how often, end");
    // The one that is denied comes first.
    assert_eq!(run("return pcall(State.commit, c)", &["--policy", "deny.toml"]).code, 0);
    let denied = lines().into_iter().find(|line| line["decision"] == "denied").unwrap();
    assert_eq!(denied["what"]["state"][0], "secret:payroll");
}

#[test]
fn every_decision_is_on_record_and_a_change_is_found() {
    let harness = Harness::new().with("p.toml", "[models]\nallow = ['openai/gpt-4']\n").with("s.lua", SPELL);
    let run = |code: &str| {
        harness.run(&["exec", code, "--offline", "--policy", "p.toml", "--audit", "a.jsonl", "--tenant", "acme"])
    };
    assert_eq!(run("llm.complete{model = 'openai/gpt-4', messages = {{role = 'user', content = 'canary'}}}").code, 0);
    assert_eq!(run("return env.HOME, pcall(llm.agent, {model = 'openai/o1\\n\\27[2J'})").code, 0);
    let text = harness.read("a.jsonl");
    assert!(
        !text.contains("canary") && text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)),
        "{text}"
    );
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&str, &str)> =
        lines.iter().map(|line| (line["call"].as_str().unwrap(), line["decision"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("run.begin", "begun"),
            ("agent.complete", "granted"),
            ("model.call", "granted"),
            ("run.end", "ended"),
            ("run.begin", "begun"),
            ("environment.get", "denied"),
            ("run.end", "ended"),
        ]
    );
    assert_eq!((&lines[1]["what"], &lines[1]["tenant"]), (&json!({ "models": ["openai/gpt-4"] }), &json!("acme")));
    assert!(lines[1]["run"] != lines[5]["run"] && lines[1]["spell"].as_str().unwrap().len() == 64);
    let ran = harness.run(&["audit", "verify", "a.jsonl"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("7 lines, none changed or missing"), "{}", ran.out);
    std::fs::write(harness.path("a.jsonl"), text.replacen("\"denied\"", "\"granted\"", 1)).unwrap();
    harness.run(&["audit", "verify", "a.jsonl"]).refuses(1, &["a.jsonl: line 6 was changed"]);
    // Without its head it can't be told what was cut off.
    std::fs::write(harness.path("a.jsonl"), text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
    std::fs::remove_file(harness.path("a.jsonl.head")).unwrap();
    let missing = "a.jsonl.head is missing or empty";
    harness.run(&["exec", "print('ran')", "--audit", "a.jsonl"]).refuses(2, &[missing, "audit verify", "move it away"]);
    harness.run(&["audit", "verify", "a.jsonl"]).refuses(1, &[missing]);
    // What can't be recorded does not happen.
    harness.run(&["exec", "print('ran')", "--audit", "none/a.jsonl"]).refuses(2, &["the audit can't be written"]);
    harness.run(&["exec", "print('ran')", "--audit", "s.lua"]).refuses(2, &["s.lua.head is missing"]);
    let ran = harness.run(&["exec", "x = env.HOME print('ran')", "--audit", "/dev/full"]);
    ran.refuses(2, &["/dev/full: it is no plain file"]);
}

const FILES: &str = "local file, why = io.open('out/x.txt', 'w')\n\
                     if not file then return why.message end\n\
                     file:write(io.open('data/a.txt'):read('a')):close()\n\
                     return util.read_file('data/a.txt')";

#[test]
fn files_are_granted_by_flags_as_they_are_seen_from_the_working_folder() {
    let harness = Harness::new().with("s.lua", FILES).with("data/a.txt", "a").with("out/old.txt", "");
    let run = |flags: &[&str]| harness.run(&[&["run", "s.lua"], flags].concat());
    let refused = "the path to write 'out/x.txt' is not granted: --allow-write out/x.txt grants it\n";
    run(&[]).is(0, refused, &format!("warn {refused}"));
    run(&["--allow-read", "data", "--allow-write", "out"]).is(0, "a\n", "");
    assert_eq!(harness.read("out/x.txt"), "a");
    run(&["--allow-read", "data/a.txt", "--allow-write", "out/*.txt"]).is(0, "a\n", "");
    let ran = run(&["--allow-read", "data", "--allow-write", "out/*.md"]);
    assert!(ran.out.contains("--allow-write"), "{}", ran.out);
    for (flag, path, part) in [
        ("--allow-read", "dta", "there is no file or folder"),
        ("--allow-write", "nowhere/x.txt", "there is no folder for"),
        ("--allow-read", "*", "name a folder"),
        ("--allow-read", "data/**", "'**' means no more"),
        ("--allow-read", "s.lua/*", "is no folder"),
        ("--allow-write", "", "is empty"),
    ] {
        run(&[flag, path]).refuses(2, &[flag, part]);
    }
}

#[test]
fn files_of_a_policy_are_beside_it_and_explained_and_suggested() {
    let policy =
        "[files]\nread = ['../data']\nwrite = [{path = '../out', max-file = '1KiB'}]\ndeny = ['../data/b.txt']\n";
    let harness = Harness::new()
        .with("s.lua", FILES)
        .with("data/a.txt", "a")
        .with("data/b.txt", "b")
        .with("out/old.txt", "")
        .with("policies/p.toml", policy)
        .with("policies/missing.toml", "[files]\nread = ['nowhere']\n");
    let run = |flags: &[&str]| harness.run(&[&["run", "s.lua"], flags].concat());
    run(&["--policy", "policies/p.toml"]).is(0, "a\n", "");
    let denied = harness.run(&["exec", "return tools.file_read('data/b.txt')", "--policy", "policies/p.toml"]);
    assert!(denied.code == 3 && denied.err.contains("is denied by [files] deny = "), "{}", denied.err);
    assert!(!denied.err.contains(harness.path("data").to_str().unwrap()), "{}", denied.err);
    run(&["--policy", "policies/missing.toml"])
        .refuses(2, &["missing.toml:2:9", "there is no file or folder", "make it first"]);
    let explained = harness.run(&["policy", "explain", "policies/p.toml"]);
    assert!(explained.out.contains("[files]") && explained.out.contains("/out"), "{}", explained.out);
    run(&["--policy", "policies/p.toml", "--trace-calls=t.jsonl"]).is(0, "a\n", "");
    let suggested = harness.run(&["policy", "suggest", "--from", "t.jsonl"]);
    let section = suggested.out.split("[files]").nth(1).unwrap_or_default();
    assert!(section.contains("read = [") && section.contains("data/a.txt"), "{}", suggested.out);
    assert!(section.contains("write = [") && section.contains("out/x.txt"), "{}", suggested.out);
    assert!(!harness.read("t.jsonl").contains("\"a\""), "what is in a file is not recorded");
    // What a spell asks for itself is below its own folder, and narrows.
    let harness = harness.with("spell.toml", "[files]\nread = ['data']\n");
    let ran = harness.run(&["run", "s.lua", "--policy", "policies/p.toml"]);
    assert!(ran.out.contains("is not what the spell asks for: [files] write"), "{} {}", ran.out, ran.err);
}
