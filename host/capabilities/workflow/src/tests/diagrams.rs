//! Diagrams, and how large they may become.

use super::*;
use crate::diagram::{Format, draw_recorded};

fn drawn(bench: &Bench, definition: Value) -> (String, String) {
    let workflow = bench.create(definition).unwrap();
    (workflow.diagram(Format::Mermaid), workflow.diagram(Format::Svg))
}

#[test]
fn of_many_steps_the_first_are_drawn_and_the_others_counted() {
    let bench = Bench::new();
    let long = "<&\"'>".repeat(25);
    let steps: Vec<Value> = (0..1_000)
        .map(|at| {
            let when = json!({ "type": "custom", "expression": format!("'{long}' == '{long}'") });
            json!({ "name": format!("{at}{}", &long[..120]), "tool": long, "when": when, "retry": {}, "optional": true })
        })
        .collect();
    for pattern in ["sequential", "dag"] {
        let (mermaid, svg) = drawn(&bench, definition(pattern, json!({ "steps": steps })));
        for drawing in [&mermaid, &svg] {
            assert!(drawing.contains("and 800 more steps"), "{pattern}");
            assert!(drawing.len() < 400_000, "{pattern}: {}", drawing.len());
        }
        assert_eq!(svg.matches("<rect class=\"page\"").count() + 201, svg.matches("<rect").count());
    }
    let branches: Vec<Value> =
        (0..1_000).map(|at| json!({ "name": format!("b{at}"), "steps": [{ "tool": "echo" }] })).collect();
    let (mermaid, svg) = drawn(&bench, definition("parallel", json!({ "branches": branches })));
    assert!(mermaid.contains("and 800 more branches") && svg.contains("and 800 more branches"));
}

#[test]
fn of_many_dependencies_the_first_are_drawn() {
    let bench = Bench::new();
    let name = |at: usize| format!("s{at}");
    let steps: Vec<Value> = (0..150)
        .map(|at| json!({ "name": name(at), "tool": "echo", "depends_on": (0..at).map(name).collect::<Vec<_>>() }))
        .collect();
    let (mermaid, svg) = drawn(&bench, definition("dag", json!({ "steps": steps })));
    assert!(mermaid.contains("and 10175 more dependencies") && svg.contains("and 10175 more dependencies"));
    assert!(mermaid.len() < 100_000 && svg.len() < 400_000, "{} {}", mermaid.len(), svg.len());
}

#[test]
fn what_is_nested_as_deep_as_may_be_is_drawn() {
    let mut nested = definition("loop", json!({ "range": { "start": 0, "end": 2 }, "steps": [echo("deep", 1)] }));
    for _ in 0..15 {
        let branch = json!({ "name": "b", "steps": [{ "workflow": nested }], "condition": { "type": "not", "condition": true } });
        nested = definition("conditional", json!({ "branches": [branch] }));
    }
    let (mermaid, svg) = drawn(&Bench::new(), nested);
    assert_eq!((mermaid.matches("subgraph").count(), mermaid.matches("\n    end\n").count()), (15, 1));
    assert!(mermaid.contains("deep<br/>tool echo") && svg.contains(">deep</text>"));
    assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_marked_and_what_was_given_up() {
    let bench = Bench::new();
    let steps = json!([echo("a", 1), { "name": "b", "tool": "wait", "input": { "ms": 2_000 } }, echo("c", 1)]);
    let workflow = bench.create(definition("sequential", json!({ "steps": steps }))).unwrap();
    assert!(!workflow.diagram(Format::Mermaid).contains("classDef"));
    let request = Request { number: 1, input: None, checkpoint: None };
    let execution = workflow.clone().execute(bench.services.clone(), request, bench.context());
    let looked = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let drawing = workflow.diagram(Format::Mermaid);
        assert!(drawing.contains("w #40;sequential#41;#58; running"), "{drawing}");
        assert!(drawing.contains("n3[\"b<br/>tool wait<br/>under way\"]"), "{drawing}");
        assert!(drawing.contains("class n2 completed") && drawing.contains("class n3 underway"), "{drawing}");
        workflow.cancel();
    };
    let (result, ()) = tokio::join!(execution, looked);
    assert_eq!(result.unwrap_err().code, "cancelled");
    let drawing = workflow.diagram(Format::Svg);
    assert!(drawing.contains(": cancelled</title>") && drawing.contains("stopped, 1.5 s"), "{drawing}");
    assert!(Format::read("dot").unwrap_err().message.starts_with("there is no format 'dot' of diagrams"));
}

#[tokio::test(start_paused = true)]
async fn what_a_checkpoint_has_recorded_is_drawn() {
    let bench = Bench::new();
    let inner = json!({ "name": "inner", "pattern": "loop", "range": { "start": 0, "end": 3 }, "steps": [
        { "name": "x", "tool": "wait", "input": { "ms": 500 } },
    ] });
    let steps = json!([echo("a", 1), { "name": "b", "workflow": inner }, { "name": "f", "function": 7, "optional": true, "timeout_ms": 5 }, { "name": "g", "tool": "fail" }]);
    bench.keep("it", definition("sequential", json!({ "steps": steps })), json!(null)).await.unwrap_err();
    let site = &bench.services.site;
    let all = crate::Checkpoints::new(&site.store, site.store.opened().unwrap(), "t");
    let (definition, run) = all.definition("it").await.unwrap();
    let mermaid = draw_recorded(definition.clone(), &run, Format::Mermaid).unwrap();
    let svg = draw_recorded(definition, &run, Format::Svg).unwrap();
    assert!(svg.contains("w (sequential): failed</title>"), "{svg}");
    // What lies within a step that is over is not kept.
    assert!(mermaid.contains("[\"b#58; loop<br/>completed, 1.5 s\"]"), "{mermaid}");
    assert!(mermaid.contains("\"f<br/>function<br/>optional<br/>failed, "), "{mermaid}");
    assert!(mermaid.contains("\"g<br/>tool fail<br/>failed, 0 ms\""), "{mermaid}");
}
