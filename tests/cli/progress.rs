//! How workflows are shown while they go.

use std::process::Command;

use crate::harness::{Harness, Ran};

const FLOW: &str = "
local n = 0
local flow = Workflow.sequential{name = 'research', steps = {
  {name = 'search', llm = 'test', prompt = 'x'},
  {name = 'both', type = 'parallel', max_concurrency = 1, branches = {{name = 'a', steps = {function() return 1 end}}, {name = 'b', required = false, steps = {function() error('no') end}}}},
  {name = 'flaky', retry = {max_attempts = 2, delay_ms = 1}, handler = function() n = n + 1 if n < 2 then error('x') end print('said') end},
  {name = 'never', when = false, handler = print},
}}
flow:execute()
return 'result'
";

/// What is the same in each run: without times, and numbers of tokens.
fn without_times(text: &str) -> Vec<String> {
    let same = |word: &str| {
        if word.chars().any(|sign| sign.is_ascii_digit()) && !word.contains("step") {
            "N".to_owned()
        } else {
            word.to_owned()
        }
    };
    text.lines().map(|line| line.split(' ').map(same).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn without_a_terminal_each_step_is_a_line_on_standard_error() {
    let harness = Harness::new().with("flow.lua", FLOW);
    let ran = harness.run(&["run", "flow.lua", "--offline"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "said\nresult\n"));
    let expected = [
        "workflow research: N steps",
        "workflow research: search: under way",
        "workflow research: search: done, N ms, N tokens",
        "workflow research: both: under way",
        "workflow   both: N steps",
        "workflow   both: a:step1: under way",
        "workflow   both: a:step1: done, N ms",
        "workflow   both: b:step1: under way",
        "workflow   both: b:step1: failed (script), N ms",
        "workflow   both: completed, N ms",
        "workflow research: both: done, N ms",
        "workflow research: flaky: under way",
        "workflow research: flaky: attempt N failed (script), waiting N ms",
        "workflow research: flaky: under way",
        "workflow research: flaky: done, N ms",
        "workflow research: never: skipped",
        "workflow research: completed, N ms, N tokens",
    ];
    assert_eq!(without_times(&ran.err), expected);
}

#[test]
fn nothing_is_shown_where_it_is_not_wanted() {
    let harness = Harness::new().with("flow.lua", FLOW);
    harness.run(&["run", "flow.lua", "--offline", "--quiet"]).is(0, "said\nresult\n", "");
    let ran = harness.run(&["run", "flow.lua", "--offline", "--output", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "said\n"));
    // Whoever reads the trace there reads JSON.
    let ran = harness.run(&["run", "flow.lua", "--offline", "--trace-calls"]);
    assert!(ran.err.lines().all(|line| line.starts_with('{')), "{}", ran.err);
}

#[test]
fn a_hundred_thousand_steps_are_few_lines() {
    let many = "local body = {} for i = 1, 100 do body[i] = {name = 's' .. i, handler = print, when = false} end
        Workflow.loop{name = 'many', range = {start = 0, ['end'] = 1000}, aggregation = 'none', body = body}:execute()";
    let harness = Harness::new().with("many.lua", many);
    let ran = harness.run(&["run", "many.lua", "--max-host-calls", "200k", "--fuel", "100G"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!((200..230).contains(&lines.len()), "{}", lines.len());
    assert_eq!(lines.get(199), Some(&"workflow further steps are only counted"));
    assert_eq!(lines.last(), Some(&"workflow 100000 steps are over, 0 of them failed"));
}

/// The same in a terminal of this size, with all that the terminal is sent.
fn in_a_terminal(harness: &Harness, columns: u32, arguments: &str) -> Ran {
    let command = format!("stty cols {columns} rows 24; {} {arguments}", env!("CARGO_BIN_EXE_llmspell-wasm"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &command, "/dev/null"]);
    script.env_clear().env("HOME", harness.path(".")).env("TERM", "xterm").env("PATH", "/usr/bin:/bin");
    let output = script.current_dir(harness.path(".")).output();
    Ran::of(output.unwrap_or_else(|error| panic!("the test needs script(1), of util-linux: {error}")))
}

/// What a terminal shows in the end.
fn seen(sent: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let mut rest = sent;
    while let Some(sign) = rest.chars().next() {
        if let Some(sequence) = rest.strip_prefix("\x1b[") {
            let end = sequence.find(|sign: char| sign.is_ascii_alphabetic()).unwrap();
            let (number, kind) = (sequence[..end].parse::<usize>().unwrap_or(0), &sequence[end..=end]);
            match kind {
                "A" => lines.truncate(lines.len() - number),
                "J" => *lines.last_mut().unwrap() = String::new(),
                _ => {}
            }
            rest = &sequence[end + 1..];
            continue;
        }
        match sign {
            '\n' => lines.push(String::new()),
            '\r' => {}
            _ => lines.last_mut().unwrap().push(sign),
        }
        rest = &rest[sign.len_utf8()..];
    }
    lines
}

#[test]
fn a_terminal_shows_what_is_under_way_below_all_else() {
    let flow = "
    local flow = Workflow.sequential{name = 'research', steps = {
      {name = 'slow', handler = function() util.sleep(150) io.write('open') end},
      {name = ('wide '):rep(20), handler = function() util.sleep(150) print('line') end},
    }}
    flow:execute()";
    let harness = Harness::new().with("flow.lua", flow);
    let ran = in_a_terminal(&harness, 40, "run flow.lua");
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("research: 0 of 2 steps over, 1 …  0."), "{}", ran.out);
    assert!(ran.out.contains("\n  slow  0."), "{}", ran.out);
    // No line of the region wraps: what goes up goes up by as many lines as it takes.
    let region = ran.out.lines().filter(|line| line.contains(" steps over") || line.starts_with("  wide"));
    region.for_each(|line| {
        let text = line.trim_end().rsplit("\x1b[J").next().unwrap();
        assert!(text.chars().count() < 40, "{line}");
    });
    let shown = seen(&ran.out);
    let shown: Vec<&str> = shown.iter().map(String::as_str).filter(|line| !line.starts_with("workflow")).collect();
    assert_eq!(shown, ["open", "line", ""], "{}", ran.out);
}

#[test]
fn a_terminal_that_can_not_go_back_gets_plain_lines() {
    let harness = Harness::new().with("flow.lua", FLOW);
    let ran = in_a_terminal(&harness, 80, "run flow.lua --offline 2>errors");
    assert_eq!((ran.code, ran.out.replace('\r', "").as_str()), (0, "said\nresult\n"));
    assert!(harness.read("errors").contains("workflow research: search: under way\n"), "{}", harness.read("errors"));
}

#[test]
fn names_can_not_move_the_cursor_or_fill_the_screen() {
    let flow = "local flow = Workflow.sequential{name = ('n'):rep(128), steps = {
      {name = ('s'):rep(128), handler = function() error({code = 'a\\27[2J\\nerror: forged'}) end, optional = true}}}
      flow:execute()";
    let harness = Harness::new().with("flow.lua", flow);
    let ran = harness.run(&["run", "flow.lua"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains('\x1b') && ran.err.lines().all(|line| line.starts_with("workflow ")), "{}", ran.err);
    assert!(ran.err.lines().all(|line| line.chars().count() < 160), "{}", ran.err);
}
