//! The layout of keys in the one ordered map of a store.
//!
//! Each name has its length before it, never a separator behind it: `("a", "b:c")` and `("a:b", "c")` are two keys,
//! whatever bytes they hold.

use crate::error::StoreError;
use llmspell_base::toml_span::shown;

/// The longest names, in bytes.
pub const TENANT_BYTES: usize = 256;
pub const SCOPE_BYTES: usize = 512;
pub const KEY_BYTES: usize = 4_096;

/// The first byte of every key.
const META: u8 = 1;
const TENANT: u8 = 2;
const DATA: u8 = 3;
const LEASE: u8 = 5;
const EXPIRY: u8 = 6;
const UNFINISHED: u8 = 8;

/// The byte behind a tenant and its generation.
pub const VALUES: u8 = 1;
pub const ITEMS: u8 = 2;
pub const HEADS: u8 = 3;
pub const SCHEMAS: u8 = 4;
/// Values of the host's own: no function of a spell names this section.
pub const INTERNAL: u8 = 6;

/// Of sessions and artifacts. What one of these says depends on others: they are changed, copied and kept together.
pub const SESSIONS: u8 = 16;
pub const ARTIFACT_COUNTS: u8 = 17;
pub const ARTIFACTS: u8 = 18;
pub const NAMES: u8 = 19;
pub const VERSIONS: u8 = 20;
pub const CONTENTS: u8 = 21;
pub const CHUNKS: u8 = 22;
pub const LOOSE: u8 = 23;

/// Marks a store of llmspell.
pub fn mark() -> Vec<u8> {
    [&[META], b"mark".as_slice()].concat()
}

/// The last version that was given.
pub fn version() -> Vec<u8> {
    [&[META], b"version".as_slice()].concat()
}

/// Checks the length of names that come from outside: tenant, scope (or stream, or lease) and key.
pub fn check(tenant: &str, scope: &str, key: &str) -> Result<(), StoreError> {
    for (what, name, most) in
        [("the tenant's name", tenant, TENANT_BYTES), ("the scope", scope, SCOPE_BYTES), ("the key", key, KEY_BYTES)]
    {
        if name.len() > most {
            return Err(StoreError::Invalid(format!("{what} has {} bytes; at most {most} are allowed", name.len())));
        }
    }
    Ok(())
}

/// Checks the names of a value: any text, but not empty; at most 512 bytes of scope and 4,096 of key. "invalid" else.
pub fn check_names(scope: &str, key: Option<&str>) -> Result<(), StoreError> {
    if scope.is_empty() {
        return Err(StoreError::Invalid("the scope is empty".into()));
    }
    if key.is_some_and(str::is_empty) {
        return Err(StoreError::Invalid("the key is empty".into()));
    }
    check("", scope, key.unwrap_or_default())
}

fn name(key: &mut Vec<u8>, name: &str) {
    // Names are checked; what is too long here is cut in its length as well, and can only miss.
    key.extend((name.len() as u16).to_be_bytes());
    key.extend(name.as_bytes());
}

fn named(kind: u8, text: &str) -> Vec<u8> {
    let mut key = vec![kind];
    name(&mut key, text);
    key
}

pub fn tenant_record(tenant: &str) -> Vec<u8> {
    named(TENANT, tenant)
}

/// The records of all tenants, or of those after one.
pub fn tenant_records(after: Option<&str>) -> (Vec<u8>, Vec<u8>) {
    (after.map_or(vec![TENANT], |tenant| next(tenant_record(tenant))), vec![TENANT + 1])
}

pub fn lease(tenant: &str, lease: &str) -> Vec<u8> {
    let mut key = named(LEASE, tenant);
    name(&mut key, lease);
    key
}

/// Everything of one generation of a tenant's data begins so.
pub fn generation(tenant: &str, generation: u64) -> Vec<u8> {
    let mut key = named(DATA, tenant);
    key.extend(generation.to_be_bytes());
    key
}

