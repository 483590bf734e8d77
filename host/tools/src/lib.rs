//! The standard tools: functions that spells and models have without anybody writing them.
//!
//! Each is a module with one type, its input, whose fields make the JSON Schema. They only compute something of their
//! arguments, so every spell has them that no policy denies them.

#![deny(missing_docs)]

mod base64_encoder;
mod calculator;
mod citation_formatter;
mod csv_analyzer;
mod data_validator;
mod datetime_handler;
mod diff_calculator;
mod graph_builder;
mod hash_calculator;
mod standard;
mod template_creator;
mod text_manipulator;
mod url_analyzer;
mod uuid_generator;

use llmspell_capability_tool::HostTool;
use standard::tool;

/// All of them, to be registered.
pub fn all() -> Vec<HostTool> {
    vec![
        tool::<base64_encoder::Base64Encoder>(),
        tool::<calculator::Calculator>(),
        tool::<citation_formatter::CitationFormatter>(),
        tool::<csv_analyzer::CsvAnalyzer>(),
        tool::<data_validator::DataValidator>(),
        tool::<datetime_handler::DatetimeHandler>(),
        tool::<diff_calculator::DiffCalculator>(),
        tool::<graph_builder::GraphBuilder>(),
        tool::<hash_calculator::HashCalculator>(),
        tool::<template_creator::TemplateCreator>(),
        tool::<text_manipulator::TextManipulator>(),
        tool::<url_analyzer::UrlAnalyzer>(),
        tool::<uuid_generator::UuidGenerator>(),
    ]
}
