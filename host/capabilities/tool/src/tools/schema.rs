//! The JSON Schema of a tool's parameters.

use std::sync::{Arc, OnceLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::bounds::{self, Work};
use super::mend::{Mend, lists_of_schema, mended};
use super::problem;
use super::quoted::quoted;

/// A schema that is compiled, and whose checks are known to take no longer than what is checked deserves.
pub struct Schema {
    document: Value,
    /// Compiled when it is first needed, where nobody waits to hear what is wrong with it. `None`: it can't be.
    validator: OnceLock<Option<Validator>>,
    work: Work,
}

const MOST_BYTES: usize = 64 << 10;
/// Of a compiled pattern. Enough for some classes of Unicode.
const PATTERN_BYTES: usize = 32 << 10;
/// The most checks for one call, each of one value: some hundredths of a second.
const MOST_CHECKS: u64 = 4_000_000;
/// Beyond, a check keeps a thread of its own busy, and not one that runs spells.
const QUICK_CHECKS: u64 = 20_000;
/// Up to so many, all that is wrong is collected. Beyond, the first that is found has to do.
const COLLECTED: u64 = 20_000;
/// The most that may be copied to tell why none of several choices fits.
const COPIED_BYTES: u64 = 16 << 20;
/// How much is told at once.
const MOST_PROBLEMS: usize = 5;

/// Long checks at once, over all runs: one tenant's leave the threads that read files and stores to the others.
static LONG_CHECKS: Semaphore = Semaphore::const_new(2);

/// What is wrong with some arguments.
#[derive(Debug, PartialEq)]
pub enum Unfit {
    /// Checking them would take too long; the text says so.
    TooLarge(String),
    /// They do not fit the schema; the text is one line that names the places, unless finding them takes too much memory.
    Invalid(String),
}

impl Schema {
    /// `{}` and an object without "type" stand for an object. Says what is wrong otherwise.
    pub fn compile(document: Value) -> Result<Schema, String> {
        Schema::of(of_object(document)?, "'parameters'")
    }

    /// The same, compiled when it is first needed: of a standard tool, which most runs don't call, and of one of hundreds that
    /// a server lists. A pattern that can't be used is found out only then.
    pub fn compile_later(document: Value) -> Result<Schema, String> {
        Schema::later(of_object(document)?, "'parameters'")
    }

    /// [`Schema::of`], compiled when it is first needed.
    pub fn later(document: Value, what: &str) -> Result<Schema, String> {
        let (document, work) = prepare(document, what)?;
        Ok(Schema { document, validator: OnceLock::new(), work })
    }

    /// Of any kind of value. `what` names it in messages.
    pub fn of(document: Value, what: &str) -> Result<Schema, String> {
        let (document, work) = prepare(document, what)?;
        let validator = compile(&document).map_err(|problem| format!("{what}: {problem}"))?;
        Ok(Schema { document, validator: Some(validator).into(), work })
    }

    fn validator(&self) -> Option<&Validator> {
        self.validator.get_or_init(|| compile(&self.document).ok()).as_ref()
    }

    /// Whether anything can be checked by it: it is compiled for that.
    pub fn is_usable(&self) -> bool {
        self.validator().is_some()
    }

    fn is_valid(&self, value: &Value) -> bool {
        self.validator().is_some_and(|validator| validator.is_valid(value))
    }

    /// As it was given, with "type" filled in.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The names of the parameters, in the order of the schema.
    pub fn properties(&self) -> Vec<String> {
        let properties = self.document.get("properties").and_then(Value::as_object);
        properties.into_iter().flat_map(|map| map.keys().cloned()).collect()
    }

    /// The names of the parameters that must be given, in the order of the schema.
    pub fn required(&self) -> Vec<&str> {
        let required = self.document.get("required").and_then(Value::as_array);
        required.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// How many checks of one value it takes.
    fn checks(&self, arguments: &Value) -> u64 {
        let patterns = self.work.patterns.saturating_mul(text_bytes(arguments)).saturating_mul(PATTERN_CHECKS);
        self.work.all.saturating_mul(weigh(arguments)).saturating_add(patterns)
    }

    /// A value with empty lists for empty objects where it has to have a list.
    pub fn with_lists(&self, value: Value) -> Value {
        let value = self.mend(value, Mend::Lists, |_| true);
        self.mend(value, Mend::ListsOfChoices, |mended| self.is_valid(mended))
    }

    /// A value without the nulls that keep it from fitting.
    pub fn without_nulls(&self, value: Value) -> Value {
        self.mend(value, Mend::Nulls, |mended| self.is_valid(mended))
    }

    fn mend(&self, value: Value, mend: Mend, is_better: impl FnOnce(&Value) -> bool) -> Value {
        let Some(validator) = self.validator().filter(|_| self.checks(&value) <= COLLECTED) else { return value };
        if validator.is_valid(&value) {
            return value;
        }
        mended(&value, validator.iter_errors(&value), mend).filter(is_better).unwrap_or(value)
    }

    /// As [`Schema::check`], and gives the value back. A long check does not hold up other runs.
    pub async fn check_apart(self: &Arc<Schema>, value: Value) -> (Value, Result<(), Unfit>) {
        if !(QUICK_CHECKS..=MOST_CHECKS).contains(&self.checks(&value)) {
            let checked = self.check(&value);
            return (value, checked);
        }
        let schema = self.clone();
        // It is never closed. The place is taken until the check has ended, even if its result is no longer awaited.
        let turn = LONG_CHECKS.acquire().await.ok();
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let checked = schema.check(&value);
            (value, checked)
        });
        let failed = |_| (Value::Null, Err(Unfit::Invalid("they can't be checked: the host failed at it".into())));
        work.await.unwrap_or_else(failed)
    }

    /// Checks arguments. What is wrong is one line, which names places and says what was expected.
    pub fn check(&self, arguments: &Value) -> Result<(), Unfit> {
        let (size, checks) = (weigh(arguments), self.checks(arguments));
        if checks > MOST_CHECKS {
            return Err(Unfit::TooLarge("they are too large to be checked against so long a schema".into()));
        }
        let Some(validator) = self.validator() else {
            return Err(Unfit::Invalid("they can't be checked: the tool's schema is no good".into()));
        };
        if validator.is_valid(arguments) {
            return Ok(());
        }
        if self.work.choices.saturating_mul(size * BYTES_EACH) > COPIED_BYTES {
            return Err(Unfit::Invalid("they do not fit its parameters".into()));
        }
        let told: Vec<String> = if checks <= COLLECTED {
            let mut all = validator.iter_errors(arguments);
            let mut told: Vec<String> =
                all.by_ref().take(MOST_PROBLEMS).map(|error| problem::tell(&error, &self.document)).collect();
            let more = all.next().is_some();
            // What is missing is most often why the rest is wrong.
            told.sort_by_key(|line| !line.ends_with(problem::REQUIRED));
            told.dedup();
            if more {
                told.push("and more".into());
            }
            told
        } else {
            validator.validate(arguments).err().map(|error| problem::tell(&error, &self.document)).into_iter().collect()
        };
        Err(Unfit::Invalid(told.join("; ")))
    }
}