/// All data of a tenant, of every generation.
pub fn generations(tenant: &str) -> (Vec<u8>, Vec<u8>) {
    let from = named(DATA, tenant);
    (from.clone(), after(from))
}

/// A tenant's data, as of one generation.
#[derive(Debug, Clone)]
pub struct Space(Vec<u8>);

impl Space {
    pub fn new(tenant: &str, number: u64) -> Space {
        Space(generation(tenant, number))
    }

    /// A key by what stands behind the generation.
    pub fn at(&self, suffix: &[u8]) -> Vec<u8> {
        [self.0.as_slice(), suffix].concat()
    }

    fn section(&self, section: u8, text: &str) -> Vec<u8> {
        let mut key = self.at(&[section]);
        name(&mut key, text);
        key
    }

    /// All values of a scope; `section` is [`VALUES`] or [`INTERNAL`].
    pub fn scope(&self, section: u8, scope: &str) -> Vec<u8> {
        self.section(section, scope)
    }

    pub fn value(&self, scope: &str, key: &str) -> Vec<u8> {
        self.value_in(VALUES, scope, key)
    }

    pub fn value_in(&self, section: u8, scope: &str, key: &str) -> Vec<u8> {
        let mut all = self.scope(section, scope);
        all.extend(key.as_bytes());
        all
    }

    pub fn stream(&self, stream: &str) -> Vec<u8> {
        self.section(ITEMS, stream)
    }

    pub fn item(&self, stream: &str, number: u64) -> Vec<u8> {
        let mut key = self.stream(stream);
        key.extend(number.to_be_bytes());
        key
    }

    pub fn head(&self, stream: &str) -> Vec<u8> {
        self.section(HEADS, stream)
    }

    pub fn schema(&self, scope: &str) -> Vec<u8> {
        self.section(SCHEMAS, scope)
    }

    pub fn session(&self, id: &str) -> Vec<u8> {
        self.section(SESSIONS, id)
    }

    /// The number of the last artifact of a session.
    pub fn artifact_count(&self, session: &str) -> Vec<u8> {
        self.section(ARTIFACT_COUNTS, session)
    }

    pub fn artifacts(&self, session: &str) -> Vec<u8> {
        self.section(ARTIFACTS, session)
    }

    pub fn artifact(&self, session: &str, sequence: u64) -> Vec<u8> {
        let mut key = self.artifacts(session);
        key.extend(sequence.to_be_bytes());
        key
    }

    /// The last version of a name that was given.
    pub fn name(&self, session: &str, name: &str) -> Vec<u8> {
        let mut key = self.section(NAMES, session);
        key.extend(name.as_bytes());
        key
    }

    /// The versions of a name, the newest first.
    pub fn versions(&self, session: &str, artifact: &str) -> Vec<u8> {
        let mut key = self.section(VERSIONS, session);
        name(&mut key, artifact);
        key
    }

    pub fn version(&self, session: &str, name: &str, version: u64) -> Vec<u8> {
        let mut key = self.versions(session, name);
        key.extend((u64::MAX - version).to_be_bytes());
        key
    }

    /// The content with this hash.
    pub fn content(&self, hash: &str) -> Vec<u8> {
        self.section(CONTENTS, hash)
    }

    pub fn chunks(&self, blob: u64) -> Vec<u8> {
        let mut key = self.section(CHUNKS, "");
        key.extend(blob.to_be_bytes());
        key
    }

    pub fn chunk(&self, blob: u64, number: u32) -> Vec<u8> {
        let mut key = self.chunks(blob);
        key.extend(number.to_be_bytes());
        key
    }

    /// The note that no artifact has these chunks.
    pub fn loose(&self, blob: u64) -> Vec<u8> {
        let mut key = self.section(LOOSE, "");
        key.extend(blob.to_be_bytes());
        key
    }

    /// All keys of a section.
    pub fn all(&self, section: u8) -> (Vec<u8>, Vec<u8>) {
        (self.at(&[section]), self.at(&[section + 1]))
    }

