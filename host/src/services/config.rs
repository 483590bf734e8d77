//! What a spell may know of the operator's configuration. Never a key: what it is made from holds none.

use serde_json::Value;

/// A read-only object.
#[derive(Debug, Clone, Default)]
pub struct View(Value);

impl View {
    pub fn new(value: Value) -> View {
        View(value)
    }

    /// The value at a dotted path; the whole for "".
    pub fn get(&self, path: &str) -> Option<&Value> {
        if path.is_empty() {
            return Some(&self.0);
        }
        path.split('.').try_fold(&self.0, |value, part| value.get(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_dotted_path_leads_into_objects_only() {
        let view = View::new(json!({"providers": {"local": {"kind": "openai"}}, "list": [1]}));
        assert_eq!(view.get("providers.local.kind"), Some(&json!("openai")));
        assert_eq!((view.get("list.0"), view.get("providers..local"), view.get("nope")), (None, None, None));
    }
}
