//! The templates that the binary carries: spells of ours for common work.

use std::process::ExitCode;

use anyhow::{Context, anyhow};
use llmspell_wasm::{carried_text, nearest};
use serde_json::Value;

use super::play::{Flags, Format, Play};
use super::script::Script;
use super::terminal;

/// List the templates, spells for common work that the binary carries, show one, or run one
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    List(ListArgs),
    Info(InfoArgs),
    Exec(Box<ExecArgs>),
}

/// List the templates
#[derive(clap::Args)]
struct ListArgs {
    /// Only those of this category
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// Show what a template does and takes
#[derive(clap::Args)]
struct InfoArgs {
    /// Its id
    name: String,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// Run a template as a spell: its parameters are those of --param, one that takes a list may be a JSON list
#[derive(clap::Args)]
struct ExecArgs {
    /// Its id
    name: String,
    #[command(flatten)]
    flags: Flags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(&args),
        Command::Info(args) => info(&args),
        Command::Exec(args) => execute(*args),
    }
}

fn all() -> anyhow::Result<Vec<Value>> {
    serde_json::from_str(carried_text("llmspell:templates/list.json").unwrap_or_default())
        .context("the binary's templates")
}

fn field<'a>(template: &'a Value, name: &str) -> &'a str {
    template.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    let mut all = all()?;
    if let Some(category) = &args.category {
        let names: Vec<String> = all.iter().map(|one| field(one, "category").to_owned()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        all.retain(|one| field(one, "category") == category);
        if all.is_empty() {
            return Err(anyhow!("there is no category '{category}'{}", nearest(category, &names)));
        }
    }
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&Value::Array(all)) + "\n",
        Format::Text => {
            let wide = all.iter().map(|one| field(one, "id").len()).max().unwrap_or_default();
            all.iter().map(|one| format!("{:<wide$}  {}\n", field(one, "id"), field(one, "description"))).collect()
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn find(name: &str) -> anyhow::Result<Value> {
    let all = all()?;
    let names: Vec<String> = all.iter().map(|one| field(one, "id").to_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let hint = || anyhow!("there is no template '{name}'{}", nearest(name, &names));
    all.iter().find(|one| field(one, "id") == name).cloned().ok_or_else(hint)
}

fn info(args: &InfoArgs) -> anyhow::Result<ExitCode> {
    let template = find(&args.name)?;
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&template) + "\n",
        Format::Text => show(&template),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn show(template: &Value) -> String {
    let texts = |name: &str, of: &Value| -> Vec<String> {
        let list = of.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
    };
    let none = Value::Null;
    let parameters = template.get("parameters").unwrap_or(&none);
    let required = texts("required", parameters);
    let properties = parameters.get("properties").and_then(Value::as_object);
    let line = |(name, about): (&String, &Value)| {
        let mut more = vec![field(about, "type").to_owned()];
        more.extend(required.contains(name).then(|| "required".to_owned()));
        more.extend(about.get("default").map(|value| format!("default {value}")));
        let names = texts("enum", about).join(", ");
        more.extend((!names.is_empty()).then_some(names));
        format!("  {name:<12} {} ({})\n", field(about, "description"), more.join("; "))
    };
    format!(
        "{}: {}\n\ncategory  {}\nneeds     {}\n\nparameters\n{}",
        field(template, "id"),
        field(template, "description"),
        field(template, "category"),
        texts("requires", template).join(", "),
        properties.into_iter().flatten().map(line).collect::<String>()
    )
}

/// What the command line gives as a text may be a list.
const EXECUTE: &str = "local given = {} \
    local properties = Template.schema(params.template).properties \
    for name, value in pairs(JSON.decode(params.given)) do \
        local about = properties[name] \
        if about and about.type == 'array' and value:find('^%s*%[') then value = JSON.decode(value) end \
        given[name] = value \
    end \
    local done = Template.execute(params.template, given) \
    return done.result";

fn execute(mut args: ExecArgs) -> anyhow::Result<ExitCode> {
    let template = find(&args.name)?;
    let mut given = serde_json::Map::new();
    for (name, value) in std::mem::take(&mut args.flags.parameters) {
        anyhow::ensure!(!given.contains_key(&name), "--param {name} is given twice");
        given.insert(name, value.into());
    }
    let given = Value::Object(given).to_string();
    args.flags
        .parameters
        .extend([("template".to_owned(), field(&template, "id").to_owned()), ("given".to_owned(), given)]);
    let play = Play::prepare(args.flags)?;
    play.run(Script::inline("lua", "template", EXECUTE))
}
