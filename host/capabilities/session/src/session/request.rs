//! What a spell asks of sessions, from what it wrote.

use llmspell_api::session::{Page, Status};
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::nearest::nearest;
use llmspell_capability_state::lifetime;
use llmspell_state::{MOST_ENTRIES, SessionChange, SessionPage, check_session_id};
use serde_json::{Map, Value};

const OPTIONS: &str = "the session";
const NAME_BYTES: usize = 1_024;
const DESCRIPTION_BYTES: usize = 8 << 10;
const TAGS: usize = 32;
const TAG_BYTES: usize = 100;

/// A session that is to be created.
pub struct New {
    pub id: Option<String>,
    pub parent: Option<String>,
    pub change: SessionChange,
    /// As it was written, for hooks.
    pub written: Value,
}

/// Which sessions are listed.
pub struct Query {
    tags: Vec<String>,
    status: Option<Status>,
    limit: usize,
    pub after: Option<String>,
}

/// How a session is to stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Suspend,
    Resume,
    Complete,
}

/// Checks the id of a session. Fails as "invalid".
pub fn id_text(id: &str) -> Result<(), Failure> {
    check_session_id(id).map_err(|problem| Failure::invalid(problem.to_string()))
}

/// A session to be created, by what is written of it.
pub fn new(written: Value) -> Result<New, Failure> {
    let mut fields = Fields::of(OPTIONS, written.clone())?;
    let (id, parent) = (fields.text("id")?, fields.text("parent_session_id")?);
    id.iter().chain(&parent).try_for_each(|id| id_text(id))?;
    let change = take_change(&mut fields)?;
    fields.end()?;
    Ok(New { id, parent, change, written })
}

/// What is to be changed of a session, by what is written of it.
pub fn change(written: Value) -> Result<SessionChange, Failure> {
    let mut fields = Fields::of(OPTIONS, written)?;
    let change = take_change(&mut fields)?;
    fields.end()?;
    Ok(change)
}

fn take_change(fields: &mut Fields) -> Result<SessionChange, Failure> {
    let bounded = |name: &str, text: Option<String>, most: usize| match text {
        Some(text) if text.len() > most => {
            Err(Failure::invalid(format!("{OPTIONS}: '{name}' has at most {most} bytes, not {}", text.len())))
        }
        text => Ok(text),
    };
    let name = fields.text("name")?;
    let description = fields.text("description")?;
    Ok(SessionChange {
        name: bounded("name", name, NAME_BYTES)?,
        description: bounded("description", description, DESCRIPTION_BYTES)?,
        tags: tags(OPTIONS, fields)?,
        metadata: object(fields, "custom_metadata")?.unwrap_or_default(),
        status: None,
        lifetime: lifetime(fields)?,
    })
}

/// An object; of Lua's empty tables it is not told whether they are lists.
pub fn object(fields: &mut Fields, name: &'static str) -> Result<Option<Map<String, Value>>, Failure> {
    match fields.take(name) {
        None => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(Value::Array(list)) if list.is_empty() => Ok(Some(Map::new())),
        Some(other) => Err(fields.wrong(name, "an object", &other)),
    }
}

/// `tags`, where they are given.
pub fn tags(what: &str, fields: &mut Fields) -> Result<Option<Vec<String>>, Failure> {
    if !fields.has(&["tags"]) {
        return fields.texts("tags", TAGS).map(|_| None);
    }
    let tags = fields.texts("tags", TAGS)?;
    match tags.iter().find(|tag| tag.is_empty() || tag.len() > TAG_BYTES) {
        Some(tag) => Err(Failure::invalid(format!("{what}: a tag has 1 to {TAG_BYTES} bytes, not {}", tag.len()))),
        None => Ok(Some(tags)),
    }
}

/// Which sessions are listed.
pub fn query(text: &str) -> Result<Query, Failure> {
    let mut fields = Fields::parse("the query", text)?;
    let status = fields.text("status")?;
    let status = status.map(|word| {
        let unknown = || format!("the query: there is no status '{word}'{}", nearest(&word, Status::WORDS));
        Status::named(&word).ok_or_else(|| Failure::invalid(unknown()))
    });
    let query = Query {
        tags: tags("the query", &mut fields)?.unwrap_or_default(),
        status: status.transpose()?,
        limit: fields.whole("limit", 1..=MOST_ENTRIES as u64)?.unwrap_or(MOST_ENTRIES as u64) as usize,
        after: fields.text("after")?,
    };
    if let Some(after) = &query.after {
        id_text(after)?;
    }
    fields.end()?;
    Ok(query)
}

impl Query {
    /// Those of a page that fit, at most as many as are asked for.
    pub fn pick(&self, page: SessionPage) -> Page {
        let mut picked = Page { sessions: Vec::new(), next: page.next };
        for session in page.sessions {
            let fits = self.status.is_none_or(|status| status == session.status)
                && self.tags.iter().all(|tag| session.tags.contains(tag));
            if !fits {
                continue;
            }
            if picked.sessions.len() == self.limit {
                picked.next = picked.sessions.last().map(|last| last.id.clone());
                break;
            }
            picked.sessions.push(session);
        }
        picked
    }
}

/// By the word for it.
pub fn turn(word: &str) -> Result<Turn, Failure> {
    match word {
        "suspend" => Ok(Turn::Suspend),
        "resume" => Ok(Turn::Resume),
        "complete" => Ok(Turn::Complete),
        other => {
            let hint = nearest(other, &["suspend", "resume", "complete"]);
            Err(Failure::invalid(format!("a session can't be turned to '{other}'{hint}")))
        }
    }
}
