//! The bytes that a text stands for, however they are escaped in it.

/// JSON within JSON within JSON has more backslashes each time.
const MOST_BACKSLASHES: usize = 15;

/// The longest way to write one byte.
pub const LONGEST: usize = MOST_BACKSLASHES + 5;

/// What an escape begins with.
pub const ESCAPES: &[u8] = b"\\%&";

/// A byte, and how many bytes of the text stand for it.
type Unit = (u8, usize);

/// What a text begins with: escaped as in JSON, in addresses, in HTML, or not at all. Backslashes themselves stand for
/// nothing, as nobody knows how often they were doubled.
///
/// `None` where more of the text would tell; it is `whole` where no more follows.
pub fn unit(text: &[u8], whole: bool) -> Option<Unit> {
    match text.first()? {
        b'\\' => after_backslashes(text, whole),
        b'%' => after_percent(text, whole),
        b'&' => reference(text, whole),
        byte => Some((*byte, 1)),
    }
}

/// All bytes that a text stands for.
pub fn units(key: &[u8]) -> Vec<u8> {
    let (mut units, mut rest) = (Vec::new(), key);
    while let Some((byte, length)) = unit(rest, true) {
        units.push(byte);
        rest = rest.get(length..).unwrap_or_default();
    }
    units
}

fn after_backslashes(text: &[u8], whole: bool) -> Option<Unit> {
    let count = text.iter().take_while(|byte| **byte == b'\\').take(MOST_BACKSLASHES + 1).count();
    let rest = text.get(count..).unwrap_or_default();
    let Some(first) = rest.first() else { return (whole || count > MOST_BACKSLASHES).then_some((b'\\', count)) };
    let digits = match first {
        _ if count > MOST_BACKSLASHES => return Some((b'\\', count)),
        b'u' => 4,
        b'x' => 2,
        _ => return Some((*first, count + 1)),
    };
    let found = hexadecimal(rest.get(1..).unwrap_or_default(), digits);
    if found.len() < digits && rest.len() == 1 + found.len() && !whole {
        return None;
    }
    match printable(found, digits) {
        Some(byte) => Some((byte, count + 1 + digits)),
        None => Some((*first, count + 1)),
    }
}

/// `%2F`; `%252F` and `%25252F` where it was escaped again.
fn after_percent(text: &[u8], whole: bool) -> Option<Unit> {
    let mut found = hexadecimal(text.get(1..).unwrap_or_default(), 8);
    if found.len() < 8 && text.len() == 1 + found.len() && !whole {
        return None;
    }
    let mut length = 1;
    while let Some(inner) = found.strip_prefix(b"25").filter(|inner| inner.len() >= 2) {
        (found, length) = (inner, length + 2);
    }
    Some(printable(found.get(..2).unwrap_or_default(), 2).map_or((b'%', 1), |byte| (byte, length + 2)))
}

/// `&amp;`, `&#38;`, `&#x26;`.
fn reference(text: &[u8], whole: bool) -> Option<Unit> {
    const MOST: usize = 8;
    let rest = text.get(1..).unwrap_or_default();
    let name = rest.iter().take(MOST).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    let name = rest.get(..name).unwrap_or_default();
    match rest.get(name.len()) {
        None if name.len() < MOST && !whole => return None,
        Some(b';') => {}
        _ => return Some((b'&', 1)),
    }
    let byte = match name {
        b"amp" => Some(b'&'),
        b"lt" => Some(b'<'),
        b"gt" => Some(b'>'),
        b"quot" => Some(b'"'),
        b"apos" => Some(b'\''),
        [b'#', b'x' | b'X', digits @ ..] => printable(digits, digits.len()),
        [b'#', digits @ ..] => std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()),
        _ => None,
    };
    Some(byte.map_or((b'&', 1), |byte| (byte, name.len() + 2)))
}

/// The digits that a text begins with.
fn hexadecimal(text: &[u8], most: usize) -> &[u8] {
    let count = text.iter().take(most).take_while(|byte| byte.is_ascii_hexdigit()).count();
    text.get(..count).unwrap_or_default()
}

/// What so many digits stand for, where a key may hold it.
fn printable(digits: &[u8], wanted: usize) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == wanted)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    u8::try_from(number).ok().filter(|byte| (b' '..=b'~').contains(byte))
}
