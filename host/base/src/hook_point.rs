//! Hook points, and the spellings of their names.

use std::fmt;

/// A place in the host's work where hooks fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    /// One of the host's, such as "agent:before_execution".
    Known {
        /// The part before the colon, such as "agent".
        family: &'static str,
        /// The part after the colon, such as "before_execution".
        moment: &'static str,
    },
    /// A point of the spell's own, which it fires itself: the name behind "custom:".
    Custom(String),
}

macro_rules! points {
    ($($name:ident $family:literal $moment:literal,)*) => {
        impl Point {
            $(#[allow(dead_code, reason = "the table is whole before all of its points fire")]
            #[doc = concat!("The point \"", $family, ":", $moment, "\".")]
            pub const $name: Point = Point::Known { family: $family, moment: $moment };)*
        }
        /// Family and moment of every point that is not custom.
        pub const KNOWN: &[(&str, &str)] = &[$(($family, $moment)),*];
    };
}

points! {
    SYSTEM_STARTUP "system" "startup",
    SYSTEM_SHUTDOWN "system" "shutdown",
    CONFIGURATION_CHANGE "system" "configuration_change",
    RESOURCE_LIMIT_EXCEEDED "system" "resource_limit_exceeded",
    SECURITY_VIOLATION "system" "security_violation",
    PERFORMANCE_THRESHOLD_EXCEEDED "system" "performance_threshold_exceeded",
    MEMORY_USAGE_HIGH "system" "memory_usage_high",
    CPU_USAGE_HIGH "system" "cpu_usage_high",
    BEFORE_AGENT_INIT "agent" "before_init",
    AFTER_AGENT_INIT "agent" "after_init",
    BEFORE_AGENT_EXECUTION "agent" "before_execution",
    AFTER_AGENT_EXECUTION "agent" "after_execution",
    BEFORE_AGENT_SHUTDOWN "agent" "before_shutdown",
    AFTER_AGENT_SHUTDOWN "agent" "after_shutdown",
    AGENT_ERROR "agent" "error",
    BEFORE_MODEL_CALL "model" "before_call",
    AFTER_MODEL_CALL "model" "after_call",
    MODEL_ERROR "model" "error",
    BEFORE_TOOL_DISCOVERY "tool" "before_discovery",
    AFTER_TOOL_DISCOVERY "tool" "after_discovery",
    BEFORE_TOOL_EXECUTION "tool" "before_execution",
    AFTER_TOOL_EXECUTION "tool" "after_execution",
    TOOL_VALIDATION "tool" "validation",
    TOOL_ERROR "tool" "error",
    BEFORE_WORKFLOW_START "workflow" "before_start",
    BEFORE_WORKFLOW_STEP "workflow" "before_step",
    AFTER_WORKFLOW_STEP "workflow" "after_step",
    WORKFLOW_STAGE_TRANSITION "workflow" "stage_transition",
    WORKFLOW_CHECKPOINT "workflow" "checkpoint",
    WORKFLOW_ROLLBACK "workflow" "rollback",
    AFTER_WORKFLOW_COMPLETE "workflow" "after_complete",
    WORKFLOW_ERROR "workflow" "error",
    BEFORE_STATE_READ "state" "before_read",
    AFTER_STATE_READ "state" "after_read",
    BEFORE_STATE_WRITE "state" "before_write",
    AFTER_STATE_WRITE "state" "after_write",
    STATE_CONFLICT "state" "conflict",
    STATE_MIGRATION "state" "migration",
    SESSION_START "session" "start",
    SESSION_END "session" "end",
    SESSION_CHECKPOINT "session" "checkpoint",
    SESSION_RESTORE "session" "restore",
    SESSION_SAVE "session" "save",
    BEFORE_EVENT_EMIT "event" "before_emit",
    AFTER_EVENT_EMIT "event" "after_emit",
    EVENT_HANDLER_ERROR "event" "handler_error",
}

