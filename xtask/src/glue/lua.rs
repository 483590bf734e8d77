//! For Lua. Options that are absent are nil. What fails gives nil and the failure; what gives nothing but may fail, true.
//! Records and lists are tables, a record that a function gives is its fields one after the other, which costs least; and of
//! what `waiting(operation)` is, the operation.

use super::shape::Shape;
use super::{Import, Writer, snake};

pub const WRITER: Writer = Writer {
    function,
    head: "static int {}(lua_State *l)",
    entry: |import| format!("{{\"{}\", {}}}", snake(&import.word), import.name),
    entry_type: "luaL_Reg",
};

fn function(import: &Import) -> String {
    let mut c = String::new();
    let count = import.arguments().count();
    // What is not given is nil, also where values that are encoded lie on the stack behind it.
    if import.arguments().any(|(_, _, shape)| matches!(shape, Shape::Json | Shape::Option(_))) {
        c += &format!("  lua_settop(l, {count});\n");
    }
    for (place, name, shape) in import.arguments() {
        c += &take(place + 1, name, shape);
    }
    c += &import.declarations();
    c + &give(import)
}

/// Declares `given_<name>`, from the argument at `index`.
fn take(index: usize, name: &str, shape: &Shape) -> String {
    let given = format!("given_{name}");
    match shape {
        Shape::Option(inner) => {
            let (before, kind, value) = read(index, name, inner);
            format!(
                "  bool has_{name} = !lua_isnil(l, {index});\n{before}  {kind} {given};\n  if (has_{name}) {given} = {value};\n"
            )
        }
        _ => {
            let (before, kind, value) = read(index, name, shape);
            format!("{before}  {kind} {given} = {value};\n")
        }
    }
}

/// What has to stand before, the C type, and the expression.
fn read(index: usize, name: &str, shape: &Shape) -> (String, String, String) {
    let simply = |kind: &str, value: String| (String::new(), kind.to_owned(), value);
    match shape {
        Shape::Json => (
            format!("  json_text json_{name};\n"),
            "spell_string_t".into(),
            format!("encode(l, {index}, &json_{name})"),
        ),
        Shape::Bytes => simply("spell_list_u8_t", format!("check_bytes(l, {index})")),
        Shape::Bool => simply("bool", format!("lua_toboolean(l, {index})")),
        Shape::Whole(c, least, most) => {
            let (least, most) = (super::long(*least), super::long(*most));
            simply(c, format!("({c})check_whole(l, {index}, {least}, {most})"))
        }
        Shape::Float => simply("double", format!("luaL_checknumber(l, {index})")),
        Shape::Enum(cases) => (
            format!("  static const char *const cases_{name}[] = {{{}, NULL}};\n", super::quoted(cases)),
            "uint8_t".into(),
            format!("(uint8_t)luaL_checkoption(l, {index}, NULL, cases_{name})"),
        ),
        Shape::Borrowed { name: resource, c } => simply(c, format!("borrow_{resource}(l, {index})")),
        _ => simply("spell_string_t", format!("check_text(l, {index})")),
    }
}

fn give(import: &Import) -> String {
    let call = import.call();
    let Some(value) = &import.returned.value else {
        return if import.returned.fails {
            format!("  if (!{call}) return push_refusal(l, &failure);\n  lua_pushboolean(l, 1);\n  return 1;\n")
        } else {
            format!("  {call};\n  return 0;\n")
        };
    };
    let mut c = String::new();
    let mut value = value;
    let mut made = String::from("made");
    if import.returned.fails {
        c += &format!("  if (!{call}) return push_refusal(l, &failure);\n");
    } else if let (Shape::Option(inner), Some(_)) = (value, &import.made) {
        c += &format!("  if (!{call}) {{\n    lua_pushnil(l);\n    return 1;\n  }}\n");
        value = inner;
    } else if import.made.is_some() {
        c += &format!("  {call};\n");
    } else {
        made = call;
    }
    if let Shape::Answer { done, waiting } = value {
        c += &format!("  if (made.tag == {waiting}) return wrap_operation(l, made.val.waiting);\n");
        made = "made.val.done".into();
        value = done;
    }
    let mut count = 1;
    match value {
        Shape::Record(fields) => {
            count = fields.len();
            c.extend(fields.iter().map(|(name, shape)| push(shape, &format!("{made}.{name}"), 0)));
        }
        _ => c += &push(value, &made, 0),
    }
    let free = import.free();
    if !free.is_empty() {
        c += &format!("  {free}\n");
    }
    c + &format!("  return {count};\n")
}

/// Statements that push a value. `depth` tells loops within loops apart.
fn push(shape: &Shape, value: &str, depth: usize) -> String {
    match shape {
        Shape::Json => format!("  decode(l, (char *){value}.ptr, {value}.len);\n"),
        Shape::String => format!("  push_text(l, &{value});\n"),
        Shape::Bytes => format!("  lua_pushlstring(l, (char *){value}.ptr, {value}.len);\n"),
        Shape::Bool => format!("  lua_pushboolean(l, {value});\n"),
        Shape::Whole(..) => format!("  lua_pushinteger(l, (lua_Integer){value});\n"),
        Shape::Float => format!("  lua_pushnumber(l, {value});\n"),
        Shape::Enum(cases) => {
            format!("  lua_pushstring(l, ((const char *const[]){{{}}})[{value}]);\n", super::quoted(cases))
        }
        Shape::Operation => format!("  wrap_operation(l, {value});\n"),
        Shape::Option(inner) => {
            format!(
                "  if ({value}.is_some) {{\n{}  }} else lua_pushnil(l);\n",
                push(inner, &format!("{value}.val"), depth)
            )
        }
        Shape::List(inner) => {
            let i = format!("i{depth}");
            let element = push(inner, &format!("{value}.ptr[{i}]"), depth + 1);
            format!(
                "  lua_createtable(l, (int){value}.len, 0);\n  luaL_setmetatable(l, \"array\");\n  \
                 for (size_t {i} = 0; {i} < {value}.len; {i}++) {{\n{element}  lua_rawseti(l, -2, (lua_Integer){i} + 1);\n  }}\n"
            )
        }
        Shape::Record(fields) => {
            let mut c = format!("  lua_createtable(l, 0, {});\n", fields.len());
            for (name, shape) in fields {
                let at = format!("{value}.{name}");
                let set = format!("  lua_setfield(l, -2, \"{name}\");\n");
                c += &match shape {
                    Shape::Option(inner) => {
                        format!("  if ({at}.is_some) {{\n{}{set}  }}\n", push(inner, &format!("{at}.val"), depth))
                    }
                    _ => push(shape, &at, depth) + &set,
                };
            }
            c
        }
        Shape::Within | Shape::Borrowed { .. } | Shape::Answer { .. } => String::new(),
    }
}
