//! A prompt from its first line to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use llmspell_wasm::{Answer, CancellationToken, Config, Ending, Entry, Evaluated, Outcome, Repl, Runtime};
use tokio::runtime::Runtime as Tokio;

use super::super::screen::{Colour, Screen, Stream};
use super::super::script::Script;
use super::super::{USAGE, report, signals};
use super::approver::{self, Asked, Questions};
use super::command;
use super::lines::{Input, Lines};

mod obey;

pub struct Dialogue {
    pub repl: Repl,
    pub runtime: Arc<Runtime>,
    pub lines: Lines,
    pub screen: Screen,
    pub config: Config,
    pub language: String,
    pub questions: Questions,
    /// A text is being evaluated.
    pub is_busy: Arc<AtomicBool>,
}

/// What is kept from line to line.
#[derive(Default)]
struct Progress {
    /// The lines of a text that has not come to its end.
    pending: String,
    /// Texts that succeeded, for `.save`.
    done: Vec<String>,
    /// How many texts there were.
    count: usize,
    /// The exit code of the first that failed.
    failed: u8,
    /// Leaving was told of.
    is_warned: bool,
}

/// How long a text that is interrupted has to end by itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// That the instance is gone, and what with it.
const AFRESH: &str = "a fresh instance begins with the next line: what was defined is gone";

impl Dialogue {
    /// Gives the exit code: that of `exit`, or from a pipe that of the first text that failed.
    pub fn go_on(mut self, tokio: &Tokio) -> u8 {
        if self.lines.is_typed() {
            self.screen.show(Stream::Output, format!("{}: .help lists commands, Ctrl-D leaves\n", self.language));
        }
        let mut progress = Progress::default();
        let code = loop {
            self.screen.settle();
            if self.screen.is_closed() {
                break 0;
            }
            match self.turn(tokio, &mut progress) {
                Ok(None) => {}
                Ok(Some(code)) => break code,
                Err(error) => {
                    self.complain(&format!("{error:#}"));
                    break USAGE;
                }
            }
        };
        tokio.block_on(self.repl.end());
        code
    }

    /// One line. `Some`: it was the last, with this exit code.
    fn turn(&mut self, tokio: &Tokio, progress: &mut Progress) -> anyhow::Result<Option<u8>> {
        let label = format!("{}:{}", self.language, progress.count + 1);
        let prompt = match progress.pending.is_empty() {
            true => format!("{label}> "),
            false => format!("{:>width$} ", "..", width = label.len() + 1),
        };
        match self.lines.next(&prompt)? {
            Input::End if progress.pending.is_empty() => return Ok(Some(self.left(progress))),
            Input::End => {
                self.complain(&format!("{label}: the input ends within a text"));
                return Ok(Some(if progress.failed == 0 { self.incomplete() } else { progress.failed }));
            }
            Input::Interrupted(was_empty) => {
                let leaves = was_empty && progress.pending.is_empty();
                if leaves && progress.is_warned {
                    return Ok(Some(self.left(progress)));
                }
                progress.is_warned = leaves;
                progress.pending.clear();
                if leaves {
                    self.screen.show(Stream::Output, "Ctrl-C again leaves, and so does Ctrl-D\n".into());
                }
                return Ok(None);
            }
            Input::Line(line) => {
                progress.is_warned = false;
                if progress.pending.is_empty() && line.trim().is_empty() {
                    return Ok(None);
                }
                if let Some(command) = command::parse(&line).filter(|_| progress.pending.is_empty()) {
                    self.lines.keep(&line);
                    return self.obey(tokio, progress, command);
                }
                if !progress.pending.is_empty() {
                    progress.pending.push('\n');
                }
                progress.pending.push_str(&line);
            }
        }
        let text = progress.pending.clone();
        self.evaluate(tokio, progress, &label, &text)
    }

    /// The exit code of a prompt that comes to its end by itself.
    fn left(&self, progress: &Progress) -> u8 {
        if self.lines.is_typed() { 0 } else { progress.failed }
    }

    fn incomplete(&self) -> u8 {
        Ending::InvalidSpell.exit_code()
    }

