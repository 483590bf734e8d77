use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::ValueEnum;
use llmspell_wasm::api::artifact::Kind;
use llmspell_wasm::config::parse_duration;
use llmspell_wasm::file::{self, FileKind};
use llmspell_wasm::mime_type;
use llmspell_wasm::state::{CHUNK_BYTES, GLOBAL, Lifetime, NewArtifact, StoreError, Upload, check_session_id};
use serde_json::{Map, json};

use crate::cli::state::{Common, Missing, quoted};

/// Store a file as an artifact
#[derive(clap::Args)]
pub struct Args {
    file: PathBuf,
    /// The artifact's name; the file's if it is left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The session that it is to belong to; global: none
    #[arg(long, value_name = "ID", default_value = GLOBAL)]
    session: String,
    /// What it is
    #[arg(long = "type", value_name = "TYPE", default_value = "user-input")]
    kind: Type,
    /// Its MIME type; told by its name if it is left out
    #[arg(long, value_name = "TYPE/SUBTYPE")]
    mime: Option<String>,
    /// A tag; more than one can be given
    #[arg(long = "tag", value_name = "TEXT")]
    tags: Vec<String>,
    /// How long it stays, such as 30d
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    ttl: Option<Duration>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Clone, Copy, ValueEnum)]
enum Type {
    AgentOutput,
    ToolResult,
    UserInput,
    SystemGenerated,
    Custom,
}

impl From<Type> for Kind {
    fn from(kind: Type) -> Kind {
        match kind {
            Type::AgentOutput => Kind::AgentOutput,
            Type::ToolResult => Kind::ToolResult,
            Type::UserInput => Kind::UserInput,
            Type::SystemGenerated => Kind::SystemGenerated,
            Type::Custom => Kind::Custom,
        }
    }
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    args.common.may_make()?;
    if args.session != GLOBAL {
        check_session_id(&args.session)?;
    }
    let shown = args.file.display().to_string();
    let of_file = args.file.file_name().and_then(|name| name.to_str()).map(String::from);
    let Some(name) = args.name.or(of_file) else {
        bail!("{shown}: its name is no text: name the artifact with --name")
    };
    let kind = FileKind { name: "a file to store", extensions: &[] };
    let mut from = file::open_plain(&args.file, kind).with_context(|| shown.clone())?;
    let new = NewArtifact {
        session: args.session,
        mime_type: args.mime.unwrap_or_else(|| mime_type(&name, None)),
        name,
        kind: args.kind.into(),
        tags: args.tags,
        metadata: Map::new(),
        lifetime: args.ttl.map_or(Lifetime::Unlimited, |ttl| {
            Lifetime::Milliseconds(u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX))
        }),
    };
    let session = args.common.session_of("artifact put".into(), Missing::Make)?;
    let most = session.config.store.quota.artifact_bytes;
    let kept = session.with(async |store, tenant| {
        store.expect_open(tenant, &new.session).await?;
        let mut upload = Upload::begin(store, tenant, most).await?;
        let mut piece = vec![0; CHUNK_BYTES];
        let added = loop {
            let read = match from.read(&mut piece) {
                Ok(0) => break Ok(()),
                Ok(read) => read,
                Err(error) => break Err(StoreError::Invalid(format!("{shown}: {error}"))),
            };
            if let Err(problem) = upload.add(store, tenant, piece.get(..read).unwrap_or_default()).await {
                break Err(problem);
            }
        };
        match added {
            Ok(()) => upload.finish(store, tenant, new).await,
            Err(problem) => {
                upload.discard(store, tenant).await?;
                Err(problem)
            }
        }
    })?;
    let (name, version, number) = (quoted(&kept.name), kept.version, kept.sequence);
    let text = || format!("{name} version {version} stored: number {number}, {} bytes\n", kept.size);
    session.show(|| json!(kept), text)
}
