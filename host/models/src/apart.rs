//! Work that takes long is done on a thread of its own, so that it keeps no other run waiting.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

use tokio::sync::Semaphore;

/// How many threads do such work at once, so that it leaves the others a processor.
const PLACES: usize = 2;

/// Tells that what a future does next takes long. Clones tell it together.
#[derive(Clone, Default)]
pub(crate) struct Apart {
    next_is_long: Arc<AtomicBool>,
}

/// The places for such work.
#[derive(Clone)]
pub(crate) struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Places {
        Places(Arc::new(Semaphore::new(PLACES)))
    }
}

impl Apart {
    /// Awaited before long work: it goes on on another thread, where [`Places::run`] runs the future.
    pub(crate) async fn before_long_work(&self) {
        let mut asked = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut asked, true) {
                return Poll::Ready(());
            }
            self.next_is_long.store(true, Relaxed);
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

impl Places {
    /// Runs a future here, and on another thread what it tells to take long.
    pub(crate) async fn run<F>(&self, apart: &Apart, future: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        let mut future = Box::pin(future);
        loop {
            // What was done apart may have told it as well.
            let here = poll_fn(|cx| match apart.next_is_long.swap(false, Relaxed) {
                true => Poll::Ready(None),
                false => match future.as_mut().poll(cx) {
                    Poll::Ready(output) => Poll::Ready(Some(output)),
                    Poll::Pending if apart.next_is_long.swap(false, Relaxed) => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                },
            });
            if let Some(output) = here.await {
                return output;
            }
            // It is never closed. The place is taken until the work has ended, even if it is no longer awaited.
            let place = self.0.clone().acquire_owned().await.ok();
            let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
            let work = tokio::task::spawn_blocking(move || {
                let _place = place;
                let polled = poll(future.as_mut(), &mut Context::from_waker(&waker));
                (future, polled)
            });
            match work.await {
                Ok((_, Poll::Ready(output))) => return output,
                Ok((rest, Poll::Pending)) => future = rest,
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                // The runtime is being shut down.
                Err(_) => return std::future::pending().await,
            }
        }
    }
}

fn poll<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    future.poll(cx)
}

#[cfg(test)]
mod tests {
    use std::thread::{ThreadId, current};

    use super::*;

    /// The threads on which three pieces of work were done, of which the second was told to be long.
    async fn threads(places: &Places) -> [ThreadId; 3] {
        let apart = Apart::default();
        let told = apart.clone();
        let work = async move {
            let first = current().id();
            told.before_long_work().await;
            let second = current().id();
            tokio::task::yield_now().await;
            [first, second, current().id()]
        };
        places.run(&apart, work).await
    }

    #[tokio::test]
    async fn only_long_work_is_done_apart() {
        let (places, here) = (Places::default(), current().id());
        for _ in 0..3 {
            let [first, second, third] = threads(&places).await;
            assert_eq!((first, third), (here, here));
            assert_ne!(second, here);
        }
        assert_eq!(places.0.available_permits(), PLACES);
    }

    #[tokio::test]
    async fn one_long_piece_may_follow_another() {
        let (places, here, apart) = (Places::default(), current().id(), Apart::default());
        let told = apart.clone();
        let work = async move {
            told.before_long_work().await;
            let first = current().id();
            told.before_long_work().await;
            [first, current().id()]
        };
        assert!(places.run(&apart, work).await.into_iter().all(|thread| thread != here));
    }

    #[tokio::test]
    async fn elsewhere_it_is_only_a_pause() {
        Apart::default().before_long_work().await;
    }

    #[tokio::test]
    async fn its_end_is_not_awaited_by_who_gave_up() {
        let (places, apart) = (Places::default(), Apart::default());
        let (release, released) = std::sync::mpsc::channel::<()>();
        let told = apart.clone();
        let work = async move {
            told.before_long_work().await;
            let _ = released.recv();
        };
        tokio::select! {
            () = places.run(&apart, work) => panic!("it waits for ever"),
            () = async { while places.0.available_permits() == PLACES { tokio::task::yield_now().await } } => {}
        }
        assert_eq!(places.0.available_permits(), PLACES - 1);
        drop(release);
    }
}