    fn evaluate(
        &mut self,
        tokio: &Tokio,
        progress: &mut Progress,
        name: &str,
        text: &str,
    ) -> anyhow::Result<Option<u8>> {
        let evaluated = self.wait(tokio, name, text)?;
        if matches!(evaluated, Evaluated::Incomplete) {
            return Ok(None);
        }
        progress.count += 1;
        let text = std::mem::take(&mut progress.pending);
        if !text.is_empty() {
            self.lines.keep(&text);
        }
        match evaluated {
            Evaluated::Incomplete => {}
            Evaluated::Nothing => progress.done.push(text),
            Evaluated::Value(value) => {
                self.screen.repeat(Stream::Output, value + "\n");
                progress.done.push(text);
            }
            Evaluated::Failed(outcome) => self.fail(progress, *outcome, name, &text),
            Evaluated::Ended(outcome) => {
                if let Some(code) = outcome.exit_requested {
                    return Ok(Some(code));
                }
                let has_no_instance = matches!(outcome.ending, Ending::InvalidGuest | Ending::HostFault);
                let (code, denied) = (outcome.exit_code(), outcome.ending == Ending::Denied);
                self.fail(progress, *outcome, name, &text);
                if has_no_instance || denied {
                    return Ok(Some(code));
                }
                self.screen.remark("note:", Colour::Cyan, AFRESH);
            }
        }
        Ok(None)
    }

    fn fail(&mut self, progress: &mut Progress, mut outcome: Outcome, name: &str, text: &str) {
        if progress.failed == 0 {
            progress.failed = outcome.exit_code();
        }
        // One place is in the message already.
        if let Some(fault) = &mut outcome.error
            && fault.traceback.as_ref().is_some_and(|traceback| traceback.lines().count() < 2)
        {
            fault.traceback = None;
        }
        report::outcome(&self.screen, &outcome, &Script::inline(&self.language, name, text), &self.config);
    }

    /// Evaluates a text. Ctrl-C ends what it waits for, and then, or at once the second time, its instance.
    fn wait(&mut self, tokio: &Tokio, name: &str, text: &str) -> anyhow::Result<Evaluated> {
        let entry = Entry::new(name, text);
        let (interrupt, stop) = (entry.interrupt.clone(), entry.stop.clone());
        let mut signals = tokio.block_on(async { signals::Interrupts::new() })?;
        let Dialogue { repl, questions, lines, screen, is_busy, .. } = self;
        is_busy.store(true, Ordering::Relaxed);
        let evaluation = repl.evaluate(entry);
        tokio::pin!(evaluation);
        loop {
            // Not in one go: a question is answered by a line, which is read outside of the runtime.
            let asked = tokio.block_on(async {
                loop {
                    tokio::select! {
                        biased;
                        evaluation = &mut evaluation => return Ok(evaluation.evaluated),
                        Some(asked) = questions.next() => return Err(asked),
                        () = signals.next() => {
                            if interrupt.is_cancelled() {
                                stop.cancel();
                            }
                            interrupt.cancel();
                        }
                        () = patience(&interrupt), if !stop.is_cancelled() => stop.cancel(),
                    }
                }
            });
            match asked {
                Ok(evaluated) => {
                    // At a terminal Ctrl-C is a key, but for a moment before the line is edited.
                    is_busy.store(lines.is_typed(), Ordering::Relaxed);
                    return Ok(evaluated);
                }
                Err(asked) => ask(lines, screen, asked)?,
            }
        }
    }

    fn complain(&self, message: &str) {
        self.screen.remark("error:", Colour::Red, message);
    }
}

async fn patience(interrupt: &CancellationToken) {
    interrupt.cancelled().await;
    tokio::time::sleep(PATIENCE).await;
}

/// Has whoever types the lines answer.
fn ask(lines: &mut Lines, screen: &Screen, asked: Asked) -> anyhow::Result<()> {
    screen.remark("approve?", Colour::Yellow, &asked.what);
    screen.show(Stream::Error, asked.details);
    screen.settle();
    // What was typed before the question was there is no answer to it.
    signals::Terminal::forget_input();
    let answer = loop {
        match lines.next("  yes, no or always: ")? {
            Input::Line(word) => {
                if let Some(answer) = approver::answer(&word) {
                    break answer;
                }
            }
            Input::Interrupted(_) | Input::End => break Answer::Nobody,
        }
    };
    // The call may be gone.
    let _ = asked.answer.send(answer);
    Ok(())
}
