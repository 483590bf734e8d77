//! Which standard tools there are.

use std::sync::Arc;

use llmspell_capability_tool::HostTool;

use crate::network::engines::Engines;
use crate::queries::Queries;
use crate::standard::tool;
use crate::{
    base64_encoder, calculator, citation_formatter, csv_analyzer, data_validator, datetime_handler, diff_calculator,
    files, graph_builder, hash_calculator, json_processor, network, output_processor, schema_processor,
    template_creator, text_manipulator, url_analyzer, uuid_generator, with_files,
};

/// All of them, to be registered. `queries` runs the programs of json-processor, `engines` answer web-search.
pub fn all(queries: &Arc<dyn Queries>, engines: &Engines) -> Vec<HostTool> {
    let mut all = vec![
        with_files::tool::<base64_encoder::Base64Encoder>(queries),
        tool::<calculator::Calculator>(queries),
        tool::<citation_formatter::CitationFormatter>(queries),
        tool::<csv_analyzer::CsvAnalyzer>(queries),
        tool::<data_validator::DataValidator>(queries),
        tool::<datetime_handler::DatetimeHandler>(queries),
        with_files::tool::<diff_calculator::DiffCalculator>(queries),
        tool::<graph_builder::GraphBuilder>(queries),
        with_files::tool::<hash_calculator::HashCalculator>(queries),
        tool::<json_processor::JsonProcessor>(queries),
        tool::<output_processor::OutputProcessor>(queries),
        tool::<schema_processor::SchemaProcessor>(queries),
        tool::<template_creator::TemplateCreator>(queries),
        tool::<text_manipulator::TextManipulator>(queries),
        url_analyzer::tool(queries),
        tool::<uuid_generator::UuidGenerator>(queries),
    ];
    all.extend(files::all());
    all.extend(network::all(engines));
    all
}
