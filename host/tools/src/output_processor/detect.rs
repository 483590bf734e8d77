//! Which format a text is in.

use llmspell_recovery::{Recovery, fences, unwrapped};

use super::{Format, csv, yaml};

/// So much of a text tells.
const LOOKED_AT: usize = 16 << 10;

pub fn detect(text: &str) -> Format {
    let inner = unwrapped(text).unwrap_or(text).trim();
    let start = inner.get(..inner.floor_char_boundary(LOOKED_AT)).unwrap_or(inner);
    if let Some(format) = of_fence(text) {
        return format;
    }
    if start.starts_with(['{', '[']) && !start.starts_with("[!")
        || serde_json::from_str::<serde::de::IgnoredAny>(inner).is_ok()
    {
        let is_json = start.starts_with('{') || llmspell_recovery::json(inner, Recovery::Lenient).is_ok();
        if is_json {
            return Format::Json;
        }
    }
    let tag = start.strip_prefix('<').unwrap_or_default();
    if tag.starts_with(|first: char| first.is_ascii_alphabetic() || first == '?' || first == '!') && start.contains('>')
    {
        return Format::Xml;
    }
    let lines: Vec<&str> = start.lines().filter(|line| !line.trim().is_empty()).take(50).collect();
    if is_markdown(&lines) {
        return Format::Markdown;
    }
    if csv::delimiter(&lines).is_some() {
        return Format::Csv;
    }
    if lines.first() == Some(&"---")
        || lines.iter().any(|line| is_member(line))
            && yaml::read(start, Recovery::Lenient).is_ok_and(|read| read.value.is_object() || read.value.is_array())
    {
        return Format::Yaml;
    }
    match llmspell_recovery::json(inner, Recovery::Lenient) {
        Ok(found) if found.value.is_object() => Format::Json,
        _ if lines.iter().any(|line| line.starts_with("- ") || line.starts_with("* ")) && lines.len() > 1 => {
            Format::Markdown
        }
        _ => Format::Plain,
    }
}

/// The language that the only fence names.
fn of_fence(text: &str) -> Option<Format> {
    let all = fences(text);
    let [only] = all.as_slice() else { return None };
    Some(match only.language.to_ascii_lowercase().as_str() {
        "json" | "json5" | "jsonc" => Format::Json,
        "yaml" | "yml" => Format::Yaml,
        "xml" => Format::Xml,
        "csv" | "tsv" => Format::Csv,
        "markdown" | "md" => Format::Markdown,
        _ => return None,
    })
}

/// Marks that only Markdown has.
fn is_markdown(lines: &[&str]) -> bool {
    let is_heading = |line: &str| {
        let marks = line.len() - line.trim_start_matches('#').len();
        (1..=6).contains(&marks) && line.get(marks..).is_some_and(|rest| rest.starts_with(' '))
    };
    // In YAML, such a line is a comment.
    let headings = lines.iter().any(|line| is_heading(line)) && !lines.iter().any(|line| is_member(line));
    headings
        || lines.iter().any(|line| {
            line.starts_with("```")
                || line.contains("](")
                || line.contains("**")
                || line.starts_with("|") && line.ends_with('|')
        })
}

/// `name: value` or `name:`, as YAML has it.
fn is_member(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ");
    line.split_once(':').is_some_and(|(name, rest)| {
        let is_name = !name.is_empty()
            && name.len() <= 60
            && name.chars().all(|letter| letter.is_alphanumeric() || "_-.\"'".contains(letter));
        is_name && (rest.is_empty() || rest.starts_with(' '))
    })
}
