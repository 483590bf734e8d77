//! Tables of separated values.

use csv::ReaderBuilder;

use super::Text;

/// Each row as a paragraph of lines "column: value"; the first row names the columns.
pub fn csv(text: &str) -> Result<String, String> {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: char| first.matches(sign).count();
    let separator = [b',', b';', b'\t'].into_iter().max_by_key(|sign| count(char::from(*sign))).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut all = Text::default();
    let mut names = Vec::<String>::new();
    for (number, row) in reader.records().enumerate() {
        let row = row.map_err(|error| format!("row {}: {error}", number + 1))?;
        if number == 0 {
            names = row.iter().map(|name| name.trim().to_string()).collect();
            continue;
        }
        all.paragraph();
        for (place, value) in row.iter().map(str::trim).enumerate().filter(|(_, value)| !value.is_empty()) {
            all.line();
            if let Some(name) = names.get(place).filter(|name| !name.is_empty()) {
                all.push(name);
                all.push(": ");
            }
            all.push(value);
        }
        if all.is_full {
            break;
        }
    }
    all.end()
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn a_row_says_what_its_values_are() {
        let text = csv("name;age\nAda;36\n\"Bob; \"\"B\"\"\";\n").unwrap();
        assert_eq!(text, "name: Ada\nage: 36\n\nname: Bob; \"B\"");
        assert_eq!(csv("a\tb\n1\t2\t3\n").unwrap(), "a: 1\nb: 2\n3");
    }

    #[test]
    fn long_names_of_columns_do_not_multiply_without_end() {
        let text = format!("{}\n{}", "x".repeat(100_000), "1\n".repeat(100_000));
        assert!(csv(&text).unwrap_err().contains("more than"));
    }
}
