//! The command line. Its own messages go to standard error, one line each.

use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use llmspell_wasm::state::StoreError;
use llmspell_wasm::{Ending, SetupError};

mod approval;
mod artifact;
mod audit;
mod compile_guest;
mod completions;
mod doc;
mod exec;
mod flags;
mod granted;
mod guest;
mod guest_file;
mod info;
mod init;
mod installed;
mod languages;
mod logging;
mod manifest;
mod mcp;
mod outputs;
mod patience;
mod play;
mod policy;
mod progress;
mod provider;
mod reads;
mod receipt;
mod record;
mod recorded;
mod repl;
mod replay;
mod report;
mod run;
mod schema;
mod screen;
mod script;
mod serve;
mod session;
mod settings;
mod signals;
mod state;
mod store;
mod template;
mod terminal;
mod tool;
mod trace;
mod types;
mod validate;
mod watch;
mod workflow;

/// Runs untrusted LLM scripts, each in its own WebAssembly sandbox
#[derive(Parser)]
#[command(name = "llmspell-wasm", version, after_help = EXIT_CODES)]
struct Cli {
    /// Log what the host does to standard error: a level, or targets such as llmspell_kernel=debug; else as RUST_LOG says
    #[arg(long, value_name = "LEVEL", global = true, hide_short_help = true)]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

/// The flags of the command, once more.
fn run_again() -> Result<run::Args, clap::Error> {
    match Cli::try_parse()?.command {
        Command::Run(args) => Ok(args),
        _ => Err(Cli::command().error(ErrorKind::InvalidSubcommand, "it is no run")),
    }
}

#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    Exec(exec::Args),
    Repl(repl::Args),
    Replay(replay::Args),
    Record(record::Args),
    Validate(validate::Args),
    Serve(serve::Args),
    Init(init::Args),
    Doc(doc::Args),
    Types(types::Args),
    State(state::Args),
    Workflow(workflow::Args),
    Session(session::Args),
    Artifact(artifact::Args),
    Info(info::Args),
    Policy(policy::Args),
    Provider(provider::Args),
    Tool(tool::Args),
    Mcp(mcp::Args),
    Guest(guest::Args),
    Template(template::Args),
    Audit(audit::Args),
    Completions(completions::Args),
    Man(completions::ManArgs),
    #[command(hide = true)]
    Schema(schema::Args),
    #[command(hide = true)]
    CompileGuest(compile_guest::Args),
}

const EXIT_CODES: &str = "\
Exit codes: 0 completed (or the n of os.exit(n)), 1 script error, 2 usage or configuration, 3 denied, \
4 invalid spell, 5 invalid guest, 6 guest fault, 10 fuel, 11 memory, 12 wall time, 13 output, 14 host calls, \
15 token budget, 16 cost budget, 17 stack, 18 handles, 19 host bytes, 70 host fault, 75 store busy, damaged or unusable, 130 cancelled. With --receipt or --output json, \
the outcome's name tells a limit from a spell that exits with the same number.";

/// Usage and configuration: nothing was run.
pub const USAGE: u8 = 2;

/// What the command line itself needs of the system: not the user's mistake.
#[derive(Debug, thiserror::Error)]
#[error("the system refused a thread or a signal handler: {0}")]
struct System(std::io::Error);

pub fn main() -> ExitCode {
    // A panic's text may repeat what a spell said.
    std::panic::set_hook(Box::new(|panic| {
        // What a store's library panics at becomes an error like any other.
        if !llmspell_wasm::state::is_quiet() {
            complain(&format!("a bug in llmspell-wasm, please report it: {panic}"));
        }
    }));
    std::panic::catch_unwind(|| match Cli::try_parse() {
        Ok(cli) => dispatch(cli),
        Err(error) => misused(&error),
    })
    .unwrap_or_else(|_| host_fault())
}

