//! Retrieval without a store and without models: documents are cut into chunks, and an index finds these by their words
//! (BM25) and by vectors that somebody else made.
//!
//! Pure: nothing here waits, reads a file or asks a model.

#![deny(missing_docs)]

mod chunk;
mod extract;
mod filter;
mod fusion;
mod index;
mod lexical;
mod search;
mod stem;
mod terms;
mod vectors;

pub use chunk::{Chunk, Chunking, Format, MOST_CHUNKS, Unit, most_bytes, split, tokens};
pub use extract::{MOST_TEXT, csv, docx, html};
pub use filter::Filter;
pub use fusion::{Ranked, fuse};
pub use index::{Document, Index};
pub use search::{Context, Explained, Hit, Mode, Query};
pub use terms::TOKENIZER;
pub use vectors::{Metric, check as check_vector};
