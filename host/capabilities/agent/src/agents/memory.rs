//! What an agent remembers beyond the run: the last of it comes first, and what is said is added.

use llmspell_api::memory::{Entry, NewEntry};
use llmspell_kernel::Result;
use llmspell_models::History;
use serde_json::{Value, json};

use super::Agent;
use super::model_run::ModelRun;

/// More is not taken from a memory at once.
const MOST: usize = 1_000;

/// What was consolidated, in the words of a conversation.
const SUMMARY: &str = "summary";

impl ModelRun {
    /// Puts what was said in earlier runs of the spell into the agent's history, before its first run in this one.
    pub(super) async fn recall(&self, agent: &Agent) -> Result<()> {
        let definition = agent.definition();
        let Some(session) = &definition.memory else { return Ok(()) };
        let recall = async || {
            let memory = &self.agents.memory;
            let session = memory.session_or_global(Some(session.as_str()).filter(|id| !id.is_empty()));
            let most = definition.kept.messages.min(MOST);
            if most == 0 {
                return Ok(());
            }
            let entries = memory.last(&session, &definition.name, most, &self.cx).await?;
            let said = History::read(&messages(entries))?;
            agent.status().remember(said, definition.kept, self.cx.memory())
        };
        agent.recalled.get_or_try_init(recall).await?;
        Ok(())
    }

    /// Adds what was asked and answered.
    pub(super) async fn keep(&self, agent: &Agent, asked: String, answered: String) -> Result<()> {
        let definition = agent.definition();
        let Some(session) = &definition.memory else { return Ok(()) };
        let memory = &self.agents.memory;
        let session = memory.session_or_global(Some(session.as_str()).filter(|id| !id.is_empty()));
        let entry = |role: &str, content: String| NewEntry {
            role: role.into(),
            content,
            agent: Some(definition.name.clone()),
            metadata: None,
        };
        memory.keep(&session, vec![entry("user", asked), entry("assistant", answered)], &self.cx).await
    }
}

/// As a conversation: what models take is the turns of a user and their answers, in whole turns.
fn messages(entries: Vec<Entry>) -> Value {
    // A summary stands behind what was not consolidated with it, and tells of what was before.
    let (summaries, said): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.role == SUMMARY);
    let turn = |role: &str, content: &str| json!({ "role": role, "content": content });
    let mut all: Vec<Value> = Vec::new();
    for summary in summaries {
        all.push(turn("user", &format!("What was said before, in short: {}", summary.content)));
        all.push(turn("assistant", "I remember."));
    }
    // A question that has no answer is left out, and so is an answer to none.
    let mut asked = None;
    for entry in said {
        match entry.role.as_str() {
            "user" => asked = Some(entry),
            "assistant" => {
                if let Some(asked) = asked.take() {
                    all.extend([turn("user", &asked.content), turn("assistant", &entry.content)]);
                }
            }
            _ => {}
        }
    }
    json!(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_that_was_cut_anywhere_is_a_conversation_in_whole_turns() {
        let entry = |role: &str, content: &str| Entry {
            number: 1,
            at: 0,
            role: role.into(),
            content: content.into(),
            agent: None,
            metadata: None,
            score: None,
        };
        let cut =
            [("assistant", "1"), ("user", "2"), ("user", "3"), ("assistant", "4"), ("note", "5"), ("summary", "6")];
        let cut = cut.into_iter().chain([("user", "7")]).map(|(role, content)| entry(role, content));
        let said = messages(cut.collect());
        let texts: Vec<&str> = said.as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap()).collect();
        assert_eq!(texts, ["What was said before, in short: 6", "I remember.", "3", "4"]);
        assert!(History::read(&said).is_ok());
        assert!(History::read(&messages(Vec::new())).is_ok());
    }
}
