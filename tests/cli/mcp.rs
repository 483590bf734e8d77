//! MCP servers as tools of spells, and spells as tools of an MCP server. The servers are doubles: tests/mcp/server.py.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout};

use serde_json::{Value, json};

use crate::harness::{Harness, Ran};

const LUA: &str = "return tools['double.echo']{text = params.text or 'hi'}";
const JAVASCRIPT: &str = "return await tools['double.echo']({text: params.text ?? 'hi'})";

fn config(more: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/mcp/server.py");
    format!("[mcp.double]\ncommand = ['/usr/bin/env', 'python3', '{script}', 'good']\n{more}")
}

fn harness() -> Harness {
    Harness::new().with("c.toml", config("")).with("s.lua", LUA).with("s.js", JAVASCRIPT)
}

fn run(harness: &Harness, spell: &str, flags: &[&str]) -> Ran {
    harness.run(&[&["run", spell, "--config", "c.toml"], flags].concat())
}

#[test]
fn a_server_has_to_be_granted() {
    let harness = harness()
        .with("allows.toml", "[mcp]\nallow = ['double']\n")
        .with("narrow.toml", "[mcp]\nallow = ['double.*']\ndeny = ['double.ec*']\n")
        .with("spelt.toml", "[mcp]\nallow = ['double']\ndeny = ['double.get_it*']\n")
        .with("silent.toml", "[tools]\nallow = ['*']\n");
    for (name, part) in [
        ("double.get-it.now/please", "is denied by [mcp] deny = \"double.get_it*\" in spelt.toml, line 3"),
        ("double.get_it.now/please", "there is no tool 'double.get_it.now/please'"),
        ("double__get-it-now_please", "there is no tool 'double__get-it-now_please'"),
    ] {
        let call = format!("return Tool.execute('{name}', {{}})");
        let ran = harness.run(&["exec", &call, "--config", "c.toml", "--policy", "spelt.toml"]);
        assert!(ran.code != 0 && ran.err.contains(part), "{name}: {}", ran.err);
    }
    for spell in ["s.lua", "s.js"] {
        run(&harness, spell, &["--mcp", "double"]).is(0, "hi\n", "");
        run(&harness, spell, &["--mcp", "double.echo"]).is(0, "hi\n", "");
        run(&harness, spell, &["--policy", "allows.toml"]).is(0, "hi\n", "");
        run(&harness, spell, &["--policy", "silent.toml", "--mcp", "double"]).is(0, "hi\n", "");
        for (flags, part) in [
            (&[][..], "the MCP tool 'double.echo' is not granted: --mcp double.echo grants it"),
            (&["--mcp", "double.add"], "the MCP tool 'double.echo' is not granted"),
            (&["--policy", "narrow.toml"], "is denied by [mcp] deny = \"double.ec*\" in narrow.toml, line 3"),
            (&["--policy", "silent.toml"], "double.echo"),
        ] {
            let ran = run(&harness, spell, flags);
            assert!(ran.code == 3 && ran.err.contains(part), "{spell} {flags:?}: {} {}", ran.code, ran.err);
        }
    }
    run(&harness, "s.lua", &["--mcp", "doubel"]).refuses(2, &["--mcp doubel", "did you mean 'double'?"]);
    run(&harness, "s.lua", &["--mcp", "a/b"]).refuses(2, &["--mcp", "no MCP server has"]);
    let none = Harness::new().with("s.lua", LUA);
    none.run(&["run", "s.lua", "--mcp", "double"]).refuses(2, &["the configuration names no MCP servers"]);
    let bad = harness.with("bad.toml", "[mcp.x]\ncommand = []\n");
    bad.run(&["mcp", "list", "--config", "bad.toml"]).refuses(2, &["bad.toml:2:11: mcp.x.command: names no program"]);
}

