//! Steps again and again.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};

use llmspell_api::workflow::MaxIterations;
use llmspell_base::host_memory::{Held, weigh_parsed};
use llmspell_base::{Code, Failure};

use super::{Broken, Engine, Flow, ends_the_run};
use crate::condition::Condition;
use crate::execution::Turn;
use crate::interpolate::{Single, value_of};
use crate::plan::{Aggregation, Items, Repeat, too_many};

/// What is gone through, when the loop begins.
enum Values<'a> {
    Range { start: i64, step: i64, count: u64 },
    List(&'a [Value]),
    While(&'a Condition),
}

impl<'a> Engine<'a> {
    pub async fn repeat(self, repeat: &'a Repeat) -> Flow {
        let input = self.scope.input.clone();
        {
            let mut progress = self.scope.progress();
            progress.completed_iterations = Some(0);
            progress.iteration_outputs = (repeat.aggregation != Aggregation::None).then(VecDeque::new);
        }
        let collection;
        let values = match &repeat.items {
            Items::Range { start, step, count } => Values::Range { start: *start, step: *step, count: *count },
            Items::List(items) => Values::List(items),
            Items::While(condition) => Values::While(condition),
            Items::Reference(single) => {
                collection = self.collection(single, repeat, &input).map_err(Broken::Whole)?;
                Values::List(&collection.0)
            }
            Items::Text(text) => {
                let message = format!("the collection of the loop, {text}, is no reference");
                return Err(Broken::Whole(Failure::invalid(message)));
            }
        };
        let (mut index, mut previous) = self.earlier(repeat, input).map_err(Broken::Whole)?;
        // Of an execution that is over, nothing is asked any more.
        if self.is_over() || self.scope.progress().break_message.is_some() {
            return Ok(previous);
        }
        while let Some(turn) = self.turn(&values, index, repeat, &previous).await? {
            if index > 0 && !repeat.delay.is_zero() {
                tokio::time::sleep(repeat.delay).await;
            }
            self.scope.records.forget(repeat.steps.clone());
            previous = self.sequence(repeat.steps.clone(), previous, Some(&turn)).await?;
            index += 1;
            self.scope.progress().completed_iterations = Some(index);
            self.aggregate(repeat.aggregation, &previous).map_err(Broken::Whole)?;
            let breaks = self.breaks(repeat, &previous, &turn).await?;
            self.record_turn(&turn, &previous, repeat.aggregation);
            if breaks {
                break;
            }
        }
        Ok(if index == 0 { Arc::default() } else { previous })
    }

    /// How many iterations earlier runs came to the end of, and what there was before the next one.
    fn earlier(&self, repeat: &Repeat, input: Arc<Value>) -> Result<(u64, Arc<Value>), Failure> {
        let Some(turns) = self.recorded_turns() else { return Ok((0, input)) };
        self.restore_turn(turns.count - 1, repeat)?;
        let mut progress = self.scope.progress();
        progress.completed_iterations = Some(turns.count);
        if let Some(outputs) = &mut progress.iteration_outputs {
            for output in turns.outputs {
                let held = self.cx.memory().hold(&output.value)?;
                outputs.push_back((Arc::new(output.value), held));
            }
        }
        progress.break_message = turns.last.break_message;
        progress.first_error = turns.last.error;
        progress.any_completed = turns.last.any_completed;
        Ok((turns.count, Arc::new(turns.last.output)))
    }

    /// The list that a reference leads to, which takes its part of the host's memory while it is gone through.
    fn collection(&self, single: &Single, repeat: &Repeat, input: &Arc<Value>) -> Result<(Vec<Value>, Held), Failure> {
        let view = self.view(repeat.steps.clone(), input, self.scope.outer.as_ref());
        let recorded = self.recorded_items().map(Value::Array);
        let items = if recorded.is_some() { recorded } else { value_of(single, &view)? };
        match items {
            Some(Value::Array(items)) if items.len() as u64 <= repeat.most => {
                let held = self.cx.memory().take(items.iter().map(weigh_parsed).sum())?;
                self.record_items(&items);
                Ok((items, held))
            }
            Some(Value::Array(items)) => Err(too_many(items.len() as u64, repeat.most, "")),
            _ => Err(Failure::invalid(format!("the collection of the loop, {}, is not a list", single.text()))),
        }
    }

    /// The next iteration, if there is one.
    async fn turn(
        &self,
        values: &Values<'a>,
        index: u64,
        repeat: &'a Repeat,
        previous: &Arc<Value>,
    ) -> Result<Option<Turn>, Broken> {
        let (value, total) = match values {
            Values::Range { count, .. } if index >= *count => return Ok(None),
            // Within i64: the count comes from a start and an end that are.
            Values::Range { start, step, count } => {
                let value = start.wrapping_add(step.wrapping_mul(index as i64));
                (Value::from(value), Some(*count))
            }
            Values::List(items) => match items.get(index as usize) {
                Some(item) => (item.clone(), Some(items.len() as u64)),
                None => return Ok(None),
            },
            Values::While(condition) => {
                let turn = Turn { index, value: Arc::new(index.into()), total: None };
                // Where it began in an earlier run, it held.
                if !self.has_begun(index) && !self.asks(condition, repeat, previous, Some(&turn)).await? {
                    return Ok(None);
                }
                if index >= repeat.most {
                    let message = format!(
                        "the loop reached its 'max_iterations' of {}, and its condition still holds",
                        repeat.most
                    );
                    // With details: this is a bound of the loop's own, and the run does not end.
                    let details = Some(json!(MaxIterations { max_iterations: repeat.most }));
                    return Err(Broken::Whole(Failure { details, ..Failure::new(Code::Budget, message) }));
                }
                return Ok(Some(turn));
            }
        };
        Ok(Some(Turn { index, value: Arc::new(value), total }))
    }

    async fn asks(
        &self,
        condition: &Condition,
        repeat: &Repeat,
        previous: &Arc<Value>,
        turn: Option<&Turn>,
    ) -> Result<bool, Broken> {
        let view = self.view(repeat.steps.clone(), previous, turn);
        self.holds(condition, view, None).await.map_err(|failure| {
            let message = format!("a condition of the loop: {}", failure.message);
            if ends_the_run(&failure) { Broken::Stop(failure) } else { Broken::Whole(Failure { message, ..failure }) }
        })
    }

    async fn breaks(&self, repeat: &Repeat, previous: &Arc<Value>, turn: &Turn) -> Result<bool, Broken> {
        for (condition, message) in &repeat.breaks {
            if self.asks(condition, repeat, previous, Some(turn)).await? {
                let message = message.clone().unwrap_or_else(|| "a condition held".into());
                self.scope.progress().break_message = Some(message);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn aggregate(&self, aggregation: Aggregation, output: &Arc<Value>) -> Result<(), Failure> {
        let mut progress = self.scope.progress();
        let Some(outputs) = &mut progress.iteration_outputs else { return Ok(()) };
        match aggregation {
            Aggregation::None => return Ok(()),
            Aggregation::First(count) if outputs.len() >= count => return Ok(()),
            Aggregation::Last(count) if outputs.len() >= count => drop(outputs.pop_front()),
            _ => {}
        }
        outputs.push_back((output.clone(), self.cx.memory().hold(output)?));
        Ok(())
    }
}
