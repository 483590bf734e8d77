//! Runs a recorded run again, with the record in place of everything outside.
//!
//! ```
//! use llmspell_wasm::replay::{Options, Record};
//! use llmspell_wasm::{Config, Grants, Limits, Runtime, Spell};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("visit.spellrun");
//! let runtime = Runtime::new(Config::from_toml("", &|_| None)?)?;
//! let spell = Spell::new("lua", "visit.lua", "State.save('global', 'visits', 1) return State.load('global', 'visits')");
//! let spell = Spell { record: Some(Box::new(std::fs::File::create(&path)?)), ..spell };
//! runtime.run(spell, Grants::local(), Limits::default()).await;
//!
//! let replayed = runtime.replay(&Record::file(&path)?, Options::default()).await?;
//! assert!(replayed.is_equal());
//! assert_eq!(replayed.outcome.result, Some(1.into()));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use llmspell_api::Fault;
use llmspell_base::hash::hash;
use llmspell_base::limits::table as limits_table;
use llmspell_base::{Code, Limit, Limits};
use llmspell_kernel::listener::Listener;
use llmspell_kernel::{Player, PlayerOptions};
use llmspell_record::{Call, End, Entry, Header, Reader};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::Outcome;
use crate::outcome::Ending;
use crate::replaying::Replaying;
use crate::runtime::Runtime;
use crate::spell::Spell;

pub use llmspell_kernel::{Difference, Parted, SeenCall, Show};
pub use llmspell_record as record;
pub use llmspell_record::RecordError;

/// A record that lies somewhere. It is read twice: to check it as a whole, and to answer.
#[derive(Debug, Clone)]
pub enum Record {
    /// In a file, from its beginning: the very one that was opened, whatever its name leads to later. One reads it at a time.
    File(Arc<File>),
    /// In memory.
    Bytes(Arc<[u8]>),
}

impl Record {
    /// The record in this file.
    pub fn file(path: impl AsRef<Path>) -> io::Result<Record> {
        Ok(Record::File(Arc::new(File::open(path)?)))
    }

    /// Begins to read it.
    pub fn open(&self) -> Result<Reader<Box<dyn Read + Send>>, RecordError> {
        Reader::new(match self {
            Record::File(file) => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                Box::new(BufReader::with_capacity(1 << 16, file))
            }
            Record::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }

    /// Reads all of it.
    pub fn check(&self) -> Result<Checked, RecordError> {
        let mut reader = self.open()?;
        let mut checked = Checked { header: reader.header().clone(), steps: 0, end: None };
        while let Some(entry) = reader.next()? {
            match entry {
                Entry::Call(Call { .. }) => checked.steps += 1,
                Entry::End(end) => checked.end = Some(end),
                Entry::Header(_) | Entry::Shown(_) => {}
            }
        }
        Ok(checked)
    }
}

/// What a record is about.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What was run.
    pub header: Header,
    /// How many calls it holds.
    pub steps: u64,
    /// How it ended. `None`: it was killed, or the record was cut off.
    pub end: Option<Box<End>>,
}

/// How a run is replayed.
#[derive(Default)]
pub struct Options {
    /// Another text in place of the spell's: it gets the recorded answers as long as it asks the same.
    pub spell: Option<String>,
    /// Whose run it has to be. `None`: anybody's.
    pub tenant: Option<String>,
    /// Ends after so many calls.
    pub until: Option<u64>,
    /// Ends before the first call of this name, such as "state.put", or of this tool: "tool:NAME".
    pub break_on: Option<String>,
    /// Hears of each call as it passes.
    pub show: Option<Show>,
    /// Gets the run's output and log, as in the recorded run.
    pub listener: Option<Box<dyn Listener>>,
    /// Ends it, with outcome `cancelled`.
    pub cancel: CancellationToken,
}

/// A run that was replayed.
#[derive(Debug)]
pub struct Replayed {
    /// How it ended. What the host used beside the guest is what was recorded.
    pub outcome: Outcome,
    /// How many calls were answered.
    pub steps: u64,
    /// Why it did not get to the end of its record.
    pub parted: Option<Parted>,
    /// What is not as it was recorded, a line each.
    pub differences: Vec<String>,
    /// Another text was run than the one that was recorded.
    pub changed_spell: bool,
}

