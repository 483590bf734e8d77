//! Standard tools beside what somebody would use in their place: Python's modules, and jq.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use llmspell_wasm::{Config, Grants, Runtime, Spell};
use rustix::time::{ClockId, clock_gettime};

use crate::measure::Times;
use crate::table::Table;

const ROUNDS: u32 = 5;

/// What is done, how often in a round, before that, and with what it is compared.
const ROWS: &[(&str, u32, &str, &str, &str)] = &[
    ("calculator", 500, "", "tools.calculator{input = '(2 + 3) * 4 ^ 2 / 7'}", "Python"),
    ("hash of 1 MiB", 10, MEBIBYTE, "tools.hash_calculator{input = text}", "Python"),
    ("Base64 of 1 MiB", 10, MEBIBYTE, "tools.base64_encoder{operation = 'encode', input = text}", "Python"),
    ("query of 1 MiB of JSON", 3, LIST, "tools.json_processor{input = text, query = '[.[].n] | add'}", "jq"),
    ("filter of 10 MiB of CSV", 2, TABLE, FILTER, "Python"),
    ("file of 1 KiB read", 500, "", "tools.file_read('small.txt')", "Python"),
    ("file of 10 MiB read", 3, "", "tools.file_read('large.txt')", "Python"),
    (
        "1,000 files written",
        1,
        "",
        "for n = 1, 1000 do tools.file_write('ours/' .. n .. '.txt', 'some text') end",
        "Python",
    ),
];
const MEBIBYTE: &str = "local text = ('x'):rep(1 << 20)";
const LIST: &str = "local text = assert(io.open('list.json')):read('a')";
const TABLE: &str = "local text = assert(io.open('table.csv')):read('a')";
const FILTER: &str =
    "tools.csv_analyzer{operation = 'filter', input = text, options = {column = 'n', operator = 'gt', value = 50}}";

const CONFIG: &str = "limits = { fuel = '1T', memory = '512MiB', max-host-calls = '1G', max-tool-calls = '1G', \
    max-host-bytes = '64GiB', max-value = '64MiB', max-reply = '64MiB', max-host-memory = '4GiB', max-written = '1GiB' }";

/// The others, in a process of its own that is asked row by row.
struct Peer(Child, ChildStdin, BufReader<ChildStdout>);

impl Peer {
    fn start(folder: &Path) -> Result<Peer> {
        let mut python = Command::new("python3");
        python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/peers/tools.py")).arg(folder);
        let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("python3")?;
        let (keys, shown) = (child.stdin.take(), child.stdout.take());
        Ok(Peer(child, keys.context("no standard input")?, BufReader::new(shown.context("no standard output")?)))
    }

    fn seconds(&mut self, row: &str, units: u32) -> Result<f64> {
        writeln!(self.1, "{}", serde_json::json!([row, units]))?;
        let mut line = String::new();
        self.2.read_line(&mut line)?;
        line.trim().parse().with_context(|| format!("python3 can't do '{row}': it and jq have to be installed"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn compare() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("llmspell-bench-{}", std::process::id()));
    lay_out(&folder)?;
    let folder = folder.canonicalize()?;
    let compared = compare_in(&folder);
    std::fs::remove_dir_all(&folder)?;
    compared
}

fn lay_out(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder.join("ours"))?;
    let items = |count: u32| (0..count).map(|n| format!("{{\"n\": {n}, \"name\": \"item {n}\"}}")).collect::<Vec<_>>();
    let mut table = String::from("name,n,note\n");
    (0..450_000).for_each(|n| table += &format!("item {n},{},some note\n", n % 100));
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text);
    write("list.json", &format!("[{}]", items(31_000).join(",")))?;
    write("table.csv", &table)?;
    write("small.txt", &"x".repeat(1 << 10))?;
    write("large.txt", &"x".repeat(10 << 20))?;
    Ok(())
}

fn compare_in(folder: &Path) -> Result<()> {
    let (mut peer, runtime) = (Peer::start(folder)?, Runtime::new(Config::from_toml(CONFIG, &|_| None)?)?);
    // Tools with much to do work in threads of their own: the whole process is measured.
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let granted = vec![folder.to_str().context("the folder's name is no UTF-8")?.to_owned()];
    let grants = Grants { read: granted.clone(), write: granted, work_folder: Some(folder.into()), ..Grants::local() };
    let mut table = Table::new(["what", "tool, ms", "peer, ms", "ratio", "of medians", "peer"]);
    for (what, units, before, each, of) in ROWS {
        let ours = |units: u32| -> Result<f64> {
            let source = format!("{before} for _ = 1, {units} do local _ = {each} end return 'done'");
            let source = if each.starts_with("for") { format!("{each} return 'done'") } else { source };
            let began = cpu();
            let spell = Spell::new("lua", "bench", &source);
            let outcome = tokio.block_on(runtime.run(spell, grants.clone(), runtime.config().limits.clone()));
            let error = outcome.error.unwrap_or_default().message;
            ensure!(outcome.result == Some("done".into()), "{what}: {error}");
            Ok((cpu() - began).as_secs_f64() / f64::from(units))
        };
        let (mut mine, mut others) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (one, other) = (ours(*units)?, peer.seconds(what, *units)?);
            if round > 0 {
                mine.push(one);
                others.push(other);
            }
        }
        let (mine, others) = (Times::from_iter(mine), Times::from_iter(others));
        let milliseconds = |seconds: f64| format!("{:.3}", seconds * 1e3);
        let ratio = |one: f64, other: f64| format!("{:.1}", one / other);
        table.row([
            (*what).into(),
            milliseconds(mine.least()),
            milliseconds(others.least()),
            ratio(mine.least(), others.least()),
            ratio(mine.median(), others.median()),
            (*of).into(),
        ]);
    }
    println!("## Standard tools\n");
    println!(
        "CPU time of the process for one call, least of {ROUNDS} rounds, in a spell in Lua that gets the text there and back; beside \
         Python's own modules, and the process of jq. Writing a file here is atomic and synced, there it is not.\n"
    );
    table.print();
    Ok(())
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
