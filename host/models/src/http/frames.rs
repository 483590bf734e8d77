//! The frames of a stream, each checked and passed on by itself.

use std::collections::VecDeque;

use bytes::Bytes;
use memchr::{memchr, memchr2};
use serde_json::{Map, Value};

use super::Fault;
use super::calls::{Calls, Event, Fragment};
use super::received::check_part;
use crate::said::said_in;

/// Fragments wait for each other until there is so much, or an eighth of what has come before.
const FRAGMENT_BYTES: usize = 256;

/// Finds the frames in what arrives. Rig splits it once more, and moves all that is behind a line for each line: so it
/// gets one frame at a time, and nothing of what means nothing.
pub struct Frames {
    /// Server-sent events; else each line is a frame.
    events: bool,
    line: Vec<u8>,
    /// The data of the event that has begun, and whether it has any.
    data: Vec<u8>,
    has_data: bool,
    /// Whether the event that has begun is named as an error.
    is_error: bool,
    /// The last line ended with "\r", which "\n" may belong to.
    returned: bool,
    begun: bool,
    limit: usize,
    calls: Calls,
    held: Option<Fragment>,
    /// How much of a call's arguments was passed on.
    passed: usize,
    passed_of: Option<Event>,
    ready: VecDeque<Bytes>,
}

impl Frames {
    /// `limit`: the most bytes of one frame.
    pub fn new(events: bool, limit: usize) -> Frames {
        Frames {
            events,
            line: Vec::new(),
            data: Vec::new(),
            has_data: false,
            is_error: false,
            returned: false,
            begun: false,
            limit,
            calls: Calls::new(limit),
            held: None,
            passed: 0,
            passed_of: None,
            ready: VecDeque::new(),
        }
    }

