//! CSV: the first line names the fields.

use csv::ReaderBuilder;
use llmspell_recovery::{Recovery, Repair};
use serde_json::{Map, Value};

use super::Reading;
use crate::standard::room;

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// What divides the fields of some lines: it is in all of them, as often.
pub fn delimiter(lines: &[&str]) -> Option<char> {
    let counts = |delimiter: char| {
        let mut counts = lines.iter().map(|line| count(line, delimiter));
        let first = counts.next().filter(|first| *first > 0)?;
        counts.all(|count| count == first).then_some((first, delimiter))
    };
    let found = DELIMITERS.into_iter().filter_map(counts).max_by_key(|(count, _)| *count);
    found.filter(|_| lines.len() > 1).map(|(_, delimiter)| delimiter)
}

/// Outside of quotes.
fn count(line: &str, delimiter: char) -> usize {
    line.split('"').step_by(2).map(|part| part.matches(delimiter).count()).sum()
}

pub fn read(text: &str, recovery: Recovery) -> Result<Reading, String> {
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let first = lines.first().copied().unwrap_or_default();
    let most = DELIMITERS.into_iter().max_by_key(|delimiter| count(first, *delimiter));
    let delimiter = delimiter(&lines).or(most).unwrap_or(',');
    let mut reader = ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .flexible(recovery > Recovery::Strict)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| format!("it is not CSV: {error}"))?.clone();
    if names.is_empty() {
        return Err("it is not CSV: there is no first line with the names of the fields".into());
    }
    let width: usize = names.iter().map(|name| name.len() + 48).sum();
    let (mut rows, mut repairs, mut bytes) = (Vec::new(), Vec::new(), 0);
    for (place, record) in reader.records().enumerate() {
        let record = record.map_err(|error| format!("it is not CSV: {error}"))?;
        bytes += width + record.as_slice().len();
        room(bytes).map_err(|problem| problem.message)?;
        if record.len() != names.len() {
            let fields = || {
                format!(
                    "it is not CSV: row {} has {} fields, and the first line {}",
                    place + 1,
                    record.len(),
                    names.len()
                )
            };
            if record.len() > names.len() && recovery < Recovery::BestEffort {
                return Err(fields());
            }
            let repair = if record.len() > names.len() { Repair::UnquotedText } else { Repair::MissingValue };
            if recovery < repair.needs() {
                return Err(fields());
            }
            if !repairs.contains(&repair) {
                repairs.push(repair);
            }
        }
        let mut row = Map::new();
        for (place, name) in names.iter().enumerate() {
            let last = place + 1 == names.len() && record.len() > names.len();
            // Fields beyond the last have most likely a comma that no quotes protect.
            let field = if last {
                record.iter().skip(place).collect::<Vec<_>>().join(&format!("{delimiter} "))
            } else {
                record.get(place).unwrap_or_default().to_owned()
            };
            row.insert(name.to_owned(), Value::String(field));
        }
        rows.push(Value::Object(row));
    }
    Ok(Reading { value: Value::Array(rows), repairs })
}
