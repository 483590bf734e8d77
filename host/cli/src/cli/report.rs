//! The message about a run that did not complete.

use llmspell_wasm::{Config, Ending, Fault, Outcome};

use super::screen::{Colour, Screen, Stream};
use super::script::Script;
use super::terminal::one_line;

/// `error: spell.lua:3: message`, the traceback, and what to do about it.
pub fn outcome(screen: &Screen, outcome: &Outcome, script: &Script, config: &Config) {
    let Some(fault) = &outcome.error else { return };
    let message = match outcome.ending {
        Ending::ScriptError | Ending::Denied | Ending::InvalidSpell => located(fault, script),
        ending => format!("{}: {}", ending.word(), fault.message),
    };
    screen.remark("error:", Colour::Red, &message);
    for line in fault.traceback.iter().flat_map(|traceback| traceback.lines()) {
        screen.show(Stream::Error, format!("  {}\n", one_line(line.trim())));
    }
    if let Some(help) = help(outcome.ending, config).or_else(|| first_steps(outcome.ending, fault, script)) {
        screen.remark("help:", Colour::Cyan, &help);
    }
}

/// `file:line:column: message`, as far as they are known. The file as the user named it.
pub fn located(fault: &Fault, script: &Script) -> String {
    let mut text = String::new();
    if let Some(file) = &fault.file {
        text.push_str(if *file == script.name { &script.shown } else { file });
        for number in [fault.line, fault.column].into_iter().map_while(|number| number) {
            text.push_str(&format!(":{number}"));
        }
        text.push_str(": ");
    }
    text + &named(fault, script).unwrap_or_else(|| fault.message.clone())
}

/// JavaScript's "not a function" does not say what is none. It is the name that stands at the place of the error.
fn named(fault: &Fault, script: &Script) -> Option<String> {
    let kind = fault.message.strip_suffix("not a function")?;
    let (Some(line), Some(column)) = (fault.line, fault.column) else { return None };
    if kind != "TypeError: " || fault.file.as_ref() != Some(&script.name) {
        return None;
    }
    let text = std::str::from_utf8(&script.bytes).ok()?.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
    let place = usize::try_from(column).ok()?.checked_sub(1)?;
    let in_name = |one: char| one.is_alphanumeric() || matches!(one, '_' | '$' | '#');
    // In the first line the interpreter counts from 0, elsewhere from 1.
    let starts = |place: &usize| text.get(*place..).is_some_and(|at| at.starts_with(in_name));
    let (before, at) = text.split_at_checked([place, place + 1].into_iter().find(starts)?)?;
    let name: String = at.chars().take_while(|one| in_name(*one)).take(LONGEST_NAME).collect();
    let owner = before.chars().rev().take_while(|one| in_name(*one) || *one == '.').take(LONGEST_NAME);
    let owner: String = owner.collect::<Vec<_>>().into_iter().rev().collect();
    // What stands before a dot may be more than names.
    let owner = if owner.starts_with('.') { "" } else { owner.as_str() };
    Some(format!("{kind}{owner}{name} is not a function"))
}

const LONGEST_NAME: usize = 60;

/// What those meet who try the command line for the first time.
fn first_steps(ending: Ending, fault: &Fault, script: &Script) -> Option<String> {
    if ending == Ending::ScriptError && fault.code == "auth" && fault.message.contains(" has no key: ") {
        return Some("with --offline a stand-in answers for every model, and no key is needed".into());
    }
    let other = (ending == Ending::InvalidSpell).then(|| script.other_language()).flatten()?;
    Some(format!("it looks like {other}: --lang {other} runs it as that"))
}

/// Messages of limits name their flag themselves.
fn help(ending: Ending, config: &Config) -> Option<String> {
    match (ending, &config.file) {
        (Ending::Denied, Some(file)) => Some(format!("[grants] in {} says what spells may use", file.display())),
        (Ending::HostFault, _) => Some("this is a fault of llmspell-wasm or of this machine, not of the spell".into()),
        _ => None,
    }
}
