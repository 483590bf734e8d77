use std::path::Path;

use super::Grants;
use super::*;

fn invalid() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/policy/invalid")
}

fn policy(text: &str) -> Policy {
    Policy::parse("policy.toml", text).unwrap()
}

#[test]
fn each_bad_file_has_its_message() {
    let mut files = 0;
    for entry in std::fs::read_dir(invalid()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("err")).unwrap_or_default();
        let name = path.file_name().unwrap().to_str().unwrap();
        let found =
            Policy::parse(name, &text).err().map_or_else(|| "it was accepted".into(), |error| error.to_string());
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path.with_extension("err"), format!("{found}\n")).unwrap();
            continue;
        }
        assert_eq!(found, expected.trim_end(), "{}", path.display());
        assert_ne!(found, "it was accepted", "{}", path.display());
    }
    assert!(files > 40, "only {files} files");
}

#[test]
fn the_example_is_a_policy() {
    let example = Policy::parse("policy.toml", include_str!("../../../../examples/policy.toml")).unwrap();
    assert!(example.check(Right::MODEL, "openai/gpt-4o-mini").is_ok());
    assert!(example.check(Right::MODEL, "openai/o1").is_err());
}

#[test]
fn a_star_stays_within_its_part_and_a_last_one_stands_for_the_rest() {
    let table: &[(Right, &str, &[&str], &[&str])] = &[
        (Right::MODEL, "openai/gpt-4*", &["openai/gpt-4", "openai/gpt-4o"], &["openai/gpt-4/x", "openai/o1", "openai"]),
        (Right::MODEL, "openrouter/*", &["openrouter/a/b", "openrouter/a"], &["openrouter", "openai/a"]),
        (Right::MODEL, "*/gpt-4", &["a/gpt-4"], &["a/b/gpt-4", "gpt-4"]),
        (Right::MODEL, "google/gemini-*", &["gemini/gemini-pro"], &["gemini/other"]),
        (Right::MODEL, "*", &["a/b", "a/b/c"], &[]),
        (Right::TOOL, "web-*", &["web_search", "web-search"], &["web", "search"]),
        (Right::VARIABLE, "LLM_*", &["LLM_MODEL"], &["LLM", "XLLM_MODEL"]),
        (Right::STATE, "agent:*", &["agent:a", "agent:a:b"], &["agent", "agents:a"]),
        (Right::STATE, "global", &["global"], &["globally", "Global"]),
        (Right::EMIT, "user.*", &["user.in", "user:in.again"], &["user", "users.in"]),
        (Right::EMIT, "*.done", &["a.done"], &["a.b.done", "done"]),
        (
            Right::NETWORK,
            "example.org",
            &["example.org:80", "example.org:443"],
            &["a.example.org:80", "org:80", "example.org.evil.net:80"],
        ),
        (
            Right::NETWORK,
            "*.example.org:443",
            &["a.example.org:443", "a.b.example.org:443"],
            &["example.org:443", "a.example.org:80", "aexample.org:443"],
        ),
        (Right::NETWORK, "127.0.0.1", &["127.0.0.1:80"], &["127.0.0.1.example.org:80", "1.127.0.0.1:80"]),
        (Right::NETWORK, "[::1]:80", &["[::1]:80"], &["[::1]:81", "[::2]:80"]),
        (Right::NETWORK, "*", &["a:80", "127.0.0.1:80", "[::1]:80"], &[]),
        (Right::HOOK, "BeforeAgentExecution", &["agent:before_execution"], &["agent:after_execution"]),
        (Right::HOOK, "custom:mile*", &["custom:milestone", "custom:mile:x"], &["custom:x"]),
    ];
    for (right, text, yes, no) in table {
        let glob = Glob::parse(*right, text, true).unwrap();
        let matches = |name: &&str| glob.fits(&right.split(&right.normal(name)));
        assert!(yes.iter().all(matches), "{text} {yes:?}");
        assert!(!no.iter().any(matches), "{text} {no:?}");
    }
}

