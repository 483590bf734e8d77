//! Signals: the first cancels the run, the second ends the process.

use std::io;

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
