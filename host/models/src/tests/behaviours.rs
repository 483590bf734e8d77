//! Behaviours of providers in each wire format, streamed and not.

use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

use super::super::*;
use super::caller::{Caller, Said, Unsaid, tools};
use super::logs;
use super::server::*;
use super::wires::{Say, TEXT, WIRES, Wire};

/// One way to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub wire: Wire,
    pub streamed: bool,
}

/// All that can be seen of a run. That the key is nowhere in it is checked first.
struct Seen {
    outcome: Result<Said, Box<Unsaid>>,
    requests: Vec<String>,
    heard: String,
}

impl Way {
    fn all() -> impl Iterator<Item = Way> {
        WIRES.into_iter().flat_map(|wire| [false, true].map(|streamed| Way { wire, streamed }))
    }

    /// A good answer.
    fn says(self, say: Say) -> Deed {
        self.sends(&self.wire.body(&say, self.streamed))
    }

    fn text(self) -> Deed {
        self.says(Say::Text(TEXT.into()))
    }

    fn sends(self, body: &str) -> Deed {
        Deed::Write(self.head_and(body))
    }

    fn head_and(self, body: &str) -> Vec<u8> {
        let kind = self.wire.content_type(self.streamed);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        (head + body).into_bytes()
    }

    async fn asks(self, deeds: Vec<Deed>) -> Seen {
        self.asks_with(deeds, |_| {}, |_| {}).await
    }

    async fn asks_with(
        self,
        deeds: Vec<Deed>,
        change: impl FnOnce(&mut Run),
        provide: impl FnOnce(&mut Provider),
    ) -> Seen {
        logs::listen();
        let (url, seen) = server_of(deeds).await;
        let url = url.trim_end_matches("/v1").to_owned();
        let mut provider =
            Provider { kind: self.wire.kind(), api: self.wire.api(), ..provider("local", Some(&url), Some(CANARY)) };
        provide(&mut provider);
        let models = Models::new(vec![provider], None, CAP).unwrap();
        let name = models.resolve(None, Some("local/m")).unwrap();
        let settings = Settings { max_tokens: Some(100), ..Settings::default() };
        let mut run = Run { settings, max_turns: 4, ..Run::new(name, "What is 1 + 2?") };
        change(&mut run);
        let caller = Caller { json: run.schema.is_some(), ..Caller::streaming(self.streamed) };
        let outcome = caller.run(&models, run).await;
        let shown = match &outcome {
            Ok(reply) => format!("{reply:?} {}", reply.history.show()),
            Err(error) => format!("{error} {error:?} {}", error.error.details()),
        };
        assert!(!shown.contains(CANARY), "{self:?}: {shown}");
        assert!(!caller.log().concat().contains(CANARY), "{self:?}");
        assert!(!format!("{models:?}", models = models.providers().next()).contains(CANARY));
        logs::hold_no(CANARY);
        let (requests, heard) = (seen.lock().unwrap().clone(), caller.text.lock().unwrap().clone());
        Seen { outcome, requests, heard }
    }

