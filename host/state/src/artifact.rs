//! Artifacts: documents of any size with a name, kept once for each content.
//!
//! A content is cut into chunks, which lie under the number of a blob. The content's own entry, under its SHA-256, says which
//! blob that is and how many artifacts have it. Chunks are there before anything names them: meanwhile, and when the last artifact
//! is gone, a note says that the blob is loose. The note expires like any entry, and the sweep that finds it removes the chunks: so
//! nothing is left of an upload that was cut short, whenever that happened.

use std::ops::ControlFlow;

use llmspell_api::artifact::{Artifact, Kind};
use llmspell_base::hash::hex;
use llmspell_base::toml_span::shown;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::change::Lifetime;
use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::keys::{self, GLOBAL, Space};
use crate::list::{MOST_ENTRIES, PAGE_BYTES};
use crate::record;
use crate::session;
use crate::staged::Staged;
use crate::tenant_record::TenantRecord;

mod check;
mod upload;

pub use check::Check;
pub use upload::{begin, chunk, discard, remove_loose};

/// Bytes of a chunk; the last one may have fewer.
pub const CHUNK_BYTES: usize = 1 << 20;
/// Contents of so many bytes are stored in one commit.
pub const WHOLE_BYTES: usize = 8 << 20;
/// The longest name, in bytes.
const NAME_BYTES: usize = 1_024;
/// What else is said of an artifact takes at most so much, as JSON.
const ABOUT_BYTES: usize = 96 << 10;

/// An artifact that is to be stored.
#[derive(Debug, Clone)]
pub struct NewArtifact {
    /// The session that it belongs to, or [`GLOBAL`].
    pub session: String,
    /// 1 to 1,024 bytes.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Such as "text/plain".
    pub mime_type: String,
    /// As the spell gave them.
    pub tags: Vec<String>,
    /// As the spell gave it.
    pub metadata: Map<String, Value>,
    /// How long it stays.
    pub lifetime: Lifetime,
}

/// What an artifact holds.
#[derive(Debug, Clone)]
pub enum NewContent {
    /// All of it, at most [`WHOLE_BYTES`].
    Whole(Vec<u8>),
    /// What was uploaded before.
    Uploaded(Uploaded),
}

/// A finished upload.
#[derive(Debug, Clone)]
pub struct Uploaded {
    /// Its number.
    pub upload: u64,
    /// How many chunks it has: at least one, and all but the last of [`CHUNK_BYTES`].
    pub chunks: u32,
    /// Their bytes.
    pub size: u64,
    /// Their SHA-256, in hexadecimal digits.
    pub hash: String,
}

/// Which artifact of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By its number.
    Sequence(u64),
    /// The newest of this name.
    Newest(String),
    /// By name and version.
    Version(String, u64),
}

/// Where an artifact's content lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The number under which its chunks lie.
    pub blob: u64,
    /// In bytes.
    pub size: u64,
    /// How many chunks it has.
    pub chunks: u32,
    /// How many artifacts have it.
    pub(crate) references: u64,
}

/// Which artifacts are listed.
#[derive(Debug, Clone, Default)]
pub struct ListArtifacts {
    /// Those of one session; `None`: of all.
    pub session: Option<String>,
    /// All versions of this name in the session, the newest first.
    pub name: Option<String>,
    /// Behind this one: its session, and its number, or its version where a name is given.
    pub after: Option<(String, u64)>,
    /// At most so many, and never more than 1,000; 0 stands for that.
    pub limit: usize,
}

/// One page of artifacts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArtifactPage {
    /// In the order of sessions and numbers; by name, the newest first.
    pub artifacts: Vec<Artifact>,
    /// What `after` is for the next page; `None` for the last one.
    pub next: Option<(String, u64)>,
}

