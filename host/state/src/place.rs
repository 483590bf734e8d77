//! Where a store is.

use std::path::PathBuf;
use std::str::FromStr;

/// Which store, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Ends with the process.
    Memory,
    /// A folder, for one process at a time. The default.
    Sled(PathBuf),
    /// A file, for several processes at once.
    Sqlite(PathBuf),
}

impl FromStr for Place {
    type Err = String;

    /// "memory", "sqlite:FILE", "sled:FOLDER" or just the folder.
    fn from_str(text: &str) -> Result<Place, String> {
        let path = |path: &str| match path {
            "" => Err(format!("'{text}' names no place: a store is a folder, sqlite:FILE or memory")),
            path => Ok(PathBuf::from(path)),
        };
        match text.split_once(':') {
            None if text == "memory" => Ok(Place::Memory),
            Some(("sqlite", file)) => path(file).map(Place::Sqlite),
            Some(("sled", folder)) => path(folder).map(Place::Sled),
            Some((kind, _)) if kind.len() > 1 && kind.chars().all(|c| c.is_ascii_lowercase()) => {
                Err(format!("there is no store of the kind '{kind}': a store is a folder, sqlite:FILE or memory"))
            }
            _ => path(text).map(Place::Sled),
        }
    }
}

impl std::fmt::Display for Place {
    /// As [`Place::from_str`] reads it.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Memory => write!(to, "memory"),
            Place::Sled(folder) => write!(to, "{}", folder.display()),
            Place::Sqlite(file) => write!(to, "sqlite:{}", file.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_a_file_or_memory() {
        for (text, place) in [
            ("memory", Place::Memory),
            ("./memory", Place::Sled("./memory".into())),
            ("/a/b", Place::Sled("/a/b".into())),
            ("sqlite:a.db", Place::Sqlite("a.db".into())),
            ("sled:memory", Place::Sled("memory".into())),
        ] {
            assert_eq!(text.parse(), Ok(place), "{text}");
        }
        for text in ["", "sqlite:", "postgres://host/db", "redb:x"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
