//! Power cuts: what is left is what was synced to the disk, and nothing else.
//!
//! The store's access to the disk is replaced by one that keeps an image of it. A file's content gets into the image when
//! the file is synced, its name when its folder is synced; nothing else does. Then the image is opened as a store.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use llmspell_state::{Change, Disk, Place, Settings, Store};

use crate::harness::{Dice, Harness, Kind, delete, put, text};

#[derive(Default)]
struct Picture {
    /// A file that is renamed keeps its data.
    data: BTreeMap<Inode, Vec<u8>>,
    /// Names in a folder, with their files.
    names: BTreeMap<PathBuf, BTreeMap<String, Inode>>,
}

/// With the time at which it was made: the number alone goes on to a new file when the old one is removed, and the new one
/// would have the old one's data in the picture.
type Inode = (u64, Option<std::time::SystemTime>);

fn inode(file: &fs::Metadata) -> Inode {
    (file.ino(), file.created().ok())
}

struct Camera {
    picture: Mutex<Picture>,
    /// Whether waiting for the log counts; sled's own `flush` never waits for the disk.
    log: bool,
}

fn there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

impl Disk for Camera {
    fn sync_data(&self, file: &File, path: &Path) -> io::Result<()> {
        if self.log || !path.ends_with("db/db") || self.picture.lock().unwrap().data.len() < 2 {
            let inode = inode(&file.metadata()?);
            // One that sled removes meanwhile needs no data.
            if let Some(data) = there(fs::read(path))? {
                self.picture.lock().unwrap().data.insert(inode, data);
            }
        }
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut names = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Some(about) = there(entry.metadata())? else { continue };
            let inode = inode(&about);
            let name = entry.file_name().into_string().unwrap();
            // sled waits for this one itself, when it makes it.
            if name == "conf" {
                self.picture.lock().unwrap().data.insert(inode, fs::read(entry.path())?);
            }
            names.insert(name, inode);
        }
        self.picture.lock().unwrap().names.insert(folder.into(), names);
        Ok(())
    }
}

impl Camera {
    /// What is left, as files.
    fn develop(&self, from: &Path, to: &Path) {
        let picture = self.picture.lock().unwrap();
        fs::create_dir_all(to).unwrap();
        let Some(names) = picture.names.get(from) else { return };
        for (name, inode) in names {
            let (old, new) = (from.join(name), to.join(name));
            if picture.names.contains_key(&old) {
                self_develop(&picture, &old, &new);
            } else if let Some(data) = picture.data.get(inode) {
                fs::write(new, data).unwrap();
            }
        }
    }
}

fn self_develop(picture: &Picture, from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, inode) in &picture.names[from] {
        let (old, new) = (from.join(name), to.join(name));
        if picture.names.contains_key(&old) {
            self_develop(picture, &old, &new);
        } else if let Some(data) = picture.data.get(inode) {
            fs::write(new, data).unwrap();
        }
    }
}

/// What is not as it was acknowledged, over some cuts of the power.
fn lost(log: bool) -> Vec<String> {
    let camera = Arc::new(Camera { picture: Mutex::default(), log });
    let harness = Harness::with(Kind::Sled, |settings| settings.disk = camera.clone());
    let Place::Sled(folder) = harness.settings.place.clone() else { panic!() };
    let mut dice = Dice::new(5);
    let mut acked: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut lost = Vec::new();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    tokio.block_on(async {
        for cut in 0..12 {
            for _ in 0..15 {
                let mut changes: Vec<Change> = Vec::new();
                for _ in 0..=dice.below(4) {
                    let key = format!("k{}", dice.below(40));
                    if changes.iter().any(|change| change.key() == Some(&key)) {
                        continue;
                    }
                    let bytes = *dice.one_of(&[10, 1_000, 30_000, 60_000, 60_000, 100_000]);
                    let value = text(&format!("{} {}", dice.below(1 << 40), "x".repeat(bytes)));
                    match dice.below(6) {
                        0 => changes.push(delete("s", &key)),
                        _ => changes.push(put("s", &key, &value)),
                    }
                }
                harness.commit("t", changes.clone()).await.unwrap();
                for change in changes {
                    match change {
                        Change::Put { key, value, .. } => drop(acked.insert(key, Some(value))),
                        Change::Delete { key, .. } => drop(acked.insert(key, None)),
                        _ => {}
                    }
                }
            }
            let image = harness.folder.path().join(format!("image{cut}"));
            camera.develop(&folder, &image);
            let store = Store::new(Settings::new(Place::Sled(image)));
            let backend = match store.open(|_| ()).await {
                Ok(backend) => backend,
                Err(problem) => {
                    lost.push(problem.to_string());
                    continue;
                }
            };
            for (key, value) in &acked {
                match backend.get("t", "s", key).await {
                    Ok(found) if found.as_ref().map(|entry| &entry.value) == value.as_ref() => {}
                    Ok(_) => lost.push(format!("cut {cut}: {key}")),
                    Err(problem) => lost.push(format!("cut {cut}: {key}: {problem}")),
                }
            }
            lost.extend(backend.verify(&|_| ()).await.unwrap().problems);
        }
    });
    lost
}

#[test]
fn what_sled_acknowledged_is_on_the_disk() {
    let lost = lost(true);
    assert!(lost.is_empty(), "{lost:#?}");
}

/// The test above can fail: this is what it says of a store that only calls sled's own `flush`.
#[test]
fn without_waiting_for_the_disk_acknowledged_writes_are_lost() {
    assert!(!lost(false).is_empty());
}
