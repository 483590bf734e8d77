//! The five wire formats of providers, as a server writes them.

use serde_json::{Value, json};

use super::super::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Chat,
    Responses,
    Anthropic,
    Gemini,
    Ollama,
}

pub const WIRES: [Wire; 5] = [Wire::Chat, Wire::Responses, Wire::Anthropic, Wire::Gemini, Wire::Ollama];

/// What a model says in one turn.
#[derive(Clone)]
pub enum Say {
    Text(String),
    /// A call of the tool "add".
    Add(Value),
}

pub const TEXT: &str = "It is 3.";

impl Wire {
    pub fn kind(self) -> Kind {
        match self {
            Wire::Chat | Wire::Responses => Kind::OpenAi,
            Wire::Anthropic => Kind::Anthropic,
            Wire::Gemini => Kind::Gemini,
            Wire::Ollama => Kind::Ollama,
        }
    }

    pub fn api(self) -> Option<Api> {
        (self == Wire::Responses).then_some(Api::Responses)
    }

    /// How the request line begins, after the base URL.
    pub fn path(self, streamed: bool) -> &'static str {
        match (self, streamed) {
            (Wire::Chat, _) => "/chat/completions ",
            (Wire::Responses, _) => "/responses ",
            (Wire::Anthropic, _) => "/v1/messages ",
            (Wire::Gemini, false) => "/v1beta/models/m:generateContent ",
            (Wire::Gemini, true) => "/v1beta/models/m:streamGenerateContent?alt=sse ",
            (Wire::Ollama, _) => "/api/chat ",
        }
    }

    pub fn key_header(self) -> &'static str {
        match self {
            Wire::Anthropic => "x-api-key: ",
            Wire::Gemini => "x-goog-api-key: ",
            _ => "authorization: Bearer ",
        }
    }

    pub fn content_type(self, streamed: bool) -> &'static str {
        match (self, streamed) {
            (_, false) => "application/json",
            (Wire::Ollama, true) => "application/x-ndjson",
            (_, true) => "text/event-stream",
        }
    }

    /// What means nothing there, and may be sent for ever.
    pub fn nothing(self, streamed: bool) -> &'static str {
        match (self, streamed) {
            (_, false) => " ",
            (Wire::Ollama, true) => "\n",
            (_, true) => ":\n\n",
        }
    }

    /// The word for a natural end.
    pub fn stop(self) -> &'static str {
        match self {
            Wire::Chat | Wire::Ollama => "stop",
            Wire::Responses => "completed",
            Wire::Anthropic => "end_turn",
            Wire::Gemini => "STOP",
        }
    }

    /// What it took, where nothing else is said.
    pub fn usage(self) -> Value {
        match self {
            Wire::Chat => json!({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}),
            Wire::Responses => json!({"input_tokens": 9, "output_tokens": 3, "total_tokens": 12,
                "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}),
            Wire::Anthropic => json!({"input_tokens": 9, "output_tokens": 3}),
            Wire::Gemini => json!({"promptTokenCount": 9, "candidatesTokenCount": 3, "totalTokenCount": 12}),
            Wire::Ollama => json!({"prompt_eval_count": 9, "eval_count": 3}),
        }
    }

    pub fn body(self, say: &Say, streamed: bool) -> String {
        self.body_with(say, streamed, self.stop(), self.usage())
    }

    pub fn body_with(self, say: &Say, streamed: bool, finish: &str, usage: Value) -> String {
        match self {
            Wire::Chat => chat(say, streamed, finish, usage),
            Wire::Responses => responses(say, streamed, finish, usage),
            Wire::Anthropic => anthropic(say, streamed, finish, usage),
            Wire::Gemini => gemini(say, streamed, finish, usage),
            Wire::Ollama => ollama(say, streamed, finish, usage),
        }
    }
}

fn events(list: Vec<Value>) -> String {
    list.iter()
        .map(|event| match event.get("type").and_then(Value::as_str) {
            Some(name) => format!("event: {name}\ndata: {event}\n\n"),
            None => format!("data: {event}\n\n"),
        })
        .collect()
}

/// A text in two pieces.
fn halves(text: &str) -> [&str; 2] {
    let (start, end) = text.split_at(text.len() / 2);
    [start, end]
}

fn chat(say: &Say, streamed: bool, finish: &str, usage: Value) -> String {
    let finish = if matches!(say, Say::Add(_)) { "tool_calls" } else { finish };
    let call = |arguments: &Value| {
        json!([{"index": 0, "id": "call_9", "type": "function",
            "function": {"name": "add", "arguments": arguments.to_string()}}])
    };
    let choice =
        |name: &str, message: Value, finish: Value| json!([{"index": 0, name: message, "finish_reason": finish}]);
    let object = if streamed { "chat.completion.chunk" } else { "chat.completion" };
    let all = |choices: Value, usage: Value| json!({"id": "c1", "object": object, "created": 1, "model": "m", "choices": choices, "usage": usage});
    if !streamed {
        let message = match say {
            Say::Text(text) => json!({"role": "assistant", "content": text}),
            Say::Add(arguments) => json!({"role": "assistant", "content": null, "tool_calls": call(arguments)}),
        };
        return all(choice("message", message, finish.into()), usage).to_string();
    }
    let mut list: Vec<Value> = match say {
        Say::Text(text) => halves(text).map(|half| json!({"role": "assistant", "content": half})).into(),
        Say::Add(arguments) => vec![json!({"role": "assistant", "tool_calls": call(arguments)})],
    };
    list = list.into_iter().map(|delta| all(choice("delta", delta, Value::Null), Value::Null)).collect();
    list.push(all(choice("delta", json!({}), finish.into()), Value::Null));
    list.push(all(json!([]), usage));
    events(list) + "data: [DONE]\n\n"
}

fn responses(say: &Say, streamed: bool, finish: &str, usage: Value) -> String {
    let item = match say {
        Say::Text(text) => json!({"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": text, "annotations": []}]}),
        Say::Add(arguments) => {
            json!({"type": "function_call", "id": "fc_1", "call_id": "call_9", "status": "completed",
            "name": "add", "arguments": arguments.to_string()})
        }
    };
    let all = |status: &str, output: Value, usage: Value| {
        json!({"id": "resp_1", "object": "response", "created_at": 1, "status": status, "model": "m",
            "output": output, "usage": usage, "tools": []})
    };
    let whole = all(finish, json!([item]), usage);
    if !streamed {
        return whole.to_string();
    }
    let mut list = vec![json!({"type": "response.created", "response": all("in_progress", json!([]), Value::Null)})];
    match say {
        Say::Text(text) => {
            let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
            list.push(json!({"type": "response.output_item.added", "output_index": 0, "item":
                {"type": "message", "id": "msg_1", "status": "in_progress", "role": "assistant", "content": []}}));
            list.push(json!({"type": "response.content_part.added", "item_id": "msg_1", "output_index": 0,
                "content_index": 0, "part": part("")}));
            for half in halves(text) {
                list.push(json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0,
                    "content_index": 0, "delta": half}));
            }
            list.push(json!({"type": "response.output_text.done", "item_id": "msg_1", "output_index": 0,
                "content_index": 0, "text": text}));
            list.push(json!({"type": "response.content_part.done", "item_id": "msg_1", "output_index": 0,
                "content_index": 0, "part": part(text)}));
        }
        Say::Add(arguments) => {
            list.push(
                json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "function_call",
                "id": "fc_1", "call_id": "call_9", "status": "in_progress", "name": "add", "arguments": ""}}),
            );
            list.push(json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 0,
                "delta": arguments.to_string()}));
            list.push(json!({"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 0,
                "arguments": arguments.to_string()}));
        }
    }
    list.push(json!({"type": "response.output_item.done", "output_index": 0, "item": item}));
    list.push(json!({"type": "response.completed", "response": whole}));
    for (number, event) in list.iter_mut().enumerate() {
        event["sequence_number"] = number.into();
    }
    events(list)
}

