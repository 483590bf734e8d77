//! What the records of a checkpoint come to: where an execution is. What is over, and nothing goes back to, is dropped while
//! they are read.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value, json};

use llmspell_api::workflow::{Ask, Done, Iterated, Keeps, Problem, Record, SpellFile, Status, StepStatus, Totals};
use llmspell_base::Failure;
use llmspell_base::host_memory::{Held, HostMemory, weigh_parsed};

/// A value and its part of the host's memory.
pub struct Kept<T> {
    pub value: T,
    _held: Held,
}

#[derive(Default)]
pub struct Recorded {
    pub started: Option<Kept<Started>>,
    /// The shared state, key by key.
    pub state: BTreeMap<String, Kept<Value>>,
    pub totals: Totals,
    pub ended: Option<Kept<Ended>>,
    /// What was asked since the last run took it up.
    pub asked: Option<Ask>,
    pub runs: u64,
    steps: BTreeMap<String, Stepped>,
    scopes: BTreeMap<String, Kept<Value>>,
    items: BTreeMap<String, Kept<Vec<Value>>>,
    branches: BTreeMap<String, BTreeMap<u64, Kept<bool>>>,
    turns: BTreeMap<String, Turns>,
}

pub struct Started {
    pub definition: Value,
    pub input: Value,
    pub spell: Option<SpellFile>,
}

pub struct Ended {
    pub status: Status,
    pub output: Value,
    pub error: Option<Problem>,
}

/// What is known of a step.
pub struct Stepped {
    /// Its name in its workflow.
    pub step: String,
    pub attempts: u64,
    /// When the last attempt began, and when that was over, by the store's clock.
    pub began_at: Option<u64>,
    pub ended_at: Option<u64>,
    pub done: Option<Kept<Done>>,
    _held: Held,
}

/// The iterations of a loop that are over.
pub struct Turns {
    pub count: u64,
    pub last: Iterated,
    pub outputs: VecDeque<Kept<Value>>,
    _held: Held,
}

