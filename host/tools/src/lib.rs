//! The standard tools: functions that spells and models have without anybody writing them.
//!
//! Each is a module with one type, its input, whose fields make the JSON Schema. Most only compute something of their
//! arguments, so every spell has them that no policy denies them. Those of [`files`] are there for spells that are granted
//! files.

#![deny(missing_docs)]

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
pub mod queries;
mod standard;
mod template_creator;
mod text_manipulator;
mod url_analyzer;
mod uuid_generator;

use std::sync::Arc;

use llmspell_capability_tool::HostTool;
use queries::Queries;
use standard::tool;

/// All of them, to be registered. `queries` runs the programs of json-processor.
pub fn all(queries: &Arc<dyn Queries>) -> Vec<HostTool> {
    let mut all = vec![
        tool::<base64_encoder::Base64Encoder>(queries),
        tool::<calculator::Calculator>(queries),
        tool::<citation_formatter::CitationFormatter>(queries),
        tool::<csv_analyzer::CsvAnalyzer>(queries),
        tool::<data_validator::DataValidator>(queries),
        tool::<datetime_handler::DatetimeHandler>(queries),
        tool::<diff_calculator::DiffCalculator>(queries),
        tool::<graph_builder::GraphBuilder>(queries),
        tool::<hash_calculator::HashCalculator>(queries),
        tool::<json_processor::JsonProcessor>(queries),
        tool::<template_creator::TemplateCreator>(queries),
        tool::<text_manipulator::TextManipulator>(queries),
        tool::<url_analyzer::UrlAnalyzer>(queries),
        tool::<uuid_generator::UuidGenerator>(queries),
    ];
    all.extend(files::all());
    all
}
