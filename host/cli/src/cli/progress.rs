//! Shows how workflows go: a line for each step, so many and no more, and on a terminal what is under way.

use std::io;
use std::time::{Duration, Instant};

use llmspell_wasm::{StepMoment, Used, WorkflowEvent, WorkflowMoment, WorkflowWatcher};

use super::screen::{Colour, Line, Screen};
use super::terminal::{cut_to, moves, one_line};

/// A sink of a run's record, on standard error.
pub struct Progress {
    screen: Screen,
    is_terminal: bool,
    /// Lines that may still be shown.
    left: usize,
    ended: Counts,
    /// When so many steps are over, their number is told again.
    told_at: u64,
    executions: Vec<Execution>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    steps: u64,
    failed: u64,
    tokens: u64,
}

/// One that is under way, and what is under way in it.
struct Execution {
    id: String,
    name: String,
    /// Of the outermost workflow.
    steps: u64,
    ended: u64,
    failed: u64,
    since: Instant,
    under_way: Vec<UnderWay>,
}

struct UnderWay {
    workflow: String,
    depth: usize,
    step: String,
    since: Instant,
    /// Before another attempt.
    waits: Option<u64>,
}

/// A workflow of a hundred thousand steps shows no more.
const MOST_LINES: usize = 200;
/// Executions whose steps are shown as they go.
const MOST_EXECUTIONS: usize = 3;
const MOST_UNDER_WAY: usize = 5;
const NAME_COLUMNS: usize = 40;

impl Progress {
    pub fn new(screen: Screen) -> Progress {
        let is_terminal = moves(&io::stderr());
        let (ended, told_at) = (Counts::default(), u64::MAX);
        Progress { screen, is_terminal, left: MOST_LINES, ended, told_at, executions: Vec::new() }
    }

    fn say(&mut self, depth: usize, text: &str) {
        match self.left {
            0 => return,
            1 => {
                self.told_at = (self.ended.steps * 2).max(1);
                self.remark("further steps are only counted");
            }
            _ => self.remark(&format!("{}{text}", "  ".repeat(depth.min(16)))),
        }
        self.left -= 1;
    }

    fn remark(&self, text: &str) {
        self.screen.remark("workflow", Colour::Grey, text);
    }

    /// Each time that there are twice as many: so of any number there are few lines.
    fn count(&mut self, used: Used, failed: bool) {
        self.ended.steps += 1;
        self.ended.failed += u64::from(failed);
        self.ended.tokens = self.ended.tokens.saturating_add(used.tokens);
        if self.ended.steps >= self.told_at {
            self.told_at = self.ended.steps * 2;
            self.sum();
        }
    }

    fn sum(&self) {
        let Counts { steps, failed, .. } = self.ended;
        self.remark(&format!("{steps} steps are over, {failed} of them failed"));
    }

    fn execution(&mut self, id: &str) -> Option<&mut Execution> {
        self.executions.iter_mut().find(|execution| execution.id == id)
    }

    fn hear_step(&mut self, event: &WorkflowEvent<'_>, name: &str, what: StepMoment<'_>) {
        self.note_step(event, name, what);
        let text = match what {
            // On a terminal this is shown below.
            StepMoment::Began if self.is_terminal => return,
            StepMoment::Began => "under way".into(),
            StepMoment::Waits { attempt, code, delay } => {
                format!("attempt {attempt} failed ({}), waiting {}", short(code), time(delay))
            }
            StepMoment::Completed(used) => format!("done, {}", shown(used)),
            StepMoment::Failed { code, used } => format!("failed ({}), {}", short(code), shown(used)),
            StepMoment::Skipped => "skipped".into(),
            StepMoment::Recalled(used) => format!("was over in an earlier run, {}", shown(used)),
            StepMoment::Stopped => "stopped".into(),
        };
        self.say(event.depth, &format!("{}: {}: {text}", short(event.workflow), short(name)));
        match what {
            StepMoment::Completed(used) => self.count(used, false),
            StepMoment::Failed { used, .. } => self.count(used, true),
            StepMoment::Skipped | StepMoment::Stopped | StepMoment::Recalled(_) => self.count(Used::default(), false),
            StepMoment::Began | StepMoment::Waits { .. } => {}
        }
    }

