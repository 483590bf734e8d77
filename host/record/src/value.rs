//! Values that cross to or from the guest, as bytes that say what they are: they can be shown without the WIT.

use serde_json::{Map, Value, json};

use crate::bytes::{Bytes, Malformed, put_bytes, put_number};

const UNIT: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const TEXT: u8 = 4;
const BYTES: u8 = 5;
const LIST: u8 = 6;
const NONE: u8 = 7;
const SOME: u8 = 8;
const OK: u8 = 9;
const ERR: u8 = 10;
const RECORD: u8 = 11;
const CASE: u8 = 12;
const HANDLE: u8 = 13;
const TUPLE: u8 = 14;

/// The values of an interface are a few levels deep.
const DEPTH: usize = 32;

/// Values in a list, and in all that is shown at once: in memory each takes many times its bytes.
const PARTS: usize = 1 << 20;

const MANY: Malformed = Malformed("a value has too many parts");

/// Writes values, one after the other.
#[derive(Debug, Default)]
pub struct ValueWriter(Vec<u8>);

impl ValueWriter {
    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Nothing.
    pub fn unit(&mut self) {
        self.0.push(UNIT);
    }

    /// A boolean.
    pub fn flag(&mut self, flag: bool) {
        self.0.push(if flag { TRUE } else { FALSE });
    }

    /// A whole number.
    pub fn number(&mut self, number: u64) {
        self.0.push(NUMBER);
        put_number(&mut self.0, number);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.0.push(TEXT);
        put_bytes(&mut self.0, text.as_bytes());
    }

    /// A list of bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.push(BYTES);
        put_bytes(&mut self.0, bytes);
    }

    /// A list; so many values follow.
    pub fn list(&mut self, length: usize) {
        self.0.push(LIST);
        put_number(&mut self.0, length as u64);
    }

    /// An option without a value.
    pub fn none(&mut self) {
        self.0.push(NONE);
    }

    /// An option; its value follows.
    pub fn some(&mut self) {
        self.0.push(SOME);
    }

    /// A result; its value follows.
    pub fn ok(&mut self) {
        self.0.push(OK);
    }

    /// A failed result; its failure follows.
    pub fn err(&mut self) {
        self.0.push(ERR);
    }

    /// A record; so many times [`ValueWriter::field`] and a value follow.
    pub fn record(&mut self, fields: usize) {
        self.0.push(RECORD);
        put_number(&mut self.0, fields as u64);
    }

    /// The name of a record's field.
    pub fn field(&mut self, name: &str) {
        put_bytes(&mut self.0, name.as_bytes());
    }

    /// A case of a variant; its value follows, which may be nothing.
    pub fn case(&mut self, name: &str) {
        self.0.push(CASE);
        put_bytes(&mut self.0, name.as_bytes());
    }

    /// A handle of a resource.
    pub fn handle(&mut self, number: u32) {
        self.0.push(HANDLE);
        put_number(&mut self.0, u64::from(number));
    }

    /// A tuple; so many values follow.
    pub fn tuple(&mut self, length: usize) {
        self.0.push(TUPLE);
        put_number(&mut self.0, length as u64);
    }
}

/// Reads what a [`ValueWriter`] wrote.
#[derive(Debug, Clone, Copy)]
pub struct ValueReader<'a>(Bytes<'a>);

const OTHER: Malformed = Malformed("a value is of another type");

impl<'a> ValueReader<'a> {
    /// Of these bytes.
    pub fn new(bytes: &'a [u8]) -> ValueReader<'a> {
        ValueReader(Bytes(bytes))
    }

    /// Nothing may be left.
    pub fn end(self) -> Result<(), Malformed> {
        self.0.end()
    }

    fn tag(&mut self, expected: u8) -> Result<(), Malformed> {
        if self.0.byte()? == expected { Ok(()) } else { Err(OTHER) }
    }

    /// See [`ValueWriter::unit`].
    pub fn unit(&mut self) -> Result<(), Malformed> {
        self.tag(UNIT)
    }

    /// See [`ValueWriter::flag`].
    pub fn flag(&mut self) -> Result<bool, Malformed> {
        match self.0.byte()? {
            FALSE => Ok(false),
            TRUE => Ok(true),
            _ => Err(OTHER),
        }
    }

    /// See [`ValueWriter::number`].
    pub fn number(&mut self) -> Result<u64, Malformed> {
        self.tag(NUMBER)?;
        self.0.number()
    }

    /// See [`ValueWriter::text`].
    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        self.tag(TEXT)?;
        self.0.text()
    }