#[test]
fn globs_cover_and_overlap() {
    let glob = |text: &str| Glob::parse(Right::MODEL, text, false).unwrap();
    for (wide, narrow) in
        [("*", "a/b"), ("*", "*"), ("a/*", "a/b*"), ("a/*", "a/b/c"), ("a/b*", "a/b*"), ("a/b*c", "a/bc*c")]
    {
        assert!(glob(wide).covers(&glob(narrow)) && glob(wide).overlaps(&glob(narrow)), "{wide} {narrow}");
    }
    for (one, other) in [("a/b*", "a/*"), ("a/b*", "a/*b"), ("*/b", "a/*"), ("a/x*", "a/*y*")] {
        assert!(!glob(one).covers(&glob(other)) && glob(one).overlaps(&glob(other)), "{one} {other}");
        assert!(glob(other).overlaps(&glob(one)), "{one} {other}");
    }
    for (one, other) in [("a/b", "a/c"), ("a/b*", "a/c*"), ("a/*b", "a/*c"), ("a/*", "b/*"), ("a/b/c", "a/b*")] {
        assert!(!glob(one).covers(&glob(other)) && !glob(one).overlaps(&glob(other)), "{one} {other}");
    }
}

#[test]
fn what_is_denied_is_denied_and_what_is_not_named_too() {
    let policy = policy("[models]\nallow = [\"openai/*\"]\ndeny = [\"openai/o1*\"]\n[hooks]\nallow = [\"agent:*\"]\n");
    assert!(policy.check(Right::MODEL, "openai/gpt-4").is_ok());
    let denied = policy.check(Right::MODEL, "openai/o1-pro").unwrap_err();
    let details = serde_json::json!({
        "name": "openai/o1-pro", "section": "models", "key": "deny", "file": "policy.toml", "line": 3,
    });
    assert_eq!((denied.code.as_ref(), denied.details), ("denied", Some(details)));
    for (right, name) in [(Right::TOOL, "t"), (Right::STATE, "global"), (Right::EMIT, "e"), (Right::VARIABLE, "V")] {
        assert!(policy.check(right, name).is_err(), "{right:?}");
    }
    let may = |point: &str| {
        let pattern = llmspell_base::hook_pattern::Pattern::parse(point).unwrap();
        Grants::local().within(policy.clone()).check(&Permission::each(Right::HOOK, pattern.points())).is_ok()
    };
    assert!(may("agent:before_execution") && may("agent:*") && may("agent:writer:before_*"));
    assert!(!may("*") && !may("*:error") && !may("tool:*") && !may("custom:x"));
}

#[test]
fn what_is_asked_and_not_granted_is_told_once_with_its_place() {
    let operator =
        policy("[models]\nallow = [\"openai/gpt-4*\"]\n[tools]\nallow = [\"web_search\"]\n[limits]\nfuel = \"2G\"\n");
    let asked = "[models]\nallow = [\"openai/*\"]\n[tools]\nallow = [\"web_search\", \"mail\"]\n[events]\nallow = [\"x.*\"]\n\
                [limits]\nfuel = \"5G\"\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("spell.toml"), asked).unwrap();
    let requested = requested_policies(Some(folder.path()), "spell.lua", "").unwrap();
    let grants = requested.into_iter().fold(Grants::local().within(operator), Grants::within);
    let told: Vec<String> = grants.refused(&Limits::default()).iter().map(|one| one.what.clone()).collect();
    assert_eq!(
        told,
        [
            "the model 'openai/*' is granted in part only: openai/gpt-4*, but for what is denied (policy.toml)",
            "the tool 'mail' is not granted: [tools] allow in policy.toml would grant it",
            "the event for other runs 'x.*' is not granted: [events] emit in policy.toml would grant it",
            "fuel = 5000000000 is more than is allowed: 2000000000 applies",
        ]
    );
    assert_eq!(grants.tighten(Limits::default()).fuel, 2_000_000_000);
    // It did not ask for state.
    assert!(!grants.allows(Right::STATE, "global"));
}

