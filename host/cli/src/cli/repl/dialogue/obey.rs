//! What the prompt's own commands do.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use llmspell_script_api::{Table, help};
use llmspell_wasm::{Ending, Limits, Outcome, Spell};
use tokio::runtime::Runtime as Tokio;

use super::super::command::{self, Command};
use super::{Dialogue, Progress};
use crate::cli::screen::Stream;
use crate::cli::script::Script;
use crate::cli::{USAGE, report, terminal};

impl Dialogue {
    pub(super) fn obey(
        &mut self,
        tokio: &Tokio,
        progress: &mut Progress,
        command: Result<Command, String>,
    ) -> anyhow::Result<Option<u8>> {
        let done = match command {
            Err(wrong) => Err(anyhow::anyhow!(wrong)),
            Ok(Command::Exit) => return Ok(Some(self.left(progress))),
            Ok(Command::Help) => {
                self.screen.show(Stream::Output, command::help(&self.language));
                Ok(())
            }
            Ok(Command::Doc(name)) => self.doc(name.as_deref()),
            Ok(Command::Budget) => self.budget(tokio),
            Ok(Command::Agents) => {
                progress.pending.clear();
                return self.command_text(tokio, progress, "Agent.list()");
            }
            Ok(Command::Load(file)) => match Script::read(&file, Some(&self.language)) {
                Ok(script) => return self.load(tokio, progress, &script),
                Err(error) => Err(error),
            },
            Ok(Command::Save(file)) => self.save(tokio, &file, &progress.done),
        };
        if let Err(error) = done {
            self.complain(&format!("{error:#}"));
            progress.failed = if progress.failed == 0 { USAGE } else { progress.failed };
        }
        Ok(None)
    }

    /// A text that a command stands for: it is no text of the user's.
    fn command_text(&mut self, tokio: &Tokio, progress: &mut Progress, text: &str) -> anyhow::Result<Option<u8>> {
        let kept = (progress.done.len(), progress.count);
        let code = self.evaluate(tokio, progress, "prompt", text)?;
        progress.done.truncate(kept.0);
        progress.count = kept.1;
        Ok(code)
    }

    fn load(&mut self, tokio: &Tokio, progress: &mut Progress, script: &Script) -> anyhow::Result<Option<u8>> {
        let text = match script.text() {
            Ok(text) => text.to_owned(),
            Err(fault) => {
                self.complain(&report::located(&fault, script));
                return Ok(None);
            }
        };
        let (before, done) = (progress.count, progress.done.len());
        let code = self.evaluate(tokio, progress, &script.name, &text)?;
        if progress.count == before {
            self.complain(&format!("{}: the file ends within a text", script.shown));
            progress.failed = if progress.failed == 0 { self.incomplete() } else { progress.failed };
        }
        progress.count = before;
        if let Some(kept) = progress.done.get_mut(done) {
            *kept = text;
        }
        Ok(code)
    }

    fn doc(&self, name: Option<&str>) -> anyhow::Result<()> {
        self.screen.repeat(Stream::Output, help(&Table::load()?, name)?);
        Ok(())
    }

    fn budget(&mut self, tokio: &Tokio) -> anyhow::Result<()> {
        let Some(left) = tokio.block_on(self.repl.remaining()) else {
            bail!("there is no instance to ask: evaluate a line, which tells why");
        };
        let left = serde_json::to_value(&left)?;
        let (mut each, mut all) = (Vec::new(), Vec::new());
        for (name, amount) in left.as_object().into_iter().flatten() {
            let line = format!("  {name}: {}", terminal::plain_json(&amount.to_string()));
            let is_paid =
                matches!(name.as_str(), "tokens" | "cost" | "budgets" | "handles" | "operations" | "memory_bytes");
            if is_paid { all.push(line) } else { each.push(line) }
        }
        let shown = format!("for each line:\n{}\nof all lines together:\n{}\n", each.join("\n"), all.join("\n"));
        self.screen.show(Stream::Output, shown);
        Ok(())
    }

    /// Texts as a spell. An expression alone, which is no statement in Lua, is made one.
    fn save(&mut self, tokio: &Tokio, file: &Path, done: &[String]) -> anyhow::Result<()> {
        let mut whole = String::new();
        for text in done {
            let parses = self.check(tokio, text).ending == Ending::Completed;
            whole += &if parses { format!("{text}\n") } else { format!("local _ = {text}\n") };
        }
        let mut options = OpenOptions::new();
        let shown = file.display();
        let mut out = options.write(true).create_new(true).open(file).with_context(|| format!(".save {shown}"))?;
        out.write_all(whole.as_bytes()).with_context(|| format!(".save {shown}"))?;
        let checked = self.check(tokio, &whole);
        let as_it_is = checked.error.map(|fault| format!("; it does not run as it is: {}", fault.message));
        let texts = if done.len() == 1 { "text" } else { "texts" };
        let told = format!("{shown}: {} {texts}{}\n", done.len(), as_it_is.unwrap_or_default());
        self.screen.show(Stream::Output, terminal::one_line(told.trim_end()) + "\n");
        Ok(())
    }

    fn check(&self, tokio: &Tokio, text: &str) -> Outcome {
        tokio.block_on(self.runtime.check(Spell::new(&self.language, "saved", text), Limits::default()))
    }
}
