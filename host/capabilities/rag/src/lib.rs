//! The retrieval interface: collections of documents in a tenant's store.
//!
//! The truth is what lies in the store ([`record`]); an index in memory is made of it ([`shard`], [`shards`]) and follows it
//! before every search, whoever wrote.

#![deny(missing_docs)]

mod answer;
mod error;
mod extract;
mod host;
mod ingest;
mod knowledge;
mod rag;
mod rebuild;
mod record;
mod request;
mod search;
mod settings;
mod shard;
mod shards;
mod vectors;

pub use host::RagCapability;
pub use shards::Shards;
