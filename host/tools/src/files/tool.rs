//! What the tools for files have in common: the run's files, by calls that pass the gate.

use std::future::Future;

use llmspell_base::Failure;
use llmspell_capability_file::{Contents, Files, Location, Page};
use llmspell_capability_tool::{HostTool, Invocation, ToolFailure};
use llmspell_kernel::args::content;
use llmspell_kernel::{CallContext, Recordable};
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::answer::{Found, answer, input, raised};
use crate::standard::schema;

/// A tool. The type itself is its input; its documentation is told to models.
pub trait FileTool: DeserializeOwned + JsonSchema + Send + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    /// Other names that it is known by.
    const ALIASES: &'static [&'static str] = &[];
    /// Other names of its parameters, each with the one that it stands for.
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[];
    /// What it is of use with.
    const RIGHTS: &'static [Right];

    /// The operation that was asked for, as results name it.
    fn operation(&self) -> String;

    /// Does the work.
    fn run(self, files: &RunFiles) -> impl Future<Output = Result<Found, Failure>> + Send;
}

/// The tool, as the host registers it.
pub fn tool<Input: FileTool>() -> HostTool {
    HostTool::new(Input::NAME, Input::DESCRIPTION, schema::<Input>(), call::<Input>)
        .category("file")
        .aliases(Input::ALIASES.iter().copied())
        .parameter_aliases(Input::PARAMETER_ALIASES.iter().copied())
        .within(Input::RIGHTS.iter().copied())
        .standard()
}

async fn call<Input: FileTool>(invocation: Invocation) -> Result<Value, ToolFailure> {
    let Invocation { arguments, context, .. } = invocation;
    let input: Input = input(Input::NAME, arguments)?;
    let operation = input.operation();
    let files = RunFiles { files: context.offered::<Files>().map_err(raised)?, cx: context };
    answer(&operation, input.run(&files).await)
}

/// The files of the run that the tool is called in.
pub struct RunFiles {
    pub files: Files,
    pub cx: CallContext,
}

impl RunFiles {
    /// Makes a call that needs this path, and does the work.
    pub async fn call<T: Recordable>(
        &self,
        name: &'static str,
        at: &Location,
        arguments: Value,
        content: Option<Value>,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let done = async {
            let call = self.cx.call(name, || arguments).needs(at.permission()).content(content).begin().await?;
            call.settle(work.await)
        };
        done.await.map_err(|failure| at.told(failure))
    }

    /// All bytes of a file.
    pub async fn read(&self, path: &str) -> Result<Contents, Failure> {
        let at = self.files.locate(Right::READ, path);
        self.call("file.read", &at, json!({ "path": path }), None, self.files.read(&at, &self.cx)).await
    }

    /// The text of a file.
    pub async fn read_text(&self, path: &str) -> Result<String, Failure> {
        let bytes = self.read(path).await?.bytes;
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Failure::invalid(format!("'{}' is no text in UTF-8: see byte {at}", path.escape_debug()))
        })
    }

    /// Makes or replaces a file, and the folders above it. How many bytes it has.
    pub async fn write(&self, path: &str, data: Vec<u8>) -> Result<u64, Failure> {
        let at = self.files.locate(Right::WRITE, path);
        let asked = self.cx.needs_approval("file.write", &at.permission(), None).then(|| content(&data));
        let work = async {
            self.files.make_folders_above(&at, &self.cx).await?;
            self.files.write(&at, data, &self.cx).await
        };
        self.call("file.write", &at, json!({ "path": path }), asked, work).await
    }

    /// Adds to the end of a file. How many bytes it has then.
    pub async fn append(&self, path: &str, data: Vec<u8>) -> Result<u64, Failure> {
        let at = self.files.locate(Right::WRITE, path);
        let asked = self.cx.needs_approval("file.append", &at.permission(), None).then(|| content(&data));
        let work = async {
            self.files.make_folders_above(&at, &self.cx).await?;
            self.files.append(&at, data, &self.cx).await
        };
        self.call("file.append", &at, json!({ "path": path }), asked, work).await
    }

    /// What is known of a file or folder.
    pub async fn metadata(&self, path: &str) -> Result<Value, Failure> {
        let at = self.files.locate(Right::READ, path);
        let work = async { self.files.metadata(&at, &self.cx).await.map(Told) };
        let told = self.call("file.metadata", &at, json!({ "path": path }), None, work).await;
        told.map(|Told(value)| value)
    }

    /// A page of what is in a folder.
    pub async fn list(&self, path: &str, page: Page) -> Result<Value, Failure> {
        let at = self.files.locate(Right::READ, path);
        let arguments = json!({ "path": path, "after": page.after, "most": page.most });
        let work = async { self.files.list(&at, page, &self.cx).await.map(Told) };
        self.call("file.list", &at, arguments, None, work).await.map(|Told(value)| value)
    }

    /// Where a path leads that is written to.
    pub fn target(&self, path: &str) -> Location {
        self.files.locate(Right::WRITE, path)
    }
}

/// A value on its way to the tool's result.
struct Told(Value);

impl Recordable for Told {
    fn bytes(&self) -> usize {
        self.0.to_string().len()
    }
    fn record(&self) -> Value {
        self.0.clone()
    }
}