fn dispatch(cli: Cli) -> ExitCode {
    if let Err(error) = logging::start(cli.log.as_deref()) {
        complain(&format!("{error:#}"));
        return ExitCode::from(USAGE);
    }
    let result = match cli.command {
        Command::Run(args) if args.watch => watch::exec(args),
        Command::Run(args) => run::exec(args),
        Command::Exec(args) => exec::exec(args),
        Command::Repl(args) => repl::exec(args),
        Command::Replay(args) => replay::exec(args),
        Command::Record(args) => record::exec(args),
        Command::Validate(args) => validate::exec(args),
        Command::Serve(args) => serve::exec(args),
        Command::Init(args) => init::exec(args),
        Command::Doc(args) => doc::exec(args),
        Command::Types(args) => types::exec(args),
        Command::State(args) => state::exec(args),
        Command::Workflow(args) => workflow::exec(args),
        Command::Session(args) => session::exec(args),
        Command::Artifact(args) => artifact::exec(args),
        Command::Info(args) => info::exec(args),
        Command::Policy(args) => policy::exec(args),
        Command::Provider(args) => provider::exec(args),
        Command::Tool(args) => tool::exec(args),
        Command::Mcp(args) => mcp::exec(args),
        Command::Guest(args) => guest::exec(args),
        Command::Template(args) => template::exec(args),
        Command::Audit(args) => audit::exec(args),
        Command::Completions(args) => completions::exec(args),
        Command::Man(args) => completions::man(args),
        Command::Schema(args) => schema::exec(args),
        Command::CompileGuest(args) => compile_guest::exec(args),
    };
    result.unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        match error.downcast_ref::<StoreError>() {
            Some(problem) => ExitCode::from(of_store(problem)),
            None if error.is::<state::Declined>() => ExitCode::FAILURE,
            None if error.is::<SetupError>() || error.is::<System>() => host_fault(),
            None => ExitCode::from(USAGE),
        }
    })
}

/// Of commands about state. What can't be done as things are is no misuse.
fn of_store(problem: &StoreError) -> u8 {
    match problem {
        StoreError::Busy { .. } | StoreError::Damaged { .. } | StoreError::Unusable { .. } => {
            Ending::StoreBusy.exit_code()
        }
        StoreError::Internal(_) => Ending::HostFault.exit_code(),
        StoreError::Invalid(_) => USAGE,
        StoreError::Conflict { .. } | StoreError::TooLarge(_) | StoreError::Quota(_) | StoreError::NotFound(_) => 1,
        StoreError::Cancelled => Ending::Cancelled.exit_code(),
    }
}

fn host_fault() -> ExitCode {
    ExitCode::from(Ending::HostFault.exit_code())
}

/// The one line about what is wrong.
fn complain(message: &str) {
    let word = if terminal::colour(&std::io::stderr()) { "\x1b[31merror:\x1b[0m" } else { "error:" };
    // A closed standard error leaves nowhere to report to.
    let _ = writeln!(std::io::stderr(), "{word} {}", terminal::one_line(message));
}

/// Help and the version as clap prints them; of its errors what is wrong and its tip, on one line.
fn misused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        if error.kind() == ErrorKind::DisplayHelp {
            help_of_spell();
        }
        return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
    }
    let text = error.to_string();
    let end = text.find("\n\nUsage:").or_else(|| text.find("\n\nFor more")).unwrap_or(text.len());
    let text = text.get(..end).unwrap_or(&text).trim_start_matches("error: ");
    let mut text = text.replace("\n\n  tip:", "; tip:");
    if error.kind() == ErrorKind::InvalidSubcommand && !text.contains("tip:") {
        let cli = Cli::command();
        // The ones of the command that was named, where that has some.
        let outer = std::env::args().nth(1).and_then(|name| cli.find_subcommand(name));
        let shown = outer.unwrap_or(&cli).get_subcommands().filter(|command| !command.is_hide_set());
        text += &format!("; known are: {}", shown.map(clap::Command::get_name).collect::<Vec<_>>().join(", "));
    }
    if let Some(mistyped) = exec::mistyped_flag(error, std::env::args()) {
        text = mistyped;
    }
    if let Some(file) = file_for_command(error) {
        text = format!("there is no command '{file}'; to run the spell: llmspell-wasm run {file}");
    }
    complain(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    ExitCode::from(USAGE)
}

/// `run FOLDER --help`: what the spell takes stands below the flags.
fn help_of_spell() {
    let mut words = std::env::args_os().skip(1);
    if words.next().is_none_or(|command| command != "run") {
        return;
    }
    let found = words.find_map(|word| manifest::Manifest::find(std::path::Path::new(&word)).transpose());
    match found {
        Some(Ok(manifest)) => drop(terminal::print(&manifest.help())),
        Some(Err(error)) => complain(&format!("{error:#}")),
        None => {}
    }
}

/// The file that was given where a command belongs.
fn file_for_command(error: &clap::Error) -> Option<String> {
    let first = std::env::args().nth(1).filter(|_| error.kind() == ErrorKind::InvalidSubcommand)?;
    let path = std::path::Path::new(&first);
    (path.is_file() || languages::of_file(path).is_ok()).then_some(first)
}

#[test]
fn verify_cli() {
    Cli::command().debug_assert();
}