/// Other words for moments: family, word, moment.
const WORDS: &[(&str, &str, &str)] = &[
    ("tool", "before_call", "before_execution"),
    ("tool", "after_call", "after_execution"),
    ("workflow", "start", "before_start"),
    ("workflow", "complete", "after_complete"),
    ("workflow", "before_stage", "before_step"),
    ("workflow", "after_stage", "after_step"),
];

/// Nothing in this build fires these: registering for one gives a warning. A line goes when its interface comes.
const SILENT_STAGES: &[&str] = &["rollback"];
const SILENT_MOMENTS: &[&str] = &[
    "configuration_change",
    "resource_limit_exceeded",
    "security_violation",
    "performance_threshold_exceeded",
    "memory_usage_high",
    "cpu_usage_high",
];

impl Point {
    /// In any case, with any separators: "agent:before_execution", "BeforeAgentExecution", "pre_tool_call".
    pub fn named(text: &str) -> Option<Point> {
        let key = squash(text)?;
        let known = KNOWN.iter().find(|(family, moment)| spells(&key, family, moment, moment));
        let other = || WORDS.iter().find(|(family, word, moment)| spells(&key, family, word, moment));
        let (family, moment) = known.copied().or_else(|| other().map(|(family, _, moment)| (*family, *moment)))?;
        Some(Point::Known { family, moment })
    }

    /// "agent", "tool", ... or "custom".
    pub fn family(&self) -> &str {
        match self {
            Point::Known { family, .. } => family,
            Point::Custom(_) => "custom",
        }
    }

    /// "before_execution", ... or the name of a custom one.
    pub fn moment(&self) -> &str {
        match self {
            Point::Known { moment, .. } => moment,
            Point::Custom(name) => name,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.family(), self.moment())
    }
}

/// Whether nothing in this build fires it.
pub fn is_silent(family: &str, moment: &str) -> bool {
    match family {
        "system" => SILENT_MOMENTS.contains(&moment),
        "workflow" => SILENT_STAGES.contains(&moment),
        _ => false,
    }
}

/// All that exist and are not custom, for messages.
pub fn names() -> Vec<String> {
    KNOWN.iter().map(|(family, moment)| format!("{family}:{moment}")).collect()
}

/// Letters and digits only, in lower case. `None` where there is anything else but separators.
fn squash(text: &str) -> Option<String> {
    let odd = |char: char| !char.is_ascii_alphanumeric() && !matches!(char, ':' | '.' | '_' | '-' | ' ' | '/');
    if text.contains(odd) {
        return None;
    }
    Some(text.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect())
}

/// Whether a squashed text says this: the family first, or the time first, or `on` before an error.
fn spells(key: &str, family: &str, word: &str, moment: &str) -> bool {
    let (time, rest) = match (word.strip_prefix("before_"), word.strip_prefix("after_")) {
        (Some(rest), _) => (["before", "pre"], rest),
        (_, Some(rest)) => (["after", "post"], rest),
        _ => (["on", ""], word),
    };
    time.iter().any(|time| is(key, [family, time, rest]) || is(key, [time, family, rest]))
        || is(key, [family, rest, ""]) && word == rest
        // Those have no family in other spellings.
        || family == "system" && SILENT_MOMENTS.contains(&moment) && is(key, [rest, "", ""])
}

