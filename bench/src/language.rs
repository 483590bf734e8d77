//! The languages, each on both sides.

use anyhow::Result;
use serde_json::Value;

use crate::native::{Environment, javascript, lua};

#[derive(Debug)]
pub struct Language {
    /// What the command line calls it.
    pub word: &'static str,
    pub name: &'static str,
    pub extension: &'static str,
    pub native: fn(&str) -> Result<String>,
    pub native_with_host: fn(&str, &Environment, &Value) -> Result<String>,
    /// A spell that returns two as a text.
    pub two: &'static str,
    /// One that returns the whole configuration.
    pub config: &'static str,
    /// A loop, whose body is to be put between.
    pub repeat: (&'static str, &'static str),
    /// What a spell does before it waits, to be weighed; and how it waits in the sandbox.
    pub weighed: &'static str,
    pub waits: &'static str,
}

pub const LANGUAGES: [Language; 2] = [
    Language {
        word: "lua",
        name: "Lua",
        extension: "lua",
        native: lua::run,
        native_with_host: lua::run_with_host,
        two: "return tostring(1 + 1)",
        config: "return Config.get('')",
        repeat: ("for _ = 1, COUNT do ", " end return 'done'"),
        weighed: "local list = {} for i = 1, 100 do list[i] = 'item ' .. i end ",
        waits: "print('ready') util.sleep(1e9)",
    },
    Language {
        word: "javascript",
        name: "JavaScript",
        extension: "js",
        native: javascript::run,
        native_with_host: javascript::run_with_host,
        two: "return String(1 + 1)",
        config: "return Config.get('')",
        repeat: ("for (let i = 0; i < COUNT; i++) { ", " } return 'done';"),
        weighed: "const list = []; for (let i = 0; i < 100; i++) list[i] = 'item ' + i; ",
        waits: "print('ready'); await util.sleep(1e9);",
    },
];

impl Language {
    /// A program that does something so often, and returns "done".
    pub fn repeated(&self, before: &str, each: &str, count: u32) -> String {
        let (start, end) = self.repeat;
        format!("{before}{}{each}{end}", start.replace("COUNT", &count.to_string()))
    }
}
