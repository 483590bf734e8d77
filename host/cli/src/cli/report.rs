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
    if let Some(help) = help(outcome.ending, config) {
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
    text + &fault.message
}

/// Messages of limits name their flag themselves.
fn help(ending: Ending, config: &Config) -> Option<String> {
    match (ending, &config.file) {
        (Ending::Denied, Some(file)) => Some(format!("[grants] in {} says what spells may use", file.display())),
        (Ending::HostFault, _) => Some("this is a fault of llmspell-wasm or of this machine, not of the spell".into()),
        _ => None,
    }
}
