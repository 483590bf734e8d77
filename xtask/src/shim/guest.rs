//! The guest's module, with what was the shim's.

use std::collections::HashMap;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, ImportSection, Instruction, RefType,
    TableSection, TableType, TypeSection,
};
use wasmparser::{
    CodeSectionReader, CompositeInnerType, ExportSectionReader, FunctionSectionReader, ImportSectionReader,
    TableSectionReader, TypeRef, TypeSectionReader,
};

use super::{Name, Never, TABLE};

/// Rewrites the guest's module: what it imported from the shim it has itself, as its first functions, so that the others
/// keep their numbers.
#[derive(Default)]
pub struct Guest {
    slots: HashMap<Name, u32>,
    /// How many parameters a function of each type takes.
    parameters: Vec<u32>,
    /// The function imports, in their old order: the type, and the place in the table if it was the shim's.
    imports: Vec<(u32, Option<u32>)>,
    /// The index of the shim's table.
    table: Option<u32>,
    is_exported: bool,
}

impl Guest {
    /// `slots`: the imports that come from the shim, with their places in its table.
    pub fn new(slots: HashMap<Name, u32>) -> Guest {
        Guest { slots, ..Guest::default() }
    }

    /// Whether there was a place for the table.
    pub fn has_table(&self) -> bool {
        self.is_exported
    }

    /// What the shim had, in the order of the imports.
    fn taken_over(&self) -> impl Iterator<Item = (u32, u32)> {
        self.imports.iter().filter_map(|(ty, place)| Some((*ty, (*place)?)))
    }
}

impl Reencode for Guest {
    type Error = Never;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let Some((_, place)) = self.imports.get(function as usize) else { return Ok(function) };
        let before = self.imports.iter().take(function as usize);
        let alike = before.filter(|(_, other)| other.is_some() == place.is_some()).count();
        let left = self.imports.len() - self.taken_over().count();
        Ok(if place.is_some() { left + alike } else { alike } as u32)
    }

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result<(), Error> {
        for group in section.clone() {
            for ty in group?.into_types() {
                self.parameters.push(match &ty.composite_type.inner {
                    CompositeInnerType::Func(function) => function.params().len() as u32,
                    _ => 0,
                });
            }
        }
        utils::parse_type_section(self, types, section)
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            let place = self.slots.get(&(import.module.into(), import.name.into())).copied();
            if let TypeRef::Func(ty) = import.ty {
                self.imports.push((ty, place));
            }
            if place.is_none() {
                self.parse_import(imports, import)?;
            }
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for (ty, _) in self.taken_over() {
            functions.function(ty);
        }
        utils::parse_function_section(self, functions, section)
    }

    fn parse_table_section(&mut self, tables: &mut TableSection, section: TableSectionReader<'_>) -> Result<(), Error> {
        utils::parse_table_section(self, tables, section)?;
        self.table = Some(tables.len());
        let places = self.taken_over().count() as u64;
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: places,
            maximum: Some(places),
            shared: false,
        });
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        if let Some(table) = self.table {
            exports.export(TABLE, ExportKind::Table, table);
            self.is_exported = true;
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        let table_index = self.table.unwrap_or_default();
        for (ty, place) in self.taken_over() {
            let parameters = self.parameters.get(ty as usize).copied().unwrap_or_default();
            let mut function = Function::new([]);
            for parameter in 0..parameters {
                function.instruction(&Instruction::LocalGet(parameter));
            }
            function.instruction(&Instruction::I32Const(place as i32));
            function.instruction(&Instruction::CallIndirect { type_index: ty, table_index });
            function.instruction(&Instruction::End);
            code.function(&function);
        }
        utils::parse_code_section(self, code, section)
    }
}