#[test]
fn list_check_and_call() {
    let harness = harness().with("dead.toml", config("").replace("'good'", "'dies'"));
    let listed = harness.run(&["mcp", "list", "--config", "c.toml"]);
    assert!(listed.code == 0 && listed.out.starts_with("double  /usr/bin/env python3 "), "{}", listed.out);
    let checked = harness.run(&["mcp", "check", "double", "--config", "c.toml"]);
    assert!(checked.out.starts_with("double: double 1, protocol 2025-06-18, 11 tools\n"), "{}", checked.out);
    assert!(checked.out.contains("  double.echo               echo of the double\n"), "{}", checked.out);
    let checked = harness.run(&["mcp", "check", "double", "--config", "c.toml", "--output", "json"]);
    let checked: Value = serde_json::from_str(&checked.out).unwrap();
    let odd_name = checked["tools"].as_array().unwrap().iter().find(|tool| tool["name"] == "double.get-it.now/please");
    assert_eq!(odd_name.unwrap()["model_name"], "double__get-it_now_please");
    let dead = harness.run(&["mcp", "check", "double", "--config", "dead.toml"]);
    assert!(dead.code == 1 && dead.out.contains("failed: the MCP server 'double' can't be started"), "{}", dead.out);
    let near = &["did you mean 'double'?", "[mcp.duoble] in the configuration would add it"];
    harness.run(&["mcp", "check", "duoble", "--config", "c.toml"]).refuses(2, near);
    let bare = Harness::new().with("empty.toml", "");
    let none = &["there is no MCP server 'time'; [mcp.time] in the configuration would add it"];
    bare.run(&["mcp", "check", "time", "--config", "empty.toml"]).refuses(2, none);
    let gone = harness.with("gone.toml", "[mcp.x]\ncommand = ['no-such-program']\n");
    let checked = gone.run(&["mcp", "check", "x", "--config", "gone.toml"]);
    assert!(checked.code == 1 && checked.out.contains("'no-such-program' is in no folder of PATH"), "{}", checked.out);
    let harness = gone;
    let call =
        |tool: &str, input: &str| harness.run(&["mcp", "call", "double", tool, "--input", input, "--config", "c.toml"]);
    call("add", "{\"a\": 1, \"b\": 2}").is(0, "{\n  \"sum\": 3\n}\n", "");
    let failed = call("fail", "{\"why\": \"no\"}");
    assert!(failed.code == 1 && failed.err.contains("no"), "{}", failed.err);
    let unknown = call("ehco", "{}");
    assert!(unknown.code == 1 && unknown.err.contains("did you mean 'double.echo'?"), "{}", unknown.err);
    call("echo", "[]").refuses(2, &["the input must be a JSON object"]);
}

#[test]
fn calls_are_counted_recorded_and_replayed_without_the_server() {
    let harness = harness();
    let flags =
        ["--mcp", "double", "--trace-calls=t.jsonl", "--audit", "a.log", "--record", "r.spellrun", "--seed", "1"];
    run(&harness, "s.lua", &flags).is(0, "hi\n", "");
    let trace = harness.read("t.jsonl");
    let call = trace.lines().find(|line| line.contains("\"tool.call\"")).unwrap();
    let call: Value = serde_json::from_str(call).unwrap();
    assert_eq!(call["need"], json!({"mcp": ["double.echo"]}));
    assert_eq!(call["args"], json!({"tool": "double.echo", "arguments": {"text": "hi"}}));
    assert!(harness.read("a.log").contains("{\"mcp\":[\"double.echo\"]"), "{}", harness.read("a.log"));
    let suggested = harness.run(&["policy", "suggest", "--from", "t.jsonl"]);
    assert!(suggested.out.contains("[mcp]\nallow = [\"double.echo\"]"), "{}", suggested.out);
    // Without any configuration there is no server.
    harness.run(&["replay", "r.spellrun"]).is(0, "hi\n", "");
    let twice = "tools['double.echo']{text = 'a'} tools['double.echo']{text = 'b'}";
    let ran = harness.run(&["exec", twice, "--config", "c.toml", "--mcp", "double", "--max-tool-calls", "1"]);
    assert_eq!(ran.code, 14, "{}", ran.err);
}

