//! Calls that other work of the host makes as the guest makes them: with the same permissions, bounds and records.

use std::sync::Arc;

use llmspell_api::journal::AgentRunArgs;
use serde_json::{Value, json};

use super::{Agent, Agents};
use llmspell_base::host_memory::weigh_parsed;
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::{Permission, Right};

impl Agents {
    /// Runs an agent as `agent.run` does for the guest, and waits for its reply.
    pub async fn call_run(&self, agent: &Arc<Agent>, prompt: &Value, options: &Value, cx: &CallContext) -> Result {
        cx.bound(prompt, "the prompt")?;
        let _held = cx.memory().take(weigh_parsed(prompt) + weigh_parsed(options))?;
        let asked = self.options(&prompt.to_string(), &options.to_string());
        let model = asked.as_ref().ok().map(|asked| asked.model(&agent.definition()).to_string());
        let arguments = || json!(AgentRunArgs { agent: agent.number, prompt, options });
        let call = cx.call("agent.run", arguments).needs(of_model(&model).to_look()).begin().await?;
        let answer = match asked {
            Ok(asked) => self.clone().run(agent.clone(), asked, cx.clone()).await,
            Err(failure) => Err(failure),
        };
        call.settle_value(answer)
    }

    /// Answers a request as `agent.complete` does for the guest, and waits for the reply.
    pub async fn call_complete(&self, request: &Value, cx: &CallContext) -> Result {
        cx.bound(request, "the request")?;
        let _held = cx.memory().hold(request)?;
        let ask = self.request(&request.to_string());
        let model = ask.as_ref().ok().map(|ask| ask.model.to_string());
        let call = cx.call("agent.complete", || request.clone()).needs(of_model(&model).to_look()).begin().await?;
        let answer = match ask {
            Ok(ask) => self.clone().complete(ask, cx.clone()).await,
            Err(failure) => Err(failure),
        };
        call.settle_value(answer)
    }
}

/// What is wrong with a call that names no model is told by the service.
pub fn of_model(model: &Option<String>) -> Permission<'_> {
    model.as_ref().map_or(Permission::NOTHING, |model| Permission::of(Right::MODEL, model))
}
