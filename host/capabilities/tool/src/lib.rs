//! The tool interface: functions with a name and a schema that spells and models call, of the spell itself or of the host
//! program.

#![deny(missing_docs)]

mod host;
mod tools;

pub use host::ToolCapability;
pub use tools::schema;
pub use tools::{Chance, HostTool, HostTools, Invocation, Tool, ToolError, ToolFailure, ToolSet, ToolSource, Tools};
