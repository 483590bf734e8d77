pub mod engine;
pub mod guest;
pub mod limits;
