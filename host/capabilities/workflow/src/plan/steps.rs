//! Reads steps.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};

use super::reader::{Common, MOST_STEPS, Reader, check_name, join, milliseconds};
use super::{AgentReference, OnError, Retry, Step, Work};
use crate::condition::Condition;
use crate::interpolate::Template;

const KINDS: [&str; 5] = ["agent", "tool", "llm", "function", "workflow"];

impl Reader {
    /// A list of steps: where it lies in the plan.
    pub fn list(&mut self, path: &str, list: Option<Value>, common: &mut Common) -> Result<Range<usize>, Failure> {
        let Some(Value::Array(items)) = list.filter(|list| list.as_array().is_some_and(|items| !items.is_empty()))
        else {
            return Err(Failure::invalid(format!("{path}: a list of at least one step is needed here")));
        };
        let first = self.steps;
        self.steps += items.len();
        if self.steps > MOST_STEPS {
            let message = format!("{path}: a workflow may have {MOST_STEPS} steps in all");
            return Err(Failure::new(Code::TooLarge, message));
        }
        let start = common.steps.len();
        let list = start..start + items.len();
        let mut names = HashSet::with_capacity(items.len());
        // Places in the plan stay right also behind a step that is wrong: then there is no plan.
        for (at, item) in items.into_iter().enumerate() {
            let place = format!("{path}[{}]", at + 1);
            let read = self.step(&place, item, at, &list, common);
            let Some(step) = self.keep(&place, read).map(|step| Step { number: first + at, ..step }) else { continue };
            if !names.insert(step.name.clone()) {
                self.error(&place, Failure::invalid(format!("there is another step '{}' in this list", step.name)));
            }
            common.steps.push(step);
        }
        self.resolve_jumps(path, &list, common);
        Ok(list)
    }

    fn step(
        &mut self,
        path: &str,
        item: Value,
        at: usize,
        list: &Range<usize>,
        common: &mut Common,
    ) -> Result<Step, Failure> {
        let mut fields = Fields::of(path.to_owned(), item)?;
        let name = match fields.text("name")? {
            None => format!("step{}", at + 1),
            Some(name) => check_name(&fields, name)?,
        };
        let given: Vec<&str> = KINDS.into_iter().filter(|kind| fields.has(&[kind])).collect();
        if given.len() != 1 {
            let found = if given.is_empty() { "none".to_owned() } else { given.join(" and ") };
            return Err(Failure::invalid(format!(
                "{path}: a step needs exactly one of {}, and has {found}",
                KINDS.join(", ")
            )));
        }
        let work = self.work(path, &mut fields, common)?;
        let when = fields.take("when").map(|when| Condition::read(&join(path, "when"), when)).transpose()?;
        common.needs.push(fields.texts("depends_on", MOST_STEPS)?);
        let timeout = milliseconds(&mut fields, "timeout_ms")?.or(common.timeout);
        let retry = Retry::take(&mut fields)?.map(Arc::new).or_else(|| common.retry.clone());
        let optional = fields.flag("optional")?.unwrap_or(false);
        let on_error = on_error(&mut fields)?;
        fields.end()?;
        let key = name.clone();
        Ok(Step {
            number: 0,
            name,
            key,
            list: list.clone(),
            work,
            when,
            timeout,
            retry,
            optional,
            on_error: on_error.0,
        })
        .inspect(|_| common.jumps.extend(on_error.1.map(|to| (list.start + at, to))))
    }

