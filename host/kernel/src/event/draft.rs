//! Events as spells write them, and as subscribers get them.

use std::time::Duration;

use llmspell_api::event as api;
use llmspell_api::hook::event::Emitted;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::name;
use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};

/// Priority of an event: the highest is delivered first, the lowest is dropped first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Critical,
}

/// An event that is understood and not emitted yet.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The event's type, such as "user.login": a valid name of at most 256 bytes, unless the host made the event.
    pub name: String,
    /// JSON text: parsed, a value takes many times its bytes.
    pub data: String,
    /// How urgent the event is: queues hand out higher priorities first.
    pub priority: Priority,
    /// Of the emitter's language, unless it says otherwise.
    pub language: Option<String>,
    /// Facts about the event, such as `source`, `correlation_id` and `tags`.
    ///
    /// At most 32 fields and 4 KiB when a spell wrote it.
    pub metadata: Map<String, Value>,
    /// How long the event may wait in a queue before it expires. `None`: it never does.
    pub ttl: Option<Duration>,
}

/// An event on its way.
#[derive(Debug, Clone)]
pub struct Event {
    pub draft: Draft,
    /// Of its bus, from 1.
    pub sequence: u64,
    /// Nanoseconds since 1970, by the emitter's clock.
    pub timestamp: u64,
    pub expires: Option<Instant>,
    /// How many calls of spells' functions it was emitted within, over all spells that it was passed on by.
    pub depth: usize,
    /// Whether it was replayed; replayed events are not recorded again.
    pub replayed: bool,
    /// What it takes in a queue.
    pub bytes: usize,
}

/// The emitter of an event, as its `metadata.source` says; a spell can't claim to be the host.
const HOST: &str = "host";
const SPELL: &str = "spell";

const MOST_TAGS: usize = 32;
const METADATA_BYTES: usize = 4 << 10;
/// Seconds.
const MOST_TTL: f64 = 1e9;

impl Priority {
    pub const ALL: [Priority; 4] = [Priority::Low, Priority::Normal, Priority::High, Priority::Critical];

    pub fn word(self) -> &'static str {
        match self {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Critical => "critical",
        }
    }

    pub fn take(fields: &mut Fields, field: &'static str) -> Result<Option<Priority>, Failure> {
        let Some(word) = fields.text(field)? else { return Ok(None) };
        let found = Priority::ALL.into_iter().find(|priority| priority.word() == word.to_ascii_lowercase());
        found.map(Some).ok_or_else(|| fields.wrong(field, "low, normal, high or critical", &word.into()))
    }
}

impl Draft {
    /// What a spell wrote.
    pub fn parse(json: &str) -> Result<Draft, Failure> {
        Draft::read(Fields::parse("the event", json)?)
    }

    /// What a hook made of it.
    pub fn of(value: Value) -> Result<Draft, Failure> {
        Draft::read(Fields::of("the event", value)?)
    }

    fn read(mut fields: Fields) -> Result<Draft, Failure> {
        let name = fields.text("type")?;
        let name = name.ok_or_else(|| Failure::invalid("the event has no 'type': a text such as \"user.login\""))?;
        name::check(&name)?;
        let data = fields.take("data").unwrap_or_default().to_string();
        let priority = Priority::take(&mut fields, "priority")?.unwrap_or_default();
        let language = fields.text("language")?.map(|language| language.chars().take(32).collect());
        let mut metadata = match fields.take("metadata") {
            None => Map::new(),
            Some(Value::Object(map)) => map,
            // An empty list is how some languages write an empty object.
            Some(Value::Array(list)) if list.is_empty() => Map::new(),
            Some(other) => return Err(fields.wrong("metadata", "an object", &other)),
        };
        for field in ["correlation_id", "source", "target"] {
            if let Some(text) = fields.text(field)? {
                metadata.insert(field.into(), text.into());
            }
        }
        let tags = fields.texts("tags", MOST_TAGS)?;
        if !tags.is_empty() {
            metadata.insert("tags".into(), tags.into());
        }
        let ttl = fields.number("ttl_seconds", 0.0..=MOST_TTL)?.map(Duration::from_secs_f64);
        fields.end()?;
        if metadata.len() > MOST_TAGS || Value::from(metadata.clone()).to_string().len() > METADATA_BYTES {
            let most = format!("{MOST_TAGS} fields and {METADATA_BYTES} bytes");
            return Err(Failure::new(
                Code::TooLarge,
                format!("the event's metadata must have at most {most}: use its data"),
            ));
        }
        let source = metadata.entry("source").or_insert_with(|| SPELL.into());
        if source.as_str().is_none_or(|source| source.eq_ignore_ascii_case(HOST)) {
            return Err(Failure::invalid("the event's source must be a text other than \"host\""));
        }
        Ok(Draft { name, data, priority, language, metadata, ttl })
    }

