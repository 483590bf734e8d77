//! The styles of references.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{Entry, Person};

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    #[default]
    Apa,
    Mla,
    Chicago,
    Harvard,
    Ieee,
}

impl Style {
    pub const ALL: &'static [Style] = &[Style::Apa, Style::Mla, Style::Chicago, Style::Harvard, Style::Ieee];

    pub fn name(self) -> &'static str {
        match self {
            Style::Apa => "American Psychological Association",
            Style::Mla => "Modern Language Association",
            Style::Chicago => "Chicago Manual of Style, author and date",
            Style::Harvard => "Harvard",
            Style::Ieee => "Institute of Electrical and Electronics Engineers",
        }
    }

    /// The reference in a list; `number` is its place in it, from 1.
    pub fn write(self, entry: &Entry, number: usize) -> String {
        let title = entry.field("title").unwrap_or("Untitled");
        let year = entry.year().unwrap_or("n.d.");
        let published = self.published(entry);
        let people = self.people(&entry.authors);
        let by = if people.is_empty() { String::new() } else { people + " " };
        let link = entry.field("doi").map(|doi| format!(" https://doi.org/{doi}"));
        let link = link.or_else(|| entry.field("url").map(|url| format!(" {url}"))).unwrap_or_default();
        match self {
            Style::Apa => format!("{by}({year}). {title}.{}{link}", ended(&published)),
            Style::Harvard => format!("{by}({year}) '{title}',{}{link}", ended(&published)),
            Style::Chicago => format!("{}{year}. \"{title}.\"{}{link}", stopped(&by), ended(&published)),
            Style::Mla => format!("{}\"{title}.\"{}, {year}.{link}", stopped(&by), spaced(&published)),
            Style::Ieee => format!("[{number}] {}\"{title},\"{}, {year}.{link}", commaed(&by), spaced(&published)),
        }
    }

    /// "Nature, 12(3), 45-67"
    fn published(self, entry: &Entry) -> String {
        let volume = match (entry.field("volume"), entry.field("number"), self) {
            (Some(volume), Some(number), Style::Ieee) => Some(format!("vol. {volume}, no. {number}")),
            (Some(volume), None, Style::Ieee) => Some(format!("vol. {volume}")),
            (Some(volume), Some(number), Style::Mla) => Some(format!("vol. {volume}, no. {number}")),
            (Some(volume), Some(number), _) => Some(format!("{volume}({number})")),
            (Some(volume), None, _) => Some(volume.to_owned()),
            (None, ..) => None,
        };
        let pages = entry.field("pages").map(|pages| pages.replace("--", "-"));
        let pages = pages.map(|pages| match self {
            Style::Mla | Style::Ieee | Style::Harvard => format!("pp. {pages}"),
            Style::Apa | Style::Chicago => pages,
        });
        let parts = [entry.container().map(String::from), volume, pages];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn people(self, people: &[Person]) -> String {
        let names: Vec<String> = people
            .iter()
            .take(MOST_PEOPLE)
            .enumerate()
            .map(|(at, person)| {
                let (family, initials) = (&person.family, person.initials());
                match self {
                    _ if person.given.is_empty() => family.clone(),
                    Style::Apa | Style::Harvard => format!("{family}, {initials}"),
                    Style::Ieee => format!("{initials} {family}"),
                    Style::Mla | Style::Chicago if at == 0 => format!("{family}, {}", person.given),
                    Style::Mla | Style::Chicago => format!("{} {family}", person.given),
                }
            })
            .collect();
        let and = if matches!(self, Style::Apa) { "&" } else { "and" };
        match names.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [first, _, _, ..] if matches!(self, Style::Mla) => format!("{first}, et al."),
            [first, second] => {
                format!("{first}{} {and} {second}", if matches!(self, Style::Apa | Style::Mla) { "," } else { "" })
            }
            [all @ .., last] if people.len() <= MOST_PEOPLE => format!("{}, {and} {last}", all.join(", ")),
            all => format!("{}, et al.", all.join(", ")),
        }
    }
}

const MOST_PEOPLE: usize = 20;

fn spaced(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {text}") }
}

fn ended(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {text}.") }
}

/// "Knuth, Donald. "
fn stopped(by: &str) -> String {
    match by.trim_end() {
        "" => String::new(),
        by if by.ends_with('.') => format!("{by} "),
        by => format!("{by}. "),
    }
}

/// "D. Knuth, "
fn commaed(by: &str) -> String {
    match by.trim_end() {
        "" => String::new(),
        by => format!("{by}, "),
    }
}
