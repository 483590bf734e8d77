//! One hook, as it is registered, found and listed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use llmspell_api::hook::{self as api, PriorityWord};
use serde_json::Value;

use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::hook_pattern::Pattern;

pub struct Entry {
    pub id: u64,
    pub pattern: Pattern,
    /// The guest's number of the function.
    pub handler: u64,
    pub priority: i64,
    pub name: String,
    pub description: Option<String>,
    pub version: Option<String>,
    pub tags: Vec<String>,
    /// An error in it cancels what it was asked about.
    pub fail_closed: bool,
    pub enabled: AtomicBool,
    /// Unregistered: one that fires already does not call it any more.
    pub gone: AtomicBool,
    pub runs: AtomicU64,
    pub errors: AtomicU64,
}

/// Which hooks `list` is to find.
pub struct Filter {
    pattern: Option<Pattern>,
    language: Option<String>,
    priority: Option<i64>,
    tag: Option<String>,
    id: Option<u64>,
}

/// Words for priorities: the higher runs first.
const PRIORITIES: [(PriorityWord, i64); 5] = [
    (PriorityWord::Highest, 1000),
    (PriorityWord::High, 500),
    (PriorityWord::Normal, 0),
    (PriorityWord::Low, -500),
    (PriorityWord::Lowest, -1000),
];
const MOST_PRIORITY: i64 = 1000;

const MOST_TAGS: usize = 16;
const TEXT_BYTES: usize = 1_000;

impl Entry {
    pub fn parse(id: u64, point: &str, handler: u64, options: &str) -> Result<Entry, Failure> {
        let pattern = Pattern::parse(point)?;
        let mut fields = Fields::parse("the hook's options", options)?;
        let priority = take_priority(&mut fields)?.unwrap_or_default();
        let name = short_text(&mut fields, "name")?.unwrap_or_else(|| format!("hook-{id}"));
        let (description, version) = (short_text(&mut fields, "description")?, short_text(&mut fields, "version")?);
        let tags = fields.texts("tags", MOST_TAGS)?;
        if let Some(tag) = tags.iter().find(|tag| tag.len() > TEXT_BYTES) {
            return Err(fields.wrong("tags", &format!("of at most {TEXT_BYTES} bytes each"), &tag.len().into()));
        }
        let fail_closed = match fields.take("fail_closed") {
            None => false,
            Some(Value::Bool(fail_closed)) => fail_closed,
            Some(other) => return Err(fields.wrong("fail_closed", "a boolean", &other)),
        };
        fields.end()?;
        let (enabled, gone) = (true.into(), false.into());
        let (runs, errors) = (0.into(), 0.into());
        Ok(Entry {
            id,
            pattern,
            handler,
            priority,
            name,
            description,
            version,
            tags,
            fail_closed,
            enabled,
            gone,
            runs,
            errors,
        })
    }

    pub fn is_on(&self) -> bool {
        self.enabled.load(Relaxed) && !self.gone.load(Relaxed)
    }

    pub fn view(&self, language: &str) -> api::Hook {
        api::Hook {
            id: self.id,
            name: self.name.clone(),
            point: self.pattern.text().into(),
            language: language.into(),
            priority: shown(self.priority),
            enabled: self.enabled.load(Relaxed),
            fail_closed: self.fail_closed,
            tags: self.tags.clone(),
            description: self.description.clone(),
            version: self.version.clone(),
            runs: self.runs.load(Relaxed),
            errors: self.errors.load(Relaxed),
        }
    }
}

/// A word where there is one.
fn shown(priority: i64) -> api::Priority {
    match PRIORITIES.iter().find(|(_, number)| *number == priority) {
        Some((word, _)) => api::Priority::Word(*word),
        None => api::Priority::Number(priority),
    }
}

impl Filter {
    pub fn parse(filter: &str) -> Result<Filter, Failure> {
        let mut fields = Fields::parse("the filter of hooks", filter)?;
        let pattern = fields.text("point")?.map(|point| Pattern::parse(&point)).transpose()?;
        let (language, tag) = (fields.text("language")?, fields.text("tag")?);
        let (priority, id) = (take_priority(&mut fields)?, fields.whole("id", 0..=u64::MAX)?);
        fields.end()?;
        Ok(Filter { pattern, language, priority, tag, id })
    }

    pub fn finds(&self, entry: &Entry, language: &str) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern.meets(&entry.pattern))
            && self.language.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(language))
            && self.priority.is_none_or(|priority| priority == entry.priority)
            && self.tag.as_ref().is_none_or(|tag| entry.tags.contains(tag))
            && self.id.is_none_or(|id| id == entry.id)
    }
}

fn take_priority(fields: &mut Fields) -> Result<Option<i64>, Failure> {
    let Some(value) = fields.take("priority") else { return Ok(None) };
    let number = match &value {
        Value::String(word) => {
            PRIORITIES.iter().find(|(known, _)| word.eq_ignore_ascii_case(known.word())).map(|(_, number)| *number)
        }
        other => other.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64),
    };
    let number = number.filter(|number| (-MOST_PRIORITY..=MOST_PRIORITY).contains(number));
    let expected = "highest, high, normal, low, lowest or a whole number from -1000 to 1000";
    number.map(Some).ok_or_else(|| fields.wrong("priority", expected, &value))
}

fn short_text(fields: &mut Fields, name: &'static str) -> Result<Option<String>, Failure> {
    match fields.text(name)? {
        Some(text) if text.len() > TEXT_BYTES => {
            Err(fields.wrong(name, &format!("a text of at most {TEXT_BYTES} bytes"), &text.len().into()))
        }
        text => Ok(text),
    }
}
