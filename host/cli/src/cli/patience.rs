//! Files that are pipes: reading one waits for another program, but not for ever.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use llmspell_wasm::{Ending, Limit, file};

/// Ends the process if it is not dropped in time.
pub struct Patience {
    _read: Option<Sender<()>>,
}

impl Patience {
    /// Begins before these files are read, each named by its flag, or by nothing. A thread of its own waits: opening a pipe
    /// holds up the one that does it.
    pub fn begin<'a>(files: impl IntoIterator<Item = (&'a str, &'a Path)>, wait: Duration) -> Patience {
        let pipes = files.into_iter().filter(|(_, path)| file::is_pipe(path));
        let shown = |(flag, path): (&str, &Path)| format!("{flag} {}", path.display()).trim_start().to_owned();
        let Some(pipes) = pipes.map(shown).reduce(|all, next| format!("{all}, {next}")) else {
            return Patience { _read: None };
        };
        let (read, is_read) = channel();
        std::thread::spawn(move || {
            if let Err(RecvTimeoutError::Timeout) = is_read.recv_timeout(wait) {
                let wait = humantime::format_duration(wait);
                super::complain(&format!(
                    "wall-time: {pipes}: nothing has written this pipe to its end within {wait} (--timeout)"
                ));
                std::process::exit(Ending::Spent(Limit::WallTime).exit_code().into());
            }
        });
        Patience { _read: Some(read) }
    }
}
