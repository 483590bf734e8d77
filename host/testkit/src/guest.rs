//! The guest that is tested.

use std::path::Path;

use llmspell_wasm::Config;
use llmspell_wasm::guest::{Guest, Language};

/// A guest component, and what has to be known of its language.
///
/// The three spells show that the guest still works after a case. As they are set, both Lua and JavaScript read them; a
/// language that does not needs its own.
#[derive(Clone)]
pub struct GuestUnderTest {
    /// The name under which cases speak of it, and what its files end in.
    pub language: Language,
    /// The compiled component; `None` for the one of this name that the library carries.
    pub guest: Option<Guest>,
    /// A spell that returns 1.
    pub healthy: String,
    /// A spell that saves the text `canary-of-the-neighbour` as the key `kept` of the scope `global`.
    pub saves: String,
    /// A spell that returns the value of that key.
    pub loads: String,
}

impl GuestUnderTest {
    /// The guest of a language that comes with the library.
    pub fn embedded(language: Language) -> GuestUnderTest {
        GuestUnderTest {
            language,
            guest: None,
            healthy: "return 1".into(),
            saves: "State.save('global', 'kept', 'canary-of-the-neighbour'); Artifact.store('', 'custom', 'kept', \
                    'canary-of-the-neighbours artifact'); Memory.add('', 'user', 'canary-of-the-neighbour')"
                .into(),
            loads: "return State.load('global', 'kept')".into(),
        }
    }

    /// Compiles a component, which takes some seconds. Fails with a line that says why it can't be compiled.
    ///
    /// The compiler's time and memory have no bound: the component has to be your own.
    pub fn from_wasm(language: Language, wasm: &[u8]) -> Result<GuestUnderTest, String> {
        let guest = Guest::compile(wasm).map_err(|error| format!("the guest for {}: {error:#}", language.name))?;
        Ok(GuestUnderTest { guest: Some(guest), ..GuestUnderTest::embedded(language) })
    }

    /// As [`from_wasm`](GuestUnderTest::from_wasm), of a file.
    pub fn from_file(language: Language, file: impl AsRef<Path>) -> Result<GuestUnderTest, String> {
        let file = file.as_ref();
        let wasm = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        GuestUnderTest::from_wasm(language, &wasm)
    }

    /// Has the runtime of this configuration use it.
    pub(crate) fn install(&self, config: &mut Config) {
        if let Some(guest) = &self.guest {
            config.guests.insert(self.language.name.into(), guest.clone());
        }
    }
}
