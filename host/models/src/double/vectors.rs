//! The double's embeddings: hashed pieces of words. Similar texts have similar vectors, whatever they mean.

use futures::stream;
use rig_core::completion::Usage;
use rig_core::driver::{DynModel, Exchange, Local, Model, Opened, Opening, Step, Transport};
use rig_core::embeddings::{Embedding as Vector, EmbeddingResponse};
use rig_core::operation::{Embedding, Rerank, RerankRequest};
use rig_core::rerank::{RerankResponse, RerankResult};
use rig_core::wire::Capabilities;

use super::Double;
use super::words;

/// Enough that few pieces of a short text fall together.
const DIMENSIONS: usize = 256;

/// How many texts it takes at once: few, so that tests see more than one request.
const BATCH: usize = 16;

/// So many characters of a word are a piece.
const PIECE: usize = 3;

#[derive(Clone, Copy)]
struct Hashed {
    dimensions: usize,
}

impl Double {
    pub(in super::super) fn embedding(&self, dimensions: Option<usize>) -> DynModel<Embedding> {
        let hashed = Hashed { dimensions: dimensions.unwrap_or(DIMENSIONS) };
        let wire = Local::<Embedding>::new(self.name()).with_id("hashed-pieces");
        Model::new(wire.with_capabilities(Capabilities::embedding(BATCH, hashed.dimensions)), hashed).erase()
    }

    pub(in super::super) fn reranking(&self) -> DynModel<Rerank> {
        let wire = Local::<Rerank>::new(self.name()).with_id("hashed-pieces");
        Model::new(wire.with_capabilities(Capabilities::rerank(1_000)), Hashed { dimensions: DIMENSIONS }).erase()
    }
}

impl Hashed {
    /// Of length 1. All texts without words are alike.
    fn vector(self, text: &str) -> Vec<f64> {
        let mut vector = vec![0.0; self.dimensions];
        let text = text.to_lowercase();
        for word in text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let signs: Vec<char> = format!("<{word}>").chars().collect();
            let mut add = |piece: &[char], weight: f64| {
                let hash = fnv(piece);
                let sign = if hash >> 63 == 0 { weight } else { -weight };
                if let Some(number) = vector.get_mut((hash % self.dimensions.max(1) as u64) as usize) {
                    *number += sign;
                }
            };
            add(&signs, 1.0);
            signs.windows(PIECE).for_each(|piece| add(piece, 0.5));
        }
        if vector.iter().all(|number| *number == 0.0)
            && let Some(first) = vector.first_mut()
        {
            *first = 1.0;
        }
        let length = vector.iter().map(|number| number * number).sum::<f64>().sqrt();
        vector.iter_mut().for_each(|number| *number /= length);
        vector
    }
}

fn fnv(piece: &[char]) -> u64 {
    let hash = |hash: u64, sign: &char| (hash ^ u64::from(u32::from(*sign))).wrapping_mul(0x0100_0000_01b3);
    piece.iter().fold(0xcbf2_9ce4_8422_2325, hash)
}

fn tokens<'a>(texts: impl Iterator<Item = &'a String>) -> Usage {
    let count: u64 = texts.map(|text| words(text)).sum();
    Usage::new().input_tokens(count).output_tokens(0).total_tokens(count)
}

impl Transport<Local<Embedding>> for Hashed {
    fn send(&self, texts: Vec<String>, _: Exchange) -> Opening<Step<Embedding>> {
        let usage = tokens(texts.iter());
        let vectors = texts.into_iter().map(|document| Vector { vec: self.vector(&document), document });
        let mut response = EmbeddingResponse::new(vectors.collect());
        response.usage = usage;
        Opening::ready(Opened::new(stream::iter([Ok(Step::End(response))])))
    }
}

impl Transport<Local<Rerank>> for Hashed {
    fn send(&self, request: RerankRequest, _: Exchange) -> Opening<Step<Rerank>> {
        let query = self.vector(&request.query);
        let results = request.documents.iter().enumerate().map(|(index, document)| {
            let relevance_score = self.vector(document).iter().zip(&query).map(|(a, b)| a * b).sum();
            RerankResult { index, document: None, relevance_score }
        });
        let mut response = RerankResponse::new(results.collect());
        response.usage = tokens(request.documents.iter().chain([&request.query]));
        Opening::ready(Opened::new(stream::iter([Ok(Step::End(response))])))
    }
}
