//! A text in one of the formats, as a value.

use llmspell_recovery::{Recovery, Repair, fences};

use super::{Format, Reading, csv, markdown, xml, yaml};

/// What is too long to be read at once.
const LONGEST: usize = 4 << 20;

pub fn bounded(text: &str) -> Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("the text has {} bytes; at most {} MiB are read at once", text.len(), LONGEST >> 20));
    }
    Ok(())
}

/// The value, or one line that says what is wrong.
pub fn read(text: &str, format: Format, recovery: Recovery) -> Result<Reading, String> {
    bounded(text)?;
    match format {
        Format::Plain => return Ok(Reading { value: text.into(), repairs: Vec::new() }),
        Format::Json => {
            let found = llmspell_recovery::json(text, recovery)?;
            return Ok(Reading { value: found.value, repairs: found.repairs });
        }
        _ => {}
    }
    let (inner, mut repairs) = if recovery == Recovery::Strict { (text, Vec::new()) } else { unfenced(text, format) };
    let mut reading = match format {
        Format::Yaml => yaml::read(inner, recovery),
        Format::Xml => xml::read(inner, recovery),
        Format::Csv => csv::read(inner, recovery),
        _ => markdown::read(inner).map(Reading::from),
    }?;
    repairs.append(&mut reading.repairs);
    Ok(Reading { value: reading.value, repairs })
}

/// What is in the first fence of that language, or in the only one of none.
fn unfenced(text: &str, format: Format) -> (&str, Vec<Repair>) {
    let names: &[&str] = match format {
        Format::Yaml => &["yaml", "yml"],
        Format::Xml => &["xml", "html", "svg"],
        Format::Csv => &["csv", "tsv"],
        _ => &["markdown", "md"],
    };
    let all = fences(text);
    let named = all.iter().find(|fence| names.iter().any(|name| name.eq_ignore_ascii_case(fence.language)));
    let alone = all.first().filter(|fence| all.len() == 1 && fence.language.is_empty() && format != Format::Markdown);
    let Some(fence) = named.or(alone) else { return (text, Vec::new()) };
    let around = text.trim().len().saturating_sub(fence.content.len());
    let repairs = if around > 24 { vec![Repair::Fence, Repair::Prose] } else { vec![Repair::Fence] };
    (fence.content, repairs)
}