/// Checks what comes from outside.
pub fn check(tenant: &str, new: &NewArtifact, content: &NewContent) -> Result<(), StoreError> {
    keys::check(tenant, &new.session, "")?;
    let bytes = new.name.len();
    if bytes == 0 || bytes > NAME_BYTES {
        return Err(StoreError::Invalid(format!("the name of an artifact has 1 to {NAME_BYTES} bytes, not {bytes}")));
    }
    let about = json!([new.mime_type, new.tags, new.metadata]).to_string().len();
    if about > ABOUT_BYTES {
        let what = format!("what is said of an artifact takes {about} bytes; at most {ABOUT_BYTES} are allowed");
        return Err(StoreError::TooLarge(what));
    }
    match content {
        NewContent::Whole(bytes) if bytes.len() > WHOLE_BYTES => {
            let what = format!("{} bytes at once are too many: at most {WHOLE_BYTES}", bytes.len());
            Err(StoreError::TooLarge(what))
        }
        _ => Ok(()),
    }
}

/// The SHA-256 of a content; of one that was uploaded it is known. Others have their turn meanwhile.
pub async fn hash_of(content: &NewContent) -> String {
    let bytes = match content {
        NewContent::Whole(bytes) => bytes,
        NewContent::Uploaded(uploaded) => return uploaded.hash.clone(),
    };
    let mut hash = Sha256::new();
    for piece in bytes.chunks(CHUNK_BYTES) {
        hash.update(piece);
        tokio::task::yield_now().await;
    }
    hex(&hash.finalize())
}

fn read_json<T: for<'a> Deserialize<'a>>(key: &[u8], record: Vec<u8>) -> Result<T, StoreError> {
    let label = keys::label(key);
    let entry = record::decode(label, record)?;
    serde_json::from_str(&entry.value).map_err(|_| record::garbled(label))
}

fn put_text(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    key: Vec<u8>,
    expires_at: Option<u64>,
    text: &str,
) -> Result<(), StoreError> {
    let record = record::encode(keys::label(&key), staged.version()?, expires_at, text);
    staged.write(tenant_record, key, Some(record))
}

fn number(staged: &Staged<'_>, key: &[u8]) -> Result<u64, StoreError> {
    staged.get(key)?.map_or(Ok(0), |record| read_json(key, record))
}

fn content(staged: &Staged<'_>, space: &Space, hash: &str) -> Result<Option<Content>, StoreError> {
    let key = space.content(hash);
    staged.get(&key)?.map(|record| read_json(&key, record)).transpose()
}

fn put_content(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    hash: &str,
    content: Content,
) -> Result<(), StoreError> {
    put_text(staged, tenant_record, space.content(hash), None, &json!(content).to_string())
}

/// Stores an artifact: it is there as a whole from here on. `hash` is that of its content.
pub fn keep(
    staged: &mut Staged<'_>,
    tenant: &str,
    new: &NewArtifact,
    new_content: &NewContent,
    hash: &str,
) -> Result<Artifact, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    if new.session != GLOBAL {
        session::expect_active(staged, &space, &new.session)?;
    }
    let found = content(staged, &space, hash)?;
    let content = upload::adopt(staged, &mut tenant_record, &space, new_content, found)?;
    put_content(staged, &mut tenant_record, &space, hash, content)?;
    let sequence = number(staged, &space.artifact_count(&new.session))? + 1;
    put_text(staged, &mut tenant_record, space.artifact_count(&new.session), None, &sequence.to_string())?;
    let version = number(staged, &space.name(&new.session, &new.name))? + 1;
    put_text(staged, &mut tenant_record, space.name(&new.session, &new.name), None, &version.to_string())?;
    let place = space.version(&new.session, &new.name, version);
    put_text(staged, &mut tenant_record, place, None, &sequence.to_string())?;
    let artifact = Artifact {
        session_id: new.session.clone(),
        sequence,
        name: new.name.clone(),
        version,
        kind: new.kind,
        mime_type: new.mime_type.clone(),
        size: content.size,
        content_hash: hash.into(),
        created_at: staged.now,
        expires_at: new.lifetime.from(staged.now, None),
        tags: new.tags.clone(),
        metadata: new.metadata.clone(),
    };
    let place = space.artifact(&new.session, sequence);
    put_text(staged, &mut tenant_record, place, artifact.expires_at, &json!(artifact).to_string())?;
    staged.commit_tenant(tenant, &before, tenant_record)?;
    Ok(artifact)
}

