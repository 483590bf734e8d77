//! What the answer of a model has to look like.

use serde_json::Value;

use crate::failure::Failure;
use crate::services::operation::Result;

pub struct Schema {
    pub text: Value,
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Schema({})", self.text)
    }
}

impl Schema {
    pub fn compile(text: Value) -> Result<Schema> {
        if !text.is_object() {
            return Err(Failure::invalid("the schema must be a JSON Schema: an object"));
        }
        Ok(Schema { text })
    }

    /// The value in an answer, or what is wrong with it.
    pub fn read(&self, answer: &str) -> std::result::Result<Value, String> {
        serde_json::from_str(answer).map_err(|error| format!("it is not JSON: {error}"))
    }
}
