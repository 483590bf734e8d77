//! Embeddings, reranking, places, options and cancellation.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::*;
use super::caller::{Caller, tools};
use super::server::*;
use llmspell_base::host_memory::HostMemory;

fn models(kind: Kind, url: &str) -> (Models, ModelName) {
    let url = url.trim_end_matches("/v1");
    let provider = Provider { kind, ..provider("local", Some(url), Some(CANARY)) };
    let models = Models::new(vec![provider], None, CAP).unwrap();
    let name = models.resolve(None, Some("local/m")).unwrap();
    (models, name)
}

fn embed(model: ModelName, texts: &[&str], dimensions: Option<usize>) -> Embed {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    let memory = HostMemory::default();
    Embed { model, texts, dimensions, purpose: Purpose::Query, tenant: String::new(), reply_bytes: CAP, memory }
}

#[tokio::test]
async fn texts_are_embedded_where_a_provider_can() {
    let openai = json!({"object": "list", "model": "m", "usage": {"prompt_tokens": 4, "total_tokens": 4},
        "data": [{"object": "embedding", "index": 0, "embedding": [1.0, 0.0]}, {"object": "embedding", "index": 1, "embedding": [0.0, 0.5]}]});
    let gemini = json!({"embeddings": [{"values": [1.0, 0.0]}, {"values": [0.0, 0.5]}]});
    let ollama = json!({"model": "m", "embeddings": [[1.0, 0.0], [0.0, 0.5]], "prompt_eval_count": 4});
    let cohere = json!({"id": "e1", "response_type": "embeddings_floats", "texts": ["a", "b"],
        "embeddings": [[1.0, 0.0], [0.0, 0.5]], "meta": {"api_version": {"version": "1"}, "billed_units": {"input_tokens": 4}}});
    for (kind, body, tokens) in [
        (Kind::OpenAi, &openai, Some(4)),
        (Kind::Mistral, &openai, Some(4)),
        (Kind::OpenRouter, &openai, Some(4)),
        (Kind::Gemini, &gemini, None),
        (Kind::Ollama, &ollama, Some(4)),
        (Kind::Cohere, &cohere, Some(4)),
    ] {
        let (url, seen) = server(ok(&body.to_string())).await;
        let (models, name) = models(kind, &url);
        let embedded = models.embed(embed(name.clone(), &["a", "b"], None)).await;
        let embedded = embedded.unwrap_or_else(|error| panic!("{kind:?}: {error:?} {:?}", seen.lock().unwrap()));
        assert_eq!(embedded.vectors, [[1.0, 0.0], [0.0, 0.5]], "{kind:?}");
        assert_eq!((embedded.provider.as_str(), embedded.usage.input_tokens), ("local", tokens), "{kind:?}");
        let request = seen.lock().unwrap()[0].clone();
        assert_eq!((request.matches(CANARY).count(), kind == Kind::Cohere), (1, request.contains("search_query")));
        let error = models.embed(embed(name, &["a", "b"], Some(3))).await.unwrap_err();
        assert!(error.paid.is_some(), "it was answered: {kind:?}");
        let error = error.error;
        assert_eq!(error.code().word(), "invalid", "{kind:?}: {error}");
        assert!(error.to_string().contains("2 dimensions, not of 3"), "{kind:?}: {error}");
    }
    let (models, name) = models(Kind::Anthropic, "http://127.0.0.1:9");
    let error = models.embed(embed(name, &["a"], None)).await.unwrap_err().error.to_string();
    let known = "openai, gemini, ollama, mistral, openrouter, cohere";
    assert_eq!(error, format!("provider 'local' has no embeddings; these kinds have: {known}"));
}

#[tokio::test]
async fn vectors_that_do_not_fit_are_the_providers_failure() {
    for embeddings in [json!([[1.0]]), json!([[1.0], [1.0, 2.0]]), json!([[], []]), json!([["x"], [1.0]])] {
        let (url, _) = server(ok(&json!({"model": "m", "embeddings": embeddings}).to_string())).await;
        let (models, name) = models(Kind::Ollama, &url);
        let error = models.embed(embed(name, &["a", "b"], None)).await.unwrap_err().error;
        assert_eq!(error.code().word(), "provider", "{embeddings}: {error}");
    }
}

