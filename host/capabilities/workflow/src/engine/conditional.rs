//! The branches whose conditions hold.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::{Broken, Engine, Flow, ends_the_run, within};
use crate::plan::Branch;
use llmspell_base::{Code, Failure};

impl<'a> Engine<'a> {
    /// The first branch whose condition holds, or all of them, one after another; where none holds, the other steps.
    pub async fn conditional(self, branches: &'a [Branch], otherwise: Range<usize>, all_matching: bool) -> Flow {
        let input = self.scope.input.clone();
        let turn = self.scope.outer.as_ref();
        let mut output: Option<Arc<Value>> = None;
        let mut executed = 0;
        self.scope.progress().executed_branches = Some(0);
        for (at, branch) in branches.iter().enumerate() {
            let holds = match self.recorded_choice(at) {
                Some(holds) => holds,
                None => self.chooses(at, branch, &input).await?,
            };
            if !holds {
                continue;
            }
            executed += 1;
            self.scope.progress().executed_branches = Some(executed);
            let work = self.sequence(branch.steps.clone(), input.clone(), turn);
            let late = || {
                let (name, time) = (&branch.name, branch.timeout.unwrap_or_default().as_millis());
                let message = format!("the branch '{name}' took longer than its timeout of {time} ms");
                Broken::Whole(Failure::new(Code::Timeout, message))
            };
            output = Some(within(branch.timeout, work, late).await?);
            if !all_matching {
                break;
            }
        }
        if output.is_none() && !otherwise.is_empty() {
            self.scope.progress().executed_branches = Some(1);
            output = Some(self.sequence(otherwise, input, turn).await?);
        }
        Ok(output.unwrap_or_default())
    }

    async fn chooses(&self, at: usize, branch: &Branch, input: &Arc<Value>) -> Result<bool, Broken> {
        let view = self.view(branch.steps.clone(), input, self.scope.outer.as_ref());
        let holds = self.holds(&branch.condition, view, None).await.map_err(|failure| {
            let message = format!("the condition of branch '{}': {}", branch.name, failure.message);
            if ends_the_run(&failure) { Broken::Stop(failure) } else { Broken::Whole(Failure { message, ..failure }) }
        })?;
        self.record_choice(at, holds);
        Ok(holds)
    }
}
