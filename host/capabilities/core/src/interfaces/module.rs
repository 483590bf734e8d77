//! `module`: files of the spell's own folder, and of nowhere else: programs and data.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt};
use llmspell_api::Module;
use llmspell_api::journal::{ModuleLoadOutcome, ModuleReadOutcome};
use llmspell_base::hash::hash;
use llmspell_base::nearest::near;
use llmspell_base::{Code, Failure};
use llmspell_kernel::bindings::types;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState};
use llmspell_policy::Permission;
use serde_json::{Value, json};

use bindings::llmspell::spell::module;
pub use builtin::builtin;
use builtin::is_builtin;
use name::{ends_in, is_data, plain, secret};

mod builtin;
mod name;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/module@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
        },
    });
}

/// The interface `module`.
pub struct ModuleCapability;

impl Capability for ModuleCapability {
    type Instance = Modules;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Modules>) -> wasmtime::Result<()> {
        module::add_to_linker::<_, ImportData<Modules>>(linker, import)
    }

    fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Modules> {
        let (extensions, most_bytes) = (options.extensions.clone(), run.limits().value_bytes);
        Ok(Modules::new(options.folder.as_deref(), extensions, most_bytes)?)
    }
}

impl module::Host for Import<'_, Modules> {
    async fn load(&mut self, path: String) -> wasmtime::Result<Result<types::Source, types::Failure>> {
        let call = self.call("module.load").text("path", &path);
        // What the binary carries is no file of anybody's.
        let call = if is_builtin(&path) { call } else { call.needs(Permission::MODULES) };
        let admitted = match call.admit()? {
            Ok(admitted) => admitted,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let loaded = self.own.load(&path).await.map(|text| Loaded { path, text });
        let loaded = self.settle(admitted, loaded.map_err(Failure::from))?;
        Ok(loaded.map(|Loaded { path, text }| types::Source { name: path, text }).map_err(Into::into))
    }

    async fn read(&mut self, path: String) -> wasmtime::Result<Result<String, types::Failure>> {
        let call = self.call("module.read").text("path", &path);
        let call = if is_builtin(&path) { call } else { call.needs(Permission::MODULES) };
        let admitted = match call.admit()? {
            Ok(admitted) => admitted,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let read = self.own.read(&path).await.map(Data);
        let read = self.settle(admitted, read.map_err(Failure::from))?;
        Ok(read.map(|Data(text)| text).map_err(Into::into))
    }
}

/// A module on its way to the guest.
struct Loaded {
    path: String,
    text: String,
}

impl Recordable for Loaded {
    fn bytes(&self) -> usize {
        self.path.len() + self.text.len()
    }
    fn record(&self) -> Value {
        json!(ModuleLoadOutcome { name: &self.path, text: &self.text })
    }
}

/// Data on its way to the guest.
struct Data(String);

impl Recordable for Data {
    fn bytes(&self) -> usize {
        self.0.len()
    }
    fn record(&self) -> Value {
        json!(ModuleReadOutcome { text: &self.0 })
    }
}

/// Files of a folder among which one of a similar name is looked for.
const MOST_LOOKED_AT: usize = 1000;

/// Opens files below one folder. The system's own resolution keeps `..` and links from leading out.
#[derive(Clone, Default)]
pub struct Modules {
    folder: Option<Arc<Dir>>,
    extensions: Vec<String>,
    loaded: Vec<Module>,
    most_bytes: usize,
}

#[derive(Debug, thiserror::Error)]
/// Why a module can't be loaded.
pub enum ModuleError {
    /// There is no such file.
    #[error("no file '{path}' beside the spell{hint}")]
    Missing {
        /// Path as the spell wrote it.
        path: String,
        /// More about the reason, or a file of a similar name; empty if there is neither.
        hint: String,
    },
    /// The path, or a link on it, leads out of the folder.
    #[error("'{path}' leads out of the spell's folder{hint}")]
    Escapes {
        /// Path as the spell wrote it.
        path: String,
        /// What grants such files; may be empty.
        hint: &'static str,
    },
    /// A part of the path begins with a dot.
    #[error("'{path}' is a hidden file or lies in a hidden folder: spells get none of these")]
    Hidden {
        /// Path as the spell wrote it.
        path: String,
    },
    /// The file has none of the extensions of modules.
    #[error("'{path}' is no module: those end in .{allowed}")]
    Foreign {
        /// Path as the spell wrote it.
        path: String,
        /// Extensions of modules, separated by ", .".
        allowed: String,
    },
    /// The file has none of the extensions of data.
    #[error("'{path}' is no data that a spell may read: that ends in .txt, .md, .json, .csv or the like{hint}")]
    NoData {
        /// Path as the spell wrote it.
        path: String,
        /// What else can be done with it; may be empty.
        hint: &'static str,
    },
    /// Its name says that it holds keys.
    #[error("'{path}' may hold keys, by the '{word}' in its name, and spells get none: data needs another name")]
    Secret {
        /// Path as the spell wrote it.
        path: String,
        /// What the name has.
        word: &'static str,
    },
    /// The file is longer than a value may be.
    #[error("'{path}' has more than {most} bytes")]
    TooLarge {
        /// Path as the spell wrote it.
        path: String,
        /// The most bytes that are allowed.
        most: usize,
    },
    /// The path is malformed, or the file can't be read as text.
    #[error("'{path}' can't be used: {why}")]
    Unusable {
        /// Path as the spell wrote it.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Modules {
    /// `None`: a spell without a folder, such as one from standard input.
    ///
    /// Only files that end in one of `extensions` are modules.
    pub fn new(folder: Option<&Path>, extensions: Vec<String>, most_bytes: usize) -> std::io::Result<Modules> {
        let open = |path| Dir::open_ambient_dir(path, ambient_authority()).map(Arc::new);
        Ok(Modules { folder: folder.map(open).transpose()?, extensions, loaded: Vec::new(), most_bytes })
    }

    /// The text of a module. `path` is relative, with "/" between its parts.
    pub async fn load(&mut self, path: &str) -> Result<String, ModuleError> {
        if is_builtin(path) {
            return carried(path);
        }
        let name = plain(path)?;
        if !ends_in(&name, &self.extensions) {
            return Err(ModuleError::Foreign { path: path.into(), allowed: self.extensions.join(", .") });
        }
        self.text(path, name).await
    }

    /// The text of a file with data.
    pub async fn read(&mut self, path: &str) -> Result<String, ModuleError> {
        self.data(path).await.map_err(|error| match error {
            ModuleError::Escapes { path, .. } => {
                ModuleError::Escapes { path, hint: ": --allow-read grants files elsewhere" }
            }
            other => other,
        })
    }

    async fn data(&mut self, path: &str) -> Result<String, ModuleError> {
        if is_builtin(path) {
            return carried(path);
        }
        let name = plain(path)?;
        if !is_data(&name) {
            let hint = if ends_in(&name, &self.extensions) { "; require loads programs" } else { "" };
            return Err(ModuleError::NoData { path: path.into(), hint });
        }
        if let Some(word) = secret(&name) {
            return Err(ModuleError::Secret { path: path.into(), word });
        }
        self.text(path, name).await
    }

    /// Reads off the thread, as a network's file system may hang.
    async fn text(&mut self, path: &str, name: String) -> Result<String, ModuleError> {
        let homeless = || ModuleError::Missing { path: path.into(), hint: ": this spell has no folder".into() };
        let folder = self.folder.clone().ok_or_else(homeless)?;
        let most = self.most_bytes;
        let found = name.clone();
        let read = tokio::task::spawn_blocking(move || read(&folder, &name, most));
        let text = read.await.map_err(|_| unusable(path, "reading it failed"))??;
        let module = Module { path: found, hash: hash(text.as_bytes()) };
        if !self.loaded.iter().any(|known| known.path == module.path && known.hash == module.hash) {
            self.loaded.push(module);
        }
        Ok(text)
    }

    /// What was loaded, in order.
    pub fn loaded(&self) -> &[Module] {
        &self.loaded
    }
}

/// A text that the binary carries.
fn carried(path: &str) -> Result<String, ModuleError> {
    let missing = || ModuleError::Missing { path: path.chars().take(100).collect(), hint: String::new() };
    builtin(path).map(String::from).ok_or_else(missing)
}

fn unusable(path: &str, why: impl Into<String>) -> ModuleError {
    ModuleError::Unusable { path: path.into(), why: why.into() }
}

/// "; did you mean 'lib/a.lua'?", of the files that a spell gets in the folder that the path names.
fn similar(folder: &Dir, path: &str) -> String {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some((stem, extension)) = name.rsplit_once('.') else { return String::new() };
    let Ok(entries) = (if above.is_empty() { folder.entries() } else { folder.read_dir(above) }) else {
        return String::new();
    };
    let names = entries.take(MOST_LOOKED_AT).flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|known| !known.starts_with('.') && secret(known).is_none()).collect();
    names.sort_unstable();
    let parts = names.iter().filter_map(|known| known.rsplit_once('.'));
    let same: Vec<_> = parts.filter(|(_, other)| other.eq_ignore_ascii_case(extension)).collect();
    let stems: Vec<&str> = same.iter().map(|(stem, _)| *stem).collect();
    let nearest = near(stem, &stems).and_then(|found| same.iter().find(|(stem, _)| *stem == found));
    let slash = if above.is_empty() { "" } else { "/" };
    nearest.map(|(stem, end)| format!("; did you mean '{above}{slash}{stem}.{end}'?")).unwrap_or_default()
}

/// Opens a file of a spell's folder as modules are opened: no hidden one, and none that a link leads out to.
pub fn open_within(folder: &Path, path: &str) -> Result<std::fs::File, ModuleError> {
    let name = plain(path)?;
    let folder = Dir::open_ambient_dir(folder, ambient_authority());
    let folder = folder.map_err(|error| unusable(path, error.to_string()))?;
    open(&folder, &name).map(cap_std::fs::File::into_std)
}

fn open(folder: &Dir, path: &str) -> Result<cap_std::fs::File, ModuleError> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Opening a named pipe would otherwise block until another process writes to it.
    #[cfg(unix)]
    options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    let file = folder.open_with(path, &options).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            ModuleError::Missing { path: path.into(), hint: similar(folder, path) }
        }
        // cap-std's word for a link that leads out, and not the system's for a file that may not be read.
        std::io::ErrorKind::PermissionDenied if error.raw_os_error().is_none() => {
            ModuleError::Escapes { path: path.into(), hint: "" }
        }
        _ => unusable(path, error.to_string()),
    })?;
    let meta = file.metadata().map_err(|error| unusable(path, error.to_string()))?;
    if !meta.is_file() {
        return Err(unusable(path, "not a plain file"));
    }
    Ok(file)
}

