//! What retrieval costs: documents that are ingested, and searches in a collection of them. Words alone, in memory.

use anyhow::Result;

use crate::measure::in_turn;
use crate::sandbox::Sandbox;
use crate::table::Table;

const ROUNDS: u32 = 5;

/// What is done so many times, in a collection of 500 documents of 120 words.
const ROWS: &[(&str, u32, &str)] = &[
    ("RAG.ingest of 500 documents, each", 500, ""),
    ("the same again, each", 500, "RAG.ingest(documents)"),
    (
        "RAG.search for two words",
        200,
        "for i = 1, 200 do RAG.search('w' .. i .. ' w' .. i * 7 % 2000, { limit = 10 }) end",
    ),
    (
        "RAG.search with a filter",
        200,
        "for i = 1, 200 do RAG.search('w' .. i, { limit = 10, filter = { kind = i % 5 } }) end",
    ),
];

const BEFORE: &str = "
local documents, state = {}, 1
for i = 1, 500 do
  local words = {}
  for j = 1, 120 do
    state = (state * 1103515245 + 12345) % 2147483648
    words[j] = 'w' .. state // 65536 % 2000
  end
  documents[i] = { id = 'd' .. i, text = table.concat(words, ' '), metadata = { kind = i % 5 } }
end
RAG.cleanup('default')
RAG.ingest(documents)
";

pub fn measure(sandbox: &Sandbox) -> Result<()> {
    let mut table = Table::new(["what", "sandbox, µs", "median"]);
    for (what, count, each) in ROWS {
        let source = format!("{BEFORE} {each} return 'done'");
        let before = format!("{BEFORE} return 'done'");
        let times = in_turn(ROUNDS, *count, &[&|| sandbox.run(&source), &|| sandbox.run(&before)])?;
        let microseconds = |seconds: Option<f64>| format!("{:.1}", seconds.unwrap_or(f64::NAN) * 1e6);
        let took = |figure: &dyn Fn(usize) -> Option<f64>| match each.is_empty() {
            true => figure(0),
            // Without what was made before.
            false => Some(figure(0)? - figure(1)?),
        };
        table.row([
            (*what).into(),
            microseconds(took(&|place| times.get(place).map(|times| times.least()))),
            microseconds(took(&|place| times.get(place).map(|times| times.median()))),
        ]);
    }
    println!("## Retrieval\n");
    println!("Microseconds of CPU time for each, least of {ROUNDS} rounds.\n");
    table.print();
    Ok(())
}
