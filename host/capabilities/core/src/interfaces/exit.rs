//! `exit`: the spell asks for its end.

use llmspell_kernel::args::Arg;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState, Stop};

use bindings::llmspell::spell::exit;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/exit@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
    });
}

/// The interface `exit`.
pub struct ExitCapability;

impl Capability for ExitCapability {
    type Instance = Exit;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Exit>) -> wasmtime::Result<()> {
        exit::add_to_linker::<_, ImportData<Exit>>(linker, import)
    }

    fn prepare(&self, _: &mut Run, _: &Options) -> wasmtime::Result<Exit> {
        Ok(Exit::default())
    }
}

/// What the main chunk returned before the run was over.
#[derive(Default)]
pub struct Exit {
    /// `None` where the main chunk has not ended, or nothing was left behind it.
    pub returned: Option<Returned>,
}

/// The end of a main chunk that left work behind.
pub struct Returned {
    /// The result, as JSON text within bounds; `None` for nil.
    pub value: Option<String>,
    /// Where the work was begun, for people.
    pub at_work: String,
}

/// How much of the places is shown.
const SHOWN_BYTES: usize = 400;

impl exit::Host for Import<'_, Exit> {
    async fn exit(&mut self, code: u8) -> wasmtime::Result<()> {
        let _ = self.call("exit.exit").arg("code", Arg::Handle(code.into())).answer(|_| Ok(()))?;
        Err(Stop::Exit(code).into())
    }

    async fn returned(&mut self, value: Option<String>, at_work: String) -> wasmtime::Result<()> {
        let given = value.as_deref().map_or(Arg::Text(None), Arg::Json);
        let call = self.call("exit.returned").arg("value", given);
        // Places in the spell's text are for the message alone.
        let call = call.arg("at-work", Arg::Unrecorded(at_work.len()));
        let _ = call.answer(|import| {
            value.as_deref().map_or(Ok(()), |value| import.run.check_json(value))?;
            let shown = at_work[..at_work.floor_char_boundary(SHOWN_BYTES)].to_owned();
            import.own.returned = Some(Returned { value: value.clone(), at_work: shown });
            Ok(())
        })?;
        Ok(())
    }
}
