//! The points that a hook is registered for.

use wildmatch::WildMatchPattern;

use crate::Failure;
use crate::hook_point::{self as point, KNOWN, Point};
use crate::nearest::nearest;

/// A point; or many: `agent:*`, `agent:before_*`, `*:error`, `tool:web_search:before_execution`,
/// `tool:web_*:before_execution`, `custom:*`, `*`.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// In canonical words.
    text: String,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Known { family: Word, component: Option<Word>, moment: Word },
    Custom(Word),
    Everything,
}

/// A text, or one with `*`.
#[derive(Debug, Clone)]
enum Word {
    Text(String),
    Glob(Glob),
}

/// Nothing but `*` is special.
type Glob = WildMatchPattern<'*', '\0'>;

const MOST_BYTES: usize = 256;
/// So that matching stays cheap, whatever a spell makes up: it is not charged for it.
const MOST_STARS: usize = 4;
const CUSTOM: &str = "custom";

impl Pattern {
    /// Reads a point or pattern in any spelling that [`Point::named`] knows. At most 256 bytes and four `*`. "invalid",
    /// with the nearest name, where it fits no point.
    pub fn parse(text: &str) -> Result<Pattern, Failure> {
        if text.len() > MOST_BYTES || text.chars().any(char::is_control) || text.matches('*').count() > MOST_STARS {
            let most = format!("{MOST_BYTES} bytes, {MOST_STARS} '*' and no control characters");
            let message = format!("Unknown hook point: a point has at most {most}");
            return Err(Failure::invalid(message));
        }
        if let Some(point) = Point::named(text) {
            let (family, moment) = (Word::parse(point.family()), Word::parse(point.moment()));
            return Ok(Pattern { text: point.to_string(), what: What::Known { family, component: None, moment } });
        }
        let segments: Vec<&str> = text.split([':', '.']).collect();
        match segments.as_slice() {
            ["*" | "**"] | ["*", "*"] => return Ok(Pattern { text: "*".into(), what: What::Everything }),
            [first, _, ..] if first.eq_ignore_ascii_case(CUSTOM) => {
                let name = text.get(CUSTOM.len() + 1..).unwrap_or_default();
                if !name.is_empty() {
                    return Ok(Pattern { text: format!("{CUSTOM}:{name}"), what: What::Custom(Word::parse(name)) });
                }
            }
            [first, rest @ .., last] => {
                let component =
                    (!rest.is_empty()).then(|| text.get(first.len() + 1..text.len() - last.len() - 1)).flatten();
                if let Some(pattern) = Pattern::of_parts(first, component, last) {
                    return Ok(pattern);
                }
            }
            _ => {}
        }
        let names = point::names();
        let hint = nearest(text, &names.iter().map(String::as_str).collect::<Vec<_>>());
        let own = if hint.starts_with("; known") { ", and 'custom:' with a name of your own" } else { "" };
        Err(Failure::invalid(format!("Unknown hook point '{text}'{hint}{own}")))
    }

    /// `None` where that fits no point.
    fn of_parts(family: &str, component: Option<&str>, moment: &str) -> Option<Pattern> {
        let (mut family, mut moment) = (family.to_ascii_lowercase(), moment.to_ascii_lowercase().replace('-', "_"));
        if !family.contains('*') && !moment.contains('*') {
            // The moment may have another word.
            let point = Point::named(&format!("{family}:{moment}"))?;
            (family, moment) = (point.family().into(), point.moment().into());
        }
        let text = match component {
            None | Some("") => format!("{family}:{moment}"),
            Some(component) => format!("{family}:{component}:{moment}"),
        };
        let component = component
            .filter(|component| !component.is_empty() && *component != "*")
            .map(|text| Word::parse(&alike(text)));
        let (family, moment) = (Word::parse(&family), Word::parse(&moment));
        let fits = KNOWN.iter().any(|(one, at)| family.matches(one) && moment.matches(at));
        fits.then_some(Pattern { text, what: What::Known { family, component, moment } })
    }

