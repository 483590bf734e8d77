use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use llmspell_wasm::api::cli::{
    CheckedPolicy, ExplainedPolicies, HostTool, PolicyProblem, StandardTool, SuggestedPolicy,
};
use llmspell_wasm::api::policy::{Barred, NeedsApproval};
use llmspell_wasm::file::{FileKind, read_text};
use llmspell_wasm::policy::{Denied, Explained, Named, Policy, PolicyError, Right, Standing, suggest};
use llmspell_wasm::standard_tools;
use serde_json::json;

use super::flags::{ConfigFlag, LimitFlags, parse_tenant};
use super::granted::{GrantFlags, Granted};
use super::play::Format;
use super::script::Script;
use super::{USAGE, terminal};

/// Check, explain and suggest policies: what spells may use
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Check(CheckArgs),
    Explain(ExplainArgs),
    Suggest(SuggestArgs),
}

/// Report mistakes in policies; silent if there are none
#[derive(clap::Args)]
struct CheckArgs {
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// Show which permissions and limits are in force, and which file sets each
#[derive(clap::Args)]
struct ExplainArgs {
    /// Policies, as --policy of `run` names them; those of the configuration come first
    files: Vec<PathBuf>,
    /// Apply what this spell requests as well
    #[arg(long, value_name = "FILE")]
    spell: Option<PathBuf>,
    /// The tenant that the spell runs for
    #[arg(long, value_name = "NAME", default_value = "local", value_parser = parse_tenant)]
    tenant: String,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    config: ConfigFlag,
    #[command(flatten)]
    limits: LimitFlags,
}

/// Print the narrowest policy that a traced run needs
#[derive(clap::Args)]
struct SuggestArgs {
    /// The trace that `run --trace-calls=FILE` wrote
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Check(args) => check(&args),
        Command::Explain(args) => explain(&args),
        Command::Suggest(args) => suggested(&args),
    }
}

fn check(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let (mut code, mut seen) = (ExitCode::SUCCESS, Vec::new());
    for file in &args.files {
        let problem = Policy::read(file).err();
        if let Some(error) = &problem {
            code = ExitCode::from(USAGE);
            if args.output == Format::Text {
                // The line that editors understand, without a word before it.
                terminal::tell(&error.to_string());
            }
        }
        let error = problem.map(|PolicyError { line, column, problem, .. }| PolicyProblem { line, column, problem });
        seen.push(CheckedPolicy { file: file.display().to_string(), ok: error.is_none(), error });
    }
    if args.output == Format::Json {
        terminal::print(&(terminal::pretty(&json!(seen)) + "\n"))?;
    }
    Ok(code)
}

