//! Standard tools whose texts may lie in files, which are read and written by calls that pass the gate.

use std::sync::Arc;

use llmspell_base::Failure;
use llmspell_capability_file::{Contents, Files};
use llmspell_capability_tool::{HostTool, Invocation, ToolFailure};
use serde_json::Value;

use crate::answer::{answer, broke, input, raised};
use crate::files::RunFiles;
use crate::queries::Queries;
use crate::standard::{Context, Problem, Standard, long_call, tool_of};

/// A tool that takes paths in place of texts.
pub trait WithFiles: Standard {
    /// Arguments that name files.
    const FILES: &'static [&'static str];

    /// The files that it reads, in order.
    fn reads(&self) -> Vec<String>;

    /// What is in them.
    fn take(&mut self, contents: Vec<Contents>) -> Result<(), Problem>;

    /// Where its output goes, if that is a file.
    fn writes(&self) -> Option<String> {
        None
    }

    /// The bytes for that file, and what the result says of them.
    fn make(self) -> Result<(Vec<u8>, Value), Problem> {
        Err(Problem::invalid("it writes no file"))
    }
}

/// A text that is given or lies in a file: one of both.
pub fn either(
    input: &str,
    given: &Option<String>,
    file: &str,
    path: &Option<String>,
    what: &str,
) -> Result<(), Problem> {
    match (given, path) {
        (Some(_), Some(_)) => Err(Problem::invalid(format!("give '{input}' or '{file}', not both"))),
        (None, None) => Err(Problem::missing(input, &format!("{what}, or '{file}': the file that has it"))),
        _ => Ok(()),
    }
}

/// The text in a file.
pub fn text(name: &str, contents: &Contents) -> Result<String, Problem> {
    String::from_utf8(contents.bytes.clone()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Problem::invalid(format!("'{name}' names a file that is no text in UTF-8: see byte {at}"))
    })
}

/// The tool, as the host registers it.
pub fn tool<Input: WithFiles>(queries: &Arc<dyn Queries>) -> HostTool {
    let queries = queries.clone();
    tool_of::<Input, _>(move |call| run::<Input>(call, queries.clone()))
}

async fn run<Input: WithFiles>(call: Invocation, queries: Arc<dyn Queries>) -> Result<Value, ToolFailure> {
    if !Input::FILES.iter().any(|name| call.arguments.get(name).is_some_and(Value::is_string)) {
        return crate::standard::run::<Input>(call, queries).await;
    }
    let Invocation { arguments, chance, context, .. } = call;
    let parsed: Input = input(Input::NAME, arguments)?;
    let operation = parsed.operation();
    let files = RunFiles { files: context.offered::<Files>().map_err(raised)?, cx: context };
    let limits = files.cx.limits();
    let (fuel, memory, meter) = (limits.fuel, limits.memory_bytes, files.cx.meter().clone());
    let cx = Context { chance, queries, meter, fuel, memory };
    answer(&operation, work(parsed, cx, &files).await.map(Into::into))
}

async fn work<Input: WithFiles>(mut input: Input, cx: Context, files: &RunFiles) -> Result<Value, Failure> {
    let mut contents = Vec::new();
    for path in input.reads() {
        contents.push(files.read(&path).await?);
    }
    let to = input.writes();
    // What is made of them is as large, or nearly so.
    let held = files.cx.memory().take(contents.iter().map(|one| one.bytes.len()).sum())?;
    let (place, makes) = (long_call().await, to.is_some());
    let made = tokio::task::spawn_blocking(move || {
        let _place = (place, held);
        input.take(contents)?;
        if makes { input.make() } else { input.run(&cx).map(|result| (Vec::new(), result)) }
    });
    let made = made.await.map_err(|_| broke())?;
    let (bytes, mut result) = made?;
    if let Some(path) = to {
        let written = files.write(&path, bytes).await?;
        if let Some(map) = result.as_object_mut() {
            map.insert("output_file".into(), path.into());
            map.insert("bytes".into(), written.into());
        }
    }
    Ok(result)
}
