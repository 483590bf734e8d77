//! Reads a definition: the fields of a workflow. What is wrong is collected, with its place.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use llmspell_api::workflow::Remark;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::nearest::nearest;
use llmspell_base::text::invisible;

use super::{OnError, Plan, Retry, Shape, Step};

pub struct Reader {
    remarks: Remarks,
    /// How many agents steps may refer to; `None`: any number.
    pub agents: Option<usize>,
    /// Of the workflow and of those within it.
    pub steps: usize,
}

#[derive(Debug, Default)]
pub struct Remarks {
    pub errors: Vec<Problem>,
    pub warnings: Vec<Problem>,
}

/// What is wrong with a definition, and where.
#[derive(Debug)]
pub struct Problem {
    path: String,
    failure: Failure,
}

/// What the steps of a workflow have in common, while they are read.
pub struct Common {
    pub depth: usize,
    pub timeout: Option<Duration>,
    /// Shared: its list of codes may be long.
    pub retry: Option<Arc<Retry>>,
    pub steps: Vec<Step>,
    /// Names of what each step has to wait for.
    pub needs: Vec<Vec<String>>,
    /// Steps of the list that is being read, and the names of those that come next after their failure.
    pub jumps: Vec<(usize, String)>,
}

pub const MOST_STEPS: usize = 1_000;
const MOST_DEPTH: usize = 16;
const MOST_ERRORS: usize = 100;
const NAME_CHARS: usize = 128;
pub const LONGEST_MS: u64 = 86_400_000;
const PATTERNS: &[&str] = &["sequential", "parallel", "conditional", "loop", "dag"];
const STRATEGIES: &[&str] = &["fail_fast", "continue", "retry"];

impl Reader {
    pub fn new(agents: Option<usize>) -> Reader {
        Reader { remarks: Remarks::default(), agents, steps: 0 }
    }

    pub fn into_remarks(self) -> Remarks {
        self.remarks
    }

    /// A workflow at this place, so deep within others. `None`: something is wrong with it, which the remarks tell.
    pub fn plan(&mut self, path: &str, definition: Value, depth: usize) -> Option<Plan> {
        let read = self.read_plan(path, definition, depth);
        self.keep(path, read)
    }

    fn read_plan(&mut self, path: &str, definition: Value, depth: usize) -> Result<Plan, Failure> {
        if depth > MOST_DEPTH {
            return Err(Failure::invalid(format!("{path}: workflows may be nested {MOST_DEPTH} deep")));
        }
        let what = if path.is_empty() { "the workflow" } else { path };
        let mut fields = Fields::of(what.to_owned(), definition)?;
        let name = required_name(&mut fields)?;
        fields.text("description")?;
        let pattern = word(&mut fields, "pattern", PATTERNS)?.ok_or_else(|| {
            Failure::invalid(format!("{what}: 'pattern' is missing; known are: {}", PATTERNS.join(", ")))
        })?;
        let strategy = word(&mut fields, "error_strategy", STRATEGIES)?.unwrap_or(0);
        let retry = Retry::take(&mut fields)?.or((strategy == 2).then(Retry::usual)).map(Arc::new);
        let timeout = milliseconds(&mut fields, "timeout_ms")?;
        let state = match fields.take("state") {
            None => Map::new(),
            Some(Value::Object(state)) => state,
            Some(other) => return Err(fields.wrong("state", "an object", &other)),
        };
        let step_timeout = milliseconds(&mut fields, "step_timeout_ms")?;
        let mut common =
            Common { depth, timeout: step_timeout, retry, steps: Vec::new(), needs: Vec::new(), jumps: Vec::new() };
        let shape = match pattern {
            0 => Shape::Sequential(self.body(path, &mut fields, &mut common)?),
            1 => self.parallel(path, &mut fields, &mut common)?,
            2 => self.conditional(path, &mut fields, &mut common)?,
            3 => self.repeat(path, &mut fields, &mut common)?,
            _ => self.dag(path, &mut fields, &mut common)?,
        };
        fields.end()?;
        if pattern != 4
            && let Some(at) = common.needs.iter().position(|needs| !needs.is_empty())
        {
            let name = common.steps.get(at).map_or("", |step| step.name.as_str());
            let message = format!("'depends_on' of step '{name}' means something in a \"dag\" only");
            return Err(wrong(path, message));
        }
        if pattern == 4
            && let Some(step) = common.steps.iter().find(|step| matches!(step.on_error, OnError::GoTo(_)))
        {
            let message = format!("'on_error' of step '{}' names a step: in a \"dag\" none comes next", step.name);
            return Err(wrong(path, message));
        }
        let keys = keys(&mut common.steps, &shape);
        let continues = strategy == 1;
        let mut plan = Plan { name, shape, steps: common.steps, keys, continues, timeout, state, weight: 0 };
        plan.resolve();
        self.check_references(path, &plan);
        Ok(plan)
    }

