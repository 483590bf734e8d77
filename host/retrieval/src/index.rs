//! The index of one collection: its documents, their chunks, and what finds them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::chunk::Chunk;
use crate::filter::Filter;
use crate::lexical::Lexical;
use crate::vectors::{Metric, Vectors};

/// A document in an index.
#[derive(Debug)]
pub struct Document {
    /// Unique in its collection.
    pub id: String,
    /// Where it came from, such as a path.
    pub source: Option<String>,
    /// What filters are about.
    pub metadata: Map<String, Value>,
    /// A checksum of its text and of the rules that cut it into chunks.
    pub hash: String,
    /// Bytes of its text.
    pub bytes: u64,
    /// The version of its record in the store.
    pub version: u64,
}

struct Held {
    document: Arc<Document>,
    /// The first of its chunks, which follow each other, and how many they are.
    first: u32,
    count: u32,
}

struct Place {
    document: Arc<Document>,
    number: u32,
    chunk: Chunk,
}

/// The documents of a collection, in memory.
pub struct Index {
    documents: BTreeMap<String, Held>,
    /// `None`: it is gone.
    chunks: Vec<Option<Place>>,
    gone: usize,
    bytes: usize,
    pub(crate) lexical: Lexical,
    pub(crate) vectors: Option<Vectors>,
    metric: Metric,
}

/// With more than this share of chunks that are gone, an index is made anew.
const MOST_GONE: f64 = 0.25;

impl Index {
    /// An empty one. Its vectors, if there are any, are as long as the first.
    pub fn new(metric: Metric) -> Index {
        Index {
            documents: BTreeMap::new(),
            chunks: Vec::new(),
            gone: 0,
            bytes: 0,
            lexical: Lexical::default(),
            vectors: None,
            metric,
        }
    }

    /// Adds a document, in the place of the one with its id. `vectors` has one for each chunk, or none at all.
    ///
    /// Fails where the vectors are not as long as those that are there, or not one for each chunk; then nothing is changed.
    pub fn put(&mut self, document: Document, chunks: Vec<Chunk>, vectors: &[Vec<f32>]) -> Result<(), String> {
        self.check(&chunks, vectors)?;
        self.remove(&document.id);
        let (document, first, count) = (Arc::new(document), self.chunks.len() as u32, chunks.len() as u32);
        if let (None, Some(vector)) = (&self.vectors, vectors.first()) {
            self.vectors = Some(Vectors::new(vector.len(), self.metric));
        }
        for (number, chunk) in chunks.into_iter().enumerate() {
            self.lexical.add(&chunk.indexed());
            self.bytes += chunk.text.len() + chunk.heading.len() + CHUNK_BYTES;
            self.chunks.push(Some(Place { document: document.clone(), number: number as u32, chunk }));
        }
        if let Some(own) = &mut self.vectors {
            vectors.iter().for_each(|vector| own.add(vector));
        }
        let id = document.id.clone();
        self.bytes += DOCUMENT_BYTES + 2 * id.len();
        self.documents.insert(id, Held { document, first, count });
        Ok(())
    }

    fn check(&self, chunks: &[Chunk], vectors: &[Vec<f32>]) -> Result<(), String> {
        let alive = self.count() > 0;
        let length = match (&self.vectors, vectors.first()) {
            (Some(own), _) if alive => own.dimensions(),
            (_, first) => first.map_or(0, Vec::len),
        };
        if alive && self.vectors.is_none() && !vectors.is_empty() {
            return Err("there are chunks without vectors".into());
        }
        let has_vectors = !vectors.is_empty() || (alive && self.vectors.is_some());
        if has_vectors && vectors.len() != chunks.len() {
            return Err(format!("{} vectors for {} chunks", vectors.len(), chunks.len()));
        }
        match vectors.iter().find(|vector| vector.len() != length) {
            Some(other) => Err(format!("a vector of {} numbers among those of {length}", other.len())),
            None => Ok(()),
        }
    }

