//! The library as programs use it: one binary for all tests that need no process of their own.

#[path = "http.rs"]
mod http;
#[path = "runtime.rs"]
mod runtime;
#[path = "tenants.rs"]
mod tenants;
#[path = "tools.rs"]
mod tools;
