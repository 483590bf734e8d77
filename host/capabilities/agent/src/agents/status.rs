//! How an agent is, and what its runs used so far.

use llmspell_api::agent::{self as api, AgentState, HistorySize, LastError, StateChange};

use super::retention::{HistoryLimit, Size};
use llmspell_base::host_memory::{Held, HostMemory};
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_models::{History, Usage};

/// Counters and state of one agent.
#[derive(Default)]
pub struct Status {
    history: History,
    size: Size,
    /// What the history takes of the host's memory.
    kept: Option<Held>,
    phase: AgentPhase,
    running: u64,
    runs: u64,
    completed: u64,
    failed: u64,
    turns: u64,
    tool_calls: u64,
    usage: Usage,
    duration_ms: u64,
    last_error: Option<LastError>,
    states: Vec<StateChange>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum AgentPhase {
    /// Hooks are asked whether it may begin.
    Held,
    #[default]
    Ready,
    Paused,
    Error,
    Terminated,
}

/// What a run used, whether or not it ended well.
#[derive(Clone, Debug, Default)]
pub struct Spent {
    pub usage: Usage,
    pub turns: usize,
    pub tool_calls: usize,
    pub duration_ms: u64,
}

/// As many changes of state are kept.
const STATES: usize = 32;

/// Most bytes of a kept error message.
const ERROR_BYTES: usize = 1_000;

impl Status {
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Of the host's memory, what the history takes.
    pub fn weight(&self) -> usize {
        self.size.weight
    }

    /// Puts another history in place of what it has; where there is no room for it, all stays as it was.
    pub fn keep(&mut self, history: History, size: Size, memory: &HostMemory) -> Result<()> {
        match &mut self.kept {
            Some(kept) => kept.resize(size.weight)?,
            None => self.kept = Some(memory.take(size.weight)?),
        }
        (self.history, self.size) = (history, size);
        Ok(())
    }

    /// Adds what was said to the history, of which it keeps so much; an agent that is shut down remembers nothing. Fails
    /// where the host's memory has no room for it.
    pub fn remember(&mut self, said: History, kept: HistoryLimit, memory: &HostMemory) -> Result<()> {
        if self.is_terminated() {
            return Ok(());
        }
        let mut history = self.history.clone();
        history.append(said);
        let size = kept.trim(&mut history);
        self.keep(history, size, memory)
    }

    /// Counts a run that begins at this time, if one may.
    pub fn begin(&mut self, name: &str, now_ms: u64) -> Result<()> {
        let why = match self.phase {
            AgentPhase::Ready | AgentPhase::Error => {
                self.runs += 1;
                self.running += 1;
                self.note(now_ms);
                return Ok(());
            }
            AgentPhase::Held => "is not ready: wait for the operation that came with it",
            AgentPhase::Paused => "is paused: resume it first",
            AgentPhase::Terminated => "is shut down",
        };
        Err(Failure::new(Code::Closed, format!("the agent '{name}' {why}")))
    }

    /// `None`: it was dropped.
    pub fn end(&mut self, how: Option<std::result::Result<(), &Failure>>, spent: &Spent, now_ms: u64) {
        self.running = self.running.saturating_sub(1);
        self.usage += &spent.usage;
        self.turns += spent.turns as u64;
        self.tool_calls += spent.tool_calls as u64;
        self.duration_ms += spent.duration_ms;
        match how {
            Some(Ok(())) => {
                self.completed += 1;
                if self.phase == AgentPhase::Error {
                    self.phase = AgentPhase::Ready;
                }
            }
            Some(Err(failure)) => {
                self.failed += 1;
                self.fail(&failure.code, &failure.message);
            }
            None => self.failed += 1,
        }
        self.note(now_ms);
    }

    /// What a spell wants it to be: see `set-state` in `wit/agent.wit`.
    pub fn set(&mut self, name: &str, state: &str, message: Option<String>, now_ms: u64) -> Result<()> {
        if matches!(self.phase, AgentPhase::Terminated | AgentPhase::Held) {
            let why = if self.phase == AgentPhase::Held { "is not ready" } else { "is shut down" };
            return Err(Failure::new(Code::Closed, format!("the agent '{name}' {why}")));
        }
        match (state, message) {
            ("ready", None) => {
                self.phase = AgentPhase::Ready;
                self.last_error = None;
            }
            ("paused", None) => self.phase = AgentPhase::Paused,
            ("error", message) => {
                self.fail(Code::Script.word(), &message.unwrap_or_else(|| "the spell says so".into()));
            }
            ("ready" | "paused", Some(_)) => return Err(Failure::invalid("only the state \"error\" has a message")),
            _ => {
                let hint = llmspell_base::nearest::nearest(state, &["ready", "paused", "error"]);
                return Err(Failure::invalid(format!("an agent can't be set to that state{hint}")));
            }
        }
        self.note(now_ms);
        Ok(())
    }

    pub fn hold(&mut self, now_ms: u64) {
        self.phase = AgentPhase::Held;
        self.note(now_ms);
    }

    pub fn ready(&mut self, now_ms: u64) {
        if self.phase == AgentPhase::Held {
            self.phase = AgentPhase::Ready;
            self.note(now_ms);
        }
    }

    pub fn terminate(&mut self, now_ms: u64) {
        self.phase = AgentPhase::Terminated;
        (self.history, self.size, self.kept) = (History::default(), Size::default(), None);
        self.note(now_ms);
    }

    pub fn is_terminated(&self) -> bool {
        self.phase == AgentPhase::Terminated
    }

    pub fn show(&self) -> api::Status {
        let Size { turns, messages, tokens, .. } = self.size;
        api::Status {
            state: self.state(),
            running: self.running,
            runs: self.runs,
            completed: self.completed,
            failed: self.failed,
            turns: self.turns,
            tool_calls: self.tool_calls,
            usage: self.usage.show(),
            duration_ms: self.duration_ms,
            history: HistorySize { turns, messages, tokens },
            states: self.states.clone(),
            last_error: self.last_error.clone(),
        }
    }

    fn fail(&mut self, code: &str, message: &str) {
        if self.phase == AgentPhase::Ready {
            self.phase = AgentPhase::Error;
        }
        let end = message.floor_char_boundary(ERROR_BYTES);
        let message = message.get(..end).unwrap_or_default().into();
        self.last_error = Some(LastError { code: code.into(), message });
    }

    fn state(&self) -> AgentState {
        match self.phase {
            AgentPhase::Terminated => AgentState::Terminated,
            AgentPhase::Paused => AgentState::Paused,
            AgentPhase::Held => AgentState::Initializing,
            _ if self.running > 0 => AgentState::Running,
            AgentPhase::Error => AgentState::Error,
            AgentPhase::Ready => AgentState::Ready,
        }
    }

    fn note(&mut self, now_ms: u64) {
        let state = self.state();
        if self.states.last().is_some_and(|last| last.state == state) {
            return;
        }
        if self.states.len() == STATES {
            self.states.remove(0);
        }
        self.states.push(StateChange { state, elapsed_ms: now_ms });
    }
}
