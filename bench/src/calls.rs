//! What comes once per spell or once per call.

use anyhow::{Context, Result};

use crate::language::Language;
use crate::measure::in_turn;
use crate::native::Environment;
use crate::programs::times_native;
use crate::sandbox::Sandbox;
use crate::table::Table;

const ROUNDS: u32 = 15;
const SPELLS: u32 = 200;
const CALLS: u32 = 20_000;

/// The variables that the spells read: a short and a long text.
pub fn environment() -> Environment {
    let long = "0123456789abcdef".repeat(64);
    Environment::from([("SHORT".into(), Some("short".into())), ("LONG".into(), Some(long))])
}

/// What a spell does before, and what it does `CALLS` times.
type Each = (&'static str, &'static str, &'static str);

/// As JSON this takes 1 KiB.
const NESTED: &str = r#"local nested = { name = "a run", tags = { "one", "two", "three" }, steps = {} }
for i = 1, 9 do
  nested.steps[i] = { id = i, name = "step " .. i, done = i % 2 == 0, took = i / 8, input = { text = "some words to work on", tokens = 100 * i } }
end
"#;

const LUA: &[Each] = &[
    ("host call, 5-byte text back: os.getenv", "", "os.getenv('SHORT')"),
    ("host call, 1 KiB text back: os.getenv", "", "os.getenv('LONG')"),
    ("host call, 1 KiB table there: Logger.info", NESTED, "Logger.info('a message', nested)"),
    ("host call, 0.4 KiB table back: Config.get", "", "Config.get('')"),
    ("a float to text and back", "", "tonumber(tostring(0.1))"),
    ("pcall(error)", "local pcall, error = pcall, error\n", "pcall(error)"),
    (
        "coroutine: resume and yield",
        "local yield = coroutine.yield\nlocal step = coroutine.wrap(function() while true do yield() end end)\n",
        "step()",
    ),
];

const NESTED_OBJECT: &str = r#"const nested = { name: "a run", tags: ["one", "two", "three"], steps: [] };
for (let i = 1; i <= 9; i++)
  nested.steps.push({ id: i, name: "step " + i, done: i % 2 === 0, took: i / 8, input: { text: "some words to work on", tokens: 100 * i } });
"#;

const JAVASCRIPT: &[Each] = &[
    ("host call, 5-byte text back: env.SHORT", "", "env.SHORT;"),
    ("host call, 1 KiB text back: env.LONG", "", "env.LONG;"),
    ("host call, 1 KiB object there: Logger.info", NESTED_OBJECT, "Logger.info('a message', nested);"),
    ("host call, 0.4 KiB object back: Config.get", "", "Config.get('');"),
    ("a float to text and back", "", "Number(String(0.1));"),
    ("throw and catch", "const error = new Error();\n", "try { throw error; } catch { }"),
    ("new Error, with its stack", "", "new Error('a message');"),
    ("generator: next", "const steps = (function* () { for (;;) yield; })();\n", "steps.next();"),
    ("promise turn: await of nothing", "", "await undefined;"),
    ("promise turn: call of an async function", "const nothing = async () => {};\n", "await nothing();"),
];

pub fn compare(sandbox: &Sandbox, language: &Language) -> Result<()> {
    let config = sandbox.value(language.word, language.config)?;
    let mut table = Table::new(["what", "native, µs", "sandbox, µs", "least", "medians"]);
    let mut add = |what: &str, units, native: &dyn Fn() -> Result<String>, ours: &dyn Fn() -> Result<String>| {
        let times = in_turn(ROUNDS, units, &[native, ours]).context(what.to_string())?;
        let [native, ours] = times.as_slice() else { return Ok(()) };
        let microseconds = |seconds: f64| format!("{:.2}", seconds * 1e6);
        table.row([
            what.into(),
            microseconds(native.least()),
            microseconds(ours.least()),
            times_native(ours.least() / native.least()),
            times_native(ours.median() / native.median()),
        ]);
        anyhow::Ok(())
    };
    let repeat = |run: &dyn Fn(&str) -> Result<String>| {
        let mut result = Ok(String::new());
        for _ in 0..SPELLS {
            result = run(language.two);
        }
        result
    };
    let run = |source: &str| sandbox.run_in(language.word, source);
    let fresh = format!("fresh spell: set up, run `{}`, drop", language.two);
    add(&fresh, SPELLS, &|| repeat(&language.native), &|| repeat(&run))?;
    for (what, before, each) in if language.word == "lua" { LUA } else { JAVASCRIPT } {
        let source = language.repeated(before, each, CALLS);
        let native = || (language.native_with_host)(&source, &sandbox.grants.environment, &config);
        add(what, CALLS, &native, &|| run(&source))?;
    }
    println!("## Spells and calls in {}\n", language.name);
    println!("Microseconds of CPU time, least of {ROUNDS} rounds, and times native.\n");
    table.print();
    Ok(())
}
