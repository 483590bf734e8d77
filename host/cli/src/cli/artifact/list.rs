use std::process::ExitCode;

use llmspell_wasm::api::artifact::{Artifact, Page};
use llmspell_wasm::state::{ArtifactPage, ListArtifacts, MOST_ENTRIES};
use serde_json::json;

use crate::cli::state::table::table;
use crate::cli::state::{Common, Missing, note, quoted, time};

/// List the tenant's artifacts
#[derive(clap::Args)]
pub struct Args {
    /// Show only those of this session; global: those of none
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Continue after this artifact: SESSION and NUMBER, as the first two columns show them
    #[arg(long, value_name = "SESSION NUMBER", num_args = 2)]
    after: Option<Vec<String>>,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let limit = usize::from(args.limit).min(MOST_ENTRIES);
    let after = match args.after.as_deref() {
        Some([session, number]) => {
            let number = number.parse().map_err(|_| anyhow::anyhow!("--after: {} is no number", quoted(number)))?;
            Some((session.clone(), number))
        }
        _ => None,
    };
    let session = args.common.session_of("artifact list".into(), Missing::Refuse)?;
    let mut list = ListArtifacts { session: args.session, after, limit, ..ListArtifacts::default() };
    let page = session.with(async |store, tenant| {
        let mut all = ArtifactPage::default();
        loop {
            let page = store.artifacts(tenant, list.clone()).await?;
            all.artifacts.extend(page.artifacts);
            all.next.clone_from(&page.next);
            if page.next.is_none() || all.artifacts.len() >= limit {
                return Ok(all);
            }
            list = ListArtifacts { after: page.next, limit: limit - all.artifacts.len(), ..list };
        }
    })?;
    if let Some((session, number)) = &page.next {
        note(&format!("more follow: --after {} {number}", quoted(session)));
    }
    let next = page.next.as_ref().map(|(session, number)| format!("{number}:{session}"));
    let json = || json!(Page { artifacts: page.artifacts.clone(), next: next.clone() });
    let text =
        || table(&["SESSION", "NUMBER", "VERSION", "BYTES", "STORED", "TYPE", "NAME"], page.artifacts.iter().map(row));
    session.show(json, text)
}

fn row(artifact: &Artifact) -> Vec<String> {
    vec![
        artifact.session_id.clone(),
        artifact.sequence.to_string(),
        artifact.version.to_string(),
        artifact.size.to_string(),
        time(artifact.created_at),
        artifact.mime_type.clone(),
        artifact.name.clone(),
    ]
}
