use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use llmspell_wasm::state::{Backend, Contents, List, ListArtifacts, StoreError};
use serde_json::{Value, json};

use super::find;
use crate::cli::state::export::{Draft, copy};
use crate::cli::state::question::Consent;
use crate::cli::state::{Common, Missing};

/// Write a session and all that belongs to it as lines of JSON, for other programs
#[derive(clap::Args)]
pub struct Args {
    id: String,
    /// The file to write; standard output if it is left out or -
    file: Option<PathBuf>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let file = args.file.filter(|file| file != Path::new("-"));
    args.consent.is_for(file.is_some(), "a file that is there")?;
    let session = args.common.session_of("session export".into(), Missing::Refuse)?;
    session.check_output("the file", file.as_deref())?;
    let draft = match &file {
        Some(file) => Draft::beside(file, &args.consent)?,
        None => Draft::temporary("session")?,
    };
    let mut lines =
        Lines { to: BufWriter::new(fs::File::options().write(true).open(&draft.0)?), written: Ok(()), count: 0 };
    session.with(async |store, tenant| write(store, tenant, &args.id, &mut lines).await)?;
    let shown = file.as_deref().unwrap_or(&draft.0).display().to_string();
    let count = lines.end().with_context(|| shown.clone())?;
    let Some(file) = file else {
        copy(&draft.0).context("standard output can't be written")?;
        return Ok(ExitCode::SUCCESS);
    };
    fs::rename(&draft.0, &file).with_context(|| shown.clone())?;
    session.show(|| json!({ "lines": count, "file": shown }), || format!("{count} lines exported to {shown}\n"))
}

/// Lines of JSON on their way to a file, up to the first that could not be written.
struct Lines {
    to: BufWriter<fs::File>,
    written: io::Result<()>,
    count: u64,
}

impl Lines {
    fn line(&mut self, value: &Value) {
        if self.written.is_ok() {
            self.written = writeln!(self.to, "{value}");
            self.count += 1;
        }
    }

    fn end(mut self) -> io::Result<u64> {
        self.line(&json!({ "lines": self.count }));
        self.written?;
        self.to.flush()?;
        Ok(self.count)
    }
}

const FORMAT: &str = "llmspell session export 1";

async fn write(store: &dyn Backend, tenant: &str, id: &str, lines: &mut Lines) -> Result<(), StoreError> {
    let session = find(store, tenant, id).await?;
    lines.line(&json!({ "format": FORMAT, "tenant": tenant, "session": session }));
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let scope = format!("session:{id}");
    let mut list = List { values: true, ..List::default() };
    loop {
        let page = store.list(tenant, &scope, list.clone()).await?;
        for entry in page.entries {
            let value = entry.value.as_deref().map(parsed);
            lines.line(&json!({ "key": entry.key, "value": value, "expires_at": entry.expires_at }));
        }
        match page.next {
            Some(next) => list.after = Some(next),
            None => break,
        }
    }
    let (stream, mut from) = (format!("memory:{id}"), 0);
    loop {
        let items = store.read(tenant, &stream, from, 100).await?;
        let Some(last) = items.last() else { break };
        from = last.number + 1;
        items
            .iter()
            .for_each(|item| lines.line(&json!({ "memory": item.number, "at": item.at, "body": parsed(&item.body) })));
    }
    let mut all = ListArtifacts { session: Some(id.into()), ..ListArtifacts::default() };
    loop {
        let page = store.artifacts(tenant, all.clone()).await?;
        for artifact in page.artifacts {
            lines.line(&json!({ "artifact": artifact }));
            let (sequence, mut part) = (artifact.sequence, 0);
            let mut contents = Contents::open(store, tenant, artifact).await?;
            while let Some(chunk) = contents.next(store, tenant).await? {
                lines.line(&json!({ "content_of": sequence, "part": part, "base64": STANDARD.encode(&chunk) }));
                part += 1;
            }
        }
        match page.next {
            Some(next) => all.after = Some(next),
            None => return Ok(()),
        }
    }
}
