//! Reads types and signatures as the table writes them.

use crate::kind::{Field, Kind, Signature};

/// What is wrong, and where: the rest of the text.
pub type Result<T> = std::result::Result<T, String>;

struct Reader<'a> {
    rest: &'a str,
}

/// "TYPE; text".
pub fn field(text: &str) -> Result<(Kind, &str)> {
    let mut reader = Reader { rest: text };
    let kind = reader.kind()?;
    Ok((kind, reader.text()?))
}

/// A type alone.
pub fn kind(text: &str) -> Result<Kind> {
    let mut reader = Reader { rest: text };
    let kind = reader.kind()?;
    if reader.rest.trim().is_empty() { Ok(kind) } else { Err(reader.wrong("the end")) }
}

/// "[async] [<T>](PARAMETERS): RESULT or [sync] (PARAMETERS): RESULT; text".
pub fn function(text: &str) -> Result<(Vec<Signature>, &str)> {
    let mut reader = Reader { rest: text };
    let is_async = reader.word("async");
    let mut forms = vec![reader.signature(is_async)?];
    while reader.word("or") {
        let is_async = is_async && !reader.word("sync");
        forms.push(reader.signature(is_async)?);
    }
    Ok((forms, reader.text()?))
}

impl<'a> Reader<'a> {
    fn wrong(&self, wanted: &str) -> String {
        format!("{wanted} is expected before '{}'", self.rest)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(sign);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn needs(&mut self, sign: &str) -> Result<()> {
        if self.takes(sign) { Ok(()) } else { Err(self.wrong(&format!("'{sign}'"))) }
    }

    /// A whole word.
    fn word(&mut self, word: &str) -> bool {
        let before = self.rest;
        if self.takes(word) && !self.rest.starts_with(is_part_of_name) {
            return true;
        }
        self.rest = before;
        false
    }

    fn name(&mut self) -> Result<&'a str> {
        let rest = self.rest.trim_start();
        let end = rest.find(|sign| !is_part_of_name(sign)).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        if name.is_empty() {
            return Err(self.wrong("a name"));
        }
        self.rest = rest;
        Ok(name)
    }

    /// What stands behind the first semicolon.
    fn text(&mut self) -> Result<&'a str> {
        self.needs(";")?;
        Ok(self.rest.trim())
    }

    fn signature(&mut self, is_async: bool) -> Result<Signature> {
        let is_generic = self.takes("<T>");
        let parameters = self.parameters()?;
        let mut results = Vec::new();
        if self.takes(":") {
            results.push(self.kind()?);
            while self.takes(",") {
                results.push(self.kind()?);
            }
        }
        Ok(Signature { is_async, is_generic, parameters, results })
    }

    fn parameters(&mut self) -> Result<Vec<Field>> {
        self.needs("(")?;
        self.fields(")")
    }

    fn fields(&mut self, end: &str) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        while !self.takes(end) {
            let dots = if self.takes("...") { "..." } else { "" };
            let name = format!("{dots}{}", self.name()?);
            self.needs(":")?;
            fields.push(Field { name, kind: self.kind()? });
            if !self.takes(",") {
                self.needs(end)?;
                break;
            }
        }
        Ok(fields)
    }

    /// A type, with a "?" behind all of it.
    fn kind(&mut self) -> Result<Kind> {
        let kind = self.union()?;
        Ok(if self.takes("?") { kind.optional() } else { kind })
    }

    fn union(&mut self) -> Result<Kind> {
        let mut all = vec![self.both()?];
        while self.takes("|") {
            all.push(self.both()?);
        }
        Ok(one_or(all, Kind::Union))
    }

    fn both(&mut self) -> Result<Kind> {
        let mut all = vec![self.list()?];
        while self.takes("&") {
            all.push(self.list()?);
        }
        Ok(one_or(all, Kind::Both))
    }

    fn list(&mut self) -> Result<Kind> {
        let mut kind = self.single()?;
        while self.takes("[]") {
            kind = Kind::List(Box::new(kind));
        }
        Ok(kind)
    }

    fn single(&mut self) -> Result<Kind> {
        if self.takes("(") {
            let kind = self.kind()?;
            self.needs(")")?;
            return Ok(kind);
        }
        if self.takes("{") {
            return Ok(Kind::Object(self.fields("}")?));
        }
        if self.takes("'") {
            let (text, rest) = self.rest.split_once('\'').ok_or_else(|| self.wrong("a quote"))?;
            self.rest = rest;
            return Ok(Kind::Literal(text.into()));
        }
        let name = self.name()?;
        if name == "fn" {
            let parameters = self.parameters()?;
            self.needs(":")?;
            return Ok(Kind::Function(parameters, Box::new(self.union()?)));
        }
        let mut arguments = Vec::new();
        if self.takes("<") {
            arguments.push(self.kind()?);
            self.needs(">")?;
        }
        Ok(match (name, arguments.pop()) {
            ("map", Some(inner)) => Kind::Map(Box::new(inner)),
            (_, argument) => Kind::Name(name.into(), argument.into_iter().collect()),
        })
    }
}

fn one_or(mut all: Vec<Kind>, many: impl Fn(Vec<Kind>) -> Kind) -> Kind {
    if all.len() > 1 { many(all) } else { all.pop().unwrap_or_else(|| Kind::name("any")) }
}

fn is_part_of_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_is_about_all_before_it() {
        let (read, text) = field("string | fn(a: X?): any?; What it is; and more.").unwrap();
        assert_eq!(text, "What it is; and more.");
        let Kind::Optional(inner) = read else { panic!("{read:?}") };
        let Kind::Union(all) = *inner else { panic!("{inner:?}") };
        assert_eq!(all.len(), 2);
        assert!(matches!(&all[1], Kind::Function(parameters, _) if parameters[0].kind.is_optional()));
    }

    #[test]
    fn forms_and_results() {
        let (forms, _) = function("async <T>(a: map<X[]>, ...b: any): T?, string or (): {a: 'x'}; Does.").unwrap();
        assert_eq!(forms.len(), 2);
        assert!(forms[0].is_async && forms[0].is_generic && forms[1].is_async && !forms[1].is_generic);
        assert_eq!(forms[0].results.len(), 2);
        assert_eq!(forms[0].parameters[1].name, "...b");
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(kind("string |").unwrap_err(), "a name is expected before ''");
        assert_eq!(function("(a string); Does.").unwrap_err(), "':' is expected before 'string); Does.'");
    }
}