fn explain(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let mut config = args.config.load()?;
    args.limits.apply(&mut config);
    let mut granted = GrantFlags::of_policies(args.files.clone()).read(&config, &args.tenant)?;
    if let Some(file) = &args.spell {
        granted = narrowed(granted, file)?;
    }
    let (explained, refused) = (granted.grants.explain(&config.limits), granted.refused(&config.limits));
    let standard = standard_tools(&granted.grants)?.into_iter();
    let standard_tools =
        standard.map(|HostTool { name, granted, because, .. }| StandardTool { name, granted, because });
    let standard_tools: Vec<StandardTool> = standard_tools.collect();
    terminal::print(&match args.output {
        Format::Json => {
            terminal::pretty(&json!(ExplainedPolicies { in_force: explained, refused, standard_tools })) + "\n"
        }
        Format::Text => show(&explained, &refused, &standard_tools),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn narrowed(mut granted: Granted, file: &Path) -> anyhow::Result<Granted> {
    let script = Script::read(file, None)?;
    let Ok(text) = script.text() else { bail!("{}: not UTF-8", file.display()) };
    script.misspelt(text).iter().chain(script.idle()).for_each(|line| terminal::tell(line));
    for requested in script.requested(text)? {
        granted.narrow(requested);
    }
    Ok(granted)
}

fn show(explained: &Explained, refused: &[String], standard: &[StandardTool]) -> String {
    let mut text = String::from("Policies, each of which has to allow what is used\n");
    for one in &explained.policies {
        text += &format!("  {}  {}\n", one.file, one.hash.get(..12).unwrap_or_default());
    }
    if explained.policies.is_empty() {
        text +=
            "  none: the configured models, tools and state of the own tenant; no files, no network, no environment\n";
    }
    text += &entries(&explained.names, &explained.denied);
    let names = |granted: bool| {
        let names = standard.iter().filter(|one| one.granted == granted).map(|one| one.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    text += &format!("\nStandard tools, which need no grant\n  {}\n", names(true));
    if standard.iter().any(|one| !one.granted) {
        text += &format!("  denied, or of no use without [files] or [network]: {}\n", names(false));
    }
    text += &conditions(&explained.approvals, &explained.taint);
    text += "\n[limits]\n";
    for one in &explained.limits {
        text += &format!("  {:<16}  {:>14}  {}\n", one.name, one.value.as_deref().unwrap_or("none"), one.from);
    }
    if !refused.is_empty() {
        text += "\nAsked and not granted\n";
        refused.iter().for_each(|line| text += &format!("  {line}\n"));
    }
    text
}

/// What policies allow and deny, section by section.
pub fn entries(names: &[Named], denied: &[Denied]) -> String {
    let wide = names.iter().map(|one| one.name.chars().count()).max().unwrap_or_default().min(40);
    let mut sections: Vec<&str> = Right::ALL.iter().map(|right| right.section()).collect();
    sections.dedup();
    let mut text = String::new();
    for section in sections {
        let lines = names.iter().filter(|one| one.section == section).map(|one| line(one, wide));
        let silent = denied.iter().filter(|one| one.section == section).map(silent);
        let lines: Vec<String> = lines.chain(silent).collect();
        if !lines.is_empty() {
            text += &format!("\n[{section}]\n{}", lines.concat());
        }
    }
    text
}

/// What policies want beside a grant.
pub fn conditions(approvals: &[NeedsApproval], taint: &[Barred]) -> String {
    let mut text = String::new();
    if !approvals.is_empty() {
        text += "\n[approval], which somebody has to say yes to\n";
        approvals.iter().for_each(|one| text += &format!("  {:<10}  {}  {}\n", one.key, one.name, one.from));
    }
    if !taint.is_empty() {
        text += "\n[taint], where a run may let nothing go any more\n";
        for one in taint {
            text += &format!("  {:<10}  not once it has taken in: {}  {}\n", one.sink, one.unless.join(", "), one.from);
        }
    }
    text
}

fn line(one: &Named, wide: usize) -> String {
    let standing = match one.standing {
        Standing::Granted => "granted",
        Standing::InPart => "in part",
        Standing::NotGranted => "not granted",
        Standing::Denied => "denied",
    };
    let because = one.because.as_ref().map(|who| format!("  (because of {who})")).unwrap_or_default();
    let terms = one.terms.as_ref().map(|terms| format!("  ({terms})")).unwrap_or_default();
    format!("  {:<9}  {:<wide$}  {standing:<11}  {}{terms}{because}\n", one.key, one.name, one.from)
}

/// What a policy is silent on.
fn silent(one: &Denied) -> String {
    let who = one.because.join(", ");
    let why = match one.allowed_elsewhere {
        true => format!("nothing of it is allowed by {who}"),
        false => format!("no file allows it ({who})"),
    };
    format!("  {:<9}  denied: {why}\n", one.key)
}

fn suggested(args: &SuggestArgs) -> anyhow::Result<ExitCode> {
    let name = args.from.display().to_string();
    let kind = FileKind { name: "a journal, as `run --trace-calls=FILE` writes it", extensions: &[] };
    let journal = read_text(&args.from, kind).with_context(|| name.clone())?;
    let suggestion = suggest(&journal).map_err(|problem| anyhow::anyhow!("{name}: {problem}"))?;
    if !suggestion.is_whole {
        bail!(
            "{name}: the end of the run is missing, so what it needed after the last line is unknown; trace a run that ends"
        );
    }
    // Whatever is printed can be used.
    suggestion.policy(&name)?;
    let text = suggestion.to_toml(&name);
    terminal::print(&match args.output {
        Format::Text => text,
        Format::Json => terminal::pretty(&json!(SuggestedPolicy { policy: text })) + "\n",
    })?;
    Ok(ExitCode::SUCCESS)
}
