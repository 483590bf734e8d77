//! `csv-analyzer`: tables in texts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::standard::{Answer, Context, INPUT_AND_OPERATION, Problem, Standard, word};
use table::Table;

mod analyze;
mod change;
mod convert;
mod table;
mod validate;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvAnalyzer {
    /// The table, as CSV.
    input: String,
    #[serde(default)]
    operation: Operation,
    #[serde(default)]
    options: Options,
}

/// analyze: what is in each column. convert: to another form. filter, sample, transform: a part of it, as CSV. validate:
/// whether rows keep to the form and to rules.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Analyze,
    Convert,
    Filter,
    Sample,
    Transform,
    Validate,
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// One character; found out if absent.
    delimiter: Option<String>,
    /// Whether the first row names the columns; true if absent.
    has_headers: Option<bool>,
    /// convert: json, jsonl, tsv, csv or markdown; json if absent.
    format: Option<convert::Format>,
    /// convert: numbers and truth values of JSON where a text looks like one.
    infer_types: bool,
    /// filter: the column that is compared.
    column: Option<String>,
    /// filter: how; eq if absent.
    operator: Option<change::Operator>,
    /// filter: with what. Numbers are compared as such where both are.
    value: Option<Value>,
    /// sample: how many rows; 10 if absent.
    size: Option<usize>,
    /// sample: the first ones, or any; first if absent.
    method: Option<change::Method>,
    /// transform: which columns, in this order.
    columns: Option<Vec<String>>,
    /// transform: new names of columns, by the old ones.
    rename: Option<Map<String, Value>>,
    /// transform: the column that rows are sorted by.
    sort_by: Option<String>,
    /// transform: largest first.
    descending: bool,
    /// validate: what columns must hold.
    rules: Option<Vec<validate::Rule>>,
}

impl Standard for CsvAnalyzer {
    const NAME: &'static str = "csv-analyzer";
    const DESCRIPTION: &'static str = "Analyses, converts, filters, samples, transforms or validates a table in CSV.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = INPUT_AND_OPERATION;

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, Context { chance, .. }: &Context) -> Answer {
        let options = self.options;
        let table = Table::of(&self.input, options.delimiter.as_deref(), options.has_headers.unwrap_or(true))?;
        match self.operation {
            Operation::Analyze => analyze::analyze(&table),
            Operation::Convert => convert::convert(&table, options.format.unwrap_or_default(), options.infer_types),
            Operation::Filter => change::filter(&table, &options),
            Operation::Sample => change::sample(&table, &options, chance),
            Operation::Transform => change::transform(&table, &options),
            Operation::Validate => validate::validate(&table, options.rules.as_deref().unwrap_or_default()),
        }
    }
}

impl Options {
    fn column<'a>(&'a self, given: Option<&'a String>, name: &str, table: &Table) -> Result<usize, Problem> {
        let Some(column) = given else { return Err(Problem::missing(name, "the name of a column")) };
        table.column(column)
    }
}
