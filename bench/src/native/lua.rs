//! Native Lua: mlua with the same Lua release, and no limits at all.

use anyhow::Result;
use mlua::{Lua, LuaOptions, LuaSerdeExt, StdLib};

use super::Environment;

/// A fresh state with the standard libraries that spells have. They have a part of `debug`, too, and much that is not
/// Lua's.
pub fn state() -> Result<Lua> {
    let pure = StdLib::COROUTINE | StdLib::TABLE | StdLib::STRING | StdLib::UTF8 | StdLib::MATH;
    let libraries = pure | StdLib::OS | StdLib::IO;
    // Lua's own pcall, which is faster than the one that mlua would put in its place.
    Ok(Lua::new_with(libraries, LuaOptions::new().catch_rust_panics(false))?)
}

/// Runs a program in a fresh state.
pub fn run(source: &str) -> Result<String> {
    Ok(state()?.load(source).eval()?)
}

/// The same with what the programs in `calls.rs` call, made the way that mlua's users make it.
pub fn run_with_host(source: &str, environment: &Environment, config: &serde_json::Value) -> Result<String> {
    let lua = state()?;
    let (environment, config) = (environment.clone(), config.clone());
    let getenv = lua.create_function(move |_, name: String| Ok(environment.get(&name).cloned().flatten()))?;
    lua.globals().get::<mlua::Table>("os")?.set("getenv", getenv)?;
    let logger = lua.create_table()?;
    let info = |lua: &Lua, (message, fields): (String, mlua::Value)| {
        let fields: serde_json::Value = lua.from_value(fields)?;
        std::hint::black_box((message, fields));
        Ok(())
    };
    logger.set("info", lua.create_function(info)?)?;
    lua.globals().set("Logger", logger)?;
    let object = lua.create_table()?;
    object.set("get", lua.create_function(move |lua, _: String| lua.to_value(&config))?)?;
    lua.globals().set("Config", object)?;
    Ok(lua.load(source).eval()?)
}
