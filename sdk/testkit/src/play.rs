//! How cases are played.

use std::path::PathBuf;
use std::time::Duration;

use llmspell_wasm::guest::Guest;
use llmspell_wasm::model::{Models, Script};
use llmspell_wasm::{CancellationToken, Config, Grants, Limits, Runtime, Spell, Transcript};
use serde_json::Value;

use crate::case::{Case, cases};
use crate::judge::{Seen, differences, problems};

/// A guest, and the spells that its author wrote.
pub struct Kit {
    /// The guest that is played with.
    pub guest: Guest,
    /// Of the spells' files, without the dot.
    pub extension: String,
    /// Their folder: `CHAPTER/NAME.EXTENSION`.
    pub spells: PathBuf,
}

/// One case, and what became of it.
#[derive(Debug)]
pub struct Played {
    /// The case's chapter.
    pub chapter: String,
    /// The case's name.
    pub name: String,
    /// What its spell does.
    pub asks: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a case.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that must come back came back, twice.
    Passed,
    /// What is wrong, a line each.
    Failed(Vec<String>),
    /// There is no such file.
    NoSpell(PathBuf),
}

/// The name of the language in the kit.
const LANGUAGE: &str = "guest";

/// When every case is played.
const EPOCH: Duration = Duration::from_secs(1_700_000_000);

/// How long a guest may take that neither ends nor prints.
const LONGEST: Duration = Duration::from_secs(120);

/// Plays every case. Fails where the kit itself can't be set up.
pub fn play(kit: &Kit) -> Result<Vec<Played>, Box<dyn std::error::Error>> {
    cases()?.iter().map(|case| kit.judge(case)).collect()
}

impl Kit {
    fn judge(&self, case: &Case) -> Result<Played, Box<dyn std::error::Error>> {
        let file = self.spells.join(&case.chapter).join(format!("{}.{}", case.name, self.extension));
        let verdict = match std::fs::read_to_string(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Verdict::NoSpell(file),
            Err(error) => Verdict::Failed(vec![format!("{}: {error}", file.display())]),
            Ok(source) => {
                let name = format!("{}.{}", case.name, self.extension);
                let seen = self.run(case, &name, &source, 1)?;
                let mut wrong = problems(case, &name, &seen);
                // Where it is stopped, how far it has come is chance.
                if !case.cancel {
                    wrong.extend(differences(&seen, &self.run(case, &name, &source, 1)?));
                }
                if case.same_with_seed && wrong.is_empty() {
                    let other = self.run(case, &name, &source, 2)?;
                    if seen.result.is_none() || other.result == seen.result {
                        wrong.push("another seed: expected another result; found the same".into());
                    }
                }
                // What the guest said of itself helps where something is wrong.
                match wrong.is_empty() {
                    true => Verdict::Passed,
                    false => Verdict::Failed(wrong.into_iter().chain(seen.notices).collect()),
                }
            }
        };
        Ok(Played { chapter: case.chapter.clone(), name: case.name.clone(), asks: case.asks.clone(), verdict })
    }

    fn run(&self, case: &Case, name: &str, source: &str, seed: u64) -> Result<Seen, Box<dyn std::error::Error>> {
        let mut config = Config::from_toml("", &|_| None)?;
        config.instances = 1;
        config.models = match &case.models {
            Some(text) => Models::scripted(Script::parse(text)?),
            None => Models::offline(),
        };
        config.guests.insert(LANGUAGE.into(), self.guest.clone());
        let parameters: Value = serde_json::from_str(&case.parameters)?;
        let (heard, cancel) = (Transcript::default(), CancellationToken::new());
        let spell = Spell {
            parameters: parameters.as_object().cloned().unwrap_or_default(),
            arguments: case.arguments.clone(),
            seed: Some(seed),
            clock: Some(EPOCH),
            listener: Box::new(heard.clone()),
            cancel: cancel.clone(),
            ..Spell::new(LANGUAGE, name, source)
        };
        // Time is paused: waits end in their order and take no time. A run that is to be stopped has to wait, though.
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(!case.cancel).build()?;
        let limits = Limits { fuel: 5_000_000_000, wall_time: LONGEST, ..Limits::default() };
        let (outcome, took) = tokio.block_on(async {
            let runtime = Runtime::new(config)?;
            let began = tokio::time::Instant::now();
            let stop = async {
                while case.cancel && heard.heard().output.is_empty() {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                if case.cancel {
                    cancel.cancel();
                }
            };
            let run = runtime.run(spell, Grants::local(), limits);
            tokio::pin!(run);
            let outcome = tokio::select! {
                outcome = &mut run => outcome,
                () = stop => run.await,
            };
            Ok::<_, Box<dyn std::error::Error>>((outcome, began.elapsed()))
        })?;
        let heard = heard.heard();
        Ok(Seen::of(outcome, &heard.output, heard.notices, u64::try_from(took.as_millis()).unwrap_or(u64::MAX)))
    }
}
