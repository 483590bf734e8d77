//! Documents of word processors: a zip with XML in it.

use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Text;

/// More XML is not read, however small it is when zipped.
const MOST_XML: u64 = 64 << 20;

/// A zip of more members is not opened: the library makes a list of them first.
const MOST_MEMBERS: u16 = 2_000;

/// Paragraphs, headings, lists and tables as Markdown.
pub fn docx(bytes: &[u8]) -> Result<String, String> {
    let broken = |error: &dyn std::fmt::Display| format!("it is no whole .docx: {error}");
    check_members(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let member = archive.by_name("word/document.xml").map_err(|error| broken(&error))?;
    let mut reader = Reader::from_reader(BufReader::new(member.take(MOST_XML + 1)));
    let (mut state, mut buffer) = (State::default(), Vec::new());
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|error| broken(&error))?;
        if reader.buffer_position() > MOST_XML {
            return Err(format!("its text unpacks to more than {MOST_XML} bytes"));
        }
        match event {
            Event::Eof => return state.text.end(),
            Event::Start(tag) => state.start(&tag),
            Event::Empty(tag) => {
                state.start(&tag);
                state.end(tag.local_name().as_ref());
            }
            Event::End(tag) => state.end(tag.local_name().as_ref()),
            Event::Text(text) if state.in_text => {
                state.text.push(&text);
            }
            Event::GeneralRef(name) if state.in_text => {
                let sign = name.resolve_char_ref().ok().flatten();
                let named = quick_xml::escape::resolve_predefined_entity(&name);
                match (sign, named) {
                    (Some(sign), _) => state.text.push(sign.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => state.text.push(text),
                    (None, None) => {}
                }
            }
            _ => {}
        }
        if state.text.is_full {
            return state.text.end();
        }
        buffer.clear();
    }
}

/// Of the record at the zip's end.
fn check_members(bytes: &[u8]) -> Result<(), String> {
    let window = bytes.get(bytes.len().saturating_sub(66_000)..).unwrap_or_default();
    let end = window.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or("it is no whole .docx: it is no zip")?;
    let count =
        window.get(end + 10..end + 12).and_then(|two| two.first_chunk::<2>()).map(|two| u16::from_le_bytes(*two));
    match count {
        Some(count) if count <= MOST_MEMBERS => Ok(()),
        _ => Err(format!("it is no .docx: its zip has more than {MOST_MEMBERS} members")),
    }
}

#[derive(Default)]
struct State {
    text: Text,
    in_text: bool,
    /// How many rows of tables it is within: cells stand in one line.
    rows: usize,
    cells: usize,
    /// How many elements it is within whose text is not in the document as it is now.
    absent: usize,
}

/// What was deleted, what was moved away, and what is there a second time for programs that don't know the first form (the text
/// of a text box): `w:t` in them looks like any other. See findings/docx-readers-keep-what-moved-away.sh.
const ABSENT: &[&str] = &["del", "moveFrom", "Fallback"];

impl State {
    fn start(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "p" if self.rows == 0 => self.text.paragraph(),
            "p" => self.text.push(" "),
            "tr" => {
                if self.rows == 0 {
                    self.text.line();
                }
                self.rows += 1;
                self.cells = 0;
            }
            "tc" => {
                if self.cells > 0 {
                    self.text.push(" |");
                }
                self.cells += 1;
            }
            "tab" => self.text.push("\t"),
            "br" | "cr" => self.text.line(),
            "pStyle" => self.style(tag),
            "numPr" => self.text.push("- "),
            "t" => self.in_text = self.absent == 0,
            name if ABSENT.contains(&name) => self.absent += 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "tr" => {
                self.rows = self.rows.saturating_sub(1);
                self.text.line();
            }
            "tbl" => self.text.paragraph(),
            name if ABSENT.contains(&name) => self.absent = self.absent.saturating_sub(1),
            _ => {}
        }
    }

    /// "Heading2" makes "## ".
    fn style(&mut self, tag: &BytesStart<'_>) {
        let value = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "val");
        let Some(value) = value else { return };
        let name = value.value.to_ascii_lowercase();
        let level = if name == "title" {
            Some(1)
        } else {
            name.strip_prefix("heading").and_then(|rest| rest.trim().parse().ok())
        };
        if let Some(level) = level.filter(|level| (1..=6).contains(level)) {
            self.text.push(&"#".repeat(level));
            self.text.push(" ");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(xml: &[u8]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(xml).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn paragraphs_headings_and_tables_are_read() {
        let xml = r#"<w:document xmlns:w="x"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Prices</w:t></w:r></w:p>
            <w:p><w:r><w:t xml:space="preserve">A </w:t></w:r><w:r><w:t>plan &amp; more</w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>one</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>two</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <w:p><w:r><w:t>End</w:t></w:r></w:p></w:body></w:document>"#;
        assert_eq!(docx(&zipped(xml.as_bytes())).unwrap(), "# Prices\n\nA plan & more\n one | two\n\nEnd");
    }

    #[test]
    fn what_is_not_there_any_more_or_twice_is_left_out() {
        let xml = r#"<w:document xmlns:w="x" xmlns:mc="y"><w:body><w:p><w:r><w:t xml:space="preserve">It costs </w:t></w:r>
            <w:ins><w:r><w:t>900</w:t></w:r></w:ins><w:del><w:r><w:delText>700</w:delText></w:r></w:del></w:p>
            <w:p><w:moveFrom><w:r><w:t>left</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>arrived</w:t></w:r></w:moveTo></w:p>
            <w:p><w:r><mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice><mc:Fallback><w:t>box</w:t></mc:Fallback>
            </mc:AlternateContent></w:r></w:p></w:body></w:document>"#;
        assert_eq!(docx(&zipped(xml.as_bytes())).unwrap(), "It costs 900\n\narrived\n\nbox");
    }

    #[test]
    fn what_is_no_docx_or_unpacks_to_too_much_is_told() {
        assert!(docx(b"hello").unwrap_err().contains("it is no zip"));
        let bomb = zipped(&vec![b' '; 65 << 20]);
        assert!(bomb.len() < 1 << 20 && docx(&bomb).unwrap_err().contains("unpacks to more"));
        let deep = "<w:p>".repeat(200_000);
        assert!(docx(&zipped(deep.as_bytes())).is_ok());
    }
}
