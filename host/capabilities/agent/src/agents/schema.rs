//! What the answer of a model has to look like.

use std::sync::Arc;

use serde_json::Value;

use llmspell_base::Failure;
use llmspell_base::host_memory::{Held, HostMemory, weigh_parsed};
use llmspell_base::integers;
use llmspell_capability_tool::schema::{self, Unfit};
use llmspell_kernel::CallContext;
use llmspell_kernel::Result;
use llmspell_recovery::{Recovery, not_json, unwrapped};

pub struct Schema {
    schema: Arc<schema::Schema>,
    held: Held,
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Schema({})", self.document())
    }
}

impl Schema {
    pub fn compile(document: Value, memory: &HostMemory) -> Result<Schema> {
        if !document.is_object() {
            return Err(Failure::invalid("the schema must be a JSON Schema: an object"));
        }
        // It is there twice: as it was given, and as what its references lead into.
        let held = memory.take(2 * weigh_parsed(&document))?;
        let schema = schema::Schema::of(document, "the schema").map_err(Failure::invalid)?;
        Ok(Schema { schema: Arc::new(schema), held })
    }

    pub fn document(&self) -> &Value {
        self.schema.document()
    }

    /// What a copy of it weighs.
    pub fn weight(&self) -> usize {
        self.held.bytes() / 2
    }

    /// The value in an answer, or what is wrong with it. What has one meaning only is mended, and the answer is then the JSON
    /// that was meant; where something would have to be guessed, the model is better asked again.
    pub async fn read(&self, answer: &mut String, cx: &CallContext) -> std::result::Result<Value, String> {
        cx.bound_text(answer).map_err(|failure| failure.message)?;
        let value = parse(answer)?;
        // What was mended may be structured quite differently from what was said.
        cx.bound_text(answer).map_err(|failure| failure.message)?;
        if let Some(long) = integers::find_long(answer) {
            return Err(integers::too_long(long));
        }
        let (value, checked) = self.schema.check_apart(value).await;
        match checked {
            Ok(()) => Ok(value),
            Err(Unfit::TooLarge(what) | Unfit::Invalid(what)) => Err(what),
        }
    }
}

fn parse(answer: &mut String) -> std::result::Result<Value, String> {
    let error = match serde_json::from_str(answer) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let inner = unwrapped(answer).map(|inner| (inner, serde_json::from_str(inner)));
    let error = match inner {
        Some((inner, Ok(value))) => {
            *answer = inner.to_owned();
            return Ok(value);
        }
        Some((_, Err(error))) => error,
        None => error,
    };
    match llmspell_recovery::json(answer, Recovery::Lenient) {
        Ok(found) => {
            *answer = found.value.to_string();
            Ok(found.value)
        }
        Err(_) => Err(not_json(answer, &error.to_string())),
    }
}