#[tokio::test]
async fn more_vectors_than_a_reply_may_hold_are_refused_before_the_request_or_as_soon_as_their_number_is_known() {
    let vectors = json!({"model": "m", "embeddings": vec![json!([0.5, 0.5]); 100], "prompt_eval_count": 7});
    let (url, seen) = server(ok(&vectors.to_string())).await;
    let (models, name) = models(Kind::Ollama, &url);
    let many = vec!["a"; 100];
    let failed = models.embed(embed(name.clone(), &many, Some(8_192))).await.unwrap_err();
    assert_eq!((failed.error.code().word(), failed.paid.is_none(), seen.lock().unwrap().len()), ("too-large", true, 0));
    let tight = Embed { reply_bytes: 1_200, ..embed(name, &many, None) };
    let wide = Embed { texts: vec!["a".into(); 101], ..tight.clone() };
    assert_eq!(models.embed(wide).await.unwrap_err().error.code().word(), "too-large");
    assert_eq!(seen.lock().unwrap().len(), 0);
    let failed = models.embed(tight).await.unwrap_err();
    assert_eq!((failed.error.code().word(), failed.paid.is_some(), seen.lock().unwrap().len()), ("too-large", true, 1));
}

#[tokio::test]
async fn what_was_answered_before_a_refusal_is_paid() {
    // A request holds 1,024 texts.
    let good = json!({"model": "m", "embeddings": vec![json!([0.5]); 1_024], "prompt_eval_count": 7}).to_string();
    let bad = Deed::Write(answer("400 Bad Request", "", r#"{"error": "empty"}"#));
    for (deeds, paid) in [(vec![ok(&good), bad.clone()], Some(Some(7))), (vec![bad], None)] {
        let (url, _) = server_of(deeds).await;
        let (models, name) = models(Kind::Ollama, &url);
        let failed = models.embed(embed(name, &["a"; 1_100], None)).await.unwrap_err();
        assert_eq!(failed.paid.map(|usage| usage.input_tokens), paid, "{}", failed.error);
    }
}

#[tokio::test]
async fn documents_are_reranked_where_a_provider_can() {
    let rerank = |model| Rerank {
        model,
        query: "q".into(),
        documents: ["a", "b", "c"].map(String::from).into(),
        top: Some(2),
        memory: HostMemory::default(),
        tenant: String::new(),
    };
    let body = |results: Value| {
        json!({"id": "r1", "results": results, "meta": {"billed_units": {"search_units": 1}}}).to_string()
    };
    let results = json!([{"index": 0, "relevance_score": 0.1}, {"index": 2, "relevance_score": 0.9}, {"index": 1, "relevance_score": 0.5}]);
    let (url, seen) = server(ok(&body(results))).await;
    let (cohere, name) = models(Kind::Cohere, &url);
    let reranked = cohere.rerank(rerank(name.clone())).await.unwrap();
    assert_eq!(reranked.results, [(2, 0.9), (1, 0.5)]);
    let request = seen.lock().unwrap()[0].clone();
    assert!(request.starts_with("POST /v2/rerank ") && request.contains(r#""query":"q""#), "{request}");
    for strange in [
        json!([{"index": 3, "relevance_score": 0.1}]),
        json!([{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 1}]),
    ] {
        let (url, _) = server(ok(&body(strange))).await;
        let (cohere, name) = models(Kind::Cohere, &url);
        assert_eq!(cohere.rerank(rerank(name)).await.unwrap_err().code().word(), "provider");
    }
    let (openai, name) = models(Kind::OpenAi, "http://127.0.0.1:9");
    let error = openai.rerank(rerank(name)).await.unwrap_err();
    assert_eq!(
        (error.code().word(), error.to_string().as_str()),
        ("invalid", "provider 'local' has no reranking; these kinds have: cohere")
    );
}

#[tokio::test]
async fn the_doubles_embed_and_say_that_they_are_doubles() {
    let models = Models::offline();
    let name = models.resolve(None, Some("openai/text-embedding-3-small")).unwrap();
    let texts = ["Rust has a borrow checker", "Bananas are yellow fruit", "the borrow checker of Rust", ""];
    let many: Vec<&str> = texts.iter().copied().cycle().take(50).collect();
    let embedded = models.embed(embed(name.clone(), &many, None)).await.unwrap();
    assert_eq!(
        (embedded.vectors.len(), embedded.vectors[0].len(), embedded.provider.as_str()),
        (50, 256, "offline-double")
    );
    assert_eq!(embedded.vectors[0], embedded.vectors[4]);
    let like =
        |a: usize, b: usize| embedded.vectors[a].iter().zip(&embedded.vectors[b]).map(|(a, b)| a * b).sum::<f32>();
    assert!(like(0, 2) > 0.5 && like(0, 1) < 0.3, "{} {}", like(0, 2), like(0, 1));
    assert_eq!(models.embed(embed(name.clone(), &["a"], Some(8))).await.unwrap().vectors[0].len(), 8);
    let documents = texts.map(String::from).into();
    let rerank = Rerank {
        model: name,
        query: "borrow checker".into(),
        documents,
        top: None,
        tenant: String::new(),
        memory: HostMemory::default(),
    };
    let order: Vec<usize> = models.rerank(rerank).await.unwrap().results.iter().map(|result| result.0).collect();
    assert_eq!((order.len(), order[2..].contains(&1)), (4, true), "{order:?}");
}

#[tokio::test]
async fn what_a_provider_has_not_is_refused_by_name() {
    let (url, seen) = server(ok("{}")).await;
    let ask = async |kind, settings: Settings| {
        let (models, name) = models(kind, &url);
        let run = Run { settings, ..Run::new(name, "hi") };
        Caller::default().run(&models, run).await.unwrap_err().error
    };
    let base = Settings { max_tokens: Some(10), ..Settings::default() };
    for (kind, settings, option) in [
        (Kind::Anthropic, Settings { seed: Some(1), ..base.clone() }, "seed"),
        (Kind::Cohere, Settings { reasoning: Some(Reasoning::Minimal), ..base.clone() }, "reasoning"),
        (Kind::OpenAi, Settings { reasoning: Some(Reasoning::Budget(9)), ..base.clone() }, "budget"),
    ] {
        let error = ask(kind, settings).await;
        assert_eq!(error.code().word(), "invalid", "{kind:?}: {error}");
        assert!(error.to_string().contains(option), "{kind:?}: {error}");
    }
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn reasoning_goes_out_as_the_provider_names_it() {
    for (kind, reasoning, part) in [
        (Kind::OpenAi, Reasoning::High, r#""reasoning_effort":"high""#),
        (Kind::Gemini, Reasoning::Budget(512), r#""thinkingBudget":512"#),
    ] {
        let (url, seen) = server(ok("{}")).await;
        let (models, name) = models(kind, &url);
        let settings = Settings { reasoning: Some(reasoning), ..Settings::default() };
        let _ = Caller::default().run(&models, Run { settings, ..Run::new(name, "hi") }).await;
        let requests = seen.lock().unwrap().clone();
        assert!(requests.iter().any(|request| request.contains(part)), "{kind:?}: {requests:?}");
    }
}

#[tokio::test]
async fn a_dropped_run_hangs_up() {
    for stream in [false, true] {
        let (url, hung_up) = listener_that_waits_for_the_end().await;
        let (models, name) = models(Kind::OpenAi, &url);
        let run = Run { tools: tools(), ..Run::new(name, "hi") };
        let task = tokio::spawn({
            let models = models.clone();
            async move { Caller::streaming(stream).run(&models, run).await.map(|_| ()) }
        });
        let began = hung_up.0.await;
        assert!(began.is_ok());
        task.abort();
        tokio::time::timeout(Duration::from_secs(5), hung_up.1).await.expect("the connection was closed").unwrap();
    }
}

#[tokio::test]
async fn requests_wait_for_a_place() {
    let (url, seen) = server(Deed::Hang).await;
    let provider = Provider { requests: 2, ..provider("local", Some(&url), None) };
    let models = Models::new(vec![provider], None, CAP).unwrap().with_tenant_requests(Some(1));
    let name = models.resolve(None, Some("local/m")).unwrap();
    let start = |tenant: &str| {
        let (models, run) = (models.clone(), Run { tenant: tenant.into(), ..Run::new(name.clone(), tenant) });
        tokio::spawn(async move { drop(Caller::default().run(&models, run).await) })
    };
    let count = async |wanted: usize| {
        // Nothing tells when a task waits for a place: the server's list only has to stop growing.
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            if seen.lock().unwrap().len() > wanted {
                break;
            }
        }
        seen.lock().unwrap().len()
    };
    let first = [start("a"), start("a"), start("b"), start("c")];
    assert_eq!(count(2).await, 2);
    // The place of a caller that gives up goes to the next one, and a dropped caller does not get it.
    first[3].abort();
    first[0].abort();
    assert_eq!(count(3).await, 3);
    let asked = seen.lock().unwrap().concat();
    assert!(!asked.contains(r#""content":"c""#), "{asked}");
}
