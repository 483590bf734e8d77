//! The name of a model.

use std::fmt;

use llmspell_base::text::invisible;

use crate::text::clean;

/// No provider has longer names; a longer one would only swell messages and receipts.
const NAME_CHARS: usize = 200;

/// A model at a provider. Displayed as "provider/model".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelName {
    /// The provider's name, without a slash.
    pub provider: String,
    /// The provider's own name for the model, which may hold slashes.
    pub model: String,
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}

/// What an address takes as something else than a part of a path.
const OF_ADDRESSES: [char; 4] = ['\\', '?', '#', '%'];

/// Names end up in messages, receipts and requests: nothing invisible, nothing endless. Nothing either that a server may leave
/// out, or a policy that denies the name would not know it: no blanks, no empty parts. Some providers take the name in the
/// request's address: nothing that makes it another address there.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    if name.chars().any(char::is_whitespace) || name.split('/').any(str::is_empty) && !name.is_empty() {
        let name = clean(name, None);
        return Err(format!("'{name}' is no model name: it has a blank in it, or a '/' with nothing on one side"));
    }
    if name.split('/').any(|part| part == "." || part == "..") || name.contains(OF_ADDRESSES) {
        let name = clean(name, None);
        return Err(format!(
            "'{name}' is no model name: it has a '\\', '?', '#' or '%' in it, or a part that is '.' or '..'"
        ));
    }
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(invisible) {
        return Err(format!(
            "'{}' is no model name: it is empty, over {NAME_CHARS} characters or holds control characters",
            clean(name, None)
        ));
    }
    Ok(())
}
