//! From a language to its compiled guest.

use wasmtime::component::Component;
use wasmtime::{Engine, Module, Result};

pub use crate::examine::{WIT, examine};
use crate::text::one_line;
use crate::{engine, examine};
pub use llmspell_base::hash::hash;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// A language that spells can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Lower case, such as "lua".
    pub name: &'static str,
    /// Of files in this language, without the dot.
    pub extensions: &'static [&'static str],
}

/// The languages whose guests can be part of the binary.
pub const LANGUAGES: &[Language] = &[
    Language { name: "lua", extensions: &["lua"] },
    Language { name: "javascript", extensions: &["js", "mjs", "cjs"] },
];

impl Language {
    /// The language of this name.
    pub fn named(name: &str) -> Option<Language> {
        LANGUAGES.iter().copied().find(|language| language.name == name)
    }

    /// The language of files that end in `.extension`.
    pub fn of_extension(extension: &str) -> Option<Language> {
        LANGUAGES.iter().copied().find(|language| language.extensions.contains(&extension))
    }
}

/// A guest as a file or as a part of the binary.
#[derive(Clone)]
pub struct Guest {
    /// SHA-256 of the component before it was compiled, in hex.
    pub hash: String,
    pub(super) image: std::borrow::Cow<'static, [u8]>,
    /// Of files in its language, without the dot, where that is known.
    pub(super) extensions: Vec<String>,
}

impl Guest {
    /// The guest of `language` that this binary carries.
    pub fn embedded(language: Language) -> Option<Guest> {
        let (_, hash, image) = embedded::GUESTS.iter().find(|(name, ..)| *name == language.name)?;
        Some(Guest { hash: (*hash).into(), image: (*image).into(), extensions: Vec::new() })
    }

    /// Compiles a component. See [`compile`] for what it may take.
    pub fn compile(wasm: &[u8]) -> Result<Guest> {
        Ok(Guest { hash: hash(wasm), image: compile(wasm)?.into(), extensions: Vec::new() })
    }

    /// A guest whose image was compiled before: of the component with this hash, and for files with these extensions.
    ///
    /// # Safety
    ///
    /// The image is native code that runs with all the power of this process: it must come from [`compile`], of this version and
    /// on this machine, and must not have been where others can change it.
    #[expect(unsafe_code, reason = "whoever calls it vouches for native code")]
    pub unsafe fn of_image(hash: String, image: Vec<u8>, extensions: Vec<String>) -> Guest {
        Guest { hash, image: image.into(), extensions }
    }

    pub(super) fn load(&self, engine: &Engine) -> Result<Component> {
        #[expect(unsafe_code, reason = "native code: it is part of this binary, or was made by our own `compile`")]
        unsafe {
            Component::deserialize(engine, &self.image)
        }
    }
}

/// jq's interpreter, if this binary carries it.
pub(super) fn load_jq(engine: &Engine) -> Option<Result<Module>> {
    let (.., image) = embedded::GUESTS.iter().find(|(name, ..)| *name == JQ)?;
    #[expect(unsafe_code, reason = "native code that is part of this binary")]
    Some(unsafe { Module::deserialize(engine, image) })
}

/// The name of jq's interpreter among the guests.
pub const JQ: &str = "jq";

/// Compiles a module without imports ahead of time, such as jq's interpreter.
pub fn compile_module(wasm: &[u8]) -> Result<Vec<u8>> {
    engine::compiler()?.precompile_module(wasm)
}

/// Compiles a guest component ahead of time.
///
/// The compiler's time and memory have no bound: for a component that is not your own, call this in a child process
/// that has one, as `--guest` does.
pub fn compile(wasm: &[u8]) -> Result<Vec<u8>> {
    if let Some(problem) = examine::wrong_exports(wasm) {
        return Err(wasmtime::Error::msg(format!("its exports are not those of the world: {problem}")));
    }
    engine::compiler()?.precompile_component(wasm).map_err(|error| {
        let problem = one_line(&error);
        let advised = examine::advise(problem.clone());
        if advised == problem { error } else { wasmtime::Error::msg(advised) }
    })
}

/// Changes whenever an image made by [`compile`] would have to be made anew.
pub fn compatibility() -> Result<String> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    engine::compiler()?.precompile_compatibility_hash().hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// The licences of what this binary carries; `None` where it was built without them.
pub fn notices() -> Option<&'static str> {
    embedded::NOTICES
}
