//! An inverted index of chunks, with BM25.

use std::collections::HashMap;

use crate::terms::{query_terms, terms};

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The words of chunks, by the numbers of these.
#[derive(Default)]
pub struct Lexical {
    ids: HashMap<Box<str>, u32>,
    words: Vec<Word>,
    /// Ids of words that no chunk has any more, to be given again.
    free: Vec<u32>,
    /// Of each chunk its words and how often each stands there.
    chunks: Vec<Vec<(u32, u32)>>,
    lengths: Vec<u32>,
    count: usize,
    total: u64,
    /// Of words and chunks.
    pairs: usize,
}

#[derive(Default)]
struct Word {
    name: Box<str>,
    /// In how many chunks it stands.
    count: u32,
    /// Also those of chunks that are gone; in order.
    places: Vec<(u32, u32)>,
}

/// How a chunk matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    pub chunk: u32,
    pub score: f64,
    /// The part of the query, weighed by how rare its words are, that stands in the chunk.
    pub share: f64,
}

impl Lexical {
    /// Adds the words of the next chunk.
    pub fn add(&mut self, text: &str) {
        let number = self.chunks.len() as u32;
        let mut counts = HashMap::<u32, u32>::new();
        let mut length = 0;
        terms(text, &mut |term| {
            length += 1;
            *counts.entry(self.id(term)).or_default() += 1;
        });
        let mut own: Vec<(u32, u32)> = counts.into_iter().collect();
        own.sort_unstable();
        for (word, often) in &own {
            if let Some(word) = self.words.get_mut(*word as usize) {
                word.count += 1;
                word.places.push((number, *often));
            }
        }
        self.pairs += own.len();
        self.chunks.push(own);
        self.lengths.push(length);
        self.count += 1;
        self.total += u64::from(length);
    }

    fn id(&mut self, term: &str) -> u32 {
        if let Some(id) = self.ids.get(term) {
            return *id;
        }
        let word = Word { name: term.into(), ..Word::default() };
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                self.words.push(Word::default());
                self.words.len() as u32 - 1
            }
        };
        if let Some(place) = self.words.get_mut(id as usize) {
            *place = word;
        }
        self.ids.insert(term.into(), id);
        id
    }

    /// Forgets a chunk; words that no other has are gone at once.
    pub fn remove(&mut self, chunk: u32) {
        let Some(own) = self.chunks.get_mut(chunk as usize).map(std::mem::take) else { return };
        let length = self.lengths.get_mut(chunk as usize).map(std::mem::take).unwrap_or_default();
        self.count -= 1;
        self.pairs -= own.len();
        self.total -= u64::from(length);
        for (id, _) in own {
            let Some(word) = self.words.get_mut(id as usize) else { continue };
            word.count -= 1;
            if word.count == 0 {
                let word = std::mem::take(word);
                self.ids.remove(&word.name);
                self.free.push(id);
            }
        }
    }

    fn rarity(&self, count: u32) -> f64 {
        let (all, count) = (self.count as f64, f64::from(count));
        (1.0 + (all - count + 0.5) / (count + 0.5)).ln()
    }

    /// The chunks in which some word of the query stands, the best first; of equals the older one. `is_meant` says which
    /// chunks are looked at.
    pub fn search(&self, query: &str, is_meant: &dyn Fn(u32) -> bool) -> Vec<Match> {
        let average = self.total as f64 / (self.count as f64).max(1.0);
        let (mut found, mut whole) = (HashMap::<u32, (f64, f64)>::new(), 0.0);
        for term in query_terms(query) {
            let word = self.ids.get(term.as_str()).and_then(|id| self.words.get(*id as usize));
            let rarity = self.rarity(word.map_or(0, |word| word.count));
            whole += rarity;
            for (chunk, often) in word.iter().flat_map(|word| &word.places) {
                let length = self.lengths.get(*chunk as usize).copied().unwrap_or_default();
                // The words of a chunk that is gone were given to nobody else, but its places are still there.
                if length == 0 || !is_meant(*chunk) {
                    continue;
                }
                let often = f64::from(*often);
                let norm = 1.0 - B + B * f64::from(length) / average;
                let (score, share) = found.entry(*chunk).or_default();
                *score += rarity * often * (K1 + 1.0) / (often + K1 * norm);
                *share += rarity;
            }
        }
        let mut all: Vec<Match> = found
            .into_iter()
            .map(|(chunk, (score, share))| Match { chunk, score, share: share / whole.max(f64::MIN_POSITIVE) })
            .collect();
        all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.chunk.cmp(&b.chunk)));
        all
    }

    /// How much of their words two chunks have in common, from 0 to 1.
    pub fn likeness(&self, one: u32, other: u32) -> f64 {
        let words = |chunk: u32| self.chunks.get(chunk as usize).map_or(&[][..], Vec::as_slice);
        let (one, other) = (words(one), words(other));
        let shared = one.iter().filter(|(word, _)| other.binary_search_by_key(word, |(word, _)| *word).is_ok()).count();
        let all = one.len() + other.len() - shared;
        if all == 0 { 0.0 } else { shared as f64 / all as f64 }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        // Each pair stands in its chunk and with its word, in lists that have room for more.
        self.pairs * 24 + self.words.len() * 120 + self.chunks.len() * 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[&str]) -> Lexical {
        let mut index = Lexical::default();
        texts.iter().for_each(|text| index.add(text));
        index
    }

    fn found(index: &Lexical, query: &str) -> Vec<u32> {
        index.search(query, &|_| true).iter().map(|hit| hit.chunk).collect()
    }

    #[test]
    fn what_has_the_rare_word_comes_first() {
        let index = index(&["brakes squeal", "brakes and oil", "oil for the chain", "chain"]);
        assert_eq!(found(&index, "squealing brakes"), [0, 1]);
        assert_eq!(found(&index, "nothing like it"), [] as [u32; 0]);
    }

    #[test]
    fn an_index_after_a_removal_is_as_if_it_had_never_been_there() {
        let mut one = index(&["red fish", "secretcanary word", "blue fish"]);
        one.remove(1);
        let other = index(&["red fish", "blue fish"]);
        let scores =
            |index: &Lexical| index.search("fish blue", &|_| true).iter().map(|hit| hit.score).collect::<Vec<_>>();
        assert_eq!(scores(&one), scores(&other));
        assert!(found(&one, "secretcanary").is_empty());
        assert!(!one.ids.contains_key("secretcanar") && one.words.iter().all(|word| !word.name.contains("canar")));
        one.add("another");
        assert_eq!(found(&one, "another"), [3]);
        assert!(found(&one, "secretcanary word").is_empty());
    }

    #[test]
    fn the_share_counts_words_that_nobody_has() {
        let index = index(&["alpha beta", "alpha"]);
        let hit = index.search("alpha gamma delta", &|_| true)[0];
        assert!(hit.share < 0.34, "{hit:?}");
    }
}