impl Replayed {
    /// One that was cancelled before its record was read.
    fn never_begun() -> Replayed {
        let outcome = Outcome::begun("").end(Ending::Cancelled, Fault::new("cancelled", "the replay was cancelled"));
        let parted = Some(Parted::Cancelled(0));
        Replayed { outcome, steps: 0, parted, differences: Vec::new(), changed_spell: false }
    }

    /// Whether all is as it was recorded.
    pub fn is_equal(&self) -> bool {
        self.parted.is_none() && self.differences.is_empty()
    }
}

/// Why a record can't be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It can't be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Something of the spell is not in it.
    #[error(
        "a key stood in the spell, its parameters or its arguments: they are not in the record, so it can't be replayed"
    )]
    Sealed,
    /// The limits in it are no limits.
    #[error("the record's limits can't be read: it was written by another version ({0})")]
    Limits(String),
    /// They are over those of the configuration.
    #[error("the recorded run might use more than is allowed here: --{flag} {allowed}, and it had {had}")]
    TooMuch {
        /// The limit's flag, without its dashes.
        flag: &'static str,
        /// What the configuration says.
        allowed: String,
        /// What the record says.
        had: String,
    },
    /// It is of another tenant's run.
    #[error("the record is of another tenant's run, and not of one of '{0}' (--tenant)")]
    OtherTenant(String),
    /// There is no such guest.
    #[error("{0}")]
    Guest(String),
    /// The guest is another one.
    #[error(
        "the record was made with another guest for {language} ({recorded}) than this one ({here}): use the llmspell-wasm that recorded it"
    )]
    OtherGuest {
        /// The spell's language.
        language: String,
        /// The beginning of the hash of the guest that was recorded.
        recorded: String,
        /// And of the one that is here.
        here: String,
    },
}

impl Runtime {
    /// Runs a recorded run again. Nothing outside is touched: no model, tool, file, network, store or clock; what the guest asks for
    /// is answered from the record, and what it does otherwise is told.
    pub async fn replay(&self, record: &Record, options: Options) -> Result<Replayed, ReplayError> {
        let whole = record.clone();
        // Reading all of it may take a while.
        let checking = tokio::task::spawn_blocking(move || whole.check());
        let checked = tokio::select! {
            biased;
            () = options.cancel.cancelled() => return Ok(Replayed::never_begun()),
            checked = checking => checked.map_err(io::Error::other)?,
        };
        let Checked { header, end, .. } = checked?;
        if let Some(tenant) = options.tenant.as_ref().filter(|tenant| hash(tenant.as_bytes()) != header.tenant) {
            return Err(ReplayError::OtherTenant(tenant.clone()));
        }
        if header.sealed {
            return Err(ReplayError::Sealed);
        }
        let limits = Limits::read(&header.limits).ok_or_else(|| ReplayError::Limits(header.version.clone()))?;
        self.allows(&limits)?;
        let here = self.guest_hash(&header.language).map_err(ReplayError::Guest)?;
        if here != header.guest {
            let short = |hash: &str| hash.chars().take(12).collect();
            let (recorded, here, language) = (short(&header.guest), short(&here), header.language);
            return Err(ReplayError::OtherGuest { language, recorded, here });
        }
        let changed_spell = options.spell.as_ref().is_some_and(|text| *text != header.source);
        let player = Player::new(
            record.open()?,
            PlayerOptions {
                changed_spell,
                stopped_from_outside: end.as_ref().is_some_and(|end| outside(end).is_some()),
                until: options.until,
                break_on: options.break_on,
                show: options.show,
            },
        );
        let from_outside = end.as_ref().filter(|end| outside(end).is_some() && !changed_spell);
        let problems = end.iter().flat_map(|end| &end.store_problems);
        let replaying = Replaying {
            player: player.clone(),
            fuel: from_outside.map(|end| end.guest_fuel),
            denied: end.as_ref().is_some_and(|end| end.denied),
            store_problems: problems.filter_map(|(code, text)| Some((Code::parse(code)?, text.clone()))).collect(),
        };
        let spell = Spell {
            parameters: header.parameters,
            arguments: header.arguments,
            listener: options.listener.unwrap_or_else(|| Box::new(())),
            // Of the clock and the randomness of WASI, which is not recorded.
            seed: header.seed,
            clock: header.clock_ms.map(Duration::from_millis),
            cancel: options.cancel,
            ..Spell::new(&header.language, &header.name, options.spell.as_deref().unwrap_or(&header.source))
        };
        // Its turn comes as that of any run of the tenant.
        let spell = match options.tenant {
            Some(tenant) => Spell { tenant, ..spell },
            None => spell,
        };
        let (cancel, began) = (spell.cancel.clone(), Instant::now());
        let outcome = self.replayed_run(spell, limits, replaying).await;
        let ended_here: Option<fn(u64) -> Parted> = match outcome.ending {
            Ending::Cancelled if cancel.is_cancelled() => Some(Parted::Cancelled),
            Ending::Spent(Limit::WallTime) if began.elapsed() >= self.config().limits.wall_time => Some(Parted::TimeUp),
            _ => None,
        };
        match ended_here {
            Some(parted) => {
                let steps = player.finish().steps;
                Ok(Replayed { outcome, steps, parted: Some(parted(steps)), differences: Vec::new(), changed_spell })
            }
            None => Ok(compare(outcome, &player, changed_spell)),
        }
    }

