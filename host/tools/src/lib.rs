//! The standard tools: functions that spells and models have without anybody writing them.
//!
//! Each is a module with one type, its input, whose fields make the JSON Schema. Most only compute something of their
//! arguments, so every spell has them that no policy denies them. Those of [`files`] and of [`network`] are there for spells
//! that are granted files or hosts.

#![deny(missing_docs)]

mod answer;
mod base64_encoder;
mod calculator;
mod citation_formatter;
mod csv_analyzer;
mod data_validator;
mod datetime_handler;
mod diff_calculator;
mod files;
mod graph_builder;
mod hash_calculator;
mod json_processor;
mod list;
mod network;
mod output_processor;
pub mod queries;
mod schema_processor;
mod standard;
mod template_creator;
mod text_manipulator;
mod url_analyzer;
mod uuid_generator;
mod with_files;

pub use list::all;
pub use network::engines::{Engines, RawSearch};
