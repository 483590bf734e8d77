//! For JavaScript. Options that are absent are undefined. What fails throws; what gives nothing but may fail, gives true.
//! Records and lists are objects and arrays, a record that a function gives is an array of its fields, which costs least; and
//! of what `waiting(operation)` is, an array with the operation.

use super::shape::Shape;
use super::{Import, Writer, camel};

pub const WRITER: Writer = Writer {
    function,
    head: "static JSValue {}(context *c, JSValueConst this, int count, JSValueConst *arguments)",
    entry: |import| {
        format!("JS_CFUNC_DEF(\"{}\", {}, {})", camel(&import.word), import.arguments().count(), import.name)
    },
    entry_type: "JSCFunctionListEntry",
};

fn function(import: &Import) -> String {
    let mut c = String::from("  JSValue value = JS_EXCEPTION;\n") + &import.declarations();
    if import.arguments().any(|(_, _, shape)| is_whole(shape)) {
        c += "  int64_t whole;\n";
    }
    for (_, name, shape) in import.arguments() {
        c += &declare(name, shape);
    }
    let mut inner = give(import);
    let arguments: Vec<_> = import.arguments().collect();
    for (place, name, shape) in arguments.into_iter().rev() {
        inner = take(place, name, shape, &inner);
    }
    c + &inner + "  return value;\n"
}

fn declare(name: &str, shape: &Shape) -> String {
    let kind = match shape {
        Shape::Option(inner) => return format!("  bool has_{name};\n") + &declare(name, inner),
        Shape::Json => return format!("  json_text json_{name};\n  spell_string_t given_{name};\n"),
        Shape::Bytes => "spell_list_u8_t",
        Shape::Bool => "bool",
        Shape::Whole(c, ..) => c,
        Shape::Enum(_) => "uint8_t",
        Shape::Float => "double",
        Shape::Borrowed { c, .. } => c,
        _ => "spell_string_t",
    };
    format!("  {kind} given_{name};\n")
}

/// The argument, around what is done with it.
fn take(place: usize, name: &str, shape: &Shape, inner: &str) -> String {
    match shape {
        Shape::Option(some) => {
            let has = format!("has_{name}");
            let (read, free) = read(place, name, some);
            let free = free.map(|free| format!("  if ({has}) {free};\n")).unwrap_or_default();
            let after = matches!(**some, Shape::Json);
            format!(
                "  {has} = !JS_IsUndefined(arguments[{place}]);\n  if (!{has} || ({read})) {{\n{inner}{}  }}\n{}",
                if after { "" } else { &free },
                if after { &free } else { "" }
            )
        }
        _ => {
            let (read, free) = read(place, name, shape);
            let free = free.map(|free| format!("  {free};\n")).unwrap_or_default();
            // What was encoded in part has to be freed, too.
            let after = matches!(shape, Shape::Json);
            format!(
                "  if ({read}) {{\n{inner}{}  }}\n{}",
                if after { "" } else { &free },
                if after { &free } else { "" }
            )
        }
    }
}

/// The condition that reads it, and what frees it.
fn read(place: usize, name: &str, shape: &Shape) -> (String, Option<String>) {
    let (argument, given) = (format!("c, arguments[{place}]"), format!("&given_{name}"));
    match shape {
        Shape::Json => {
            (format!("encode({argument}, 0, &json_{name}, {given})"), Some(format!("free_json(&json_{name})")))
        }
        Shape::Bytes => (format!("get_bytes({argument}, {given})"), None),
        Shape::Bool => (format!("(given_{name} = JS_ToBool({argument}), true)"), None),
        Shape::Whole(kind, least, most) => (whole(place, name, kind, *least, *most), None),
        Shape::Enum(cases) => {
            (whole(place, name, "uint8_t", 0, i64::try_from(cases.len()).unwrap_or(i64::MAX) - 1), None)
        }
        Shape::Float => (format!("!JS_ToFloat64(c, {given}, arguments[{place}])"), None),
        Shape::Borrowed { name: resource, .. } => (format!("borrow_{resource}({argument}, {given})"), None),
        _ => (format!("get_text({argument}, {given})"), Some(format!("free_text(c, {given})"))),
    }
}

/// The condition that reads a whole number.
fn whole(place: usize, name: &str, kind: &str, least: i64, most: i64) -> String {
    let (least, most) = (super::long(least), super::long(most));
    format!("get_whole(c, arguments[{place}], {least}, {most}, &whole) && (given_{name} = ({kind})whole, true)")
}

