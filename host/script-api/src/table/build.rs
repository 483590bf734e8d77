//! Items from what the files say.

use std::collections::BTreeMap;

use serde_json::Value;

use super::members::{constants, families, fields, functions, methods, other_names, setters};
use super::{Error, Item, Language, Member, MemberValue, Sort, Table, type_name};
use crate::kind::Kind;
use crate::raw::{Class, File, Lines, Namespace, Record, Words};
use crate::{parse, schema};

type Schemas<'a> = BTreeMap<&'a str, Value>;

pub fn table(files: &[(&'static str, File)], words: &Words, schemas: &Schemas<'_>) -> Result<Table, Error> {
    let mut table = Table { items: Vec::new(), types: BTreeMap::new(), globals: Vec::new() };
    let is_record = |name: &str| files.iter().any(|(_, file)| file.records.contains_key(name));
    for (subject, file) in files {
        for (name, text) in &file.types {
            let kind = parse::kind(text).map_err(|why| Error(format!("{name}: {why}")))?;
            table.types.insert(name.clone(), kind);
        }
        for (name, record) in &file.records {
            let members = record_members(name, record, files, words, schemas, &is_record)?;
            let mut item = item(name, Sort::Record { spelled: record.spelled }, subject, &record.about, &file.page);
            item.members = members;
            item.index = record.open.then(|| Kind::name("any"));
            table.items.push(item);
        }
        table.globals.extend(globals(&file.globals, None)?);
        table.globals.extend(globals(&file.globals_javascript, Some(Language::JavaScript))?);
    }
    // Their setters are of the records.
    for (subject, file) in files {
        for (name, class) in &file.classes {
            let made = class_item(name, class, subject, file, words, &table)?;
            table.items.push(made);
        }
        for (name, namespace) in &file.namespaces {
            let made = namespace_item(name, namespace, subject, file, words, files)?;
            table.items.push(made);
        }
    }
    for item in &mut table.items {
        item.members.sort_by(|one, other| one.name.cmp(&other.name));
    }
    Ok(table)
}

fn item(name: &str, sort: Sort, subject: &'static str, about: &str, page: &str) -> Item {
    Item {
        name: name.into(),
        sort,
        subject,
        about: about.into(),
        page: page.into(),
        members: Vec::new(),
        language: None,
        index: None,
        iterates: None,
        called: None,
        is_generic: false,
        is_unlisted: false,
        probes: [None, None],
    }
}

fn globals(lines: &Lines, language: Option<Language>) -> Result<Vec<Member>, Error> {
    let (calls, values): (Lines, Lines) = lines.clone().into_iter().partition(|(_, text)| is_call(text));
    let mut all = functions("globals", &calls, false)?;
    all.extend(fields("globals", &values, false)?);
    all.iter_mut().for_each(|member| member.language = language);
    Ok(all)
}

fn is_call(text: &str) -> bool {
    ["(", "async ", "<T>"].iter().any(|start| text.starts_with(start))
}

fn record_members(
    name: &str,
    record: &Record,
    files: &[(&'static str, File)],
    words: &Words,
    schemas: &Schemas<'_>,
    is_record: &dyn Fn(&str) -> bool,
) -> Result<Vec<Member>, Error> {
    let mut members = fields(name, &record.fields, record.spelled)?;
    members.extend(methods(name, &record.members, true)?);
    if let Some(wanted) = &record.schema {
        for described in schema_fields(name, wanted, schemas, is_record)? {
            if !members.iter().any(|member| member.name == described.field.name) {
                let mut member = Member::new(&described.field.name, MemberValue::Field(described.field.kind));
                member.about = described.about;
                member.is_spelled = record.spelled;
                members.push(member);
            }
        }
    }
    if let Some(parent) = &record.extends {
        let found = files.iter().find_map(|(_, file)| file.records.get(parent));
        let found = found.ok_or_else(|| Error(format!("{name} extends '{parent}', which is no record")))?;
        let inherited = record_members(parent, found, files, words, schemas, is_record)?;
        for mut member in inherited {
            if !members.iter().any(|one| one.name == member.name) {
                member.is_spelled |= record.spelled;
                members.push(member);
            }
        }
    }
    for group in &record.words {
        let aliases = words.aliases.get(group).ok_or_else(|| Error(format!("words.toml has no aliases.{group}")))?;
        // Options in other words have the same type. One that is no field here has no other words.
        for (alias, known) in aliases {
            let known = members.iter().find(|one| one.name == *known).cloned();
            if let (Some(mut known), false) = (known, members.iter().any(|one| one.name == *alias)) {
                // One of them is enough.
                if let MemberValue::Field(kind) = &known.value {
                    known.value = MemberValue::Field(kind.clone().optional());
                }
                members.iter_mut().filter(|one| one.name == known.name).for_each(|one| one.value = known.value.clone());
                known.about = format!("The same as {}.", known.name);
                known.name.clone_from(alias);
                members.push(known);
            }
        }
    }
    members.extend(other_names(&record.same, true));
    Ok(members)
}

fn schema_fields(
    name: &str,
    wanted: &str,
    schemas: &Schemas<'_>,
    is_record: &dyn Fn(&str) -> bool,
) -> Result<Vec<schema::Described>, Error> {
    if let Some(found) = schemas.get(wanted) {
        return Ok(schema::fields(found, is_record));
    }
    // "rag.hit" is within "rag.found".
    let (module, definition) = wanted.split_once('.').unwrap_or(("", wanted));
    let definition = heck::ToUpperCamelCase::to_upper_camel_case(definition);
    let mut within = schemas.iter().filter(|(other, _)| other.starts_with(module));
    let found = within.find_map(|(_, one)| schema::definition(one, &definition, is_record));
    found.ok_or_else(|| Error(format!("{name}: there is no schema '{wanted}'")))
}

fn language(name: Option<&String>) -> Result<Option<Language>, Error> {
    match name.map(String::as_str) {
        None => Ok(None),
        Some("lua") => Ok(Some(Language::Lua)),
        Some("javascript") => Ok(Some(Language::JavaScript)),
        Some(other) => Err(Error(format!("there is no language '{other}'"))),
    }
}

fn class_item(
    name: &str,
    class: &Class,
    subject: &'static str,
    file: &File,
    words: &Words,
    table: &Table,
) -> Result<Item, Error> {
    let mut made = item(name, Sort::Class, subject, &class.about, &file.page);
    made.language = language(class.language.as_ref())?;
    made.members = fields(name, &class.fields, !class.exact)?;
    made.members.extend(methods(name, &class.members, !class.exact)?);
    made.members.extend(functions(name, &class.functions, !class.exact)?);
    let mut own = methods(name, &class.lua, !class.exact)?;
    own.iter_mut().for_each(|member| member.language = Some(Language::Lua));
    made.members.extend(own);
    made.members.extend(other_names(&class.same, !class.exact));
    for group in &class.words {
        made.add_words(words, group)?;
    }
    if let Some(wanted) = &class.setters {
        setters(&mut made.members, name, wanted, words, table)?;
    }
    if let Some(group) = &class.constants {
        made.members.extend(constants(words, group)?);
    }
    let read = |text: &String| parse::kind(text).map_err(|why| Error(format!("{name}: {why}")));
    made.iterates = class.iterates.as_ref().map(read).transpose()?;
    if let Some(text) = &class.called {
        let text = format!("{text};");
        let (forms, _) = parse::function(&text).map_err(|why| Error(format!("{name}: {why}")))?;
        made.called = Some(forms);
    }
    made.index = class.open.then(|| Kind::name("any"));
    made.is_generic = class.generic;
    made.is_unlisted = class.unlisted;
    made.probes = ["lua", "javascript"].map(|one| class.probe.get(one).cloned());
    Ok(made)
}

fn namespace_item(
    global: &str,
    namespace: &Namespace,
    subject: &'static str,
    file: &File,
    words: &Words,
    files: &[(&'static str, File)],
) -> Result<Item, Error> {
    let page = namespace.page.as_ref().unwrap_or(&file.page);
    let mut made = item(&type_name(global), Sort::Namespace(global.into()), subject, &namespace.about, page);
    made.language = language(namespace.language.as_ref())?;
    made.members = fields(global, &namespace.fields, true)?;
    for (lines, language) in [(&namespace.lua, Language::Lua), (&namespace.javascript, Language::JavaScript)] {
        let (standard, calls): (Lines, Lines) = lines.clone().into_iter().partition(|(_, text)| text == "standard");
        let mut own = functions(global, &calls, true)?;
        own.extend(standard.keys().map(|name| Member::new(name, MemberValue::Standard)));
        own.iter_mut().for_each(|member| member.language = Some(language));
        made.members.extend(own);
    }
    for mut member in functions(global, &namespace.members, true)? {
        let only = made.members.iter().find(|one| one.name == member.name).and_then(|one| one.language);
        member.language = match only {
            Some(Language::Lua) => Some(Language::JavaScript),
            Some(Language::JavaScript) => Some(Language::Lua),
            None => None,
        };
        made.members.push(member);
    }
    made.members.extend(other_names(&namespace.same, true));
    if let Some(group) = &namespace.words {
        made.add_words(words, group)?;
    }
    if let Some(wanted) = &namespace.families {
        made.members.extend(families(global, wanted)?);
    }
    if let Some(group) = &namespace.constants {
        made.members.extend(constants(words, group)?);
    }
    for name in &namespace.standard {
        let mut member = Member::new(name, MemberValue::Field(Kind::name("Tool")));
        member.about = "A standard tool.".into();
        made.members.push(member);
    }
    made.index = namespace.index.as_ref().map(|name| Kind::name(name));
    if let Some(other) = &namespace.like {
        let found = files.iter().find_map(|(_, file)| Some((file, file.namespaces.get(other)?)));
        let (file, found) = found.ok_or_else(|| Error(format!("{global} is like '{other}', which is no namespace")))?;
        let other = namespace_item(other, found, subject, file, words, files)?;
        let missing = other.members.into_iter().filter(|one| !made.members.iter().any(|own| own.name == one.name));
        let missing: Vec<Member> = missing.collect();
        made.members.extend(missing);
    }
    for (name, codes) in &namespace.fails {
        made.members.iter_mut().filter(|one| one.name == *name).for_each(|one| one.fails.clone_from(codes));
    }
    Ok(made)
}

impl Item {
    fn add_words(&mut self, words: &Words, group: &str) -> Result<(), Error> {
        let aliases = words.aliases.get(group).ok_or_else(|| Error(format!("words.toml has no aliases.{group}")))?;
        let missing: Lines = aliases
            .iter()
            .filter(|(alias, _)| !self.members.iter().any(|one| one.name == **alias))
            .map(|(alias, name)| (alias.clone(), name.clone()))
            .collect();
        self.members.extend(other_names(&missing, true));
        Ok(())
    }
}
