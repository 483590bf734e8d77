//! Whether the entries of artifacts fit each other.

use std::collections::{BTreeMap, BTreeSet};

use llmspell_api::artifact::Artifact;
use llmspell_base::hash::hex;
use llmspell_base::toml_span::shown;
use sha2::{Digest, Sha256};

use super::Content;
use crate::keys;
use crate::record;

/// What was seen of one tenant's artifacts, in the order of keys.
#[derive(Default)]
pub struct Check {
    /// By hash: how many artifacts have it.
    referred: BTreeMap<String, u64>,
    contents: BTreeMap<String, Content>,
    /// Of each blob: its chunks, their bytes, their hash.
    blobs: BTreeMap<u64, (u32, u64, Sha256)>,
    loose: BTreeSet<u64>,
    /// Each artifact, and each version that an index names: session, and number.
    artifacts: BTreeSet<(String, u64)>,
    versions: BTreeSet<(String, u64)>,
}

impl Check {
    /// Takes in an entry that is whole.
    pub fn see(&mut self, suffix: &[u8], record: &[u8]) {
        let Some((section, name, rest)) = keys::suffix(suffix) else { return };
        let number = || rest.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes)).unwrap_or_default();
        let text = || record.get(record::HEAD_BYTES..).unwrap_or_default();
        match section {
            keys::ARTIFACTS => {
                if let Ok(artifact) = serde_json::from_slice::<Artifact>(text()) {
                    *self.referred.entry(artifact.content_hash).or_default() += 1;
                }
                self.artifacts.insert((name.into(), number()));
            }
            keys::VERSIONS => {
                let sequence = std::str::from_utf8(text()).ok().and_then(|text| text.parse().ok()).unwrap_or_default();
                self.versions.insert((name.into(), sequence));
            }
            keys::CONTENTS => {
                if let Ok(content) = serde_json::from_slice(text()) {
                    self.contents.insert(name.into(), content);
                }
            }
            keys::CHUNKS => {
                let (count, bytes, hash) = self.blobs.entry(number()).or_default();
                *count += 1;
                *bytes += text().len() as u64;
                hash.update(text());
            }
            keys::LOOSE => drop(self.loose.insert(number())),
            _ => {}
        }
    }

    /// What is wrong, one line each.
    pub fn problems(mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (hash, content) in &self.contents {
            let referred = self.referred.remove(hash).unwrap_or_default();
            if referred != content.references {
                wrong.push(format!(
                    "the content {hash} counts {} artifacts, and {referred} have it",
                    content.references
                ));
            }
            let blob = self.blobs.remove(&content.blob);
            let fits = blob.is_some_and(|(chunks, bytes, sum)| {
                (chunks, bytes, hex(&sum.finalize()) == *hash) == (content.chunks, content.size, true)
            });
            if !fits {
                wrong.push(format!("the content {} is not what was put there", shown(hash)));
            }
        }
        wrong.extend(self.referred.keys().map(|hash| format!("an artifact's content {} is missing", shown(hash))));
        let leaked = self.blobs.keys().filter(|blob| !self.loose.contains(blob)).count();
        if leaked > 0 {
            wrong.push(format!("nothing has the chunks of {leaked} contents"));
        }
        if self.artifacts != self.versions {
            wrong.push("the index of the artifacts' names is not that of the artifacts".into());
        }
        wrong
    }
}
