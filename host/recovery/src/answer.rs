//! The JSON in an answer. Models that are asked for nothing else still put it into a Markdown fence.

/// What tags enclose a model's thoughts before its answer, where a server does not tell them apart.
const THOUGHTS: &[&str] = &["think", "thinking", "thought", "reasoning"];

/// The text without what does not belong to it: a byte order mark, thoughts in tags before it, and one fence round all of
/// the rest. `None` where there is nothing of it.
pub fn unwrapped(answer: &str) -> Option<&str> {
    let whole = answer.trim();
    let text = without_thoughts(whole.trim_start_matches('\u{feff}').trim_start());
    let inner = fence(text).map_or(text, |fence| within(text, fence));
    (inner.len() < whole.len()).then_some(inner)
}

/// What is wrong with an answer that is no JSON. `problem`: the parser's words.
pub fn not_json(answer: &str, problem: &str) -> String {
    let text = without_thoughts(answer.trim().trim_start_matches('\u{feff}').trim_start());
    let fences = text.lines().filter_map(|line| fence(line.trim_start())).count();
    match fence(text) {
        Some(fence) if fences == 1 || (fences == 2 && text.ends_with(fence)) => {
            format!("the text in its code fence ({fence}) is not JSON: {problem}")
        }
        _ if fences > 0 => "it is not JSON alone: there is text beside its code fence (```)".into(),
        _ => format!("it is not JSON: {problem}"),
    }
}

pub(super) fn without_thoughts(text: &str) -> &str {
    let mut rest = text;
    while let Some(more) = after_thoughts(rest) {
        rest = more;
    }
    rest
}

fn after_thoughts(text: &str) -> Option<&str> {
    THOUGHTS.iter().find_map(|tag| {
        let inner = text.strip_prefix('<')?.strip_prefix(tag)?.strip_prefix('>')?;
        inner.split_once(&format!("</{tag}>")).map(|(_, rest)| rest.trim_start())
    })
}

/// The three or more characters that it begins with.
fn fence(text: &str) -> Option<&str> {
    let first = text.chars().next().filter(|first| matches!(first, '`' | '~'))?;
    let length = text.len() - text.trim_start_matches(first).len();
    (length >= 3).then(|| &text[..length])
}

fn within<'a>(text: &'a str, fence: &str) -> &'a str {
    let rest = text.strip_prefix(fence).unwrap_or(text);
    // The name of the language, and what else its line says. A fence that is not closed ends with the answer.
    let named = |letter: char| letter.is_ascii_alphanumeric() || "+-_.".contains(letter);
    let behind = rest.trim_start_matches(' ').trim_start_matches(named);
    let begins = behind.trim_start_matches(' ').starts_with(['{', '[', '"']);
    let inner = match rest.split_once('\n') {
        Some((_, next_lines)) if !begins => next_lines,
        _ if begins || behind.starts_with(' ') => behind,
        _ => rest,
    };
    inner.strip_suffix(fence).unwrap_or(inner).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_fence_round_the_whole_is_taken_off() {
        for answer in [
            "```json\n{\"a\": 1}\n```",
            "```\n{\"a\": 1}\n```",
            "```JSON\r\n{\"a\": 1}\r\n```\r\n",
            "```{\"a\": 1}```",
            "```json {\"a\": 1}```",
            "````json\n{\"a\": 1}\n````",
            "~~~json\n{\"a\": 1}\n~~~",
            "```json\n{\"a\": 1}",
            "``` json\n{\"a\": 1}\n```",
            "```json title=\"x\"\n{\"a\": 1}\n```",
            "<think>a</think>\n<think>b</think>\n{\"a\": 1}",
            "\u{feff}{\"a\": 1}",
            "\u{feff}```json\n{\"a\": 1}\n```",
            "<think>\nIs it `1`?\n</think>\n\n{\"a\": 1}",
            "<think>```</think>\n```json\n{\"a\": 1}\n```",
        ] {
            assert_eq!(unwrapped(answer), Some("{\"a\": 1}"), "{answer}");
        }
    }

    #[test]
    fn what_is_in_the_json_stays() {
        assert_eq!(unwrapped("{\"a\": \"```json\\n1\\n```\"}"), None);
        assert_eq!(unwrapped("```json\n\"```\"\n```"), Some("\"```\""));
        assert_eq!(unwrapped("```json\n-1\n```"), Some("-1"));
        assert_eq!(unwrapped("```json\n```json\n1\n```\n```"), Some("```json\n1\n```"));
        for kept in ["1", "", "``", "<think>1", "yes"] {
            assert_eq!(unwrapped(kept), None, "{kept}");
        }
    }

    #[test]
    fn a_fence_is_named() {
        for (answer, told) in [
            ("```json\n{broken\n```", "the text in its code fence (```) is not JSON: x"),
            ("~~~\n{broken", "the text in its code fence (~~~) is not JSON: x"),
            ("Here it is:\n```json\n{}\n```", "it is not JSON alone: there is text beside its code fence (```)"),
            ("```json\n{}\n```\nI hope it helps.", "it is not JSON alone: there is text beside its code fence (```)"),
            (
                "```json\n{}\n```\nand\n```json\n{}\n```",
                "it is not JSON alone: there is text beside its code fence (```)",
            ),
            ("no JSON", "it is not JSON: x"),
        ] {
            assert_eq!(not_json(answer, "x"), told, "{answer}");
        }
    }
}