    /// The field `steps`.
    pub fn body(&mut self, path: &str, fields: &mut Fields, common: &mut Common) -> Result<Range<usize>, Failure> {
        let steps = fields.take("steps");
        self.list(&join(path, "steps"), steps, common)
    }

    pub fn error(&mut self, path: impl Into<String>, failure: Failure) {
        // More help nobody, and each may be long.
        if self.remarks.errors.len() < MOST_ERRORS {
            self.remarks.errors.push(Problem { path: path.into(), failure });
        }
    }

    pub fn warn(&mut self, path: impl Into<String>, message: impl Into<String>) {
        let failure = Failure::invalid(message);
        self.remarks.warnings.push(Problem { path: path.into(), failure });
    }

    /// What was read; what is wrong with it becomes a remark.
    pub fn keep<T>(&mut self, path: &str, read: Result<T, Failure>) -> Option<T> {
        read.map_err(|failure| self.error(path, failure)).ok()
    }
}

impl Problem {
    /// The message may begin with a place within this one, such as "steps[2].when".
    pub fn show(&self) -> Remark {
        let (path, message) = (self.path.as_str(), self.failure.message.as_str());
        let rest = if path.is_empty() { None } else { message.strip_prefix(path) };
        let within = rest.filter(|rest| rest.starts_with(['.', '[', ':'])).and_then(|rest| rest.split_once(": "));
        match within {
            Some((more, message)) => Remark { path: format!("{path}{more}"), message: message.to_owned() },
            None => Remark { path: path.to_owned(), message: message.to_owned() },
        }
    }

    pub fn failure(self) -> Failure {
        let Remark { path, message } = self.show();
        let message = if path.is_empty() { message } else { format!("{path}: {message}") };
        Failure { message, ..self.failure }
    }
}

/// What is wrong with the workflow at this place.
pub fn wrong(path: &str, message: String) -> Failure {
    Failure::invalid(if path.is_empty() { message } else { format!("{path}: {message}") })
}

pub fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// A name that is there and can be shown.
pub fn required_name(fields: &mut Fields) -> Result<String, Failure> {
    let name = fields.text("name")?;
    check_name(fields, name.unwrap_or_default())
}

pub fn check_name(fields: &Fields, name: String) -> Result<String, Failure> {
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(invisible) {
        let expected = format!("a text of 1 to {NAME_CHARS} characters without control characters");
        return Err(fields.wrong("name", &expected, &name.into()));
    }
    Ok(name)
}

/// One of some words: its place among them.
pub fn word(fields: &mut Fields, name: &'static str, words: &[&str]) -> Result<Option<usize>, Failure> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    match words.iter().position(|word| *word == text) {
        Some(place) => Ok(Some(place)),
        None => {
            let expected = format!("one of {}{}", words.join(", "), nearest_only(&text, words));
            Err(fields.wrong(name, &expected, &text.into()))
        }
    }
}

fn nearest_only(text: &str, words: &[&str]) -> String {
    let hint = nearest(text, words);
    if hint.contains("did you mean") { hint.replace("; did", " (did").replace('?', "?)") } else { String::new() }
}

pub fn milliseconds(fields: &mut Fields, name: &'static str) -> Result<Option<Duration>, Failure> {
    Ok(fields.whole(name, 1..=LONGEST_MS)?.map(Duration::from_millis))
}

/// Steps by what they are called in the whole workflow: their names, or "branch:name" where several have the name.
fn keys(steps: &mut [Step], shape: &Shape) -> HashMap<String, usize> {
    let mut uses: HashMap<String, usize> = HashMap::new();
    for step in steps.iter() {
        *uses.entry(step.name.clone()).or_default() += 1;
    }
    let branches: &[super::Branch] = match shape {
        Shape::Parallel { branches, .. } | Shape::Conditional { branches, .. } => branches,
        _ => &[],
    };
    let mut keys = HashMap::with_capacity(steps.len());
    for (at, step) in steps.iter_mut().enumerate() {
        if uses.get(&step.name).is_some_and(|uses| *uses > 1) {
            let branch = branches.iter().find(|branch| branch.steps == step.list);
            step.key = format!("{}:{}", branch.map_or("otherwise", |branch| &branch.name), step.name);
        }
        keys.insert(step.key.clone(), at);
    }
    keys
}
