//! What is asked of an index, and what it answers.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use std::sync::Arc;

use crate::filter::Filter;
use crate::fusion::{Ranked, fuse, vary};
use crate::index::{Among, Index};
use crate::lexical::Match;

/// By what chunks are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By words.
    Lexical,
    /// By vectors.
    Semantic,
    /// By both, fused by their ranks.
    Hybrid,
}

impl Mode {
    /// Every mode, with its name.
    pub const ALL: [(&'static str, Mode); 3] =
        [("lexical", Mode::Lexical), ("semantic", Mode::Semantic), ("hybrid", Mode::Hybrid)];

    /// The name that stands for it.
    pub fn name(self) -> &'static str {
        Mode::ALL.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }
}

/// A question to an index.
#[derive(Debug, Clone)]
pub struct Query {
    /// Words: it has no operators.
    pub text: String,
    /// Of the text; without one, only words are compared.
    pub vector: Option<Vec<f32>>,
    /// By what.
    pub mode: Mode,
    /// The most hits.
    pub most: usize,
    /// Which documents are looked at at all.
    pub filter: Arc<Filter>,
    /// Only chunks whose similarity is at least this. Has no meaning for words.
    pub threshold: Option<f32>,
    /// For more diversity: how much the score counts against it, from 0 to 1.
    pub diversity: Option<f64>,
    /// A second text, such as what was said before, and how much its ranks count beside those of the first.
    pub context: Option<Context>,
}

/// What a question is asked in.
#[derive(Debug, Clone)]
pub struct Context {
    /// Its words.
    pub text: String,
    /// Of the text.
    pub vector: Option<Vec<f32>>,
    /// How much its ranks count; those of the question count 1.
    pub weight: f64,
}

/// The ranks of a hit in each list, from 1; `None` where the list does not have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explained {
    /// Among those found by words.
    pub lexical_rank: Option<usize>,
    /// Of the rare words of the query, the share that stands in it.
    pub share: Option<f64>,
    /// Among those found by vectors.
    pub semantic_rank: Option<usize>,
    /// Among those found by the context.
    pub context_rank: Option<usize>,
    /// Whether words found it, and too few of them to count.
    pub gated: bool,
}

/// A chunk that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its number in the index, as of now.
    pub chunk: u32,
    /// To be compared within one answer only.
    pub score: f64,
    /// BM25.
    pub lexical_score: Option<f64>,
    /// By the index's metric.
    pub similarity: Option<f32>,
    /// How it came here.
    pub explained: Explained,
}

/// In a hybrid search, a chunk found by words takes part only if these are so much of the query: noise of common words
/// would push down what vectors found. A quarter to two thirds do about equally well.
const GATE: f64 = 0.25;

/// So many of each list are fused at least.
const DEEP: usize = 100;

struct Lists {
    lexical: Vec<Match>,
    gated: Vec<Match>,
    semantic: Vec<(u32, f32)>,
}

impl Lists {
    fn fused(&self, mode: Mode) -> Vec<Ranked> {
        let words = || self.lexical.iter().map(|hit| hit.chunk).collect::<Vec<_>>();
        let alike = || self.semantic.iter().map(|hit| hit.0).collect::<Vec<_>>();
        match mode {
            Mode::Lexical => self.lexical.iter().map(|hit| (hit.chunk, hit.score)).collect(),
            Mode::Semantic => self.semantic.iter().map(|(chunk, score)| (*chunk, f64::from(*score))).collect(),
            Mode::Hybrid => fuse(&[(1.0, &words()), (1.0, &alike())]),
        }
    }
}