impl Recorded {
    /// One more record, which was written at this time. Fails, as "handles", where the host's memory does not hold it; the inner error says that
    /// it can't be.
    pub fn add(&mut self, record: Record, at: u64, memory: &HostMemory) -> Result<Result<(), &'static str>, Failure> {
        match record {
            Record::Started { definition, input, state, spell } => {
                if self.started.is_some() {
                    return Ok(Err("it begins twice"));
                }
                let spell_bytes = spell.as_ref().map_or(0, |spell| weigh_parsed(&json!(spell)));
                let _held = memory.take(weigh_parsed(&definition) + weigh_parsed(&input) + spell_bytes)?;
                self.started =
                    Some(Kept { value: Started { definition, input, spell: spell.map(|spell| *spell) }, _held });
                return self.set(state, memory).map(Ok);
            }
            _ if self.started.is_none() => return Ok(Err("it has no beginning")),
            Record::Run => {
                self.runs += 1;
                (self.ended, self.asked) = (None, None);
            }
            Record::Scope { place, input } => {
                let _held = room(memory, &[&place], &input)?;
                self.scopes.insert(place, Kept { value: input, _held });
            }
            Record::Items { place, items } => {
                let items = Value::Array(items);
                let _held = room(memory, &[&place], &items)?;
                let Value::Array(items) = items else { return Ok(Err("a list is none")) };
                self.items.insert(place, Kept { value: items, _held });
            }
            Record::Branch { place, branch, holds } => {
                let _held = room(memory, &[&place], &Value::Null)?;
                self.branches.entry(place).or_default().insert(branch, Kept { value: holds, _held });
            }
            Record::Begun { place, step, attempt, anew } => {
                if anew {
                    self.forget_within(&place);
                }
                let _held = room(memory, &[&place, &step], &Value::Null)?;
                let (began_at, ended_at, done) = (Some(at), None, None);
                self.steps.insert(place, Stepped { step, attempts: attempt, began_at, ended_at, done, _held });
            }
            Record::Done(done) => self.done(*done, at, memory)?,
            Record::Turn(turn) => return self.turn(*turn, memory),
            Record::State(changed) => self.set(changed, memory)?,
            Record::Ended { status, output, error } => {
                let _held = room(memory, &[error.as_ref().map_or("", |error| &error.message)], &output)?;
                self.ended = Some(Kept { value: Ended { status, output, error }, _held });
            }
            Record::Asked(ask) => self.asked = Some(ask),
        }
        Ok(Ok(()))
    }

    /// Whether it was cancelled, or is to be. What was complete by then is complete.
    pub fn is_cancelled(&self) -> bool {
        match self.ended.as_ref().map(|ended| ended.value.status) {
            Some(Status::Cancelled) => true,
            Some(Status::Completed | Status::PartiallyCompleted) => false,
            _ => self.asked == Some(Ask::Cancel),
        }
    }

    fn set(&mut self, changed: Map<String, Value>, memory: &HostMemory) -> Result<(), Failure> {
        for (key, value) in changed {
            let _held = room(memory, &[&key], &value)?;
            self.state.insert(key, Kept { value, _held });
        }
        Ok(())
    }

    fn done(&mut self, done: Done, at: u64, memory: &HostMemory) -> Result<(), Failure> {
        if done.status != StepStatus::Failed {
            self.forget_within(&done.place);
        }
        let error = done.error.as_ref().map_or("", |error| &error.message);
        let kept = room(memory, &[&done.place, &done.step, error], done.output.as_ref().unwrap_or(&Value::Null))?;
        let _held = room(memory, &[&done.place, &done.step], &Value::Null)?;
        let before = self.steps.remove(&done.place);
        let began_at = before.and_then(|before| before.began_at);
        let (place, step, attempts) = (done.place.clone(), done.step.clone(), done.attempts);
        let done = Some(Kept { value: done, _held: kept });
        self.steps.insert(place, Stepped { step, attempts, began_at, ended_at: Some(at), done, _held });
        Ok(())
    }

    fn turn(&mut self, mut turn: Iterated, memory: &HostMemory) -> Result<Result<(), &'static str>, Failure> {
        let before = self.turns.remove(&turn.place);
        let (count, mut outputs) = before.map_or_else(Default::default, |turns| (turns.count, turns.outputs));
        if turn.index != count {
            return Ok(Err("the iterations of a loop have gaps"));
        }
        if let Some(passed) = turn.index.checked_sub(1) {
            self.forget_all(&format!("{}/{passed}.", turn.place));
        }
        let kept = match turn.keeps {
            Keeps::None => false,
            Keeps::First(most) => (outputs.len() as u64) < most,
            Keeps::Last(most) => {
                if outputs.len() as u64 >= most {
                    outputs.pop_front();
                }
                true
            }
            Keeps::All => true,
        };
        if kept {
            let value = turn.output.clone();
            let _held = memory.hold(&value)?;
            outputs.push_back(Kept { value, _held });
        }
        let texts = [turn.place.as_str(), turn.break_message.as_deref().unwrap_or_default()];
        let _held = room(memory, &texts, &turn.output)?;
        let place = std::mem::take(&mut turn.place);
        self.turns.insert(place, Turns { count: count + 1, last: turn, outputs, _held });
        Ok(Ok(()))
    }

    /// Forgets what lies within a step.
    pub fn forget_within(&mut self, place: &str) {
        self.scopes.remove(place);
        self.items.remove(place);
        self.turns.remove(place);
        self.branches.remove(place);
        self.forget_all(&format!("{place}/"));
    }

    fn forget_all(&mut self, prefix: &str) {
        remove_below(&mut self.steps, prefix);
        remove_below(&mut self.scopes, prefix);
        remove_below(&mut self.items, prefix);
        remove_below(&mut self.turns, prefix);
        remove_below(&mut self.branches, prefix);
    }

    /// The end of a step, if it is recorded: once.
    pub fn take_done(&mut self, place: &str) -> Option<Done> {
        self.steps.get_mut(place)?.done.take().map(|kept| kept.value)
    }

    /// How often a step was tried.
    pub fn attempts(&self, place: &str) -> u64 {
        self.steps.get(place).map_or(0, |stepped| stepped.attempts)
    }

    /// Whether any step began at a place that begins so.
    pub fn has_begun(&self, prefix: &str) -> bool {
        self.steps.range(prefix.to_owned()..).next().is_some_and(|(place, _)| place.starts_with(prefix))
    }

    pub fn take_scope(&mut self, place: &str) -> Option<Value> {
        self.scopes.remove(place).map(|kept| kept.value)
    }

    pub fn take_items(&mut self, place: &str) -> Option<Vec<Value>> {
        self.items.remove(place).map(|kept| kept.value)
    }

    pub fn take_turns(&mut self, place: &str) -> Option<Turns> {
        self.turns.remove(place)
    }

    pub fn holds(&self, place: &str, branch: u64) -> Option<bool> {
        Some(self.branches.get(place)?.get(&branch)?.value)
    }

    /// All steps that are known, by their places.
    pub fn steps(&self) -> impl Iterator<Item = (&String, &Stepped)> {
        self.steps.iter()
    }
}

/// For a value, and texts beside it.
fn room(memory: &HostMemory, texts: &[&str], value: &Value) -> Result<Held, Failure> {
    memory.take(weigh_parsed(value) + texts.iter().map(|text| text.len()).sum::<usize>())
}

fn remove_below<T>(all: &mut BTreeMap<String, T>, prefix: &str) {
    let below: Vec<String> =
        all.range(prefix.to_owned()..).map(|(key, _)| key.clone()).take_while(|key| key.starts_with(prefix)).collect();
    below.iter().for_each(|key| drop(all.remove(key)));
}
