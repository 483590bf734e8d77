//! What a spell asks of memory, from what it wrote.

use llmspell_api::memory::NewEntry;
use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};
use serde_json::json;

use crate::artifact::check_session;
use crate::session::object;

const ENTRY: &str = "the entry";
const CONTENT_BYTES: usize = 16 << 10;
const METADATA_BYTES: usize = 4 << 10;
const ROLE_BYTES: usize = 64;
const AGENT_BYTES: usize = 128;
const MOST: usize = 1_000;
const USUAL: usize = 20;
/// More words of a search do not count.
const WORDS: usize = 64;

/// An entry to be added.
pub fn entry(written: &str, session: &str) -> Result<NewEntry, Failure> {
    check_session(session)?;
    let mut fields = Fields::parse(ENTRY, written)?;
    let text = |fields: &mut Fields, name: &'static str, most: usize| match fields.text(name)? {
        Some(text) if text.len() > most => {
            let message = format!("{ENTRY}: '{name}' has at most {most} bytes, not {}", text.len());
            Err(Failure::new(Code::TooLarge, message))
        }
        text => Ok(text),
    };
    let missing = |name: &str| Failure::invalid(format!("{ENTRY}: `{name}` is missing"));
    let entry = NewEntry {
        role: text(&mut fields, "role", ROLE_BYTES)?.ok_or_else(|| missing("role"))?,
        content: text(&mut fields, "content", CONTENT_BYTES)?.ok_or_else(|| missing("content"))?,
        agent: text(&mut fields, "agent", AGENT_BYTES)?,
        metadata: object(&mut fields, "metadata")?,
    };
    fields.end()?;
    let bytes = entry.metadata.as_ref().map_or(0, |metadata| json!(metadata).to_string().len());
    if bytes > METADATA_BYTES {
        let message = format!("{ENTRY}: its metadata takes {bytes} bytes; at most {METADATA_BYTES} are allowed");
        return Err(Failure::new(Code::TooLarge, message));
    }
    Ok(entry)
}

/// What the host itself adds: a longer content is cut, and says so.
pub fn bounded(mut entry: NewEntry) -> NewEntry {
    const CUT: &str = " […]";
    if entry.content.len() > CONTENT_BYTES {
        entry.content.truncate(entry.content.floor_char_boundary(CONTENT_BYTES - CUT.len()));
        entry.content.push_str(CUT);
    }
    entry
}

/// Which entries are wanted.
pub struct Query {
    pub words: Option<Vec<String>>,
    pub agent: Option<String>,
    pub role: Option<String>,
    pub limit: usize,
    pub after: Option<u64>,
    /// With those of an agent also summaries of no agent's.
    pub with_summaries: bool,
}

impl Query {
    /// The last of an agent, and what was consolidated.
    pub fn of_agent(agent: &str, limit: usize) -> Query {
        let (agent, limit) = (Some(agent.into()), limit.clamp(1, MOST));
        Query { words: None, agent, role: None, limit, after: None, with_summaries: true }
    }
}

/// By what is written of it.
pub fn query(written: &str, session: &str) -> Result<Query, Failure> {
    check_session(session)?;
    let mut fields = Fields::parse("the query", written)?;
    let words = fields.text("text")?.map(|text| {
        let mut words: Vec<String> = words(&text).collect();
        words.sort_unstable();
        words.dedup();
        words.truncate(WORDS);
        words
    });
    let query = Query {
        words,
        agent: fields.text("agent")?,
        role: fields.text("role")?,
        limit: fields.whole("limit", 1..=MOST as u64)?.map_or(USUAL, |limit| limit as usize),
        after: fields.whole("after", 0..=u64::MAX)?,
        with_summaries: false,
    };
    fields.end()?;
    Ok(query)
}

/// The words of a text: letters and digits, in lower case.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
