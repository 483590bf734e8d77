//! Takes the shim out of a component.
//!
//! An import that passes a text needs the guest's memory, which is there only after the guest was instantiated, with its
//! imports. So `wit-component` puts a module in between, the shim: a function for each import that calls through a table,
//! which is filled when all is there. An engine then sets up one more instance for each run, and looks every one of its
//! functions up to hand it on. Here the table and the functions become a part of the guest's own module.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils};
use wasm_encoder::{Component, ComponentAliasSection, ComponentSectionId, InstanceSection, Module, RawSection};
use wasmparser::{ComponentAlias, CustomSectionReader, ExternalKind, Instance, KnownCustom, Parser};

mod guest;
mod parts;
#[cfg(test)]
mod tests;

use guest::Guest;
use parts::{Part, Parts};

/// What `wit-component` calls the shim's table.
const TABLE: &str = "$imports";

/// An import of a core module: the names of its module and its own.
type Name = (String, String);

type Never = std::convert::Infallible;

/// The component `wasm` with the same meaning and without a shim.
pub fn remove(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut outer = Outer::read(wasm)?;
    let mut component = Component::new();
    outer.parse_component(&mut component, Parser::new(0), wasm).context("taking the shim out")?;
    ensure!(
        outer.is_done,
        "the guest's module has no table or exports nothing: there is no place for the shim's table"
    );
    let component = component.finish();
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all()).validate_all(&component)?;
    Ok(component)
}

/// Rewrites the component around the modules.
struct Outer {
    shim: u32,
    shim_module: u32,
    guest: u32,
    guest_module: u32,
    /// By index: whether a core function was the shim's.
    functions: Vec<bool>,
    /// The imports of the guest that the shim had, and the places in its table.
    slots: HashMap<Name, u32>,
    modules_seen: u32,
    is_done: bool,
}

impl Outer {
    fn read(wasm: &[u8]) -> Result<Outer> {
        let parts = Parts::read(wasm)?;
        let shim = parts.shim.context("the component has no shim")?;
        let Some(Part::Module(shim_module, _)) = parts.instances.get(shim as usize) else {
            anyhow::bail!("the shim is no instance of a module");
        };
        let mut guest = None;
        for (index, part) in (0..).zip(&parts.instances) {
            if let Part::Module(module, imports) = part {
                let slots = parts.slots(shim, imports)?;
                if !slots.is_empty() {
                    ensure!(guest.is_none(), "two modules use the shim");
                    guest = Some((index, *module, slots));
                }
            }
        }
        let (guest, guest_module, slots) = guest.context("no module uses the shim")?;
        let is_of_shim = |from: &Option<(u32, String)>| from.as_ref().is_some_and(|(from, _)| *from == shim);
        Ok(Outer {
            shim,
            shim_module: *shim_module,
            guest,
            guest_module,
            functions: parts.functions.iter().map(is_of_shim).collect(),
            slots,
            modules_seen: 0,
            is_done: false,
        })
    }

    fn is_of_shim(&self, function: u32) -> bool {
        self.functions.get(function as usize).copied().unwrap_or_default()
    }
}

impl Reencode for Outer {
    type Error = Never;

    /// Only of the component: modules have reencoders of their own.
    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let gone = self.functions.iter().take(function as usize).filter(|is_of_shim| **is_of_shim).count();
        Ok(function - gone as u32)
    }
}

impl ReencodeComponent for Outer {
    fn module_index(&mut self, module: u32) -> u32 {
        module - u32::from(module > self.shim_module)
    }

    fn instance_index(&mut self, instance: u32) -> u32 {
        // What is left of the shim is its table, which is the guest's now.
        let instance = if instance == self.shim { self.guest } else { instance };
        instance - u32::from(instance > self.shim)
    }

    fn parse_component_submodule(&mut self, component: &mut Component, _: Parser, module: &[u8]) -> Result<(), Error> {
        let index = self.modules_seen;
        self.modules_seen += 1;
        if index == self.guest_module {
            let mut guest = Guest::new(std::mem::take(&mut self.slots));
            let mut rewritten = Module::new();
            guest.parse_core_module(&mut rewritten, Parser::new(0), module)?;
            component.section(&wasm_encoder::ModuleSection(&rewritten));
            self.is_done = guest.has_table();
        } else if index != self.shim_module {
            component.section(&RawSection { id: ComponentSectionId::CoreModule.into(), data: module });
        }
        Ok(())
    }

    /// A nested component sees nothing of the shim.
    fn parse_component_subcomponent(
        &mut self,
        component: &mut Component,
        _: Parser,
        nested: &[u8],
        _: &[u8],
    ) -> Result<(), Error> {
        component.section(&RawSection { id: ComponentSectionId::Component.into(), data: nested });
        Ok(())
    }

    fn parse_component_alias_section(
        &mut self,
        aliases: &mut ComponentAliasSection,
        section: wasmparser::ComponentAliasSectionReader<'_>,
    ) -> Result<(), Error> {
        for alias in section {
            let alias = alias?;
            let function_of_shim = matches!(alias, ComponentAlias::CoreInstanceExport { kind: ExternalKind::Func, instance_index, .. } if instance_index == self.shim);
            if !function_of_shim {
                aliases.alias(self.component_alias(alias)?);
            }
        }
        Ok(())
    }

    fn parse_instance(&mut self, instances: &mut InstanceSection, instance: Instance<'_>) -> Result<(), Error> {
        match instance {
            Instance::Instantiate { module_index, .. } if module_index == self.shim_module => Ok(()),
            Instance::FromExports(exports) => {
                let left =
                    exports.iter().filter(|export| export.kind != ExternalKind::Func || !self.is_of_shim(export.index));
                let left = Instance::FromExports(left.copied().collect());
                component_utils::parse_instance(self, instances, left)
            }
            other => component_utils::parse_instance(self, instances, other),
        }
    }

    /// Without the names of what was removed, which have no use.
    fn parse_component_custom_section(
        &mut self,
        component: &mut Component,
        section: CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        match section.as_known() {
            KnownCustom::ComponentName(_) => Ok(()),
            _ => component_utils::parse_component_custom_section(self, component, section),
        }
    }
}