    fn note_step(&mut self, event: &WorkflowEvent<'_>, name: &str, what: StepMoment<'_>) {
        let Some(execution) = self.execution(event.execution) else { return };
        let is_it = |one: &UnderWay| one.step == name && one.workflow == event.workflow && one.depth == event.depth;
        let at = execution.under_way.iter().position(is_it);
        match (what, at.and_then(|at| execution.under_way.get_mut(at))) {
            (StepMoment::Began, Some(waiting)) if waiting.waits.is_some() => waiting.waits = None,
            (StepMoment::Began, _) => execution.under_way.push(UnderWay {
                workflow: event.workflow.into(),
                depth: event.depth,
                step: name.into(),
                since: Instant::now(),
                waits: None,
            }),
            (StepMoment::Waits { attempt, .. }, Some(waiting)) => waiting.waits = Some(attempt + 1),
            (StepMoment::Waits { .. }, None) => {}
            _ => {
                at.map(|at| execution.under_way.remove(at));
                if event.depth == 0 {
                    execution.ended += 1;
                    execution.failed += u64::from(matches!(what, StepMoment::Failed { .. }));
                }
            }
        }
    }

    fn below(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for execution in self.executions.iter().take(MOST_EXECUTIONS) {
            lines.push(Line { text: execution.head(), since: Some(execution.since) });
            for step in execution.under_way.iter().rev().take(MOST_UNDER_WAY) {
                lines.push(step.line());
            }
            if let Some(more @ 1..) = execution.under_way.len().checked_sub(MOST_UNDER_WAY) {
                lines.push(Line { text: format!("  and {more} more under way"), since: None });
            }
        }
        lines
    }
}

impl WorkflowWatcher for Progress {
    fn hear(&mut self, event: &WorkflowEvent<'_>) {
        let name = short(event.workflow);
        match event.what {
            WorkflowMoment::Began { steps } => {
                if event.depth == 0 {
                    let (id, since) = (event.execution.into(), Instant::now());
                    let (steps, name) = (steps as u64, name.clone());
                    let (ended, failed, under_way) = (0, 0, Vec::new());
                    self.executions.push(Execution { id, name, steps, ended, failed, since, under_way });
                }
                self.say(event.depth, &format!("{name}: {}", steps_of(steps)));
            }
            WorkflowMoment::Step { name, what } => self.hear_step(event, name, what),
            WorkflowMoment::Ended { status, used } => {
                if event.depth == 0 {
                    self.executions.retain(|execution| execution.id != event.execution);
                }
                self.say(event.depth, &format!("{name}: {}, {}", status.replace('_', " "), shown(used)));
            }
        }
        if self.is_terminal {
            self.screen.keep_below(self.below());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_terminal {
            self.screen.keep_below(Vec::new());
        }
        if self.left == 0 {
            self.sum();
        }
    }
}

impl Execution {
    /// "research: 2 of 5 steps over, 1 failed, 1 under way, 2 waiting"; a loop's steps are over more often than there are steps.
    fn head(&self) -> String {
        let own = self.under_way.iter().filter(|step| step.depth == 0).count() as u64;
        let mut text = match self.ended <= self.steps {
            true => format!("{}: {} of {}", self.name, self.ended, steps_of(self.steps as usize)),
            false => format!("{}: {} steps", self.name, self.ended),
        };
        text.push_str(" over");
        let waiting = self.steps.saturating_sub(self.ended + own);
        for (count, word) in [(self.failed, "failed"), (own, "under way"), (waiting, "waiting")] {
            if count > 0 {
                text.push_str(&format!(", {count} {word}"));
            }
        }
        text
    }
}

impl UnderWay {
    fn line(&self) -> Line {
        let within = if self.depth > 0 { format!("{} / ", short(&self.workflow)) } else { String::new() };
        let waits = self.waits.map(|attempt| format!(": waiting for attempt {attempt}")).unwrap_or_default();
        Line { text: format!("  {within}{}{waits}", short(&self.step)), since: Some(self.since) }
    }
}

/// A name that shows as one line, and not a long one.
fn short(name: &str) -> String {
    cut_to(&one_line(name), NAME_COLUMNS)
}

fn steps_of(count: usize) -> String {
    if count == 1 { "1 step".into() } else { format!("{count} steps") }
}

fn shown(used: Used) -> String {
    let time = time(Duration::from_millis(used.duration_ms));
    if used.tokens > 0 { format!("{time}, {} tokens", used.tokens) } else { time }
}

fn time(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds @ 1..60 => format!("{seconds}.{} s", time.subsec_millis() / 100),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