    async fn fails(self, deeds: Vec<Deed>) -> (&'static str, String, Value) {
        let error = self.asks(deeds).await.outcome.expect_err(&format!("{self:?}")).error;
        (error.code().word(), error.to_string(), error.details())
    }
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn an_answer_comes_with_its_usage_and_the_key_went_out_in_its_header() {
    for way in Way::all() {
        let seen = way.asks(vec![way.text()]).await;
        let reply = seen.outcome.unwrap_or_else(|error| panic!("{way:?}: {error}")).reply;
        assert_eq!((reply.text.as_str(), reply.finish_reason.as_deref()), (TEXT, Some("stop")), "{way:?}");
        let usage = (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.total_tokens);
        assert_eq!(usage, (Some(9), Some(3), Some(12)), "{way:?}");
        assert_eq!(seen.heard, if way.streamed { TEXT } else { "" }, "{way:?}");
        let request = &seen.requests[0];
        let line = request.lines().next().unwrap();
        assert!(line.contains(way.wire.path(way.streamed)) && !line.contains(CANARY), "{way:?}: {line}");
        assert!(request.contains(&format!("{}{CANARY}\r\n", way.wire.key_header())), "{way:?}: {request}");
        assert_eq!(request.matches(CANARY).count(), 1, "{way:?}: {request}");
    }
}

#[tokio::test]
async fn a_tool_is_called_and_its_answer_goes_back() {
    for way in Way::all() {
        let add = way.says(Say::Add(json!({"a": 1, "b": 2})));
        let seen = way.asks_with(vec![add, way.text()], |run| run.tools = tools(), |_| {}).await;
        let reply = seen.outcome.unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert_eq!((reply.reply.text.as_str(), reply.turns, reply.tool_calls), (TEXT, 2, 1), "{way:?}");
        assert_eq!(reply.reply.usage.total_tokens, Some(24), "{way:?}");
        assert!(seen.requests[0].contains("does add"), "{way:?}");
        let second = body(&seen.requests[1]).to_string();
        assert!(second.contains("\"sum\":3") || second.contains(r#"\"sum\":3"#), "{way:?}: {second}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_the_schema_is_repaired() {
    let schema = json!({"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"],
        "additionalProperties": false});
    for way in Way::all() {
        let good = way.says(Say::Text(r#"{"sum": 3}"#.into()));
        let seen = way.asks_with(vec![way.text(), good], |run| run.schema = Some(schema.clone()), |_| {}).await;
        let reply = seen.outcome.unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert_eq!((reply.reply.text.as_str(), reply.turns), (r#"{"sum": 3}"#, 2), "{way:?}");
        // The schema is part of the request, whatever it is called there; the second one says what was wrong.
        assert!(seen.requests[0].contains("\"sum\""), "{way:?}: {}", seen.requests[0]);
        assert!(seen.requests[1].contains("This is no JSON."), "{way:?}");
    }
}

#[tokio::test]
async fn an_image_reaches_the_provider() {
    let data = base64::engine::general_purpose::STANDARD.encode(b"\x89PNG\r\n\x1a\nrest");
    for way in Way::all() {
        let image = Part::Image(Image::new(data.clone(), "image/png").unwrap());
        let seen = way.asks_with(vec![way.text()], |run| run.prompt.push(image), |_| {}).await;
        assert_eq!(seen.outcome.unwrap().reply.text, TEXT, "{way:?}");
        assert!(seen.requests[0].contains(&data), "{way:?}: {}", seen.requests[0]);
    }
}

#[tokio::test]
async fn statuses_have_their_code_and_say_what_to_do() {
    let cases = [
        ("401 Unauthorized", "", "bad key", "auth", "local/m answered 401: bad key (check LOCAL_KEY)", 1),
        ("403 Forbidden", "", "no", "auth", "local/m answered 403: no (check LOCAL_KEY)", 1),
        ("404 Not Found", "", "no model m", "not-found", "local/m answered 404: no model m", 1),
        (
            "404 Not Found",
            "",
            "Not Found",
            "provider",
            "local/m answered 404: Not Found (nothing is at that path: is its base_url right?)",
            1,
        ),
        (
            "429 Too Many Requests",
            "retry-after: 7\r\n",
            "slow",
            "rate-limited",
            "local/m answered 429: slow (try again in 7 s)",
            1,
        ),
        ("429 Too Many Requests", "", "slow", "rate-limited", "local/m answered 429: slow", 3),
        ("500 Internal Server Error", "", "oh", "provider", "local/m answered 500: oh", 3),
        ("501 Not Implemented", "", "oh", "provider", "local/m answered 501: oh", 1),
        ("400 Bad Request", "", "oh", "provider", "local/m answered 400: oh", 1),
        (
            "302 Found",
            "location: http://127.0.0.1:9/steal\r\n",
            "x",
            "provider",
            "local/m answered 302: a redirect, which is not followed: base_url must be the final address",
            1,
        ),
    ];
    for way in Way::all() {
        for (status, headers, said, code, message, attempts) in cases {
            let refusal = json!({"error": {"message": said, "type": "x", "code": 1}}).to_string();
            let found = way.fails(vec![Deed::Write(answer(status, headers, &refusal))]).await;
            assert_eq!((found.0, found.1.as_str()), (code, message), "{way:?}");
            assert_eq!(found.2["attempts"], attempts, "{way:?} {status}");
            assert_eq!((&found.2["provider"], &found.2["model"]), (&json!("local"), &json!("m")), "{way:?}");
            assert_eq!(found.2["status"].as_u64().unwrap().to_string(), status[..3], "{way:?}");
        }
    }
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again() {
    for way in Way::all() {
        let trouble = Deed::Write(answer("503 Service Unavailable", "", "{}"));
        let crowd = Deed::Write(answer("429 Too Many Requests", "retry-after: 0\r\n", "{}"));
        let seen = way.asks(vec![trouble, crowd, way.text()]).await;
        assert_eq!(seen.outcome.unwrap().reply.text, TEXT, "{way:?}");
        assert_eq!(seen.requests.len(), 3, "{way:?}");
    }
}

#[tokio::test]
async fn silence_a_trickle_and_a_flood_end() {
    for way in Way::all() {
        let short = Duration::from_millis(100);
        let hang = way.asks_with(vec![Deed::Hang], |_| {}, |provider| provider.timeouts.first_byte = short).await;
        assert_eq!(hang.outcome.unwrap_err().error.code().word(), "timeout", "{way:?}");
        assert_eq!(hang.requests.len(), 1, "{way:?}");

        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {}\r\n\r\n", way.wire.content_type(way.streamed));
        let part = way.wire.nothing(way.streamed);
        let trickle = Deed::Drip { head: head.into_bytes(), part, pause: Duration::from_millis(20) };
        let drips = way.asks_with(vec![trickle], |_| {}, |provider| provider.timeouts.whole = 2 * short).await;
        let error = drips.outcome.unwrap_err();
        assert_eq!(
            (error.error.code().word(), error.to_string().as_str()),
            ("timeout", "local/m: the reply was not complete within 0.2 s"),
            "{way:?}"
        );

        let (code, message, _) = way.fails(vec![way.flood()]).await;
        assert_eq!(code, "too-large", "{way:?}: {message}");
    }
}

impl Way {
    /// More than the cap, in the language that is asked for.
    fn flood(self) -> Deed {
        let word = "x".repeat(if self.streamed { 8 * CAP } else { CAP });
        self.says(Say::Text(word))
    }
}

#[tokio::test]
async fn what_is_cut_or_is_no_answer_is_the_providers_failure() {
    for way in Way::all() {
        let whole = way.head_and(&way.wire.body(&Say::Text(TEXT.into()), way.streamed));
        let cut = Deed::Write(whole[..whole.len() / 2].to_vec());
        let (code, message, details) = way.fails(vec![cut]).await;
        assert_eq!((code, &details["attempts"]), ("provider", &json!(1)), "{way:?}: {message}");
        for nonsense in ["<html>hello</html>", "{}", "[]", "null", "data: {\n\n", ""] {
            let (code, message, _) = way.fails(vec![way.sends(nonsense)]).await;
            assert_eq!(code, "provider", "{way:?} {nonsense}: {message}");
            assert!(message.chars().count() < 500, "{message}");
        }
    }
}

#[tokio::test]
async fn a_whole_reply_is_taken_where_a_stream_was_asked_for() {
    for wire in WIRES.into_iter().filter(|wire| *wire != Wire::Ollama) {
        let (way, whole) = (Way { wire, streamed: true }, Way { wire, streamed: false });
        let seen = way.asks(vec![whole.text()]).await;
        let said = seen.outcome.unwrap_or_else(|unsaid| panic!("{way:?}: {}", unsaid.error));
        assert_eq!((said.reply.text.as_str(), seen.heard.as_str()), (TEXT, TEXT), "{way:?}");
    }
    let way = Way { wire: Wire::Chat, streamed: true };
    // Names of content types have no case.
    let body = way.wire.body(&Say::Text(TEXT.into()), true);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream; charset=utf-8\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let seen = way.asks(vec![Deed::Write((head + &body).into_bytes())]).await;
    assert_eq!(seen.outcome.unwrap_or_else(|unsaid| panic!("{}", unsaid.error)).reply.text, TEXT);
    let page = Deed::Write(answer("200 OK", "", "<html>Sign in</html>"));
    let (code, message, _) = way.fails(vec![page]).await;
    assert_eq!(code, "provider");
    assert!(message.contains("where a stream was asked for: <html>Sign in"), "{message}");
}

#[tokio::test]
async fn an_error_that_came_with_200_is_told_in_its_own_words() {
    for way in Way::all() {
        for body in [
            json!({"error": {"message": "engine died"}}),
            json!({"object": "error", "message": "engine died", "code": 40303}),
            json!({"detail": "engine died"}),
        ] {
            let body = match way.wire.content_type(way.streamed) {
                "text/event-stream" => format!("data: {body}\n\n"),
                _ => format!("{body}\n"),
            };
            let (code, message, _) = way.fails(vec![way.sends(&body)]).await;
            assert_eq!((code, message.as_str()), ("provider", "local/m: engine died"), "{way:?} {body}");
        }
    }
}

#[tokio::test]
async fn an_unknown_end_is_passed_on() {
    // The Responses API names no reason; it has a status, and an unknown one is no completion.
    for way in Way::all().filter(|way| way.wire != Wire::Responses) {
        let body = way.wire.body_with(&Say::Text(TEXT.into()), way.streamed, "weary", way.wire.usage());
        let reply = way.asks(vec![way.sends(&body)]).await.outcome.unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert_eq!((reply.reply.text.as_str(), reply.reply.finish_reason.as_deref()), (TEXT, Some("weary")), "{way:?}");
    }
}

#[tokio::test]
async fn missing_and_nonsensical_usage_is_not_zero() {
    for way in Way::all() {
        let wild = json!({"prompt_tokens": -1, "completion_tokens": 1e300, "input_tokens": u64::MAX, "output_tokens": u64::MAX,
            "total_tokens": u64::MAX, "promptTokenCount": -5, "candidatesTokenCount": -5, "prompt_eval_count": u64::MAX, "eval_count": u64::MAX});
        for usage in [json!({}), wild] {
            let body = way.wire.body_with(&Say::Text(TEXT.into()), way.streamed, way.wire.stop(), usage.clone());
            match way.asks(vec![way.sends(&body)]).await.outcome {
                Ok(reply) => {
                    let usage = reply.reply.usage;
                    assert_eq!((usage.input_tokens, usage.output_tokens, usage.cost), (None, None, None), "{way:?}");
                }
                // Rig does not read such numbers at all.
                Err(error) => assert_eq!(error.error.code().word(), "provider", "{way:?}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn an_echoed_key_is_taken_out() {
    for way in Way::all() {
        let (code, message, _) = way.fails(vec![Deed::Echo]).await;
        assert_eq!(code, "provider", "{way:?}");
        assert!(message.contains("[redacted]"), "{way:?}: {message}");
        let seen = way.asks(vec![way.says(Say::Text(format!("You sent {CANARY}, didn't you?")))]).await;
        assert_eq!(seen.outcome.unwrap().reply.text, "You sent [redacted], didn't you?", "{way:?}");
        assert_eq!(seen.heard, if way.streamed { "You sent [redacted], didn't you?" } else { "" }, "{way:?}");
    }
}

/// In each place where a model's arguments come; floats of the same size stay.
#[tokio::test]
async fn integers_beyond_64_bits_are_refused_exactly() {
    // A stream cuts the last one in its middle.
    let whole = json!({"a": 424_242, "more": "than what comes before it"});
    let cut = json!({"a": 11_111_111_222_222_222_222u64});
    for (arguments, placeholder, digits, fits) in [
        (&whole, "424242", "9223372036854775807", true),
        (&whole, "424242", "9223372036854775808", false),
        (&whole, "424242", "18446744073709551616", false),
        (&whole, "424242", "-9223372036854775809", false),
        (&whole, "424242", "340282366920938463463374607431768211456", false),
        (&whole, "424242", "6.022e23", true),
        (&whole, "424242", "18446744073709551616.5", true),
        (&cut, "222222222222", "2222222222223", false),
    ] {
        for way in Way::all() {
            let add = way.wire.body(&Say::Add(arguments.clone()), way.streamed).replace(placeholder, digits);
            assert!(add.contains(digits), "{way:?}: {add}");
            let seen = way.asks_with(vec![way.sends(&add), way.text()], |run| run.tools = tools(), |_| {}).await;
            let said = seen.outcome.unwrap_or_else(|error| panic!("{way:?}: {error}"));
            let history = said.history.show();
            let told = history[2]["content"].as_str().unwrap().contains("does not fit into 64 bits");
            let taken = history[1]["tool_calls"][0]["arguments"] == json!({});
            assert_eq!((told, taken), (!fits, !fits), "{way:?} {digits}: {history}");
        }
    }
}

#[tokio::test]
async fn a_schema_goes_out_as_it_was_given() {
    let open = json!({"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}, "extra": {"type": "object"}}, "required": ["city"]});
    let list = json!({"type": "array", "items": {"type": "string"}});
    for (wire, place) in [(Wire::Chat, "/response_format/json_schema"), (Wire::Responses, "/text/format")] {
        for schema in [&open, &list] {
            let way = Way { wire, streamed: false };
            let answer = way.says(Say::Text("[]".into()));
            let seen = way.asks_with(vec![answer], |run| run.schema = Some(schema.clone()), |_| {}).await;
            let request = body(&seen.requests[0]);
            let format = request.pointer(place).unwrap_or_else(|| panic!("{way:?}: {request}"));
            assert_eq!((&format["strict"], &format["schema"]), (&json!(false), schema), "{way:?}");
        }
    }
}

/// The key in letters that JSON escapes, as often as it is put into another text.
fn escaped(times: usize) -> String {
    let mut text: String = CANARY.chars().map(|sign| format!("\\u{:04x}", u32::from(sign))).collect();
    for _ in 1..times {
        text = text.replace('\\', "\\\\");
    }
    text
}

#[tokio::test]
async fn a_key_that_was_escaped_is_not_decoded() {
    for way in Way::all() {
        for times in 1..=3 {
            let arguments = way.wire.body(&Say::Add(json!({"a": "KEY", "KEY": 1})), way.streamed);
            let answer = way.wire.body(&Say::Text(json!({"a": "KEY"}).to_string()), way.streamed);
            // A stream cuts it in the middle.
            let cut = way.wire.body(&Say::Text(escaped(times)), way.streamed);
            for body in [arguments, answer, cut] {
                let reply = way.sends(&body.replace("KEY", &escaped(times)));
                let offer = |run: &mut Run| run.tools = tools();
                let seen = way.asks_with(vec![reply, way.text()], offer, |_| {}).await;
                let said = seen.outcome.unwrap();
                let shown = format!("{} {} {}", said.history.show(), said.reply.text, seen.heard);
                assert!(shown.contains("[redacted]"), "{way:?} {times}: {shown}");
                // Whatever decodes it once more finds nothing either.
                assert!(!shown.contains("u0073"), "{way:?} {times}: {shown}");
            }
        }
    }
}
