//! Bounds on the tool calls of a reply, before Rig reads them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Fault;
use super::prefix::Prefix;
use super::shape::Shape;
use crate::tools::TURN_CALLS;

/// Rig tries to make sense of broken arguments, up to 256 times over: of all calls, no more than so many bytes are given
/// to it.
const BROKEN_BYTES: usize = 64 << 10;

/// Where fragments don't say which call they belong to, Rig reads all that has come of it again for each.
const READ_AGAIN_BYTES: usize = 64 << 20;

/// Arguments are parsed next, and a parsed value takes up to 100 bytes, however few it had in the text. Honest ones hold
/// far fewer values than a sixty-fourth of a reply's bytes.
const BYTES_PER_VALUE: usize = 64;

/// The tool calls of one reply, as they arrive.
#[derive(Debug, Default)]
pub struct Calls {
    values: usize,
    most_values: usize,
    texts: BTreeMap<Place, Arguments>,
    /// The place of the call that began last.
    last: Option<Place>,
    /// Those whose arguments are no text, or came whole.
    whole: usize,
    bytes: usize,
    broken: usize,
    /// How the fragments say which call they belong to: by their number, or otherwise.
    numbered: Option<bool>,
    /// They say it in two ways, so that what belongs together is not known: all of it may be broken.
    mixed: bool,
    /// A reason for the end has come.
    finished: bool,
    read_again: usize,
}

/// What has come of a call.
#[derive(Debug, Default)]
struct Arguments {
    text: Prefix,
    bytes: usize,
}

/// A fragment of an event of its own, for which Rig copies all that has come of the call: better passed on with others.
#[derive(Debug)]
pub struct Fragment {
    pub event: Event,
    pub text: String,
}

