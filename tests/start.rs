//! What a start costs, as far as it can be counted.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Seek, SeekFrom};

use llmspell_wasm::model::Models;
use llmspell_wasm::{Config, Ending, Grants, Limits, Runtime, Spell};

/// wasmtime's MAX_REGIONS, in its pagemap.rs.
const MOST_RANGES: usize = 32;

const SPELLS: [(&str, &str); 2] = [
    (
        "lua",
        "local agent = Agent.create{ model = 'test/echo', tools = { Tool.register{ name = 'add', execute = function() end } } }
         for i = 1, 10000 do local t = { i } end
         return { agent:run('x').text, Config.get('version'), State.load('global', 'x') }",
    ),
    (
        "javascript",
        "const agent = Agent.create({ model: 'test/echo', tools: [Tool.register({ name: 'add', execute() {} })] });
         for (let i = 0; i < 10000; i++) ({ i });
         return [String(await agent.run('x')), Config.get('version'), (await State.load('global', 'x')) ?? null];",
    ),
];

/// The memory of an instance is given back page by page. Of more ranges than these the rest is unmapped, so that each start
/// meets the others' page faults, and takes twice as long: the guests keep together what a run writes.
#[test]
fn what_a_run_writes_lies_in_few_ranges() {
    for (language, source) in SPELLS {
        let mut config = Config::from_toml("", &|_| None).unwrap();
        (config.models, config.instances) = (Models::offline(), 1);
        let runtime = Runtime::new(config).unwrap();
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for _ in 0..2 {
            let spell = Spell::new(language, "start", source);
            let outcome = tokio.block_on(runtime.run(spell, Grants::local(), Limits::default()));
            assert_eq!(outcome.ending, Ending::Completed, "{language}: {:?}", outcome.error);
        }
        let ranges = written_ranges();
        assert!((1..MOST_RANGES).contains(&ranges), "{language}: {ranges} ranges");
    }
}

/// Ranges of pages that are this process's alone, of the snapshots that are mapped.
fn written_ranges() -> usize {
    const PAGE: u64 = 4096;
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut pagemap = std::fs::File::open("/proc/self/pagemap").unwrap();
    let mut ranges = 0;
    for line in maps.lines().filter(|line| line.contains("memfd:wasm-memory-image")) {
        let (from, to) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
        pagemap.seek(SeekFrom::Start(from / PAGE * 8)).unwrap();
        let mut entries = vec![0; usize::try_from((to - from) / PAGE * 8).unwrap()];
        pagemap.read_exact(&mut entries).unwrap();
        let mut before = false;
        for entry in entries.chunks_exact(8) {
            let bits = u64::from_le_bytes(entry.try_into().unwrap());
            let (present, of_the_file) = (bits >> 63 == 1, bits >> 61 & 1 == 1);
            let written = present && !of_the_file;
            ranges += usize::from(written && !before);
            before = written;
        }
    }
    ranges
}
