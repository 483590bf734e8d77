//! The question before something is deleted or replaced.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::bail;

use crate::cli::terminal::one_line;

#[derive(clap::Args)]
pub struct Consent {
    /// Delete or replace without asking first
    #[arg(long, short)]
    yes: bool,
}

/// The question was answered with no.
#[derive(Debug, thiserror::Error)]
#[error("nothing was changed")]
pub struct Declined;

impl Consent {
    /// Refuses --yes where nothing is asked: it would have been meant for something else.
    pub fn is_for(&self, asks: bool, what: &str) -> anyhow::Result<()> {
        if self.yes && !asks {
            bail!("--yes means nothing here, where nothing is deleted or replaced: it is for {what}");
        }
        Ok(())
    }

    /// `question` says what will be deleted or replaced. Fails if the answer is no, or if there is no terminal to ask on.
    pub fn ask(&self, question: &str) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        let question = one_line(question);
        let mut to = std::io::stderr();
        if !std::io::stdin().is_terminal() || !to.is_terminal() {
            bail!(
                "{question}: this has to be confirmed, and there is no terminal to ask on; nothing was changed; --yes confirms it"
            );
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
