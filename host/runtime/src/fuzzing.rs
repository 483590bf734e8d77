//! Ways in for the fuzzers of `fuzz/`: to parsers that only the host itself calls. No API, and free to change.

use serde_json::Value;

use llmspell_capability_tool::schema::Schema;
use llmspell_kernel::event;
use llmspell_kernel::hook::{Answer, Pattern};

/// Whether an event's pattern covers a name; `None` where one of the two is refused.
pub fn event_matches(pattern: &str, name: &str) -> Option<bool> {
    event::check_name(name).ok()?;
    Some(event::Pattern::parse(pattern).ok()?.matches(name))
}

/// What a hook's result is taken for, or what is wrong with it.
pub fn hook_answer(result: Value) -> Result<&'static str, String> {
    Answer::read(result).map(|answer| answer.word())
}

/// Whether a point of hooks is one.
pub fn is_hook_point(text: &str) -> bool {
    Pattern::parse(text).is_ok()
}

/// Whether a value fits an untrusted schema; `None` where the schema is refused.
pub fn fits(schema: Value, value: &Value) -> Option<bool> {
    Some(Schema::of(schema, "the schema").ok()?.check(value).is_ok())
}
