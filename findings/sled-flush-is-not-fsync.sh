#!/usr/bin/env bash
# Guess: `Db::flush` puts what was written before it on the disk, as its documentation says: "flushes all dirty IO buffers and
#   calls fsync. If this succeeds, it is guaranteed that all previous writes will be recovered if the system crashes".
# Instead: on Linux it calls sync_file_range and never fsync. The manual page of sync_file_range warns that it writes no
#   metadata and does not flush the disk's own cache, so a flushed write can be lost when the power fails. A caller who
#   needs the promise has to call `sync_data` on the file `db` in the database's folder after each flush.
# Versions: sled 0.34.7 on Linux. Its background thread, which does call fsync (every 500 ms by default), is off here,
#   so that the count shows what `flush` alone does.
# Source: sled's documentation of `Tree::flush` for the guess; the calls are seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export CARGO_TARGET_DIR="$folder/target"

mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"
[dependencies]
sled = "=0.34.7"
libc = "=0.2.174"
TOML
cat > src/main.rs <<'RUST'
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

static FSYNC: AtomicUsize = AtomicUsize::new(0);
static RANGE: AtomicUsize = AtomicUsize::new(0);

// These take the place of the C library's functions in the whole program, count, and then do the real call.
#[no_mangle]
pub extern "C" fn fsync(file: i32) -> i32 {
    FSYNC.fetch_add(1, SeqCst);
    unsafe { libc::syscall(libc::SYS_fsync, file) as i32 }
}
#[no_mangle]
pub extern "C" fn fdatasync(file: i32) -> i32 {
    FSYNC.fetch_add(1, SeqCst);
    unsafe { libc::syscall(libc::SYS_fdatasync, file) as i32 }
}
#[no_mangle]
pub extern "C" fn sync_file_range(file: i32, offset: i64, length: i64, flags: u32) -> i32 {
    RANGE.fetch_add(1, SeqCst);
    unsafe { libc::syscall(libc::SYS_sync_file_range, file, offset, length, flags) as i32 }
}

fn main() {
    let db = sled::Config::new().path("data").flush_every_ms(None).open().unwrap();
    let (fsync_before, range_before) = (FSYNC.load(SeqCst), RANGE.load(SeqCst));
    for number in 0..20u32 {
        db.insert(number.to_be_bytes(), b"value").unwrap();
        db.flush().unwrap();
    }
    let (fsync, range) = (FSYNC.load(SeqCst) - fsync_before, RANGE.load(SeqCst) - range_before);
    println!("20 flushes: {fsync} fsync or fdatasync, {range} sync_file_range");

    // The counter does count: this is the call that a careful caller adds.
    std::fs::File::open("data/db").unwrap().sync_data().unwrap();
    println!("then sync_data: {} fsync or fdatasync", FSYNC.load(SeqCst) - fsync_before);
}
RUST

seen=$(cargo run --quiet)
echo "$seen"
expected="20 flushes: 0 fsync or fdatasync, 20 sync_file_range
then sync_data: 1 fsync or fdatasync"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
