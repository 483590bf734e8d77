//! What hooks and events cost: the host calls functions of the spell.

use anyhow::Result;

use crate::measure::in_turn;
use crate::sandbox::Sandbox;
use crate::table::Table;

const ROUNDS: u32 = 7;
const CALLS: u32 = 2_000;

/// What is done `CALLS` times, after what comes before it, and what has to come out.
struct Row {
    what: &'static str,
    before: &'static str,
    each: &'static str,
    after: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        what: "Hook.register and unregister",
        before: "",
        each: "Hook.register('custom:x', f):unregister()",
        after: "",
    },
    Row { what: "Hook.execute, no hook", before: "", each: "Hook.execute('custom:x', data)", after: "" },
    Row {
        what: "Hook.execute, 1 hook",
        before: "Hook.register('custom:x', f)",
        each: "Hook.execute('custom:x', data)",
        after: "",
    },
    Row {
        what: "Hook.execute, 8 hooks",
        before: "for i = 1, 8 do Hook.register('custom:x', f) end",
        each: "Hook.execute('custom:x', data)",
        after: "",
    },
    Row { what: "Event.emit, no subscriber", before: "", each: "Event.emit('a.b', data)", after: "" },
    Row {
        what: "Event.emit, 100 others subscribed",
        before: "for i = 1, 100 do Event.subscribe('x' .. i .. '.*') end",
        each: "Event.emit('a.b', data)",
        after: "",
    },
    Row {
        what: "Event.emit and receive",
        before: "local id = Event.subscribe('a.*')",
        each: "Event.emit('a.b', data) Event.receive(id, 0)",
        after: "",
    },
    Row {
        what: "Event.emit to a handler, 500 at a time",
        before: "local heard = 0 Event.subscribe('a.*', function() heard = heard + 1 end)",
        each: "Event.emit('a.b', data) if i % 500 == 0 then while heard < i do util.sleep(0) end end",
        after: "",
    },
];

pub fn measure(sandbox: &Sandbox) -> Result<()> {
    let mut table = Table::new(["what", "sandbox, µs", "median"]);
    for Row { what, before, each, after } in ROWS {
        let source = format!(
            "local calls, data = {CALLS}, {{ user = 'ada', n = 1 }} local function f() end {before}\n\
            for i = 1, calls do {each} end {after} return 'done'"
        );
        let times = in_turn(ROUNDS, CALLS, &[&|| sandbox.run(&source)])?;
        let microseconds = |seconds: Option<f64>| format!("{:.2}", seconds.unwrap_or(f64::NAN) * 1e6);
        let first = times.first();
        table.row([
            (*what).into(),
            microseconds(first.map(|times| times.least())),
            microseconds(first.map(|times| times.median())),
        ]);
    }
    println!("## Hooks and events\n");
    println!("Microseconds of CPU time for each, least of {ROUNDS} rounds; the data is a table of two fields.\n");
    table.print();
    Ok(())
}
