//! For the double of the host (guests/native): functions of the imports that it does not have, which look at what they get
//! and answer anything of the right type.

use super::shape::Shape;
use super::{Import, snake};

/// The definition of a function, from the bindings' declaration of it.
pub fn function(import: &Import, declaration: &str) -> String {
    let mut c = format!("\n{declaration} {{\n");
    let names = declaration.split_once('(').map_or("", |(_, rest)| rest).trim_end_matches(')').split(", ");
    let names = names.map(|parameter| parameter.rsplit([' ', '*']).next().unwrap_or_default());
    for ((_, shape), name) in import.parameters.iter().zip(names) {
        c += &hear(shape, name);
    }
    if import.returned.fails {
        c += "  if (refuses(err)) return false;\n";
    }
    let made = import.made.is_some();
    match (&import.returned.value, import.returned.fails) {
        (None, false) => {}
        (None, true) => c += "  return true;\n",
        (Some(shape), true) => c += &format!("{}  return true;\n", fill(shape, "(*ret)", 0)),
        (Some(Shape::Option(inner)), false) if made => {
            c += &format!("  if (choose(2)) return false;\n{}  return true;\n", fill(inner, "(*ret)", 0));
        }
        (Some(shape), false) if made => c += &fill(shape, "(*ret)", 0),
        (Some(shape), false) => {
            let kind = declaration.split_once(&snake(&import.call)).map_or("", |(kind, _)| kind);
            c += &format!("  {kind}made;\n{}  return made;\n", fill(shape, "made", 0));
        }
    }
    c + "}\n"
}

fn hear(shape: &Shape, name: &str) -> String {
    match shape {
        Shape::Json | Shape::String => format!("  hear({name});\n"),
        Shape::Option(inner) if matches!(**inner, Shape::Json | Shape::String) => format!("  hear({name});\n"),
        Shape::Within => format!("  hear_number({name});\n"),
        _ => String::new(),
    }
}

/// Statements that put a value into `to`. `depth` tells loops within loops apart.
fn fill(shape: &Shape, to: &str, depth: usize) -> String {
    match shape {
        Shape::Json => format!("  {to} = json_of(\"{{\\\"a\\\":[1,2.5,null]}}\");\n"),
        Shape::String => format!("  {to} = json_of(\"text\");\n"),
        Shape::Bytes => format!("  {to}.len = choose(3), {to}.ptr = give_memory({to}.len);\n"),
        Shape::Bool => format!("  {to} = choose(2);\n"),
        Shape::Whole(c, ..) => format!("  {to} = ({c})chance();\n"),
        Shape::Float => format!("  {to} = (double)chance();\n"),
        Shape::Enum(cases) => format!("  {to} = choose({});\n", cases.len()),
        Shape::Operation => format!("  {to} = operation_of(json_of(\"null\"));\n"),
        Shape::Option(inner) => {
            format!("  if (({to}.is_some = choose(2))) {{\n{}  }}\n", fill(inner, &format!("{to}.val"), depth))
        }
        Shape::List(inner) => {
            let i = format!("i{depth}");
            let element = fill(inner, &format!("{to}.ptr[{i}]"), depth + 1);
            format!(
                "  {to}.len = choose(3), {to}.ptr = give_memory({to}.len * sizeof *{to}.ptr);\n  \
                 for (size_t {i} = 0; {i} < {to}.len; {i}++) {{\n{element}  }}\n"
            )
        }
        Shape::Record(fields) => {
            fields.iter().map(|(name, shape)| fill(shape, &format!("{to}.{name}"), depth)).collect()
        }
        Shape::Answer { done, waiting } => {
            let (done, operation) = (fill(done, &format!("{to}.val.done"), depth), format!("{to}.val.waiting"));
            let waits = fill(&Shape::Operation, &operation, depth);
            format!("  if (choose(8)) {{\n  {to}.tag = 0;\n{done}  }} else {{\n  {to}.tag = {waiting};\n{waits}  }}\n")
        }
        Shape::Within | Shape::Borrowed { .. } => String::new(),
    }
}
