//! How an agent is, and what its runs used so far.

use llmspell_api::agent::{self as api, AgentState, HistorySize, LastError, StateChange};

use super::conversation::Size;
use llmspell_base::host_memory::{Held, HostMemory};
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_models::{History, Usage};

/// Of one agent.
#[derive(Default)]
pub struct Status {
    history: History,
    size: Size,
    /// What the history takes of the host's memory.
    kept: Option<Held>,
    standing: Standing,
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
pub enum Standing {
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

/// Of the text of an error that is kept.
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

    /// Counts a run that begins at this time, if one may.
    pub fn begin(&mut self, name: &str, now_ms: u64) -> Result<()> {
        let why = match self.standing {
            Standing::Ready | Standing::Error => {
                self.runs += 1;
                self.running += 1;
                self.note(now_ms);
                return Ok(());
            }
            Standing::Held => "is not ready: wait for the operation that came with it",
            Standing::Paused => "is paused: resume it first",
            Standing::Terminated => "is shut down",
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
                if self.standing == Standing::Error {
                    self.standing = Standing::Ready;
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
        if matches!(self.standing, Standing::Terminated | Standing::Held) {
            let why = if self.standing == Standing::Held { "is not ready" } else { "is shut down" };
            return Err(Failure::new(Code::Closed, format!("the agent '{name}' {why}")));
        }
        match (state, message) {
            ("ready", None) => {
                self.standing = Standing::Ready;
                self.last_error = None;
            }
            ("paused", None) => self.standing = Standing::Paused,
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
        self.standing = Standing::Held;
        self.note(now_ms);
    }

    pub fn ready(&mut self, now_ms: u64) {
        if self.standing == Standing::Held {
            self.standing = Standing::Ready;
            self.note(now_ms);
        }
    }

    pub fn terminate(&mut self, now_ms: u64) {
        self.standing = Standing::Terminated;
        (self.history, self.size, self.kept) = (History::default(), Size::default(), None);
        self.note(now_ms);
    }

    pub fn is_terminated(&self) -> bool {
        self.standing == Standing::Terminated
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
        if self.standing == Standing::Ready {
            self.standing = Standing::Error;
        }
        let end = message.floor_char_boundary(ERROR_BYTES);
        let message = message.get(..end).unwrap_or_default().into();
        self.last_error = Some(LastError { code: code.into(), message });
    }

    fn state(&self) -> AgentState {
        match self.standing {
            Standing::Terminated => AgentState::Terminated,
            Standing::Paused => AgentState::Paused,
            Standing::Held => AgentState::Initializing,
            _ if self.running > 0 => AgentState::Running,
            Standing::Error => AgentState::Error,
            Standing::Ready => AgentState::Ready,
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
