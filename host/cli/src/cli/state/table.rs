//! Tables in text. Names are untrusted: each is escaped, so that it stays on its line.

use crate::cli::terminal::one_line;

/// The longest cell; what is longer is cut.
const MOST: usize = 60;

/// Rows below a head, aligned; the last column is as long as it is.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut all: Vec<Vec<String>> = vec![head.iter().map(|name| String::from(*name)).collect()];
    all.extend(rows.into_iter().map(|row| row.iter().map(|cell| cut(cell)).collect()));
    let width = |column: usize| all.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &all {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn cut(cell: &str) -> String {
    let line = one_line(cell);
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_line_break_makes_no_line_of_its_own() {
        let text = table(&["KEY", "VALUE"], [vec!["a\nb".into(), "1".into()], vec!["é".into(), "x".repeat(100)]]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!((lines[0], lines[1]), ("KEY   VALUE", "a\\nb  1"));
        assert!(lines[2].starts_with("é     xxx") && lines[2].ends_with('…'), "{}", lines[2]);
    }
}
