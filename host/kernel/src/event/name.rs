//! Names of events, and patterns of names.

use llmspell_base::Failure;

/// Of a name or a pattern.
const MOST_BYTES: usize = 256;

/// Keeps matching cheap for every pattern that a spell can write, as a spell is not charged for it.
const MOST_SEGMENTS: usize = 16;
const MOST_STARS: usize = 2;

/// Names are segments between "." and ":", which count as the same. `*` stands for one segment, or a part of one; at
/// the end of a pattern for one or more; alone for every name. `**` stands for any number of segments, also none.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone)]
enum Segment {
    Text(String),
    /// With a `*` and something else.
    Glob(Glob),
    One,
    /// `**`, and a last `*` behind its one segment.
    Rest,
}

/// Checks the name of an event that a spell emits.
pub fn check(name: &str) -> Result<(), Failure> {
    check_text("an event's type", name)?;
    match name.contains('*') {
        true => Err(Failure::invalid("an event's type can't hold '*': that is for the patterns of subscriptions")),
        false => Ok(()),
    }
}

fn check_text(what: &str, text: &str) -> Result<(), Failure> {
    if text.is_empty() || text.len() > MOST_BYTES {
        return Err(Failure::invalid(format!("{what} must have 1 to {MOST_BYTES} bytes, not {}", text.len())));
    }
    if let Some(odd) = text.chars().find(|char| char.is_control()) {
        return Err(Failure::invalid(format!("{what} can't hold control characters such as {}", odd.escape_debug())));
    }
    if split(text).count() > MOST_SEGMENTS {
        return Err(Failure::invalid(format!("{what} can't have more than {MOST_SEGMENTS} segments")));
    }
    Ok(())
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', ':'])
}

impl Pattern {
    /// Reads a pattern. Fails, as "invalid", unless it has 1 to 256 bytes, at most 16 segments, no control characters, at most
    /// two `**` and at most two `*` in a segment.
    pub fn parse(text: &str) -> Result<Pattern, Failure> {
        check_text("a pattern of events", text)?;
        let mut segments: Vec<Segment> = split(text).map(Segment::parse).collect();
        // A last `*` has one segment or more.
        if let Some(Segment::One) = segments.last() {
            segments.push(Segment::Rest);
        }
        if segments.iter().filter(|segment| matches!(segment, Segment::Rest)).count() > 2 {
            return Err(Failure::invalid(format!("the pattern '{text}' has more than two '**'")));
        }
        if split(text).any(|segment| segment.matches('*').count() > MOST_STARS) {
            return Err(Failure::invalid(format!("the pattern '{text}' has more than {MOST_STARS} '*' in a segment")));
        }
        Ok(Pattern { text: text.into(), segments })
    }

