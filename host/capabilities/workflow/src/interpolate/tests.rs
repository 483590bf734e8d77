use serde_json::json;

use super::*;

/// Two steps, "search" with an output and "later" without one, and an input.
struct Sample;

fn has_step(name: &str) -> bool {
    matches!(name, "search" | "step1" | "later" | "fetch-data" | "the first")
}

impl Names for Sample {
    fn find<'a>(&self, reference: &Reference<&'a str>) -> Result<Found<'a>, Failure> {
        let input = || {
            Arc::new(
                json!({ "topic": "owls", "n": 3, "deep": { "list": [10, { "x": "y" }] }, "evil": "$input.n {{topic}}" }),
            )
        };
        let output = || Arc::new(json!({ "title": "T", "items": ["a", "b"] }));
        Ok(match *reference {
            Reference::Input { path, .. } => Found::Value(input(), path),
            Reference::Variable { path } if input().get(path.split('.').next().unwrap()).is_some() => {
                Found::Value(input(), path)
            }
            Reference::Variable { .. } => Found::Nothing,
            Reference::Step { name: "later", .. } => Found::Empty,
            Reference::Step { name, path, .. } | Reference::StepOrVariable { name, path, .. } if has_step(name) => {
                Found::Value(output(), path)
            }
            Reference::Step { name, .. } | Reference::StepOrVariable { name, .. } => {
                return Err(no_step(name, "search, later"));
            }
            Reference::Branch { branch: "left", name: "search", path } => Found::Value(output(), path),
            Reference::Branch { branch, name, .. } => {
                return Err(no_step(&format!("{branch}:{name}"), "search, later"));
            }
            Reference::Previous { path, .. } => Found::Value(Arc::new("before".into()), path),
            Reference::State { path: ".count", .. } => Found::Value(Arc::new(7.into()), ""),
            Reference::State { .. } => Found::Empty,
            Reference::Iteration => Found::Value(Arc::new(2.into()), ""),
            Reference::Loop { field: "index", path } => Found::Value(Arc::new(1.into()), path),
            Reference::Loop { path, .. } => Found::Value(Arc::new(json!({ "id": 5 })), path),
        })
    }
}

fn fill(template: Value) -> Result<Value, Failure> {
    interpolate(&Template::of(template, &has_step), &Sample, &mut Room::of(&llmspell_base::Limits::default()))
}

#[test]
fn references_are_replaced() {
    let output = json!({ "title": "T", "items": ["a", "b"] });
    let table = [
        // Exactly one reference keeps the value.
        ("$input.n", json!(3)),
        ("$input.deep.list.1.x", json!("y")),
        ("{{input.n}}", json!(3)),
        ("{{ n }}", json!(3)),
        ("{{deep.list}}", json!([10, { "x": "y" }])),
        ("$search.output", output.clone()),
        ("$search.outputs.title", json!("T")),
        ("$step1.result", output.clone()),
        ("$fetch-data.output.items.0", json!("a")),
        ("{{search.output}}", output.clone()),
        ("{{step.search.result.title}}", json!("T")),
        ("{{step:search:output}}", output.clone()),
        ("{{step:search:output.items}}", json!(["a", "b"])),
        ("{{step:the first:output.title}}", json!("T")),
        ("{{branch:left:search:output.title}}", json!("T")),
        ("{{previous.output}}", json!("before")),
        ("$previous_outputs", json!("before")),
        ("$iteration", json!(2)),
        ("$state.count", json!(7)),
        ("{{state.count}}", json!(7)),
        ("{{loop:index}}", json!(1)),
        ("{{loop:current_item.id}}", json!(5)),
        ("$later.output", json!(null)),
        ("{{step:later:output.x}}", json!(null)),
        ("$input.nothing.at.all", json!(null)),
        // Others become texts.
        (" $input.n", json!(" 3")),
        ("About $input.topic.", json!("About owls.")),
        ("$input.topic-based", json!("owls-based")),
        ("See $input.topic.md", json!("See owls.md")),
        ("$input.topic.md", json!("owls.md")),
        ("{{topic}}s and {{topic}}", json!("owlss and owls")),
        ("Got $search.output", json!("Got {\"title\":\"T\",\"items\":[\"a\",\"b\"]}")),
        ("[$later.output]", json!("[]")),
        ("[{{input.nothing}}]", json!("[]")),
        ("{{{topic}}}", json!("{owls}")),
        ("a$$b$$", json!("a$b$")),
        ("$$input.n", json!("$input.n")),
        // What is no reference is left.
        ("It costs $50, $0.50 or $500,000", json!("It costs $50, $0.50 or $500,000")),
        ("$unknown and $search and $state", json!("$unknown and $search and $state")),
        ("Item {{index}} with {{user.id}}", json!("Item {{index}} with {{user.id}}")),
        ("{{#each items}}{{/each}} {{", json!("{{#each items}}{{/each}} {{")),
        ("{{a b}} {{}} {{ }} {{\n}} {x} }}", json!("{{a b}} {{}} {{ }} {{\n}} {x} }}")),
        ("$", json!("$")),
        ("$.a ${input}", json!("$.a ${input}")),
        // What was put in is not looked at again.
        ("$input.evil", json!("$input.n {{topic}}")),
        ("<{{evil}}>", json!("<$input.n {{topic}}>")),
    ];
    for (template, expected) in table {
        assert_eq!(fill(template.into()), Ok(expected), "{template}");
    }
}

