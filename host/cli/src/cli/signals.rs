//! Signals: the first cancels the run, the second ends the process.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use llmspell_wasm::{CancellationToken, Ending};

/// The first SIGINT, SIGTERM or SIGHUP cancels the run, the second ends the process.
pub fn watch(cancel: CancellationToken) -> io::Result<()> {
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        signals.next().await;
        cancel.cancel();
        signals.next().await;
        std::process::exit(Ending::Cancelled.exit_code().into());
    });
    Ok(())
}

/// Ctrl-C, from now on.
pub struct Interrupts(#[cfg(unix)] tokio::signal::unix::Signal, #[cfg(not(unix))] tokio::signal::windows::CtrlC);

impl Interrupts {
    pub fn new() -> io::Result<Interrupts> {
        #[cfg(unix)]
        return Ok(Interrupts(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?));
        #[cfg(not(unix))]
        return Ok(Interrupts(tokio::signal::windows::ctrl_c()?));
    }

    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}

/// How the terminal was before lines were edited at it.
pub struct Terminal(#[cfg(unix)] Option<rustix::termios::Termios>);

impl Terminal {
    pub fn keep() -> Terminal {
        #[cfg(unix)]
        return Terminal(rustix::termios::tcgetattr(io::stdin()).ok());
        #[cfg(not(unix))]
        return Terminal();
    }

    /// Drops what was typed and not read yet.
    pub fn forget_input() {
        #[cfg(unix)]
        let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
    }

    #[cfg(unix)]
    fn restore(&self) {
        if let Some(before) = &self.0 {
            let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, before);
        }
    }
}

/// SIGTERM and SIGHUP end the process, with the terminal as it was: a line that is being edited has no end of its own. So does
/// SIGINT, unless it is busy: then that is for what it does.
pub fn on_end(terminal: Terminal, is_busy: Arc<AtomicBool>) -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut hangup) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        let mut interrupts = Interrupts::new()?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => break,
                    _ = hangup.recv() => break,
                    () = interrupts.next() => {
                        if !is_busy.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                }
            }
            terminal.restore();
            std::process::exit(Ending::Cancelled.exit_code().into());
        });
    }
    #[cfg(not(unix))]
    drop((terminal, is_busy));
    Ok(())
}

/// Waits for work that has children or takes its time; it ends early where the token is cancelled, as the first signal does.
pub fn run<T>(work: impl AsyncFnOnce(&CancellationToken) -> T) -> io::Result<T> {
    runtime(tokio::runtime::Builder::new_current_thread())?.block_on(async {
        let cancel = CancellationToken::new();
        watch(cancel.clone())?;
        Ok(work(&cancel).await)
    })
}

/// The runtime that work waits in, or an error if the system has no descriptors left. Tokio would panic without the pipes
/// that signals come through; and SIGXFSZ is handled, so that a file that may not grow is a write error, not the end of
/// the process.
pub fn runtime(mut builder: tokio::runtime::Builder) -> io::Result<tokio::runtime::Runtime> {
    #[cfg(unix)]
    drop((0..PIPES).map(|_| std::os::unix::net::UnixStream::pair()).collect::<io::Result<Vec<_>>>()?);
    let runtime = builder.enable_all().build()?;
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let _within = runtime.enter();
        // The handler stays when the stream is gone.
        drop(signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?);
    }
    Ok(runtime)
}

/// Of two descriptors each; some are for what the runtime opens beside its own.
#[cfg(unix)]
const PIPES: usize = 4;

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals(tokio::signal::windows::ctrl_c()?))
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
