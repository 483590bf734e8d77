//! The folder that hostile spells lie in.

use std::path::Path;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;

use super::archives;
use crate::GuestUnderTest;

/// What a spell that is granted files may do nothing to: everything beside the granted folder, byte for byte.
pub struct Watched {
    folder: PathBuf,
    before: Vec<(PathBuf, Vec<u8>)>,
    swapping: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

/// Lays out the folder `granted`, anew.
pub fn grant(folder: &Path, swaps: bool, with_archives: bool) -> Watched {
    use std::os::unix::fs::symlink;
    let granted = folder.join("granted");
    drop(std::fs::remove_dir_all(&granted));
    std::fs::create_dir_all(granted.join("sub")).unwrap();
    std::fs::write(granted.join("near.txt"), "near").unwrap();
    for (name, target) in [
        ("out.txt", "../secret.txt"),
        ("up", ".."),
        ("root", "/"),
        ("inside.txt", "near.txt"),
        ("around.txt", "sub/../near.txt"),
        ("loop", "loop"),
        ("dangling.txt", "../made.txt"),
        ("device", "/dev/zero"),
        ("sub/back", "../near.txt"),
        ("sub/far", "../../secret.txt"),
    ] {
        symlink(target, granted.join(name)).unwrap();
    }
    // What the program keeps for itself, in a folder that is granted.
    std::fs::create_dir_all(granted.join("own/guests")).unwrap();
    std::fs::write(granted.join("own/guests/secret.txt"), std::fs::read(folder.join("secret.txt")).unwrap()).unwrap();
    symlink("own/guests", granted.join("link-to-own")).unwrap();
    symlink(folder.join("secret.txt"), granted.join("absolute.txt")).unwrap();
    let owner = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, granted.join("pipe"), rustix::fs::FileType::Fifo, owner, 0).unwrap();
    drop(std::os::unix::net::UnixListener::bind(granted.join("socket")).unwrap());
    if with_archives {
        archives::lay_out(&granted);
    }
    let swapping = swaps.then(|| {
        let over = Arc::<AtomicBool>::default();
        let (seen, granted) = (over.clone(), granted.clone());
        (over, std::thread::spawn(move || swap(&granted, &seen)))
    });
    Watched { folder: folder.into(), before: texts(folder), swapping }
}

/// A folder and a link that leads out take each other's place, and a file and such a link.
fn swap(granted: &Path, over: &AtomicBool) {
    use std::os::unix::fs::symlink;
    let path = |name: &str| granted.join(name);
    std::fs::create_dir(path("folder-a")).unwrap();
    std::fs::write(path("folder-a/secret.txt"), "near").unwrap();
    symlink("..", path("folder-b")).unwrap();
    std::fs::write(path("file-a"), "near").unwrap();
    symlink("../secret.txt", path("file-b")).unwrap();
    let exchange = |one: &str, two: &str| {
        let (cwd, flags) = (rustix::fs::CWD, rustix::fs::RenameFlags::EXCHANGE);
        let _ = rustix::fs::renameat_with(cwd, path(one), cwd, path(two), flags);
    };
    while !over.load(Relaxed) {
        exchange("folder-a", "folder-b");
        exchange("file-a", "file-b");
    }
}

impl Watched {
    /// What is not as it was.
    pub fn changed(mut self) -> Vec<String> {
        if let Some((over, thread)) = self.swapping.take() {
            over.store(true, Relaxed);
            thread.join().unwrap();
        }
        let after = texts(&self.folder);
        if after == self.before { Vec::new() } else { vec!["what is beside the granted folder has changed".into()] }
    }
}

/// The plain files of the folder and of the spell's own, with what is in them.
fn texts(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = |path: &Path| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let all = entries(folder).into_iter().chain(entries(&folder.join("own")));
    let ours = |path: &PathBuf| !path.file_name().unwrap().to_string_lossy().starts_with("audit");
    let mut texts: Vec<_> = all
        .filter(|path| path.symlink_metadata().unwrap().is_file())
        .filter(ours)
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    texts.sort();
    texts
}

/// Lays out what is beside a spell, in `own`, and beside its folder.
pub fn lay_out(folder: &Path, guests: &[GuestUnderTest]) {
    let own = folder.join("own");
    std::fs::create_dir(&own).unwrap();
    for (name, text) in [("near.lua", "return 'near'"), ("near.js", "export default 'near'"), ("near.txt", "near")] {
        std::fs::write(own.join(name), text).unwrap();
    }
    for name in [".env.txt", "serviceAccountKey.json", "API_KEY.TXT", "server.pem"] {
        std::fs::write(own.join(name), "\"canary-beside-the-spell\"").unwrap();
    }
    let secret = |name: &str| std::fs::write(folder.join(name), "return 'canary-beside-the-folder'").unwrap();
    secret("secret");
    std::os::unix::fs::symlink(folder, own.join("up")).unwrap();
    for extension in guests.iter().map(|guest| guest.language.extensions[0]).chain(["txt"]) {
        let name = format!("secret.{extension}");
        secret(&name);
        std::os::unix::fs::symlink(folder.join(name), own.join(format!("link.{extension}"))).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            own.join(format!("pipe.{extension}")),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
    }
}
