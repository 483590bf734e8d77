//! How much may come out of a template: kept while it grows.

use std::io::Write;

use serde_json::Value;

use llmspell_base::{Code, Failure, Limits};

/// What is left for the result.
pub struct Room {
    bytes: usize,
    nodes: usize,
    most_bytes: usize,
    most_nodes: usize,
}

impl Room {
    /// For one value that crosses to the spell, a tool or a model.
    pub fn of(limits: &Limits) -> Room {
        Room {
            bytes: limits.value_bytes,
            nodes: limits.value_nodes,
            most_bytes: limits.value_bytes,
            most_nodes: limits.value_nodes,
        }
    }

    /// For a value that stays in the host, where it is already.
    pub fn unbounded() -> Room {
        Room { bytes: usize::MAX, nodes: usize::MAX, most_bytes: usize::MAX, most_nodes: usize::MAX }
    }

    /// One more list, object or scalar.
    pub fn node(&mut self) -> Result<(), Failure> {
        self.nodes = self.nodes.checked_sub(1).ok_or_else(|| self.too_large())?;
        Ok(())
    }

    /// So many more bytes of text.
    pub fn text(&mut self, bytes: usize) -> Result<(), Failure> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(|| self.too_large())?;
        Ok(())
    }

    /// A value that is put in as it is: counted before it is copied.
    pub fn value(&mut self, value: &Value) -> Result<(), Failure> {
        self.node()?;
        match value {
            Value::String(text) => self.text(text.len()),
            Value::Array(items) => items.iter().try_for_each(|item| self.value(item)),
            Value::Object(map) => map.iter().try_for_each(|(key, value)| {
                self.text(key.len())?;
                self.value(value)
            }),
            _ => Ok(()),
        }
    }

    /// Writes a value as JSON to the end of a text.
    pub fn json(&mut self, text: &mut String, value: &Value) -> Result<(), Failure> {
        let mut limited = Limited { bytes: Vec::new(), left: self.bytes };
        if serde_json::to_writer(&mut limited, value).is_err() {
            return Err(self.too_large());
        }
        self.text(limited.bytes.len())?;
        text.push_str(&String::from_utf8_lossy(&limited.bytes));
        Ok(())
    }

    fn too_large(&self) -> Failure {
        let (bytes, nodes) = (self.most_bytes, self.most_nodes);
        let message = format!("with its references replaced it takes more than {bytes} bytes or {nodes} nodes");
        Failure::new(Code::TooLarge, message)
    }
}

/// Takes so many bytes and no more.
struct Limited {
    bytes: Vec<u8>,
    left: usize,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
