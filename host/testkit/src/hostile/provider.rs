//! What a provider may answer, over real HTTP.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use llmspell_wasm::{Config, Grants, Limits, Runtime, Spell, Transcript};

use super::case::{Case, Reply};
use super::harness::Harness;

const KEY: &str = "sk-canary-of-the-host";

const ASK: &str = r#"
local request = {model = "local/m", messages = {{role = "user", content = "Hello"}}, max_tokens = 100}
local ok, reply
if STREAMED then
  ok, reply = pcall(function()
    local text = ""
    for chunk in llm.stream(request) do text = text .. tostring(chunk.text or "") end
    return text
  end)
  if ok then print(#reply) return "an answer" end
else
  ok, reply = pcall(llm.complete, request)
  if ok then print(#reply.text) return "an answer" end
end
print(reply)
return reply.code
"#;

pub fn play(harness: &Harness, case: &Case, reply: &Reply) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (answer, done) = (reply.clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let over = done.clone();
    let server = std::thread::spawn(move || {
        listener.set_nonblocking(true).unwrap();
        let mut clients = Vec::new();
        while !over.load(std::sync::atomic::Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _)) => {
                    let (answer, over) = (answer.clone(), over.clone());
                    clients.push(std::thread::spawn(move || serve(stream, &answer, &over)));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        clients.into_iter().for_each(|client| client.join().unwrap());
    });
    let text = format!(
        "[providers.local]\nkind = \"openai\"\nbase_url = \"http://{address}/v1\"\napi_key_env = \"LOCAL_KEY\"\n\
         first_byte_timeout = \"300ms\"\nread_timeout = \"300ms\"\nattempts = 1\n"
    );
    let config = Config::from_toml(&text, &|name| (name == "LOCAL_KEY").then(|| KEY.into())).unwrap();
    let runtime = Runtime::new(Config { instances: 1, ..config }).unwrap();
    let heard = Transcript::default();
    let source = ASK.replace("STREAMED", if reply.streamed { "true" } else { "false" });
    let mut spell = Spell::new("lua", "spell", &source);
    spell.listener = Box::new(heard.clone());
    let limits = Limits { wall_time: Duration::from_secs(5), tokens: Some(100_000), ..Limits::default() };
    let outcome = harness.tokio.block_on(runtime.run(spell, Grants::local(), limits));
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    server.join().unwrap();
    let output = String::from_utf8_lossy(&heard.heard().output).into_owned();
    let error = outcome.error.as_ref().map(|fault| serde_json::to_string(fault).unwrap()).unwrap_or_default();
    let result = outcome.result.clone().unwrap_or_default();
    let ends = match outcome.ending.word() {
        "completed" => result.as_str().unwrap_or_default().to_owned(),
        word => word.to_owned(),
    };
    let told = format!("{output}{error}");
    let mut problems = case.check("lua", &ends, &told, &[&told, &result.to_string(), &format!("{:?}", outcome.ledger)]);
    if outcome.ledger.models.input_tokens.saturating_add(outcome.ledger.models.output_tokens) > 100_000 {
        problems.push(format!("{:?}", outcome.ledger));
    }
    problems
}

fn serve(mut stream: TcpStream, answer: &Reply, over: &std::sync::atomic::AtomicBool) {
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut request = [0; 8_192];
    if stream.read(&mut request).is_err() {
        return;
    }
    let head = answer.head.replace('\n', "\r\n");
    let sent = match answer.then.is_empty() && !answer.hangs && !head.contains("content-length") {
        true => {
            write!(stream, "{head}content-length: {}\r\nconnection: close\r\n\r\n{}", answer.body.len(), answer.body)
        }
        false => write!(stream, "{head}\r\n{}", answer.body),
    };
    if sent.is_err() {
        return;
    }
    while !answer.then.is_empty() && !over.load(std::sync::atomic::Ordering::Relaxed) {
        if stream.write_all(answer.then.as_bytes()).is_err() {
            return;
        }
    }
    while answer.hangs && !over.load(std::sync::atomic::Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(2));
    }
}
