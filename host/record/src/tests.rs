#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use llmspell_api::record::{End, Header};

use crate::frame::FRAME_BYTES;
use crate::{
    Answer, Arguments, Bounds, Call, Entries, Entry, Frames, Outcome, Reader, RecordError, ValueReader, ValueWriter,
    show,
};

fn header() -> Header {
    Header { language: "lua".into(), source: "return 1".into(), ..Header::default() }
}

fn value(text: &str) -> Vec<u8> {
    let mut value = ValueWriter::default();
    value.tuple(1);
    value.text(text);
    value.into_bytes()
}

/// A record of several frames, with values that are stored once, a sealed one and an end.
fn record(frames: usize) -> Vec<u8> {
    let (mut entries, mut packer, mut out) = (Entries::default(), Frames::default(), Vec::new());
    entries.header(&header());
    out.extend(packer.pack(&entries.take()).unwrap());
    let long = value(&"long ".repeat(100));
    for frame in 0..frames {
        let small = value(&format!("key {frame}"));
        entries.call("state.get", &small, false, Answer::Value(&long));
        entries.call("state.put", &long, false, Answer::Value(&small));
        entries.call("tool.invoke", &small, true, Answer::Sealed);
        entries.shown(1, "a remark");
        out.extend(packer.pack(&entries.take()).unwrap());
    }
    entries.call("exit.exit", &value("0"), false, Answer::Stop("{\"exit\":0}"));
    entries.end(&End { outcome: "completed".into(), ..End::default() });
    out.extend(packer.pack(&entries.take()).unwrap());
    out
}

/// All entries, and whether the record ended as it should.
fn read(bytes: &[u8]) -> Result<(Vec<Entry>, bool), RecordError> {
    let mut reader = Reader::new(bytes)?;
    let mut all = Vec::new();
    while let Some(entry) = reader.next()? {
        all.push(entry);
    }
    Ok((all, reader.has_ended()))
}

#[test]
fn what_was_written_is_read() {
    let (entries, ended) = read(&record(2)).unwrap();
    assert!(ended);
    assert_eq!(entries.len(), 2 * 4 + 2);
    let Entry::Call(Call { name, arguments: Arguments::Whole(arguments), outcome: Outcome::Answer(answer) }) =
        &entries[0]
    else {
        panic!("{:?}", entries[0]);
    };
    assert_eq!((&**name, show(arguments).unwrap()), ("state.get", "key 0".into()));
    assert_eq!(show(answer).unwrap(), "long ".repeat(100));
    assert!(matches!(&entries[2], Entry::Call(Call { arguments: Arguments::Digest(_), outcome: Outcome::Sealed, .. })));
    assert!(matches!(&entries[9], Entry::End(end) if end.outcome == "completed"));
}

