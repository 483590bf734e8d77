//! The script API as a table: every global and member that spells see, with its parameters, types, result and errors.
//!
//! The table is `guests/common/api/*.toml`, together with the words of `guests/common/words.toml` and the schemas of
//! `llmspell-api`. From it come declarations for editors (TypeScript, Lua), the reference pages, and the help of the command
//! line; `tests/script_api.rs` compares it with what running guests have.

mod check;
mod complete;
pub mod kind;
mod lua;
mod page;
mod parse;
mod raw;
mod schema;
mod show;
pub mod table;
mod typescript;
mod words;

pub use check::{Remark, unknown_members};
pub use complete::completions;
pub use lua::declarations as lua_declarations;
pub use page::pages;
pub use show::{NotFound, help};
pub use table::{Error, Language, Table};
pub use typescript::declarations as typescript_declarations;

#[cfg(test)]
mod tests;