#[test]
fn a_spell_asks_in_its_first_lines() {
    let lua = "#!/usr/bin/env llmspell-wasm\n\n-- Writes poems.\n-- /// spell\n-- [models]\n-- allow = [\"openai/gpt-4\"]\n-- ///\nreturn 1";
    let asked = requested::in_header("poem.lua", lua).unwrap().unwrap();
    assert!(asked.check(Right::MODEL, "openai/gpt-4").is_ok() && asked.check(Right::MODEL, "openai/o1").is_err());
    let message = asked.check(Right::TOOL, "mail").unwrap_err().message;
    assert_eq!(message, "the tool 'mail' is not what the spell asks for: [tools] allow in poem.lua");
    let javascript = "// /// spell\n// [tools]\n// allow = []\n// ///\n";
    assert!(requested::in_header("x.js", javascript).unwrap().unwrap().check(Right::TOOL, "mail").is_err());
    // Places are those in the spell.
    let error = requested::in_header("x.lua", "-- /// spell\n--   [tool]\n-- ///").unwrap_err().to_string();
    assert_eq!(error, "x.lua:2:7: unknown key 'tool'; did you mean 'tools'?");
    let error = requested::in_header("x.lua", "\n-- /// spell\n-- [tools]\nprint(1)").unwrap_err().to_string();
    assert!(error.starts_with("x.lua:2:1: '/// spell' is not closed"), "{error}");
    // Behind the first line of the program there is no header.
    let header = |count: usize| {
        let names: Vec<String> = (0..count).map(|name| format!("\"tool{name}\"")).collect();
        requested::in_header("x.lua", &format!("-- /// spell\n-- tools.deny = [{}]\n-- ///", names.join(",")))
    };
    assert!(header(64).is_ok() && header(65).unwrap_err().to_string().contains("has more than 64 entries"));
    assert!(requested::in_header("x.lua", "print(1)\n-- /// spell\n-- [tool]\n-- ///").unwrap().is_none());
    // One that only tells of itself asks for all that it can get; one with limits alone is bound by them alone.
    assert!(requested::in_header("x.lua", "-- /// spell\n-- name = \"x\"\n-- ///").unwrap().is_none());
    let asked = requested::in_header("x.lua", "-- /// spell\n-- limits.fuel = \"1G\"\n-- ///").unwrap().unwrap();
    assert!(asked.check(Right::TOOL, "mail").is_ok());
    assert_eq!(asked.tighten(Limits::default()).fuel, 1_000_000_000);
}

#[test]
fn what_an_observed_run_needed_is_suggested_and_reads_back() {
    let journal = r#"
        {"seq":1,"call":"agent.run","need":{"models":["openai/gpt-4"]},"args":{},"outcome":{"ok":null}}
        {"seq":2,"call":"tool.invoke","need":{"tools":["web-search"]},"args":{},"outcome":{"ok":1}}
        {"seq":3,"call":"tool.call","need":{"tools":["mail"]},"args":{},"outcome":{"failure":{"code":"denied"}}}
        {"seq":4,"call":"hook.register","need":{"hooks":["agent:error"]},"args":{},"outcome":{"ok":1}}
        {"seq":5,"call":"state.put","need":{"state":["a b*\n\"c"]},"args":{},"outcome":{"ok":1}}
        {"seq":6,"call":"environment.get","args":{"name":"LLM_MODEL"},"outcome":{"ok":"secret value"}}
        {"seq":7,"call":"environment.get","args":{"name":"HOME"},"outcome":{"ok":null}}
        {"seq":8,"call":"run.end","args":{},"outcome":{"ended":"completed"},"cost":{"fuel":123456,"host_calls":7}}"#;
    let suggestion = suggest(journal).unwrap();
    assert!(suggestion.is_whole);
    let text = suggestion.to_toml("trace.jsonl");
    assert!(!text.contains("secret") && !text.contains("HOME"), "{text}");
    assert!(
        text.contains("# Denied in that run: [tools]") && text.contains("# Needs a wider grant: [state]"),
        "{text}"
    );
    let policy = suggestion.policy("trace.jsonl").unwrap();
    for (right, name) in [(Right::MODEL, "openai/gpt-4"), (Right::TOOL, "web_search"), (Right::VARIABLE, "LLM_MODEL")] {
        assert!(policy.check(right, name).is_ok(), "{text}");
    }
    assert!(policy.check(Right::TOOL, "mail").is_err() && policy.check(Right::MODEL, "openai/o1").is_err());
    assert_eq!(policy.tighten(Limits::default()).fuel, 250_000);
    assert!(suggest("{}").unwrap_err().starts_with("line 1: it names no call"));
    assert!(suggest("nothing").is_err());
}

