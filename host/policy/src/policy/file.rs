//! A policy file that is read again when it has changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::{Place, Policy, PolicyError};
use llmspell_base::file::{FileKind, read_plain_text, read_text};
use llmspell_base::hash::hash;

/// A file, and the last policy in it that was whole.
///
/// ```no_run
/// use llmspell_policy::{Grants, PolicyFile};
///
/// let operator = PolicyFile::open("operator.toml")?;            // once: fails if it is not whole
/// let (policy, change) = operator.current();                    // for each run
/// if let Some(change) = change {
///     eprintln!("{change}");
/// }
/// let grants = Grants::local().within(policy);
/// # let _ = grants;
/// # Ok::<(), llmspell_policy::PolicyError>(())
/// ```
#[derive(Debug)]
pub struct PolicyFile {
    path: PathBuf,
    read: ReadText,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    policy: Arc<Policy>,
    seen: Option<Stamp>,
    /// Of the text that was looked at last, good or not.
    hash: String,
    /// What is wrong with it now. Said once.
    problem: Option<String>,
}

/// What changes when a file does.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    changed: SystemTime,
    bytes: u64,
    /// Two writes within one tick of the file system's clock look alike: then only the text tells.
    settled: bool,
}

/// What became of a file since it was looked at before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It says something else now, and that holds.
    Taken(String),
    /// It is broken or gone: what it said last holds. Told once for each way in which it is broken.
    Kept(String),
}

/// How its text is read.
type ReadText = fn(&Path, FileKind<'_>) -> std::io::Result<String>;

const POLICY: FileKind<'_> = FileKind { name: "a policy file", extensions: &["toml"] };

/// Clocks of file systems go in steps of up to two seconds.
const STEP: Duration = Duration::from_secs(2);

impl PolicyFile {
    /// Reads it; what is wrong with it now is an error.
    pub fn open(path: impl AsRef<Path>) -> Result<PolicyFile, PolicyError> {
        PolicyFile::open_with(path.as_ref(), read_text)
    }

    /// The same of a plain file, now and later: a run does not wait for a pipe.
    pub fn open_plain(path: impl AsRef<Path>) -> Result<PolicyFile, PolicyError> {
        PolicyFile::open_with(path.as_ref(), read_plain_text)
    }

    fn open_with(path: &Path, read_text: ReadText) -> Result<PolicyFile, PolicyError> {
        let seen = stamp(path);
        let (policy, hash) = read(path, read_text)?;
        let state = State { policy: Arc::new(policy), seen, hash, problem: None };
        Ok(PolicyFile { path: path.into(), read: read_text, state: Mutex::new(state) })
    }

    /// What holds now, and what has changed, for a log. A look at the file's time and size; read only where they changed.
    pub fn current(&self) -> (Arc<Policy>, Option<Change>) {
        // Replaced whole: a panic elsewhere leaves nothing half-done.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = stamp(&self.path);
        if seen.is_some() && seen == state.seen && seen.as_ref().is_some_and(|seen| seen.settled) {
            return (state.policy.clone(), None);
        }
        state.seen = seen;
        let change = state.look(&self.path, self.read);
        (state.policy.clone(), change)
    }

    /// The file, as it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl State {
    fn look(&mut self, path: &Path, read_text: ReadText) -> Option<Change> {
        let shown = path.display();
        match read(path, read_text) {
            Ok((_, hash)) if hash == self.hash && self.problem.is_none() => None,
            Ok((policy, hash)) => {
                self.problem = None;
                self.hash = hash;
                self.policy = Arc::new(policy);
                Some(Change::Taken(format!("{shown} has changed: what it says now holds")))
            }
            Err(error) => {
                let problem = error.to_string();
                if self.problem.as_ref() == Some(&problem) {
                    return None;
                }
                self.problem = Some(problem.clone());
                Some(Change::Kept(format!("{problem}; what it said before still holds")))
            }
        }
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Change::Taken(line) | Change::Kept(line)) = self;
        f.write_str(line)
    }
}

impl Policy {
    /// Reads a file once.
    pub fn read(path: impl AsRef<Path>) -> Result<Policy, PolicyError> {
        read(path.as_ref(), read_text).map(|(policy, _)| policy)
    }
}

fn read(path: &Path, read_text: ReadText) -> Result<(Policy, String), PolicyError> {
    let file = path.display().to_string();
    let text = read_text(path, POLICY).map_err(|error| PolicyError::of_file(&file, error))?;
    let policy = Policy::parse(&file, &text)?;
    match policy.missing_path() {
        Some((Place::Line { line, column }, problem)) => Err(PolicyError { file, line, column, problem }),
        _ => Ok((policy, hash(text.as_bytes()))),
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = std::fs::metadata(path).ok()?;
    let changed = about.modified().ok()?;
    let settled = SystemTime::now().duration_since(changed).is_ok_and(|age| age > STEP);
    Some(Stamp { changed, bytes: about.len(), settled })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_refused_where_a_plain_file_is_wanted_also_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        std::fs::write(&path, "[tools]\nallow = [\"a\"]\n").unwrap();
        let file = PolicyFile::open_plain(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let refused = PolicyFile::open_plain(&path).unwrap_err().to_string();
        assert!(refused.contains("it is no plain file"), "{refused}");
        let (_, change) = file.current();
        assert!(matches!(change, Some(Change::Kept(line)) if line.contains("it is no plain file")));
    }

    #[test]
    fn an_edit_is_taken_and_a_broken_one_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        let write = |text: &str| std::fs::write(&path, text).unwrap();
        write("[tools]\nallow = [\"one\"]\n");
        let file = PolicyFile::open(&path).unwrap();
        let now = || {
            let (policy, change) = file.current();
            (policy.allowed(super::super::Right::TOOL).map(String::from).collect::<Vec<_>>(), change)
        };
        assert_eq!(now(), (vec!["one".into()], None));
        // As long as before, and within the same tick.
        write("[tools]\nallow = [\"two\"]\n");
        let (tools, change) = now();
        assert_eq!(tools, ["two"]);
        assert!(matches!(change, Some(Change::Taken(_))), "{change:?}");
        assert_eq!(now().1, None);
        write("[tools]\nallow = \"two\"\n");
        let (tools, change) = now();
        let Some(Change::Kept(line)) = change else { panic!("{change:?}") };
        assert!(tools == ["two"] && line.contains("policy.toml:2:9: [tools] allow: is a list"), "{line}");
        assert_eq!(now(), (vec!["two".into()], None));
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(now(), (tools, Some(Change::Kept(_))) if tools == ["two"]));
        assert_eq!(now().1, None);
        // The same text as before it broke is news again.
        write("[tools]\nallow = [\"two\"]\n");
        assert!(matches!(now().1, Some(Change::Taken(_))));
    }
}
