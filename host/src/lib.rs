mod runtime;
pub use runtime::guest;
pub use runtime::limits::Limits;
