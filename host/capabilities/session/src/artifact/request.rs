//! What a spell asks of artifacts, from what it wrote.

use llmspell_api::artifact::{Artifact, Kind, Page};
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::nearest::nearest;
use llmspell_capability_state::lifetime;
use llmspell_state::{
    ArtifactPage, GLOBAL, Lifetime, ListArtifacts, MOST_ENTRIES, NewArtifact, Which, check_session_id,
};
use serde_json::Value;
use wildmatch::WildMatch;

use crate::session::{object, tags};

const OPTIONS: &str = "the artifact";
const QUERY: &str = "the query";
const NAME_BYTES: usize = 1_024;
const METADATA_BYTES: usize = 64 << 10;
const MIME_BYTES: usize = 255;
/// A longer one could keep the host busy with long names.
const PATTERN_BYTES: usize = 128;

/// An artifact to be stored; its MIME type is "" where it is not told.
pub fn options(written: Value, session: &str, path: Option<&str>) -> Result<NewArtifact, Failure> {
    check_session(session)?;
    let mut fields = Fields::of(OPTIONS, written)?;
    let file = path.map(|path| path.rsplit('/').next().unwrap_or_default().to_owned());
    let name =
        fields.text("name")?.or(file).ok_or_else(|| Failure::invalid(format!("{OPTIONS}: `name` is missing")))?;
    check_name(&name)?;
    let kind = kind(OPTIONS, &mut fields)?.unwrap_or(Kind::Custom);
    let mime_type = fields.text("mime_type")?.unwrap_or_default();
    if !mime_type.is_empty() {
        check_mime(&mime_type, false)?;
    }
    let metadata = object(&mut fields, "metadata")?.unwrap_or_default();
    let bytes = serde_json::json!(metadata).to_string().len();
    if bytes > METADATA_BYTES {
        let message = format!("{OPTIONS}: its metadata takes {bytes} bytes; at most {METADATA_BYTES} are allowed");
        return Err(Failure::new(llmspell_base::Code::TooLarge, message));
    }
    let new = NewArtifact {
        session: session.into(),
        name,
        kind,
        mime_type,
        tags: tags(OPTIONS, &mut fields)?.unwrap_or_default(),
        metadata,
        lifetime: lifetime(&mut fields)?.unwrap_or(Lifetime::Unlimited),
    };
    fields.end()?;
    Ok(new)
}

/// Which artifact of a session is meant.
#[derive(Clone)]
pub struct Reference {
    pub which: Which,
    pub session: Option<String>,
    pub hash: Option<String>,
}

/// By what is written of it.
pub fn reference(written: &str) -> Result<Reference, Failure> {
    const WHAT: &str = "the reference to an artifact";
    let mut fields = Fields::parse(WHAT, written)?;
    let sequence = fields.whole("sequence", 1..=i64::MAX as u64)?;
    let (name, version) = (fields.text("name")?, fields.whole("version", 1..=i64::MAX as u64)?);
    let (session, hash) = (fields.text("session_id")?, fields.text("content_hash")?);
    fields.end()?;
    if let Some(session) = &session {
        check_session(session)?;
    }
    name.as_deref().map_or(Ok(()), check_name)?;
    let which = match (sequence, name, version) {
        (Some(sequence), None, None) => Which::Sequence(sequence),
        (None, Some(name), None) => Which::Newest(name),
        (None, Some(name), Some(version)) => Which::Version(name, version),
        _ => return Err(Failure::invalid(format!("{WHAT} takes `sequence`, or `name` and optionally `version`"))),
    };
    Ok(Reference { which, session, hash })
}

/// Checks what a session is called, or "global".
pub fn check_session(session: &str) -> Result<(), Failure> {
    if session == GLOBAL {
        return Ok(());
    }
    check_session_id(session).map_err(|problem| Failure::invalid(problem.to_string()))
}

fn check_name(name: &str) -> Result<(), Failure> {
    match name.len() {
        1..=NAME_BYTES => Ok(()),
        bytes => Err(Failure::invalid(format!("the name of an artifact has 1 to {NAME_BYTES} bytes, not {bytes}"))),
    }
}

/// "type/subtype" of the signs that such names may have.
fn check_mime(text: &str, is_pattern: bool) -> Result<(), Failure> {
    let token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let (name, parameters) = text.split_once(';').map_or((text, ""), |(name, rest)| (name, rest));
    let is_good = name
        .trim_end()
        .split_once('/')
        .is_some_and(|(kind, subtype)| token(kind) && (token(subtype) || is_pattern && subtype == "*"));
    let plain = parameters.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_good && plain && text.len() <= MIME_BYTES {
        return Ok(());
    }
    let shown: String = text.escape_debug().take(60).collect();
    Err(Failure::invalid(format!("'{shown}' is no MIME type such as \"text/plain\"")))
}