#[test]
fn approval_and_taint_hold() {
    let asks = "[mcp]\nallow = ['double']\n[approval]\nmcp = ['double.echo']\n";
    let taints = "[mcp]\nallow = ['double']\n[state]\nallow = ['*']\n[taint]\nstate = {unless = ['mcp']}\n";
    let saves = |first: &str| format!("{first} State.save('global', 'k', 1) return 'saved'");
    let harness = harness()
        .with("asks.toml", asks)
        .with("taints.toml", taints)
        .with("clean.lua", saves(""))
        .with("called.lua", saves("tools['double.echo']{text = 'x'}"))
        .with("listed.lua", saves("Tool.list()"));
    let refused = run(&harness, "s.lua", &["--policy", "asks.toml"]);
    assert!(refused.code == 3 && refused.err.contains("tool.call of 'double.echo' needs a yes"), "{}", refused.err);
    let digest: String = refused.err.split("--approve ").nth(1).unwrap().chars().take(64).collect();
    run(&harness, "s.lua", &["--policy", "asks.toml", "--approve", &digest]).is(0, "hi\n", "");
    run(&harness, "clean.lua", &["--policy", "taints.toml"]).is(0, "saved\n", "");
    for spell in ["called.lua", "listed.lua"] {
        let barred = run(&harness, spell, &["--policy", "taints.toml"]);
        assert!(barred.code == 3 && barred.err.contains("has brought in 'mcp'"), "{spell}: {}", barred.err);
    }
}

#[test]
fn whatever_a_server_says_leaves_a_mark() {
    let taints = "[mcp]\nallow = ['double']\n[state]\nallow = ['*']\n[models]\nallow = ['*']\n[taint]\nstate = {unless = ['mcp']}\n";
    let harness = harness()
        .with("refuses.toml", config("").replace("'good'", "'refuses_list', 'words of the server'"))
        .with("taints.toml", taints)
        .with("replies.jsonl", "{\"text\": \"done\"}\n");
    let flags = ["--policy", "taints.toml", "--model-script", "replies.jsonl", "--quiet"];
    let save = |language: &str, config: &str, first: &str| {
        let spell = match language {
            "lua" => format!("pcall(function() {first} end) State.save('global', 'k', 1) return 'saved'"),
            _ => format!("try {{ {first} }} catch {{}} await State.save('global', 'k', 1); return 'saved'"),
        };
        harness.run(&[&["exec", &spell, "--lang", language, "--config", config], &flags[..]].concat())
    };
    let step = "{name = 'w', steps = {{name = 's', tool = 'double.echo'}}}";
    let js_step = "{name: 'w', steps: [{name: 's', tool: 'double.echo'}]}";
    for (language, first) in [
        // The model is told what the server says of its tools.
        ("lua", "Agent.create{model = 'test'}:run('go', {tools = {'double.echo'}})"),
        ("javascript", "await Agent.create({model: 'test'}).run('go', {tools: ['double.echo']})"),
        ("lua", "llm.complete{model = 'test', prompt = 'go', tools = {'double.echo'}}"),
        ("javascript", "await llm.complete({model: 'test', prompt: 'go', tools: ['double.echo']})"),
        ("lua", "Agent.create{model = 'test', tools = {'double.echo'}}"),
        ("javascript", "Agent.create({model: 'test', tools: ['double.echo']})"),
        // The failure names the server's tools, or holds what it said.
        ("lua", "Tool.execute('double.nothing', {})"),
        ("javascript", "await Tool.execute('double.nothing', {})"),
        ("lua", "Tool.validate('double.echo', {text = 7})"),
        ("javascript", "Tool.validate('double.echo', {text: 7})"),
        ("lua", "Tool.info('double.nothing')"),
        ("javascript", "Tool.info('double.nothing')"),
        ("lua", &format!("Workflow.validate({step})")),
        ("javascript", &format!("Workflow.validate({js_step})")),
    ] {
        for config in ["c.toml", "refuses.toml"] {
            let barred = save(language, config, first);
            assert!(
                barred.code == 3 && barred.err.contains("has brought in 'mcp'"),
                "{language} {config} {first}: {} {}{}",
                barred.code,
                barred.out,
                barred.err
            );
        }
    }
    // A text that has such a name in it, and nothing else, asks no server.
    for (language, first) in [
        ("lua", "Agent.create{model = 'test', system = 'double.echo'}:run('double.echo')"),
        ("javascript", "await Agent.create({model: 'test', system: 'double.echo'}).run('double.echo')"),
    ] {
        save(language, "c.toml", first).is(0, "saved\n", "");
    }
}

