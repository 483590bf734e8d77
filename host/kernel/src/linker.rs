//! The linker that generated bindings add imports to: each of them is seen where it returns to the guest.
//!
//! So all that crosses to a guest is recorded at one place, whatever the interface and whoever's the guest, and a replay answers
//! there: nothing behind it is reached.

use std::future::Future;
use std::sync::Arc;

use wasmtime::component::{Component, ComponentNamedList, InstancePre, Lift, Lower, ResourceType};
use wasmtime::{Engine, Result, StoreContextMut};

use crate::crossing::{Crossing, read, write};
use crate::player::Replayed;
use crate::seam::Seam;

/// wasmtime's, with the linker of this module: `bindgen!` names it as `wasmtime_crate`.
pub mod engine {
    pub use wasmtime::*;

    /// The component model.
    pub mod component {
        pub use wasmtime::component::*;

        pub use crate::linker::{Linker, LinkerInstance};
    }
}

/// What the bindings are given to add their imports to.
pub struct Linker<T: 'static> {
    inner: wasmtime::component::Linker<T>,
    seam: fn(&mut T) -> &Seam,
}

/// One interface of it.
pub struct LinkerInstance<'a, T: 'static> {
    inner: wasmtime::component::LinkerInstance<'a, T>,
    seam: fn(&mut T) -> &Seam,
    /// Such as "state".
    interface: String,
}

/// A future that an import answers by.
type Answer<'a, T> = Box<dyn Future<Output = Result<T>> + Send + 'a>;

impl<T: 'static> Linker<T> {
    pub(crate) fn with_seam(engine: &Engine, seam: fn(&mut T) -> &Seam) -> Linker<T> {
        Linker { inner: wasmtime::component::Linker::new(engine), seam }
    }

    /// The interface of this name, such as "llmspell:spell/state@0.1.0".
    pub fn instance(&mut self, name: &str) -> Result<LinkerInstance<'_, T>> {
        let last = name.rsplit('/').next().unwrap_or(name);
        let interface = last.split('@').next().unwrap_or(last).to_owned();
        Ok(LinkerInstance { inner: self.inner.instance(name)?, seam: self.seam, interface })
    }

    /// A component with all that it imports.
    pub fn instantiate_pre(&self, component: &Component) -> Result<InstancePre<T>> {
        self.inner.instantiate_pre(component)
    }

    /// For imports that are not seen: those of WASI.
    pub fn unseen(&mut self) -> &mut wasmtime::component::Linker<T> {
        &mut self.inner
    }
}

impl<T: Send + 'static> LinkerInstance<'_, T> {
    /// Adds a function.
    pub fn func_wrap_async<Params, Return, F>(&mut self, name: &str, work: F) -> Result<()>
    where
        F: Fn(StoreContextMut<'_, T>, Params) -> Box<dyn Future<Output = Result<Return>> + Send + '_>
            + Send
            + Sync
            + 'static,
        Params: ComponentNamedList + Lift + Crossing,
        Return: ComponentNamedList + Lower + Crossing,
    {
        let (call, seam) = (call_name(&self.interface, name), self.seam);
        self.inner.func_wrap_async(name, move |mut store: StoreContextMut<'_, T>, params: Params| {
            match seam(store.data_mut()).clone() {
                Seam::Off => work(store, params),
                seen => {
                    let arguments = write(&params);
                    cross(seen, &call, arguments, || work(store, params))
                }
            }
        })
    }

    /// Adds a resource, and what is done when the guest drops one.
    pub fn resource_async<F>(&mut self, name: &str, ty: ResourceType, drop: F) -> Result<()>
    where
        F: Fn(StoreContextMut<'_, T>, u32) -> Box<dyn Future<Output = Result<()>> + Send + '_> + Send + Sync + 'static,
    {
        let (call, seam) = (call_name(name, "drop"), self.seam);
        self.inner.resource_async(name, ty, move |mut store: StoreContextMut<'_, T>, number| {
            match seam(store.data_mut()).clone() {
                Seam::Off => drop(store, number),
                seen => cross(seen, &call, write(&(number,)), || drop(store, number)),
            }
        })
    }
}

/// Records a call, or answers it from the record.
fn cross<'a, R: Crossing>(
    seam: Seam,
    call: &Arc<str>,
    arguments: Vec<u8>,
    work: impl FnOnce() -> Answer<'a, R>,
) -> Answer<'a, R> {
    match seam {
        Seam::Off => work(),
        Seam::Record(recording) => {
            let (work, call) = (Box::into_pin(work()), call.clone());
            Box::new(async move {
                let answer = work.await;
                match &answer {
                    Ok(value) => recording.answered(&call, &arguments, &write(value))?,
                    Err(error) => recording.stopped(&call, &arguments, error)?,
                }
                answer
            })
        }
        Seam::Replay(player) => match player.next(call, &arguments) {
            // It reaches nothing but the listener and what the run itself keeps.
            Ok(Replayed::Live) => work(),
            Ok(Replayed::Answer(bytes)) => {
                let answer = read(&bytes).map_err(|problem| player.unreadable(call, problem).into());
                Box::new(std::future::ready(answer))
            }
            Err(stop) => Box::new(std::future::ready(Err(stop.into()))),
        },
    }
}

/// "[method]agent.run" of any interface is "agent.run".
fn call_name(interface: &str, name: &str) -> Arc<str> {
    match name.rsplit_once(']') {
        Some((_, of_resource)) => of_resource.into(),
        None => format!("{interface}.{name}").into(),
    }
}