/// The fields of such an event but the fragment itself.
pub type Event = [(&'static str, Value); 3];

/// Which call a fragment belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Number(u64),
    Name(String),
    /// The call that was begun as the n-th.
    Nth(usize),
}

impl Calls {
    /// Of a reply of so many bytes at most.
    pub fn new(reply_bytes: usize) -> Calls {
        Calls { most_values: reply_bytes / BYTES_PER_VALUE, ..Calls::default() }
    }

    /// Takes a whole reply, or one frame of a stream.
    pub fn take(&mut self, text: &[u8]) -> Result<Option<Fragment>, Fault> {
        if self.finished {
            self.read_again()?;
        }
        let reply = if may_call(text) { Shape::of(text) } else { None };
        let Some(reply) = reply else { return Ok(None) };
        let kind = reply.text(&["type"]).unwrap_or_default();
        match kind {
            "response.output_item.added" => self.item(&reply, true)?,
            "response.output_item.done" => self.item(&reply, false)?,
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                let text = reply.text(&["delta"]).unwrap_or_default();
                if kind == "response.function_call_arguments.delta" {
                    self.numbered(&reply, Some(text))?;
                }
                let (number, name) = (reply.number("output_index"), reply.text(&["item_id"]));
                let event = [("type", kind.into()), ("output_index", number.into()), ("item_id", name.into())];
                return Ok(Some(Fragment { event, text: text.to_owned() }));
            }
            "response.function_call_arguments.done" => self.check(reply.text(&["arguments"]))?,
            "content_block_start" if reply.text(&["content_block", "type"]) == Some("tool_use") => {
                self.numbered(&reply, None)?;
            }
            "content_block_delta" => {
                if let fragment @ Some(_) = reply.text(&["delta", "partial_json"]) {
                    self.numbered(&reply, fragment)?;
                }
            }
            "tool-call-start" | "tool-call-delta" => {
                self.numbered(&reply, reply.text(&["delta", "message", "tool_calls", "function", "arguments"]))?;
            }
            _ => {
                let choices = reply.list(&["choices"]);
                for call in choices.iter().flat_map(|choice| choice.list(&["delta", "tool_calls"])) {
                    self.fragment(call)?;
                }
                self.finished |= choices.iter().any(|choice| choice.text(&["finish_reason"]).is_some());
                let messages = choices.iter().flat_map(|choice| choice.list(&["message", "tool_calls"]));
                for call in messages.chain(reply.list(&["message", "tool_calls"])) {
                    self.whole(call.text(&["function", "arguments"]))?;
                }
                let parts = reply.list(&["candidates"]).iter().flat_map(|one| one.list(&["content", "parts"]));
                for _ in parts.filter(|part| part.at(&["functionCall"]).is_some()) {
                    self.whole(None)?;
                }
                for _ in reply.list(&["content"]).iter().filter(|part| part.text(&["type"]) == Some("tool_use")) {
                    self.whole(None)?;
                }
                let items = reply.list(&["output"]).iter().filter(|item| item.text(&["type"]) == Some("function_call"));
                items.into_iter().try_for_each(|item| self.whole(item.text(&["arguments"])))?;
                // The same calls once more, at the end of a stream.
                reply
                    .list(&["response", "output"])
                    .iter()
                    .try_for_each(|item| self.check(item.text(&["arguments"])))?;
            }
        }
        Ok(None)
    }

    fn item(&mut self, event: &Shape<'_>, begins: bool) -> Result<(), Fault> {
        let Some(item) = event.at(&["item"]).filter(|item| item.text(&["type"]) == Some("function_call")) else {
            return Ok(());
        };
        match begins {
            true => self.numbered(event, item.text(&["arguments"])),
            false => {
                self.numbered(event, None)?;
                self.check(item.text(&["arguments"]))
            }
        }
    }

    /// A fragment of an event, which names its place.
    fn numbered(&mut self, event: &Shape<'_>, text: Option<&str>) -> Result<(), Fault> {
        let number = event.number("output_index").or_else(|| event.number("index"));
        let place = match number {
            Some(number) => Place::Number(number),
            None => Place::Name(event.text(&["item_id"]).unwrap_or_default().to_owned()),
        };
        self.push(place, number.is_some(), text.unwrap_or_default())
    }

    /// A fragment of a chat, which may say nothing of its place: then it goes on with the last call, if that is not whole.
    fn fragment(&mut self, call: &Shape<'_>) -> Result<(), Fault> {
        let (text, id) = (call.text(&["function", "arguments"]).unwrap_or_default(), call.text(&["id"]));
        if let Some(number) = call.number("index") {
            return self.push(Place::Number(number), true, text);
        }
        self.read_again()?;
        let goes_on =
            |place: &&Place| text.is_empty() || self.texts.get(*place).is_none_or(|call| !call.text.is_whole());
        let place = match id.filter(|id| !id.is_empty()) {
            Some(id) => Place::Name(id.to_owned()),
            None => self.last.as_ref().filter(goes_on).cloned().unwrap_or(Place::Nth(self.texts.len())),
        };
        self.push(place, false, text)
    }

    fn push(&mut self, place: Place, numbered: bool, text: &str) -> Result<(), Fault> {
        self.mixed |= *self.numbered.get_or_insert(numbered) != numbered;
        if !self.texts.contains_key(&place) {
            self.last = Some(place.clone());
        }
        let call = self.texts.entry(place).or_default();
        let (was_broken, values) = (call.text.is_broken(), call.text.values());
        call.text.push(text);
        self.values += call.text.values() - values;
        (call.bytes, self.bytes) = (call.bytes + text.len(), self.bytes + text.len());
        self.broken += match (was_broken, call.text.is_broken()) {
            (true, _) => text.len(),
            (false, true) => call.bytes,
            (false, false) => 0,
        };
        if self.mixed {
            self.broken = self.broken.max(self.bytes);
        }
        let is_deep = call.text.is_deep();
        self.fit(is_deep)
    }

    /// A call that came at once.
    fn whole(&mut self, text: Option<&str>) -> Result<(), Fault> {
        self.whole += 1;
        self.check(text)
    }

    /// Arguments that are no fragment.
    fn check(&mut self, text: Option<&str>) -> Result<(), Fault> {
        let text = text.unwrap_or_default();
        let mut arguments = Prefix::default();
        arguments.push(text);
        self.values += arguments.values();
        if arguments.is_broken() {
            self.broken = self.broken.saturating_add(text.len());
        }
        self.fit(arguments.is_deep())
    }

    fn read_again(&mut self) -> Result<(), Fault> {
        self.read_again = self.read_again.saturating_add(self.bytes);
        self.fit(false)
    }

    fn fit(&self, is_deep: bool) -> Result<(), Fault> {
        let calls = self.whole + self.texts.len();
        if is_deep {
            return Err(Fault::DeepArguments);
        }
        if self.broken > BROKEN_BYTES {
            return Err(Fault::BrokenArguments { limit: BROKEN_BYTES });
        }
        if self.values > self.most_values {
            return Err(Fault::TooManyValues { limit: self.most_values });
        }
        if self.read_again > READ_AGAIN_BYTES {
            return Err(Fault::ScatteredArguments);
        }
        if calls > TURN_CALLS {
            return Err(Fault::TooManyCalls { limit: TURN_CALLS });
        }
        Ok(())
    }
}

