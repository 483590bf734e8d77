//! The prompt's own commands: lines that begin with a dot.

use std::path::PathBuf;

use llmspell_wasm::nearest;

/// A command.
pub enum Command {
    Load(PathBuf),
    Save(PathBuf),
    Doc(Option<String>),
    Budget,
    Agents,
    Help,
    Exit,
}

/// Names, what they take, and what they do.
const ALL: &[(&str, &str, &str)] = &[
    (".load", "FILE", "evaluate a file as if it were typed"),
    (".save", "FILE", "write the texts that succeeded to a new file"),
    (".doc", "[NAME]", "tell what a name of the script API does"),
    (".budget", "", "show what is left of limits and budgets"),
    (".agents", "", "list the agents that have a name"),
    (".help", "", "show this"),
    (".exit", "", "leave; so does Ctrl-D"),
];

/// The command that a line is, or what is wrong with it. `None`: it is none, but a text.
pub fn parse(line: &str) -> Option<Result<Command, String>> {
    let line = line.trim();
    let is_command = line.strip_prefix('.')?.starts_with(|sign: char| sign.is_ascii_alphabetic());
    is_command.then(|| read(line))
}

fn read(line: &str) -> Result<Command, String> {
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let file =
        || if rest.is_empty() { Err(format!("{name} takes a file: {name} FILE")) } else { Ok(PathBuf::from(rest)) };
    let alone = |command| if rest.is_empty() { Ok(command) } else { Err(format!("{name} takes nothing after it")) };
    match name {
        ".load" => Ok(Command::Load(file()?)),
        ".save" => Ok(Command::Save(file()?)),
        ".doc" => Ok(Command::Doc(Some(rest.to_owned()).filter(|name| !name.is_empty()))),
        ".budget" => alone(Command::Budget),
        ".agents" => alone(Command::Agents),
        ".help" => alone(Command::Help),
        ".exit" => alone(Command::Exit),
        _ => {
            let names: Vec<&str> = ALL.iter().map(|(name, ..)| *name).collect();
            Err(format!("there is no command '{name}'{}", nearest(name, &names)))
        }
    }
}

/// What `.help` shows.
pub fn help(language: &str) -> String {
    let mut shown = String::new();
    for (name, takes, does) in ALL {
        shown += &format!("  {:<14} {does}\n", format!("{name} {takes}"));
    }
    shown += "  Tab completes names. Ctrl-C stops a text, and Ctrl-C at an empty line leaves.\n";
    shown += match language {
        "lua" => "  Globals stay: x = 1. A local is gone after the text that declares it: local x = 1.\n",
        "javascript" => "  What is declared stays, and may be declared again. A value that is a promise is awaited.\n",
        _ => "",
    };
    shown
}

/// Whether what is typed next is the name of a file.
pub fn takes_file(before: &str) -> bool {
    before.starts_with(".load ") || before.starts_with(".save ")
}

/// The commands that begin so; `None` where no command is being typed.
pub fn completions(before: &str) -> Option<Vec<String>> {
    let is_command = before.starts_with('.') && !before.contains(char::is_whitespace);
    is_command
        .then(|| ALL.iter().map(|(name, ..)| (*name).to_owned()).filter(|name| name.starts_with(before)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_no_command_and_a_near_name_is_told() {
        assert!(parse(".5 + 1").is_none() && parse("x = .5").is_none() && parse("...").is_none());
        assert!(matches!(parse(" .load a b.lua "), Some(Ok(Command::Load(path))) if path.as_os_str() == "a b.lua"));
        assert!(matches!(parse(".laod x"), Some(Err(text)) if text.contains("did you mean '.load'?")));
        assert!(matches!(parse(".save"), Some(Err(text)) if text == ".save takes a file: .save FILE"));
        assert!(matches!(parse(".exit now"), Some(Err(_))));
        assert_eq!(completions(".e"), Some(vec![".exit".to_owned()]));
        assert!(completions(".load x").is_none());
    }
}