    /// All keys of this generation.
    pub fn everything(&self) -> (Vec<u8>, Vec<u8>) {
        (self.0.clone(), after(self.0.clone()))
    }
}

/// Whether a store writes such a section.
pub fn is_section(section: u8) -> bool {
    (VALUES..=SCHEMAS).contains(&section) || section == INTERNAL || is_bound(section)
}

/// Whether what it holds is bound up with other entries: it is copied also where it has expired, because what counts it is
/// changed when it is swept; and it is no part of an export of values.
pub fn is_bound(section: u8) -> bool {
    (SESSIONS..=LOOSE).contains(&section)
}

/// The same of a key without tenant and generation.
pub fn is_bound_up(key: &[u8]) -> bool {
    match suffix(key) {
        // A session's memory goes with it.
        Some((ITEMS | HEADS, stream, _)) => stream.starts_with(MEMORY),
        Some((section, ..)) => is_bound(section),
        None => false,
    }
}

/// What stands for a session where artifacts and memory belong to none.
pub const GLOBAL: &str = "global";

/// What the stream of a session's memory begins with, before the session's id.
pub const MEMORY: &str = "memory:";

/// Splits what stands behind the generation into section, name and rest.
pub fn suffix(suffix: &[u8]) -> Option<(u8, &str, &[u8])> {
    let (section, rest) = suffix.split_first()?;
    let (name, rest) = take_name(rest)?;
    Some((*section, name, rest))
}

