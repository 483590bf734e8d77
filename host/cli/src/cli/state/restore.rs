use std::path::PathBuf;
use std::process::ExitCode;

use llmspell_wasm::api::cli::state::{RebuildOutcome, Rebuilt, RebuiltTenant};
use serde_json::json;

use super::backup::{described, show};
use super::progress::Progress;
use super::question::Consent;
use super::{Common, Missing, Session, count, note, quoted};
use crate::cli::complain;

/// Replace everything that a tenant has by a backup, in one step
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["backup", "file", "rebuild"]).required(true))]
pub struct Args {
    /// The backup's id, as `state list --backups` shows it
    #[arg(value_name = "ID")]
    backup: Option<String>,
    /// Restore from this file, which `state backup --to` made
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Set a damaged store aside and restore the newest backup of each tenant
    #[arg(long, conflicts_with = "tenant")]
    rebuild: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let missing = if args.file.is_some() { Missing::Make } else { Missing::Refuse };
    let session = args.common.session("restore", missing)?;
    if args.rebuild {
        return rebuild(&session, &args.consent);
    }
    let (tenant, usage) = (quoted(&session.tenant), session.with(async |store, tenant| store.usage(tenant).await)?);
    let had = count(usage.keys, "key");
    let progress;
    let restored = match (&args.backup, &args.file) {
        (_, Some(file)) => {
            if usage.keys > 0 {
                let file = file.display();
                args.consent.ask(&format!("replace all that tenant {tenant} has ({had}) with the backup in {file}"))?;
            }
            progress = Progress::new("restore: entries written");
            session.with(async |store, tenant| store.restore_file(tenant, file, &|count| progress.tell(count)).await)?
        }
        (id, None) => {
            let id = id.as_deref().unwrap_or_default();
            // Before the question: whether the backup is there and intact.
            let about = session.with(async |store, tenant| store.check_backup(tenant, id).await)?;
            args.consent.ask(&format!("replace all that tenant {tenant} has ({had}) with {}", described(&about)))?;
            progress = Progress::new("restore: entries written");
            session.with(async |store, tenant| store.restore(tenant, id, &|count| progress.tell(count)).await)?
        }
    };
    drop(progress);
    if restored.tenant != session.tenant {
        note(&format!("the backup was made of tenant {}", quoted(&restored.tenant)));
    }
    session.show(|| json!(show(&restored)), || format!("{} restored\n", count(restored.keys, "key")))
}

fn rebuild(session: &Session, consent: &Consent) -> anyhow::Result<ExitCode> {
    let place = &session.config.store.place;
    consent.ask(&format!("set the store {place} aside and restore the newest backup of each tenant"))?;
    let progress = Progress::new("rebuild: entries written");
    let rebuilt = session.wait(session.store.rebuild(note, &|count| progress.tell(count)))?;
    drop(progress);
    let mut code = ExitCode::SUCCESS;
    for (tenant, done) in &rebuilt.tenants {
        match done {
            Ok(backup) => note(&format!("tenant {}: {} restored", quoted(tenant), described(backup))),
            Err(why) => {
                complain(&format!("tenant {}: nothing was restored: {why}", quoted(tenant)));
                code = ExitCode::FAILURE;
            }
        }
    }
    let json = || {
        let tenants = rebuilt.tenants.iter().map(|(tenant, done)| {
            let outcome = match done {
                Ok(backup) => RebuildOutcome::Restored(show(backup)),
                Err(why) => RebuildOutcome::Error(why.clone()),
            };
            RebuiltTenant { tenant: tenant.clone(), outcome }
        });
        json!(Rebuilt { aside: rebuilt.aside.display().to_string(), tenants: tenants.collect() })
    };
    let aside = rebuilt.aside.display();
    session
        .show(json, || format!("rebuilt; the damaged store is kept in {aside}, with what came after the backups\n"))?;
    Ok(code)
}
