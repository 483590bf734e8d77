use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use llmspell_wasm::Ending;
use llmspell_wasm::api::cli::state as api;
use llmspell_wasm::file::unwritable;
use llmspell_wasm::state::{Backend, Exported, Unreadable};
use serde_json::json;

use super::progress::Progress;
use super::question::Consent;
use super::{Common, Missing, Session, note};
use crate::cli::complain;

/// Write everything that a tenant has as lines of JSON, for other programs and other stores
#[derive(clap::Args)]
pub struct Args {
    /// The file to write; standard output if it is left out or -
    file: Option<PathBuf>,
    #[command(flatten)]
    consent: Consent,
    /// Leave out entries of a damaged store that can't be read, and list them
    #[arg(long)]
    skip_damaged: bool,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let file = args.file.filter(|file| file != Path::new("-"));
    args.consent.is_for(file.is_some(), "a file that is there")?;
    let mut session = args.common.session("export", Missing::Refuse)?;
    session.check_output("the file", file.as_deref())?;
    if args.skip_damaged {
        session.salvage();
    }
    let unreadable = if args.skip_damaged { Unreadable::LeaveOut } else { Unreadable::Refuse };
    let done = match file {
        None => {
            let draft = Draft::temporary("export")?;
            let done = write(&session, &draft.0, unreadable)?;
            if copy(&draft.0).context("standard output can't be written")? {
                note(&format!("{} exported", entries(&done)));
            }
            done
        }
        Some(file) => {
            let draft = Draft::beside(&file, &args.consent)?;
            let done = write(&session, &draft.0, unreadable).with_context(|| file.display().to_string())?;
            fs::rename(&draft.0, &file).with_context(|| file.display().to_string())?;
            let json = || {
                json!(api::Exported {
                    entries: done.entries,
                    file: file.display().to_string(),
                    missing: args.skip_damaged.then(|| done.missing.clone()),
                })
            };
            session.show(json, || format!("{} exported to {}\n", entries(&done), file.display()))?;
            done
        }
    };
    if done.apart > 0 && done.missing.is_empty() {
        let apart = done.apart;
        note(&format!(
            "sessions, artifacts and memory are no part of it (entries: {apart}): `session export` writes them"
        ));
    }
    Ok(told(&done.missing))
}

/// The most missing entries that are reported one by one.
const SHOWN: usize = 100;

/// Reports what could not be read, and returns the exit code.
fn told(missing: &[String]) -> ExitCode {
    if missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    for what in missing.iter().take(SHOWN) {
        complain(&format!("left out: {what}"));
    }
    if let Some(more) = missing.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        complain(&format!("left out: {more} more"));
    }
    ExitCode::from(Ending::StoreDamaged.exit_code())
}

fn entries(done: &Exported) -> String {
    if done.entries == 1 { "1 entry".into() } else { format!("{} entries", done.entries) }
}

fn write(session: &Session, draft: &Path, unreadable: Unreadable) -> anyhow::Result<Exported> {
    let progress = Progress::new("export: entries written");
    let export = async |store: &dyn Backend, tenant: &str| {
        store.export(tenant, draft, unreadable, &|count| progress.tell(count)).await
    };
    Ok(session.with(export)?)
}

/// Whether all of it was read: a reader that stops early is no error.
pub fn copy(draft: &Path) -> io::Result<bool> {
    let mut output = io::stdout().lock();
    match io::copy(&mut File::open(draft)?, &mut output).and_then(|_| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => other.map(|()| true),
    }
}

/// A temporary file of this process, removed in the end unless it was renamed.
pub struct Draft(pub PathBuf);

impl Draft {
    /// Creates the file, and never follows a link of another user. Errors call it `shown`.
    fn new(path: PathBuf, shown: &Path) -> anyhow::Result<Draft> {
        use std::os::unix::fs::OpenOptionsExt;
        let made = File::options().write(true).create_new(true).mode(0o600).open(&path);
        made.map_err(unwritable).with_context(|| shown.display().to_string())?;
        Ok(Draft(path))
    }

    /// In the system's folder for temporary files.
    pub fn temporary(what: &str) -> anyhow::Result<Draft> {
        let path = std::env::temp_dir().join(format!("llmspell-{what}-{}", std::process::id()));
        Draft::new(path.clone(), &path)
    }

    /// A draft in the folder of `file`, to be renamed to it. Asks if that exists already.
    pub fn beside(file: &Path, consent: &Consent) -> anyhow::Result<Draft> {
        if file.is_dir() {
            bail!("{}: it is a folder; name a file in it", file.display());
        }
        let name = file.file_name().with_context(|| format!("{}: it names no file", file.display()))?;
        if file.exists() {
            consent.ask(&format!("replace the file {}", file.display()))?;
        }
        Draft::new(file.with_file_name(format!(".{}.{}.draft", name.to_string_lossy(), std::process::id())), file)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
