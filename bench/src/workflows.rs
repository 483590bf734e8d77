//! What the steps of a workflow cost beside their work, against LangGraph: each side in its own process, taking turns. Where
//! a side is not installed (`make bench-workflows` does it), it is left out.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use llmspell_wasm::{Config, Ending, Grants, Runtime, Spell, state};
use serde_json::{Value, json};

use crate::measure::{Times, process_cpu};
use crate::state::Folder;
use crate::table::Table;

const ROUNDS: usize = 5;
/// Of a work that takes others a minute.
const FEW_ROUNDS: usize = 2;

/// A work: what it is called here and by the others, its steps, and how often it is done in a round.
struct Row {
    what: &'static str,
    work: &'static str,
    size: u32,
    units: u32,
}

const ROWS: [Row; 7] = [
    Row { what: "one step, a function", work: "function", size: 1, units: 100 },
    Row { what: "one step, a tool", work: "tool", size: 1, units: 100 },
    Row { what: "1,000 steps in a row", work: "function", size: 1_000, units: 1 },
    Row { what: "100 steps at the same time", work: "parallel", size: 100, units: 3 },
    Row { what: "a loop of 1,000 steps", work: "loop", size: 1_000, units: 1 },
    Row { what: "a loop of 10,000 steps", work: "loop", size: 10_000, units: 1 },
    Row { what: "20 steps, each kept in SQLite", work: "checkpoint", size: 20, units: 5 },
];

const CONFIG: &str = "limits = { max-host-calls = '1G', max-tool-calls = '1G', max-host-bytes = '64GiB', fuel = '1000G', timeout = '10min' }";

