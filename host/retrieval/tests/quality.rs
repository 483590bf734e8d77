//! How good searches are, on a small labelled set (tests/retrieval): nDCG@10 over 281 questions about 220 passages.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use llmspell_retrieval::{Chunk, Document, Filter, Index, Metric, Mode, Query};
use serde::Deserialize;

#[derive(Deserialize)]
struct Passage {
    id: String,
    text: String,
}

#[derive(Deserialize)]
struct Question {
    kind: String,
    query: String,
    relevant: BTreeMap<String, f64>,
}

/// Words and pieces of words, hashed: no meaning, but another order than that by words.
fn hashed(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0f32; 1_024];
    for word in text.to_lowercase().split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let signs: Vec<char> = format!("<{word}>").chars().collect();
        for piece in signs.windows(3).map(|three| three.iter().collect::<String>()).chain([word.to_string()]) {
            let hash = piece
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            vector[(hash % 1_024) as usize] += if hash >> 63 == 0 { 1.0 } else { -1.0 };
        }
    }
    vector
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let path = format!("{}/../../tests/retrieval/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn index(passages: &[Passage]) -> Index {
    let mut index = Index::new(Metric::Cosine);
    for passage in passages {
        let document = Document {
            id: passage.id.clone(),
            source: None,
            metadata: serde_json::Map::new(),
            hash: String::new(),
            bytes: passage.text.len() as u64,
            version: 1,
        };
        let chunk = Chunk { text: passage.text.clone(), heading: String::new(), range: 0..passage.text.len() };
        index.put(document, vec![chunk], &[hashed(&passage.text)]).unwrap();
    }
    index
}

/// The mean over all questions, and over those of one kind.
fn quality(index: &Index, questions: &[Question], mode: Mode) -> (f64, BTreeMap<String, f64>) {
    let mut kinds = BTreeMap::<String, Vec<f64>>::new();
    for question in questions {
        let query = Query {
            text: question.query.clone(),
            vector: Some(hashed(&question.query)),
            mode,
            most: 10,
            filter: Filter::All(Vec::new()).into(),
            threshold: None,
            diversity: None,
            context: None,
        };
        let found = index.search(&query);
        let gains = found.iter().map(|hit| {
            let (document, ..) = index.chunk(hit.chunk).unwrap();
            question.relevant.get(&document.id).copied().unwrap_or(0.0)
        });
        let mut best: Vec<f64> = question.relevant.values().copied().collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let sum = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
            gains.take(10).enumerate().map(|(rank, gain)| (gain.exp2() - 1.0) / (rank as f64 + 2.0).log2()).sum()
        };
        let value = sum(&mut { gains }) / sum(&mut best.into_iter());
        kinds.entry(question.kind.clone()).or_default().push(value);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let all: Vec<f64> = kinds.values().flatten().copied().collect();
    (mean(&all), kinds.iter().map(|(kind, values)| (kind.clone(), mean(values))).collect())
}

#[test]
fn searches_are_as_good_as_they_were_measured() {
    let (passages, questions): (Vec<Passage>, Vec<Question>) = (read("passages.json"), read("queries.json"));
    let index = index(&passages);
    let (lexical, kinds) = quality(&index, &questions, Mode::Lexical);
    println!("lexical {lexical:.3} {kinds:.3?}");
    let (semantic, kinds_of_vectors) = quality(&index, &questions, Mode::Semantic);
    println!("hashed vectors {semantic:.3} {kinds_of_vectors:.3?}");
    let (hybrid, kinds_of_both) = quality(&index, &questions, Mode::Hybrid);
    println!("both {hybrid:.3} {kinds_of_both:.3?}");
    assert!(lexical >= 0.58, "{lexical}");
    assert!(kinds["code"] >= 0.95 && kinds["natural"] >= 0.93, "{kinds:?}");
    assert!(hybrid >= lexical.max(semantic) - 0.02, "{hybrid}");
}