#[test]
fn a_value_is_stored_once() {
    let mut entries = Entries::default();
    let long: Vec<u8> = (0..100_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for _ in 0..100 {
        entries.call("state.get", &[0], false, Answer::Value(&long));
    }
    assert!(entries.pending() < 101_000);
}

#[test]
fn cut_anywhere_it_is_good_up_to_there() {
    let whole = record(3);
    let (entries, _) = read(&whole).unwrap();
    let mut most = 0;
    for length in 0..whole.len() {
        match read(&whole[..length]) {
            Ok((cut, ended)) => {
                assert!(!ended && cut[..] == entries[..cut.len()], "cut at {length}");
                assert!(cut.len() >= most, "cut at {length}");
                most = cut.len();
            }
            Err(RecordError::Empty) => assert_eq!(most, 0),
            Err(error) => panic!("cut at {length}: {error}"),
        }
    }
    assert_eq!(most, 12);
}

#[test]
fn a_changed_byte_anywhere_is_seen() {
    let whole = record(2);
    for at in 0..whole.len() {
        for bit in [1, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            let seen = read(&changed);
            let expected = match at {
                0..8 => matches!(seen, Err(RecordError::Foreign)),
                8..12 => matches!(seen, Err(RecordError::OtherVersion(_))),
                _ => matches!(seen, Err(RecordError::Damaged { .. })),
            };
            assert!(expected, "byte {at}: {seen:?}");
        }
    }
}

/// Where frames begin.
fn starts(record: &[u8]) -> Vec<usize> {
    let (mut at, mut all) = (12, Vec::new());
    while at < record.len() {
        all.push(at);
        at += 21 + u32::from_le_bytes(record[at + 9..at + 13].try_into().unwrap()) as usize;
    }
    all
}

#[test]
fn frames_that_change_places_or_are_missing_are_seen() {
    let whole = record(3);
    let at = starts(&whole);
    let (second, third) = (&whole[at[1]..at[2]], &whole[at[2]..at[3]]);
    let swapped = [&whole[..at[1]], third, second, &whole[at[3]..]].concat();
    let missing = [&whole[..at[1]], &whole[at[2]..]].concat();
    let twice = [&whole[..at[2]], second, &whole[at[2]..]].concat();
    let more = [&whole[..], second].concat();
    for (what, changed) in [("swapped", swapped), ("missing", missing), ("twice", twice), ("more", more)] {
        let seen = read(&changed);
        assert!(matches!(seen, Err(RecordError::Damaged { .. })), "{what}: {seen:?}");
    }
    let garbage = [&whole[..], b"x"].concat();
    assert!(read(&garbage).is_err());
}

#[test]
fn what_is_no_record_is_refused_in_a_line() {
    let mut newer = record(0);
    newer[8] = 9;
    for (bytes, told) in [
        (&b"return 1"[..], "this is no record of a run (a .spellrun file)"),
        (b"", "the record is cut off before its first entry: nothing of the run is in it"),
        (&newer, "the record is of version 9, and this program reads version 1"),
    ] {
        assert_eq!(read(bytes).unwrap_err().to_string(), told);
    }
}

#[test]
fn any_bytes_are_read_or_refused() {
    // A generator of its own, so that a failure repeats.
    let mut state = 88_172_645_463_325_252u64;
    let mut draw = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..3000 {
        let mut stream = Entries::default();
        stream.header(&header());
        let mut stream = stream.take();
        for _ in 0..draw() % 60 {
            // Mostly small numbers: those that are tags, lengths and counts.
            stream.push(if draw() % 4 == 0 { draw() as u8 } else { draw() as u8 % 16 });
        }
        let _ = read(&Frames::default().pack(&stream).unwrap());
        let bytes: Vec<u8> = (0..draw() % 60).map(|_| draw() as u8 % 20).collect();
        let _ = show(&bytes);
    }
}

#[test]
fn a_bomb_is_refused() {
    let mut stream = Entries::default();
    stream.header(&header());
    let mut stream = stream.take();
    // An entry that says it is long, and long it is: zeros pack to almost nothing.
    stream.extend([0x80, 0x80, 0x80, 0x80, 0x10]);
    let told = read(&Frames::default().pack(&stream).unwrap()).unwrap_err().to_string();
    assert_eq!(told, "the record is too large: more than 100663296 bytes in one entry");

    let bounds = Bounds { free_bytes: 1 << 20, ratio: 2, ..Bounds::default() };
    let (mut entries, mut packer) = (Entries::default(), Frames::default());
    entries.header(&header());
    for _ in 0..40_000 {
        entries.call("clock.now", &[0], false, Answer::Value(&[0; 50]));
    }
    let packed = packer.pack(&entries.take()).unwrap();
    let mut reader = Reader::within(&packed[..], bounds).unwrap();
    let error = loop {
        match reader.next() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it was read"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.starts_with("the record is too large: more than 1048576 bytes"), "{error}");

    let whole = record(1);
    for (bounds, told) in [
        (Bounds { held_bytes: 100, ..Bounds::default() }, "100 bytes of values"),
        (Bounds { contents: 0, ..Bounds::default() }, "0 values"),
        (Bounds { names: 2, ..Bounds::default() }, "2 names of calls"),
        (Bounds { entries: 3, ..Bounds::default() }, "3 entries"),
    ] {
        let mut reader = Reader::within(&whole[..], bounds).unwrap();
        let found = std::iter::from_fn(|| Some(reader.next())).find_map(Result::err).unwrap().to_string();
        assert_eq!(found, format!("the record is too large: more than {told}"));
    }
}

#[test]
fn what_would_take_much_memory_is_refused() {
    // A list of two million units, each a byte here and many more as a value.
    let mut list = vec![6, 0x80, 0x89, 0x7a];
    list.resize(2_000_004, 0);
    assert_eq!(show(&list).unwrap_err().to_string(), "a value has too many parts");
    assert!(ValueReader::new(&list).list().is_err());
    let mut nested = ValueWriter::default();
    (0..40).for_each(|_| nested.some());
    assert_eq!(show(&nested.into_bytes()).unwrap_err().to_string(), "a value is nested too deep");
    // A header of very many parameters.
    let json = format!("{{\"parameters\": {{\"a\": [{}0]}}}}", "0,".repeat(1 << 20));
    let length = json.len() as u64 + 1;
    let mut stream: Vec<u8> = Vec::new();
    crate::bytes::put_number(&mut stream, length);
    stream.push(1);
    stream.extend(json.as_bytes());
    let told = read(&Frames::default().pack(&stream).unwrap()).unwrap_err().to_string();
    assert!(told.ends_with("has too many parts"), "{told}");
}

#[test]
fn texts_that_may_be_parsed_have_few_parts() {
    let (fits, many) = (format!("[{}0]", "0,".repeat((1 << 20) - 2)), format!("[{}0]", "0,".repeat((1 << 20) - 1)));
    // As the bytes of its entry: what the host told, and how a call ended the run.
    let entries = |text: &str| {
        let mut stopped = vec![4, 0, 1, 2, 0];
        crate::bytes::put_bytes(&mut stopped, text.as_bytes());
        [[&[5u8, 2][..], text.as_bytes()].concat(), stopped]
    };
    for (text, is_read) in [(&fits, true), (&many, false), (&",".repeat(2 << 20), true)] {
        for body in entries(text) {
            let mut stream = Entries::default();
            stream.header(&header());
            let mut stream = stream.take();
            crate::bytes::put_bytes(&mut stream, b"\x02exit.exit");
            crate::bytes::put_bytes(&mut stream, &body);
            let found = read(&Frames::default().pack(&stream).unwrap()).map_err(|error| error.to_string());
            let told = "the record makes no sense at entry 3: a text has too many parts";
            assert_eq!(found.map(|_| ()), if is_read { Ok(()) } else { Err(told.to_owned()) }, "{:?}", body.get(..8));
        }
        let mut written = Entries::default();
        written.shown(2, text);
        assert_eq!(written.is_too_large(), !is_read);
        let mut written = Entries::default();
        written.call("exit.exit", &[0], false, Answer::Stop(text));
        assert_eq!(written.is_too_large(), !is_read);
    }
}

#[test]
fn what_is_written_is_within_what_is_read() {
    let most = Bounds::default().entry_bytes as usize;
    for (length, is_too_large) in [(most - 2, false), (most - 1, true)] {
        let mut entries = Entries::default();
        entries.shown(1, &"a".repeat(length));
        assert_eq!((entries.is_too_large(), entries.pending() == 0), (is_too_large, is_too_large), "{length}");
    }
    let mut entries = Entries::default();
    entries.call("file.read", &[0], false, Answer::Value(&vec![0; most]));
    assert!(entries.is_too_large());
    let mut entries = Entries::default();
    entries.end(&End { result: Some(vec![0; 1 << 20].into()), ..End::default() });
    assert!(entries.is_too_large() && entries.pending() == 0);
}

#[test]
fn what_repeats_very_often_is_still_read() {
    let (mut entries, mut packer, mut out) = (Entries::default(), Frames::default(), Vec::new());
    entries.header(&header());
    for _ in 0..2_600_000 {
        entries.call("clock.now", &[0], false, Answer::Value(&[0; 40]));
        if entries.pending() >= FRAME_BYTES {
            out.extend(packer.pack(&entries.take()).unwrap());
        }
    }
    out.extend(packer.pack(&entries.take()).unwrap());
    let (mut reader, mut count) = (Reader::new(&out[..]).unwrap(), 0);
    while reader.next().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 2_600_000);
}

#[test]
fn small_frames_behind_much_that_repeats_are_still_read() {
    let (mut entries, mut packer, mut out) = (Entries::default(), Frames::default(), Vec::new());
    entries.header(&header());
    // Up to what may be unpacked however well it is compressed, and a little at a time from there.
    for frame in 0..700 {
        entries.shown(1, &"a".repeat(if frame < 300 { FRAME_BYTES - 10 } else { 3 }));
        out.extend(packer.pack(&entries.take()).unwrap());
    }
    let (mut reader, mut count) = (Reader::new(&out[..]).unwrap(), 0);
    while reader.next().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 700);
}

#[test]
fn small_calls_take_little() {
    let (mut entries, mut packer, mut out) = (Entries::default(), Frames::default(), Vec::new());
    entries.header(&header());
    for at in 0..10_000u64 {
        let (mut arguments, mut answer) = (ValueWriter::default(), ValueWriter::default());
        arguments.tuple(2);
        arguments.text("global");
        arguments.text(&format!("key-{}", at % 97));
        answer.tuple(1);
        answer.ok();
        answer.number(at * 7919 % 100_003);
        entries.call("state.get", &arguments.into_bytes(), false, Answer::Value(&answer.into_bytes()));
        if at % 400 == 0 {
            out.extend(packer.pack(&entries.take()).unwrap());
        }
    }
    out.extend(packer.pack(&entries.take()).unwrap());
    assert!(out.len() < 400 << 10, "{} bytes", out.len());
}
