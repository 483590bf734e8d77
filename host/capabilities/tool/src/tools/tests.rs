use serde_json::{Value, json};

use super::*;

fn tools() -> Tools {
    let (clock, all) =
        (llmspell_base::clock::Clock::system(), || -> llmspell_kernel::event::IsGranted { Box::new(|_| true) });
    let reach = llmspell_kernel::event::Reach { emit: all(), subscribe: all() };
    let events = llmspell_kernel::event::Events::new(
        llmspell_kernel::event::Buses::default().of("tenant"),
        clock.clone(),
        "lua",
        reach,
    );
    let listener = llmspell_kernel::listener::SharedListener::new(Box::new(()));
    let hooks = llmspell_kernel::hook::Hooks::new("lua", events.clone(), listener);
    let chance = Chance::new(clock.clone(), None);
    Tools::new(
        ToolMap::default(),
        Sources::default(),
        Arc::new(Grants::local()),
        chance,
        Observers { hooks, events, clock },
    )
}

/// As much of the host's memory as it likes.
fn none() -> Held {
    llmspell_base::host_memory::HostMemory::default().take(0).unwrap()
}

fn validate(tools: &Tools, tool: &Tool, arguments: Value) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(tools.validate(tool, arguments)).map(drop)
}

/// What is said of these arguments for these parameters.
fn told(parameters: Value, arguments: Value) -> String {
    let tools = tools();
    tools.define(&json!({ "name": "add", "parameters": parameters }).to_string(), 1, none()).unwrap();
    let failure = validate(&tools, &tools.resolve("add").unwrap(), arguments).unwrap_err();
    failure.message.strip_prefix("arguments of tool 'add': ").unwrap().into()
}

/// Why these are no parameters.
fn refused(parameters: Value) -> String {
    let failure =
        tools().define(&json!({ "name": "add", "parameters": parameters }).to_string(), 1, none()).unwrap_err();
    failure.message.strip_prefix("tool 'add': ").unwrap_or(&failure.message).into()
}

#[test]
fn what_is_wrong_with_arguments_is_told_with_its_place() {
    let numbers = json!({ "properties": { "a": { "type": "number" }, "b": { "type": "number" } }, "required": ["a"] });
    assert_eq!(told(numbers.clone(), json!({ "b": "x" })), "'a' is required; '/b' must be a number, not \"x\"");
    assert_eq!(told(numbers, json!([])), "the whole must be an object, not []");
    let closed = json!({ "properties": {}, "additionalProperties": false });
    assert_eq!(told(closed, json!({ "c": 1 })), "the whole can't have 'c'");
    let deep = json!({ "properties": { "at": { "type": "object", "required": ["x"] } } });
    assert_eq!(told(deep, json!({ "at": {} })), "'/at/x' is required");
    let choice = json!({ "properties": { "unit": { "enum": ["m", "km"] } } });
    assert_eq!(told(choice, json!({ "unit": "mile" })), "'/unit' must be one of [\"m\",\"km\"], not \"mile\"");
    let bounded = json!({ "properties": { "n": { "type": "integer", "minimum": 1, "maximum": 5 } } });
    assert_eq!(told(bounded.clone(), json!({ "n": 9 })), "'/n' must be at most 5, not 9");
    assert_eq!(told(bounded, json!({ "n": 1.5 })), "'/n' must be a whole number, not 1.5");
    let pattern = json!({ "properties": { "id": { "type": "string", "pattern": "^[a-z]+$" } } });
    assert_eq!(told(pattern, json!({ "id": "A1" })), "'/id' must match '^[a-z]+$', not \"A1\"");
    let any = json!({ "properties": { "v": { "anyOf": [{ "type": "string" }, { "type": "null" }] } } });
    assert_eq!(told(any, json!({ "v": 1 })), "'/v' fits none of its choices: 1");
}

#[test]
fn a_message_has_an_end() {
    let list = json!({ "properties": { "all": { "items": { "type": "string" } } } });
    let many = told(list, json!({ "all": vec![0; 100] }));
    assert!(many.ends_with("'/all/4' must be a string, not 0; and more"), "{many}");
    let long = told(json!({ "properties": { "a": { "type": "number" } } }), json!({ "a": "x".repeat(1 << 19) }));
    assert_eq!(long, "'/a' must be a number, not a string of 524288 bytes");
    let name = "n\u{202e}\n".repeat(1000);
    let odd = told(json!({ "additionalProperties": false }), json!({ name.clone(): 1 }));
    assert!(odd.len() < 800 && !odd.contains('\u{202e}') && !odd.contains('\n'), "{odd}");
    assert!(tools().resolve(&name).unwrap_err().message.len() < 800);
}

