//! `module`: files of the spell's own folder, and of nowhere else.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt};
use llmspell_api::Module;
use llmspell_api::journal::ModuleLoadOutcome;
use llmspell_base::hash::hash;
use llmspell_base::{Code, Failure};
use llmspell_kernel::bindings::types;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Options, Recordable, Run, RunState};
use llmspell_policy::Permission;
use serde_json::{Value, json};
use wasmtime::component::Linker;

use bindings::llmspell::spell::module;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/module@0.1.0; }",
        imports: { default: async | trappable },
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
        let call = self.call("module.load").text("path", &path).needs(Permission::MODULES);
        let admitted = match call.admit()? {
            Ok(admitted) => admitted,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let loaded = self.own.load(&path).await.map(|text| Loaded { path, text });
        let loaded = self.settle(admitted, loaded.map_err(Failure::from))?;
        Ok(loaded.map(|Loaded { path, text }| types::Source { name: path, text }).map_err(Into::into))
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
    #[error("no file '{path}' beside the spell{}", hint(.why))]
    Missing {
        /// Path as the spell wrote it.
        path: String,
        /// More about the reason; empty if there is nothing to add.
        why: &'static str,
    },
    /// The path, or a link on it, leads out of the folder.
    #[error("'{path}' leads out of the spell's folder")]
    Escapes {
        /// Path as the spell wrote it.
        path: String,
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

fn hint(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}

impl Modules {
    /// `None`: a spell without a folder, such as one from standard input.
    ///
    /// Only files that end in one of `extensions` are modules.
    pub fn new(folder: Option<&Path>, extensions: Vec<String>, most_bytes: usize) -> std::io::Result<Modules> {
        let open = |path| Dir::open_ambient_dir(path, ambient_authority()).map(Arc::new);
        Ok(Modules { folder: folder.map(open).transpose()?, extensions, loaded: Vec::new(), most_bytes })
    }

    /// The text of a file. `path` is relative, with "/" between its parts.
    ///
    /// Reads off the thread, as a network's file system may hang.
    pub async fn load(&mut self, path: &str) -> Result<String, ModuleError> {
        let missing = |why| ModuleError::Missing { path: path.into(), why };
        let folder = self.folder.clone().ok_or_else(|| missing("this spell has no folder"))?;
        let (name, most) = (normal(path, &self.extensions)?, self.most_bytes);
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

fn unusable(path: &str, why: impl Into<String>) -> ModuleError {
    ModuleError::Unusable { path: path.into(), why: why.into() }
}

/// The one spelling of a path, "a/b.lua", if it is one that a spell may ask for.
fn normal(path: &str, extensions: &[String]) -> Result<String, ModuleError> {
    // A colon would name a stream or a drive on Windows.
    if path.is_empty() || path.contains(['\0', '\\', ':']) {
        return Err(unusable(path, "not a path"));
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if path.starts_with('/') || parts.contains(&"..") {
        return Err(ModuleError::Escapes { path: path.into() });
    }
    // What lies beside a spell by chance, such as .env, .netrc, .ssh or keys.txt: much of it can be read as a program,
    // and it holds keys.
    if parts.iter().any(|part| part.starts_with('.')) {
        return Err(ModuleError::Hidden { path: path.into() });
    }
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    if !extension.is_some_and(|extension| extensions.iter().any(|allowed| allowed == extension)) {
        return Err(ModuleError::Foreign { path: path.into(), allowed: extensions.join(", .") });
    }
    Ok(parts.join("/"))
}

fn read(folder: &Dir, path: &str, most: usize) -> Result<String, ModuleError> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Opening a named pipe would otherwise block until another process writes to it.
    #[cfg(unix)]
    options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    let file = folder.open_with(path, &options).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ModuleError::Missing { path: path.into(), why: "" },
        // cap-std's word for a link that leads out, and not the system's for a file that may not be read.
        std::io::ErrorKind::PermissionDenied if error.raw_os_error().is_none() => {
            ModuleError::Escapes { path: path.into() }
        }
        _ => unusable(path, error.to_string()),
    })?;
    let meta = file.metadata().map_err(|error| unusable(path, error.to_string()))?;
    if !meta.is_file() {
        return Err(unusable(path, "not a plain file"));
    }
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
        use ModuleError::{Escapes, Foreign, Hidden, Missing, TooLarge, Unusable};
        let code = match error {
            Missing { .. } => Code::NotFound,
            Escapes { .. } | Foreign { .. } | Hidden { .. } => Code::Denied,
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
    async fn a_spell_without_a_folder_has_no_modules() {
        assert_eq!(code(Modules::new(None, Vec::new(), 100).unwrap().load("a.lua").await), "missing");
    }
}
