//! What is in a Markdown text, by its kind.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value, json};

use crate::standard::room;

#[derive(Default)]
struct Parts {
    headings: Vec<Value>,
    paragraphs: Vec<String>,
    code: Vec<Value>,
    lists: Vec<Vec<String>>,
    tables: Vec<Value>,
    links: Vec<Value>,
    /// Texts that are being read, one within the other.
    texts: Vec<String>,
    /// Lists that are open, by their place in `lists`.
    open: Vec<usize>,
    names: Vec<String>,
    row: Vec<String>,
    rows: Vec<Value>,
    urls: Vec<String>,
    language: String,
    /// What has been made so far.
    bytes: usize,
}

pub fn read(text: &str) -> Result<Value, String> {
    let mut parts = Parts::default();
    for event in
        Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
    {
        parts.take(event);
        // Each row repeats the names of its columns.
        room(parts.bytes).map_err(|problem| problem.message)?;
    }
    let title = parts.headings.iter().find(|heading| heading["level"] == 1).map(|heading| heading["text"].clone());
    let mut all = json!({
        "headings": parts.headings, "paragraphs": parts.paragraphs, "code": parts.code,
        "lists": parts.lists, "tables": parts.tables, "links": parts.links,
    });
    if let (Some(title), Some(map)) = (title, all.as_object_mut()) {
        map.insert("title".into(), title);
    }
    Ok(all)
}

impl Parts {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) | Event::Html(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(last) = self.texts.last_mut() {
            self.bytes += text.len();
            last.push_str(text);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        self.bytes += 32;
        match tag {
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => {
                        language.split_whitespace().next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.language = language;
                self.texts.push(String::new());
            }
            Tag::List(_) => {
                self.open.push(self.lists.len());
                self.lists.push(Vec::new());
            }
            Tag::Link { dest_url, .. } => {
                self.urls.push(dest_url.into_string());
                self.texts.push(String::new());
            }
            Tag::Heading { .. } | Tag::Paragraph | Tag::Item | Tag::TableCell => self.texts.push(String::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                let text = self.text();
                self.headings.push(json!({ "level": level as u8, "text": text }));
            }
            TagEnd::Paragraph => {
                let text = self.text();
                // One in an item is the item's.
                if self.open.is_empty() { self.paragraphs.push(text) } else { self.push(&text) }
            }
            TagEnd::Item => {
                let text = self.text();
                let list = self.open.last().and_then(|place| self.lists.get_mut(*place));
                list.into_iter().for_each(|list| list.push(text.clone()));
            }
            TagEnd::List(_) => drop(self.open.pop()),
            TagEnd::CodeBlock => {
                let text = self.texts.pop().unwrap_or_default();
                let language = std::mem::take(&mut self.language);
                self.code.push(json!({ "language": language, "text": text.strip_suffix('\n').unwrap_or(&text) }));
            }
            TagEnd::Link => {
                let text = self.text();
                self.push(&text);
                let url = self.urls.pop().unwrap_or_default();
                self.links.push(json!({ "text": text, "url": url }));
            }
            TagEnd::TableCell => {
                let text = self.text();
                self.row.push(text);
            }
            TagEnd::TableHead => self.names = std::mem::take(&mut self.row),
            TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                self.bytes += self.names.iter().map(|name| name.len() + 64).sum::<usize>();
                let row: Map<String, Value> =
                    self.names.iter().cloned().zip(row.into_iter().map(Value::String)).collect();
                self.rows.push(row.into());
            }
            TagEnd::Table => self.tables.push(std::mem::take(&mut self.rows).into()),
            _ => {}
        }
    }

    fn text(&mut self) -> String {
        self.texts.pop().unwrap_or_default().trim().to_owned()
    }
}
