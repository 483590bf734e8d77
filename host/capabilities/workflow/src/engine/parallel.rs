//! Branches at the same time.

use std::sync::Arc;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use serde_json::{Map, Value};

use llmspell_api::workflow::Merge;
use llmspell_base::{Code, Failure};

use super::{Broken, Engine, Flow, text_of, within};
use crate::plan::Branch;

impl<'a> Engine<'a> {
    /// So many branches at once. Where a required one fails, the others are dropped, unless the workflow goes on anyway.
    pub async fn parallel(self, branches: &'a [Branch], concurrency: usize, merge: Merge) -> Flow {
        let mut outputs: Vec<Option<Arc<Value>>> = vec![None; branches.len()];
        let mut waiting = branches.iter().enumerate();
        let mut running: FuturesUnordered<BoxFuture<'a, (usize, Flow)>> = FuturesUnordered::new();
        let (mut begun, mut went_well, mut is_paused) = (0, 0, false);
        loop {
            while running.len() < concurrency
                && !is_paused
                && let Some((at, branch)) = waiting.next()
            {
                begun += 1;
                running.push(Box::pin(async move { (at, self.branch(branch).await) }));
            }
            {
                let mut progress = self.scope.progress();
                (progress.executed_branches, progress.successful_branches) = (Some(begun), Some(went_well));
            }
            let Some((at, flow)) = running.next().await else { break };
            let is_required = branches.get(at).is_some_and(|branch| branch.required);
            match flow {
                Ok(output) => {
                    went_well += 1;
                    outputs.get_mut(at).into_iter().for_each(|place| *place = Some(output.clone()));
                }
                Err(Broken::Stop(failure)) => return Err(Broken::Stop(failure)),
                // What the others are at comes to its end.
                Err(Broken::Paused) => is_paused = true,
                Err(broken) if is_required && !self.scope.plan.continues => return Err(broken),
                Err(broken) if is_required => self.scope.progress().fail(broken.problem()),
                Err(_) => {}
            }
        }
        if is_paused {
            return Err(Broken::Paused);
        }
        self.merge(branches, outputs, merge).map_err(Broken::Whole)
    }

    async fn branch(self, branch: &'a Branch) -> Flow {
        let work = self.sequence(branch.steps.clone(), self.scope.input.clone(), self.scope.outer.as_ref());
        within(branch.timeout, work, || {
            let (name, time) = (&branch.name, branch.timeout.unwrap_or_default().as_millis());
            let message = format!("the branch '{name}' took longer than its timeout of {time} ms");
            Broken::Whole(Failure::new(Code::Timeout, message))
        })
        .await
    }

    /// In the order of the definition, whatever came first.
    fn merge(
        &self,
        branches: &[Branch],
        outputs: Vec<Option<Arc<Value>>>,
        merge: Merge,
    ) -> Result<Arc<Value>, Failure> {
        // The outputs are there once more while they are merged.
        let _held = self.cx.memory().take(self.scope.records.weight())?;
        let mut went_well = outputs.iter().flatten();
        let value = |output: &Option<Arc<Value>>| output.as_deref().cloned().unwrap_or_default();
        let merged = match merge {
            Merge::First => return Ok(went_well.next().cloned().unwrap_or_default()),
            Merge::Last => return Ok(went_well.next_back().cloned().unwrap_or_default()),
            Merge::List => outputs.iter().map(value).collect(),
            Merge::Concat => went_well.map(|output| text_of(output)).collect::<Vec<_>>().join("\n").into(),
            Merge::Object => {
                let named = branches.iter().zip(&outputs).filter(|(_, output)| output.is_some());
                Value::Object(named.map(|(branch, output)| (branch.name.clone(), value(output))).collect::<Map<_, _>>())
            }
        };
        self.cx.bound_reply(&merged, "the branches' outputs together")?;
        Ok(Arc::new(merged))
    }
}
