use std::process::ExitCode;

use anyhow::bail;
use llmspell_wasm::api::cli::{CheckedMcp, McpServer, McpTool};
use llmspell_wasm::mcp::{McpError, Server};
use llmspell_wasm::{Config, Ending};
use serde_json::json;

use super::flags::{ConfigFlag, parse_tenant};
use super::play::{Flags, Format};
use super::terminal::one_line;
use super::tool::{call as call_tool, parse_input};
use super::{System, signals, terminal};

mod serve;

/// Use MCP servers of the configuration, or serve spells as tools
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    List(ListArgs),
    Check(CheckArgs),
    Call(Box<CallArgs>),
    Serve(Box<serve::Args>),
}

/// List the servers that spells may be granted; none is started
#[derive(clap::Args)]
struct ListArgs {
    #[command(flatten)]
    shown: Shown,
}

/// Start a server, and show what it offers and what of it can't be used; exits with 1 if it can't be used
#[derive(clap::Args)]
struct CheckArgs {
    /// Its name in the configuration
    name: String,
    /// The tenant that a spell would run for
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    #[command(flatten)]
    shown: Shown,
}

/// Call a tool of a server once, as a spell does that is granted this server: under the same policies and limits
#[derive(clap::Args)]
struct CallArgs {
    /// The server's name in the configuration
    name: String,
    /// The tool's name
    tool: String,
    /// Its arguments, as a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = parse_input)]
    input: String,
    #[command(flatten)]
    flags: Flags,
}

#[derive(clap::Args)]
struct Shown {
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    config: ConfigFlag,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(&args.shown),
        Command::Check(args) => check(&args),
        Command::Call(args) => call(*args),
        Command::Serve(args) => serve::exec(*args),
    }
}

fn list(shown: &Shown) -> anyhow::Result<ExitCode> {
    let config = shown.config.load()?;
    let servers: Vec<McpServer> = config.mcp.all().map(written).collect();
    terminal::print(&match shown.output {
        Format::Json => terminal::pretty(&json!(servers)) + "\n",
        Format::Text if servers.is_empty() => "no MCP servers: add [mcp.NAME] to the configuration\n".into(),
        Format::Text => {
            let wide = servers.iter().map(|server| server.name.len()).max().unwrap_or_default();
            let place = |server: &McpServer| server.url.clone().unwrap_or_else(|| server.command.join(" "));
            let line = |server: &McpServer| format!("{:<wide$}  {}\n", server.name, one_line(&place(server)));
            servers.iter().map(line).collect()
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn written(server: &Server) -> McpServer {
    McpServer {
        name: server.name.clone(),
        command: server.command.clone(),
        url: server.url().map(String::from),
        env: server.variables().map(String::from).collect(),
        timeout_ms: server.timeout.as_millis().try_into().unwrap_or(u64::MAX),
        max_result: server.max_result,
        share: server.share,
    }
}

fn check(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let config = args.shown.config.load()?;
    let Some(checked) = tried(&config, args)? else { return Ok(ExitCode::from(Ending::Cancelled.exit_code())) };
    let ok = checked.ok;
    terminal::print(&match args.shown.output {
        Format::Json => terminal::pretty(&json!(checked)) + "\n",
        Format::Text => text(&checked),
    })?;
    Ok(ExitCode::from(u8::from(!ok)))
}

/// `None` where a signal came first.
fn tried(config: &Config, args: &CheckArgs) -> anyhow::Result<Option<CheckedMcp>> {
    let ended = signals::run(async |cancel| {
        tokio::select! {
            tried = config.mcp.check(&args.name, &args.tenant) => Some(tried),
            () = cancel.cancelled() => None,
        }
    });
    let nothing = CheckedMcp {
        server: args.name.clone(),
        ok: false,
        name: None,
        protocol: None,
        tools: Vec::new(),
        odd: Vec::new(),
        error: None,
        standard_error: Vec::new(),
    };
    let tool = |(name, model_name, description)| McpTool { name, model_name, description };
    Ok(match ended.map_err(System)? {
        None => None,
        Some(Err((error @ McpError::Unknown { .. }, _))) => bail!("{error}"),
        // It has no standard error: these are the library's words.
        Some(Err((error, why))) if config.mcp.all().any(|one| one.name == args.name && one.url().is_some()) => {
            let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join("; ")) };
            Some(CheckedMcp { error: Some(format!("{error}{why}")), ..nothing })
        }
        Some(Err((error, standard_error))) => {
            Some(CheckedMcp { error: Some(error.to_string()), standard_error, ..nothing })
        }
        Some(Ok(tried)) => Some(CheckedMcp {
            ok: true,
            name: Some(tried.name).filter(|name| !name.is_empty()),
            protocol: Some(tried.protocol),
            tools: tried.tools.into_iter().map(tool).collect(),
            odd: tried.odd,
            ..nothing
        }),
    })
}

fn text(checked: &CheckedMcp) -> String {
    let mut text = String::new();
    if let Some(protocol) = &checked.protocol {
        let name = checked.name.as_deref().unwrap_or("a server without a name");
        text +=
            &format!("{}: {}, protocol {protocol}, {} tools\n", checked.server, one_line(name), checked.tools.len());
    }
    let wide = checked.tools.iter().map(|tool| tool.name.len()).max().unwrap_or_default();
    for tool in &checked.tools {
        let about = tool.description.lines().next().unwrap_or_default();
        text += &format!("  {:<wide$}  {}\n", tool.name, one_line(about));
    }
    for odd in &checked.odd {
        text += &format!("odd: {}\n", one_line(odd));
    }
    if let Some(error) = &checked.error {
        text += &format!("failed: {}\n", one_line(error));
    }
    for line in &checked.standard_error {
        text += &format!("  standard error: {}\n", one_line(line));
    }
    text
}

fn call(mut args: CallArgs) -> anyhow::Result<ExitCode> {
    args.flags.settings.grants.add_server(&args.name);
    call_tool(format!("{}.{}", args.name, args.tool), args.input, args.flags)
}
