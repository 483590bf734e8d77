//! `calculator`: expressions of numbers and truth values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::standard::{Answer, Context, Problem, Standard, word};
use expression::{Names, evaluate};
use functions::FUNCTIONS;
use value::Value;

mod expression;
mod functions;
mod value;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calculator {
    /// The expression, such as `(2 + 3) * sqrt(x)`: + - * / % ^, comparisons, && || !, `c ? a : b`, functions, pi, e.
    #[serde(default)]
    input: Option<String>,
    #[serde(default)]
    operation: Operation,
    /// Numbers and truth values by the names that the expression has for them.
    #[serde(default)]
    variables: Map<String, Json>,
}

/// evaluate: the result. validate: whether it is an expression. functions: which there are.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Evaluate,
    Validate,
    Functions,
}

impl Standard for Calculator {
    const NAME: &'static str = "calculator";
    const DESCRIPTION: &'static str = "Computes the value of an expression of numbers, comparisons and functions.";
    const CATEGORY: &'static str = "math";
    const ALIASES: &'static [&'static str] = &["math_calculator"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("expression", "input"),
        ("expr", "input"),
        ("text", "input"),
        ("query", "input"),
        ("op", "operation"),
        ("action", "operation"),
    ];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        if matches!(self.operation, Operation::Functions) {
            let all = FUNCTIONS
                .iter()
                .map(|one| json!({ "name": one.name, "arguments": one.arguments(), "description": one.description }));
            let all: Vec<Json> = all.collect();
            return Ok(json!({ "functions": all, "constants": ["pi", "e", "tau", "infinity", "nan"] }));
        }
        let Some(input) = self.input else { return Err(Problem::missing("input", "the expression")) };
        match self.operation {
            Operation::Validate => Ok(match evaluate(&input, &Names::Any) {
                Ok(_) => json!({ "input": input, "valid": true }),
                Err(error) => json!({ "input": input, "valid": false, "error": error }),
            }),
            Operation::Evaluate | Operation::Functions => {
                let variables = Value::read_all(&self.variables).map_err(Problem::invalid)?;
                let value = evaluate(&input, &Names::These(&variables)).map_err(Problem::invalid)?;
                Ok(json!({
                    "input": input, "result": value.show(), "result_type": value.kind(), "variables": self.variables,
                }))
            }
        }
    }
}
