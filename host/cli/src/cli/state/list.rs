use std::process::ExitCode;

use llmspell_wasm::api::cli::state as api;
use llmspell_wasm::state::{Backend, List, StoreError, Usage};
use serde_json::{Value, json};

use super::backup::show;
use super::table::table;
use super::{Common, Missing, Session, note, time};

/// List scopes; the keys of a scope; backups; tenants
#[derive(clap::Args)]
pub struct Args {
    /// Show the keys of this scope, with their values
    scope: Option<String>,
    /// Show only keys with this prefix
    #[arg(long, value_name = "TEXT", requires = "scope", default_value = "", hide_default_value = true)]
    prefix: String,
    /// Show the tenant's backups, the newest first
    #[arg(long, conflicts_with_all = ["scope", "tenants"])]
    backups: bool,
    /// Show all tenants that have something in the store
    #[arg(long, conflicts_with_all = ["scope", "tenant"])]
    tenants: bool,
    /// Continue after this key, scope or tenant
    #[arg(long, value_name = "NAME", conflicts_with = "backups")]
    after: Option<String>,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = args.common.session("list", Missing::Refuse)?;
    let limit = usize::from(args.limit);
    if args.backups {
        return backups(&session);
    }
    if args.tenants {
        return tenants(&session, args.after, limit);
    }
    match args.scope {
        Some(scope) => keys(&session, &scope, List { prefix: args.prefix, after: args.after, limit, values: true }),
        None => scopes(&session, args.after, limit),
    }
}

/// Tells how to see the rest.
fn more(next: Option<&String>) {
    if let Some(next) = next {
        note(&format!("more follow: --after {}", super::quoted(next)));
    }
}

fn keys(session: &Session, scope: &str, list: List) -> anyhow::Result<ExitCode> {
    let page = session.with(async |store, tenant| store.list(tenant, scope, list).await)?;
    more(page.next.as_ref());
    let json = || {
        let entries = page.entries.iter().map(|entry| {
            let value: Value =
                entry.value.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            api::Key { key: entry.key.clone(), value, version: entry.version, expires_at: entry.expires_at }
        });
        let (tenant, keys) = (session.tenant.clone(), entries.collect());
        json!(api::Keys { tenant, scope: scope.into(), keys, next: page.next.clone() })
    };
    let text = || {
        let expires = |at: Option<u64>| at.map_or("never".into(), time);
        let rows = page.entries.iter().map(|entry| {
            vec![
                entry.key.clone(),
                entry.version.to_string(),
                expires(entry.expires_at),
                entry.value.clone().unwrap_or_default(),
            ]
        });
        table(&["KEY", "VERSION", "EXPIRES", "VALUE"], rows)
    };
    session.show(json, text)
}

fn scopes(session: &Session, after: Option<String>, limit: usize) -> anyhow::Result<ExitCode> {
    let (scopes, next) = session.with(async |store, tenant| {
        let mut names = store.scopes(tenant, after, limit.saturating_add(1)).await?;
        let next = (names.len() > limit).then(|| names.get(limit - 1).cloned()).flatten();
        names.truncate(limit);
        let mut scopes = Vec::new();
        for name in names {
            let keys = counted(store, tenant, &name).await?;
            scopes.push((name, keys));
        }
        Ok((scopes, next))
    })?;
    more(next.as_ref());
    let json = || {
        let scopes = scopes.iter().map(|(scope, keys)| api::Scope { scope: scope.clone(), keys: *keys });
        json!(api::Scopes { tenant: session.tenant.clone(), scopes: scopes.collect(), next: next.clone() })
    };
    let text = || table(&["KEYS", "SCOPE"], scopes.iter().map(|(scope, keys)| vec![keys.to_string(), scope.clone()]));
    session.show(json, text)
}

async fn counted(store: &dyn Backend, tenant: &str, scope: &str) -> Result<u64, StoreError> {
    let (mut count, mut list) = (0, List::default());
    loop {
        let page = store.list(tenant, scope, list.clone()).await?;
        count += page.entries.len() as u64;
        match page.next {
            Some(next) => list.after = Some(next),
            None => return Ok(count),
        }
    }
}

fn backups(session: &Session) -> anyhow::Result<ExitCode> {
    let all = session.with(async |store, tenant| store.backups(tenant).await)?;
    let text = || {
        let rows = all.iter().map(|one| {
            let (keys, bytes) = (one.keys.to_string(), one.bytes.to_string());
            vec![one.id.clone(), time(one.created_at), keys, bytes, one.description.clone()]
        });
        table(&["BACKUP", "MADE", "KEYS", "BYTES", "DESCRIPTION"], rows)
    };
    let backups = || all.iter().map(show).collect();
    session.show(|| json!(api::Backups { tenant: session.tenant.clone(), backups: backups() }), text)
}

fn tenants(session: &Session, after: Option<String>, limit: usize) -> anyhow::Result<ExitCode> {
    let (found, next) = session.with(async |store, _| {
        let mut names = store.tenants(after, limit.saturating_add(1)).await?;
        let next = (names.len() > limit).then(|| names.get(limit - 1).cloned()).flatten();
        names.truncate(limit);
        let mut found = Vec::new();
        for name in names {
            let usage = store.usage(&name).await?;
            found.push((name, usage));
        }
        Ok((found, next))
    })?;
    more(next.as_ref());
    let json = || {
        let tenants = found.iter().map(|(tenant, usage)| {
            let Usage { keys, bytes, backups, backup_bytes } = *usage;
            api::Tenant { tenant: tenant.clone(), keys, bytes, backups, backup_bytes }
        });
        json!(api::Tenants { tenants: tenants.collect(), next: next.clone() })
    };
    let text = || {
        let rows = found.iter().map(|(tenant, usage)| {
            vec![usage.keys.to_string(), usage.bytes.to_string(), usage.backups.to_string(), tenant.clone()]
        });
        table(&["KEYS", "BYTES", "BACKUPS", "TENANT"], rows)
    };
    session.show(json, text)
}