#[test]
fn values_are_gone_through_and_keys_are_left() {
    let template = json!({ "$input.n": ["$input.n", 1, true, null, { "a": "{{topic}}" }] });
    assert_eq!(fill(template), Ok(json!({ "$input.n": [3, 1, true, null, { "a": "owls" }] })));
}

#[test]
fn a_step_that_is_not_there_is_told_with_those_that_are() {
    for template in ["$serch.output", "x {{serch.output}}", "{{step:serch:output}}", "$serch.outputs.a"] {
        let failure = fill(template.into()).unwrap_err();
        assert_eq!(failure.message, "there is no step 'serch' to refer to; known are: search, later", "{template}");
    }
    let failure = fill("{{branch:right:search:output}}".into()).unwrap_err();
    assert_eq!(failure.message, "there is no step 'right:search' to refer to; known are: search, later");
    let knows = |unknown: &Unknown<'_>| matches!(unknown, Unknown::Step("search"));
    let template = |value: Value| Template::of(value, &has_step);
    let wrong = template(json!(["$search.output", { "a": "{{step:serch:output}}" }]));
    assert_eq!(first_unknown(&wrong, &knows), Some("serch".into()));
    assert_eq!(first_unknown(&template(json!("$search.output $50 {{x}} {{maybe.output}}")), &knows), None);
}

#[test]
fn one_reference_is_told_from_a_text() {
    for text in ["$input.list", "{{items}}", "{{step:a:output}}", "$a.output"] {
        assert!(is_reference(text), "{text}");
    }
    for text in ["", "items", " $input.list", "$input.list!", "{{a}}{{b}}"] {
        assert!(!is_reference(text), "{text}");
    }
    let value = |text: &str| value_of(&Single::of(text, &has_step).unwrap(), &Sample);
    assert_eq!(value("state.count"), Ok(Some(json!(7))));
    assert_eq!(value("$input.n"), Ok(Some(json!(3))));
    assert_eq!(value("hello"), Ok(None));
    assert!(Single::of("hello, you", &has_step).is_none());
}

#[test]
fn what_comes_out_has_a_bound_while_it_grows() {
    let limits = llmspell_base::Limits { value_bytes: 1_000, value_nodes: 50, ..llmspell_base::Limits::default() };
    let fill =
        |template: Value| interpolate(&Template::of(template, &has_step), &Sample, &mut Room::of(&limits)).map(drop);
    let failure = fill("{{topic}}".repeat(251).into()).unwrap_err();
    assert_eq!(failure.code, "too-large");
    assert_eq!(failure.message, "with its references replaced it takes more than 1000 bytes or 50 nodes");
    assert_eq!(fill("{{topic}}".repeat(250).into()), Ok(()));
    assert_eq!(fill("$search.output ".repeat(40).into()).unwrap_err().code, "too-large");
    assert_eq!(fill(vec!["$search.output"; 13].into()).unwrap_err().code, "too-large");
    assert_eq!(fill(vec!["$search.output"; 9].into()), Ok(()));
}

#[test]
fn a_long_text_is_searched_once() {
    // Quadratic, each of them would take minutes.
    let nest = "{{".repeat(400_000);
    let dollars = "$a-".repeat(300_000);
    let path = format!("$input{}", ".a".repeat(400_000));
    let open = "{{ a".repeat(200_000);
    for text in [nest, dollars, open] {
        assert_eq!(fill(text.clone().into()).map(|filled| filled == text.as_str()), Ok(true));
    }
    assert_eq!(fill(path.into()), Ok(json!(null)));
}
