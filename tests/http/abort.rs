//! A signal that is aborted ends the request to the provider, while the spell goes on.

use std::io::Read;

use super::*;

const SPELLS: [&str; 2] = [
    "llm.complete({ model: 'local/m', prompt: 'Hello', signal: AbortSignal.timeout(50) })",
    "(async () => { for await (const piece of llm.stream({ model: 'local/m', prompt: 'Hello', signal: AbortSignal.timeout(50) })); })()",
];

/// The server takes one request after the other: the second is answered when the first has been hung up.
#[test]
fn an_aborted_call_hangs_up() {
    for spell in SPELLS {
        let mut requests = 0;
        let address = server(move |_, stream| {
            requests += 1;
            if requests == 1 {
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let closed = match stream.read(&mut [0; 1]) {
                    Ok(bytes) => bytes == 0,
                    Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
                };
                assert!(closed, "the client has not hung up");
            } else {
                respond(stream, "200 OK", "content-type: application/json\r\n", &completion("hung up"));
            }
        });
        let toml = format!("[providers.local]\nkind = \"openai\"\nbase_url = \"{address}\"\n");
        let config = Config::from_toml(&toml, &|_| None).unwrap();
        let source = format!(
            "let name;\ntry {{ await {spell}; }} catch (error) {{ name = error.name; }}\n\
             return [name, String(await llm.complete({{ model: 'local/m', prompt: 'Again' }}))];"
        );
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let runtime = Runtime::new(config).unwrap();
        let run = runtime.run(Spell::new("javascript", "spell.js", &source), Grants::local(), Limits::default());
        let outcome = tokio.block_on(run);
        assert_eq!(outcome.result, Some(json!(["TimeoutError", "hung up"])), "{:?}", outcome.error);
        // What was aborted is in the ledger as a call, which gave nothing.
        assert_eq!(outcome.ledger.models.model_calls, 2);
    }
}
