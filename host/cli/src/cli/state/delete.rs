use std::process::ExitCode;

use llmspell_wasm::api::cli::state::Deleted;
use llmspell_wasm::state::{Backend, Change, Committed, Condition, List, StoreError};
use serde_json::json;

use super::progress::Progress;
use super::question::Consent;
use super::{Common, Missing, Session, count, quoted};
use crate::cli::complain;

/// Delete keys, a scope, everything that a tenant has, or a backup
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["keys", "all", "everything", "backup"]).required(true))]
pub struct Args {
    /// The scope of the keys
    #[arg(required_unless_present_any = ["everything", "backup"], conflicts_with_all = ["everything", "backup"])]
    scope: Option<String>,
    #[arg(value_name = "KEY")]
    keys: Vec<String>,
    /// Delete all keys of the scope
    #[arg(long)]
    all: bool,
    /// Delete everything that the tenant has, except its backups
    #[arg(long)]
    everything: bool,
    /// Delete this backup
    #[arg(long, value_name = "ID")]
    backup: Option<String>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub common: Common,
}

/// The most changes of one commit.
const AT_ONCE: usize = 1_000;

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = args.common.session("delete", Missing::Refuse)?;
    let whose = format!("of tenant {}", quoted(&session.tenant));
    if let Some(id) = args.backup {
        args.consent.ask(&format!("delete the backup {} {whose}", quoted(&id)))?;
        return match session.with(async |store, tenant| store.delete_backup(tenant, &id).await)? {
            true => session.show(|| json!(Deleted { deleted: 1 }), || format!("backup {} deleted\n", quoted(&id))),
            false => Err(StoreError::NotFound(format!("there is no backup {} {whose}", quoted(&id))).into()),
        };
    }
    if args.everything {
        let usage = session.with(async |store, tenant| store.usage(tenant).await)?;
        args.consent.ask(&format!(
            "delete all that tenant {} has: {}",
            quoted(&session.tenant),
            count(usage.keys, "key")
        ))?;
        session.with(async |store, tenant| store.clear(tenant).await)?;
        return told(&session, usage.keys);
    }
    let scope = args.scope.unwrap_or_default();
    if args.all {
        args.consent.ask(&format!("delete all keys of scope {} {whose}", quoted(&scope)))?;
        let progress = Progress::new("delete: keys deleted");
        let deleted = session.with(async |store, tenant| all(store, tenant, &scope, &progress).await)?;
        drop(progress);
        return told(&session, deleted);
    }
    let names = args.keys.iter().map(|key| quoted(key)).collect::<Vec<_>>().join(", ");
    args.consent.ask(&format!("delete {names} of scope {} {whose}", quoted(&scope)))?;
    let delete = |key: &String| Change::Delete { scope: scope.clone(), key: key.clone(), condition: Condition::Any };
    let changes = args.keys.iter().map(delete).collect();
    let Committed { changed, .. } = session.with(async |store, tenant| store.commit(tenant, changes).await)?;
    let mut missing = 0;
    for (key, _) in args.keys.iter().zip(&changed).filter(|(_, changed)| changed.existed == 0) {
        missing += 1;
        complain(&format!("there is no key {} in scope {} {whose}", quoted(key), quoted(&scope)));
    }
    let deleted = changed.iter().map(|changed| changed.existed).sum();
    let code = told(&session, deleted)?;
    Ok(if missing == 0 { code } else { ExitCode::FAILURE })
}

fn told(session: &Session, deleted: u64) -> anyhow::Result<ExitCode> {
    session.show(|| json!(Deleted { deleted }), || format!("{} deleted\n", count(deleted, "key")))
}

/// At once, where that is possible: a scope may have more keys than one commit takes.
async fn all(store: &dyn Backend, tenant: &str, scope: &str, progress: &Progress) -> Result<u64, StoreError> {
    match store.commit(tenant, vec![Change::Clear { scope: scope.into() }]).await {
        Err(StoreError::TooLarge(_)) => {}
        other => return Ok(other?.changed.iter().map(|changed| changed.existed).sum()),
    }
    let (mut deleted, mut after) = (0, None);
    loop {
        let page = store.list(tenant, scope, List { after, limit: AT_ONCE, ..List::default() }).await?;
        after = page.next;
        let delete = |key: String| Change::Delete { scope: scope.into(), key, condition: Condition::Any };
        let changes: Vec<Change> = page.entries.into_iter().map(|entry| delete(entry.key)).collect();
        deleted += store.commit(tenant, changes).await?.changed.iter().map(|changed| changed.existed).sum::<u64>();
        progress.tell(deleted);
        if after.is_none() {
            return Ok(deleted);
        }
    }
}
