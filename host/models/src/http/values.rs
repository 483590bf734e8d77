//! How many JSON values a reply holds.

use super::Fault;

/// A parsed JSON value takes up to 100 bytes, however few it had in the text: 8 MiB of "[0,0,0,…" would grow to
/// hundreds of MiB. Honest replies hold far fewer values than a sixteenth of their bytes.
const BYTES_PER_VALUE: usize = 16;

/// Texts may hold JSON that is parsed next, such as the arguments of tool calls. A stream hands them out in parts, so
/// that theirs are counted over all of it.
const BYTES_PER_TEXT_VALUE: usize = 64;

/// Counts, without parsing, at least as many values as a parser would make of what it gets at once: of a whole body, or
/// of one frame of a stream.
pub struct Values {
    values: usize,
    limit: usize,
    text_values: usize,
    text_limit: usize,
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
            limit: bytes / BYTES_PER_VALUE,
            text_values: 0,
            text_limit: bytes / BYTES_PER_TEXT_VALUE,
            in_string: false,
            escaped: false,
            frames: Frames::One,
            line_is_empty: true,
        }
    }

    pub fn of_frames(bytes: usize, events: bool) -> Values {
        Values { frames: if events { Frames::Events } else { Frames::Lines }, ..Values::of_body(bytes) }
    }

    pub fn count(&mut self, text: &[u8]) -> Result<(), Fault> {
        for byte in text {
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
                (false, b',' | b':' | b'[' | b'{') => self.values += 1,
                (true, b',' | b'[' | b'{') => self.text_values += 1,
                _ => {}
            }
        }
        match (self.values > self.limit, self.text_values > self.text_limit) {
            (true, _) => Err(Fault::TooManyValues { limit: self.limit }),
            (_, true) => Err(Fault::TooManyValues { limit: self.text_limit }),
            _ => Ok(()),
        }
    }

    fn next_frame(&mut self) {
        (self.values, self.in_string, self.escaped) = (0, false, false);
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
    fn arrays_and_objects_in_texts_count_over_all_frames() {
        let mut values = Values::of_frames(64 * 20, true);
        let part = b"data: {\"arguments\": \"[[],{\"}\n\n";
        for _ in 0..5 {
            values.count(part).unwrap();
        }
        assert_eq!((values.text_values, values.values), (20, 0));
        assert!(values.count(part).is_err());
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