/// Removes the artifact under this key, expired or not, and what only it had. The blob that it leaves behind, if it does.
pub fn remove(
    staged: &mut Staged<'_>,
    tenant_record: &mut TenantRecord,
    space: &Space,
    key: &[u8],
) -> Result<Option<u64>, StoreError> {
    let Some(record) = staged.get(key)? else { return Ok(None) };
    let artifact: Artifact = read_json(key, record)?;
    // First all that is read: what is damaged is not taken apart.
    let place = space.content(&artifact.content_hash);
    let garbled = || record::garbled(keys::label(&place));
    let content = content(staged, space, &artifact.content_hash)?.ok_or_else(garbled)?;
    let references = content.references.checked_sub(1).ok_or_else(garbled)?;
    let (session, name) = (&artifact.session_id, &artifact.name);
    let version = space.version(session, name, artifact.version);
    for read in [&version, &space.name(session, name), &space.loose(content.blob)] {
        staged.head(read)?;
    }
    staged.write(tenant_record, key.to_vec(), None)?;
    staged.write(tenant_record, version, None)?;
    let versions = space.versions(session, name);
    if staged.keys((&versions, &keys::after(versions.clone())), 1)?.is_empty() {
        staged.write(tenant_record, space.name(session, name), None)?;
    }
    if references > 0 {
        put_content(staged, tenant_record, space, &artifact.content_hash, Content { references, ..content })?;
        return Ok(None);
    }
    staged.write(tenant_record, place, None)?;
    upload::loosen(staged, tenant_record, space, content.blob)?;
    Ok(Some(content.blob))
}

/// The same for one of a tenant's: whether it was there, and the blob.
pub fn delete(
    staged: &mut Staged<'_>,
    tenant: &str,
    session: &str,
    sequence: u64,
) -> Result<(bool, Option<u64>), StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut tenant_record = before;
    let key = space.artifact(session, sequence);
    if staged.head(&key)?.is_none_or(|head| head.is_expired(staged.now)) {
        return Ok((false, None));
    }
    let blob = remove(staged, &mut tenant_record, &space, &key)?;
    staged.commit_tenant(tenant, &before, tenant_record)?;
    Ok((true, blob))
}

/// Whether what is on a session can be seen.
fn is_open(read: &dyn Read, space: &Space, session: &str, now: u64) -> Result<bool, StoreError> {
    Ok(session == GLOBAL || session::get(read, space, session, now)?.is_some())
}

/// An artifact; `None` where there is none or it has expired.
pub fn get(
    read: &dyn Read,
    space: &Space,
    session: &str,
    which: &Which,
    now: u64,
) -> Result<Option<Artifact>, StoreError> {
    if !is_open(read, space, session, now)? {
        return Ok(None);
    }
    let numbered = |key: Vec<u8>| {
        let record = read.get(&key)?;
        record.map(|record| read_json::<u64>(&key, record)).transpose()
    };
    let sequence = match which {
        Which::Sequence(sequence) => Some(*sequence),
        Which::Version(name, version) => numbered(space.version(session, name, *version))?,
        Which::Newest(name) => {
            let all = ListArtifacts {
                session: Some(session.into()),
                name: Some(name.clone()),
                limit: 1,
                ..ListArtifacts::default()
            };
            return Ok(list(read, space, &all, now)?.artifacts.pop());
        }
    };
    match sequence {
        Some(sequence) => one(read, space, session, sequence, now),
        None => Ok(None),
    }
}

