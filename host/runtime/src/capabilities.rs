//! The capabilities of the host: what a guest can import.

use std::sync::Arc;

use llmspell_api::config::Operator;
use llmspell_budget::Accounts;
use llmspell_capability_agent::AgentCapability;
use llmspell_capability_core::budget::BudgetCapability;
use llmspell_capability_core::clock::ClockCapability;
use llmspell_capability_core::config::ConfigCapability;
use llmspell_capability_core::environment::EnvironmentCapability;
use llmspell_capability_core::event::EventCapability;
use llmspell_capability_core::exit::ExitCapability;
use llmspell_capability_core::hook::HookCapability;
use llmspell_capability_core::log::LogCapability;
use llmspell_capability_core::module::ModuleCapability;
use llmspell_capability_core::output::OutputCapability;
use llmspell_capability_core::random::RandomCapability;
use llmspell_capability_state::StateCapability;
use llmspell_capability_tool::{HostTools, ToolCapability};
use llmspell_kernel::{Capability, Import, Options, Run, link_operations};
use llmspell_models::Models;
use llmspell_state::Store;
use wasmtime::component::Linker;

/// What capabilities are made of.
pub struct Services {
    pub models: Models,
    pub tools: Arc<HostTools>,
    pub store: Store,
    pub accounts: Accounts,
    /// What every spell may know of the configuration.
    pub operator: Arc<Operator>,
}

/// What an engine's store holds, as imports see it.
pub trait HoldsRun: Send + 'static {
    fn parts(&mut self) -> RunParts<'_>;
}

/// One run and the instances of its capabilities.
pub struct RunParts<'a> {
    pub run: &'a mut Run,
    pub instances: &'a mut Instances,
    /// The state of interfaces that have none.
    pub nothing: &'a mut (),
}

macro_rules! compose {
    ($($name:ident: $capability:ty = $new:expr,)*) => {
        /// Every capability, for all runs.
        pub struct Capabilities {
            $($name: $capability,)*
        }

        /// The instance of every capability in one run.
        pub struct Instances {
            $(pub $name: <$capability as Capability>::Instance,)*
        }

        impl Capabilities {
            pub fn new(services: &Services) -> Capabilities {
                $(let $name = ($new)(services);)*
                Capabilities { $($name,)* }
            }

            /// Makes all instances of one run, in the order of the list below.
            pub fn prepare(&self, run: &mut Run, options: &Options) -> wasmtime::Result<Instances> {
                $(let $name = self.$name.prepare(run, options)?;)*
                Ok(Instances { $($name,)* })
            }
        }

        /// Lets guests import everything.
        pub fn link<T: HoldsRun>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
            link_operations(linker, |state: &mut T| {
                let RunParts { nothing, run, .. } = state.parts();
                Import { own: nothing, run }
            })?;
            $(<$capability>::link(linker, |state: &mut T| {
                let RunParts { instances, run, .. } = state.parts();
                Import { own: &mut instances.$name, run }
            })?;)*
            Ok(())
        }
    };
}

// A new capability is one line. What it takes from another one comes after that.
compose! {
    output: OutputCapability = |_: &Services| OutputCapability,
    log: LogCapability = |_: &Services| LogCapability,
    clock: ClockCapability = |_: &Services| ClockCapability,
    random: RandomCapability = |_: &Services| RandomCapability,
    exit: ExitCapability = |_: &Services| ExitCapability,
    environment: EnvironmentCapability = |_: &Services| EnvironmentCapability,
    module: ModuleCapability = |_: &Services| ModuleCapability,
    config: ConfigCapability = |services: &Services| ConfigCapability { operator: services.operator.clone() },
    event: EventCapability = |_: &Services| EventCapability,
    hook: HookCapability = |_: &Services| HookCapability,
    budget: BudgetCapability = |services: &Services| BudgetCapability { accounts: services.accounts.clone() },
    state: StateCapability = |services: &Services| StateCapability { store: services.store.clone() },
    tool: ToolCapability = |services: &Services| ToolCapability { registry: services.tools.clone() },
    agent: AgentCapability = |services: &Services| AgentCapability { models: services.models.clone() },
}
