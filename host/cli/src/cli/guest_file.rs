//! Guests from files: compiled in a child process, as a compiler's time and memory have no bound of their own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use llmspell_wasm::api::cli::guest::GuestReport;
use llmspell_wasm::file::{self, FileKind};
use llmspell_wasm::guest::Guest;
use llmspell_wasm::{CancellationToken, Ending, Limit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// The name that a guest from a file goes by.
pub const CUSTOM: &str = "custom";

/// The largest component that is compiled.
pub const MOST_BYTES: u64 = 64 << 20;

/// The child has a limit on CPU time; this one holds if it only waits.
const TIME: Duration = Duration::from_secs(90);

/// The same where it is compiled once and kept: a machine that is busy with other work may take its time.
const PATIENCE: Duration = Duration::from_secs(600);

/// Native code is larger than wasm, but not by this much.
pub const MOST_IMAGE_BYTES: u64 = 1 << 30;

/// What the child may say of why it failed.
const MOST_SAID_BYTES: u64 = 16 << 10;

/// Reads a component; one that is too large is only refused by [`compile`].
pub fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let kind = FileKind { name: "a guest component", extensions: &["wasm"] };
    file::read(file, kind, MOST_BYTES).with_context(|| file.display().to_string())
}

/// Compiles a component with `compile-guest` in a child of its own; `named` is what messages call it.
///
/// The child gets the very bytes that are hashed here, and its image goes through no file: no other process can put
/// native code in its place. `wall_time` is that of the run which waits for it; `None` where nothing does.
pub async fn compile(
    named: &str,
    wasm: &[u8],
    cancel: &CancellationToken,
    wall_time: Option<Duration>,
) -> Result<Vec<u8>, (Ending, String)> {
    let invalid = |message: String| (Ending::InvalidGuest, format!("{named}: {message}"));
    check_size(wasm).map_err(invalid)?;
    let most = wall_time.map_or(PATIENCE, |wall_time| TIME.min(wall_time));
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err((Ending::Cancelled, "compiling the guest was cancelled".into())),
        done = tokio::time::timeout(most, child(wasm, &[])) => match done {
            Ok(Ok(Ok(image))) => Ok(image),
            Ok(Ok(Err(why))) => Err(invalid(why)),
            Ok(Err(error)) => Err((Ending::HostFault, format!("the guest's compiler can't be started: {error}"))),
            Err(_) if wall_time == Some(most) => {
                let time = humantime::format_duration(most);
                let message = format!("{named}: compiling it took all of the run's wall time: {time} (--timeout)");
                Err((Ending::Spent(Limit::WallTime), message))
            }
            Err(_) => Err(invalid(format!("compiling it took more than {} seconds", most.as_secs()))),
        },
    }
}

/// Reads the types of a component with `compile-guest --examine` in a child of its own.
pub async fn examine(named: &str, wasm: &[u8], cancel: &CancellationToken) -> Result<GuestReport, (Ending, String)> {
    let invalid = |message: String| (Ending::InvalidGuest, format!("{named}: {message}"));
    let fault = |error: String| (Ending::HostFault, format!("the reader of types failed: {error}"));
    check_size(wasm).map_err(invalid)?;
    let read = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err((Ending::Cancelled, "reading the types was cancelled".into())),
        read = tokio::time::timeout(TIME, child(wasm, &["--examine"])) => read,
    };
    match read {
        Ok(Ok(Ok(report))) => serde_json::from_slice(&report).map_err(|error| fault(error.to_string())),
        Ok(Ok(Err(why))) => Err(invalid(why)),
        Ok(Err(error)) => Err(fault(error.to_string())),
        Err(_) => Err(invalid(format!("reading its types took more than {} seconds", TIME.as_secs()))),
    }
}

/// The guest of an image that [`compile`] gave, now or when it was installed: then its hash has been compared.
#[expect(unsafe_code, reason = "our own child compiled it, and what was kept lay where only this user writes")]
pub fn compiled(hash: String, image: Vec<u8>, extensions: Vec<String>) -> Guest {
    unsafe { Guest::of_image(hash, image, extensions) }
}

fn check_size(wasm: &[u8]) -> Result<(), String> {
    match wasm.len() as u64 > MOST_BYTES {
        true => Err(format!("the component has more than {} MiB, the most allowed", MOST_BYTES >> 20)),
        false => Ok(()),
    }
}

/// What the child makes of it, or why nothing. Dropping the future kills the child.
async fn child(wasm: &[u8], flags: &[&str]) -> std::io::Result<Result<Vec<u8>, String>> {
    let mut command = Command::new(std::env::current_exe()?);
    // The terminal's Ctrl-C is for us: we end the child, and know why it ended.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command
        .arg("compile-guest")
        .args(flags)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(std::io::ErrorKind::BrokenPipe.into());
    };
    let (mut image, mut said) = (Vec::new(), Vec::new());
    let feed = async move {
        // A child that stops reading says why.
        let _ = stdin.write_all(wasm).await;
    };
    let (mut stdout, mut stderr) = (stdout.take(MOST_IMAGE_BYTES), stderr.take(MOST_SAID_BYTES));
    let ((), image_read, said_read) = tokio::join!(feed, stdout.read_to_end(&mut image), stderr.read_to_end(&mut said));
    image_read.and(said_read)?;
    let status = child.wait().await?;
    let said = String::from_utf8_lossy(&said);
    Ok(match status.code() {
        Some(0) => Ok(image),
        Some(_) if !said.is_empty() => Err(said.trim().trim_start_matches("error: ").into()),
        _ => Err(format!("it took the compiler too much time or memory ({status})")),
    })
}
