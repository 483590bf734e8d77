//! Members from lines of the files.

use super::{Error, Member, MemberValue, Table, parameter};
use crate::kind::{Field, Kind, Signature};
use crate::parse;
use crate::raw::{Families, Lines, Setters, Words};

impl Member {
    pub(super) fn new(name: &str, value: MemberValue) -> Member {
        Member { name: name.into(), value, about: String::new(), language: None, is_spelled: false, fails: Vec::new() }
    }
}

pub fn fields(owner: &str, lines: &Lines, is_spelled: bool) -> Result<Vec<Member>, Error> {
    let read = |(name, text): (&String, &String)| {
        let (kind, about) = parse::field(text).map_err(|why| Error(format!("{owner}.{name}: {why}")))?;
        let mut member = Member::new(name, MemberValue::Field(kind));
        member.about = about.into();
        member.is_spelled = is_spelled;
        Ok(member)
    };
    lines.iter().map(read).collect()
}

fn called(
    owner: &str,
    lines: &Lines,
    is_spelled: bool,
    of: fn(Vec<Signature>) -> MemberValue,
) -> Result<Vec<Member>, Error> {
    let read = |(name, text): (&String, &String)| {
        let (forms, about) = parse::function(text).map_err(|why| Error(format!("{owner}.{name}: {why}")))?;
        let mut member = Member::new(name, of(forms));
        member.about = about.into();
        member.is_spelled = is_spelled;
        Ok(member)
    };
    lines.iter().map(read).collect()
}

pub fn functions(owner: &str, lines: &Lines, is_spelled: bool) -> Result<Vec<Member>, Error> {
    called(owner, lines, is_spelled, MemberValue::Function)
}

pub fn methods(owner: &str, lines: &Lines, is_spelled: bool) -> Result<Vec<Member>, Error> {
    called(owner, lines, is_spelled, MemberValue::Method)
}

pub fn other_names(same: &Lines, is_spelled: bool) -> Vec<Member> {
    let made = same.iter().map(|(alias, name)| {
        let mut member = Member::new(alias, MemberValue::Same(name.clone()));
        member.about = format!("The same as {name}.");
        member.is_spelled = is_spelled;
        member
    });
    made.collect()
}

pub fn families(owner: &str, wanted: &Families) -> Result<Vec<Member>, Error> {
    let mut all = Vec::new();
    for family in &wanted.of {
        let lines = wanted.members.iter();
        let lines = lines.map(|(name, text)| (format!("{family}_{name}"), text.replace("{family}", family))).collect();
        all.extend(functions(owner, &lines, true)?);
    }
    Ok(all)
}

/// Methods that set a field each, and give the builder.
pub fn setters(
    members: &mut Vec<Member>,
    builder: &str,
    wanted: &Setters,
    words: &Words,
    table: &Table,
) -> Result<(), Error> {
    let record =
        table.item(&wanted.of).ok_or_else(|| Error(format!("{builder}: there is no record '{}'", wanted.of)))?;
    let names: Vec<&str> = match &wanted.names {
        Some(list) => {
            let found = words.lists.get(list).and_then(toml::Value::as_array);
            let found = found.ok_or_else(|| Error(format!("words.toml has no lists.{list}")))?;
            found.iter().filter_map(toml::Value::as_str).collect()
        }
        None => record.members.iter().map(|one| one.name.as_str()).collect(),
    };
    for name in names {
        let found = record.member(name, None);
        let found = found.ok_or_else(|| Error(format!("{builder}: {} has no field '{name}'", wanted.of)))?;
        let MemberValue::Field(kind) = &found.value else { continue };
        // What has no effect, and groups of fields, are taken in definitions alone.
        if wanted.names.is_none() && ["Has no effect.", "More of these fields."].contains(&found.about.as_str()) {
            continue;
        }
        let value = parameter("value", kind.required().clone());
        let form = Signature {
            is_async: false,
            is_generic: false,
            parameters: vec![value],
            results: vec![Kind::name(builder)],
        };
        let with = wanted.with.then(|| format!("with_{name}"));
        for name in [Some(name.to_owned()), with].into_iter().flatten() {
            // These two JavaScript asks any object for: a builder does not have them.
            if ["then", "default"].contains(&name.as_str()) || members.iter().any(|one| one.name == name) {
                continue;
            }
            let mut member = Member::new(&name, MemberValue::Method(vec![form.clone()]));
            member.about.clone_from(&found.about);
            member.is_spelled = true;
            members.push(member);
        }
    }
    Ok(())
}

/// `State.IDLE` and their like.
pub fn constants(words: &Words, group: &str) -> Result<Vec<Member>, Error> {
    let found = words.zigllms.get(group).ok_or_else(|| Error(format!("words.toml has no zigllms.{group}")))?;
    let made = found.iter().map(|(name, values)| {
        let fields = values.iter().map(|(name, value)| Field {
            name: name.clone(),
            kind: value.as_str().map_or(Kind::name("number"), |text| Kind::Literal(text.into())),
        });
        let mut member = Member::new(name, MemberValue::Field(Kind::Object(fields.collect())));
        member.about = "Words for arguments.".into();
        member
    });
    Ok(made.collect())
}