fn read(folder: &Dir, path: &str, most: usize) -> Result<String, ModuleError> {
    let file = open(folder, path)?;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| unusable(path, error.to_string()))?;
    if bytes.len() > most {
        return Err(ModuleError::TooLarge { path: path.into(), most });
    }
    String::from_utf8(bytes)
        .map_err(|error| unusable(path, format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to())))
}

impl From<ModuleError> for Failure {
    fn from(error: ModuleError) -> Failure {
        use ModuleError::{Escapes, Foreign, Hidden, Missing, NoData, Secret, TooLarge, Unusable};
        let code = match error {
            Missing { .. } => Code::NotFound,
            Escapes { .. } | Foreign { .. } | Hidden { .. } | NoData { .. } | Secret { .. } => Code::Denied,
            TooLarge { .. } => Code::TooLarge,
            Unusable { .. } => Code::Invalid,
        };
        Failure::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<String, ModuleError>) -> &'static str {
        match result {
            Ok(_) => "ok",
            Err(ModuleError::Missing { .. }) => "missing",
            Err(ModuleError::Escapes { .. }) => "escapes",
            Err(ModuleError::Hidden { .. }) => "hidden",
            Err(ModuleError::Foreign { .. }) => "foreign",
            Err(ModuleError::NoData { .. }) => "no data",
            Err(ModuleError::Secret { .. }) => "secret",
            Err(ModuleError::TooLarge { .. }) => "too large",
            Err(ModuleError::Unusable { .. }) => "unusable",
        }
    }

    #[tokio::test]
    async fn only_plain_files_below_the_folder_are_read() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("spell");
        std::fs::create_dir_all(folder.join("lib")).unwrap();
        std::fs::write(folder.join("lib/a.lua"), "return 1").unwrap();
        std::fs::write(folder.join("latin1.lua"), b"\xff").unwrap();
        std::fs::write(folder.join("big.lua"), "x".repeat(101)).unwrap();
        std::fs::write(folder.join(".env"), "KEY='canary'").unwrap();
        std::fs::write(folder.join("keys.txt"), "KEY='canary'").unwrap();
        std::fs::create_dir_all(folder.join("folder.lua")).unwrap();
        std::fs::create_dir_all(folder.join("lib/.hidden")).unwrap();
        std::fs::write(folder.join("lib/.hidden/a.lua"), "return 1").unwrap();
        std::fs::write(top.path().join("secret.lua"), "secret").unwrap();
        let mut modules = Modules::new(Some(&folder), vec!["lua".into()], 100).unwrap();
        let mut expected = vec![
            ("lib/a.lua", "ok"),
            (".//lib/./a.lua", "ok"),
            ("lib/../lib/a.lua", "escapes"),
            ("lib/b.lua", "missing"),
            ("../secret.lua", "escapes"),
            ("lib/../../secret.lua", "escapes"),
            ("/etc/passwd", "escapes"),
            (".env", "hidden"),
            ("./lib/./.env", "hidden"),
            ("keys.txt", "foreign"),
            ("lua", "foreign"),
            ("a.lua:stream", "unusable"),
            ("folder.lua", "unusable"),
            ("lib/.hidden/a.lua", "hidden"),
            ("lib", "foreign"),
            ("", "unusable"),
            ("a\0b", "unusable"),
            ("latin1.lua", "unusable"),
            ("big.lua", "too large"),
            ("llmspell:templates/code-review.lua", "ok"),
            ("llmspell:templates/../list.json", "missing"),
            ("llmspell:../secret.lua", "missing"),
        ];
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(top.path().join("secret.lua"), folder.join("link.lua")).unwrap();
            std::os::unix::fs::symlink("../secret.lua", folder.join("relative.lua")).unwrap();
            std::os::unix::fs::symlink("lib/a.lua", folder.join("inside.lua")).unwrap();
            expected.extend([("link.lua", "escapes"), ("relative.lua", "escapes"), ("inside.lua", "ok")]);
        }
        for (path, what) in expected {
            assert_eq!(code(modules.load(path).await), what, "{path:?}");
        }
        let loaded: Vec<_> = modules.loaded().iter().map(|module| module.path.as_str()).collect();
        assert_eq!(loaded, ["lib/a.lua", "inside.lua"]);
    }

    #[tokio::test]
    async fn data_is_read_and_nothing_that_is_likely_to_hold_keys() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("spell");
        std::fs::create_dir_all(folder.join("prompts.txt")).unwrap();
        std::fs::create_dir_all(folder.join("keys")).unwrap();
        std::fs::create_dir_all(folder.join("texts")).unwrap();
        for (name, text) in [
            ("data.json", "{}"),
            ("texts/words.txt", "a"),
            ("keys/words.txt", "a"),
            ("keywords.txt", "b"),
            ("a.lua", "return 1"),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        std::fs::write(folder.join("latin1.txt"), b"caf\xe9").unwrap();
        std::fs::write(folder.join("big.csv"), "x".repeat(101)).unwrap();
        std::fs::write(top.path().join("outside.txt"), "canary").unwrap();
        let mut modules = Modules::new(Some(&folder), vec!["lua".into()], 100).unwrap();
        let mut expected = vec![
            ("data.json", "ok"),
            ("./texts//words.txt", "ok"),
            ("keys/words.txt", "secret"),
            ("serviceAccountKey.json", "secret"),
            ("keyboardLayouts.json", "missing"),
            ("keywords.txt", "ok"),
            ("none.txt", "missing"),
            ("data.json/none.txt", "missing"),
            ("data", "no data"),
            ("a.lua", "no data"),
            ("id_rsa", "no data"),
            ("server.pem", "no data"),
            ("DATA.JSON", "missing"),
            ("keys.txt", "secret"),
            ("API-KEY.md", "secret"),
            ("gcp.service_account.json", "secret"),
            ("client_secret_1.json", "secret"),
            ("prod.env.txt", "secret"),
            (".env.txt", "hidden"),
            (".config/data.json", "hidden"),
            ("../outside.txt", "escapes"),
            ("texts/../../outside.txt", "escapes"),
            ("/outside.txt", "escapes"),
            ("data.json:stream.txt", "unusable"),
            ("prompts.txt", "unusable"),
            ("a\nb.txt", "unusable"),
            ("latin1.txt", "unusable"),
            ("big.csv", "too large"),
        ];
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../outside.txt", folder.join("link.txt")).unwrap();
            std::os::unix::fs::symlink("data.json", folder.join("inside.json")).unwrap();
            expected.extend([("link.txt", "escapes"), ("inside.json", "ok")]);
        }
        for (path, what) in expected {
            assert_eq!(code(modules.read(path).await), what, "{path:?}");
        }
        let loaded: Vec<_> = modules.loaded().iter().map(|module| module.path.as_str()).collect();
        assert_eq!(loaded, ["data.json", "texts/words.txt", "keywords.txt", "inside.json"]);
    }

    #[tokio::test]
    async fn a_file_of_a_similar_name_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("lib")).unwrap();
        for name in ["prompt.txt", "lib/words.lua", "tokens.txt", "zoology.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let mut modules = Modules::new(Some(folder.path()), vec!["lua".into()], 100).unwrap();
        let mut told = async |path: &str| modules.read(path).await.unwrap_err().to_string();
        assert_eq!(told("promt.txt").await, "no file 'promt.txt' beside the spell; did you mean 'prompt.txt'?");
        assert_eq!(told("tokns.txt").await, "no file 'tokns.txt' beside the spell");
        assert_eq!(told("a.txt").await, "no file 'a.txt' beside the spell");
        assert_eq!(told("a\n.txt").await, "'a\\n.txt' can't be used: not a path");
        assert!(told(&"a".repeat(2000)).await.len() < 150);
        let told = modules.load("lib/Words.lua").await.unwrap_err().to_string();
        assert_eq!(told, "no file 'lib/Words.lua' beside the spell; did you mean 'lib/words.lua'?");
    }

    #[tokio::test]
    async fn a_spell_without_a_folder_has_no_files() {
        let mut modules = Modules::new(None, vec!["lua".into()], 100).unwrap();
        assert_eq!((code(modules.load("a.lua").await), code(modules.read("a.txt").await)), ("missing", "missing"));
    }
}