fn one(read: &dyn Read, space: &Space, session: &str, sequence: u64, now: u64) -> Result<Option<Artifact>, StoreError> {
    let key = space.artifact(session, sequence);
    let Some(record) = read.get(&key)? else { return Ok(None) };
    if record::head(keys::label(&key), &record, 0)?.is_expired(now) {
        return Ok(None);
    }
    read_json(&key, record).map(Some)
}

/// Where the content with this hash lies.
pub fn find(read: &dyn Read, space: &Space, hash: &str) -> Result<Option<Content>, StoreError> {
    let key = space.content(hash);
    read.get(&key)?.map(|record| read_json(&key, record)).transpose()
}

/// A chunk of a blob; `None` where it is gone.
pub fn read_chunk(read: &dyn Read, space: &Space, blob: u64, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let key = space.chunk(blob, number);
    read.get(&key)?.map(|record| record::decode_bytes(keys::label(&key), record)).transpose()
}

/// Artifacts of one session or of all, or the versions of one name.
pub fn list(read: &dyn Read, space: &Space, all: &ListArtifacts, now: u64) -> Result<ArtifactPage, StoreError> {
    let limit = if all.limit == 0 { MOST_ENTRIES } else { all.limit.min(MOST_ENTRIES) };
    let session = all.session.as_deref();
    let by_name = session.zip(all.name.as_deref());
    let (from, end) = match (by_name, session) {
        (Some((session, name)), _) => (space.versions(session, name), keys::after(space.versions(session, name))),
        (None, Some(session)) => (space.artifacts(session), keys::after(space.artifacts(session))),
        (None, None) => space.all(keys::ARTIFACTS),
    };
    let from = match (&all.after, by_name) {
        (None, _) => from,
        (Some((_, version)), Some((session, name))) => keys::next(space.version(session, name, *version)),
        (Some((session, sequence)), None) => keys::next(space.artifact(session, *sequence)).max(from),
    };
    let mut page = ArtifactPage::default();
    if from >= end {
        return Ok(page);
    }
    let (mut bytes, mut seen, mut last) = (0, 0, None);
    let mut open: Option<(String, bool)> = None;
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        let label = keys::label(key);
        let garbled = || record::garbled(label);
        let (_, session, rest) = keys::suffix(label).ok_or_else(garbled)?;
        let number = rest.last_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes)).ok_or_else(garbled)?;
        bytes += value.len();
        seen += 1;
        if page.artifacts.len() == limit || seen > MOST_ENTRIES || (bytes > PAGE_BYTES && last.is_some()) {
            page.next.clone_from(&last);
            return Ok(ControlFlow::Break(()));
        }
        let number = if by_name.is_some() { u64::MAX - number } else { number };
        last = Some((session.to_owned(), number));
        if open.as_ref().is_none_or(|(known, _)| known != session) {
            open = Some((session.to_owned(), is_open(read, space, session, now)?));
        }
        if !open.as_ref().is_some_and(|(_, open)| *open) {
            return Ok(ControlFlow::Continue(()));
        }
        if by_name.is_some() {
            let sequence: u64 = read_json(key, value.to_vec())?;
            let found = one(read, space, session, sequence, now)?;
            bytes += found.as_ref().map_or(0, |found| json!(found.metadata).to_string().len());
            page.artifacts.extend(found);
        } else if !record::head(label, value, 0)?.is_expired(now) {
            page.artifacts.push(read_json(key, value.to_vec())?);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(page)
}

/// The error for an artifact that is not there.
pub fn missing(session: &str, which: &Which) -> StoreError {
    let what = match which {
        Which::Sequence(sequence) => format!("number {sequence}"),
        Which::Newest(name) => format!("'{}'", shown(name)),
        Which::Version(name, version) => format!("'{}' version {version}", shown(name)),
    };
    let place =
        if session == GLOBAL { "outside of sessions".into() } else { format!("in the session '{}'", shown(session)) };
    StoreError::NotFound(format!("there is no artifact {what} {place}"))
}