fn is_whole(shape: &Shape) -> bool {
    match shape {
        Shape::Option(inner) => is_whole(inner),
        shape => matches!(shape, Shape::Whole(..) | Shape::Enum(_)),
    }
}

fn give(import: &Import) -> String {
    let call = import.call();
    let otherwise = if import.returned.fails { "throw_failure(c, &failure)" } else { "JS_UNDEFINED" };
    let Some(value) = &import.returned.value else {
        return if import.returned.fails {
            format!("  value = {call} ? JS_TRUE : {otherwise};\n")
        } else {
            format!("  {call};\n  value = JS_UNDEFINED;\n")
        };
    };
    let free = import.free();
    let is_optional = !import.returned.fails && import.made.is_some();
    match value {
        Shape::Option(inner) if is_optional => {
            format!("  if ({call}) {{\n{}  }} else value = {otherwise};\n", done(inner, "made", &free))
        }
        _ if import.returned.fails => {
            format!("  if ({call}) {{\n{}  }} else value = {otherwise};\n", done(value, "made", &free))
        }
        _ if import.made.is_some() => format!("  {call};\n{}", done(value, "made", &free)),
        _ => done(value, &call, &free),
    }
}

/// Statements that make `value` of what was given, and free that.
fn done(shape: &Shape, made: &str, free: &str) -> String {
    let free = if free.is_empty() { String::new() } else { format!("  {free}\n") };
    match shape {
        Shape::Answer { done, waiting } => {
            let value = make(done, &format!("{made}.val.done"), 0);
            format!(
                "  if ({made}.tag == {waiting}) value = wrap_waiting(c, {made}.val.waiting);\n  else {{\n  value = {value};\n{free}  }}\n"
            )
        }
        Shape::Record(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, shape)| make(shape, &format!("{made}.{name}"), 0)).collect();
            format!("  value = make_list(c, {}, (JSValue[]){{{}}});\n{free}", fields.len(), fields.join(", "))
        }
        _ => format!("  value = {};\n{free}", make(shape, made, 0)),
    }
}

/// An expression that makes a value. `depth` tells lists and objects within others apart.
fn make(shape: &Shape, value: &str, depth: usize) -> String {
    match shape {
        Shape::Json => format!("decode(c, (char *){value}.ptr, {value}.len)"),
        Shape::String => format!("from_text(c, &{value})"),
        Shape::Bytes => format!("JS_NewUint8ArrayCopy(c, {value}.ptr, {value}.len)"),
        Shape::Bool => format!("JS_NewBool(c, {value})"),
        Shape::Whole(..) => format!("JS_NewInt64(c, (int64_t){value})"),
        Shape::Float => format!("JS_NewFloat64(c, {value})"),
        Shape::Enum(_) => format!("JS_NewInt32(c, {value})"),
        Shape::Operation => format!("wrap_operation(c, {value})"),
        Shape::Option(inner) => {
            format!("{value}.is_some ? {} : JS_UNDEFINED", make(inner, &format!("{value}.val"), depth))
        }
        Shape::List(inner) => {
            let (list, i) = (format!("list{depth}"), format!("i{depth}"));
            let element = make(inner, &format!("{value}.ptr[{i}]"), depth + 1);
            format!(
                "({{\n  JSValue {list} = JS_NewArray(c);\n  for (uint32_t {i} = 0; {i} < {value}.len && !JS_IsException({list}); {i}++)\n    \
                 {list} = put_element(c, {list}, {i}, {element});\n  {list};\n  }})"
            )
        }
        Shape::Record(fields) => {
            let object = format!("object{depth}");
            let mut c = format!("({{\n  JSValue {object} = JS_NewObject(c);\n");
            for (name, shape) in fields {
                let at = format!("{value}.{name}");
                let (condition, made) = match shape {
                    Shape::Option(inner) => {
                        (format!("if ({at}.is_some) "), make(inner, &format!("{at}.val"), depth + 1))
                    }
                    _ => (String::new(), make(shape, &at, depth + 1)),
                };
                c += &format!("  {condition}{object} = put_field(c, {object}, \"{name}\", {made});\n");
            }
            c + &format!("  {object};\n  }})")
        }
        Shape::Within | Shape::Borrowed { .. } | Shape::Answer { .. } => String::new(),
    }
}
