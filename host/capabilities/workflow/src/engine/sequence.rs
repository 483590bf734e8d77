//! Steps one after another.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::step::StepEnd;
use super::{Broken, Engine, Flow};
use crate::execution::{Record, Turn};
use llmspell_api::workflow::Problem;

impl<'a> Engine<'a> {
    /// The steps of a list. The output is that of the last step that has one, or else what was there before.
    pub async fn sequence(self, list: Range<usize>, previous: Arc<Value>, turn: Option<&Turn>) -> Flow {
        let (mut at, mut previous, mut from) = (list.start, previous, None);
        while at < list.end {
            if let Some(from) = from.replace(at) {
                self.observe_transition(from, at, &previous).await;
            }
            match self.step(at, &previous, turn).await? {
                StepEnd::Output(output) => previous = output,
                StepEnd::Skipped | StepEnd::Tolerated => {}
                StepEnd::GoTo(later) => {
                    (at + 1..later).for_each(|between| self.scope.records.put(between, Record::skipped()));
                    at = later;
                    continue;
                }
                StepEnd::Failed(key, failure) => {
                    if !self.scope.plan.continues {
                        return Err(Broken::Step(key, failure));
                    }
                    let (code, message) = (failure.code.to_string(), failure.message);
                    self.scope.progress().fail(Problem { code, message, step: Some(key) });
                }
            }
            at += 1;
        }
        Ok(previous)
    }
}
