//! How many JSON values a reply holds.

use super::Fault;

/// A parsed JSON value takes up to 100 bytes, however few it had in the text: 8 MiB of "[0,0,0,…" would grow to
/// hundreds of MiB. Honest replies hold far fewer values than a sixteenth of their bytes.
const BYTES_PER_VALUE: usize = 16;

/// How often a text is in memory while it is read: as it came, in the frame, and in what is made of it.
const COPIES: usize = 3;

/// What a value takes, and what an object takes beside.
const VALUE_BYTES: usize = 100;
const OBJECT_BYTES: usize = 800;

/// What is read within some milliseconds.
const QUICK_BYTES: usize = 128 << 10;
const QUICK_VALUES: usize = 1_000;

/// Counts, without parsing, at least as many values as a parser would make of what it gets at once: of a whole body, or
/// of one frame of a stream.
pub struct Values {
    values: usize,
    objects: usize,
    bytes: usize,
    all_bytes: usize,
    limit: usize,
    in_string: bool,
    escaped: bool,
    frames: Frames,
    line_is_empty: bool,
}

enum Frames {
    One,
    /// A line each.
    Lines,
    /// Ended by an empty line.
    Events,
}

impl Values {
    pub fn of_body(bytes: usize) -> Values {
        Values {
            values: 0,
            objects: 0,
            bytes: 0,
            all_bytes: 0,
            limit: bytes / BYTES_PER_VALUE,
            in_string: false,
            escaped: false,
            frames: Frames::One,
            line_is_empty: true,
        }
    }

    pub fn of_frames(bytes: usize, events: bool) -> Values {
        Values { frames: if events { Frames::Events } else { Frames::Lines }, ..Values::of_body(bytes) }
    }

    /// What it takes in memory to read what has come: the text several times over, and what is parsed of it. What a stream
    /// has brought before is mostly names of fields, and not kept.
    pub fn weight(&self) -> usize {
        let parsed = self.values * VALUE_BYTES + self.objects * OBJECT_BYTES;
        COPIES * self.bytes + parsed + (self.all_bytes - self.bytes) / 2
    }

    /// Whether reading what has come takes long.
    pub fn are_many(&self) -> bool {
        self.bytes > QUICK_BYTES || self.values > QUICK_VALUES
    }

    /// Whether what a stream has brought is so much that putting it together takes long.
    pub fn all_are_many(&self) -> bool {
        self.all_bytes > QUICK_BYTES
    }

    pub fn count(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.all_bytes += text.len();
        self.bytes += text.len();
        let mut rest = text;
        while let Some((byte, behind)) = self.skip_text(rest).split_first() {
            rest = behind;
            if *byte == b'\n' {
                match self.frames {
                    Frames::One => {}
                    Frames::Lines => self.next_frame(),
                    Frames::Events if self.line_is_empty => self.next_frame(),
                    // No string of JSON holds a raw line break.
                    Frames::Events => self.in_string = false,
                }
                self.line_is_empty = true;
                continue;
            }
            self.line_is_empty &= *byte == b'\r';
            match (self.in_string, byte) {
                (true, _) if self.escaped => self.escaped = false,
                (true, b'\\') => self.escaped = true,
                (_, b'"') => self.in_string = !self.in_string,
                (false, b'{') => (self.values, self.objects) = (self.values + 1, self.objects + 1),
                (false, b',' | b':' | b'[') => self.values += 1,
                _ => {}
            }
        }
        match self.values > self.limit {
            true => Err(Fault::TooManyValues { limit: self.limit }),
            false => Ok(()),
        }
    }

    /// What comes behind the letters of a string: most of a reply.
    fn skip_text<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        if !self.in_string || self.escaped {
            return text;
        }
        let end = memchr::memchr3(b'"', b'\\', b'\n', text).unwrap_or(text.len());
        text.get(end..).unwrap_or_default()
    }

    fn next_frame(&mut self) {
        (self.values, self.objects, self.bytes, self.in_string, self.escaped) = (0, 0, 0, false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(mut values: Values, text: &[u8]) -> usize {
        values.count(text).unwrap();
        values.values
    }

    #[test]
    fn only_structure_counts_as_values() {
        let count = |text| counted(Values::of_body(1 << 20), text);
        assert_eq!(count(br#"{"a": "[,:{\",[", "b": [1, 2]}"#), 6);
        assert_eq!(count(b"[0,0,0,0"), 4);
        assert_eq!(count(b"\"never closed, [[[["), 0);
    }

    #[test]
    fn each_frame_of_a_stream_counts_for_itself() {
        assert_eq!(counted(Values::of_frames(1 << 20, false), b"[0,0]\n[0"), 1);
        assert_eq!(counted(Values::of_frames(1 << 20, true), b"data: [0,0]\n\ndata: [0"), 2);
        // The lines of one event are one text.
        assert_eq!(counted(Values::of_frames(1 << 20, true), b"data: [0,\ndata: 0,\ndata: 0"), 6);
        let mut small = Values::of_frames(32, true);
        assert!(small.count(b"data: [0,").is_err());
    }
}
