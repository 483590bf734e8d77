//! `file_write`: a text becomes a file.

use llmspell_base::Failure;
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::tool::{FileTool, RunFiles};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileWrite {
    /// The file. Folders above it are made where they are not there.
    path: String,
    /// Its whole text: what was in it before is replaced.
    content: String,
}

impl FileTool for FileWrite {
    const NAME: &'static str = "file_write";
    const DESCRIPTION: &'static str = "Writes a text to a file, in place of what was in it.";
    const ALIASES: &'static [&'static str] = &["file_writer", "write_file"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("file_path", "path"),
        ("filename", "path"),
        ("file", "path"),
        ("input", "content"),
        ("text", "content"),
        ("data", "content"),
    ];
    const RIGHTS: &'static [Right] = &[Right::WRITE];

    fn operation(&self) -> String {
        "write".into()
    }

    async fn run(self, files: &RunFiles) -> Result<Found, Failure> {
        let size = files.write(&self.path, self.content.into_bytes()).await?;
        Ok(json!({ "path": self.path, "size": size }).into())
    }
}