#[test]
fn a_pattern_of_paths_is_for_what_it_names_and_all_below() {
    let grants = |text: &str| Grants { read: vec![text.into()], ..Grants::default() };
    for (pattern, fitting, others) in [
        (
            "/data",
            vec!["/data", "/data/", "/data/a", "/data/a/b/c"],
            vec!["/", "/dat", "/data2", "/data2/a", "data", "/Data"],
        ),
        ("/data/*.txt", vec!["/data/a.txt", "/data/.txt"], vec!["/data", "/data/a.md", "/data/b/a.txt"]),
        ("/data/*/x", vec!["/data/a/x", "/data/a/x/y"], vec!["/data/x", "/data/a/b/x"]),
        ("/", vec!["/", "/etc/passwd"], vec!["etc"]),
    ] {
        for (names, granted) in [(fitting, true), (others, false)] {
            for name in names {
                assert_eq!(grants(pattern).allows(Right::READ, name), granted, "{pattern} {name}");
            }
        }
        assert!(!grants(pattern).allows(Right::WRITE, "/data/a.txt"));
    }
    let narrowed = grants("/usr").within(policy("[files]\nallow = [\"/usr\"]\ndeny = [\"/usr/Lib\"]\n"));
    assert!(narrowed.allows(Right::READ, "/usr/bin") && !narrowed.allows(Right::READ, "/usr/lib/x"));
    assert!(!narrowed.allows(Right::READ, "/usr/LIB"));
}

#[test]
fn a_file_may_have_what_its_most_generous_entry_allows_in_the_tightest_policy() {
    let sized = policy(
        "[files]\nwrite = [{path = \"/usr\", max-file = \"2KiB\"}, {path = \"/usr/lib\", max-file = \"4KiB\"}, \"/usr/bin\"]\n",
    );
    let grants = Grants { write: vec!["/".into()], ..Grants::default() }.within(sized);
    let most = |path| grants.max_file(Right::WRITE, path);
    assert_eq!([most("/usr/x"), most("/usr/lib/x"), most("/usr/bin/x")], [Some(2048), Some(4096), None]);
    let tighter = grants.clone().within(policy("[files]\nwrite = [{path = \"/\", max-file = \"1KiB\"}]\n"));
    assert_eq!(tighter.max_file(Right::WRITE, "/usr/bin/x"), Some(1024));
}

#[test]
fn what_needs_a_yes_is_named_with_the_line_that_says_so() {
    let text = "[tools]\nallow = [\"*\"]\n[approval]\ntools = [\"mail\", \"web-*\"]\nmodels = [\"OpenAI/o*\"]\ncost-above = 0.10\n";
    let grants = Grants::local().within(policy(text));
    let needs = |permission: &Permission<'_>, cost| grants.needs_approval(permission, cost);
    let tool = |name| Permission::of(Right::TOOL, name);
    assert_eq!(needs(&tool("mail"), None).unwrap(), "[approval] tools = \"mail\" in policy.toml, line 4");
    assert!(needs(&tool("web_post"), None).is_some() && needs(&tool("calculator"), None).is_none());
    let aliases = ["mail".to_owned()];
    assert!(needs(&tool("sender").also_named(&aliases), None).is_some());
    // To learn of a tool is no use of it.
    assert!(needs(&tool("mail").to_look(), None).is_none());
    // A model by any spelling of its name.
    let model = |name| Permission::of(Right::MODEL, name);
    assert!(needs(&model("openai/O1"), None).is_some() && needs(&model("openai/gpt-4o"), None).is_none());
    let dollars = |text: &str| Some(Cost::AtMost(text.parse().unwrap()));
    assert!(needs(&model("openai/gpt-4o"), dollars("0.1")).is_none());
    let because = "[approval] cost-above = 0.1 in policy.toml, line 6";
    assert_eq!(needs(&model("openai/gpt-4o"), dollars("0.100000001")).unwrap(), because);
    assert_eq!(needs(&model("openai/gpt-4o"), Some(Cost::Unknown)).unwrap(), because);
    assert!(Grants::local().needs_approval(&tool("mail"), Some(Cost::Unknown)).is_none());
}

