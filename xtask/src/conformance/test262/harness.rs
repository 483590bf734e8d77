//! What tests rely on: harness/*.js of the suite, and the host's own object.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result};

use super::front_matter::FrontMatter;

/// `$262`, as far as a guest has it. What mentions another of its members is skipped, by conformance.txt.
const HOST: &str =
    "var $262 = { global: globalThis, detachArrayBuffer: (buffer) => { buffer.transfer(); return null; } };\n";

pub struct Harness {
    folder: PathBuf,
    /// By file name; `None` where there is no such file.
    texts: Mutex<HashMap<String, Option<String>>>,
}

impl Harness {
    pub fn new(folder: &Path) -> Harness {
        Harness { folder: folder.join("harness"), texts: Mutex::default() }
    }

    /// The script that comes before the test, or the name of a file that the suite lacks.
    pub fn text(&self, front: &FrontMatter) -> Result<std::result::Result<String, String>> {
        if front.has_flag("raw") {
            return Ok(Ok(String::new()));
        }
        let mut text = HOST.to_owned();
        let done = front.has_flag("async").then_some("doneprintHandle.js");
        let includes = front.includes.iter().map(String::as_str).filter(|name| Some(*name) != done);
        for name in ["assert.js", "sta.js"].into_iter().chain(done).chain(includes) {
            match self.file(name)? {
                Some(part) => text.push_str(&part),
                None => return Ok(Err(name.to_owned())),
            }
            text.push('\n');
        }
        Ok(Ok(text))
    }

    fn file(&self, name: &str) -> Result<Option<String>> {
        let mut texts = self.texts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(text) = texts.get(name) {
            return Ok(text.clone());
        }
        let path = self.folder.join(name);
        let text = match path.is_file() {
            true => {
                let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
                Some(for_eval(&text))
            }
            false => None,
        };
        texts.insert(name.to_owned(), text.clone());
        Ok(text)
    }
}

/// The harness goes through indirect eval, where only `var` and functions become globals.
fn for_eval(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let rest = line.strip_prefix("const ").or_else(|| line.strip_prefix("let "));
        rest.map_or_else(|| line.to_owned(), |rest| format!("var {rest}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}
