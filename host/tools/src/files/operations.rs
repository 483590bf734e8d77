//! `file-operations`: what is usually done with files and folders.

use llmspell_base::{Code, Failure};
use llmspell_capability_file::Page;
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::tool::{FileTool, RunFiles};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileOperations {
    /// read: the text of a file. write: replaces it. append: adds to its end. delete: removes a file or a folder. create_dir: makes
    /// a folder. list_dir: the entries of a folder. copy, move: from source_path to target_path. metadata: size, type and time.
    /// exists: whether it is there.
    #[schemars(extend("enum" = NAMES))]
    operation: String,
    /// The file or folder.
    #[serde(default)]
    path: Option<String>,
    /// The text to write or append.
    #[serde(default)]
    input: Option<String>,
    /// Of copy and move; `path` if it is not given.
    #[serde(default)]
    source_path: Option<String>,
    /// Of copy and move.
    #[serde(default)]
    target_path: Option<String>,
    /// delete: a folder with all that is in it.
    #[serde(default)]
    recursive: bool,
    /// list_dir: the `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// list_dir: entries of a page.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10000))]
    limit: Option<usize>,
}

/// Every name of every operation.
const NAMES: &[&str] = &[
    "read",
    "write",
    "append",
    "delete",
    "remove",
    "create_dir",
    "mkdir",
    "list_dir",
    "list",
    "ls",
    "dir",
    "copy",
    "cp",
    "move",
    "mv",
    "rename",
    "metadata",
    "stat",
    "info",
    "exists",
];

/// What the names mean.
fn canonical(name: &str) -> &str {
    match name {
        "remove" => "delete",
        "mkdir" => "create_dir",
        "list" | "ls" | "dir" => "list_dir",
        "cp" => "copy",
        "mv" | "rename" => "move",
        "stat" | "info" => "metadata",
        other => other,
    }
}

impl FileTool for FileOperations {
    const NAME: &'static str = "file-operations";
    const DESCRIPTION: &'static str = "Reads, writes, lists, copies, moves and removes files and folders.";
    const ALIASES: &'static [&'static str] = &["file-manager"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("op", "operation"),
        ("action", "operation"),
        ("file_path", "path"),
        ("content", "input"),
        ("text", "input"),
        ("data", "input"),
        ("source", "source_path"),
        ("from", "source_path"),
        ("target", "target_path"),
        ("to", "target_path"),
        ("destination", "target_path"),
        ("destination_path", "target_path"),
    ];
    const RIGHTS: &'static [Right] = &[Right::READ, Right::WRITE];

    fn operation(&self) -> String {
        canonical(&self.operation).into()
    }

    async fn run(self, files: &RunFiles) -> Result<Found, Failure> {
        let cx = &files.cx;
        let path = || needed(self.path.as_deref(), "path", "the file or folder");
        let input = || needed(self.input.clone(), "input", "the text to write").map(String::into_bytes);
        let result = match canonical(&self.operation) {
            "read" => {
                let (path, text) = (path()?, files.read_text(path()?).await?);
                let result = json!({ "path": path, "input": text, "size": text.len() });
                return Ok(Found { result, text: Some(text) });
            }
            "write" => json!({ "path": path()?, "size": files.write(path()?, input()?).await? }),
            "append" => {
                let (path, input) = (path()?, input()?);
                let appended = input.len();
                json!({ "path": path, "size": files.append(path, input).await?, "appended_size": appended })
            }
            "delete" => {
                let (path, all) = (path()?, self.recursive);
                let at = files.target(path);
                let arguments = json!({ "path": path, "all": all });
                files.call("file.remove", &at, arguments, None, files.files.remove(&at, all, cx)).await?;
                json!({ "path": path, "deleted": true })
            }
            "create_dir" => {
                let path = path()?;
                let at = files.target(path);
                let work = files.files.make_folder(&at, cx);
                let created = files.call("file.make-folder", &at, json!({ "path": path }), None, work).await?;
                json!({ "path": path, "created": created })
            }
            "list_dir" => {
                let page = Page { after: self.after.clone(), most: self.limit.unwrap_or(Page::USUAL) };
                files.list(self.path.as_deref().unwrap_or("."), page).await?
            }
            "copy" => {
                let (source, target) = self.both()?;
                let (from, to) = (files.files.locate(Right::READ, source), files.target(target));
                let arguments = json!({ "source": source, "target": target });
                let size = files.call("file.copy", &to, arguments, None, files.files.copy(&from, &to, cx)).await?;
                json!({ "source_path": source, "target_path": target, "size": size })
            }
            "move" => {
                let (source, target) = self.both()?;
                let (from, to) = (files.target(source), files.target(target));
                let arguments = json!({ "source": source, "target": target });
                let work = async {
                    // Both are written to.
                    let call = cx.call("file.rename", || arguments).needs(from.and(&to)).begin().await?;
                    call.settle(files.files.rename(&from, &to, cx).await)
                };
                work.await.map_err(|failure| to.told(from.told(failure)))?;
                json!({ "source_path": source, "target_path": target })
            }
            "metadata" => files.metadata(path()?).await?,
            "exists" => {
                let exists = match files.metadata(path()?).await {
                    Ok(_) => true,
                    Err(failure) if failure.is(Code::NotFound) => false,
                    Err(failure) => return Err(failure),
                };
                json!({ "path": path()?, "exists": exists })
            }
            other => return Err(Failure::invalid(format!("there is no operation '{}'", other.escape_debug()))),
        };
        Ok(result.into())
    }
}

impl FileOperations {
    fn both(&self) -> Result<(&str, &str), Failure> {
        let source = self.source_path.as_deref().or(self.path.as_deref());
        let source = needed(source, "source_path", "what to take")?;
        Ok((source, needed(self.target_path.as_deref(), "target_path", "where to put it")?))
    }
}

fn needed<T>(value: Option<T>, name: &str, what: &str) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::invalid(format!("'{name}' is required: {what}")))
}