    /// Takes what has arrived.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = if self.events { memchr2(b'\n', b'\r', rest) } else { memchr(b'\n', rest) };
            let (piece, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            rest = after;
            let followed = std::mem::take(&mut self.returned);
            if followed && piece == b"\n" {
                continue;
            }
            if self.pending() + piece.len() > self.limit {
                return Err(Fault::LongLine { limit: self.limit });
            }
            self.line.extend_from_slice(piece);
            if let Some(end @ (b'\n' | b'\r')) = piece.last()
                && (*end == b'\n' || self.events)
            {
                self.returned = *end == b'\r';
                self.line.pop();
                self.take_line()?;
            }
        }
        Ok(())
    }

    /// How much of a frame has come that is not complete.
    pub fn pending(&self) -> usize {
        self.line.len() + self.data.len()
    }

    /// The next frame that is complete.
    pub fn next(&mut self) -> Option<Bytes> {
        self.ready.pop_front()
    }

    /// Takes what was not ended. An event without an end is none, unless it is an error.
    pub fn end(&mut self) -> Result<(), Fault> {
        self.take_line()?;
        if self.has_data {
            let data = std::mem::take(&mut self.data);
            check_part(self.check_name(&data)?)?;
        }
        self.let_go();
        Ok(())
    }

    fn take_line(&mut self) -> Result<(), Fault> {
        // Lines of nothing may come by the million.
        if self.line.is_empty() && !self.has_data {
            self.is_error = false;
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        // The mark that a text may begin with.
        let mark = if self.begun { None } else { line.strip_prefix(b"\xef\xbb\xbf") };
        self.begun = true;
        let text = mark.unwrap_or(&line);
        let taken = match (self.events, text) {
            (false, _) => self.take_frame(text.trim_ascii()),
            (true, []) => {
                self.has_data = false;
                let data = std::mem::take(&mut self.data);
                self.check_name(&data).and_then(|data| self.take_frame(data.trim_ascii()))
            }
            (true, _) => {
                self.take_field(text);
                Ok(())
            }
        };
        self.line = line;
        self.line.clear();
        taken
    }

    fn take_field(&mut self, text: &[u8]) {
        if let Some(name) = text.strip_prefix(b"event:") {
            self.is_error = name.trim_ascii() == b"error";
        } else if let Some(data) = text.strip_prefix(b"data") {
            self.take_data(data);
        } else if let Some(data) = text.strip_prefix(b"error:") {
            // No field of events, but llama.cpp's server had it for errors.
            self.is_error = true;
            self.take_data(&[b":", data].concat());
        } else if text.starts_with(b"{") {
            // A JSON text without an event around it: that of an error, mostly.
            self.take_data(&[b":", text].concat());
        }
    }

    /// Refuses what an event holds that is named as an error, in whatever form.
    fn check_name<'a>(&mut self, data: &'a [u8]) -> Result<&'a [u8], Fault> {
        if std::mem::take(&mut self.is_error) && !data.trim_ascii().is_empty() {
            return Err(Fault::Said { said: said_in(&String::from_utf8_lossy(data)) });
        }
        Ok(data)
    }

    fn take_data(&mut self, field: &[u8]) {
        let data = match field {
            [] => field,
            [b':', data @ ..] => data.strip_prefix(b" ").unwrap_or(data),
            // A field with a longer name.
            _ => return,
        };
        // Between the lines of a JSON text, a blank is as good as a break.
        if self.has_data {
            self.data.push(b' ');
        }
        self.data.extend_from_slice(data);
        self.has_data = true;
    }

    fn take_frame(&mut self, frame: &[u8]) -> Result<(), Fault> {
        if frame.is_empty() {
            return Ok(());
        }
        let mended = check_part(frame)?;
        let frame = mended.as_deref().unwrap_or(frame);
        let Some(fragment) = self.calls.take(frame)? else {
            self.let_go();
            self.pass(frame);
            return Ok(());
        };
        match &mut self.held {
            Some(held) if held.event == fragment.event => held.text.push_str(&fragment.text),
            _ => {
                self.let_go();
                if self.passed_of.as_ref() != Some(&fragment.event) {
                    (self.passed, self.passed_of) = (0, Some(fragment.event.clone()));
                }
                self.held = Some(fragment);
            }
        }
        if self.held.as_ref().is_some_and(|held| held.text.len() >= FRAGMENT_BYTES.max(self.passed / 8)) {
            self.let_go();
        }
        Ok(())
    }

    /// Passes the fragments on that were waiting.
    fn let_go(&mut self) {
        let Some(Fragment { event, text }) = self.held.take() else { return };
        self.passed += text.len();
        let fields = event.into_iter().filter(|(_, value)| !value.is_null());
        let mut fields: Map<String, Value> = fields.map(|(name, value)| (name.to_owned(), value)).collect();
        fields.insert("delta".to_owned(), text.into());
        self.pass(Value::Object(fields).to_string().as_bytes());
    }

    fn pass(&mut self, frame: &[u8]) {
        let parts: [&[u8]; 3] = if self.events { [b"data: ", frame, b"\n\n"] } else { [b"", frame, b"\n"] };
        self.ready.push_back(parts.concat().into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(events: bool, text: &str, size: usize) -> Vec<String> {
        let mut frames = Frames::new(events, 1 << 20);
        text.as_bytes().chunks(size).for_each(|piece| frames.take(piece).unwrap());
        frames.end().unwrap();
        std::iter::from_fn(|| frames.next()).map(|frame| String::from_utf8(frame.to_vec()).unwrap()).collect()
    }

    #[test]
    fn each_frame_comes_by_itself_however_it_arrived() {
        let text = "\u{feff}event: a\r\ndata: {\"object\":\"chat.completion\",\"choices\":[]}\r\n\r\n: ping\n\n\n\r\rdata:{\"a\":\n\
                    data: 1}\nid: 7\n\ndatum: x\n\ndata\n\ndata: [DONE]\n\ndata: {\"cut";
        let wanted = [
            "data: {\"object\":\"chat.completion.chunk\",\"choices\":[]}\n\n",
            "data: {\"a\": 1}\n\n",
            "data: [DONE]\n\n",
        ];
        for size in [1, 2, 3, 7, text.len()] {
            assert_eq!(passed(true, text, size), wanted, "{size}");
            assert_eq!(passed(false, "{\"a\":1}\r\n\n \n{\"b\":2}", size), ["{\"a\":1}\n", "{\"b\":2}\n"], "{size}");
        }
    }

    #[test]
    fn an_error_is_one_even_without_its_end() {
        let mut frames = Frames::new(true, 1 << 10);
        frames.take(b"data: {\"error\": \"engine died\"}").unwrap();
        assert_eq!(frames.end().unwrap_err().to_string(), "engine died");
    }

    #[test]
    fn an_error_is_one_whatever_its_form() {
        for text in [
            "event: error\ndata: engine died\n\n",
            "event: error\ndata: {\"message\": \"engine died\"}\n\n",
            "error: {\"code\": 500, \"message\": \"engine died\", \"type\": \"server_error\"}\n\n",
            "error: engine died",
            "{\"error\": {\"message\": \"engine died\"}}",
            "{\"detail\": \"engine died\"}\n",
        ] {
            let mut frames = Frames::new(true, 1 << 10);
            let fault = frames.take(text.as_bytes()).and_then(|()| frames.end()).unwrap_err();
            assert_eq!(fault.to_string(), "engine died", "{text}");
        }
    }

    #[test]
    fn a_frame_has_a_bound_in_one_line_or_many() {
        for (events, part) in [(false, "x"), (true, "x"), (true, "data: x\n")] {
            let mut frames = Frames::new(events, 1 << 10);
            let taken = (0..2_000).try_for_each(|_| frames.take(part.as_bytes()));
            assert_eq!(taken.unwrap_err().to_string(), "the reply has a line of over 1024 bytes");
        }
    }

    #[test]
    fn fragments_of_their_own_events_come_together() {
        let event = |kind: &str, at: usize, text: &str| {
            format!(
                "data: {{\"type\":\"response.{kind}\",\"output_index\":{at},\"item_id\":\"i\",\"delta\":\"{text}\"}}\n\n"
            )
        };
        let arguments = "function_call_arguments.delta";
        let count = 100_000;
        let [start, end] = ["[\\\"", "\\\"]"].map(|text| event(arguments, 0, text));
        let other = event(arguments, 1, "[1") + &event("output_text.delta", 2, "t");
        let passed = passed(true, &(start + &event(arguments, 0, "xy").repeat(count) + &end + &other), 1 << 14);
        let whole: usize = passed.iter().map(|frame| frame.matches("xy").count()).sum();
        assert_eq!(whole, count);
        assert!(passed.len() < 100, "{}", passed.len());
        assert_eq!(passed[passed.len() - 2], event(arguments, 1, "[1"));
        assert_eq!(passed.last().unwrap(), &event("output_text.delta", 2, "t"));
    }
}