    /// Whether the pattern covers this name.
    pub fn matches(&self, name: &str) -> bool {
        let mut words = [""; MOST_SEGMENTS];
        let mut count = 0;
        for segment in split(name) {
            // Names that the host makes up may be longer: their last segments count as one.
            match words.get_mut(count) {
                Some(word) => *word = segment,
                None => break,
            }
            count += 1;
        }
        matches(&self.segments, words.get(..count).unwrap_or_default(), &mut Segment::matches)
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What stands between two `Rest` takes the first place that it can: a later one would leave less for what follows. So no
/// choice but the last is ever taken back.
fn matches(segments: &[Segment], words: &[&str], fits: &mut impl FnMut(&Segment, &str) -> bool) -> bool {
    let (mut segment, mut word, mut retry) = (0, 0, None);
    loop {
        match (segments.get(segment), words.get(word)) {
            (None, None) => return true,
            (Some(Segment::Rest), _) => {
                segment += 1;
                // Alone at the end it takes all that is left.
                if segment == segments.len() {
                    return true;
                }
                retry = Some((segment, word));
            }
            (Some(one), Some(text)) if fits(one, text) => (segment, word) = (segment + 1, word + 1),
            _ => match retry {
                Some((behind, from)) if from < words.len() => {
                    (segment, word, retry) = (behind, from + 1, Some((behind, from + 1)));
                }
                _ => return false,
            },
        }
    }
}

/// A text with one or two `*` in it. Looking for it takes time with the length of the name, and no more.
#[derive(Debug, Clone)]
struct Glob {
    start: String,
    middle: Option<String>,
    end: String,
}

impl Glob {
    fn new(text: &str) -> Glob {
        let (start, rest) = text.split_once('*').unwrap_or((text, ""));
        let (middle, end) = rest.rsplit_once('*').map_or((None, rest), |(middle, end)| (Some(middle.into()), end));
        Glob { start: start.into(), middle, end: end.into() }
    }

    fn matches(&self, word: &str) -> bool {
        let inner = word.strip_prefix(self.start.as_str()).and_then(|rest| rest.strip_suffix(self.end.as_str()));
        inner.is_some_and(|inner| self.middle.as_ref().is_none_or(|middle| inner.contains(middle.as_str())))
    }
}

impl Segment {
    fn parse(text: &str) -> Segment {
        match text {
            "*" => Segment::One,
            "**" => Segment::Rest,
            _ if text.contains('*') => Segment::Glob(Glob::new(text)),
            _ => Segment::Text(text.into()),
        }
    }

    fn matches(&self, word: &str) -> bool {
        match self {
            Segment::Text(text) => text == word,
            Segment::Glob(glob) => glob.matches(word),
            Segment::One | Segment::Rest => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_spells_expect() {
        let table = [
            ("*", &["a", "a.b", "a:b.c"][..], &[][..]),
            ("**", &["a", "a.b"], &[]),
            ("*.error", &["agent.error", "tool:error"], &["error", "a.b.error", "agent.errors", "agent.error.x"]),
            ("*.status", &["job.status"], &["status"]),
            ("**.error", &["error", "a.error", "a.b.error"], &["a.error.b"]),
            ("user.*", &["user.in", "user.in.again", "user:in"], &["user", "users.in"]),
            ("user.**", &["user", "user.in", "user.in.again"], &["users"]),
            ("system.*", &["system.startup"], &["system"]),
            ("test.basic.*", &["test.basic.a", "test.basic.a.b"], &["test.basic", "test.a.basic"]),
            (
                "workflow.*.completed",
                &["workflow.research.completed"],
                &["workflow.completed", "workflow.a.b.completed"],
            ),
            ("workflow.*", &["workflow.started", "workflow.step.started"], &["workflow"]),
            ("custom:milestone", &["custom:milestone", "custom.milestone"], &["custom:milestones"]),
            ("agent:executed", &["agent:executed"], &["agent:failed"]),
            ("job_*.done", &["job_1.done", "job_.done"], &["job.done", "job_1.x.done"]),
            ("a.**.z.*", &["a.z.1", "a.b.c.z.1.2"], &["a.z", "a.b.1"]),
            ("Ünïcode.*", &["Ünïcode.ß"], &["unicode.ß"]),
            ("a*b*a", &["aba", "axxbxxa", "abba"], &["a", "aa", "ab", "ba", "aca"]),
            ("*a*", &["a", "ba", "bab"], &["b"]),
            ("**.a.b.**.b", &["a.b.b", "a.a.b.x.b", "x.a.b.b.b"], &["a.b", "a.x.b", "a.b.x"]),
        ];
        for (pattern, yes, no) in table {
            let parsed = Pattern::parse(pattern).unwrap();
            for name in yes {
                assert!(parsed.matches(name), "{pattern} {name}");
            }
            for name in no {
                assert!(!parsed.matches(name), "{pattern} {name}");
            }
        }
    }

    #[test]
    fn odd_names_and_patterns_are_refused() {
        for bad in ["", "a\nb", "a\u{1b}[2J", &"x".repeat(257), &"a.".repeat(20)] {
            assert_eq!(check(bad).unwrap_err().code, "invalid", "{bad:?}");
            assert_eq!(Pattern::parse(bad).unwrap_err().code, "invalid", "{bad:?}");
        }
        assert!(check("a.*").is_err() && check("a..b:").is_ok() && check("emoji.🎉").is_ok());
        assert!(Pattern::parse("**.a.**.b.**").is_err() && Pattern::parse("*a*b*").is_err());
        assert!(!Pattern::parse("a?*").unwrap().matches("abc"));
    }

    #[test]
    fn the_worst_pattern_takes_few_steps() {
        let pattern = Pattern::parse("**.*a*.**.a*bbbb").unwrap();
        let name = format!("{}aaaab", "aaaaaaaaaaaaaab.".repeat(15));
        let (words, mut steps) = (split(&name).collect::<Vec<_>>(), 0);
        let found = matches(&pattern.segments, &words, &mut |segment, word| {
            steps += 1;
            segment.matches(word)
        });
        assert!(!found && steps <= 2 * words.len(), "{steps} steps");
    }

    #[test]
    fn a_name_of_the_host_with_many_segments_does_no_harm() {
        assert!(Pattern::parse("a.**").unwrap().matches(&"a.".repeat(1000)));
    }
}
