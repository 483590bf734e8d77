//! Archives that should not be unpacked, each just over a bound or with one member that leads elsewhere.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{EntryType, Header};
use zip::write::SimpleFileOptions;

/// Bytes of zeros, which take little room when they are packed.
const MUCH: usize = 2 << 20;

/// Lays them out in a folder.
pub fn lay_out(folder: &Path) {
    let text = b"made".as_slice();
    zip(folder, "good.zip", &[("sub/new.txt", text)]);
    tar(folder, "good.tar.gz", &[("sub/new.txt", text, EntryType::Regular)]);
    for (name, member) in [
        ("up", "../made.txt"),
        ("deep", "a/../../made.txt"),
        ("whole", "/tmp/llmspell-made.txt"),
        ("other", "..\\made.txt"),
    ] {
        zip(folder, &format!("{name}.zip"), &[("first.txt", text), (member, text)]);
        tar(
            folder,
            &format!("{name}.tar.gz"),
            &[("first.txt", text, EntryType::Regular), (member, text, EntryType::Regular)],
        );
    }
    for (name, kind) in [
        ("link", EntryType::Symlink),
        ("hard", EntryType::Link),
        ("fifo", EntryType::Fifo),
        ("device", EntryType::Char),
    ] {
        tar(
            folder,
            &format!("{name}.tar.gz"),
            &[("bait", b"..".as_slice(), kind), ("bait/made.txt", text, EntryType::Regular)],
        );
    }
    let mut linked = zip::ZipWriter::new(File::create(folder.join("link.zip")).unwrap());
    linked.add_symlink("bait", "..", SimpleFileOptions::default()).unwrap();
    linked.finish().unwrap();
    let name = vec![b'x'; 9000];
    tar(folder, "name.tar.gz", &[("long", name.as_slice(), EntryType::GNULongName), ("a", text, EntryType::Regular)]);
    let path = [b"../made.txt\0".as_slice()].concat();
    tar(folder, "said.tar.gz", &[("long", path.as_slice(), EntryType::GNULongName), ("a", text, EntryType::Regular)]);
    // By way of a link that is in the folder already.
    zip(folder, "through.zip", &[("up/made.txt", text)]);
    let zeros = vec![0; MUCH];
    zip(folder, "bomb.zip", &[("zeros", zeros.as_slice())]);
    tar(folder, "bomb.tar.gz", &[("zeros", zeros.as_slice(), EntryType::Regular)]);
    let names: Vec<String> = (0..10_001).map(|number| number.to_string()).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    zip(folder, "many.zip", &members);
    // It says that it has more than any archive may unpack to, and has nothing.
    let mut header = header("zeros", EntryType::Regular, 0);
    header.set_size(300 << 20);
    header.set_cksum();
    std::fs::write(folder.join("boast.tar"), header.as_bytes()).unwrap();
    std::fs::write(folder.join("broken.zip"), b"PK\x03\x04").unwrap();
    std::fs::write(folder.join("broken.tar.gz"), b"\x1f\x8b\x08").unwrap();
}

fn zip(folder: &Path, name: &str, members: &[(&str, &[u8])]) {
    let mut writer = zip::ZipWriter::new(File::create(folder.join(name)).unwrap());
    for (member, bytes) in members {
        writer.start_file(*member, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
}

/// What is in a link is where it leads.
fn tar(folder: &Path, name: &str, members: &[(&str, &[u8], EntryType)]) {
    let mut packed = GzEncoder::new(File::create(folder.join(name)).unwrap(), Compression::best());
    for (member, bytes, kind) in members {
        let is_file = matches!(*kind, EntryType::Regular | EntryType::GNULongName);
        let mut header = header(member, *kind, if is_file { bytes.len() as u64 } else { 0 });
        if !is_file {
            header.as_old_mut().linkname[..bytes.len()].copy_from_slice(bytes);
        }
        header.set_cksum();
        packed.write_all(header.as_bytes()).unwrap();
        if is_file {
            packed.write_all(bytes).unwrap();
            packed.write_all(&vec![0; bytes.len().next_multiple_of(512) - bytes.len()]).unwrap();
        }
    }
    packed.write_all(&[0; 1024]).unwrap();
    packed.finish().unwrap();
}

/// With the name as it is: the library would refuse it.
fn header(name: &str, kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_old();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header
}
