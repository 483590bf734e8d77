//! The tool interface: functions with a name and a schema that spells and models call, of the spell itself or of the host
//! program.

mod host;
mod tools;

pub use host::ToolCapability;
pub use tools::schema;
pub use tools::{HostTool, HostTools, Invocation, Tool, ToolError, ToolFailure, Tools};
