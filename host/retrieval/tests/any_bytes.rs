//! Readers, chunks, words and filters take any bytes: they answer or say why not, and go nowhere else.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use llmspell_retrieval::{Chunking, Filter, Format, Unit, csv, docx, html, split};

/// Numbers that repeat from run to run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// A seed with pieces of others in it, bytes changed and parts gone.
    fn mutate(&mut self, seeds: &[&[u8]]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].to_vec();
        for _ in 0..self.below(8) {
            let at = self.below(bytes.len() + 1);
            match self.below(4) {
                0 => bytes.insert(at, self.below(256) as u8),
                1 => drop(bytes.drain(at..(at + self.below(9)).min(bytes.len()))),
                2 => {
                    let other = seeds[self.below(seeds.len())];
                    let from = self.below(other.len());
                    let piece = other[from..(from + self.below(20)).min(other.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
                _ => {
                    let piece = bytes[at..(at + 6).min(bytes.len())].repeat(self.below(30));
                    bytes.splice(at..at, piece);
                }
            }
        }
        bytes
    }
}

const SEEDS: &[&[u8]] = &[
    b"# Title\n\nSome *text* with `code` and [a link](x).\n\n- one\n- two\n\n```rust\nfn main() {}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    b"<html><head><title>t</title></head><body><h1>a</h1><p hidden>b<table><tr><td>c<script>d</script><pre>e\n</pre>&amp;&#x1F600;",
    b"name;age\n\"a \"\"b\"\"\";3\n;\n",
    b"PK\x03\x04\x14\0\0\0\0\0word/document.xml<w:p><w:t>x</w:t></w:p>PK\x01\x02PK\x05\x06\0\0\0\0\x01\0\x01\0",
    "E\u{301}\u{fb01} \u{6771}\u{4eac} \u{1f600}\u{200d}\u{202e} rx-204b a_b 10.0.0.1 \u{130}\u{df}".as_bytes(),
    br#"{"and": [{"a": {"gt": 1, "in": [1, "x"]}}, {"not": {"b.c": null}}], "$or": [{"d": {"exists": true}}]}"#,
];

#[test]
fn readers_take_any_bytes() {
    let mut random = Random(7);
    for round in 0..4_000 {
        let bytes = random.mutate(SEEDS);
        let text = String::from_utf8_lossy(&bytes);
        let _ = (html(&text), csv(&text), docx(&bytes));
        if let Ok(filter) = serde_json::from_str(&text) {
            let _ = Filter::read(&filter).map(|filter| filter.holds(&serde_json::Map::new()));
        }
        let size = 1 + random.below(60);
        let unit = if round % 8 == 0 { Unit::Tokens } else { Unit::Characters };
        let chunking = Chunking { size, overlap: random.below(size), unit };
        let format = [Format::Text, Format::Markdown, Format::Code][round % 3];
        for chunk in split(&text, format, chunking).unwrap() {
            assert_eq!(&text[chunk.range.clone()], chunk.text);
            assert!(unit == Unit::Tokens || chunk.text.chars().count() <= size, "{chunk:?}");
        }
    }
}
