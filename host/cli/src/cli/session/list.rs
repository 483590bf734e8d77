use std::process::ExitCode;

use llmspell_wasm::api::session::{Page, Session};
use llmspell_wasm::state::SessionPage;
use serde_json::json;

use crate::cli::state::table::table;
use crate::cli::state::{Common, Missing, note, quoted, time};

/// List the tenant's sessions
#[derive(clap::Args)]
pub struct Args {
    /// Continue after this session
    #[arg(long, value_name = "ID")]
    after: Option<String>,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let limit = usize::from(args.limit);
    let session = args.common.session_of("session list".into(), Missing::Refuse)?;
    let mut after = args.after;
    let page = session.with(async |store, tenant| {
        let mut all = SessionPage::default();
        loop {
            let page = store.sessions(tenant, after.clone(), limit - all.sessions.len()).await?;
            all.sessions.extend(page.sessions);
            all.next.clone_from(&page.next);
            if page.next.is_none() || all.sessions.len() >= limit {
                return Ok(all);
            }
            after = page.next;
        }
    })?;
    if let Some(next) = &page.next {
        note(&format!("more follow: --after {}", quoted(next)));
    }
    let json = || json!(Page { sessions: page.sessions.clone(), next: page.next.clone() });
    session.show(json, || table(&["SESSION", "STATUS", "CHANGED", "NAME"], page.sessions.iter().map(row)))
}

fn row(session: &Session) -> Vec<String> {
    let status = json!(session.status).as_str().unwrap_or_default().to_owned();
    vec![session.id.clone(), status, time(session.updated_at), session.name.clone()]
}
