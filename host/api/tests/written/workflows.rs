//! What workflows write.

use llmspell_api::workflow::{self, Status, StepStatus};
use llmspell_api::{Failure, hook, journal};
use serde_json::{Value, json};

use super::{is, object, usage};

#[test]
fn results_of_workflows() {
    let problem = workflow::Problem { code: "tool".into(), message: "m".into(), step: Some("a".into()) };
    let step = workflow::StepOutcome {
        status: StepStatus::Failed,
        output: Value::Null,
        error: Some(workflow::Problem { step: None, ..problem.clone() }),
        duration_ms: 3,
        attempts: 2,
    };
    let data = workflow::Data {
        steps_executed: 1,
        final_output: json!("t"),
        completed_iterations: Some(2),
        successful_branches: Some(3),
        executed_branches: Some(4),
        iteration_outputs: Some(vec![json!(1)]),
        break_message: Some("b".into()),
    };
    let outcome = workflow::Outcome {
        success: false,
        status: Status::PartiallyCompleted,
        text: "t".into(),
        output: json!("t"),
        outputs: object(json!({ "a": 1 })),
        steps: object(json!({ "a": step })),
        data,
        error: Some(problem),
        usage: usage(),
        duration_ms: 5,
        execution_id: "execution-1".into(),
    };
    is(
        &outcome,
        "{\"success\":false,\"status\":\"partially_completed\",\"text\":\"t\",\"output\":\"t\",\"outputs\":{\"a\":1},\"steps\":\
         {\"a\":{\"status\":\"failed\",\"output\":null,\"error\":{\"code\":\"tool\",\"message\":\"m\"},\"duration_ms\":3,\
         \"attempts\":2}},\"data\":{\"steps_executed\":1,\"final_output\":\"t\",\"completed_iterations\":2,\
         \"successful_branches\":3,\"executed_branches\":4,\"iteration_outputs\":[1],\"break_message\":\"b\"},\"error\":{\"code\":\
         \"tool\",\"message\":\"m\",\"step\":\"a\"},\"usage\":{\"input_tokens\":3,\"cost\":\"0.1\"},\"duration_ms\":5,\"execution_id\":\"execution-1\"}",
    );
    is(workflow::Data::default(), r#"{"steps_executed":0,"final_output":null}"#);
    is(workflow::MaxIterations { max_iterations: 5 }, r#"{"max_iterations":5}"#);
}

#[test]
fn what_functions_of_workflows_get() {
    let (input, previous) = (json!({ "topic": "owls" }), json!(1));
    let iteration = workflow::Iteration { index: 0, value: &previous, total: Some(3) };
    let error = workflow::Problem { code: "c".into(), message: "m".into(), step: None };
    let context = workflow::Context {
        execution: "execution-1",
        workflow: "w",
        scope: 0,
        step: Some("a"),
        input: &input,
        previous: &previous,
        iteration: Some(iteration),
        error: Some(&error),
    };
    is(
        &context,
        "{\"execution\":\"execution-1\",\"workflow\":\"w\",\"scope\":0,\"step\":\"a\",\"input\":{\"topic\":\"owls\"},\"previous\":1,\
         \"iteration\":{\"index\":0,\"value\":1,\"total\":3},\"error\":{\"code\":\"c\",\"message\":\"m\"}}",
    );
    is(
        workflow::Context { step: None, iteration: None, error: None, ..context },
        r#"{"execution":"execution-1","workflow":"w","scope":0,"step":null,"input":{"topic":"owls"},"previous":1}"#,
    );
}

#[test]
fn events_hooks_and_lines_of_workflows() {
    let (execution, workflow, step, output) = ("execution-1", "w", "a", &json!(1));
    let error = &Failure::invalid("m");
    let about = workflow::About { execution, workflow };
    is(
        workflow::StepCompletedEvent { about, step, output, duration_ms: 2, attempts: 1 },
        r#"{"execution":"execution-1","workflow":"w","step":"a","output":1,"duration_ms":2,"attempts":1}"#,
    );
    is(
        workflow::StepFailedEvent { about, step, error, duration_ms: 2, attempts: 1 },
        "{\"execution\":\"execution-1\",\"workflow\":\"w\",\"step\":\"a\",\"error\":{\"code\":\"invalid\",\"message\":\"m\"},\
         \"duration_ms\":2,\"attempts\":1}",
    );
    is(workflow::StartedEvent { about, input: output }, r#"{"execution":"execution-1","workflow":"w","input":1}"#);
    is(
        workflow::CompletedEvent { about, output, success: true, duration_ms: 2 },
        r#"{"execution":"execution-1","workflow":"w","output":1,"success":true,"duration_ms":2}"#,
    );
    is(
        workflow::FailedEvent { about, error, duration_ms: 2 },
        "{\"execution\":\"execution-1\",\"workflow\":\"w\",\"error\":{\"code\":\"invalid\",\"message\":\"m\"},\"duration_ms\":2}",
    );
    is(
        hook::workflow::ErrorContext { execution, step: None, error, duration_ms: 2, attempts: 0 },
        "{\"execution\":\"execution-1\",\"step\":null,\"error\":{\"code\":\"invalid\",\"message\":\"m\"},\"duration_ms\":2,\
         \"attempts\":0}",
    );
    is(
        journal::WorkflowStepArgs { execution, workflow, step },
        r#"{"execution":"execution-1","workflow":"w","step":"a"}"#,
    );
    is(journal::WorkflowCreateOutcome { workflow: 1 }, r#"{"workflow":1}"#);
    let (prompt, options) = (&json!("p"), &json!({}));
    is(journal::AgentRunArgs { agent: 1, prompt, options }, r#"{"agent":1,"prompt":"p","options":{}}"#);
}