#[test]
fn parameters_have_to_be_a_schema_of_an_object() {
    assert_eq!(refused(json!("string")), "'parameters' must be a JSON Schema: an object");
    assert_eq!(refused(json!([1])), "'parameters' must be a JSON Schema: an object");
    assert!(refused(json!({ "type": "string" })).contains("\"type\" must be \"object\""));
    assert_eq!(
        refused(json!({ "text": { "type": "string" } })),
        "'parameters' is no JSON Schema: write {\"properties\": {'text': …}}"
    );
    assert_eq!(
        refused(json!({ "properties": { "a": { "type": "numbre" } } })),
        "'parameters': '/properties/a/type' must be null, boolean, integer, number, string, array or object, or a list of them"
    );
    let pattern = refused(json!({ "properties": { "a": { "pattern": "(" } } }));
    assert!(pattern.contains("'/properties/a' has a pattern that can't be used"), "{pattern}");
    for (word, bad) in [
        ("required", json!("a")),
        ("properties", json!([])),
        ("properties", json!({ "a": 1 })),
        ("minProperties", json!(-1)),
        ("allOf", json!([])),
        ("anyOf", json!([1])),
        ("not", json!("x")),
        ("enum", json!([])),
        ("$ref", json!(1)),
        ("dependentRequired", json!({ "a": "b" })),
        ("dependencies", json!({ "a": "b" })),
        ("if", json!(null)),
        ("patternProperties", json!({ "a": 0 })),
        ("$defs", json!({ "a": 0 })),
        ("propertyNames", json!(7)),
    ] {
        assert!(refused(json!({ "title": "x", word: bad })).starts_with(&format!("'parameters': '/{word}")), "{word}");
    }
    for (word, bad) in [
        ("minimum", json!("1")),
        ("multipleOf", json!(0)),
        ("minLength", json!(1.5)),
        ("pattern", json!(1)),
        ("uniqueItems", json!(1)),
        ("items", json!(1)),
        ("prefixItems", json!({})),
        ("format", json!(1)),
    ] {
        let place = format!("'parameters': '/properties/a/{word}'");
        assert!(refused(json!({ "properties": { "a": { word: bad } } })).starts_with(&place), "{word}");
    }
    assert!(refused(json!({ "$schema": "http://example.com/mine" })).contains("'$schema' must be that of draft 6"));
    for draft in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
        assert!(
            tools().define(&json!({ "name": "t", "parameters": { "$schema": draft } }).to_string(), 1, none()).is_ok()
        );
    }
}