/// How long a check of a value takes: one for each of its parts, and one for so many bytes of text.
const BYTES_EACH: u64 = 64;

/// What a pattern makes of a byte at worst: it looks at each of its states.
const PATTERN_CHECKS: u64 = 32;

/// Of all texts, the names of fields included.
fn text_bytes(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.len() as u64,
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| key.len() as u64 + text_bytes(value)).sum(),
        _ => 0,
    }
}

fn weigh(value: &Value) -> u64 {
    let text = |text: &str| text.len() as u64 / BYTES_EACH;
    1 + match value {
        Value::String(all) => text(all),
        Value::Array(items) => items.iter().map(weigh).sum::<u64>(),
        Value::Object(map) => map.iter().map(|(key, value)| text(key) + weigh(value)).sum::<u64>(),
        _ => 0,
    }
}

fn is_draft(name: &str) -> bool {
    let name = name.trim_end_matches('#').trim_start_matches("http").trim_start_matches('s');
    let known = ["draft-06/schema", "draft-07/schema", "draft/2019-09/schema", "draft/2020-12/schema"];
    name.strip_prefix("://json-schema.org/").is_some_and(|draft| known.contains(&draft))
}

/// `{}` and an object without "type" stand for an object.
fn of_object(mut document: Value) -> Result<Value, String> {
    let Some(map) = document.as_object_mut() else {
        return Err("'parameters' must be a JSON Schema: an object".into());
    };
    let foreign = map.keys().find(|_| !map.keys().any(|key| WORDS.contains(&key.as_str()) || key == "$id"));
    if let Some(foreign) = foreign {
        let foreign = quoted(foreign);
        return Err(format!("'parameters' is no JSON Schema: write {{\"properties\": {{{foreign}: …}}}}"));
    }
    match map.get("type") {
        None => drop(map.insert("type".into(), "object".into())),
        Some(Value::String(word)) if word == "object" => {}
        Some(_) => return Err("'parameters' must describe an object: \"type\" must be \"object\"".into()),
    }
    Ok(document)
}