/// Whether a text can hold a call, or the end of a stream's: by the names of fields, which may be written with escapes.
fn may_call(text: &[u8]) -> bool {
    const NAMES: [&str; 6] = ["arguments", "partial_json", "tool_calls", "functionCall", "_call_", "tool_use"];
    let holds = |name: &str| memchr::memmem::find(text, name.as_bytes()).is_some();
    NAMES.into_iter().any(holds) || holds("\\u") || (holds("finish_reason") && holds("delta"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn delta(call: Value) -> String {
        json!({"choices": [{"delta": {"tool_calls": [call]}}]}).to_string()
    }

    /// What a reply of these frames ends with.
    fn fault(frames: impl IntoIterator<Item = String>) -> Option<String> {
        let mut calls = Calls::new(8 << 20);
        frames.into_iter().find_map(|frame| calls.take(frame.as_bytes()).err()).map(|fault| fault.to_string())
    }

    /// Each way in which arguments come as text: whole, or in two pieces.
    fn ways(text: &str) -> Vec<Vec<String>> {
        let (start, end) = text.split_at(text.len() / 2);
        let function = |text: &str| json!({"name": "f", "arguments": text});
        let item = |text: &str| json!({"type": "function_call", "arguments": text});
        let all = |list: Vec<Value>| list.into_iter().map(|value| value.to_string()).collect::<Vec<_>>();
        vec![
            all(vec![json!({"choices": [{"message": {"tool_calls": [{"function": function(text)}]}}]})]),
            all(vec![json!({"message": {"tool_calls": [{"function": function(text)}]}})]),
            all(vec![json!({"output": [item(text)]})]),
            all(vec![json!({"type": "response.completed", "response": {"output": [item(text)]}})]),
            all(vec![json!({"type": "response.output_item.done", "output_index": 0, "item": item(text)})]),
            all(vec![json!({"type": "response.function_call_arguments.done", "arguments": text})]),
            [start, end].map(|text| delta(json!({"index": 0, "function": function(text)}))).to_vec(),
            [start, end].map(|text| delta(json!({"id": "a", "function": function(text)}))).to_vec(),
            [start, end].map(|text| delta(json!({"function": function(text)}))).to_vec(),
            all(vec![
                json!({"type": "response.output_item.added", "output_index": 0, "item": item(start)}),
                json!({"type": "response.function_call_arguments.delta", "output_index": 0, "delta": end}),
            ]),
            all([start, end]
                .map(|text| {
                    json!({"type": "content_block_delta", "index": 0, "delta":
                        {"type": "input_json_delta", "partial_json": text}})
                })
                .to_vec()),
            all([("tool-call-start", start), ("tool-call-delta", end)]
                .map(|(kind, text)| {
                    json!({"type": kind, "index": 0, "delta": {"message": {"tool_calls": {"function": function(text)}}}})
                })
                .to_vec()),
        ]
    }

    #[test]
    fn broken_arguments_are_bounded_and_others_are_not() {
        let fits = format!("{{\"a\":\"{}\",!}}", "x".repeat(BROKEN_BYTES - 10));
        let whole = json!({ "a": "x".repeat(2 * BROKEN_BYTES) }).to_string();
        let cut_off = whole.trim_end_matches('}').to_owned();
        let broken = format!("{fits} ");
        for (text, wanted) in [(fits, false), (whole, false), (cut_off, false), (broken, true)] {
            for way in ways(&text) {
                let shown = way[0][..100.min(way[0].len())].to_owned();
                let fault = fault(way);
                assert_eq!(fault.is_some(), wanted, "{fault:?} {shown}");
                assert!(fault.is_none_or(|fault| fault.contains("are no JSON, and over 65536 bytes")));
            }
        }
    }

    #[test]
    fn deep_arguments_are_refused_and_what_only_looks_so_is_not() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        let written = json!({ "code": nested(10_000) }).to_string();
        for (text, wanted) in [(nested(127), false), (nested(128), true), (written, false)] {
            for way in ways(&text) {
                assert_eq!(fault(way).is_some(), wanted, "{}", &text[..20]);
            }
        }
        assert!(fault([json!({"choices": [{"message": {"content": nested(10_000)}}]}).to_string()]).is_none());
    }

    #[test]
    fn names_may_be_written_with_escapes() {
        let frame = delta(json!({"index": 0, "function": {"arguments": "[".repeat(200)}}));
        assert!(
            fault([frame.replace("arguments", "argument\\u0073").replace("tool_calls", "tool\\u005fcalls")]).is_some()
        );
    }

    #[test]
    fn a_turn_has_so_many_calls_however_they_come() {
        let one = |n: usize| delta(json!({"index": n, "function": {"name": "f"}}));
        assert!(fault((0..TURN_CALLS).map(one)).is_none() && fault((0..=TURN_CALLS).map(one)).is_some());
        let part = json!({"functionCall": {"name": "f", "args": {}}});
        let gemini = |count| json!({"candidates": [{"content": {"parts": vec![part.clone(); count]}}]}).to_string();
        assert!(fault([gemini(64), gemini(64)]).is_none() && fault([gemini(64), gemini(65)]).is_some());
        let block = |n| json!({"type": "content_block_start", "index": n, "content_block": {"type": "tool_use"}});
        assert!(fault((0..=TURN_CALLS).map(|n| block(n).to_string())).is_some());
        let whole = json!({"content": vec![json!({"type": "tool_use", "input": {}}); TURN_CALLS + 1]}).to_string();
        assert!(fault([whole]).is_some());
    }

    #[test]
    fn values_in_all_arguments_are_bounded_and_others_are_not() {
        let list = format!("{{\"a\": [{}0]}}", "0,".repeat((8 << 20) / BYTES_PER_VALUE));
        assert!(ways(&list).into_iter().all(|way| fault(way).unwrap().contains("over 131072 JSON values")));
        let half = format!("[{}0]", "0,".repeat((8 << 20) / BYTES_PER_VALUE / 2));
        let piece = |n| delta(json!({"index": n, "function": {"arguments": half}}));
        assert!(fault([piece(0)]).is_none() && fault([piece(0), piece(1)]).is_some());
        assert!(fault([json!({"choices": [{"message": {"content": list, "tool_calls": []}}]}).to_string()]).is_none());
    }

    #[test]
    fn what_rig_reads_again_for_each_fragment_is_counted() {
        let first = || delta(json!({"function": {"arguments": format!("{{\"a\":\"{}", "x".repeat(1 << 20))}}));
        let next = |call: Value| std::iter::repeat_n(delta(call), 70);
        let scattered = next(json!({"function": {"arguments": "x"}}));
        assert!(fault([first()].into_iter().chain(scattered)).unwrap().contains("in too many pieces"));
        let first = first().replace("\"function\"", "\"index\":0,\"function\"");
        let numbered = || next(json!({"index": 0, "function": {"arguments": "x"}}));
        assert!(fault([first.clone()].into_iter().chain(numbered())).is_none());
        let end = json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}).to_string();
        assert!(fault([first, end].into_iter().chain(numbered())).is_some());
    }

    #[test]
    fn what_belongs_together_is_not_hidden_by_two_ways_to_say_so() {
        let start = delta(
            json!({"index": 0, "id": "a", "function": {"arguments": "{\"a\":\"".to_owned() + &"x".repeat(BROKEN_BYTES)}}),
        );
        let end = delta(json!({"id": "a", "function": {"arguments": "\"!"}}));
        assert!(fault([start, end]).is_some());
    }
}
