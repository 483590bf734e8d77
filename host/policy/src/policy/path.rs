//! Paths in flags and in `[files]`: absolute, without links in what is there, so that they can be compared as texts.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Right;

/// The longest that is taken.
pub const MOST_BYTES: usize = 4 << 10;
/// Parts of a pattern.
pub const MOST_PARTS: usize = 64;
/// Special elsewhere, and taken literally here.
pub const MISLEADING: &[char] = &['?', '[', ']', '{', '}', '\\'];

/// A pattern of paths with the real path of the folder that it begins with. `folder` is what relative ones are below;
/// an empty one is the working folder.
pub fn absolute(text: &str, folder: &Path) -> Result<String, String> {
    if text == "*" {
        return Err("stands for every path: name a folder, which is for all that is below it".into());
    }
    if text.starts_with('~') {
        return Err("'~' is not expanded here: write the path in full".into());
    }
    let (fixed, pattern) = split(text);
    if pattern.split('/').any(|part| part == ".." || part == ".") {
        return Err("has '.' or '..' behind a '*'".into());
    }
    let path = std::path::absolute(folder.join(if fixed.is_empty() { "." } else { fixed }));
    let real = path.and_then(|path| real(&path)).map_err(|error| error.to_string())?;
    let real = real.to_str().ok_or("leads to a path that is not UTF-8")?;
    if real.contains('*') {
        return Err("leads to a folder with '*' in its name, which would stand for other folders as well".into());
    }
    Ok(match (pattern, real.trim_end_matches('/')) {
        ("", "") => "/".into(),
        ("", real) => real.into(),
        (pattern, real) => format!("{real}/{pattern}"),
    })
}

/// The folder that a pattern begins with, and the rest, which begins with the first part that has a star.
pub fn split(text: &str) -> (&str, &str) {
    let star = text.find('*').unwrap_or(text.len());
    match text.get(..star).and_then(|before| before.rfind('/')) {
        _ if star == text.len() => (text, ""),
        None => ("", text),
        Some(0) => ("/", text.get(1..).unwrap_or_default()),
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
    }
}

/// What is wrong with granting it as things are: nothing can be read where nothing is, and written where no folder is.
pub fn missing(right: Right, text: &str) -> Option<String> {
    let (fixed, pattern) = split(text);
    let path = Path::new(fixed);
    let kind = |path: &Path| std::fs::metadata(path).map(|about| about.is_dir());
    match (kind(path), path.parent().map(kind)) {
        (Ok(true), _) => None,
        (Ok(false), _) if pattern.is_empty() => None,
        (Ok(false), _) => Some(format!("'{fixed}' is no folder")),
        (Err(error), Some(Ok(true))) if error.kind() == ErrorKind::NotFound => {
            let writes = right == Right::WRITE && pattern.is_empty();
            (!writes).then(|| format!("there is no file or folder '{fixed}'"))
        }
        (Err(error), _) if error.kind() == ErrorKind::NotFound => Some(format!("there is no folder for '{fixed}'")),
        (Err(error), _) => Some(format!("'{fixed}': {error}")),
    }
}

/// Without links in what is there of it.
fn real(path: &Path) -> std::io::Result<PathBuf> {
    let mut rest = Vec::new();
    let mut there = path;
    loop {
        match there.canonicalize() {
            Ok(found) => return Ok(rest.iter().rev().fold(found, |path, part| path.join(part))),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let (Some(name), Some(parent)) = (there.file_name(), there.parent()) else { return Err(error) };
                rest.push(name);
                there = parent;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_followed_and_what_is_not_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        std::fs::create_dir(top.join("data")).unwrap();
        let path = |text: &str| absolute(text, &top).map(|path| path.replace(top.to_str().unwrap(), "TOP"));
        for (text, expected) in [
            ("data", "TOP/data"),
            ("./data/", "TOP/data"),
            ("data/../data/new/x.txt", "TOP/data/new/x.txt"),
            ("data/*.txt", "TOP/data/*.txt"),
            ("*.txt", "TOP/*.txt"),
            (".", "TOP"),
            ("/", "/"),
            ("/*.txt", "/*.txt"),
        ] {
            assert_eq!(path(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["*", "~/x", "data/*/../x", "data/new/../../x"] {
            assert!(path(text).is_err(), "{text}: {:?}", path(text));
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("data", top.join("link")).unwrap();
            assert_eq!(path("link/x").as_deref(), Ok("TOP/data/x"));
            std::fs::create_dir(top.join("da*")).unwrap();
            std::os::unix::fs::symlink("da*", top.join("star")).unwrap();
            assert!(path("star").is_err() && absolute(".", &top.join("da*")).is_err());
        }
    }
}