/// What is done `units` times with the flow that it makes.
fn spell(row: &Row, units: u32) -> String {
    let Row { work, size, .. } = row;
    let flow = match *work {
        "tool" => "Tool.register{name = 'increase', parameters = {type = 'object', properties = {value = {type = 'integer'}}, required = {'value'}},
            execute = function(input) return input.value + 1 end}
          local flow = Workflow.sequential{steps = {{tool = 'increase', input = {value = '$input'}}}}"
            .into(),
        "parallel" => format!("local steps = {{}} for i = 1, {size} do steps[i] = function() return 1 end end
          local flow = Workflow.parallel{{steps = steps, merge = 'list', max_concurrency = 64}}"),
        "loop" => format!("local flow = Workflow.loop{{range = {{start = 0, ['end'] = {size}}}, max_iterations = {size}, aggregation = 'none',
          body = {{function(ctx) return ctx.previous.output + 1 end}}}}"),
        _ => format!("local steps = {{}} for i = 1, {size} do steps[i] = function(ctx) return ctx.previous.output + 1 end end
          local flow = Workflow.sequential{{steps = steps}}"),
    };
    // No execution may find what another one left.
    let options = if *work == "checkpoint" { ", {checkpoint = tostring(math.random(1 << 52))}" } else { "" };
    format!(
        "{flow} local result = {{}} for i = 1, {units} do result = flow:execute(0{options}) end
      local output = result.output return tostring(type(output) == 'table' and #output or output)"
    )
}

/// One that does the works, and says what CPU time a round took and what came of it.
enum Contender {
    Ours(Box<(Runtime, tokio::runtime::Runtime, Folder)>),
    Peer { child: Child, input: ChildStdin, output: BufReader<ChildStdout> },
}

impl Contender {
    fn ours() -> Result<Contender> {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let folder = Folder::new("workflows")?;
        let store = state::Settings::new(state::Place::Sqlite(folder.at("store.db")));
        let runtime = Runtime::new(Config { store, ..Config::from_toml(CONFIG, &|_| None)? })?;
        Ok(Contender::Ours(Box::new((runtime, tokio, folder))))
    }

    /// `None`: it is not installed.
    fn peer(program: PathBuf, script: &str, is_there: bool) -> Result<Option<Contender>> {
        if !is_there {
            return Ok(None);
        }
        let mut child = Command::new(&program).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.with_context(|| format!("{} has no pipes", program.display()))?;
        Ok(Some(Contender::Peer { child, input, output: BufReader::new(output) }))
    }

    fn round(&mut self, row: &Row) -> Result<(f64, String)> {
        match self {
            Contender::Ours(ours) => {
                // Others have made their graph before; so what comes before the first execution does not count here either.
                let (before, _) = Contender::execute(ours, row, 0)?;
                let (taken, result) = Contender::execute(ours, row, row.units)?;
                Ok((taken - before, result))
            }
            Contender::Peer { input, output, .. } => {
                writeln!(input, "{}", json!({ "work": row.work, "size": row.size, "units": row.units }))?;
                let mut line = String::new();
                output.read_line(&mut line)?;
                let said: Value = serde_json::from_str(&line).with_context(|| format!("a peer says {line:?}"))?;
                let taken = said.get("cpu").and_then(Value::as_f64).context("a peer says no time")?;
                let result = said.get("result").and_then(Value::as_str).context("a peer says no result")?;
                Ok((taken, result.into()))
            }
        }
    }

    fn execute(ours: &(Runtime, tokio::runtime::Runtime, Folder), row: &Row, units: u32) -> Result<(f64, String)> {
        let (runtime, tokio, _) = ours;
        let (source, limits) = (spell(row, units), runtime.config().limits.clone());
        let began = process_cpu();
        let outcome = tokio.block_on(runtime.run(Spell::new("lua", "bench.lua", &source), Grants::local(), limits));
        let taken = (process_cpu() - began).as_secs_f64();
        match outcome.ending {
            Ending::Completed => {
                Ok((taken, outcome.result.as_ref().and_then(Value::as_str).unwrap_or_default().into()))
            }
            ending => bail!("{}: {}", ending.word(), outcome.error.unwrap_or_default().message),
        }
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        if let Contender::Peer { child, .. } = self {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub fn compare() -> Result<()> {
    let built = std::env::current_exe()?;
    let built = built.ancestors().nth(2).context("the folder that the build is in")?;
    let (peers, scripts) = (built.join("bench-peers"), Path::new(env!("CARGO_MANIFEST_DIR")).join("peers"));
    let python = peers.join("venv/bin/python");
    let is_python = python.exists();
    let script = scripts.join("workflows.py").display().to_string();
    // Beside its packages, which Node looks for there.
    let module = peers.join("node/workflows.mjs");
    let contenders = [
        ("llmspell-wasm (Lua)", Some(Contender::ours()?)),
        ("LangGraph (Python)", Contender::peer(python, &script, is_python)?),
        ("LangGraph.js", Contender::peer("node".into(), &module.display().to_string(), module.exists())?),
    ];
    let mut contenders: Vec<_> = contenders.into_iter().filter_map(|(name, one)| Some((name, one?))).collect();
    let names: Vec<&str> = contenders.iter().map(|(name, _)| *name).collect();
    let mut head = vec!["what".to_owned()];
    head.extend(names.iter().map(|name| format!("{name}, µs")));
    head.extend(names.iter().skip(1).map(|name| format!("to {name}")));
    let mut table = Table::of(head);
    let mut loops = Vec::new();
    for row in &ROWS {
        let mut times: Vec<Vec<f64>> = contenders.iter().map(|_| Vec::new()).collect();
        let mut expected = None;
        let rounds = if row.size >= 10_000 { FEW_ROUNDS } else { ROUNDS };
        for round in 0..=rounds {
            for ((_, contender), times) in contenders.iter_mut().zip(&mut times) {
                let (taken, result) = contender.round(row)?;
                let expected = expected.get_or_insert_with(|| result.clone());
                ensure!(result == *expected, "{}: the results differ: {result} and {expected}", row.what);
                // The first does not count.
                times.extend((round > 0).then_some(taken / f64::from(row.units)));
            }
        }
        let medians: Vec<f64> = times.into_iter().map(|times| Times::from_iter(times).median()).collect();
        let ours = medians.first().copied().unwrap_or(f64::NAN);
        let mut cells = vec![row.what.to_owned()];
        cells.extend(medians.iter().map(|median| format!("{:.0}", median * 1e6)));
        cells.extend(medians.iter().skip(1).map(|median| format!("{:.3}", ours / median)));
        table.row(cells);
        if row.work == "loop" {
            loops.push(medians);
        }
    }
    println!("## Workflows\n");
    println!(
        "CPU time of all threads of one execution of a workflow that is made before, median of {ROUNDS} rounds ({FEW_ROUNDS} of 10,000 steps);"
    );
    println!(
        "a ratio is ours to theirs, lower is better. A step adds one to the output of the one before: in ours each is a call"
    );
    println!("of the spell's function, out of the host and back.\n");
    table.print();
    if let [short, long] = loops.as_slice() {
        let growth =
            names.iter().zip(short.iter().zip(long)).map(|(name, (short, long))| format!("{name} {:.1}", long / short));
        println!("Ten times as many steps take so many times the CPU: {}.\n", growth.collect::<Vec<_>>().join(", "));
    }
    Ok(())
}