    fn work(&mut self, path: &str, fields: &mut Fields, common: &Common) -> Result<Work, Failure> {
        if let Some(agent) = fields.take("agent") {
            let agent = self.agent(path, agent)?;
            let prompt = fields.take("prompt").map(Template::Value);
            let options = object(fields, "options")?.unwrap_or_default();
            refuse_stream(path, &options)?;
            return Ok(Work::Agent { agent, prompt, options: options.into() });
        }
        if let Some(name) = fields.text("tool")? {
            let input = fields.take("input").unwrap_or_else(|| Map::new().into());
            return Ok(Work::Tool { name, input: Template::Value(input) });
        }
        if let Some(request) = object(fields, "llm")? {
            refuse_stream(path, &request)?;
            return Ok(Work::Llm(Template::Value(request.into())));
        }
        if let Some(handler) = fields.whole("function", 0..=u64::MAX)? {
            return Ok(Work::Function { handler, input: fields.take("input").map(Template::Value) });
        }
        let definition = fields.take("workflow").unwrap_or_default();
        let input = fields.take("input").map(Template::Value);
        let within = join(path, "workflow");
        match self.plan(&within, definition, common.depth + 1) {
            Some(plan) => Ok(Work::Workflow { plan: Arc::new(plan), input }),
            // What is wrong within it was told there.
            None => Ok(Work::Function { handler: 0, input: None }),
        }
    }

    fn agent(&self, path: &str, agent: Value) -> Result<AgentReference, Failure> {
        let what = join(path, "agent");
        let mut fields = Fields::of(what.clone(), agent)?;
        let (handle, name) = (fields.whole("handle", 0..=u64::from(u32::MAX))?, fields.text("name")?);
        fields.end()?;
        match (handle, name) {
            (Some(handle), None) => {
                let handle = handle as usize;
                match self.agents {
                    Some(count) if handle >= count => {
                        Err(Failure::invalid(format!("{what}: there is no agent {handle}: {count} were given")))
                    }
                    _ => Ok(AgentReference::Handle(handle)),
                }
            }
            (None, Some(name)) => Ok(AgentReference::Name(name)),
            _ => Err(Failure::invalid(format!("{what}: an agent is given by its handle or by its name"))),
        }
    }

    /// Steps that come next after a failure: later ones of the same list, so that this ends.
    fn resolve_jumps(&mut self, path: &str, list: &Range<usize>, common: &mut Common) {
        for (from, name) in std::mem::take(&mut common.jumps) {
            let later = from + 1..list.end;
            let found = common.steps.get(later.clone()).and_then(|steps| steps.iter().position(|one| one.name == name));
            let (Some(at), Some(step)) = (found, common.steps.get_mut(from)) else {
                let message = format!("'on_error' names '{name}', and there is no later step of this name in the list");
                self.error(format!("{path}[{}]", from - list.start + 1), Failure::invalid(message));
                continue;
            };
            step.on_error = OnError::GoTo(later.start + at);
        }
    }
}

/// What is done about a failure; with it, the name of the step that comes next.
fn on_error(fields: &mut Fields) -> Result<(OnError, Option<String>), Failure> {
    const EXPECTED: &str = "\"continue\", an object with the name of a later step, or a function";
    let Some(value) = fields.take("on_error") else { return Ok((OnError::Strategy, None)) };
    let object = value.as_object().filter(|object| object.len() == 1);
    match (&value, object) {
        (Value::String(word), _) if word == "continue" => return Ok((OnError::Continue, None)),
        (_, Some(object)) => {
            if let Some(step) = object.get("step").and_then(Value::as_str) {
                return Ok((OnError::Strategy, Some(step.to_owned())));
            }
            if let Some(handler) = object.get("function").and_then(Value::as_u64) {
                return Ok((OnError::Function(handler), None));
            }
        }
        _ => {}
    }
    Err(fields.wrong("on_error", EXPECTED, &value))
}

pub fn object(fields: &mut Fields, name: &'static str) -> Result<Option<Map<String, Value>>, Failure> {
    match fields.take(name) {
        None => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(other) => Err(fields.wrong(name, "an object", &other)),
    }
}

fn refuse_stream(path: &str, options: &Map<String, Value>) -> Result<(), Failure> {
    match options.get("stream") {
        Some(Value::Bool(true)) => {
            Err(Failure::invalid(format!("{path}: a step's reply is not streamed: leave out 'stream'")))
        }
        _ => Ok(()),
    }
}
