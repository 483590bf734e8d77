use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use super::{ArtifactFlags, find, pour};
use crate::cli::state::Missing;
use crate::cli::state::export::{Draft, copy};
use crate::cli::state::question::Consent;

/// Write an artifact's content to a file or to standard output
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub place: ArtifactFlags,
    /// The file to write; standard output if it is left out or -
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(flatten)]
    consent: Consent,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let file = args.to.filter(|file| file != Path::new("-"));
    args.consent.is_for(file.is_some(), "a file that is there")?;
    let (which, id) = (args.place.which()?, args.place.session.clone());
    let session = args.place.common.session_of("artifact get".into(), Missing::Refuse)?;
    session.check_output("--to", file.as_deref())?;
    // First all of it beside its place: what is not what was put there goes nowhere.
    let draft = match &file {
        Some(file) => Draft::beside(file, &args.consent)?,
        None => Draft::temporary("artifact")?,
    };
    let mut to = io::BufWriter::new(fs::File::options().write(true).open(&draft.0)?);
    let artifact = session.with(async |store, tenant| {
        let artifact = find(store, tenant, &id, &which).await?;
        let poured = pour(store, tenant, artifact.clone(), &mut to).await?;
        Ok(poured.map(|()| artifact))
    })?;
    let shown = file.as_deref().unwrap_or(&draft.0).display().to_string();
    let artifact = artifact.with_context(|| shown.clone())?;
    drop(to);
    match file {
        Some(file) => {
            fs::rename(&draft.0, &file).with_context(|| shown.clone())?;
            session.show(|| json!(artifact), || format!("{} bytes written to {shown}\n", artifact.size))
        }
        None => {
            copy(&draft.0).context("standard output can't be written")?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
