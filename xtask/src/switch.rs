//! Turns small `br_table`s into chains of `br_if`.
//!
//! LLVM compiles a `switch` of two cases to a table jump. That costs a bounds check and an indirect branch, on each
//! operand of each instruction of the interpreter; a compare and a branch that the processor predicts cost far less.

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Function, Instruction, Module, ValType};
use wasmparser::{CompositeInnerType, FunctionBody, Parser, Payload};

/// Tables with more entries, those of the default not counted, stay as they are.
const MAX_ENTRIES: usize = 3;

/// The core module `wasm` with the same meaning and fewer tables.
pub fn unroll(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut unroller = Unroller { parameters: parameters(wasm)?.into_iter() };
    let mut module = Module::new();
    unroller.parse_core_module(&mut module, Parser::new(0), wasm).context("rewriting switches")?;
    Ok(module.finish())
}

/// How many parameters each function that the module defines takes, in their order.
fn parameters(wasm: &[u8]) -> Result<Vec<u32>> {
    let (mut types, mut functions) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.into_types() {
                        types.push(match &ty.composite_type.inner {
                            CompositeInnerType::Func(function) => function.params().len().try_into()?,
                            _ => 0,
                        });
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for index in section {
                    let index = usize::try_from(index?)?;
                    functions.push(*types.get(index).context("a function has a type that is not there")?);
                }
            }
            _ => {}
        }
    }
    Ok(functions)
}

/// The values that lead elsewhere than to the default, and where.
fn cases(labels: &[u32], default: u32) -> impl Iterator<Item = (i32, &u32)> {
    (0..).zip(labels).filter(move |(_, label)| **label != default)
}

struct Unroller {
    parameters: std::vec::IntoIter<u32>,
}

impl Reencode for Unroller {
    type Error = std::convert::Infallible;

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let parameters = self.parameters.next().unwrap_or_default();
        let mut locals = Vec::new();
        let mut selector = parameters;
        for declaration in body.get_locals_reader()? {
            let (count, ty) = declaration?;
            locals.push((count, self.val_type(ty)?));
            selector += count;
        }
        // One more local, for the value that is switched on.
        locals.push((1, ValType::I32));
        let mut function = Function::new(locals);
        let mut reader = body.get_operators_reader()?;
        let mut rewritten = false;
        while !reader.eof() {
            match self.parse_instruction(&mut reader)? {
                Instruction::BrTable(labels, default) if cases(&labels, default).count() <= MAX_ENTRIES => {
                    rewritten = true;
                    function.instruction(&Instruction::LocalSet(selector));
                    for (value, label) in cases(&labels, default) {
                        function.instruction(&Instruction::LocalGet(selector));
                        function.instruction(&Instruction::I32Const(value));
                        function.instruction(&Instruction::I32Eq);
                        function.instruction(&Instruction::BrIf(*label));
                    }
                    function.instruction(&Instruction::Br(default));
                }
                other => {
                    function.instruction(&other);
                }
            }
        }
        if !rewritten {
            return utils::parse_function_body(self, code, body);
        }
        code.function(&function);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmtime::{Engine, Instance, Store};

    /// A switch of two cases in a loop, with parameters and locals of several types around it, and one of nine cases.
    const SWITCHES: &str = r#"(module
      (func (export "small") (param i64 i32) (result i32) (local f64)
        (block $c (block $b (block $a
          (br_table $a $b $c (local.get 1)))
          (return (i32.const 10)))
          (return (i32.const 20)))
        (i32.add (i32.const 30) (local.get 1)))
      (func (export "large") (param i64 i32) (result i32)
        (block $b (block $a
          (br_table $a $b $a $b $a $b $a $b $a $b (local.get 1)))
          (return (i32.const 1)))
        (i32.const 2)))"#;

    fn tables(wasm: &[u8]) -> usize {
        let bodies = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload.unwrap() {
            Payload::CodeSectionEntry(body) => Some(body),
            _ => None,
        });
        let is_table = |operator: &_| matches!(operator, wasmparser::Operator::BrTable { .. });
        bodies
            .map(|body| {
                body.get_operators_reader().unwrap().into_iter().filter(|o| is_table(o.as_ref().unwrap())).count()
            })
            .sum()
    }

    /// What each function gives for small, large and negative values.
    fn run(wasm: &[u8]) -> Vec<i32> {
        let engine = Engine::default();
        let module = wasmtime::Module::new(&engine, wasm).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let mut given = Vec::new();
        for name in ["small", "large"] {
            let function = instance.get_typed_func::<(i64, i32), i32>(&mut store, name).unwrap();
            for value in [0, 1, 2, 3, 8, 9, 10, -1, i32::MAX, i32::MIN] {
                given.push(function.call(&mut store, (-1, value)).unwrap());
            }
        }
        given
    }

    #[test]
    fn small_tables_go_and_nothing_else_changes() {
        let before = wat::parse_str(SWITCHES).unwrap();
        let after = unroll(&before).unwrap();
        assert_eq!((tables(&before), tables(&after)), (2, 1));
        assert_eq!(run(&before), run(&after));
    }

    #[test]
    fn what_is_no_module_is_an_error() {
        assert!(unroll(b"\0asm nonsense").is_err());
    }
}
