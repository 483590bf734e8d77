//! WASI's clocks and randomness, answered by the services of the interfaces `clock` and `random`: each is a call through the
//! gate, and a run with a seed and a clock repeats whichever way its guest asks.

use std::time::Duration;

use llmspell_capability_core::clock::{self, Clock};
use llmspell_capability_core::random::{self, Random};
use llmspell_kernel::{Import, RunState};
use tokio::time::Instant;
use wasmtime::component::{HasData, Resource};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::bindings::random::{insecure, insecure_seed, random as secure};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

/// A run, as WASI's imports reach it.
pub struct Services<'a>(pub &'a mut RunState);

/// For the generated `add_to_linker` functions.
pub struct ServicesData;

impl HasData for ServicesData {
    type Data<'a> = Services<'a>;
}

impl Services<'_> {
    fn reach<C: 'static>(&mut self) -> wasmtime::Result<Import<'_, C>> {
        self.0.reach().ok_or_else(|| wasmtime::format_err!("{} was not prepared", std::any::type_name::<C>()))
    }

    fn elapsed(&mut self) -> wasmtime::Result<u64> {
        clock::elapsed(&mut self.reach::<Clock>()?)
    }

    fn number(&mut self) -> wasmtime::Result<u64> {
        let bytes = self.bytes(8)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        random::bytes(&mut self.reach::<Random>()?, length)
    }

    /// The run's wall time bounds the wait.
    fn wait(&mut self, nanoseconds: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let end = Deadline(Instant::now().checked_add(Duration::from_nanos(nanoseconds)));
        let table = &mut self.0.run.table;
        let end = table.push(end)?;
        subscribe(table, end)
    }
}

/// `None`: later than can be said.
struct Deadline(Option<Instant>);

#[async_trait]
impl Pollable for Deadline {
    async fn ready(&mut self) {
        match self.0 {
            Some(end) => tokio::time::sleep_until(end).await,
            None => std::future::pending().await,
        }
    }
}

impl wall_clock::Host for Services<'_> {
    fn now(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        let now = Duration::from_nanos(clock::now(&mut self.reach::<Clock>()?)?);
        Ok(wall_clock::Datetime { seconds: now.as_secs(), nanoseconds: now.subsec_nanos() })
    }

    fn resolution(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: 1 })
    }
}

impl monotonic_clock::Host for Services<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.elapsed()
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(1)
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let elapsed = self.elapsed()?;
        self.wait(when.saturating_sub(elapsed))
    }

    fn subscribe_duration(&mut self, nanoseconds: u64) -> wasmtime::Result<Resource<DynPollable>> {
        // A wait is a look at the clock, and counts as one.
        self.elapsed()?;
        self.wait(nanoseconds)
    }
}

impl secure::Host for Services<'_> {
    fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.bytes(length)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        self.number()
    }
}

impl insecure::Host for Services<'_> {
    fn get_insecure_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.bytes(length)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        self.number()
    }
}

impl insecure_seed::Host for Services<'_> {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.number()?, self.number()?))
    }
}
