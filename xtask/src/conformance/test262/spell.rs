//! From a test to a spell.
//!
//! A test is the spell's main chunk where it can be, so that our changes to it are played as well; the harness goes
//! before it, through indirect eval, on the first line: lines stay what they are. A main chunk of ours may use `await`,
//! `return`, `import` and `export`, and has something before the test's own directives: what looks as if that mattered
//! goes through indirect eval instead, which is the plain language.

use super::super::player::Spell;
use super::front_matter::{FrontMatter, Phase};

pub const ENDED: &str = "Test262:MainChunkEnded";
/// Before what went wrong, which begins with the name of the error's constructor.
pub const THREW: &str = "Test262:Threw ";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    Raw,
    Sloppy,
    Strict,
}

impl Mode {
    pub fn of(front: &FrontMatter) -> &'static [Mode] {
        match front {
            _ if front.has_flag("raw") => &[Mode::Raw],
            _ if front.has_flag("onlyStrict") => &[Mode::Strict],
            _ if front.has_flag("noStrict") => &[Mode::Sloppy],
            _ => &[Mode::Sloppy, Mode::Strict],
        }
    }
}

pub struct TestSpell {
    pub spell: Spell,
    pub marks_its_end: bool,
}

pub fn make(test: &str, front: &FrontMatter, mode: Mode, harness: &str) -> TestSpell {
    let directive = if mode == Mode::Strict { "\"use strict\"; " } else { "" };
    let harness = format!("(0, eval)({});", literal(harness));
    let evaluated = needs_eval(test, front, mode);
    let text = if evaluated {
        format!(
            "{harness} try {{ (0, eval)({}); print('{ENDED}'); }} catch (error) {{ print('{THREW}' + \
             (error && error.constructor ? error.constructor.name + ': ' + error.message : String(error))); }}\n",
            literal(&format!("{directive}{test}"))
        )
    } else if front.negative.is_some() {
        // Nothing may follow: it could make a whole statement of half of one.
        format!("{directive}{harness} {test}")
    } else {
        format!("{directive}{harness} {test}\n;print('{ENDED}');\n")
    };
    let spell = Spell { name: "test.js".to_owned(), text: text.into_bytes(), companions: Vec::new() };
    TestSpell { spell, marks_its_end: evaluated || front.negative.is_none() }
}

fn needs_eval(test: &str, front: &FrontMatter, mode: Mode) -> bool {
    let code = test.split_once("---*/").map_or(test, |(_, code)| code);
    let fails_at = front.negative.as_ref().map(|negative| negative.phase);
    // A thrown value has no constructor's name in the outcome.
    mode == Mode::Raw
        || fails_at == Some(Phase::Runtime)
        || ["await", "import", "export"].iter().any(|word| code.contains(word))
        || (mode == Mode::Sloppy && code.contains("use strict"))
        || (fails_at == Some(Phase::Parse) && code.contains("return"))
}

/// JSON's texts are JavaScript's.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
