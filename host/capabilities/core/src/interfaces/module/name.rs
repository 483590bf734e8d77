//! Which files of its folder a spell may ask for, by their names.

use super::{ModuleError, unusable};

/// What data ends in, as people keep it beside a program: texts, tables and templates. Nothing that is commonly a key.
const DATA: &[&str] = &[
    "txt", "text", "md", "markdown", "prompt", "json", "jsonl", "ndjson", "json5", "csv", "tsv", "yaml", "yml", "toml",
    "xml", "html", "htm", "svg", "srt", "vtt", "rst", "tex", "sql", "tmpl", "tpl", "j2", "jinja", "jinja2", "mustache",
    "hbs",
];

/// Bytes of a path.
const LONGEST: usize = 1000;

/// Words in the name of a file that is likely to hold keys.
const SECRETS: &[&str] = &[
    "key",
    "keys",
    "apikey",
    "apikeys",
    "secret",
    "secrets",
    "password",
    "passwords",
    "passwd",
    "credential",
    "credentials",
    "token",
    "tokens",
    "private",
    "serviceaccount",
    "auth",
    "env",
];

/// The one spelling of a path, "a/b.lua", if it is one that a spell may ask for.
pub fn plain(path: &str) -> Result<String, ModuleError> {
    // A colon would name a stream or a drive on Windows.
    let strange = |letter: char| letter.is_control() || letter == '\\' || letter == ':';
    if path.is_empty() || path.len() > LONGEST || path.contains(strange) {
        return Err(no_path(path));
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if path.starts_with('/') || parts.contains(&"..") {
        return Err(ModuleError::Escapes { path: path.into(), hint: "" });
    }
    // What lies beside a spell by chance, such as .env, .netrc or .ssh: much of it can be read as a program, and it holds keys.
    if parts.iter().any(|part| part.starts_with('.')) {
        return Err(ModuleError::Hidden { path: path.into() });
    }
    Ok(parts.join("/"))
}

/// Whether it ends as data does.
pub fn is_data(path: &str) -> bool {
    ends_in(&path.to_lowercase(), DATA)
}

/// Whether it ends in one of these.
pub fn ends_in(path: &str, extensions: &[impl AsRef<str>]) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| extensions.iter().any(|allowed| allowed.as_ref() == extension))
}

/// The word that tells a file with keys, such as keys.txt, gcp-service_account.json, serviceAccountKey.json or what lies in a
/// folder "secrets".
pub fn secret(path: &str) -> Option<&'static str> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in path.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    let pairs = words.windows(2).map(<[String]>::concat).collect::<Vec<_>>();
    SECRETS.iter().find(|secret| words.iter().chain(&pairs).any(|word| word == *secret)).copied()
}

/// What is no path, cut and without control characters: it stands in messages, and must make no lines there.
fn no_path(path: &str) -> ModuleError {
    let shown: String = path.chars().take(100).flat_map(char::escape_debug).collect();
    unusable(&shown, "not a path")
}
