//! Documents of the command line.

use llmspell_api::audit::AuditCheck;
use llmspell_api::budget::{Plan, Plans};
use llmspell_api::cli::{
    CheckedNeed, CheckedPolicy, CheckedProvider, ExplainedPolicies, HostTool, PolicyProblem, Remark, StandardTool,
    SuggestedPolicy, Validated, info, state,
};
use llmspell_api::policy::{Barred, Denied, Explained, Limited, Named, NeedsApproval, Standing};
use llmspell_api::{GuestInfo, PolicyFile};
use serde_json::json;

use super::is;

fn backup() -> state::Backup {
    state::Backup {
        id: "backup-1".into(),
        created_at: 1,
        description: "d".into(),
        tenant: "t".into(),
        keys: 2,
        bytes: 3,
    }
}

const BACKUP: &str = r#"{"id":"backup-1","created_at":1,"description":"d","tenant":"t","keys":2,"bytes":3}"#;

#[test]
fn lists_of_state() {
    let key = |key: &str, expires_at| state::Key { key: key.into(), value: json!([1]), version: 2, expires_at };
    is(
        state::Keys {
            tenant: "t".into(),
            scope: "s".into(),
            keys: vec![key("k", Some(3)), key("l", None)],
            next: Some("l".into()),
        },
        "{\"tenant\":\"t\",\"scope\":\"s\",\"keys\":[{\"key\":\"k\",\"value\":[1],\"version\":2,\"expires_at\":3},\
         {\"key\":\"l\",\"value\":[1],\"version\":2,\"expires_at\":null}],\"next\":\"l\"}",
    );
    let scopes = vec![state::Scope { scope: "s".into(), keys: 2 }];
    is(
        state::Scopes { tenant: "t".into(), scopes, next: None },
        r#"{"tenant":"t","scopes":[{"scope":"s","keys":2}],"next":null}"#,
    );
    is(backup(), BACKUP);
    is(
        state::Backups { tenant: "t".into(), backups: vec![backup()] },
        &format!("{{\"tenant\":\"t\",\"backups\":[{BACKUP}]}}"),
    );
    let tenant = state::Tenant { tenant: "t".into(), keys: 1, bytes: 2, backups: 3, backup_bytes: 4 };
    is(
        state::Tenants { tenants: vec![tenant], next: Some("t".into()) },
        r#"{"tenants":[{"tenant":"t","keys":1,"bytes":2,"backups":3,"backup_bytes":4}],"next":"t"}"#,
    );
}