#[test]
fn references_stay_in_the_schema_and_have_an_end() {
    let refers = |to: &str| json!({ "properties": { "a": { "$ref": to } }, "$defs": { "n": { "type": "number" } } });
    assert!(
        tools().define(&json!({ "name": "add", "parameters": refers("#/$defs/n") }).to_string(), 1, none()).is_ok()
    );
    assert_eq!(told(refers("#/$defs/n"), json!({ "a": "x" })), "'/a' must be a number, not \"x\"");
    for outside in ["http://127.0.0.1/x.json", "file:///etc/passwd", "other.json", "#anchor", ""] {
        assert!(refused(refers(outside)).contains("can only lead to a place in the same schema"), "{outside}");
    }
    assert!(refused(refers("#/$defs/none")).contains("leads nowhere"));
    assert!(refused(refers("#")).contains("leads back to itself"));
    assert!(refused(json!({ "allOf": [{ "$ref": "#" }] })).contains("leads back to itself"));
    let circle =
        json!({ "$ref": "#/$defs/a", "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } } });
    assert!(refused(circle).contains("leads back to itself"));
    for word in ["$dynamicRef", "$anchor", "unevaluatedProperties"] {
        assert!(refused(json!({ "properties": { "a": { word: "#x" } } })).contains("can't be used here"), "{word}");
    }
}

#[test]
fn a_schema_that_unfolds_to_too_much_is_refused() {
    // Each refers twice to the next: 2^20 checks of one value.
    let mut defs = serde_json::Map::new();
    for n in 0..20 {
        let next = json!({ "$ref": format!("#/$defs/d{}", n + 1) });
        defs.insert(format!("d{n}"), json!({ "allOf": [next.clone(), next] }));
    }
    defs.insert("d20".into(), json!({ "type": "object" }));
    assert_eq!(
        refused(json!({ "$ref": "#/$defs/d0", "$defs": defs })),
        "'parameters': the schema unfolds to more than 5000 checks"
    );
    // A chain of references, deeper than the host's stack would like.
    let mut chain = serde_json::Map::new();
    for n in 0..1000 {
        chain.insert(format!("d{n}"), json!({ "$ref": format!("#/$defs/d{}", n + 1) }));
    }
    chain.insert("d1000".into(), json!(true));
    assert!(refused(json!({ "$ref": "#/$defs/d0", "$defs": chain })).contains("levels deep"));
    let deep = (0..40).fold(json!(true), |inner, _| json!({ "not": inner }));
    assert!(
        tools()
            .define(&json!({ "name": "add", "parameters": { "properties": { "a": deep } } }).to_string(), 1, none())
            .is_ok()
    );
    let wide: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    assert!(refused(json!({ "properties": { "a": { "enum": wide } } })).contains("bytes"));
    assert!(refused(json!({ "properties": { "a": { "pattern": "x".repeat(2000) } } })).contains("a pattern takes"));
    let patterns: Vec<Value> = (0..60).map(|n| json!({ "pattern": format!("a{{{n}}}") })).collect();
    assert!(refused(json!({ "properties": { "a": { "anyOf": patterns } } })).contains("unfolds"));
    assert!(
        refused(json!({ "properties": { "a": { "pattern": "((a{100}){100}){100}" } } })).contains("too large a one")
    );
    assert!(refused(json!({ "properties": { "a": { "pattern": "(?=x)(a+)\\1" } } })).contains("no regular expression"));
}

#[test]
fn large_arguments_and_a_long_schema_do_not_go_together() {
    let properties: serde_json::Map<_, _> = (0..500).map(|n| (format!("p{n}"), json!({ "type": "string" }))).collect();
    let tools = tools();
    tools.define(&json!({ "name": "add", "parameters": { "properties": properties } }).to_string(), 1, none()).unwrap();
    let tool = tools.resolve("add").unwrap();
    assert!(validate(&tools, &tool, json!({ "p0": "x".repeat(100_000) })).is_ok());
    let failure = validate(&tools, &tool, json!({ "list": vec![0; 90_000] })).unwrap_err();
    assert_eq!(failure.code, "too-large");
}

#[test]
fn a_pattern_with_many_states_is_refused_and_a_long_text_under_one_is_too_large() {
    let large = json!({ "properties": { "a": { "pattern": "a[ab]{1800}[c-z]" } } });
    assert!(refused(large).contains("too large"));
    let tools = tools();
    let parameters = json!({ "properties": { "a": { "pattern": "a[ab]{99}[c-z]" }, "b": { "type": "string" } } });
    tools.define(&json!({ "name": "add", "parameters": parameters }).to_string(), 1, none()).unwrap();
    let tool = tools.resolve("add").unwrap();
    let said = |length: usize| validate(&tools, &tool, json!({ "a": "ab".repeat(length / 2) })).unwrap_err().code;
    assert_eq!((said(1_000).as_ref(), said(200_000).as_ref()), ("invalid", "too-large"));
    let long = "ab".repeat(500) + "c";
    // Long enough to be checked apart from the threads that run spells.
    assert!(validate(&tools, &tool, json!({ "a": long, "b": "x".repeat(10_000) })).is_ok());
}

#[test]
fn a_pattern_that_makes_others_hang_is_quick() {
    let pattern = json!({ "properties": { "a": { "pattern": "^(a+)+$" } } });
    assert!(told(pattern, json!({ "a": format!("{}!", "a".repeat(100_000)) })).contains("must match"));
}

#[test]
fn names_are_what_models_take_and_taken_once() {
    let tools = tools();
    let define =
        |name: &str| tools.define(&json!({ "name": name }).to_string(), 1, none()).map_err(|failure| failure.message);
    assert_eq!(define("web-search"), Ok(()));
    assert_eq!(
        define("web_search"),
        Err("the tool 'web_search' can't be defined: there is a tool 'web-search' already; remove that first".into())
    );
    for bad in ["", "a.b", "a b", "ä", "a\0", &"x".repeat(65)] {
        assert!(define(bad).unwrap_err().contains("can't be the name of a tool: models take 1 to 64 letters"), "{bad}");
    }
    assert_eq!(tools.remove("web_search").unwrap(), Some(1));
    assert_eq!(tools.remove("web_search").unwrap(), None);
    for n in 0..256 {
        define(&format!("t{n}")).unwrap();
    }
    assert_eq!(define("one_more"), Err("256 tools are defined: remove some first".into()));
    let missing = tools.resolve("nothing_like_it").unwrap_err().message;
    assert!(missing.ends_with("t19 and 236 more"), "{missing}");
    assert!(tools.resolve("t25x").unwrap_err().message.contains("did you mean 't25'?"));
    assert!(tools.resolve("http-request").unwrap_err().message.contains("Runtime::register_tool"));
}

#[test]
fn parameters_without_names_have_an_order() {
    let order = |definition: Value| {
        let tools = tools();
        tools.define(&definition.to_string(), 1, none()).unwrap();
        tools.resolve("t").unwrap().definition().positional.clone()
    };
    let parameters = json!({ "properties": { "b": {}, "z": {}, "a": {}, "c": {} }, "required": ["z", "c"] });
    assert_eq!(order(json!({ "name": "t", "parameters": parameters })), ["z", "c", "a", "b"]);
    let given = json!({ "name": "t", "parameters": parameters, "positional": ["a", "z"] });
    assert_eq!(order(given), ["a", "z"]);
    let unknown = json!({ "name": "t", "parameters": parameters, "positional": ["q"] }).to_string();
    assert!(tools().define(&unknown, 1, none()).unwrap_err().message.contains("'q', which is no parameter"));
}
