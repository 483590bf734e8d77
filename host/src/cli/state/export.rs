use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::json;

use super::progress::Progress;
use super::question::Consent;
use super::{Common, Desk, Missing, count, note};

/// Write all that a tenant has as lines of JSON, for other programs and other stores
#[derive(clap::Args)]
pub struct Args {
    /// Where it goes; without it or as -, standard output
    file: Option<PathBuf>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let desk = args.common.desk("export", Missing::Refuse)?;
    match args.file.filter(|file| file != Path::new("-")) {
        None => {
            let folder = std::env::temp_dir();
            let draft = Draft::new(folder.join(format!("llmspell-export-{}", std::process::id())), &folder)?;
            let entries = write(&desk, &draft.0)?;
            let copied = copy(&draft.0).context("standard output can't be written")?;
            if copied {
                note(&format!("{} exported", count(entries, "entry").replace("entrys", "entries")));
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(file) => {
            let draft = Draft::beside(&file, &args.consent)?;
            let entries = write(&desk, &draft.0).with_context(|| file.display().to_string())?;
            fs::rename(&draft.0, &file).with_context(|| file.display().to_string())?;
            let told = count(entries, "entry").replace("entrys", "entries");
            desk.show(
                || json!({ "entries": entries, "file": file }),
                || format!("{told} exported to {}\n", file.display()),
            )
        }
    }
}

fn write(desk: &Desk, draft: &Path) -> anyhow::Result<u64> {
    let progress = Progress::new("export: entries written");
    Ok(desk.with(async |store, tenant| store.export(tenant, draft, &|count| progress.tell(count)).await)?)
}

/// Whether it got there: nobody who stops reading is wrong.
fn copy(draft: &Path) -> io::Result<bool> {
    let mut output = io::stdout().lock();
    match io::copy(&mut File::open(draft)?, &mut output).and_then(|_| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => other.map(|()| true),
    }
}

/// A file of nobody else's that is gone in the end, unless it got another name.
pub struct Draft(pub PathBuf);

impl Draft {
    /// Made by us: never follows a link that somebody laid there. `shown` is what the user knows it as.
    pub fn new(path: PathBuf, shown: &Path) -> anyhow::Result<Draft> {
        use std::os::unix::fs::OpenOptionsExt;
        let made = File::options().write(true).create_new(true).mode(0o600).open(&path);
        made.with_context(|| shown.display().to_string())?;
        Ok(Draft(path))
    }

    /// What will become this file, in its folder. Asks where there is one already.
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
