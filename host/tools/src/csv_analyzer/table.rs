//! A table as it was read.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use llmspell_base::nearest::nearest;

use crate::standard::{Problem, room};

pub struct Table {
    pub names: Vec<String>,
    pub rows: Vec<StringRecord>,
    pub delimiter: u8,
    pub has_names: bool,
}

/// Characters that are found out to be delimiters.
const KNOWN: &[u8] = b",;\t|";
const MOST_COLUMNS: usize = 1_000;
/// Each takes a place, however empty it is.
const MOST_FIELDS: usize = 2_000_000;

impl Table {
    pub fn of(text: &str, delimiter: Option<&str>, has_names: bool) -> Result<Table, Problem> {
        let delimiter = match delimiter {
            None => guess(text),
            Some("\\t" | "tab") => b'\t',
            Some(word) => match word.as_bytes() {
                [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => *byte,
                _ => return Err(Problem::invalid("'options.delimiter' must be one ASCII character")),
            },
        };
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let (mut rows, mut fields) = (Vec::new(), 0usize);
        for row in reader.records() {
            let row = row.map_err(|error| Problem::invalid(format!("'input' is no CSV: {error}")))?;
            fields += row.len();
            if row.len() > MOST_COLUMNS || fields > MOST_FIELDS {
                let message = format!("a table has at most {MOST_COLUMNS} columns and {MOST_FIELDS} fields");
                return Err(Problem::too_large(message));
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(Problem::invalid("'input' has no rows"));
        }
        let names = if has_names {
            rows.remove(0).iter().map(|name| name.trim().to_owned()).collect()
        } else {
            let most = rows.iter().map(StringRecord::len).max().unwrap_or_default();
            (1..=most).map(|at| format!("column_{at}")).collect()
        };
        Ok(Table { names, rows, delimiter, has_names })
    }

    pub fn column(&self, name: &str) -> Result<usize, Problem> {
        self.names.iter().position(|known| known == name).ok_or_else(|| {
            let known: Vec<&str> = self.names.iter().take(20).map(String::as_str).collect();
            let shown: String = name.escape_debug().take(60).collect();
            Problem::invalid(format!("there is no column '{shown}'{}", nearest(&shown, &known)))
        })
    }

    /// As CSV, in the table's own form.
    pub fn write<'a>(
        &self,
        names: &[String],
        rows: impl Iterator<Item = Vec<&'a str>>,
        delimiter: u8,
    ) -> Result<String, Problem> {
        let mut writer = WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
        let failed = |_| Problem::invalid("the table can't be written");
        if self.has_names {
            writer.write_record(names).map_err(failed)?;
        }
        let mut bytes = 0;
        for row in rows {
            bytes += row.iter().map(|field| field.len() + 3).sum::<usize>();
            room(bytes)?;
            writer.write_record(row).map_err(failed)?;
        }
        let bytes = writer.into_inner().map_err(|_| Problem::invalid("the table can't be written"))?;
        String::from_utf8(bytes).map_err(|_| Problem::invalid("the table can't be written"))
    }
}

/// The known one that is most often in the first line.
fn guess(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default().as_bytes();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    let mut best = b',';
    for delimiter in KNOWN {
        if count(*delimiter) > count(best) {
            best = *delimiter;
        }
    }
    best
}