fn anthropic(say: &Say, streamed: bool, finish: &str, usage: Value) -> String {
    let finish = if matches!(say, Say::Add(_)) { "tool_use" } else { finish };
    let all = |content: Value, finish: Value, usage: &Value| {
        json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
            "stop_reason": finish, "stop_sequence": null, "usage": usage})
    };
    if !streamed {
        let block = match say {
            Say::Text(text) => json!({"type": "text", "text": text}),
            Say::Add(arguments) => json!({"type": "tool_use", "id": "call_9", "name": "add", "input": arguments}),
        };
        return all(json!([block]), finish.into(), &usage).to_string();
    }
    let mut list = vec![json!({"type": "message_start", "message": all(json!([]), Value::Null, &usage)})];
    let (block, deltas) = match say {
        Say::Text(text) => (
            json!({"type": "text", "text": ""}),
            halves(text).map(|half| json!({"type": "text_delta", "text": half})).to_vec(),
        ),
        Say::Add(arguments) => (
            json!({"type": "tool_use", "id": "call_9", "name": "add", "input": {}}),
            halves(&arguments.to_string())
                .map(|half| json!({"type": "input_json_delta", "partial_json": half}))
                .to_vec(),
        ),
    };
    list.push(json!({"type": "content_block_start", "index": 0, "content_block": block}));
    list.extend(deltas.into_iter().map(|delta| json!({"type": "content_block_delta", "index": 0, "delta": delta})));
    list.push(json!({"type": "content_block_stop", "index": 0}));
    list.push(
        json!({"type": "message_delta", "delta": {"stop_reason": finish, "stop_sequence": null}, "usage": usage}),
    );
    list.push(json!({"type": "message_stop"}));
    events(list)
}

fn gemini(say: &Say, streamed: bool, finish: &str, usage: Value) -> String {
    let all = |part: Value, finish: Value| {
        json!({"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": finish, "index": 0}],
            "usageMetadata": usage, "modelVersion": "m", "responseId": "r1"})
    };
    let parts: Vec<Value> = match say {
        Say::Text(text) if streamed => halves(text).map(|half| json!({"text": half})).into(),
        Say::Text(text) => vec![json!({"text": text})],
        Say::Add(arguments) => vec![json!({"functionCall": {"name": "add", "args": arguments}})],
    };
    let last = parts.len() - 1;
    let list: Vec<Value> = parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| all(part, if index == last { finish.into() } else { Value::Null }))
        .collect();
    if streamed { events(list) } else { list[0].to_string() }
}

fn ollama(say: &Say, streamed: bool, finish: &str, usage: Value) -> String {
    let all = |message: Value, done: bool| {
        let mut line = json!({"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": done});
        if done {
            line["done_reason"] = finish.into();
            for (name, count) in usage.as_object().into_iter().flatten() {
                line[name] = count.clone();
            }
        }
        line.to_string()
    };
    let text = |text: &str| json!({"role": "assistant", "content": text});
    match say {
        Say::Text(said) if streamed => {
            let lines = halves(said).map(|half| all(text(half), false));
            format!("{}\n{}\n{}\n", lines[0], lines[1], all(text(""), true))
        }
        Say::Text(said) => all(text(said), true),
        Say::Add(arguments) => {
            let call = json!({"role": "assistant", "content": "", "tool_calls":
                [{"function": {"name": "add", "arguments": arguments}}]});
            match streamed {
                true => format!("{}\n{}\n", all(call, false), all(text(""), true)),
                false => all(call, true),
            }
        }
    }
}
