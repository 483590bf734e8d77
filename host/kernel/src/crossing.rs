//! Values of the WIT as bytes: what an import was passed and what it answered, for the record of a run.

use llmspell_record::{Malformed, ValueReader, ValueWriter};
use wasmtime::component::Resource;

/// A type of the WIT. Of the types that are generated, [`crossing!`](crate::crossing) makes it.
pub trait Crossing: Sized + Send + 'static {
    /// Writes the value.
    fn write(&self, out: &mut ValueWriter);

    /// Reads what [`Crossing::write`] wrote.
    fn read(from: &mut ValueReader<'_>) -> Result<Self, Malformed>;

    /// Writes a list of them.
    fn write_list(list: &[Self], out: &mut ValueWriter) {
        out.list(list.len());
        list.iter().for_each(|one| one.write(out));
    }

    /// Reads a list of them.
    fn read_list(from: &mut ValueReader<'_>) -> Result<Vec<Self>, Malformed> {
        let length = from.list()?;
        (0..length).map(|_| Self::read(from)).collect()
    }
}

/// Implements [`Crossing`](crate::Crossing) for a record, a variant or an enum of the generated bindings; it has to name all of their
/// parts.
#[macro_export]
macro_rules! crossing {
    (record $name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::Crossing for $name {
            fn write(&self, out: &mut $crate::ValueWriter) {
                let $name { $($field),* } = self;
                out.record(const { [$(stringify!($field)),*].len() });
                $(
                    out.field(stringify!($field));
                    $crate::Crossing::write($field, out);
                )*
            }
            fn read(from: &mut $crate::ValueReader<'_>) -> Result<Self, $crate::Malformed> {
                from.record(const { [$(stringify!($field)),*].len() })?;
                $(
                    from.field(stringify!($field))?;
                    let $field = $crate::Crossing::read(from)?;
                )*
                Ok($name { $($field),* })
            }
        }
    };
    (variant $name:ident { $($case:ident),* $(,)? }) => {
        impl $crate::Crossing for $name {
            fn write(&self, out: &mut $crate::ValueWriter) {
                match self {
                    $($name::$case(value) => {
                        out.case(stringify!($case));
                        $crate::Crossing::write(value, out);
                    })*
                }
            }
            fn read(from: &mut $crate::ValueReader<'_>) -> Result<Self, $crate::Malformed> {
                Ok(match from.case()? {
                    $(stringify!($case) => $name::$case($crate::Crossing::read(from)?),)*
                    _ => return Err($crate::Malformed("a case is unknown")),
                })
            }
        }
    };
    (enum $name:ident { $($case:ident),* $(,)? }) => {
        impl $crate::Crossing for $name {
            fn write(&self, out: &mut $crate::ValueWriter) {
                out.case(match self {
                    $($name::$case => stringify!($case),)*
                });
                out.unit();
            }
            fn read(from: &mut $crate::ValueReader<'_>) -> Result<Self, $crate::Malformed> {
                let case = match from.case()? {
                    $(stringify!($case) => $name::$case,)*
                    _ => return Err($crate::Malformed("a case is unknown")),
                };
                from.unit()?;
                Ok(case)
            }
        }
    };
}

impl Crossing for () {
    fn write(&self, out: &mut ValueWriter) {
        out.unit();
    }
    fn read(from: &mut ValueReader<'_>) -> Result<(), Malformed> {
        from.unit()
    }
}

impl Crossing for bool {
    fn write(&self, out: &mut ValueWriter) {
        out.flag(*self);
    }
    fn read(from: &mut ValueReader<'_>) -> Result<bool, Malformed> {
        from.flag()
    }
}

impl Crossing for u8 {
    fn write(&self, out: &mut ValueWriter) {
        out.number(u64::from(*self));
    }
    fn read(from: &mut ValueReader<'_>) -> Result<u8, Malformed> {
        from.number()?.try_into().map_err(|_| Malformed("a number is too large"))
    }
    fn write_list(list: &[u8], out: &mut ValueWriter) {
        out.bytes(list);
    }
    fn read_list(from: &mut ValueReader<'_>) -> Result<Vec<u8>, Malformed> {
        Ok(from.bytes()?.to_vec())
    }
}

impl Crossing for u32 {
    fn write(&self, out: &mut ValueWriter) {
        out.number(u64::from(*self));
    }
    fn read(from: &mut ValueReader<'_>) -> Result<u32, Malformed> {
        from.number()?.try_into().map_err(|_| Malformed("a number is too large"))
    }
}

impl Crossing for u64 {
    fn write(&self, out: &mut ValueWriter) {
        out.number(*self);
    }
    fn read(from: &mut ValueReader<'_>) -> Result<u64, Malformed> {
        from.number()
    }
}

impl Crossing for String {
    fn write(&self, out: &mut ValueWriter) {
        out.text(self);
    }
    fn read(from: &mut ValueReader<'_>) -> Result<String, Malformed> {
        Ok(from.text()?.to_owned())
    }
}

impl<T: Crossing> Crossing for Vec<T> {
    fn write(&self, out: &mut ValueWriter) {
        T::write_list(self, out);
    }
    fn read(from: &mut ValueReader<'_>) -> Result<Vec<T>, Malformed> {
        T::read_list(from)
    }
}

impl<T: Crossing> Crossing for Option<T> {
    fn write(&self, out: &mut ValueWriter) {
        match self {
            None => out.none(),
            Some(value) => {
                out.some();
                value.write(out);
            }
        }
    }
    fn read(from: &mut ValueReader<'_>) -> Result<Option<T>, Malformed> {
        if from.option()? { T::read(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Crossing, E: Crossing> Crossing for Result<T, E> {
    fn write(&self, out: &mut ValueWriter) {
        match self {
            Ok(value) => {
                out.ok();
                value.write(out);
            }
            Err(failure) => {
                out.err();
                failure.write(out);
            }
        }
    }
    fn read(from: &mut ValueReader<'_>) -> Result<Result<T, E>, Malformed> {
        if from.result()? { T::read(from).map(Ok) } else { E::read(from).map(Err) }
    }
}

/// A handle is its number: in a replay nothing stands behind it, and the guest gets the same numbers.
impl<T: Send + 'static> Crossing for Resource<T> {
    fn write(&self, out: &mut ValueWriter) {
        out.handle(self.rep());
    }
    fn read(from: &mut ValueReader<'_>) -> Result<Resource<T>, Malformed> {
        from.handle().map(Resource::new_own)
    }
}

macro_rules! tuples {
    ($($length:literal: $($name:ident),*;)*) => {$(
        impl<$($name: Crossing),*> Crossing for ($($name,)*) {
            #[allow(non_snake_case, reason = "a variable for each type")]
            fn write(&self, out: &mut ValueWriter) {
                let ($($name,)*) = self;
                out.tuple($length);
                $($name.write(out);)*
            }
            fn read(from: &mut ValueReader<'_>) -> Result<Self, Malformed> {
                from.tuple($length)?;
                Ok(($($name::read(from)?,)*))
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A, B;
    3: A, B, C;
    4: A, B, C, D;
    5: A, B, C, D, E;
    6: A, B, C, D, E, F;
}

/// A value as bytes.
pub(crate) fn write(value: &impl Crossing) -> Vec<u8> {
    let mut out = ValueWriter::default();
    value.write(&mut out);
    out.into_bytes()
}

/// Bytes as a value; nothing may be left.
pub(crate) fn read<T: Crossing>(bytes: &[u8]) -> Result<T, Malformed> {
    let mut reader = ValueReader::new(bytes);
    let value = T::read(&mut reader)?;
    reader.end()?;
    Ok(value)
}
