//! Processes of the command line.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::Host;

/// The command line, with nothing of this process's environment: `place` is its home and its folder.
pub fn command(host: &Host, place: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&host.binary);
    command.env_clear().env("HOME", place).current_dir(place).args(arguments).stdin(Stdio::null());
    command
}

/// `exit N` or `signal N`, and all that it wrote.
pub fn told(output: &Output) -> (String, String) {
    let ends = match (output.status.code(), output.status.signal()) {
        (Some(code), _) => format!("exit {code}"),
        (None, signal) => format!("signal {}", signal.unwrap_or(0)),
    };
    (ends, String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

/// Waits for its end, for 20 seconds at most.
pub fn wait(mut child: Child) -> Output {
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.wait_with_output().unwrap()
}