impl Index {
    /// The chunks that answer, the best first.
    pub fn search(&self, query: &Query) -> Vec<Hit> {
        let among = self.among(&query.filter);
        let depth = DEEP.max(2 * query.most);
        let lists = self.lists(&query.text, query.vector.as_deref(), query, &among, depth);
        let mut fused = lists.fused(query.mode);
        let mut context_ranks = HashMap::new();
        if let Some(context) = &query.context {
            let other = self.lists(&context.text, context.vector.as_deref(), query, &among, depth);
            let other: Vec<u32> = other.fused(query.mode).iter().map(|one| one.0).collect();
            context_ranks = other.iter().enumerate().map(|(rank, chunk)| (*chunk, rank + 1)).collect();
            let own: Vec<u32> = fused.iter().map(|one| one.0).collect();
            fused = fuse(&[(1.0, &own), (context.weight, &other)]);
        }
        let fused = match query.diversity {
            Some(weight) => {
                fused.truncate(depth);
                vary(fused, query.most, weight, &|one, other| self.alike(one, other))
            }
            None => {
                fused.truncate(query.most);
                fused
            }
        };
        let ranks = lists.ranks();
        let hit = |(chunk, score)| {
            let mut hit = ranks.get(&chunk).cloned().unwrap_or_else(|| Hit::of(chunk));
            hit.explained.context_rank = context_ranks.get(&chunk).copied();
            Hit { score, ..hit }
        };
        fused.into_iter().map(hit).collect()
    }

    fn lists(&self, text: &str, vector: Option<&[f32]>, query: &Query, among: &Among, depth: usize) -> Lists {
        let mut lists = Lists { lexical: Vec::new(), gated: Vec::new(), semantic: Vec::new() };
        if let (Some(vector), Some(vectors)) = (vector, &self.vectors)
            && query.mode != Mode::Lexical
        {
            lists.semantic = vectors.search(vector, &among.chunks, depth);
            if let Some(least) = query.threshold {
                lists.semantic.retain(|(_, similarity)| *similarity >= least);
            }
        }
        if query.mode != Mode::Semantic {
            let found = self.lexical.search(text, &|chunk| among.holds(chunk));
            let passes = |hit: &Match| query.mode == Mode::Lexical || hit.share >= GATE;
            (lists.lexical, lists.gated) = found.into_iter().partition(passes);
            if query.mode == Mode::Hybrid && query.threshold.is_some() {
                lists.keep_similar(self, vector, query.threshold);
            }
            lists.lexical.truncate(depth);
        }
        lists
    }

    /// How alike two chunks are.
    fn alike(&self, one: u32, other: u32) -> f64 {
        match &self.vectors {
            Some(vectors) => vectors.alike(one, other),
            None => self.lexical.likeness(one, other),
        }
    }
}

impl Lists {
    /// A threshold is one on similarity, also for what words found.
    fn keep_similar(&mut self, index: &Index, vector: Option<&[f32]>, threshold: Option<f32>) {
        let (Some(vectors), Some(vector), Some(least)) = (&index.vectors, vector, threshold) else { return };
        let mut chunks: Vec<u32> = self.lexical.iter().map(|hit| hit.chunk).collect();
        chunks.sort_unstable();
        let similar: HashMap<u32, f32> = vectors.search(vector, &chunks, chunks.len()).into_iter().collect();
        self.lexical.retain(|hit| similar.get(&hit.chunk).is_some_and(|similarity| *similarity >= least));
    }

    fn ranks(&self) -> HashMap<u32, Hit> {
        let mut hits = HashMap::<u32, Hit>::new();
        for (rank, (chunk, similarity)) in self.semantic.iter().enumerate() {
            let hit = hits.entry(*chunk).or_insert_with(|| Hit::of(*chunk));
            (hit.similarity, hit.explained.semantic_rank) = (Some(*similarity), Some(rank + 1));
        }
        for (rank, found) in self.lexical.iter().enumerate() {
            let hit = hits.entry(found.chunk).or_insert_with(|| Hit::of(found.chunk));
            hit.lexical_score = Some(found.score);
            (hit.explained.lexical_rank, hit.explained.share) = (Some(rank + 1), Some(found.share));
        }
        for found in &self.gated {
            if let Some(hit) = hits.get_mut(&found.chunk) {
                (hit.lexical_score, hit.explained.share) = (Some(found.score), Some(found.share));
                hit.explained.gated = true;
            }
        }
        hits
    }
}

impl Hit {
    fn of(chunk: u32) -> Hit {
        Hit { chunk, score: 0.0, lexical_score: None, similarity: None, explained: Explained::default() }
    }
}