#[test]
fn steps_of_workflows_call_them() {
    let harness = harness();
    let lua = "local flow = Workflow.sequential{name = 'w', steps = {{name = 'say', tool = 'double.echo', input = {text = 'hi'}}}}\n\
               return flow:execute{}.outputs.say";
    let javascript = "const flow = Workflow.sequential({name: 'w', steps: [{name: 'say', tool: 'double.echo', input: {text: 'hi'}}]});\n\
                      return (await flow.execute({})).outputs.say";
    for (language, text) in [("lua", lua), ("javascript", javascript)] {
        let run = |flags: &[&str]| {
            harness.run(&[&["exec", text, "--lang", language, "--config", "c.toml", "--quiet"], flags].concat())
        };
        run(&["--mcp", "double"]).is(0, "hi\n", "");
        let denied = run(&[]);
        assert!(denied.code == 1 && denied.err.contains("'double.echo' is not granted"), "{language}: {}", denied.err);
    }
}

#[test]
fn models_call_them_by_names_that_they_take() {
    let replies = r#"{"expect": {"tools": ["double__echo", "double__fail"]}, "tool_calls": [{"id": "c1", "name": "double__echo", "arguments": {"text": "from a model"}}, {"id": "c2", "name": "double__fail", "arguments": {"why": "it is closed"}}]}
{"expect": {"last": "it is closed"}, "text": "done"}
"#;
    let lua = "local agent = Agent.create{model = 'test', tools = {'double.echo', 'double.fail'}}\n\
               local reply, ok = agent:run('go'), {} for _, call in ipairs(reply.tool_calls) do ok[call.name] = call.ok end \
               return {text = reply.text, ok = ok}";
    let harness = harness().with("agent.lua", lua).with("replies.jsonl", replies);
    let ran = run(&harness, "agent.lua", &["--mcp", "double", "--model-script", "replies.jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        serde_json::from_str::<Value>(&ran.out).unwrap(),
        json!({"text": "done", "ok": {"double__echo": true, "double__fail": false}})
    );
    for name in ["double__echo", "double-_echo", "double--echo"] {
        let taken = format!("Tool.register{{name = '{name}', parameters = {{}}, execute = function() end}}");
        let ran = harness.run(&["exec", &taken, "--config", "c.toml", "--mcp", "double"]);
        assert!(ran.code == 1 && ran.err.contains("those of the MCP server 'double'"), "{name}: {}", ran.err);
    }
}

#[test]
fn keys_are_taken_out_and_no_process_is_left() {
    let word = format!("llmspell-mcp-{}", std::process::id());
    let more = format!("env = ['API_TOKEN', 'WORD={word}']\n");
    let harness = harness().with("c.toml", config(&more));
    let spell = "return tools['double.environment']{}";
    let mut command = harness.command(&["exec", spell, "--config", "c.toml", "--mcp", "double"]);
    let ran = Ran::of(command.env("API_TOKEN", "canary-0123456789").env("OTHER", "x").output().unwrap());
    assert!(ran.code == 0 && ran.out.contains(&word) && ran.out.contains("[redacted]"), "{} {}", ran.out, ran.err);
    assert!(!ran.out.contains("canary") && !ran.out.contains("OTHER"), "{}", ran.out);
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let left = all.filter_map(|one| std::fs::read(one.path().join("environ")).ok());
    assert_eq!(left.filter(|environ| String::from_utf8_lossy(environ).contains(&format!("WORD={word}"))).count(), 0);
}

/// A client that writes and reads lines.
struct Client {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Client {
    fn start(harness: &Harness, flags: &[&str]) -> Client {
        let mut child = harness.start(&[&["mcp", "serve", "spells"], flags].concat());
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut client = Client { child, answers };
        let about = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
        let begun = client.ask(1, "initialize", about);
        assert_eq!(begun["result"]["protocolVersion"], "2025-06-18", "{begun}");
        assert_eq!(begun["result"]["serverInfo"]["name"], "llmspell-wasm");
        client.send(&json!({"method": "notifications/initialized"}));
        client
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = "2.0".into();
        writeln!(self.child.stdin.as_mut().unwrap(), "{message}").unwrap();
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn ask(&mut self, id: u64, method: &str, params: Value) -> Value {
        self.send(&json!({"id": id, "method": method, "params": params}));
        loop {
            let answer = self.read();
            if answer["id"] == id {
                return answer;
            }
        }
    }

    fn call(&mut self, id: u64, name: &str, arguments: Value) -> Value {
        self.ask(id, "tools/call", json!({"name": name, "arguments": arguments}))["result"].take()
    }

    fn end(mut self) -> Ran {
        drop(self.child.stdin.take());
        Ran::of(self.child.wait_with_output().unwrap())
    }
}

const SUM: &str = "name: sum\ndescription: Adds two numbers\nentry: main.lua\ncapabilities: []\n\
                   parameters:\n  a: {type: integer, required: true, description: the first}\n  b: {type: integer, default: 2}\n";

fn served() -> Harness {
    Harness::new()
        .with("spells/sum/spell.yaml", SUM)
        .with("spells/sum/main.lua", "print('adding') return {sum = params.a + params.b}")
        .with("spells/shout/spell.yaml", "entry: main.js\n")
        .with("spells/shout/main.js", "return params.text.toUpperCase()")
        .with("spells/loop/spell.yaml", "entry: main.lua\n")
        .with("spells/loop/main.lua", "print('begun') while true do end")
        .with("spells/asks/spell.yaml", "entry: main.lua\n")
        .with("spells/asks/main.lua", "return http.get('https://example.org/').status")
        .with("spells/broken/spell.yaml", "entry: none.lua\n")
        .with("spells/notes/readme.txt", "no spell")
}

#[test]
fn spells_are_served_as_tools() {
    let harness = served();
    let mut client = Client::start(&harness, &["--fuel", "2G"]);
    let listed = client.ask(2, "tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["asks", "loop", "shout", "sum"]);
    assert_eq!(
        tools[3],
        json!({
            "name": "sum",
            "description": "Adds two numbers",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "a": {"type": "integer", "description": "the first"},
                    "b": {"type": "integer", "default": 2},
                },
                "required": ["a"],
                "additionalProperties": false,
            },
            "annotations": {"readOnlyHint": true, "openWorldHint": false},
        })
    );
    assert_eq!(tools[2]["inputSchema"], json!({"type": "object", "properties": {}}));
    assert_eq!(tools[2]["annotations"]["readOnlyHint"], false);
    assert!(!listed.to_string().contains("null"), "{listed}");
    let sum = client.call(3, "sum", json!({"a": 40}));
    assert_eq!((&sum["structuredContent"], &sum["isError"]), (&json!({"sum": 42}), &json!(false)));
    assert_eq!(sum["content"][0]["text"], "adding\n");
    assert_eq!(client.call(4, "shout", json!({"text": "hi"}))["content"], json!([{"type": "text", "text": "HI"}]));
    for (id, name, arguments, part) in [
        (5, "sum", json!({}), "requires the parameter 'a' (the first)"),
        (6, "sum", json!({"a": 1, "c": 1}), "no such parameter; did you mean"),
        (7, "loop", json!({}), "fuel: "),
        (8, "asks", json!({}), "denied: "),
    ] {
        let failed = client.call(id, name, arguments);
        let text = failed["content"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
        assert!(failed["isError"] == true && text.contains(part), "{name}: {failed}");
    }
    let unknown = client.ask(9, "tools/call", json!({"name": "none"}));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    let ended = client.end();
    assert!(ended.code == 0 && ended.err.contains("left out: ") && ended.err.contains("none.lua"), "{}", ended.err);
}

#[test]
fn a_call_that_is_cancelled_ends_and_progress_is_told() {
    let harness = served();
    let mut client = Client::start(&harness, &[]);
    let call = json!({"name": "loop", "arguments": {}, "_meta": {"progressToken": "p"}});
    client.send(&json!({"id": 2, "method": "tools/call", "params": call}));
    let progress = client.read();
    assert_eq!(progress["method"], "notifications/progress", "{progress}");
    assert_eq!(progress["params"], json!({"progressToken": "p", "progress": 1.0, "message": "begun"}));
    client.send(&json!({"method": "notifications/cancelled", "params": {"requestId": 2}}));
    assert_eq!(client.call(3, "shout", json!({"text": "hi"}))["content"][0]["text"], "HI");
    // A spell that still runs does not hold up the end.
    client.send(&json!({"id": 4, "method": "tools/call", "params": {"name": "loop", "arguments": {}}}));
    assert_eq!(client.end().code, 0);
    let empty = Harness::new().with("spells/readme.txt", "");
    empty.run(&["mcp", "serve", "spells"]).refuses(2, &["no folder in it has a spell.yaml"]);
}
