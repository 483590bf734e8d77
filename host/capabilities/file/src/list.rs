//! What is in a folder, and what is known of a file.

use std::collections::BinaryHeap;

use cap_std::fs::Metadata;
use llmspell_api::file::{self as api, Entry, Kind, Listing};
use serde_json::{Value, json};

use crate::error::FileError;
use crate::walk::Found;
use crate::work::Wanted;

/// Which entries of a folder are told: in the order of their names, those after one of them.
#[derive(Debug, Clone)]
pub struct Page {
    /// The last name of the page before. `None`: from the beginning.
    pub after: Option<String>,
    /// How many there are in it at most.
    pub most: usize,
}

impl Page {
    /// Entries of one page, where nothing is said of it.
    pub const USUAL: usize = 1_000;
    /// More are not told at once.
    pub const MOST: usize = 10_000;
}

/// A [`Listing`], whose `next` is for [`Page::after`]. Never holds more names than fit a page, however many there are.
pub fn list(
    found: &Found,
    given: &str,
    page: &Page,
    may_see: impl Fn(&str) -> bool,
    wanted: &Wanted,
) -> Result<Value, FileError> {
    let folder = found.open_folder()?;
    let most = page.most.clamp(1, Page::MOST);
    let mut first: BinaryHeap<String> = BinaryHeap::new();
    let mut more = false;
    for entry in folder.entries()? {
        wanted.check()?;
        let Ok(name) = entry?.file_name().into_string() else { continue };
        let is_after = page.after.as_ref().is_none_or(|after| name > *after);
        let is_before = first.len() < most || first.peek().is_some_and(|last| name < *last);
        if !is_after || !may_see(&format!("{}/{name}", found.path.trim_end_matches('/'))) {
            continue;
        }
        more |= !is_before;
        if is_before {
            first.push(name);
        }
        if first.len() > most {
            first.pop();
            more = true;
        }
    }
    let names = first.into_sorted_vec();
    let next = names.last().filter(|_| more).cloned();
    let entries = names.into_iter().filter_map(|name| {
        // What was removed meanwhile is not there.
        let about = folder.symlink_metadata(&name).ok()?;
        let path = if given == "." { name.clone() } else { format!("{}/{name}", given.trim_end_matches('/')) };
        Some(Entry { name, path, kind: kind(&about), size: about.len(), modified: modified(&about) })
    });
    let entries: Vec<Entry> = entries.collect();
    Ok(json!(Listing { count: entries.len(), entries, next }))
}

/// What is known of a file or a folder that is there.
pub fn metadata(found: &Found, given: &str) -> Result<Value, FileError> {
    let about = found.about.as_ref().ok_or(FileError::Missing)?;
    let readonly = about.permissions().readonly();
    let (path, kind, size) = (given.to_owned(), kind(about), about.len());
    Ok(json!(api::Metadata { path, kind, size, modified: modified(about), readonly }))
}

fn kind(about: &Metadata) -> Kind {
    match about {
        about if about.is_dir() => Kind::Directory,
        about if about.is_file() => Kind::File,
        about if about.is_symlink() => Kind::Symlink,
        _ => Kind::Other,
    }
}

/// In seconds since 1970.
fn modified(about: &Metadata) -> Option<u64> {
    let time = about.modified().ok()?.into_std();
    Some(time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs())
}

#[cfg(test)]
mod tests {
    use llmspell_policy::Right;

    use super::*;
    use crate::roots::Root;
    use crate::walk::{Last, walk};

    #[test]
    fn a_folder_of_a_hundred_thousand_is_told_page_by_page() {
        const ALL: usize = 100_000;
        let folder = tempfile::tempdir().unwrap();
        for number in 0..ALL {
            std::fs::File::create(folder.path().join(format!("{number:05}"))).unwrap();
        }
        let real = folder.path().canonicalize().unwrap();
        let root = Root::open(Right::READ, real.to_str().unwrap()).unwrap();
        let found = walk(&root, &[], Last::Followed).unwrap();
        let mut page = Page { after: None, most: Page::MOST };
        let mut names = Vec::new();
        // One that may not be seen is on no page.
        let hidden = format!("{}/00007", real.display());
        loop {
            let listed = list(&found, ".", &page, |path| path != hidden, &Wanted::default()).unwrap();
            let entries = listed["entries"].as_array().unwrap();
            assert!(entries.len() <= Page::MOST && listed["count"] == entries.len());
            names.extend(entries.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()));
            let Some(next) = listed["next"].as_str() else { break };
            page.after = Some(next.into());
        }
        let expected = (0..ALL).filter(|number| *number != 7).map(|number| format!("{number:05}"));
        assert!(names.iter().eq(expected.collect::<Vec<_>>().iter()), "{} names", names.len());
    }
}