fn kind(what: &str, fields: &mut Fields) -> Result<Option<Kind>, Failure> {
    let Some(word) = fields.text("type")? else { return Ok(None) };
    let shown: String = word.escape_debug().take(60).collect();
    let unknown = || format!("{what}: there is no type '{shown}'{}", nearest(&shown, Kind::WORDS));
    Kind::named(&word).map(Some).ok_or_else(|| Failure::invalid(unknown()))
}

/// Which artifacts are listed.
pub struct Query {
    pub session: Option<String>,
    name: Option<String>,
    pattern: Option<WildMatch>,
    kind: Option<Kind>,
    mime_type: Option<String>,
    tags: Vec<String>,
    created: (u64, u64),
    size: (u64, u64),
    limit: usize,
    after: Option<(String, u64)>,
}

/// What stands for every session.
const EVERY: &str = "*";

/// By what is written of it.
pub fn query(text: &str) -> Result<Query, Failure> {
    let mut fields = Fields::parse(QUERY, text)?;
    let number = |fields: &mut Fields, name| fields.whole(name, 0..=u64::MAX);
    let session = fields.text("session_id")?;
    session.as_deref().filter(|session| *session != EVERY).map_or(Ok(()), check_session)?;
    let name = fields.text("name")?;
    name.as_deref().map_or(Ok(()), check_name)?;
    let pattern = fields.text("name_pattern")?;
    if let Some(text) = pattern.as_ref().filter(|text| text.len() > PATTERN_BYTES) {
        let bytes = text.len();
        let message = format!("{QUERY}: 'name_pattern' has at most {PATTERN_BYTES} bytes, not {bytes}");
        return Err(Failure::invalid(message));
    }
    let mime_type = fields.text("mime_type")?;
    mime_type.as_deref().map_or(Ok(()), |mime| check_mime(mime, true))?;
    let after = fields.text("after")?;
    let after = after.as_deref().map(|text| {
        let place = text.split_once(':').and_then(|(number, session)| Some((session.to_owned(), number.parse().ok()?)));
        place.ok_or_else(|| Failure::invalid(format!("{QUERY}: 'after' is not the `next` of a page")))
    });
    let query = Query {
        session,
        name,
        pattern: pattern.as_deref().map(WildMatch::new),
        kind: kind(QUERY, &mut fields)?,
        mime_type,
        tags: tags(QUERY, &mut fields)?.unwrap_or_default(),
        created: (
            number(&mut fields, "created_after")?.unwrap_or(0),
            number(&mut fields, "created_before")?.unwrap_or(u64::MAX),
        ),
        size: (number(&mut fields, "min_size")?.unwrap_or(0), number(&mut fields, "max_size")?.unwrap_or(u64::MAX)),
        limit: fields.whole("limit", 1..=MOST_ENTRIES as u64)?.unwrap_or(MOST_ENTRIES as u64) as usize,
        after: after.transpose()?,
    };
    fields.end()?;
    if query.name.is_some() && query.session.as_deref() == Some(EVERY) {
        let what = "'name' lists the versions in one session; 'name_pattern' is for all sessions";
        return Err(Failure::invalid(format!("{QUERY}: {what}")));
    }
    Ok(query)
}

impl Query {
    /// What the store is asked for.
    pub fn list(&self, session: &str) -> ListArtifacts {
        ListArtifacts {
            session: (session != EVERY).then(|| session.to_owned()),
            name: self.name.clone(),
            after: self.after.clone(),
            limit: MOST_ENTRIES,
        }
    }

    fn fits(&self, artifact: &Artifact) -> bool {
        let mime = |wanted: &String| match wanted.strip_suffix("/*") {
            Some(family) => artifact.mime_type.split('/').next() == Some(family),
            None => artifact.mime_type == *wanted,
        };
        self.kind.is_none_or(|kind| kind == artifact.kind)
            && self.mime_type.as_ref().is_none_or(mime)
            && self.tags.iter().all(|tag| artifact.tags.contains(tag))
            && (self.created.0..=self.created.1).contains(&artifact.created_at)
            && (self.size.0..=self.size.1).contains(&artifact.size)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.matches(&artifact.name))
    }

    /// Those of a page that fit, at most as many as are asked for.
    pub fn pick(&self, page: ArtifactPage) -> Page {
        let next = |(session, number): (String, u64)| format!("{number}:{session}");
        let place = |last: &Artifact| {
            let number = if self.name.is_some() { last.version } else { last.sequence };
            next((last.session_id.clone(), number))
        };
        let mut picked = Page { artifacts: Vec::new(), next: page.next.map(next) };
        for artifact in page.artifacts.into_iter().filter(|artifact| self.fits(artifact)) {
            if picked.artifacts.len() == self.limit {
                picked.next = picked.artifacts.last().map(place);
                break;
            }
            picked.artifacts.push(artifact);
        }
        picked
    }
}
