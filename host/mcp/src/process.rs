//! The process of a server: with the environment that the operator names, in a group of its own that ends with it.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::config::Server;
use crate::tail::{TAIL, Tail};

/// A server that runs. Dropping it kills the process and all that it started in its group.
pub struct Process {
    child: Child,
    group: Option<Pid>,
    errors: Errors,
}

/// What goes in and out of it.
pub struct Pipes {
    pub input: ChildStdin,
    pub output: ChildStdout,
}

/// Reads standard error until it is dropped: a pipe that nobody reads stops the one that writes.
struct Errors(JoinHandle<()>);

/// For a server to end by itself when its input is closed, and when it is asked to.
const GRACE: Duration = Duration::from_secs(2);

impl Process {
    /// Fails where there is no such program, or it can't be started.
    pub fn spawn(server: &Server, tail: Tail) -> io::Result<(Process, Pipes)> {
        let missing = || {
            let name = server.command.first().map(|name| name.escape_debug().to_string()).unwrap_or_default();
            io::Error::other(format!("'{name}' is in no folder of PATH"))
        };
        let program = server.program().ok_or_else(missing)?;
        let mut command = Command::new(program);
        command.args(server.command.get(1..).unwrap_or_default());
        command.env_clear().envs(server.env());
        if let Some(folder) = &server.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        let mut child = command.spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = (input, output, errors) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let errors = Errors(tokio::spawn(drain(errors, tail, server.name.clone())));
        Ok((Process { child, group, errors }, Pipes { input, output }))
    }

    /// Waits until it has ended by itself: how, as the end of a sentence about it.
    pub async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => format!("ended ({status})"),
            Err(error) => format!("ended ({error})"),
        }
    }

    /// Its input is closed: waits until it ends, and makes it end.
    pub async fn end(mut self) {
        if timeout(GRACE, self.child.wait()).await.is_err() {
            self.signal(Signal::TERM);
            let _ = timeout(GRACE, self.child.wait()).await;
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // There may be nobody left in it.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        self.errors.0.abort();
    }
}

async fn drain(mut errors: ChildStderr, tail: Tail, server: String) {
    let mut part = vec![0; TAIL];
    while let Some(bytes) = read(&mut errors, &mut part).await {
        tracing::debug!(server, "{}", String::from_utf8_lossy(bytes).trim_end());
        tail.add(bytes);
    }
}

async fn read<'a>(from: &mut (impl AsyncRead + Unpin), part: &'a mut [u8]) -> Option<&'a [u8]> {
    let count = from.read(part).await.ok().filter(|count| *count > 0)?;
    part.get(..count)
}
