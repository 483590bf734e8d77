//! What the answer of a model has to look like.

use serde_json::Value;

use crate::failure::Failure;
use crate::services::operation::Result;
use crate::services::tool::schema::{self, Unfit};

pub struct Schema(schema::Schema);

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Schema({})", self.document())
    }
}

impl Schema {
    pub fn compile(document: Value) -> Result<Schema> {
        schema::Schema::of(document, "the schema").map(Schema).map_err(Failure::invalid)
    }

    pub fn document(&self) -> &Value {
        self.0.document()
    }

    /// The value in an answer, or what is wrong with it.
    pub fn read(&self, answer: &str) -> std::result::Result<Value, String> {
        let value = serde_json::from_str(answer).map_err(|error| format!("it is not JSON: {error}"))?;
        match self.0.check(&value) {
            Ok(()) => Ok(value),
            Err(Unfit::TooLarge(what) | Unfit::Invalid(what)) => Err(what),
        }
    }
}
