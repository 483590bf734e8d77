//! `file_read`: the text of a file.

use llmspell_base::Failure;
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::tool::{FileTool, RunFiles};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRead {
    /// The file.
    path: String,
}

impl FileTool for FileRead {
    const NAME: &'static str = "file_read";
    const DESCRIPTION: &'static str = "Reads the text of a file.";
    const ALIASES: &'static [&'static str] = &["file_reader", "read_file"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("file_path", "path"), ("filename", "path"), ("file", "path"), ("input", "path")];
    const RIGHTS: &'static [Right] = &[Right::READ];

    fn operation(&self) -> String {
        "read".into()
    }

    async fn run(self, files: &RunFiles) -> Result<Found, Failure> {
        let text = files.read_text(&self.path).await?;
        let result = json!({ "path": self.path, "input": text, "size": text.len() });
        Ok(Found { result, text: Some(text) })
    }
}
