//! What a component is put together from.

use std::collections::HashMap;

use anyhow::Result;
use wasmparser::{CanonicalFunction, ComponentAlias, ExternalKind, Instance, Parser, Payload};

use super::{Name, TABLE};

/// What stands in a component at its outermost level.
#[derive(Default)]
pub struct Parts {
    /// Where a core function comes from, if it is another instance's.
    pub functions: Vec<Option<(u32, String)>>,
    pub instances: Vec<Part>,
    /// The instance that has a table of the shim's name.
    pub shim: Option<u32>,
}

pub enum Part {
    /// The module's index, and the instances that its imports come from.
    Module(u32, Vec<(String, u32)>),
    /// Functions by name.
    Bag(Vec<(String, u32)>),
}

impl Parts {
    pub fn read(wasm: &[u8]) -> Result<Parts> {
        let (mut parts, mut depth) = (Parts::default(), 0);
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                _ if depth > 0 => {}
                Payload::ComponentCanonicalSection(section) => {
                    for function in section {
                        if !matches!(function?, CanonicalFunction::Lift { .. }) {
                            parts.functions.push(None);
                        }
                    }
                }
                Payload::ComponentAliasSection(section) => {
                    for alias in section {
                        if let ComponentAlias::CoreInstanceExport { kind, instance_index, name } = alias? {
                            parts.alias(kind, instance_index, name);
                        }
                    }
                }
                Payload::InstanceSection(section) => {
                    for instance in section {
                        parts.instances.push(part(instance?));
                    }
                }
                _ => {}
            }
        }
        Ok(parts)
    }

    fn alias(&mut self, kind: ExternalKind, instance: u32, name: &str) {
        match kind {
            ExternalKind::Func => self.functions.push(Some((instance, name.into()))),
            ExternalKind::Table if name == TABLE => self.shim = Some(instance),
            _ => {}
        }
    }

    /// Those of the imports that come from the shim, by the places in its table: its functions have them as names.
    pub fn slots(&self, shim: u32, imports: &[(String, u32)]) -> Result<HashMap<Name, u32>> {
        let mut slots = HashMap::new();
        for (module, instance) in imports {
            let Some(Part::Bag(bag)) = self.instances.get(*instance as usize) else { continue };
            for (name, function) in bag {
                if let Some(Some((from, place))) = self.functions.get(*function as usize)
                    && *from == shim
                {
                    slots.insert((module.clone(), name.clone()), place.parse()?);
                }
            }
        }
        Ok(slots)
    }
}

fn part(instance: Instance<'_>) -> Part {
    match instance {
        Instance::Instantiate { module_index, args } => {
            Part::Module(module_index, args.iter().map(|argument| (argument.name.into(), argument.index)).collect())
        }
        Instance::FromExports(exports) => {
            let functions = exports.iter().filter(|export| export.kind == ExternalKind::Func);
            Part::Bag(functions.map(|export| (export.name.into(), export.index)).collect())
        }
    }
}
