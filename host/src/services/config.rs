//! What a spell may know of the operator's configuration. Never a key: what it is made from holds none.

use std::cell::LazyCell;

use serde_json::Value;

/// A read-only object, made when it is first looked at: most spells never do.
pub struct View(LazyCell<Value, Make>);

type Make = Box<dyn FnOnce() -> Value + Send>;

impl View {
    pub fn new(make: impl FnOnce() -> Value + Send + 'static) -> View {
        View(LazyCell::new(Box::new(make)))
    }

    /// The value at a dotted path; the whole for "".
    pub fn get(&self, path: &str) -> Option<&Value> {
        if path.is_empty() {
            return Some(&self.0);
        }
        path.split('.').try_fold(&*self.0, |value, part| value.get(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_dotted_path_leads_into_objects_only() {
        let view = View::new(|| json!({"providers": {"local": {"kind": "openai"}}, "list": [1]}));
        assert_eq!(view.get("providers.local.kind"), Some(&json!("openai")));
        assert_eq!((view.get("list.0"), view.get("providers..local"), view.get("nope")), (None, None, None));
    }
}
