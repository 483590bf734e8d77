//! The tool calls of one turn of a model.

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::options::DEFAULT_PARALLEL;
use super::tool_loop::ToolLoop;
use llmspell_api::agent::{Chunk, ToolCall, ToolCallEnd};
use llmspell_base::host_memory::weigh_parsed;
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_models::{Call, PendingCall, ToolAnswer};

/// Bytes of a tool's result that a model is told. More fills no model's context with anything of use, and each stays in
/// the host for the rest of the run.
const MOST_RESULT: usize = 256 << 10;

impl ToolLoop<'_> {
    /// Makes all calls, some of them at the same time, and answers in their order. What ends the run cancels those that
    /// are under way.
    pub async fn call_tools(&self, calls: Vec<PendingCall>) -> Result<Vec<ToolAnswer>> {
        let parallel = self.ask.work.parallel_tools.unwrap_or(DEFAULT_PARALLEL) as usize;
        stream::iter(calls.into_iter().map(|call| self.call_tool(call))).buffered(parallel).try_collect().await
    }

    async fn call_tool(&self, PendingCall { call, refused }: PendingCall) -> Result<ToolAnswer> {
        let Call { id, name, arguments } = call;
        let begun = || ToolCall { id: id.clone(), name: name.clone(), arguments: arguments.clone() };
        self.stream(|| Chunk::Tool(begun())).await?;
        let answer = match refused {
            Some(why) => ToolAnswer::Error(why),
            None => self.invoke(&name, arguments).await?,
        };
        let end = ToolCallEnd { id, name, ok: !matches!(answer, ToolAnswer::Error(_)) };
        self.model_run.tally.end_call(end.clone());
        self.stream(|| Chunk::ToolResult(end)).await?;
        Ok(answer)
    }

    async fn invoke(&self, name: &str, arguments: Value) -> Result<ToolAnswer> {
        let most = self.ask.work.limits.tool_calls;
        if !self.model_run.tally.begin_call(most) {
            let most = most.unwrap_or_default();
            return Err(Failure::new(Code::Budget, format!("the run's limit of {most} tool calls is used up")));
        }
        let tools = &self.model_run.agents.tools;
        let arguments = tools.without_nulls(name, arguments);
        match tools.invoke(name, arguments, &self.model_run.cx).await {
            Ok(Value::String(text)) if text.len() <= MOST_RESULT => {
                self.held().grow(text.len())?;
                Ok(ToolAnswer::Text(text))
            }
            Ok(value) => {
                let bytes = value.to_string().len();
                if bytes > MOST_RESULT {
                    return Ok(ToolAnswer::Error(format!(
                        "The result is too large: {bytes} bytes, {MOST_RESULT} are allowed."
                    )));
                }
                self.held().grow(weigh_parsed(&value))?;
                Ok(ToolAnswer::Json(value))
            }
            // With these the whole run has to end: a model would try again and again.
            Err(failure) if failure.is(Code::Budget) || failure.is(Code::Nesting) => Err(failure),
            // A hook's reason is all that the model is told.
            Err(failure) if failure.is(Code::Cancelled) => self.error(failure.message),
            Err(failure) => self.error(failure.to_string()),
        }
    }

    /// What a model is told of a call that failed: no more than of a result.
    fn error(&self, mut why: String) -> Result<ToolAnswer> {
        why.truncate(why.floor_char_boundary(MOST_RESULT));
        self.held().grow(why.len())?;
        Ok(ToolAnswer::Error(why))
    }
}