    /// `component` is the name of the agent, tool, ... that the point is about.
    pub fn matches(&self, point: &Point, component: &str) -> bool {
        match (&self.what, point) {
            (What::Everything, _) => true,
            (What::Custom(name), Point::Custom(custom)) => name.matches(custom),
            (What::Known { family, component: wanted, moment }, Point::Known { family: its, moment: at }) => {
                family.matches(its)
                    && moment.matches(at)
                    && wanted.as_ref().is_none_or(|wanted| wanted.matches(&alike(component)))
            }
            _ => false,
        }
    }

    /// Whether both are for one point: how `list` looks for hooks.
    pub fn meets(&self, other: &Pattern) -> bool {
        match (&self.what, &other.what) {
            (What::Everything, _) => true,
            (What::Custom(name), What::Custom(other)) => name.meets(other),
            (What::Known { component: Some(a), .. }, What::Known { component: Some(b), .. }) if !a.meets(b) => false,
            _ => KNOWN.iter().any(|(family, moment)| self.is_for(family, moment) && other.is_for(family, moment)),
        }
    }

    /// Whether all that it is for are points that nothing in this build fires.
    pub fn is_silent(&self) -> bool {
        let mut points = KNOWN.iter().filter(|(family, moment)| self.is_for(family, moment)).peekable();
        points.peek().is_some() && points.all(|(family, moment)| point::is_silent(family, moment))
    }

    /// The one point that it is for, if it is one.
    pub fn point(&self) -> Option<Point> {
        match &self.what {
            What::Known { family: Word::Text(family), moment: Word::Text(moment), .. } => {
                Point::named(&format!("{family}:{moment}"))
            }
            What::Custom(Word::Text(name)) => Some(Point::Custom(name.clone())),
            _ => None,
        }
    }

    /// The one component that it is for, if it is one.
    pub fn component(&self) -> &str {
        match &self.what {
            What::Known { component: Some(Word::Text(name)), .. } => name,
            _ => "",
        }
    }

    /// The pattern in canonical words, such as "agent:before_execution".
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is for one component, or some, only.
    pub fn has_component(&self) -> bool {
        matches!(&self.what, What::Known { component: Some(_), .. })
    }

    /// Every point that it is for, in canonical words and whatever the component. Of a spell's own points, the pattern.
    pub fn points(&self) -> Vec<String> {
        let known = KNOWN.iter().filter(|(family, moment)| self.is_for(family, moment));
        let known = known.map(|(family, moment)| format!("{family}:{moment}"));
        let custom = match &self.what {
            What::Everything => Some(format!("{CUSTOM}:*")),
            What::Custom(Word::Text(name)) => Some(format!("{CUSTOM}:{name}")),
            What::Custom(Word::Glob(name)) => Some(format!("{CUSTOM}:{name}")),
            What::Known { .. } => None,
        };
        known.chain(custom).collect()
    }

    fn is_for(&self, its: &str, at: &str) -> bool {
        match &self.what {
            What::Everything => true,
            What::Custom(_) => false,
            What::Known { family, moment, .. } => family.matches(its) && moment.matches(at),
        }
    }
}

/// Tools answer to their names with '_' and with '-'.
fn alike(component: &str) -> String {
    component.replace('-', "_")
}

