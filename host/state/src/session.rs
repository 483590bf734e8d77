//! Sessions: what belongs together across runs. With a session goes all that belongs to it.

use std::ops::ControlFlow;

use llmspell_api::session::{Session, Status};
use llmspell_base::toml_span::shown;
use serde_json::{Map, Value, json};

use crate::change::Lifetime;
use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::keys::{self, GLOBAL, Space};
use crate::list::{MOST_ENTRIES, PAGE_BYTES};
use crate::record;
use crate::staged::Staged;
use crate::stream;
use crate::tenant_record::TenantRecord;

/// The longest id, in bytes.
pub const ID_BYTES: usize = 128;
/// What a session's metadata takes at most, as JSON.
const METADATA_BYTES: usize = 64 << 10;
/// Entries of a memory in whose place one is put.
const MOST_CONSOLIDATED: usize = 10_000;

/// What is set of a session; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct SessionChange {
    /// Its name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// All its tags.
    pub tags: Option<Vec<String>>,
    /// Each replaces one of the same name; null removes it.
    pub metadata: Map<String, Value>,
    /// How it stands from now on.
    pub status: Option<Status>,
    /// How long it stays.
    pub lifetime: Option<Lifetime>,
}

/// One page of sessions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionPage {
    /// In the order of their ids.
    pub sessions: Vec<Session>,
    /// Where the next page begins; `None` for the last one.
    pub next: Option<String>,
}

/// The scope of state that belongs to a session.
pub fn scope(id: &str) -> String {
    format!("session:{id}")
}

/// Checks an id that comes from outside.
pub fn check_id(id: &str) -> Result<(), StoreError> {
    match id.len() {
        0 => Err(StoreError::Invalid("the id of the session is empty".into())),
        1..=ID_BYTES if id == GLOBAL || id == "*" => {
            Err(StoreError::Invalid(format!("'{id}' is no id of a session: it stands for something else")))
        }
        1..=ID_BYTES => Ok(()),
        bytes => Err(StoreError::Invalid(format!("the id of a session has at most {ID_BYTES} bytes, not {bytes}"))),
    }
}

fn decode(label: &[u8], record: Vec<u8>, now: u64) -> Result<Option<Session>, StoreError> {
    let entry = record::decode(label, record)?;
    if entry.expires_at.is_some_and(|at| at <= now) {
        return Ok(None);
    }
    serde_json::from_str(&entry.value).map(Some).map_err(|_| record::garbled(label))
}

/// The session as it is now; `None` where there is none or it has expired.
pub fn get(read: &dyn Read, space: &Space, id: &str, now: u64) -> Result<Option<Session>, StoreError> {
    let key = space.session(id);
    Ok(read.get(&key)?.map(|record| decode(keys::label(&key), record, now)).transpose()?.flatten())
}

/// Whether something is left of a session that has expired.
pub fn is_left(read: &dyn Read, space: &Space, id: &str, now: u64) -> Result<bool, StoreError> {
    let key = space.session(id);
    let Some((bytes, length)) = read.peek(&key)? else { return Ok(false) };
    Ok(record::head(keys::label(&key), &bytes, length)?.is_expired(now))
}

fn current(staged: &Staged<'_>, space: &Space, id: &str) -> Result<Session, StoreError> {
    let key = space.session(id);
    let found = staged.get(&key)?.map(|record| decode(keys::label(&key), record, staged.now)).transpose()?;
    found.flatten().ok_or_else(|| missing(id))
}

/// The error for a session that is not there.
pub fn missing(id: &str) -> StoreError {
    StoreError::NotFound(format!("there is no session '{}': it was never created, or it has expired", shown(id)))
}

/// Refuses to add to a session that is not active.
pub fn expect_active(staged: &Staged<'_>, space: &Space, id: &str) -> Result<(), StoreError> {
    is_active(&current(staged, space, id)?)
}

/// The same as it can be read, also of what belongs to no session.
pub fn expect_open(read: &dyn Read, space: &Space, session: &str, now: u64) -> Result<(), StoreError> {
    if session == GLOBAL {
        return Ok(());
    }
    is_active(&get(read, space, session, now)?.ok_or_else(|| missing(session))?)
}

fn is_active(session: &Session) -> Result<(), StoreError> {
    let what = match session.status {
        Status::Active => return Ok(()),
        Status::Suspended => "is suspended: resume it first",
        Status::Completed => "is completed: nothing is added to it any more",
    };
    Err(conflict(&session.id, what))
}

fn conflict(id: &str, what: &str) -> StoreError {
    StoreError::Conflict { what: format!("the session '{}' {what}", shown(id)), current: None }
}

fn write(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    session: &Session,
) -> Result<(), StoreError> {
    let key = space.session(&session.id);
    let record = record::encode(keys::label(&key), staged.version()?, session.expires_at, &json!(session).to_string());
    staged.write(tenant_record, key, Some(record))
}

fn apply(session: &mut Session, change: &SessionChange, now: u64) -> Result<(), StoreError> {
    let SessionChange { name, description, tags, metadata, status, lifetime } = change.clone();
    name.into_iter().for_each(|name| session.name = name);
    description.into_iter().for_each(|description| session.description = description);
    tags.into_iter().for_each(|tags| session.tags = tags);
    for (key, value) in metadata {
        match value {
            Value::Null => drop(session.custom_metadata.remove(&key)),
            value => drop(session.custom_metadata.insert(key, value)),
        }
    }
    let bytes = json!(session.custom_metadata).to_string().len();
    if bytes > METADATA_BYTES {
        let what = format!("the session's metadata would have {bytes} bytes; at most {METADATA_BYTES} are allowed");
        return Err(StoreError::TooLarge(what));
    }
    session.status = status.unwrap_or(session.status);
    session.expires_at = match lifetime {
        None | Some(Lifetime::Kept) => session.expires_at,
        Some(lifetime) => lifetime.from(now, None),
    };
    session.updated_at = now;
    Ok(())
}

