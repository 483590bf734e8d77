//! Steps as they depend on each other.

use std::sync::Arc;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use serde_json::{Map, Value};

use llmspell_api::workflow::Problem;

use super::step::StepEnd;
use super::{Broken, Engine, Flow};
use crate::execution::Record;
use crate::plan::Graph;

type Stepped = (usize, Result<StepEnd, Broken>);

/// What is left to be done.
struct Rest {
    /// For each step, how many of those that it needs are not over.
    waiting: Vec<usize>,
    needed_by: Vec<Vec<usize>>,
    /// Those that begin next are taken from the end.
    ready: Vec<usize>,
    /// Steps that failed, or were passed over because of one that did.
    lost: Vec<bool>,
}

impl<'a> Engine<'a> {
    /// Each step as soon as those that it needs are over, so many at once.
    pub async fn dag(self, graph: &'a Graph) -> Flow {
        let mut rest = Rest::new(graph);
        let mut running: FuturesUnordered<BoxFuture<'a, Stepped>> = FuturesUnordered::new();
        let (mut last, mut last_place): (Arc<Value>, Option<usize>) = (Arc::default(), None);
        let mut is_paused = false;
        loop {
            while running.len() < graph.concurrency
                && !is_paused
                && let Some(at) = rest.ready.pop()
            {
                let needs = graph.needs.get(at).map(Vec::as_slice).unwrap_or_default();
                if needs.iter().any(|need| rest.is_lost(*need)) {
                    self.scope.records.put(at, Record::skipped());
                    rest.over(at, true);
                    continue;
                }
                let previous = self.previous(needs);
                let turn = self.scope.outer.as_ref();
                running.push(Box::pin(async move { (at, self.step(at, &previous, turn).await) }));
            }
            let Some((at, end)) = running.next().await else { break };
            let end = match end {
                // What the others are at comes to its end.
                Err(Broken::Paused) => {
                    is_paused = true;
                    continue;
                }
                end => end?,
            };
            match end {
                StepEnd::Output(output) => {
                    // The output of the whole is that of the last step of the order, whichever came last.
                    let place = graph.ranks.get(at).copied();
                    if place >= last_place {
                        (last, last_place) = (output, place);
                    }
                    rest.over(at, false);
                }
                StepEnd::Failed(key, failure) => {
                    if !self.scope.plan.continues {
                        return Err(Broken::Step(key, failure));
                    }
                    let (code, message) = (failure.code.to_string(), failure.message);
                    self.scope.progress().fail(Problem { code, message, step: Some(key) });
                    rest.over(at, true);
                }
                StepEnd::Skipped | StepEnd::Tolerated | StepEnd::GoTo(_) => rest.over(at, false),
            }
        }
        if is_paused { Err(Broken::Paused) } else { Ok(last) }
    }

    /// What a step gets from those that it needs: the input where it needs none, the output of one, or those of several
    /// by their names.
    fn previous(&self, needs: &[usize]) -> Arc<Value> {
        let output = |at: &usize| self.scope.records.output(*at).unwrap_or_default();
        match needs {
            [] => self.scope.input.clone(),
            [one] => output(one),
            several => {
                let named = several.iter().filter_map(|at| {
                    let step = self.scope.plan.steps.get(*at)?;
                    Some((step.key.clone(), (*output(at)).clone()))
                });
                Arc::new(Value::Object(named.collect::<Map<_, _>>()))
            }
        }
    }
}

impl Rest {
    fn new(graph: &Graph) -> Rest {
        let count = graph.needs.len();
        let mut needed_by = vec![Vec::new(); count];
        for (at, needs) in graph.needs.iter().enumerate() {
            for need in needs {
                needed_by.get_mut(*need).into_iter().for_each(|list: &mut Vec<usize>| list.push(at));
            }
        }
        let waiting: Vec<usize> = graph.needs.iter().map(Vec::len).collect();
        let ready = graph.order.iter().rev().copied().filter(|at| waiting.get(*at) == Some(&0)).collect();
        Rest { waiting, needed_by, ready, lost: vec![false; count] }
    }

    fn over(&mut self, at: usize, is_lost: bool) {
        self.lost.get_mut(at).into_iter().for_each(|lost| *lost = is_lost);
        // The first of the definition is taken first.
        for next in self.needed_by.get(at).into_iter().flatten().rev() {
            if let Some(count) = self.waiting.get_mut(*next) {
                *count -= 1;
                if *count == 0 {
                    self.ready.push(*next);
                }
            }
        }
    }

    fn is_lost(&self, at: usize) -> bool {
        self.lost.get(at).is_some_and(|lost| *lost)
    }
}
