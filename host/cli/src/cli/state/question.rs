//! Nothing is destroyed before somebody said yes.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::bail;

use crate::cli::terminal::one_line;

#[derive(clap::Args)]
pub struct Consent {
    /// Ask nothing before something is deleted or replaced
    #[arg(long, short)]
    yes: bool,
}

/// What was answered.
#[derive(Debug, thiserror::Error)]
#[error("nothing was changed")]
pub struct Declined;

impl Consent {
    /// Refuses a yes where nothing is asked: who gives it expects something else.
    pub fn is_for(&self, asks: bool, what: &str) -> anyhow::Result<()> {
        if self.yes && !asks {
            bail!("--yes means nothing here, where nothing is deleted or replaced: it is for {what}");
        }
        Ok(())
    }

    /// `question` says what will be gone. Fails where it is not agreed to, or nobody can be asked.
    pub fn ask(&self, question: &str) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        let question = one_line(question);
        let mut to = std::io::stderr();
        if !std::io::stdin().is_terminal() || !to.is_terminal() {
            bail!("{question}: nobody can be asked here; --yes does it without asking, and nothing was changed");
        }
        write!(to, "{question}? [y/N] ")?;
        to.flush()?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Declined.into()),
        }
    }
}
