//! Answers the calls of a guest from a record.

use std::collections::HashMap;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llmspell_base::hash::hash;
use llmspell_record::{Arguments, Call, End, Entry, Malformed, Outcome, Reader, RecordError, show};
use serde_json::Value;

use crate::listener::{Level, SharedListener};
use crate::recording::{shown, stopped};
use crate::stop::Stop;

/// Hears of each call as it passes.
pub type Show = Box<dyn FnMut(&SeenCall<'_>) + Send>;

/// How a record is replayed.
#[derive(Default)]
pub struct PlayerOptions {
    /// The spell is not the one that was recorded: what it prints and logs is its own affair, and no difference.
    pub changed_spell: bool,
    /// The recorded run was stopped from outside: the guest may have been anywhere.
    pub stopped_from_outside: bool,
    /// Ends after so many calls.
    pub until: Option<u64>,
    /// Ends before the first call of this name, such as "state.put", or of this tool: "tool:NAME".
    pub break_on: Option<String>,
    /// Hears of each call as it passes.
    pub show: Option<Show>,
}

/// A call that a replay has passed.
pub struct SeenCall<'a> {
    /// Counted from 1.
    pub step: u64,
    /// "interface.function".
    pub call: &'a str,
    /// What the guest passed.
    pub arguments: &'a Arguments,
    /// What it got.
    pub outcome: &'a Outcome,
}

/// What a replayed call gets.
pub enum Replayed {
    /// What was recorded.
    Answer(Arc<[u8]>),
    /// It is made as ever: all that it reaches is the listener.
    Live,
}

/// Where a replay parts from its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The number of the call, from 1.
    pub step: u64,
    /// What the record has.
    pub expected: String,
    /// What the guest did.
    pub got: String,
}

/// Why a replay did not get to the end of its record.
#[derive(Debug)]
pub enum Parted {
    /// The guest did something else.
    Difference(Difference),
    /// The record is of no use from here on.
    Record(RecordError),
    /// It was asked to end here: after so many calls.
    Asked(u64),
    /// An answer is not in the record.
    Sealed {
        /// The number of the call, from 1.
        step: u64,
        /// Its name.
        call: String,
    },
    /// The record was cut off: the run was killed.
    Cut(u64),
    /// The recorded run was stopped here from outside, and this one is of another spell.
    Stopped(u64),
    /// The replay was cancelled.
    Cancelled(u64),
    /// It took longer than it may.
    TimeUp(u64),
}

/// A record that answers.
pub struct Player {
    state: Mutex<State>,
}

struct State {
    reader: Reader<Box<dyn Read + Send>>,
    options: PlayerOptions,
    listener: Option<SharedListener>,
    step: u64,
    end: Option<Box<End>>,
    parted: Option<Parted>,
    /// The run was stopped from outside while it waited for this call, or before it.
    met_end: bool,
    /// The tools that the spell defined, by their handlers.
    tools: HashMap<u64, String>,
}

/// Calls that reach nothing but the listener, and what the run keeps for its outcome.
const LIVE: [&str; 4] = ["output.write", "log.write", "exit.exit", "exit.returned"];

/// A text for people is cut here.
const SHOWN_BYTES: usize = 300;

impl Player {
    /// Answers from this record.
    pub fn new(reader: Reader<Box<dyn Read + Send>>, options: PlayerOptions) -> Arc<Player> {
        let state = State {
            reader,
            options,
            listener: None,
            step: 0,
            end: None,
            parted: None,
            met_end: false,
            tools: HashMap::new(),
        };
        Arc::new(Player { state: Mutex::new(state) })
    }

    /// Who hears what the host said in the recorded run.
    pub(crate) fn listen(&self, listener: SharedListener) {
        self.lock().listener = Some(listener);
    }

    /// The answer to the guest's next call. An error ends the run: as it was ended then, or because this is as far as it goes.
    pub fn next(&self, call: &str, arguments: &[u8]) -> Result<Replayed, Stop> {
        self.lock().next(call, arguments)
    }

