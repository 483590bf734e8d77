//! The files of one run: what is done with them, for spells and for tools.

use std::sync::Arc;

use llmspell_base::host_memory::Held;
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Recordable, Result};
use llmspell_policy::{Grants, Permission, Right};
use serde_json::{Value, json};

use crate::change;
use crate::error::{FileError, shown};
use crate::list::{self, Page};
use crate::location::Location;
use crate::roots::{self, Root};
use crate::walk::{Found, Last, walk};
use crate::work::{Wanted, apart};
use crate::{read, write};

/// The files that a run is granted. A tool gets it by `CallContext::offered`.
///
/// Each function is the work alone. Who calls one has passed the gate before, by a call that needs [`Location::permission`]; what a
/// link leads to is decided about here.
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    roots: Vec<Arc<Root>>,
    grants: Arc<Grants>,
}

/// The bytes of a file, in the run's share of the host's memory. The record has their number.
pub struct Contents {
    /// All of them.
    pub bytes: Vec<u8>,
    _held: Held,
}

/// One piece of work: what it may ask of the run.
pub(crate) struct Job {
    files: Files,
    pub(crate) cx: CallContext,
    call: &'static str,
    /// Paths that somebody was asked about, and said yes to.
    approved: Vec<(Right, String)>,
}

impl Files {
    /// Opens what is granted. An error names what can't be opened.
    pub fn open(grants: &Arc<Grants>) -> std::io::Result<Files> {
        Ok(Files(Arc::new(Inner { roots: roots::open(grants)?, grants: grants.clone() })))
    }

    /// Looks at the text of a path alone: nothing is touched before the gate has decided.
    ///
    /// An absolute path is what it says. A relative one is below the run's working folder; where it has none, below the first granted
    /// folder that is for it.
    pub fn locate(&self, right: Right, path: &str) -> Location {
        let work_folder = self.0.grants.work_folder.as_ref().and_then(|folder| folder.to_str());
        Location::find(&self.0.roots, work_folder, right, path)
    }

    /// Whether something that is granted is for this path.
    pub fn covers(&self, right: Right, path: &str) -> bool {
        let at = self.locate(right, path);
        at.root.is_some() && self.0.grants.allows(right, &at.name)
    }

    /// All bytes of a file.
    pub async fn read(&self, at: &Location, cx: &CallContext) -> Result<Contents> {
        self.work(&[at], cx, "file.read", Last::Followed, |job, found, wanted| {
            let most = job.most(Right::READ, &found.path).min(job.cx.limits().reply_bytes as u64);
            let bytes = found.about.as_ref().map_or(0, |about| about.len());
            let held = job.cx.memory().take(usize::try_from(bytes.min(most)).unwrap_or(usize::MAX))?;
            Ok(Contents { bytes: read::read(&found, most, wanted)?, _held: held })
        })
        .await
    }

    /// Makes or replaces a file. The number of bytes.
    pub async fn write(&self, at: &Location, data: Vec<u8>, cx: &CallContext) -> Result<u64> {
        bound(&data, cx)?;
        self.work(&[at], cx, "file.write", Last::Followed, move |job, found, wanted| {
            let most = job.most(Right::WRITE, &found.path);
            write::write(&found, data.as_slice(), most, &job.cx, wanted)
        })
        .await
    }

    /// Adds to the end of a file. How many bytes it has then.
    pub async fn append(&self, at: &Location, data: Vec<u8>, cx: &CallContext) -> Result<u64> {
        bound(&data, cx)?;
        self.work(&[at], cx, "file.append", Last::Followed, move |job, found, _| {
            write::append(&found, &data, job.most(Right::WRITE, &found.path), &job.cx)
        })
        .await
    }

    /// What is known of a file or folder.
    pub async fn metadata(&self, at: &Location, cx: &CallContext) -> Result<Value> {
        let given = at.given.clone();
        self.work(&[at], cx, "file.metadata", Last::Followed, move |_, found, _| list::metadata(&found, &given)).await
    }

