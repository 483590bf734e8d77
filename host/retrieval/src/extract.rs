//! The text of documents that are no plain text. Each reader is linear in what it reads, keeps no tree, and stops at a bound.

mod csv;
mod docx;
mod html;

pub use self::csv::csv;
pub use self::docx::docx;
pub use self::html::html;

/// The most text of a document, in bytes.
pub const MOST_TEXT: usize = 8 << 20;

/// Text that grows up to a bound.
#[derive(Default)]
struct Text {
    text: String,
    is_full: bool,
}

impl Text {
    fn push(&mut self, more: &str) {
        if self.text.len() + more.len() > MOST_TEXT {
            self.is_full = true;
        } else {
            self.text.push_str(more);
        }
    }

    /// Begins a new paragraph.
    fn paragraph(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        if !self.text.is_empty() {
            self.push("\n\n");
        }
    }

    /// Begins a new line.
    fn line(&mut self) {
        self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    fn end(mut self) -> Result<String, String> {
        if self.is_full {
            return Err(format!("its text takes more than {MOST_TEXT} bytes: divide it"));
        }
        self.text.truncate(self.text.trim_end().len());
        Ok(self.text)
    }
}
