//! A model server that is a double.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// Starts an HTTP server on 127.0.0.1 and returns its address, such as `http://127.0.0.1:40000`.
///
/// `answer` gets each request as text, one after the other, and the connection to write to. A panic in it ends the server.
pub fn serve(answer: impl FnMut(&str, &mut TcpStream) + Send + 'static) -> String {
    let (listener, address) = listen();
    let mut answer = answer;
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = read(&mut stream);
            if !request.is_empty() {
                answer(&request, &mut stream);
            }
        }
    });
    address
}

/// Starts an HTTP server that answers each request with the next of these bodies, of this content type, and then refuses
/// connections. Returns its address, and the bodies of the requests as they come in.
pub fn serve_in_turn(bodies: Vec<String>, content_type: &'static str) -> (String, Arc<Mutex<Vec<Value>>>) {
    let (listener, address) = listen();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = requests.clone();
    thread::spawn(move || {
        for body in bodies {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read(&mut stream);
            let sent = request.split_once("\r\n\r\n").unwrap().1;
            seen.lock().unwrap().push(serde_json::from_str(sent).unwrap());
            send(&mut stream, "200 OK", &format!("content-type: {content_type}\r\n"), &body);
        }
    });
    (address, requests)
}

/// Answers with a body of JSON. `status` is such as `200 OK`; each of `headers` ends in CR LF.
pub fn respond(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    send(stream, status, &format!("content-type: application/json\r\n{headers}"), body);
}

/// The body of a successful reply in OpenAI's format: this text, for 9 tokens of input and 3 of output.
pub fn completion(text: &str) -> String {
    json!({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    })
    .to_string()
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

fn send(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    // A client that was killed does not read it.
    let _ = write!(stream, "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
}

/// A whole request.
fn read(stream: &mut TcpStream) -> String {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap_or(0);
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if count == 0 || text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= length(head)) {
            return text;
        }
    }
}

fn length(head: &str) -> usize {
    let lower = head.to_lowercase();
    let value = lower.lines().find_map(|line| line.strip_prefix("content-length:").map(str::trim).map(String::from));
    value.map_or(0, |value| value.parse().unwrap())
}
