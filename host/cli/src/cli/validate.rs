use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use llmspell_script_api::{Language, Table, unknown_members};
use llmspell_wasm::api::cli::{Remark, Validated};
use llmspell_wasm::policy::{self, PolicyError, misspelt};
use llmspell_wasm::{CancellationToken, Config, Ending, Fault, Limits, Runtime, Spell, file};
use serde_json::json;

use super::flags::ConfigFlag;
use super::play::Format;
use super::script::Script;
use super::{System, USAGE, languages, signals, terminal};

/// Check the syntax of spells and of the policies that they request, without running them
///
/// Silent if all is well.
#[derive(clap::Args)]
pub struct Args {
    /// The spells; - is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The spells' language, where the files' extensions do not tell it
    #[arg(long, alias = "language", value_name = "NAME", value_parser = languages::parse)]
    lang: Option<String>,
    /// A line for each mistake, or one JSON document about all files
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    config: ConfigFlag,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(config) = args.config.config.as_deref().filter(|config| file::is_pipe(config)) {
        bail!("--config {}: it is no plain file; give the path of a configuration file", config.display());
    }
    let config = args.config.load()?;
    signals::run(async |cancel| validate(&args, config, cancel).await).map_err(System)?
}

async fn validate(args: &Args, mut config: Config, cancel: &CancellationToken) -> anyhow::Result<ExitCode> {
    let named = args.files.iter().filter_map(|file| args.lang.clone().or_else(|| languages::of_file(file).ok()));
    // Languages without a guest, and why: spells in others are still looked at.
    let mut unusable = BTreeMap::new();
    for language in named.collect::<BTreeSet<String>>() {
        if let Err(why) = languages::provide(&mut config, &language, cancel, &terminal::tell).await {
            unusable.insert(language, why);
        }
    }
    let runtime = Runtime::new(config)?;
    let (mut code, mut seen) = (0, Vec::new());
    for file in &args.files {
        let (shown, found) = match Script::read_plain(file, args.lang.as_deref()) {
            // The others are still looked at.
            Err(error) => {
                let problem = format!("{error:#}");
                if args.output == Format::Text {
                    super::complain(&problem);
                }
                code = USAGE;
                (file.display().to_string(), vec![Found::of_file(problem)])
            }
            Ok(script) if unusable.contains_key(&script.language) => {
                let Some((ending, problem)) = unusable.get(&script.language) else { continue };
                let problem = format!("{}: {problem}", ending.word());
                if args.output == Format::Text {
                    super::complain(&format!("{}: {problem}", script.shown));
                }
                if code != USAGE {
                    code = ending.exit_code();
                }
                (script.shown, vec![Found::of_file(problem)])
            }
            Ok(script) => {
                let looked = tokio::select! {
                    biased;
                    () = cancel.cancelled() => Err((Ending::Cancelled, "the check was cancelled".into())),
                    looked = look(&runtime, &script) => looked,
                };
                let found = match looked {
                    Ok(found) => found,
                    // No verdict on this file, and none on those to come.
                    Err((ending, problem)) => {
                        super::complain(&format!("{}: {}: {problem}", script.shown, ending.word()));
                        return Ok(ExitCode::from(ending.exit_code()));
                    }
                };
                if args.output == Format::Text {
                    // The line that editors understand, without a word before it.
                    found.iter().for_each(|one| terminal::tell(&one.to_string()));
                }
                if code == 0 && found.iter().any(|one| one.is_error) {
                    code = Ending::InvalidSpell.exit_code();
                }
                (script.shown, found)
            }
        };
        let ok = !found.iter().any(|one| one.is_error);
        let (errors, remarks): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.is_error);
        let of = |all: Vec<Found>| all.into_iter().map(|one| one.what).collect();
        seen.push(Validated { file: shown, ok, errors: of(errors), remarks: of(remarks) });
    }
    if args.output == Format::Json {
        terminal::print(&(terminal::pretty(&json!(seen)) + "\n"))?;
    }
    Ok(ExitCode::from(code))
}

/// What is wrong with a spell, and where; or what is odd about it.
struct Found {
    what: Remark,
    is_error: bool,
}

/// Everything that there is to say about a spell, or why there is no verdict.
async fn look(runtime: &Runtime, script: &Script) -> Result<Vec<Found>, (Ending, String)> {
    let text = match script.text() {
        Ok(text) => text,
        Err(fault) => return Ok(vec![Found::of_fault(*fault, script)]),
    };
    let mut found: Vec<Found> =
        misspelt(&script.language, text).into_iter().map(|remark| Found::of_remark(remark, script)).collect();
    found.extend(script.idle().iter().map(|line| Found { is_error: false, ..Found::of_file(line.clone()) }));
    found.extend(Found::of_names(script, text));
    if let Err(PolicyError { file, line, column, problem }) = script.requested(text) {
        let number = |number: usize| Some(number).filter(|number| *number > 0);
        found.push(Found::error(Remark { file: Some(file), line: number(line), column: number(column), problem }));
    }
    let spell = Spell::new(&script.language, &script.name, text);
    let outcome = runtime.check(spell, Limits::default()).await;
    match (outcome.error, outcome.ending) {
        (None, _) => {}
        (Some(fault), Ending::InvalidSpell) => found.push(Found::of_fault(fault, script)),
        (Some(fault), ending) => return Err((ending, fault.message)),
    }
    Ok(found)
}

impl Found {
    fn error(what: Remark) -> Found {
        Found { what, is_error: true }
    }

    fn of_file(problem: String) -> Found {
        Found::error(Remark { file: None, line: None, column: None, problem })
    }

    fn of_fault(fault: Fault, script: &Script) -> Found {
        let file = fault.file.map(|file| if file == script.name { script.shown.clone() } else { file });
        let number = |number: Option<u32>| number.map(|number| number as usize);
        let (line, column) = (number(fault.line), number(fault.column));
        Found::error(Remark { file, line, column, problem: fault.message })
    }

    /// Of names of the script API that there are not.
    fn of_names(script: &Script, text: &str) -> Vec<Found> {
        let language = [Language::Lua, Language::JavaScript].into_iter().find(|one| one.word() == script.language);
        let table = Table::load().ok();
        let (Some(language), Some(table)) = (language, table) else { return Vec::new() };
        let remarks = unknown_members(&table, language, text).into_iter();
        let found = remarks.map(|one| Found {
            what: Remark {
                file: Some(script.shown.clone()),
                line: Some(one.line),
                column: Some(one.column),
                problem: one.what,
            },
            is_error: false,
        });
        found.collect()
    }

    fn of_remark(remark: policy::Remark, script: &Script) -> Found {
        let (file, line) = (Some(script.shown.clone()), Some(remark.line));
        Found { what: Remark { file, line, column: None, problem: remark.what }, is_error: false }
    }
}

/// `file:line:column: problem`, as far as they are known.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Remark { file, line, column, problem } = &self.what;
        if let Some(file) = file {
            f.write_str(file)?;
            for number in [*line, *column].into_iter().map_while(|number| number) {
                write!(f, ":{number}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(problem)
    }
}