    /// A part of what is in a folder.
    pub async fn list(&self, at: &Location, page: Page, cx: &CallContext) -> Result<Value> {
        let given = at.given.clone();
        self.work(&[at], cx, "file.list", Last::Followed, move |job, found, wanted| {
            let may_see = |path: &str| job.files.0.grants.allows(Right::READ, path);
            list::list(&found, &given, &page, may_see, wanted)
        })
        .await
    }

    /// Makes a folder, and those above it. Whether there was one to make.
    pub async fn make_folder(&self, at: &Location, cx: &CallContext) -> Result<bool> {
        let (job, at) = (self.job(cx, "file.make-folder", &[at]), at.clone());
        let given = at.given.clone();
        let made = apart(move |wanted| {
            let (root, below) = at.way()?;
            change::make_folder(root, below, &|path| job.decide(Right::WRITE, path), wanted)
        });
        made.await.map_err(|error| error.of(&given))
    }

    /// Makes the folders above a path, where they are not there.
    pub async fn make_folders_above(&self, at: &Location, cx: &CallContext) -> Result<bool> {
        let mut above = at.clone();
        match above.parts.pop() {
            Some(_) => self.make_folder(&above, cx).await,
            None => Ok(false),
        }
    }

    /// Removes a file, a link or a folder; one that is not empty only with `all`.
    pub async fn remove(&self, at: &Location, all: bool, cx: &CallContext) -> Result<()> {
        self.work(&[at], cx, "file.remove", Last::Kept, move |job, found, wanted| {
            change::remove(&found, all, &|path| job.check(Right::WRITE, path), wanted)
        })
        .await
    }

    /// Moves a file or folder. What is moved can be read at its new place: it has to be granted to read as well.
    pub async fn rename(&self, from: &Location, to: &Location, cx: &CallContext) -> Result<()> {
        let to_read = self.locate(Right::READ, &from.given);
        let read = cx.call("file.read", || json!({ "path": from.given })).needs(to_read.permission());
        read.begin().await.and_then(|call| call.settle(Ok(()))).map_err(|failure| to_read.told(failure))?;
        let target = to.clone();
        self.work(&[from, to], cx, "file.rename", Last::Kept, move |job, found, wanted| {
            let target = job.walk(&target, Last::Kept)?;
            let check = |old: &str, new: &str| {
                job.check(Right::READ, old)?;
                job.check(Right::WRITE, old)?;
                job.check(Right::WRITE, new)
            };
            check(&found.path, &target.path)?;
            change::move_to(&found, &target, &|path| job.most(Right::WRITE, path), &check, wanted)
        })
        .await
    }

    /// Copies a file, piece by piece. The number of bytes.
    pub async fn copy(&self, from: &Location, to: &Location, cx: &CallContext) -> Result<u64> {
        let call = cx.call("file.read", || json!({ "path": from.given })).needs(from.permission());
        let call = call.begin().await.map_err(|failure| from.told(failure))?;
        let (target, of) = (to.clone(), [from, to]);
        let copied = self.work(&of, cx, "file.copy", Last::Followed, move |job, found, wanted| {
            let target = job.walk(&target, Last::Followed)?;
            let most = job.most(Right::READ, &found.path).min(job.most(Right::WRITE, &target.path));
            let source = read::open(&found, cap_std::fs::OpenOptions::new().read(true))?;
            write::write(&target, source, most, &job.cx, wanted)
        });
        let copied = copied.await;
        call.settle(copied.as_ref().map(|_| ()).map_err(Clone::clone))?;
        copied
    }

