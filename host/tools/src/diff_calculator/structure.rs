//! JSON values, field by field.

use serde_json::{Map, Value, json};

use crate::standard::{Problem, room};

/// By the paths of what differs, such as "a.b[0]" or `["a.b"].c`; and how many there are.
pub fn compare(old: &Value, new: &Value) -> Result<(Value, Value), Problem> {
    let mut found = Found::default();
    found.walk(&mut String::new(), old, new)?;
    let Found { added, removed, modified, unchanged, .. } = found;
    let summary = json!({
        "added": added.len(), "removed": removed.len(), "modified": modified.len(), "unchanged": unchanged.len(),
        "identical": added.is_empty() && removed.is_empty() && modified.is_empty(),
    });
    Ok((json!({ "added": added, "removed": removed, "modified": modified, "unchanged": unchanged }), summary))
}

#[derive(Default)]
struct Found {
    added: Map<String, Value>,
    removed: Map<String, Value>,
    modified: Map<String, Value>,
    unchanged: Vec<String>,
    /// Of all paths: deep ones with long names are many times what they lead to.
    path_bytes: usize,
}

impl Found {
    fn walk(&mut self, path: &mut String, old: &Value, new: &Value) -> Result<(), Problem> {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                for (name, before) in old {
                    let length = path.len();
                    push_step(path, name);
                    match new.get(name) {
                        Some(after) => self.walk(path, before, after)?,
                        None => {
                            let at = self.at(path)?;
                            self.removed.insert(at, before.clone());
                        }
                    }
                    path.truncate(length);
                }
                for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                    let length = path.len();
                    push_step(path, name);
                    let at = self.at(path)?;
                    path.truncate(length);
                    self.added.insert(at, after.clone());
                }
            }
            (Value::Array(old), Value::Array(new)) => {
                for place in 0..old.len().max(new.len()) {
                    let length = path.len();
                    path.push_str(&format!("[{place}]"));
                    match (old.get(place), new.get(place)) {
                        (Some(before), Some(after)) => self.walk(path, before, after)?,
                        (Some(before), None) => {
                            let at = self.at(path)?;
                            self.removed.insert(at, before.clone());
                        }
                        (None, Some(after)) => {
                            let at = self.at(path)?;
                            self.added.insert(at, after.clone());
                        }
                        (None, None) => {}
                    }
                    path.truncate(length);
                }
            }
            (old, new) if old == new => {
                let at = self.at(path)?;
                self.unchanged.push(at);
            }
            (old, new) => {
                let at = self.at(path)?;
                self.modified.insert(at, json!({ "old": old, "new": new }));
            }
        }
        Ok(())
    }

    /// The path, counted.
    fn at(&mut self, path: &str) -> Result<String, Problem> {
        self.path_bytes = self.path_bytes.saturating_add(path.len());
        room(self.path_bytes)?;
        Ok(if path.is_empty() { "$".into() } else { path.into() })
    }
}

/// A name that could be taken for more than one step, or for none, stands in brackets and quotes.
fn push_step(path: &mut String, name: &str) {
    if name.is_empty() || name == "$" || name.contains(['.', '[', ']', '"']) {
        path.push_str(&format!("[{}]", Value::from(name)));
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