fn take_name(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (name, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((std::str::from_utf8(name).ok()?, rest))
}

/// The tenant of a tenant record's key.
pub fn tenant_of_record(key: &[u8]) -> Option<&str> {
    take_name(key.get(1..)?).map(|(tenant, _)| tenant)
}

/// The tenant, the generation and the suffix of a key of its data.
pub fn take_apart(key: &[u8]) -> Option<(&str, u64, &[u8])> {
    let (tenant, rest) = take_name(key.strip_prefix(&[DATA])?)?;
    let (number, suffix) = rest.split_first_chunk::<8>()?;
    Some((tenant, u64::from_be_bytes(*number), suffix))
}

/// What a key says without tenant and generation; all of a key that is none of a tenant's data.
pub fn label(key: &[u8]) -> &[u8] {
    let suffix = || {
        let (length, rest) = key.strip_prefix(&[DATA])?.split_first_chunk::<2>()?;
        rest.get(usize::from(u16::from_be_bytes(*length)).checked_add(8)?..)
    };
    suffix().unwrap_or(key)
}

/// What lies under a label, for a message.
pub fn told(label: &[u8]) -> String {
    let number = |rest: &[u8]| rest.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    match suffix(label) {
        Some((VALUES, scope, key)) => {
            format!("the key '{}' of scope '{}'", shown(&String::from_utf8_lossy(key)), shown(scope))
        }
        Some((INTERNAL, scope, key)) => {
            format!("the host's own key '{}' of '{}'", shown(&String::from_utf8_lossy(key)), shown(scope))
        }
        Some((ITEMS, stream, rest)) => format!("item {} of the stream '{}'", number(rest), shown(stream)),
        Some((HEADS, stream, _)) => format!("the head of the stream '{}'", shown(stream)),
        Some((SCHEMAS, scope, _)) => format!("the recorded version of scope '{}'", shown(scope)),
        Some((SESSIONS, id, _)) => format!("the session '{}'", shown(id)),
        Some((ARTIFACTS, session, rest)) => format!("artifact {} of '{}'", number(rest), shown(session)),
        Some((ARTIFACT_COUNTS | NAMES | VERSIONS, session, _)) => {
            format!("the index of the artifacts of '{}'", shown(session))
        }
        Some((CONTENTS, hash, _)) => format!("the content {}", shown(hash)),
        Some((CHUNKS | LOOSE, ..)) => "a piece of an artifact's content".into(),
        _ => told_key(label),
    }
}

/// What lies under a key of the store's own.
pub fn told_key(key: &[u8]) -> String {
    let named = || key.get(1..).and_then(take_name).map(|(name, _)| shown(name)).unwrap_or_default();
    match key.first() {
        Some(&META) => "the number of its last commit".into(),
        Some(&TENANT) => format!("the account of tenant '{}'", named()),
        Some(&LEASE) => format!("a lease of tenant '{}'", named()),
        Some(&UNFINISHED) => format!("a note about tenant '{}'", named()),
        _ => "a record".into(),
    }
}

/// All leases of all tenants.
pub fn leases() -> (Vec<u8>, Vec<u8>) {
    (vec![LEASE], vec![LEASE + 1])
}

/// All data of all tenants.
pub fn data() -> (Vec<u8>, Vec<u8>) {
    (vec![DATA], vec![DATA + 1])
}

/// Says when `key` expires, in the order of time.
pub fn expiry(at: u64, key: &[u8]) -> Vec<u8> {
    [&[EXPIRY], at.to_be_bytes().as_slice(), key].concat()
}

/// What has expired by now, and which key it is of.
pub fn expired(now: u64) -> (Vec<u8>, Vec<u8>) {
    (vec![EXPIRY], expiry(now.saturating_add(1), &[]))
}

pub fn key_of_expiry(key: &[u8]) -> Option<&[u8]> {
    key.get(9..)
}

/// Says that a generation is being built or removed.
pub fn unfinished(tenant: &str, generation: u64) -> Vec<u8> {
    let mut key = named(UNFINISHED, tenant);
    key.extend(generation.to_be_bytes());
    key
}

pub fn all_unfinished() -> (Vec<u8>, Vec<u8>) {
    (vec![UNFINISHED], vec![UNFINISHED + 1])
}

pub fn take_unfinished(key: &[u8]) -> Option<(&str, u64)> {
    let (tenant, rest) = take_name(key.strip_prefix(&[UNFINISHED])?)?;
    Some((tenant, u64::from_be_bytes(*rest.first_chunk::<8>()?)))
}

/// The key right behind this one.
pub fn next(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

/// The first key that does not begin with this prefix. No prefix ends in 0xff alone: kinds are small.
pub fn after(mut prefix: Vec<u8>) -> Vec<u8> {
    while let Some(last) = prefix.pop() {
        if last < u8::MAX {
            prefix.push(last + 1);
            return prefix;
        }
    }
    vec![u8::MAX]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_make_the_same_key() {
        let names = ["", "a", "b", "a:b", ":", "\0", "a\0", "ab", "\u{e9}", "e\u{301}", "../x", "\u{ff}"];
        let mut seen = std::collections::BTreeSet::new();
        for tenant in names {
            for scope in names {
                for key in names {
                    assert!(seen.insert(Space::new(tenant, 1).value(scope, key)), "{tenant:?} {scope:?} {key:?}");
                }
            }
        }
    }

    #[test]
    fn a_prefix_ends_before_the_next_one() {
        assert_eq!(after(vec![1, 255, 255]), [2]);
        assert_eq!(after(vec![255]), [255]);
        let (from, end) = Space::new("t", 255).everything();
        let key = Space::new("t", 255).value("s", "k");
        assert!(from <= key && key < end && end <= Space::new("t", 256).value("", ""));
    }

    #[test]
    fn keys_can_be_taken_apart() {
        let key = Space::new("t:\0", 7).value("s", "k");
        let (tenant, number, rest) = take_apart(&key).unwrap();
        assert_eq!((tenant, number, suffix(rest)), ("t:\0", 7, Some((VALUES, "s", b"k".as_slice()))));
        assert_eq!(take_apart(&key[..4]), None);
        assert_eq!(take_unfinished(&unfinished("x", 3)), Some(("x", 3)));
        assert_eq!(key_of_expiry(&expiry(5, b"abc")), Some(b"abc".as_slice()));
    }
}