/// A schema that can be compiled as far as can be seen without that, and what checks by it take.
fn prepare(mut document: Value, what: &str) -> Result<(Value, Work), String> {
    if let Some(map) = document.as_object_mut() {
        // Where it came from is of no use here; references are to places in it.
        map.remove("$id");
        if let Some(draft) = map.get("$schema").filter(|draft| !draft.as_str().is_some_and(is_draft)) {
            let draft = quoted(draft.as_str().unwrap_or_default());
            return Err(format!("{what}: '$schema' must be that of draft 6, 7, 2019-09 or 2020-12, not {draft}"));
        }
    }
    lists_of_schema(&mut document);
    let bytes = document.to_string().len();
    if bytes > MOST_BYTES {
        return Err(format!("its schema takes {bytes} bytes; at most {MOST_BYTES} are allowed"));
    }
    let work = bounds::measure(&document).map_err(|problem| format!("{what}: {problem}"))?;
    Ok((document, work))
}

/// Everything else about the schema is known to be good: only its patterns are left to be wrong.
///
/// It is compiled as a resource that another one refers to. The crate would check it against the schema of schemas
/// otherwise, and that one, as of 0.33, keeps a part of itself for each new way in which schemas are nested, for ever.
fn compile(document: &Value) -> Result<Validator, String> {
    let draft = Draft::default().detect(document).unwrap_or_default();
    jsonschema::options()
        .with_draft(draft)
        .with_resource(PLACE, draft.create_resource(document.clone()))
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES))
        // These are hints for the author of a value. Each would be one more parser that runs on the host.
        .should_validate_formats(false)
        .without_content_encoding_support("base64")
        .without_content_media_type_support("application/json")
        .build(&json!({ "$ref": PLACE }))
        .map_err(|error| unusable(&error))
}

const PLACE: &str = "llmspell:tool";

fn unusable(error: &ValidationError<'_>) -> String {
    let place = error.instance_path.as_str();
    let place = quoted(place.strip_prefix("/$ref").unwrap_or(place));
    match &error.kind {
        ValidationErrorKind::Format { .. } => format!(
            "{place} has a pattern that can't be used: it is no regular expression without look-around, or \
             too large a one"
        ),
        _ => format!("{place} can't be used"),
    }
}

/// Some of the words of schemas: an object that has none of them is something else.
const WORDS: &[&str] = &[
    "$ref",
    "$schema",
    "$defs",
    "definitions",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "title",
    "description",
    "enum",
    "const",
    "default",
    "examples",
    "$comment",
];
