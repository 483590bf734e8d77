//! `hash-calculator`: digests of texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::standard::{Answer, Context, Problem, Standard, word};
use crate::with_files::{WithFiles, either};
use llmspell_base::hash::hex;
use llmspell_capability_file::Contents;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HashCalculator {
    /// The text.
    input: Option<String>,
    /// In place of it: a file, as the spell may read it.
    file: Option<String>,
    #[serde(skip)]
    contents: Option<Contents>,
    #[serde(default)]
    operation: Operation,
    #[serde(default)]
    algorithm: Algorithm,
    /// Of the digest.
    #[serde(default)]
    format: Format,
    /// verify: what the digest should be, in this format.
    expected_hash: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Hash,
    Verify,
}

/// md5 and sha1 protect nothing: they are for what still asks for them.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Algorithm {
    Md5,
    Sha1,
    #[default]
    Sha256,
    Sha512,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Hex,
    Base64,
}

impl Standard for HashCalculator {
    const NAME: &'static str = "hash-calculator";
    const DESCRIPTION: &'static str =
        "Computes the digest of a text or a file (md5, sha1, sha256, sha512), or compares it.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("text", "input"),
        ("content", "input"),
        ("data", "input"),
        ("op", "operation"),
        ("action", "operation"),
        ("expected", "expected_hash"),
        ("file_path", "file"),
        ("path", "file"),
    ];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        either("input", &self.input, "file", &self.file, "the text")?;
        let read = self.contents.as_ref().map(|contents| contents.bytes.as_slice());
        let bytes = read.or(self.input.as_deref().map(str::as_bytes)).unwrap_or_default();
        let digest = match self.algorithm {
            Algorithm::Md5 => Md5::digest(bytes).to_vec(),
            Algorithm::Sha1 => Sha1::digest(bytes).to_vec(),
            Algorithm::Sha256 => Sha256::digest(bytes).to_vec(),
            Algorithm::Sha512 => Sha512::digest(bytes).to_vec(),
        };
        let shown = match self.format {
            Format::Hex => hex(&digest),
            Format::Base64 => STANDARD.encode(&digest),
        };
        let (algorithm, format) = (word(self.algorithm), word(self.format));
        match self.operation {
            Operation::Hash => Ok(json!({ "algorithm": algorithm, "hash": shown, "format": format })),
            Operation::Verify => {
                let Some(expected) = self.expected_hash else {
                    return Err(Problem::missing("expected_hash", "what the digest should be"));
                };
                let verified = match self.format {
                    Format::Hex => expected.trim().eq_ignore_ascii_case(&shown),
                    Format::Base64 => expected.trim() == shown,
                };
                Ok(json!({
                    "verified": verified, "algorithm": algorithm, "format": format, "expected_hash": expected,
                    "actual_hash": shown,
                }))
            }
        }
    }
}

impl WithFiles for HashCalculator {
    const FILES: &'static [&'static str] = &["file"];

    fn reads(&self) -> Vec<String> {
        self.file.iter().filter(|_| self.input.is_none()).cloned().collect()
    }

    fn take(&mut self, contents: Vec<Contents>) -> Result<(), Problem> {
        self.contents = contents.into_iter().next();
        Ok(())
    }
}