    /// One that the host tells of.
    pub fn of_host(name: &str, data: &Value, operation: u64) -> Draft {
        let mut metadata = Map::new();
        metadata.insert("source".into(), HOST.into());
        if operation > 0 {
            metadata.insert("correlation_id".into(), format!("operation-{operation}").into());
        }
        Draft { name: name.into(), data: data.to_string(), metadata, ..Draft::default() }
    }

    /// As a spell would write it: what a hook gets and may change.
    pub fn view(&self) -> Value {
        let mut metadata = self.metadata.clone();
        // As it stands for any spell: a hook may hand back what it got.
        metadata.retain(|key, value| key != "source" || value.as_str() != Some(SPELL));
        json!(Emitted {
            r#type: &self.name,
            data: self.data(),
            priority: self.priority.into(),
            metadata,
            ttl_seconds: self.ttl.map(|ttl| ttl.as_secs_f64()),
        })
    }

    /// The event's data, parsed anew at each call; null if it is not valid JSON.
    pub fn data(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_default()
    }
}

impl From<Priority> for api::Priority {
    fn from(priority: Priority) -> api::Priority {
        match priority {
            Priority::Low => api::Priority::Low,
            Priority::Normal => api::Priority::Normal,
            Priority::High => api::Priority::High,
            Priority::Critical => api::Priority::Critical,
        }
    }
}

impl Event {
    /// What a spell gets.
    pub fn view(&self) -> Value {
        let Draft { name, priority, language, metadata, ttl, .. } = &self.draft;
        let mut metadata = metadata.clone();
        metadata.insert("priority".into(), priority.word().into());
        if let Some(ttl) = ttl {
            metadata.insert("ttl".into(), ttl.as_secs_f64().into());
        }
        if self.replayed {
            metadata.insert("replayed".into(), true.into());
        }
        let time = std::time::UNIX_EPOCH + Duration::from_nanos(self.timestamp);
        json!(api::Event {
            id: format!("event-{}", self.sequence),
            r#type: name.clone(),
            data: self.draft.data(),
            timestamp: humantime::format_rfc3339_millis(time).to_string(),
            sequence: self.sequence,
            language: language.clone(),
            metadata,
        })
    }

    pub fn is_over(&self, now: Instant) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: &str) -> String {
        Draft::parse(json).unwrap_err().message
    }

    #[test]
    fn what_is_wrong_with_an_event_is_said() {
        assert!(message("{}").contains("has no 'type'"));
        assert_eq!(message(r#"{"typ": "x", "type": "x"}"#), "the event: unknown field 'typ'; did you mean 'type'?");
        assert!(message(r#"{"type": "x", "priority": "urgent"}"#).contains("low, normal, high or critical"));
        assert!(message(r#"{"type": "x", "ttl_seconds": -1}"#).contains("a number from 0 to"));
        assert!(message(r#"{"type": "x", "metadata": [1]}"#).contains("an object"));
        assert!(message(r#"{"type": "a*"}"#).contains("can't hold '*'"));
    }

    #[test]
    fn a_spell_can_not_speak_for_the_host() {
        for json in [r#"{"type": "x", "source": "Host"}"#, r#"{"type": "x", "metadata": {"source": "host"}}"#] {
            assert!(message(json).contains("other than \"host\""));
        }
    }

    #[test]
    fn what_a_hook_gets_it_may_hand_back() {
        let json = r#"{"type": "x.y", "data": {"n": 1.5}, "priority": "High", "tags": ["a"], "ttl_seconds": 2}"#;
        let draft = Draft::parse(json).unwrap();
        let again = Draft::of(draft.view()).unwrap();
        assert_eq!((again.view(), again.priority, again.data.as_str()), (draft.view(), Priority::High, r#"{"n":1.5}"#));
    }
}