#[test]
fn each_policy_may_want_a_yes_also_that_of_the_spell() {
    let spell = "-- /// spell\n-- [approval]\n-- tools = [\"mail\"]\n-- ///\n";
    let requested = requested_policies(None, "s.lua", spell).unwrap();
    let grants = requested.into_iter().fold(Grants::local(), Grants::within);
    assert!(grants.needs_approval(&Permission::of(Right::TOOL, "mail"), None).is_some());
    // It asks for no less than it did.
    assert!(grants.allows(Right::TOOL, "other") && grants.allows(Right::MODEL, "local/m"));
}

#[test]
fn a_sink_is_barred_by_what_was_taken_in() {
    let grants = Grants::local().within(policy("[taint]\nnetwork = {unless = [\"web\", \"files\"]}\n"));
    assert!(grants.watches_taint() && !Grants::local().watches_taint());
    assert_eq!(grants.barred("network", |_| false), None);
    assert_eq!(grants.barred("tools", |_| true), None);
    let because = "[taint] network in policy.toml, line 2".to_owned();
    assert_eq!(grants.barred("network", |mark| mark == "files"), Some(Barred { source: "files", because }));
}

#[test]
fn what_reads_takes_in_and_lets_nothing_out() {
    let state = Permission::of(Right::STATE, "global");
    let marks = |permission: &Permission<'_>| (permission.source(), permission.sink());
    assert_eq!(marks(&state), (Some("state"), Some("state")));
    assert_eq!(marks(&state.clone().to_read()), (Some("state"), None));
    assert_eq!(marks(&state.to_look()), (None, None));
    // What only computes brings nothing new.
    assert_eq!(marks(&Permission::of(Right::TOOL, "calculator").by_default()), (None, None));
    for right in Right::ALL {
        assert!(right.source().is_none_or(|source| SOURCES.contains(&source)), "{right:?}");
        assert!(right.sink().is_none_or(|sink| SINKS.contains(&sink)), "{right:?}");
    }
}

#[test]
fn a_tool_is_denied_by_each_of_its_names() {
    let aliases = ["template_engine".to_owned()];
    let tool = Permission::of(Right::TOOL, "template-creator").also_named(&aliases).by_default();
    let denied = |text| Grants::local().within(policy(text)).check(&tool).unwrap_err().message;
    let message = "the tool 'template_engine' is denied by [tools] deny = \"template-engine\" in policy.toml, line 2";
    assert_eq!(denied("[tools]\ndeny = [\"template-engine\"]\n"), message);
    assert!(Grants::local().within(policy("[tools]\ndeny = [\"other\"]\n")).check(&tool).is_ok());
}