/// The text is these parts, whose underscores do not count.
fn is(key: &str, parts: [&str; 3]) -> bool {
    key.bytes().eq(parts.iter().flat_map(|part| part.bytes()).filter(|byte| *byte != b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_found_in_every_spelling() {
        for (family, moment) in KNOWN {
            let point = Point::Known { family, moment };
            let (first, rest) = moment.split_once('_').unwrap_or((moment, ""));
            let mut spellings = vec![
                format!("{family}:{moment}"),
                format!("{family}.{}", moment.replace('_', "-")),
                format!("{family}_{moment}").to_uppercase(),
                format!("{family} {moment}"),
            ];
            if matches!(first, "before" | "after") {
                let short = if first == "before" { "pre" } else { "post" };
                spellings.extend([format!("{first}_{family}_{rest}"), format!("{short}-{family}-{rest}")]);
            }
            for spelling in spellings {
                assert_eq!(Point::named(&spelling), Some(point.clone()), "{spelling}");
            }
        }
    }

    #[test]
    fn the_spellings_of_other_hosts_are_understood() {
        let table = [
            ("SystemStartup", "system:startup"),
            ("SystemShutdown", "system:shutdown"),
            ("BeforeAgentInit", "agent:before_init"),
            ("AfterAgentInit", "agent:after_init"),
            ("BeforeAgentExecution", "agent:before_execution"),
            ("AfterAgentExecution", "agent:after_execution"),
            ("BeforeAgentShutdown", "agent:before_shutdown"),
            ("AfterAgentShutdown", "agent:after_shutdown"),
            ("AgentError", "agent:error"),
            ("BeforeToolDiscovery", "tool:before_discovery"),
            ("AfterToolDiscovery", "tool:after_discovery"),
            ("BeforeToolExecution", "tool:before_execution"),
            ("AfterToolExecution", "tool:after_execution"),
            ("ToolValidation", "tool:validation"),
            ("ToolError", "tool:error"),
            ("BeforeWorkflowStart", "workflow:before_start"),
            ("WorkflowStageTransition", "workflow:stage_transition"),
            ("BeforeWorkflowStage", "workflow:before_step"),
            ("AfterWorkflowStage", "workflow:after_step"),
            ("WorkflowCheckpoint", "workflow:checkpoint"),
            ("WorkflowRollback", "workflow:rollback"),
            ("AfterWorkflowComplete", "workflow:after_complete"),
            ("WorkflowError", "workflow:error"),
            ("BeforeStateRead", "state:before_read"),
            ("AfterStateRead", "state:after_read"),
            ("BeforeStateWrite", "state:before_write"),
            ("AfterStateWrite", "state:after_write"),
            ("StateConflict", "state:conflict"),
            ("StateMigration", "state:migration"),
            ("ConfigurationChange", "system:configuration_change"),
            ("ResourceLimitExceeded", "system:resource_limit_exceeded"),
            ("SecurityViolation", "system:security_violation"),
            ("SessionStart", "session:start"),
            ("SessionEnd", "session:end"),
            ("SessionCheckpoint", "session:checkpoint"),
            ("SessionRestore", "session:restore"),
            ("SessionSave", "session:save"),
            ("BeforeEventEmit", "event:before_emit"),
            ("AfterEventEmit", "event:after_emit"),
            ("EventHandlerError", "event:handler_error"),
            ("PerformanceThresholdExceeded", "system:performance_threshold_exceeded"),
            ("MemoryUsageHigh", "system:memory_usage_high"),
            ("CpuUsageHigh", "system:cpu_usage_high"),
            ("workflow:before_step", "workflow:before_step"),
            ("workflow:after_step", "workflow:after_step"),
            ("workflow:before_start", "workflow:before_start"),
            ("workflow:after_complete", "workflow:after_complete"),
            ("workflow:on_error", "workflow:error"),
            ("tool:before_execution", "tool:before_execution"),
            ("tool:after_execution", "tool:after_execution"),
            ("pre_tool_call", "tool:before_execution"),
            ("post_tool_call", "tool:after_execution"),
            ("BeforeWorkflowStep", "workflow:before_step"),
            ("workflow_start", "workflow:before_start"),
            ("workflow_complete", "workflow:after_complete"),
            ("before_agent_execution", "agent:before_execution"),
            ("agent.before-execution", "agent:before_execution"),
            ("beforeagentexecution", "agent:before_execution"),
            ("on_agent_error", "agent:error"),
        ];
        for (spelling, canonical) in table {
            assert_eq!(Point::named(spelling).map(|point| point.to_string()).as_deref(), Some(canonical), "{spelling}");
        }
    }

    #[test]
    fn what_is_no_point_is_none() {
        for text in [
            "",
            "InvalidHookPoint",
            "agent",
            "before",
            "agent:before",
            "agent:*",
            "agent:befor_execution",
            "é",
            "execution",
        ] {
            assert_eq!(Point::named(text), None, "{text}");
        }
    }
}