    /// Goes the way to a path, asks whether what it leads to is granted, and does the work.
    async fn work<T: Send + 'static>(
        &self,
        of: &[&Location],
        cx: &CallContext,
        call: &'static str,
        last: Last,
        work: impl FnOnce(&Job, Found, &Wanted) -> std::result::Result<T, FileError> + Send + 'static,
    ) -> Result<T> {
        let Some(at) = of.first() else { return Err(Failure::new(Code::Internal, "no path")) };
        let (job, there) = (self.job(cx, call, of), (*at).clone());
        let done = apart(move |wanted| {
            let found = job.walk(&there, last)?;
            work(&job, found, wanted)
        });
        done.await.map_err(|error| error.of(&at.given))
    }

    pub(crate) fn job(&self, cx: &CallContext, call: &'static str, of: &[&Location]) -> Job {
        let grants = &self.0.grants;
        let asked = |at: &&&Location| grants.asks() && grants.needs_approval(&at.permission(), None).is_some();
        let approved = of.iter().filter(asked).map(|at| (at.right, at.name.clone())).collect();
        Job { files: self.clone(), cx: cx.clone(), call, approved }
    }
}

impl Location {
    pub(crate) fn way(&self) -> std::result::Result<(&Root, &[String]), FileError> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone().into());
        }
        // The gate has denied it before.
        let root = self.root.as_ref().ok_or(FileError::Escapes)?;
        Ok((root, &self.parts))
    }
}

impl Job {
    pub(crate) fn walk(&self, at: &Location, last: Last) -> std::result::Result<Found, FileError> {
        let (root, below) = at.way()?;
        let found = walk(root, below, last)?;
        if found.path != at.name {
            self.decide(at.right, &found.path)?;
        }
        Ok(found)
    }

    /// Asks whether this path is granted; the decision is recorded.
    fn decide(&self, right: Right, path: &str) -> std::result::Result<(), FileError> {
        self.check_approved(right, path)?;
        match self.cx.decide(self.call, &Permission::of(right, path))? {
            None => Ok(()),
            Some(_) => Err(FileError::Denied("it leads to something that is not granted".into())),
        }
    }

    /// The same for one of many: the decision about what holds them is on record.
    pub(crate) fn check(&self, right: Right, path: &str) -> std::result::Result<(), FileError> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let denied = |_| FileError::Denied(format!("'{}' is not granted", shown(name)));
        self.files.0.grants.check_name(right, path).map_err(denied)?;
        self.check_approved(right, path)
    }

    /// Nobody was asked about what a link leads to, or what lies below a folder that needs no approval itself.
    fn check_approved(&self, right: Right, path: &str) -> std::result::Result<(), FileError> {
        let grants = &self.files.0.grants;
        let permission = Permission::of(right, path);
        let below = |path: &str, folder: &str| {
            path.strip_prefix(folder.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // Whoever said yes to a path said it to what lies below it, and to the folders that it needs above it. Who lets it be written
        // or moved lets it be read.
        let covers = |(asked, name): &(Right, String)| {
            (*asked == right || *asked == Right::WRITE)
                && (below(path, name) || right == Right::WRITE && below(name, path))
        };
        if !grants.asks() || grants.needs_approval(&permission, None).is_none() || self.approved.iter().any(covers) {
            return Ok(());
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        Err(FileError::Denied(format!("'{}' needs an approval: name it by its own path", shown(name))))
    }

    pub(crate) fn most(&self, right: Right, path: &str) -> u64 {
        self.files.0.grants.max_file(right, path).unwrap_or(u64::MAX)
    }
}

fn bound(data: &[u8], cx: &CallContext) -> Result<()> {
    let most = cx.limits().reply_bytes;
    if data.len() <= most {
        return Ok(());
    }
    let message = format!("{} bytes at once are too many: {most} can be written, and more appended", data.len());
    Err(Failure::new(Code::TooLarge, message))
}

impl Recordable for Contents {
    fn bytes(&self) -> usize {
        self.bytes.len()
    }
    fn record(&self) -> Value {
        json!({ "bytes": self.bytes.len() })
    }
}