    /// See [`ValueWriter::bytes`].
    pub fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        self.tag(BYTES)?;
        self.0.bytes()
    }

    /// The length; it is at most the number of bytes that are left, and bounded.
    pub fn list(&mut self) -> Result<usize, Malformed> {
        self.tag(LIST)?;
        self.length()
    }

    /// Whether a value follows.
    pub fn option(&mut self) -> Result<bool, Malformed> {
        match self.0.byte()? {
            NONE => Ok(false),
            SOME => Ok(true),
            _ => Err(OTHER),
        }
    }

    /// Whether a value follows, and not a failure.
    pub fn result(&mut self) -> Result<bool, Malformed> {
        match self.0.byte()? {
            OK => Ok(true),
            ERR => Ok(false),
            _ => Err(OTHER),
        }
    }

    /// A record of so many fields.
    pub fn record(&mut self, fields: usize) -> Result<(), Malformed> {
        self.tag(RECORD)?;
        if self.length()? == fields { Ok(()) } else { Err(OTHER) }
    }

    /// The next field has this name.
    pub fn field(&mut self, name: &str) -> Result<(), Malformed> {
        if self.0.text()? == name { Ok(()) } else { Err(OTHER) }
    }

    /// The name of the case.
    pub fn case(&mut self) -> Result<&'a str, Malformed> {
        self.tag(CASE)?;
        self.0.text()
    }

    /// See [`ValueWriter::handle`].
    pub fn handle(&mut self) -> Result<u32, Malformed> {
        self.tag(HANDLE)?;
        u32::try_from(self.0.number()?).map_err(|_| Malformed("a handle is too large"))
    }

    /// A tuple of so many values.
    pub fn tuple(&mut self, length: usize) -> Result<(), Malformed> {
        self.tag(TUPLE)?;
        if self.length()? == length { Ok(()) } else { Err(OTHER) }
    }

    fn length(&mut self) -> Result<usize, Malformed> {
        let length = self.0.number()?;
        // Each value takes a byte or more.
        let length = usize::try_from(length).ok().filter(|length| *length <= self.0.0.len());
        let length = length.ok_or(Malformed("it is shorter than it says"))?;
        if length <= PARTS { Ok(length) } else { Err(MANY) }
    }

    fn show(&mut self, depth: usize, parts: &mut usize) -> Result<Value, Malformed> {
        *parts = parts.checked_sub(1).ok_or(MANY)?;
        let deeper = depth.checked_sub(1).ok_or(Malformed("a value is nested too deep"))?;
        let mut ahead = self.0;
        Ok(match ahead.byte()? {
            UNIT => {
                self.unit()?;
                Value::Null
            }
            FALSE | TRUE => self.flag()?.into(),
            NUMBER => self.number()?.into(),
            TEXT => self.text()?.into(),
            BYTES => match std::str::from_utf8(self.bytes()?) {
                Ok(text) => text.into(),
                Err(error) => json!({ "bytes_not_text_at": error.valid_up_to() }),
            },
            LIST => {
                let length = self.list()?;
                (0..length).map(|_| self.show(deeper, parts)).collect::<Result<Vec<_>, _>>()?.into()
            }
            TUPLE => {
                self.tag(TUPLE)?;
                let length = self.length()?;
                (0..length).map(|_| self.show(deeper, parts)).collect::<Result<Vec<_>, _>>()?.into()
            }
            NONE | SOME => {
                if self.option()? {
                    self.show(deeper, parts)?
                } else {
                    Value::Null
                }
            }
            OK | ERR => {
                let name = if self.result()? { "ok" } else { "failure" };
                json!({ name: self.show(deeper, parts)? })
            }
            RECORD => {
                self.tag(RECORD)?;
                let mut fields = Map::new();
                for _ in 0..self.length()? {
                    let name = self.0.text()?.to_owned();
                    fields.insert(name, self.show(deeper, parts)?);
                }
                fields.into()
            }
            CASE => {
                let name = self.case()?;
                match self.show(deeper, parts)? {
                    Value::Null => name.into(),
                    value => json!({ name: value }),
                }
            }
            HANDLE => json!({ "handle": self.handle()? }),
            _ => return Err(OTHER),
        })
    }
}

/// A value for people and programs. Of a tuple of one value that value.
pub fn show(bytes: &[u8]) -> Result<Value, Malformed> {
    let mut reader = ValueReader::new(bytes);
    let mut value = reader.show(DEPTH, &mut PARTS.clone())?;
    reader.end()?;
    if let Some(list) = value.as_array_mut().filter(|list| list.len() == 1 && bytes.first() == Some(&TUPLE)) {
        value = list.remove(0);
    }
    Ok(value)
}