impl Word {
    fn parse(text: &str) -> Word {
        if text.contains('*') { Word::Glob(Glob::new(text)) } else { Word::Text(text.into()) }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Word::Text(own) => own == text,
            Word::Glob(glob) => glob.matches(text),
        }
    }

    fn meets(&self, other: &Word) -> bool {
        match (self, other) {
            (_, Word::Text(text)) => self.matches(text),
            (Word::Text(text), Word::Glob(glob)) => glob.matches(text),
            // A pattern is found by itself and by a wider one.
            (Word::Glob(a), Word::Glob(b)) => a.matches(&b.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENT: Point = Point::BEFORE_AGENT_EXECUTION;
    const TOOL: Point = Point::BEFORE_TOOL_EXECUTION;

    fn matches(pattern: &str, point: &Point, component: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(point, component)
    }

    #[test]
    fn patterns_name_points_and_components() {
        let custom = Point::Custom("milestone".into());
        let table: &[(&str, &Point, &str, bool)] = &[
            ("agent:before_execution", &AGENT, "writer", true),
            ("agent:before_execution", &TOOL, "writer", false),
            ("agent:*", &AGENT, "writer", true),
            ("agent.*", &AGENT, "writer", true),
            ("agent:before_*", &Point::AFTER_AGENT_INIT, "writer", false),
            ("tool:*:before_execution", &TOOL, "web_search", true),
            ("tool:web_search:before_execution", &TOOL, "web_search", true),
            ("tool:web-search:before-execution", &TOOL, "web_search", true),
            ("tool:web_search:before_execution", &TOOL, "web-search", true),
            ("tool:web_*:pre_call", &TOOL, "web_search", true),
            ("Tool:web_search:before_execution", &TOOL, "calculator", false),
            ("tool:web_search:*", &Point::TOOL_ERROR, "web_search", true),
            ("agent:a:b:c:after_execution", &Point::AFTER_AGENT_EXECUTION, "a:b:c", true),
            ("*:error", &Point::MODEL_ERROR, "m", true),
            ("*", &custom, "", true),
            ("*:*", &AGENT, "", true),
            ("custom:milestone", &custom, "", true),
            ("custom.mile*", &custom, "", true),
            ("custom:Milestone", &custom, "", false),
            ("agent:*", &custom, "", false),
        ];
        for (pattern, point, component, wanted) in table {
            assert_eq!(matches(pattern, point, component), *wanted, "{pattern} {point} {component}");
        }
    }

    #[test]
    fn an_unknown_point_names_the_nearest() {
        let message = |text: &str| Pattern::parse(text).unwrap_err().message;
        assert_eq!(
            message("agent:befor_execution"),
            "Unknown hook point 'agent:befor_execution'; did you mean 'agent:before_execution'?"
        );
        let listed = message("InvalidHookPoint");
        assert!(listed.starts_with("Unknown hook point 'InvalidHookPoint'; known are: system:startup,"), "{listed}");
        assert!(listed.ends_with("and 'custom:' with a name of your own"), "{listed}");
        for odd in
            ["", ":", "custom:", "custom", "agent:befor_*", "tool:x:nothing", "nobody:*", "a\nb", &"x".repeat(300)]
        {
            assert!(message(odd).starts_with("Unknown hook point"), "{odd}");
        }
    }

    #[test]
    fn a_filter_finds_what_it_shares_a_point_with() {
        let meets = |a: &str, b: &str| Pattern::parse(a).unwrap().meets(&Pattern::parse(b).unwrap());
        assert!(meets("agent:*", "agent:before_execution") && meets("agent:*", "agent:writer:after_execution"));
        assert!(meets("tool:before_execution", "tool:*:before_execution") && meets("tool:*", "*"));
        assert!(meets("*", "custom:x") && meets("custom:*", "custom:x*") && meets("BeforeAgentInit", "agent:before_*"));
        assert!(!meets("agent:*", "tool:before_execution") && !meets("agent:*", "custom:x"));
        assert!(!meets("tool:a:before_execution", "tool:b:before_execution") && !meets("custom:a", "custom:b"));
    }

    #[test]
    fn what_no_part_of_the_host_fires_is_known() {
        let silent = |text: &str| Pattern::parse(text).unwrap().is_silent();
        assert!(silent("workflow_rollback") && !silent("session:*") && !silent("state:*") && silent("MemoryUsageHigh"));
        assert!(!silent("workflow_complete") && !silent("workflow:*"));
        assert!(!silent("agent:*") && !silent("*") && !silent("custom:x") && !silent("*:error"));
    }
}
