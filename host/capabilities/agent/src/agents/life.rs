//! The beginning and the end of an agent.

use std::sync::Arc;

use llmspell_api::journal::AgentInitArgs;
use serde_json::{Value, json};

use super::agent_hooks::{AFTER_INIT, AFTER_SHUTDOWN, BEFORE_INIT, BEFORE_SHUTDOWN};
use super::model_run::ModelRun;
use super::{Agent, Agents};
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::{Permission, Right};

impl Agents {
    /// Whether hooks want to be asked about an agent that begins.
    pub fn has_init_hooks(&self, name: &str) -> bool {
        self.hooks.any(BEFORE_INIT.point(), name) || self.hooks.any(AFTER_INIT.point(), name)
    }

    /// Calls the hooks on an agent's creation. The agent may be used when this is done.
    pub async fn begin(self, agent: Arc<Agent>, cx: CallContext) -> Result {
        let before = agent.definition();
        let model_run = ModelRun::new(self.clone(), cx, Some(before.name.clone()));
        let data = json!(before.show());
        let changed = model_run.hook_agent_life(&BEFORE_INIT, data.clone()).await?;
        if changed != data {
            let changed = self.define(&changed.to_string(), &model_run.cx.marker("agent.init")).await?;
            // What comes out of a hook has to be granted, not what went in.
            let model = changed.model.to_string();
            let arguments = || json!(AgentInitArgs { agent: &agent.id(), definition: changed.show() });
            let permission = Permission::of(Right::MODEL, &model).to_look();
            model_run.cx.call("agent.init", arguments).needs(permission).begin().await?.settle(Ok(()))?;
            agent.redefine(changed);
        }
        model_run.hook_agent_life(&AFTER_INIT, json!(agent.definition().show())).await?;
        agent.ready();
        Ok(Value::Null)
    }

    /// Ends an agent, unless a hook says no.
    pub async fn shutdown(self, agent: Arc<Agent>, cx: CallContext) -> Result {
        if agent.status().is_terminated() {
            return Err(Failure::new(Code::Closed, format!("the agent '{}' is shut down", agent.definition().name)));
        }
        let model_run = ModelRun::new(self, cx, Some(agent.definition().name.clone()));
        model_run.hook_agent_life(&BEFORE_SHUTDOWN, json!({})).await?;
        let now = agent.now();
        agent.status().terminate(now);
        model_run.hook_agent_life(&AFTER_SHUTDOWN, json!({})).await?;
        Ok(Value::Null)
    }
}
