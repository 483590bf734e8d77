use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use llmspell_wasm::api::cli::state as api;
use llmspell_wasm::state::{Backend, Backup, StoreError};
use serde_json::json;

use super::export::Draft;
use super::progress::Progress;
use super::question::Consent;
use super::{Common, Missing, count, note, quoted};

/// Back up everything that a tenant has, and print the backup's id
#[derive(clap::Args)]
pub struct Args {
    /// A description, which `state list --backups` shows
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// Back up every tenant
    #[arg(long, conflicts_with_all = ["tenant", "to"])]
    all_tenants: bool,
    /// Copy the backup to this file as well, to carry it elsewhere
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    args.consent.is_for(args.to.is_some(), "--to")?;
    let session = args.common.session("backup", Missing::Refuse)?;
    session.check_output("--to", args.to.as_deref())?;
    // Before the backup is made: whether the copy can be written.
    let draft = args.to.as_deref().map(|to| Draft::beside(to, &args.consent).context("--to")).transpose()?;
    let progress = Progress::new("backup: entries written");
    let made = session.with(async |store, tenant| {
        let tenants = if args.all_tenants { all(store).await? } else { vec![tenant.to_string()] };
        let mut made = Vec::new();
        for tenant in tenants {
            made.push(store.backup(&tenant, &args.description, &|count| progress.tell(count)).await?);
        }
        Ok(made)
    })?;
    drop(progress);
    for backup in &made {
        let whose = if args.all_tenants { format!("tenant {}: ", quoted(&backup.tenant)) } else { String::new() };
        note(&format!("{whose}{} and {} backed up", count(backup.keys, "key"), count(backup.bytes, "byte")));
    }
    if let (Some(to), Some(draft), [backup]) = (&args.to, &draft, made.as_slice()) {
        let file = session.with(async |store, tenant| store.backup_file(tenant, &backup.id))?;
        let file = file.context("this store has no files of backups")?;
        let copied = fs::copy(file, &draft.0).and_then(|_| fs::File::open(&draft.0)?.sync_all());
        copied.and_then(|()| fs::rename(&draft.0, to)).with_context(|| format!("--to {}", to.display()))?;
    }
    let text = || made.iter().map(|backup| format!("{}\n", backup.id)).collect();
    session.show(|| json!(api::BackedUp { backups: made.iter().map(show).collect() }), text)
}

async fn all(store: &dyn Backend) -> Result<Vec<String>, StoreError> {
    let mut all: Vec<String> = Vec::new();
    loop {
        let page = store.tenants(all.last().cloned(), 1_000).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// As JSON shows it.
pub fn show(backup: &Backup) -> api::Backup {
    let Backup { id, created_at, description, tenant, keys, bytes } = backup.clone();
    api::Backup { id, created_at, description, tenant, keys, bytes }
}

/// "backup-1 of 2026-01-02T03:04:05Z (12 keys)".
pub fn described(backup: &Backup) -> String {
    format!("{} of {} ({})", quoted(&backup.id), super::time(backup.created_at), count(backup.keys, "key"))
}
