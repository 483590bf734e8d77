//! What comes once per spell or once per call.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::measure::in_turn;
use crate::native;
use crate::programs::times_native;
use crate::sandbox::Sandbox;
use crate::table::Table;

const ROUNDS: u32 = 15;
const SPELLS: u32 = 200;
const CALLS: u32 = 20_000;

/// The variables that the spells read: a short and a long text.
pub fn environment() -> BTreeMap<String, Option<String>> {
    let long = "0123456789abcdef".repeat(64);
    BTreeMap::from([("SHORT".into(), Some("short".into())), ("LONG".into(), Some(long))])
}

/// As JSON this takes 1 KiB.
const NESTED: &str = r#"local nested = { name = "a run", tags = { "one", "two", "three" }, steps = {} }
for i = 1, 9 do
  nested.steps[i] = { id = i, name = "step " .. i, done = i % 2 == 0, took = i / 8, input = { text = "some words to work on", tokens = 100 * i } }
end
"#;

/// Each is done `CALLS` times by one spell.
const EACH: &[(&str, &str, &str)] = &[
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

pub fn compare(sandbox: &Sandbox) -> Result<()> {
    let config = sandbox.value("return Config.get('')")?;
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
            result = run("return tostring(1 + 1)");
        }
        result
    };
    add("fresh spell: set up, run `return tostring(1 + 1)`, drop", SPELLS, &|| repeat(&native::run), &|| {
        repeat(&|source| sandbox.run(source))
    })?;
    for (what, before, call) in EACH {
        let source = format!("{before}for _ = 1, {CALLS} do {call} end return 'done'");
        add(what, CALLS, &|| native::run_with_host(&source, &sandbox.grants.environment, &config), &|| {
            sandbox.run(&source)
        })?;
    }
    println!("## Spells and calls\n");
    println!("Microseconds of CPU time, least of {ROUNDS} rounds, and times native.\n");
    table.print();
    Ok(())
}