#[test]
fn what_commands_did_with_state() {
    let got = state::Got {
        tenant: "t".into(),
        scope: "s".into(),
        key: "k".into(),
        value: json!({ "b": 1, "a": 2 }),
        version: 2,
        expires_at: None,
    };
    is(
        got,
        "{\"tenant\":\"t\",\"scope\":\"s\",\"key\":\"k\",\"value\":{\"b\":1,\"a\":2},\"version\":2,\"expires_at\":null}",
    );
    is(state::Deleted { deleted: 1 }, r#"{"deleted":1}"#);
    let exported = state::Exported { entries: 2, file: "f".into(), missing: None };
    is(&exported, r#"{"entries":2,"file":"f"}"#);
    is(state::Exported { missing: Some(vec!["x".into()]), ..exported }, r#"{"entries":2,"file":"f","missing":["x"]}"#);
    is(state::Imported { imported: 1, kept: 2, replaced: 3 }, r#"{"imported":1,"kept":2,"replaced":3}"#);
    is(state::BackedUp { backups: vec![backup()] }, &format!("{{\"backups\":[{BACKUP}]}}"));
    let tenants = vec![
        state::RebuiltTenant { tenant: "t".into(), outcome: state::RebuildOutcome::Restored(backup()) },
        state::RebuiltTenant { tenant: "u".into(), outcome: state::RebuildOutcome::Error("no".into()) },
    ];
    let text = format!(
        "{{\"aside\":\"f\",\"tenants\":[{{\"tenant\":\"t\",\"restored\":{BACKUP}}},{{\"tenant\":\"u\",\"error\":\"no\"}}]}}"
    );
    let rebuilt = state::Rebuilt { aside: "f".into(), tenants };
    is(&rebuilt, &text);
    assert_eq!(serde_json::from_str::<state::Rebuilt>(&text).ok(), Some(rebuilt));
    let verified =
        state::Verified { sound: false, tenants: 1, keys: 2, bytes: 3, backups: 4, problems: vec!["x".into()] };
    is(verified, r#"{"sound":false,"tenants":1,"keys":2,"bytes":3,"backups":4,"problems":["x"]}"#);
    let error = state::Error { code: "invalid".into(), message: "no".into() };
    is(state::Failed { error }, r#"{"error":{"code":"invalid","message":"no"}}"#);
}

#[test]
fn policies() {
    let problem = PolicyProblem { line: 1, column: 2, problem: "no".into() };
    is(
        CheckedPolicy { file: "p".into(), ok: false, error: Some(problem) },
        r#"{"file":"p","ok":false,"error":{"line":1,"column":2,"problem":"no"}}"#,
    );
    is(CheckedPolicy { file: "p".into(), ok: true, error: None }, r#"{"file":"p","ok":true,"error":null}"#);
    let name = |standing, because: Option<&str>| Named {
        section: "models",
        key: "allow",
        name: "*".into(),
        standing,
        from: "p:1:2".into(),
        because: because.map(String::from),
        max_file: None,
        terms: None,
    };
    let because = vec!["p".to_owned()];
    let in_force = Explained {
        policies: vec![PolicyFile { file: "p".into(), hash: "00".into() }],
        names: vec![name(Standing::NotGranted, Some("q")), name(Standing::InPart, None)],
        denied: vec![Denied { section: "tools", key: "allow", because, allowed_elsewhere: true }],
        limits: vec![Limited { name: "fuel", value: None, from: "configuration".into() }],
        approvals: vec![NeedsApproval { key: "tools", name: "x".into(), from: "p:3:4".into() }],
        taint: vec![Barred { sink: "network", unless: vec!["web"], from: "p:5:6".into() }],
    };
    is(
        ExplainedPolicies {
            in_force,
            refused: vec!["x".into()],
            standard_tools: vec![StandardTool { name: "t".into(), granted: true, because: "y".into() }],
        },
        "{\"in_force\":{\"policies\":[{\"file\":\"p\",\"hash\":\"00\"}],\"names\":[{\"section\":\"models\",\
         \"key\":\"allow\",\"name\":\"*\",\"standing\":\"not-granted\",\"from\":\"p:1:2\",\"because\":\"q\"},\
         {\"section\":\"models\",\"key\":\"allow\",\"name\":\"*\",\"standing\":\"in-part\",\"from\":\"p:1:2\"}],\
         \"denied\":[{\"section\":\"tools\",\"key\":\"allow\",\"because\":[\"p\"],\"allowed_elsewhere\":true}],\
         \"limits\":[{\"name\":\"fuel\",\"value\":null,\"from\":\"configuration\"}],\"approvals\":[{\"key\":\"tools\",\"name\":\"x\",\"from\":\"p:3:4\"}],\
         \"taint\":[{\"sink\":\"network\",\"unless\":[\"web\"],\"from\":\"p:5:6\"}]},\"refused\":[\"x\"],\
         \"standard_tools\":[{\"name\":\"t\",\"granted\":true,\"because\":\"y\"}]}",
    );
    is([Standing::Granted, Standing::Denied], r#"["granted","denied"]"#);
    is(SuggestedPolicy { policy: "a = 1\n".into() }, r#"{"policy":"a = 1\n"}"#);
}

#[test]
fn providers() {
    let check = CheckedNeed { check: "stream", works: None, seen: "x".into(), advice: None };
    is(
        CheckedProvider { provider: "p".into(), ok: true, checks: vec![check] },
        r#"{"provider":"p","ok":true,"checks":[{"check":"stream","works":null,"seen":"x","advice":null}]}"#,
    );
}

#[test]
fn tools() {
    let tool = HostTool {
        name: "t".into(),
        aliases: vec!["u".into()],
        description: "d".into(),
        category: None,
        parameters: serde_json::json!({}),
        parameter_aliases: vec![("a".into(), "b".into())],
        standard: true,
        granted: false,
        because: "no".into(),
    };
    is(
        tool,
        "{\"name\":\"t\",\"aliases\":[\"u\"],\"description\":\"d\",\"category\":null,\"parameters\":{},\
         \"parameter_aliases\":[[\"a\",\"b\"]],\"standard\":true,\"granted\":false,\"because\":\"no\"}",
    );
}

#[test]
fn spells_and_audits() {
    let remark = Remark { file: Some("a.lua".into()), line: Some(1), column: None, problem: "odd".into() };
    let error = Remark { file: None, line: None, column: None, problem: "no".into() };
    is(
        Validated { file: "a.lua".into(), ok: false, errors: vec![error], remarks: vec![remark] },
        "{\"file\":\"a.lua\",\"ok\":false,\"errors\":[{\"file\":null,\"line\":null,\"column\":null,\"problem\":\"no\"}],\
         \"remarks\":[{\"file\":\"a.lua\",\"line\":1,\"column\":null,\"problem\":\"odd\"}]}",
    );
    is(AuditCheck { lines: 2, head: None, problems: vec!["x".into()] }, r#"{"lines":2,"head":null,"problems":["x"]}"#);
}

#[test]
fn what_is_in_force() {
    let (models, none) = (["double/*".to_owned()], []);
    let guest = GuestInfo {
        name: "lua".into(),
        version: "5.4".into(),
        extensions: vec!["lua".into()],
        hash: "00".into(),
        imports: Vec::new(),
    };
    let provider = info::Provider {
        name: "p",
        kind: "openai",
        host: None,
        default_model: Some("m"),
        key_variable: None,
        key_set: false,
        available: true,
        problem: None,
        builtin: true,
    };
    let plan = Plan { tokens_per_day: Some(1), cost_per_month: Some("2".into()), ..Plan::default() };
    let limit = |value, written: Option<&str>| info::Limit {
        value,
        written: written.map(String::from),
        from: "default".into(),
    };
    let shown = info::Info {
        version: "1",
        languages: vec![
            info::Language::Usable(guest),
            info::Language::Unusable { name: "javascript", error: "no".into() },
        ],
        providers: vec![provider],
        default_provider: "p",
        limits: [("fuel", limit(json!(1), Some("1"))), ("cost-budget", limit(json!(null), None))].into(),
        budgets: Plans { tenants: [("t".to_owned(), plan)].into(), ..Plans::default() },
        grants: info::Granted {
            models: &models,
            tools: &none,
            environment: &none,
            secrets: &models,
            modules: true,
            policies: vec!["p.toml".into()],
            from: [("models", "c.toml".into())].into(),
            entries: Vec::new(),
            approvals: Vec::new(),
            taint: Vec::new(),
        },
        network: info::Network {
            timeout_ms: 5,
            connect_timeout_ms: 6,
            max_request: 7,
            max_response: 8,
            redirects: 9,
            requests_per_minute: 10,
        },
        secrets: vec![info::SecretInfo {
            name: "HUB",
            variable: "TOKEN",
            set: true,
            to: vec!["a.example".into()],
            form: "bearer",
        }],
        search: vec!["brave"],
        state: info::StoreInfo {
            store: "sqlite:f".into(),
            kind: "sqlite",
            from: "flag".into(),
            exists: false,
            wait_ms: 1,
            tenant_bytes: 2,
            tenant_keys: 3,
            tenant_backups: 4,
        },
        config: None,
    };
    is(
        shown,
        "{\"version\":\"1\",\"languages\":[{\"name\":\"lua\",\"version\":\"5.4\",\"extensions\":[\"lua\"],\
         \"hash\":\"00\",\"imports\":[]},{\"name\":\"javascript\",\"error\":\"no\"}],\"providers\":[{\"name\":\"p\",\
         \"kind\":\"openai\",\"host\":null,\"default_model\":\"m\",\"key_variable\":null,\"key_set\":false,\
         \"available\":true,\"problem\":null,\"builtin\":true}],\"default_provider\":\"p\",\"limits\":{\"cost-budget\":\
         {\"value\":null,\"written\":null,\"from\":\"default\"},\"fuel\":{\"value\":1,\"written\":\"1\",\
         \"from\":\"default\"}},\"budgets\":{\"each_tenant\":{},\"tenants\":{\"t\":{\"tokens_per_day\":1,\
         \"cost_per_month\":\"2\"}},\"all\":{}},\"grants\":{\"models\":[\"double/*\"],\"tools\":[],\"environment\":[],\
         \"secrets\":[\"double/*\"],\"modules\":true,\"policies\":[\"p.toml\"],\"from\":{\"models\":\"c.toml\"},\"entries\":[],\"approvals\":[],\"taint\":[]},\
         \"network\":{\"timeout_ms\":5,\"connect_timeout_ms\":6,\"max_request\":7,\"max_response\":8,\"redirects\":9,\
         \"requests_per_minute\":10},\"secrets\":[{\"name\":\"HUB\",\"variable\":\"TOKEN\",\"set\":true,\"to\":[\"a.example\"],\
         \"as\":\"bearer\"}],\"search\":[\"brave\"],\"state\":{\"store\":\"sqlite:f\",\"kind\":\"sqlite\",\"from\":\"flag\",\
         \"exists\":false,\"wait_ms\":1,\"tenant_bytes\":2,\"tenant_keys\":3,\"tenant_backups\":4},\"config\":null}",
    );
}
