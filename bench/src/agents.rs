//! What a request to a model costs beside the model itself: against the same request made of Rig without a sandbox. The
//! model is a double that answers at once.

use std::cell::RefCell;

use anyhow::{Result, bail};
use llmspell_wasm::model::{Message, Models, Question, Script, Settings};
use llmspell_wasm::{Config, Ending, Grants, Runtime, Spell};

use crate::measure::in_turn;
use crate::table::Table;

const ROUNDS: u32 = 7;
const CALLS: u32 = 1_000;

const SCRIPT: &str = r#"{"match": {"last": "add", "tools": ["add"]}, "tool_calls": [{"id": "c", "name": "add", "arguments": {"a": 1, "b": 2}}], "repeat": 1000000}
{"text": "Hello there.", "usage": {"input_tokens": 5, "output_tokens": 3}, "repeat": 1000000}"#;

/// What is done `CALLS` times, and how many requests each makes.
const ROWS: &[(&str, u32, &str)] = &[
    ("llm.complete", 1, "llm.complete{messages = messages}"),
    ("agent:run, stateless", 1, "agent:run('Hello')"),
    ("agent:stream, every piece heard", 1, "agent:stream('Hello', hear)"),
    ("agent:run with a call of a tool", 2, "clerk:run('add')"),
    ("agent:run with hooks before and after", 1, "hooked:run('Hello')"),
];

const BEFORE: &str = "
local messages = {{role = 'user', content = 'Hello'}}
local agent = Agent.create{name = 'plain', stateless = true}
local clerk = Agent.create{name = 'clerk', stateless = true, tools = {
  {name = 'add', parameters = {type = 'object', properties = {a = {type = 'integer'}, b = {type = 'integer'}}},
   execute = function(input) return input.a + input.b end}}}
local function hear() end
Hook.register('agent:hooked:before_execution', hear)
Hook.register('agent:hooked:after_execution', hear)
local hooked = Agent.create{name = 'hooked', stateless = true}
";

const CONFIG: &str =
    "limits = { max-host-calls = '1G', max-tool-calls = '1G', max-host-bytes = '1GiB', max-output = '1GiB' }";

pub fn measure() -> Result<()> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let models = Models::scripted(Script::parse(SCRIPT)?);
    let mut config = Config::from_toml(CONFIG, &|_| None)?;
    config.models = models.clone();
    let runtime = Runtime::new(config)?;
    let name = models.resolve(None, None)?;
    let problem = RefCell::new(None);
    let rig = || {
        tokio.block_on(async {
            for _ in 0..CALLS {
                let question =
                    Question { system: None, messages: vec![Message::user("Hello")], settings: Settings::default() };
                if let Err(error) = models.ask(&name, question).await {
                    *problem.borrow_mut() = Some(error.to_string());
                }
            }
        });
        if let Some(problem) = problem.take() {
            bail!(problem);
        }
        Ok("done".to_string())
    };
    let mut table = Table::new(["what", "Rig alone, µs", "sandbox, µs", "more a request, µs"]);
    for (what, requests, each) in ROWS {
        let source = format!("{BEFORE} for i = 1, {CALLS} do {each} end return 'done'");
        let ours = || {
            let spell = Spell::new("lua", "bench.lua", &source);
            let limits = runtime.config().limits.clone();
            let outcome = tokio.block_on(runtime.run(spell, Grants::local(), limits));
            match outcome.ending {
                Ending::Completed => Ok("done".to_string()),
                ending => bail!("{}: {}", ending.word(), outcome.error.unwrap_or_default().message),
            }
        };
        let times = in_turn(ROUNDS, CALLS, &[&rig, &ours])?;
        let [alone, ours] = times.as_slice() else { continue };
        let microseconds = |seconds: f64| format!("{:.1}", seconds * 1e6);
        let more = (ours.least() - alone.least() * f64::from(*requests)) / f64::from(*requests);
        table.row([(*what).into(), microseconds(alone.least()), microseconds(ours.least()), microseconds(more)]);
    }
    println!("## Requests to a model\n");
    println!("Microseconds of CPU time for each, least of {ROUNDS} rounds, with a model that answers at once.\n");
    table.print();
    Ok(())
}