    /// An answer that is not what the call answers by.
    pub fn unreadable(&self, call: &str, problem: Malformed) -> Stop {
        let mut state = self.lock();
        let expected = format!("an answer to {call}");
        let difference = Difference { step: state.step, expected, got: format!("what is none: {problem}") };
        state.part(Parted::Difference(difference))
    }

    /// Reads on to the end of the record, where the guest has ended. What it did not ask for is a difference; so is where it went
    /// on longer.
    pub fn finish(&self) -> Finished {
        let mut state = self.lock();
        if state.parted.is_none() {
            state.read_end();
        }
        let steps = state.step;
        Finished { end: state.end.take(), parted: state.parted.take(), met_end: state.met_end, steps }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is left of a replay when its guest has ended.
pub struct Finished {
    /// How the recorded run ended.
    pub end: Option<Box<End>>,
    /// Why it did not get to the end.
    pub parted: Option<Parted>,
    /// The guest is where the recorded one was stopped from outside.
    pub met_end: bool,
    /// How many calls were answered.
    pub steps: u64,
}

impl State {
    fn next(&mut self, call: &str, arguments: &[u8]) -> Result<Replayed, Stop> {
        if let Some(stop) = self.parted.as_ref().map(|_| over()) {
            return Err(stop);
        }
        let is_live = LIVE.contains(&call);
        if is_live && self.options.changed_spell {
            return Ok(Replayed::Live);
        }
        if self.options.until.is_some_and(|until| self.step >= until) {
            return Err(self.part(Parted::Asked(self.step)));
        }
        let Some(recorded) = self.recorded()? else { return Err(self.past_the_end(call, arguments)) };
        let is_same = *recorded.name == *call && same(&recorded.arguments, arguments);
        if !is_same {
            let (expected, got) = (told(&recorded.name, &recorded.arguments), told_bytes(call, arguments));
            let difference = Difference { step: self.step + 1, expected, got };
            return Err(self.part(Parted::Difference(difference)));
        }
        if self.breaks_on(&recorded) {
            return Err(self.part(Parted::Asked(self.step)));
        }
        self.step += 1;
        if let Some(show) = &mut self.options.show {
            let Call { name, arguments, outcome } = &recorded;
            show(&SeenCall { step: self.step, call: name, arguments, outcome });
        }
        match recorded.outcome {
            Outcome::Stop(text) => Err(stopped::read(&text).unwrap_or_else(|| {
                let problem = Malformed("how a call ended the run can't be read");
                self.part(Parted::Record(RecordError::Malformed { entry: self.step, problem }))
            })),
            Outcome::Answer(_) if is_live => Ok(Replayed::Live),
            Outcome::Answer(answer) => Ok(Replayed::Answer(answer)),
            Outcome::Sealed => Err(self.part(Parted::Sealed { step: self.step, call: call.to_owned() })),
        }
    }

    /// The record's next call; what the host said before it is said now.
    fn recorded(&mut self) -> Result<Option<Call>, Stop> {
        while self.end.is_none() {
            match self.reader.next() {
                Ok(Some(Entry::Call(call))) if self.options.changed_spell && LIVE.contains(&&*call.name) => {}
                Ok(Some(Entry::Call(call))) => return Ok(Some(call)),
                Ok(Some(Entry::Shown(said))) => self.say(said.kind, &said.text)?,
                Ok(Some(Entry::End(end))) => self.end = Some(end),
                Ok(Some(Entry::Header(_))) => {}
                Ok(None) => return Ok(None),
                Err(error) => return Err(self.part(Parted::Record(error))),
            }
        }
        Ok(None)
    }

    fn say(&mut self, kind: u8, text: &str) -> Result<(), Stop> {
        let Some(listener) = &self.listener else { return Ok(()) };
        let warning = if kind == shown::WARNING { serde_json::from_str::<(String, Value)>(text).ok() } else { None };
        let said = match warning {
            Some((message, fields)) => listener.log(Level::Warn, &message, Some(&fields)),
            None => listener.notice(text),
        };
        said.map_err(Stop::output)
    }

    fn past_the_end(&mut self, call: &str, arguments: &[u8]) -> Stop {
        match &self.end {
            None => self.part(Parted::Cut(self.step)),
            Some(_) if self.options.stopped_from_outside => {
                if self.options.changed_spell {
                    return self.part(Parted::Stopped(self.step));
                }
                self.met_end = true;
                over()
            }
            Some(end) => {
                let expected = format!("the end of the run: {}", end.outcome);
                let difference = Difference { step: self.step + 1, expected, got: told_bytes(call, arguments) };
                self.part(Parted::Difference(difference))
            }
        }
    }

    fn read_end(&mut self) {
        match self.recorded() {
            Ok(None) if self.end.is_none() => self.parted = Some(Parted::Cut(self.step)),
            Ok(None) => {
                // Nothing may follow it.
                if let Err(error) = self.reader.next() {
                    self.parted = Some(Parted::Record(error));
                }
            }
            Ok(Some(call)) => {
                let expected = told(&call.name, &call.arguments);
                let difference = Difference { step: self.step + 1, expected, got: "the end of the run".into() };
                self.parted = Some(Parted::Difference(difference));
            }
            Err(_) => {}
        }
    }

    /// Whether the call is what a break was asked for: itself, or a call of a tool by the spell, or by a model that asks for one of the
    /// spell's.
    fn breaks_on(&mut self, call: &Call) -> bool {
        let Some(wanted) = &self.options.break_on else { return false };
        let Some(tool) = wanted.strip_prefix("tool:") else { return *call.name == **wanted };
        let arguments = match &call.arguments {
            Arguments::Whole(bytes) => show(bytes).unwrap_or_default(),
            Arguments::Digest(_) => Value::Null,
        };
        let text = |at: usize| arguments.get(at).and_then(Value::as_str);
        match &*call.name {
            "tool.invoke" => text(0) == Some(tool),
            "tool.define" => {
                let definition = text(0).and_then(|text| serde_json::from_str::<Value>(text).ok()).unwrap_or_default();
                let name = definition.get("name").and_then(Value::as_str);
                if let (Some(name), Some(handler)) = (name, arguments.get(1).and_then(Value::as_u64)) {
                    self.tools.insert(handler, name.to_owned());
                }
                false
            }
            "operation.wait-any" | "operation.next" => {
                let Outcome::Answer(bytes) = &call.outcome else { return false };
                let answer = show(bytes).unwrap_or_default();
                let place = if &*call.name == "operation.next" { "/Call/handler" } else { "/1/Call/handler" };
                let handler = answer.pointer(place).and_then(Value::as_u64);
                handler.and_then(|handler| self.tools.get(&handler)).is_some_and(|name| name == tool)
            }
            _ => false,
        }
    }

    fn part(&mut self, parted: Parted) -> Stop {
        self.parted.get_or_insert(parted);
        over()
    }
}

/// What ends the guest; the replay says why.
fn over() -> Stop {
    Stop::Cancelled("the replay is over".into())
}

fn same(recorded: &Arguments, given: &[u8]) -> bool {
    match recorded {
        Arguments::Whole(bytes) => **bytes == *given,
        Arguments::Digest(digest) => llmspell_base::hash::hex(digest) == hash(given),
    }
}

fn told(call: &str, arguments: &Arguments) -> String {
    match arguments {
        Arguments::Whole(bytes) => told_bytes(call, bytes),
        Arguments::Digest(digest) => format!("{call} of SHA-256 {}", llmspell_base::hash::hex(digest)),
    }
}

fn told_bytes(call: &str, bytes: &[u8]) -> String {
    let mut text = format!("{call} {}", show(bytes).unwrap_or_default());
    if text.len() > SHOWN_BYTES {
        text.truncate(text.floor_char_boundary(SHOWN_BYTES));
        text.push('…');
    }
    text
}
