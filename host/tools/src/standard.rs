//! What the standard tools have in common: a typed input, and bounds.

use std::sync::Arc;

use llmspell_base::{Code, Failure};
use llmspell_capability_tool::{Chance, HostTool, Invocation, ToolFailure};
use llmspell_kernel::Meter;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::answer::{answer, broke, input, raised};
use crate::queries::Queries;

/// A tool. The type itself is its input; its documentation is told to models.
pub trait Standard: DeserializeOwned + JsonSchema + Send + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    const CATEGORY: &'static str;
    /// Other names that it is known by.
    const ALIASES: &'static [&'static str] = &[];
    /// Other names of its parameters, each with the one that it stands for.
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[];
    /// Whether also a small input may take long.
    const IS_LONG: bool = false;

    /// The operation that was asked for, as results name it.
    fn operation(&self) -> String;

    /// Does the work. It ends by itself, on whatever input.
    fn run(self, cx: &Context) -> Answer;
}

/// What a call has of its run, and of the host.
pub struct Context {
    pub chance: Chance,
    pub queries: Arc<dyn Queries>,
    /// What is run in a sandbox for the call takes its fuel from here: no more than the run may use of it.
    pub meter: Meter,
    pub fuel: u64,
    /// The most memory that it may take.
    pub memory: usize,
}

/// What the tool found, or why it found nothing.
pub type Answer = Result<Value, Problem>;

/// Why the work could not be done, though the arguments fit the schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub code: &'static str,
    /// One line: what is wrong, where, what to do.
    pub message: String,
}

impl Problem {
    pub fn invalid(message: impl Into<String>) -> Problem {
        Problem { code: "invalid", message: message.into() }
    }

    /// An operation needs an argument that others do without.
    pub fn missing(name: &str, what: &str) -> Problem {
        Problem::invalid(format!("'{name}' is required: {what}"))
    }

    pub fn too_large(message: impl Into<String>) -> Problem {
        Problem { code: "too-large", message: message.into() }
    }
}

impl From<Problem> for Failure {
    fn from(Problem { code, message }: Problem) -> Failure {
        Failure::coded(code.into(), Code::Tool, message, None)
    }
}

/// The most that a tool gives back.
pub const MOST_BYTES: usize = 8 << 20;

/// Whether a result of so many bytes may be made: asked before it grows.
pub fn room(bytes: usize) -> Result<(), Problem> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Problem::too_large(format!("the result would take more than {} MiB", MOST_BYTES >> 20)))
}

/// How most tools' parameters are also called.
pub const INPUT_AND_OPERATION: &[(&str, &str)] =
    &[("text", "input"), ("content", "input"), ("data", "input"), ("op", "operation"), ("action", "operation")];

/// Arguments beyond this are worked on apart from the threads that run spells.
const QUICK_BYTES: usize = 64 << 10;

/// Long calls at once, over all runs: one tenant's leave the threads that read files and stores to the others.
static LONG_CALLS: Semaphore = Semaphore::const_new(2);

/// A place among the long calls. It goes with the work, and is taken until that has ended, even if its result is no longer
/// awaited.
pub async fn long_call() -> Option<SemaphorePermit<'static>> {
    // It is never closed.
    LONG_CALLS.acquire().await.ok()
}

/// The tool, as the host registers it.
pub fn tool<Input: Standard>(queries: &Arc<dyn Queries>) -> HostTool {
    let queries = queries.clone();
    tool_of::<Input, _>(move |call| run::<Input>(call, queries.clone()))
}

/// The same with another function.
pub fn tool_of<Input: Standard, Work>(run: impl Fn(Invocation) -> Work + Send + Sync + 'static) -> HostTool
where
    Work: Future<Output = Result<Value, ToolFailure>> + Send + 'static,
{
    HostTool::new(Input::NAME, Input::DESCRIPTION, schema::<Input>(), run)
        .category(Input::CATEGORY)
        .aliases(Input::ALIASES.iter().copied())
        .parameter_aliases(Input::PARAMETER_ALIASES.iter().copied())
        .standard()
}

/// Without references and titles: models read it.
pub fn schema<Input: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<Input>().to_value();
    if let Some(map) = schema.as_object_mut() {
        map.shift_remove("title");
        map.shift_remove("description");
    }
    schema
}

pub async fn run<Input: Standard>(call: Invocation, queries: Arc<dyn Queries>) -> Result<Value, ToolFailure> {
    let Invocation { arguments, chance, context, .. } = call;
    let limits = context.limits();
    let meter = context.meter().clone();
    let cx = Context { chance, queries, meter, fuel: limits.fuel, memory: limits.memory_bytes };
    if !Input::IS_LONG && size(&arguments) <= QUICK_BYTES {
        return work::<Input>(arguments, &cx);
    }
    let place = long_call().await;
    let work = tokio::task::spawn_blocking(move || {
        let _place = place;
        work::<Input>(arguments, &cx)
    });
    work.await.unwrap_or_else(|_| Err(raised(broke())))
}

fn work<Input: Standard>(arguments: Value, cx: &Context) -> Result<Value, ToolFailure> {
    let input: Input = input(Input::NAME, arguments)?;
    let operation = input.operation();
    answer(&operation, input.run(cx).map(Into::into).map_err(Into::into))
}

/// How many bytes of text it has, and one for each other part.
pub fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 1,
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + size(value)).sum::<usize>() + 1,
        _ => 1,
    }
}

/// What a unit-like enum is called in JSON.
pub fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The fields of an object that are not null: a language without null has no others.
pub fn present(mut value: Value) -> Value {
    if let Some(map) = value.as_object_mut() {
        map.retain(|_, field| !field.is_null());
    }
    value
}

/// A number as JSON: an integer where it is one.
#[expect(clippy::cast_possible_truncation, reason = "it is an integer that a float holds exactly")]
pub fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { (number as i64).into() } else { json!(number) }
}
