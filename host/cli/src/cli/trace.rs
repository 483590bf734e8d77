//! Where `--trace-calls` writes the journal.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use llmspell_wasm::file::unwritable;

use super::screen::Screen;
use super::terminal::plain_json;

/// Takes the journal's lines whole, so that no other line gets between their parts. Clones share the target.
#[derive(Clone)]
pub struct Trace {
    line: Vec<u8>,
    target: Target,
}

#[derive(Clone)]
enum Target {
    File(Arc<Mutex<BufWriter<File>>>),
    Screen(Screen),
}

impl Trace {
    pub fn to_file(path: &Path) -> io::Result<Trace> {
        let file = BufWriter::new(File::create(path).map_err(unwritable)?);
        Ok(Trace { line: Vec::new(), target: Target::File(Arc::new(Mutex::new(file))) })
    }

    pub fn to_screen(screen: Screen) -> Trace {
        Trace { line: Vec::new(), target: Target::Screen(screen) }
    }
}

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if bytes.ends_with(b"\n") {
            let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
            let line = plain_json(&line);
            match &self.target {
                Target::File(file) => lock(file).write_all(line.as_bytes())?,
                Target::Screen(screen) => screen.record(line)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match &self.target {
            Target::File(file) => lock(file).flush(),
            Target::Screen(_) => Ok(()),
        }
    }
}

fn lock(file: &Mutex<BufWriter<File>>) -> std::sync::MutexGuard<'_, BufWriter<File>> {
    // Bytes were appended or not: a panic elsewhere spoils nothing.
    file.lock().unwrap_or_else(PoisonError::into_inner)
}
