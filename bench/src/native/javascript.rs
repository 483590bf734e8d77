//! Native JavaScript: QuickJS-ng from the crate that also holds the guest's sources. Without rquickjs, the crate above
//! that one: it asks for features of hashbrown with which all of wasmtime would be compiled anew.

#![expect(unsafe_code, reason = "an interpreter in C, used without a wrapper crate")]

use std::cell::RefCell;
use std::ffi::{CStr, c_int};
use std::ptr;

use anyhow::{Result, bail, ensure};
use rquickjs_sys as js;

use super::Environment;

/// A fresh runtime with a context that has all that the language has.
pub struct State {
    runtime: *mut js::JSRuntime,
    context: *mut js::JSContext,
}

impl State {
    pub fn new() -> Result<State> {
        // SAFETY: both may be null, and are looked at.
        let state = unsafe {
            let runtime = js::JS_NewRuntime();
            ensure!(!runtime.is_null(), "no memory for QuickJS");
            State { runtime, context: js::JS_NewContext(runtime) }
        };
        ensure!(!state.context.is_null(), "no memory for QuickJS");
        Ok(state)
    }

    /// Runs the body of an asynchronous function as far as it gets. The result, a text, if it has one by then.
    pub fn begin(&self, body: &str) -> Result<Option<String>> {
        let source = format!("(async () => {{\n{body}\n}})()\0");
        // SAFETY: the source ends with a NUL that its length does not count; values are freed once.
        unsafe {
            let flags = js::JS_EVAL_TYPE_GLOBAL as c_int;
            let promise =
                js::JS_Eval(self.context, source.as_ptr().cast(), (source.len() - 1) as _, c"bench.js".as_ptr(), flags);
            let mut of = ptr::null_mut();
            while js::JS_ExecutePendingJob(self.runtime, &raw mut of) > 0 {}
            let state = if js::JS_IsException(promise) {
                js::JSPromiseStateEnum_JS_PROMISE_REJECTED
            } else {
                js::JS_PromiseState(self.context, promise)
            };
            let value = match js::JS_IsException(promise) {
                true => js::JS_GetException(self.context),
                false => js::JS_PromiseResult(self.context, promise),
            };
            let said = text(self.context, value);
            js::JS_FreeValue(self.context, value);
            js::JS_FreeValue(self.context, promise);
            match state {
                js::JSPromiseStateEnum_JS_PROMISE_FULFILLED => Ok(Some(said)),
                js::JSPromiseStateEnum_JS_PROMISE_PENDING => Ok(None),
                _ => bail!(said),
            }
        }
    }

    fn function(&self, name: &CStr, length: c_int, function: Function) {
        // SAFETY: the global object takes the function over.
        unsafe {
            let kind = js::JSCFunctionEnum_JS_CFUNC_generic;
            let made = js::JS_NewCFunction2(self.context, Some(function), name.as_ptr(), length, kind, 0);
            let global = js::JS_GetGlobalObject(self.context);
            js::JS_SetPropertyStr(self.context, global, name.as_ptr(), made);
            js::JS_FreeValue(self.context, global);
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: nothing of it is used any more.
        unsafe {
            if !self.context.is_null() {
                js::JS_FreeContext(self.context);
            }
            js::JS_FreeRuntime(self.runtime);
        }
    }
}

/// Runs a program in a fresh state.
pub fn run(source: &str) -> Result<String> {
    match State::new()?.begin(source)? {
        Some(text) => Ok(text),
        None => bail!("the program waits for something that can't happen"),
    }
}

type Function = unsafe extern "C" fn(*mut js::JSContext, js::JSValue, c_int, *mut js::JSValue) -> js::JSValue;

thread_local! {
    /// What the functions of the host know.
    static HOST: RefCell<(Environment, String)> = RefCell::default();
}

/// The same with what the programs in `calls.rs` call, made the way that QuickJS's users make it.
pub fn run_with_host(source: &str, environment: &Environment, config: &serde_json::Value) -> Result<String> {
    HOST.set((environment.clone(), format!("{config}\0")));
    let state = State::new()?;
    state.function(c"getenv", 1, getenv);
    state.function(c"info", 2, info);
    state.function(c"config", 0, configuration);
    let before = "globalThis.env = new Proxy({}, { get: (target, name) => getenv(name) });
globalThis.Logger = { info }; globalThis.Config = { get: config };";
    state.begin(before)?;
    match state.begin(source)? {
        Some(text) => Ok(text),
        None => bail!("the program waits for something that can't happen"),
    }
}

/// A copy of the value as a text.
unsafe fn text(context: *mut js::JSContext, value: js::JSValue) -> String {
    // SAFETY: the text is copied before it is freed.
    unsafe {
        let mut length = 0;
        let start = js::JS_ToCStringLen(context, &raw mut length, value);
        if start.is_null() {
            return "a value that is no text".into();
        }
        let copy = String::from_utf8_lossy(std::slice::from_raw_parts(start.cast(), length)).into_owned();
        js::JS_FreeCString(context, start);
        copy
    }
}

unsafe extern "C" fn getenv(
    context: *mut js::JSContext,
    _this: js::JSValue,
    _count: c_int,
    arguments: *mut js::JSValue,
) -> js::JSValue {
    // SAFETY: QuickJS gives as many arguments as the function has.
    unsafe {
        let name = text(context, *arguments);
        HOST.with_borrow(|(environment, _)| match environment.get(&name) {
            Some(Some(value)) => js::JS_NewStringLen(context, value.as_ptr().cast(), value.len() as _),
            _ => js::JS_UNDEFINED,
        })
    }
}

unsafe extern "C" fn info(
    context: *mut js::JSContext,
    _this: js::JSValue,
    _count: c_int,
    arguments: *mut js::JSValue,
) -> js::JSValue {
    // SAFETY: as above; the JSON is freed once.
    unsafe {
        let message = text(context, *arguments);
        let json = js::JS_JSONStringify(context, *arguments.add(1), js::JS_UNDEFINED, js::JS_UNDEFINED);
        let fields: Option<serde_json::Value> = serde_json::from_str(&text(context, json)).ok();
        js::JS_FreeValue(context, json);
        std::hint::black_box((message, fields));
        js::JS_UNDEFINED
    }
}

unsafe extern "C" fn configuration(
    context: *mut js::JSContext,
    _this: js::JSValue,
    _count: c_int,
    _arguments: *mut js::JSValue,
) -> js::JSValue {
    // SAFETY: the text ends with a NUL that its length does not count.
    HOST.with_borrow(|(_, config)| unsafe {
        js::JS_ParseJSON(context, config.as_ptr().cast(), (config.len() - 1) as _, c"config".as_ptr())
    })
}
