use std::process::ExitCode;

use anyhow::{Context, anyhow};
use llmspell_wasm::api::cli::HostTool;
use llmspell_wasm::{Runtime, nearest};
use serde_json::{Value, json};

use super::flags::{ConfigFlag, parse_tenant};
use super::granted::GrantFlags;
use super::play::{Flags, Format, Play};
use super::script::Script;
use super::terminal;

/// List the tools of the host, show one, or call one
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    List(ListArgs),
    Info(InfoArgs),
    Invoke(Box<InvokeArgs>),
}

/// List the tools that spells may be granted
#[derive(clap::Args)]
struct ListArgs {
    #[command(flatten)]
    shown: ShownArgs,
}

/// Show what a tool takes, its other names, and whether a spell may call it
#[derive(clap::Args)]
struct InfoArgs {
    /// Its name, or another name of it
    name: String,
    #[command(flatten)]
    shown: ShownArgs,
}

/// Call a tool once, as a spell does: under the same grants and limits
#[derive(clap::Args)]
struct InvokeArgs {
    /// Its name, or another name of it
    name: String,
    /// Its arguments, as a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = parse_input)]
    input: String,
    #[command(flatten)]
    flags: Flags,
}

#[derive(clap::Args)]
struct ShownArgs {
    /// The tenant that a spell would run for
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    config: ConfigFlag,
    #[command(flatten)]
    grants: GrantFlags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(&args.shown),
        Command::Info(args) => info(&args.name, &args.shown),
        Command::Invoke(args) => invoke(*args),
    }
}

fn tools(args: &ShownArgs) -> anyhow::Result<Vec<HostTool>> {
    let config = args.config.load()?;
    let grants = args.grants.read(&config, &args.tenant)?.grants;
    Ok(Runtime::new(config)?.tools(&grants))
}

fn list(args: &ShownArgs) -> anyhow::Result<ExitCode> {
    let tools = tools(args)?;
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&json!(tools)) + "\n",
        Format::Text => {
            let wide = tools.iter().map(|tool| tool.name.len()).max().unwrap_or_default();
            let line = |tool: &HostTool| {
                let granted = if tool.granted { "granted" } else { "denied " };
                format!("{:<wide$}  {granted}  {}\n", tool.name, tool.description)
            };
            tools.iter().map(line).collect()
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn info(name: &str, args: &ShownArgs) -> anyhow::Result<ExitCode> {
    let tools = tools(args)?;
    let same = |known: &str| known.replace('-', "_") == name.replace('-', "_");
    let own = tools.iter().find(|tool| same(&tool.name));
    let found = own.or_else(|| tools.iter().find(|tool| tool.aliases.iter().any(|alias| same(alias))));
    let names = || tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>();
    let tool = found.ok_or_else(|| anyhow!("there is no tool '{name}'{}", nearest(name, &names())))?;
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&json!(tool)) + "\n",
        Format::Text => show(tool),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn show(tool: &HostTool) -> String {
    let pairs = tool.parameter_aliases.iter().map(|(alias, name)| format!("{alias} ({name})")).collect::<Vec<_>>();
    let or_none = |words: String| if words.is_empty() { "none".to_owned() } else { words };
    format!(
        "{}: {}\n\ngranted            {}: {}\nother names        {}\nnames of arguments {}\narguments          {}\n",
        tool.name,
        tool.description,
        if tool.granted { "yes" } else { "no" },
        tool.because,
        or_none(tool.aliases.join(", ")),
        or_none(pairs.join(", ")),
        terminal::pretty(&tool.parameters)
    )
}

/// Everything that holds for a spell's call holds for this one. A result that tells of a failure is one.
const INVOKE: &str = "local result = Tool.execute(params.tool, JSON.parse(params.input)) \
    if type(result) == 'table' and result.success == false and type(result.error) == 'table' then error(result.error) end \
    return result";

fn invoke(args: InvokeArgs) -> anyhow::Result<ExitCode> {
    call(args.name, args.input, args.flags)
}

/// Calls a tool with these arguments, a JSON text.
pub fn call(name: String, input: String, mut flags: Flags) -> anyhow::Result<ExitCode> {
    flags.parameters.extend([("tool".to_owned(), name), ("input".to_owned(), input)]);
    let play = Play::prepare(flags)?;
    play.run(Script::inline("lua", "tool", INVOKE))
}

pub fn parse_input(text: &str) -> anyhow::Result<String> {
    let value: Value = serde_json::from_str(text).context("the input must be a JSON object")?;
    anyhow::ensure!(value.is_object(), "the input must be a JSON object");
    Ok(text.into())
}
