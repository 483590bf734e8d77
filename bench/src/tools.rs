//! What a call of a tool costs: from the spell to the host, back to the spell's function, and the answer the same way.

use anyhow::Result;

use crate::measure::in_turn;
use crate::sandbox::Sandbox;
use crate::table::Table;

const ROUNDS: u32 = 7;
const CALLS: u32 = 2_000;

/// What is done `CALLS` times with the tool "add".
const ROWS: &[(&str, &str)] = &[
    ("Tool.execute of a spell's tool", "Tool.execute('add', { a = i, b = 1 })"),
    ("tools.add(i, 1)", "tools.add(i, 1)"),
    ("refused arguments, caught", "pcall(Tool.execute, 'add', { a = 'x' })"),
    ("Tool.register and remove", "Tool.register(other) Tool.remove('other')"),
];

const BEFORE: &str = "
local parameters = { type = 'object', required = { 'a', 'b' },
  properties = { a = { type = 'integer' }, b = { type = 'integer' } } }
Tool.register { name = 'add', parameters = parameters, execute = function(input) return input.a + input.b end }
local other = { name = 'other', parameters = parameters, execute = function() end }
";

pub fn measure(sandbox: &Sandbox) -> Result<()> {
    let mut table = Table::new(["what", "sandbox, µs", "median"]);
    for (what, each) in ROWS {
        let source = format!("{BEFORE} for i = 1, {CALLS} do {each} end return 'done'");
        let times = in_turn(ROUNDS, CALLS, &[&|| sandbox.run(&source)])?;
        let microseconds = |seconds: Option<f64>| format!("{:.2}", seconds.unwrap_or(f64::NAN) * 1e6);
        let first = times.first();
        table.row([
            (*what).into(),
            microseconds(first.map(|times| times.least())),
            microseconds(first.map(|times| times.median())),
        ]);
    }
    println!("## Tools\n");
    println!("Microseconds of CPU time for each, least of {ROUNDS} rounds.\n");
    table.print();
    Ok(())
}