    /// A record may come from anybody: what it says of limits is within those of the configuration, or it is not replayed.
    fn allows(&self, recorded: &Limits) -> Result<(), ReplayError> {
        for row in limits_table::ROWS {
            if let (Some(had), Some(allowed)) = ((row.get)(recorded), (row.get)(&self.config().limits))
                && had > allowed
            {
                return Err(ReplayError::TooMuch { flag: row.name, allowed: row.write(allowed), had: row.write(had) });
            }
        }
        Ok(())
    }
}

/// The ending of a run that was stopped where the guest can't have known, or before it began.
fn outside(end: &End) -> Option<Ending> {
    let denied = (end.guest_fuel == 0).then_some(Ending::Denied);
    [Ending::Spent(Limit::WallTime), Ending::Cancelled, Ending::HostFault]
        .into_iter()
        .chain(denied)
        .find(|ending| ending.word() == end.outcome)
}

fn compare(mut outcome: Outcome, player: &Player, changed_spell: bool) -> Replayed {
    let finished = player.finish();
    let (steps, mut differences) = (finished.steps, Vec::new());
    let Some(end) = finished.end.filter(|_| finished.parted.is_none()) else {
        return Replayed { outcome, steps, parted: finished.parted, differences, changed_spell };
    };
    let stopped_then = outside(&end);
    let (fuel, memory) = (outcome.ledger.fuel, outcome.ledger.memory_bytes);
    // What the host used beside the guest is not used again.
    outcome.ledger = end.ledger.clone();
    outcome.ledger.fuel = end.ledger.fuel.saturating_sub(end.guest_fuel).saturating_add(fuel);
    outcome.ledger.memory_bytes = memory;
    outcome.modules = end.modules.clone();
    let mut differ = |what: &str, then: String, now: String| {
        if then != now {
            differences.push(format!("{what} is {now}, and was {then}"));
        }
    };
    if !changed_spell {
        differ("the guest's fuel", end.guest_fuel.to_string(), fuel.to_string());
        // One that never began had none yet.
        if end.guest_fuel > 0 {
            differ("the guest's memory", end.ledger.memory_bytes.to_string(), memory.to_string());
        }
    }
    let is_there = finished.met_end || outcome.ending == Ending::Spent(Limit::Fuel);
    if let Some(ending) = stopped_then.filter(|_| is_there && !changed_spell) {
        outcome.ending = ending;
        (outcome.error, outcome.result, outcome.exit_requested) = (end.error, end.result, end.exit_requested);
        return Replayed { outcome, steps, parted: None, differences, changed_spell };
    }
    differ("the outcome", end.outcome.clone(), outcome.ending.word().to_owned());
    differ("the result", shown(&end.result), shown(&outcome.result));
    differ("the error", shown(&end.error), shown(&outcome.error));
    differ("the exit code", shown(&end.exit_requested), shown(&outcome.exit_requested));
    Replayed { outcome, steps, parted: None, differences, changed_spell }
}

fn shown(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl From<io::Error> for ReplayError {
    fn from(error: io::Error) -> ReplayError {
        ReplayError::Record(error.into())
    }
}