    /// Forgets a document: whether it was there.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(held) = self.documents.remove(id) else { return false };
        for number in held.first..held.first + held.count {
            if let Some(place) = self.chunks.get_mut(number as usize).and_then(Option::take) {
                self.bytes -= place.chunk.text.len() + place.chunk.heading.len() + CHUNK_BYTES;
            }
            self.lexical.remove(number);
            if let Some(vectors) = &mut self.vectors {
                vectors.remove(number);
            }
        }
        self.bytes -= DOCUMENT_BYTES + 2 * id.len();
        self.gone += held.count as usize;
        if self.documents.is_empty() {
            *self = Index::new(self.metric);
        } else if self.gone as f64 > MOST_GONE * self.chunks.len() as f64 {
            self.renew();
        }
        true
    }

    /// Without the places of what is gone.
    fn renew(&mut self) {
        let old = std::mem::replace(self, Index::new(self.metric));
        let (mut lexical, mut vectors) = (Lexical::default(), None::<Vectors>);
        let mut renewed = BTreeMap::<String, Held>::new();
        for (number, place) in old.chunks.into_iter().enumerate() {
            let Some(place) = place else { continue };
            let now = self.chunks.len() as u32;
            let fresh = || Held { document: place.document.clone(), first: now, count: 0 };
            renewed.entry(place.document.id.clone()).or_insert_with(fresh).count += 1;
            lexical.add(&place.chunk.indexed());
            if let Some(vector) = old.vectors.as_ref().and_then(|vectors| vectors.get(number as u32)) {
                vectors.get_or_insert_with(|| Vectors::new(vector.len(), self.metric)).add(vector);
            }
            self.chunks.push(Some(place));
        }
        // Those without any chunk stand nowhere else.
        for (id, held) in old.documents {
            renewed.entry(id).or_insert(Held { first: 0, count: 0, ..held });
        }
        (self.documents, self.lexical, self.vectors, self.bytes) = (renewed, lexical, vectors, old.bytes);
    }

    /// The chunks whose documents pass.
    pub(crate) fn among(&self, filter: &Filter) -> Among {
        let mut among = Among { chunks: Vec::new(), is_in: vec![false; self.chunks.len()] };
        for held in self.documents.values().filter(|held| filter.holds(&held.document.metadata)) {
            let (first, end) = (held.first as usize, (held.first + held.count) as usize);
            among.is_in.get_mut(first..end).unwrap_or_default().fill(true);
        }
        let numbers = among.is_in.iter().enumerate().filter(|(_, is_in)| **is_in);
        among.chunks = numbers.map(|(number, _)| number as u32).collect();
        among
    }

    /// A chunk of a hit: its document, its number in it, and itself.
    pub fn chunk(&self, number: u32) -> Option<(&Document, u32, &Chunk)> {
        let place = self.chunks.get(number as usize)?.as_ref()?;
        Some((&place.document, place.number, &place.chunk))
    }

    /// The document of this id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.get(id).map(|held| &*held.document)
    }

    /// Every document, in the order of their ids, with the number of its chunks.
    pub fn documents(&self) -> impl Iterator<Item = (&Document, u32)> {
        self.documents.values().map(|held| (&*held.document, held.count))
    }

    /// The chunks of a document, each with its vector.
    pub fn chunks_of(&self, id: &str) -> impl Iterator<Item = (&Chunk, Option<&[f32]>)> {
        let range = self.documents.get(id).map_or(0..0, |held| held.first..held.first + held.count);
        range.filter_map(|number| {
            let (_, _, chunk) = self.chunk(number)?;
            Some((chunk, self.vectors.as_ref().and_then(|vectors| vectors.get(number))))
        })
    }

    /// How many chunks there are.
    pub fn count(&self) -> usize {
        self.chunks.len() - self.gone
    }

    /// How long its vectors are, if it has any.
    pub fn dimensions(&self) -> Option<usize> {
        self.vectors.as_ref().map(Vectors::dimensions)
    }

    /// About how many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.bytes + self.lexical.bytes() + self.vectors.as_ref().map_or(0, Vectors::bytes)
    }
}

/// Some of the chunks.
pub(crate) struct Among {
    /// Their numbers, in order.
    pub chunks: Vec<u32>,
    is_in: Vec<bool>,
}

impl Among {
    pub fn holds(&self, chunk: u32) -> bool {
        self.is_in.get(chunk as usize).copied().unwrap_or_default()
    }
}

const CHUNK_BYTES: usize = 120;
const DOCUMENT_BYTES: usize = 1_000;
