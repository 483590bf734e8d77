//! A run of an agent, or a single request.

use std::sync::Arc;
use std::time::Duration;

use super::Agents;
use super::attendant::Attendant;
use super::reply::{Answer, with_spent};
use super::status::Spent;
use super::work::{DEFAULT_PARALLEL, DEFAULT_TURNS, Work};
use crate::failure::Failure;
use crate::gate::Inside;
use crate::services::model::{History, ModelName, Part, Run, RunReply, ToolChoice};
use crate::services::operation::{Result, Spell};

/// What is asked, understood and not asked yet.
#[derive(Clone, Debug)]
pub struct Ask {
    pub model: ModelName,
    pub system: Option<String>,
    pub history: History,
    pub prompt: Vec<Part>,
    pub work: Work,
    pub stream: bool,
    /// Neither sees nor adds to the agent's history.
    pub stateless: bool,
}

/// How it ended, and what it used.
pub struct Ran {
    pub result: Result<Answer>,
    pub spent: Spent,
    /// With what was said.
    pub history: History,
}

impl Agents {
    /// Asks a model, and does the tool calls it makes until it answers.
    pub(super) async fn ask(&self, ask: Ask, spell: &Spell, gate: &Inside) -> Ran {
        let began = self.clock.elapsed();
        let given = ask.history.len();
        let (mut spent, mut history) = (Spent::default(), History::default());
        let result = match self.prepare(&ask, spell) {
            Err(failure) => Err(failure),
            Ok(run) => {
                let attendant = Arc::new(Attendant::new(spell.clone(), gate.clone(), ask.stream, ask.work.clone()));
                let work = self.models.models.run(run, attendant.clone());
                let ended = match ask.work.limits.time_ms {
                    None => Some(work.await),
                    Some(time) => tokio::time::timeout(Duration::from_millis(time), work).await.ok(),
                };
                match ended {
                    Some(Ok(ran)) => {
                        let RunReply { reply, turns, tool_calls, .. } = ran;
                        spent = Spent { usage: reply.usage.clone(), turns, tool_calls, duration_ms: 0 };
                        history = ran.history.since(given);
                        Ok(Answer::of(reply, attendant.made(), attendant.object()))
                    }
                    Some(Err(failed)) => {
                        spent = Spent {
                            usage: failed.usage,
                            turns: failed.turns,
                            tool_calls: failed.tool_calls,
                            duration_ms: 0,
                        };
                        Err(Failure::from(failed.error))
                    }
                    None => {
                        spent = attendant.spent();
                        let time = ask.work.limits.time_ms.unwrap_or_default();
                        Err(Failure::new("timeout", format!("the run took longer than its limit of {time} ms")))
                    }
                }
            }
        };
        spent.duration_ms = (self.clock.elapsed() - began) / 1_000_000;
        let result = match result {
            Ok(answer) => Ok(Answer { spent: spent.clone(), ..answer }),
            Err(failure) => Err(with_spent(failure, &spent)),
        };
        Ran { result, spent, history }
    }

    fn prepare(&self, ask: &Ask, spell: &Spell) -> Result<Run> {
        let work = &ask.work;
        if let Some(most) = work.limits.depth.filter(|most| spell.depth() as u64 >= *most) {
            let message = format!("the run's own limit: calls may be nested {most} deep");
            return Err(Failure::new("nesting", message));
        }
        // One more for the round in which the model is told what is wrong with its answer.
        let repair = u64::from(work.schema.is_some());
        Ok(Run {
            system: ask.system.clone(),
            history: ask.history.clone(),
            prompt: ask.prompt.clone(),
            settings: work.settings.clone(),
            tools: Vec::new(),
            tool_choice: work.tool_choice.clone().unwrap_or(ToolChoice::Auto),
            schema: work.schema.as_ref().map(|schema| schema.text.clone()),
            max_turns: (work.max_turns.unwrap_or(DEFAULT_TURNS) + repair) as usize,
            parallel_tools: work.parallel_tools.unwrap_or(DEFAULT_PARALLEL) as usize,
            stream: ask.stream,
            tenant: self.tenant.clone(),
            ..Run::new(ask.model.clone(), "")
        })
    }
}