#[test]
fn a_denial_of_a_servers_tool_is_for_both_spellings_and_an_allowance_for_its_own() {
    let allows = |text: &str, name: &str| {
        let grants = Grants { mcp: vec!["*.*".into()], ..Grants::local() }.within(policy(text));
        grants.allows(Right::MCP, name)
    };
    let denies = "[mcp]\nallow = [\"git\"]\ndeny = [\"git.git-push\", \"git.re_set*\"]\n";
    for name in ["git.git-push", "git.git_push", "git.re-set", "git.re_set-hard"] {
        assert!(!allows(denies, name), "{name}");
    }
    assert!(allows(denies, "git.git_log") && allows(denies, "git.git-log"));
    let one = "[mcp]\nallow = [\"git.git_push\"]\n";
    assert!(allows(one, "git.git_push") && !allows(one, "git.git-push"));
    let asks = "[mcp]\nallow = [\"git\"]\n[approval]\nmcp = [\"git.git-push\"]\n";
    let grants = Grants { mcp: vec!["*.*".into()], ..Grants::local() }.within(policy(asks));
    assert!(grants.needs_approval(&Permission::of(Right::MCP, "git.git_push"), None).is_some());
}

#[test]
fn a_private_address_is_granted_as_what_it_is_or_by_a_policy_that_says_so() {
    let grants = |network: &[&str], policies: &[&str]| {
        let network = network.iter().map(|text| text.to_string()).collect();
        policies.iter().fold(Grants { network, ..Grants::default() }, |grants, text| grants.within(policy(text)))
    };
    let all = "[network]\nallow = [\"*\"]\n";
    let said = "[network]\nallow = [{host = \"intranet.example\", private = true}]\n";
    for (network, policies, host, expected) in [
        (&["127.0.0.1:80"][..], &[][..], "127.0.0.1:80", true),
        (&["127.0.0.1"], &[], "127.0.0.1:80", true),
        (&["localhost"], &[], "localhost:80", true),
        (&["[::1]:80"], &[], "[::1]:80", true),
        (&["*"], &[], "127.0.0.1:80", false),
        (&["intranet.example"], &[], "intranet.example:80", false),
        (&["127.0.0.1:81"], &[], "127.0.0.1:80", false),
        (&["*"], &[said], "intranet.example:80", true),
        (&["*"], &[said, all], "intranet.example:80", false),
        (&["127.0.0.1:80"], &[all], "127.0.0.1:80", false),
    ] {
        assert_eq!(grants(network, policies).may_be_private(host), expected, "{network:?} {policies:?} {host}");
    }
    // What a spell asks for itself says nothing of it.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("spell.toml"), said).unwrap();
    let asked = requested_policies(Some(folder.path()), "spell.lua", "").unwrap();
    let own = asked.into_iter().fold(grants(&["*"], &[]), Grants::within);
    assert!(own.allows(Right::NETWORK, "intranet.example:80") && !own.may_be_private("intranet.example:80"));
}

#[test]
fn a_request_keeps_to_the_terms_of_its_host() {
    let text = "[network]\nallow = [{host = \"a.example\", methods = [\"GET\"], paths = [\"/v1\"]}, {host = \"b.example\", \
                max-response = \"1KiB\", requests-per-minute = 5}]\n";
    let grants = Grants { network: vec!["*".into()], ..Grants::default() }.within(policy(text));
    let check = |host, method, path| grants.check(&Permission::of(Right::NETWORK, host).of_request(method, path));
    for path in ["/v1", "/v1/", "/v1/x", "/v1/x%20y"] {
        assert!(check("a.example:443", "GET", path).is_ok(), "{path}");
    }
    for path in ["/", "/v10", "/v1/%2e%2e/v2", "/v1/..%2fv2", "/v1//x", "/v1/%252e", "/v1/x;y"] {
        assert!(check("a.example:443", "GET", path).is_err(), "{path}");
    }
    let message = check("a.example:443", "POST", "/v1").unwrap_err().message;
    assert_eq!(
        message,
        "the request POST /v1 to 'a.example:443' is not granted: [network] allow in policy.toml has GET; paths /v1"
    );
    assert!(check("b.example:80", "POST", "/x").is_ok());
    assert_eq!(grants.max_response("b.example:80"), Some(1024));
    assert_eq!(grants.request_rates("b.example:80").iter().map(|(_, count)| *count).collect::<Vec<_>>(), [5]);
    assert_eq!((grants.max_response("a.example:80"), grants.request_rates("a.example:80").len()), (None, 0));
}