/// Creates a session. Without an id, the store gives one.
pub fn create(
    staged: &mut Staged<'_>,
    tenant: &str,
    id: Option<&str>,
    parent: Option<&str>,
    change: &SessionChange,
) -> Result<Session, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    if let Some(parent) = parent {
        current(staged, &space, parent)?;
    }
    let id = match id {
        Some(id) => {
            check_id(id)?;
            // Also one that has expired is there as long as something is left of it.
            match staged.head(&space.session(id))? {
                None => id.to_owned(),
                Some(head) if head.is_expired(staged.now) => {
                    let what = "is gone, but for what could not be removed (`llmspell-wasm state verify` says what): \
                                use another id";
                    return Err(conflict(id, what));
                }
                Some(_) => return Err(conflict(id, "is there already")),
            }
        }
        None => {
            let mut number = staged.version()?;
            while staged.head(&space.session(&format!("session-{number}")))?.is_some() {
                number += 1;
            }
            format!("session-{number}")
        }
    };
    let now = staged.now;
    let mut session = Session {
        id,
        name: String::new(),
        description: String::new(),
        tags: Vec::new(),
        status: Status::Active,
        created_at: now,
        updated_at: now,
        expires_at: None,
        parent_session_id: parent.map(Into::into),
        custom_metadata: Map::new(),
    };
    apply(&mut session, change, now)?;
    write(staged, &mut tenant_record, &space, &session)?;
    staged.commit_tenant(tenant, &before, tenant_record)?;
    Ok(session)
}

/// Changes a session. What is completed stays so.
pub fn update(staged: &mut Staged<'_>, tenant: &str, id: &str, change: &SessionChange) -> Result<Session, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    let mut session = current(staged, &space, id)?;
    let problem = match (session.status, change.status) {
        (Status::Completed, Some(Status::Completed)) => Some("is completed already"),
        (Status::Completed, _) => Some("is completed: it is not changed any more"),
        (Status::Suspended, Some(Status::Suspended)) => Some("is suspended already"),
        (Status::Active, Some(Status::Active)) => Some("is active: there is nothing to resume"),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(conflict(id, problem));
    }
    apply(&mut session, change, staged.now)?;
    write(staged, &mut tenant_record, &space, &session)?;
    staged.commit_tenant(tenant, &before, tenant_record)?;
    Ok(session)
}

/// The stream of a session's memory.
pub fn memory(session: &str) -> String {
    format!("{}{session}", keys::MEMORY)
}

/// Adds to the memory of a session, or of what belongs to none; with `through` in the place of all up to that number.
pub fn remember(
    staged: &mut Staged<'_>,
    tenant: &str,
    session: &str,
    bodies: &[String],
    through: Option<u64>,
) -> Result<u64, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    if session != GLOBAL {
        expect_active(staged, &space, session)?;
    }
    let stream = memory(session);
    if let Some(through) = through {
        let mut tenant_record = before;
        let (from, end) = (space.item(&stream, 0), space.item(&stream, through.saturating_add(1)));
        let found = staged.keys((&from, &end), MOST_CONSOLIDATED + 1)?;
        if found.len() > MOST_CONSOLIDATED {
            let what = format!("more than {MOST_CONSOLIDATED} entries are to be consolidated: forget some first");
            return Err(StoreError::TooLarge(what));
        }
        for key in found {
            staged.write(&mut tenant_record, key, None)?;
        }
        staged.commit_tenant(tenant, &before, tenant_record)?;
    }
    let mut last = 0;
    for body in bodies {
        last = stream::append(staged, tenant, &stream, body, None)?;
    }
    Ok(last)
}

/// Begins to delete a session: from here on it is absent. Whether there was one; a sweep removes what is left.
pub fn end(staged: &mut Staged<'_>, tenant: &str, id: &str) -> Result<bool, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    let mut session = match current(staged, &space, id) {
        Err(StoreError::NotFound(_)) => return Ok(false),
        other => other?,
    };
    session.expires_at = Some(record::LONG_GONE);
    write(staged, &mut tenant_record, &space, &session)?;
    staged.commit_tenant(tenant, &before, tenant_record)?;
    Ok(true)
}

/// Sessions in the order of their ids.
pub fn list(
    read: &dyn Read,
    space: &Space,
    after: Option<&str>,
    limit: usize,
    now: u64,
) -> Result<SessionPage, StoreError> {
    let (mut from, end) = space.all(keys::SESSIONS);
    if let Some(after) = after {
        from = keys::next(space.session(after));
    }
    let limit = limit.clamp(1, MOST_ENTRIES);
    let mut page = SessionPage::default();
    let (mut bytes, mut seen, mut last) = (0, 0, None);
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        let label = keys::label(key);
        let (_, id, _) = keys::suffix(label).ok_or_else(|| record::garbled(label))?;
        seen += 1;
        bytes += value.len();
        if page.sessions.len() == limit || seen > MOST_ENTRIES || (bytes > PAGE_BYTES && last.is_some()) {
            page.next.clone_from(&last);
            return Ok(ControlFlow::Break(()));
        }
        last = Some(id.to_owned());
        page.sessions.extend(decode(label, value.to_vec(), now)?);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(page)
}
