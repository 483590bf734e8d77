//! What the process has.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What this process holds.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Bytes of resident memory.
    pub resident: u64,
    /// Bytes that the allocator has given out.
    pub allocated: u64,
    /// Threads.
    pub threads: usize,
    /// Open file descriptors.
    pub descriptors: usize,
    /// Sockets whose other end is not on this machine.
    pub connections: usize,
}

pub fn held() -> Held {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let threads = status.lines().find_map(|line| line.strip_prefix("Threads:")).unwrap().trim().parse().unwrap();
    let descriptors = fs::read_dir("/proc/self/fd").unwrap().count();
    Held { resident: resident(), allocated: allocated(), threads, descriptors, connections: connections() }
}

/// What is in use of all arenas and maps of the allocator.
fn allocated() -> u64 {
    #[expect(unsafe_code, reason = "it has no conditions")]
    let info = unsafe { libc::mallinfo2() };
    (info.uordblks + info.hblkhd) as u64
}

fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * rustix::param::page_size() as u64
}

/// Sockets of this process whose other end is not on this machine.
fn connections() -> usize {
    let links = fs::read_dir("/proc/self/fd").unwrap().flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    let own: Vec<String> = links
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let tables = ["tcp", "tcp6", "udp", "udp6"].map(|kind| fs::read_to_string(format!("/proc/self/net/{kind}")));
    let far = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let address = words.get(2).and_then(|remote| remote.split(':').next()).unwrap_or_default();
        let near = address.ends_with("7F") || address.ends_with("01000000") || address.bytes().all(|byte| byte == b'0');
        !near && words.get(9).is_some_and(|inode| own.iter().any(|one| one == inode))
    };
    tables.into_iter().flatten().map(|table| table.lines().skip(1).filter(|line| far(line)).count()).sum()
}

/// Has the allocator give back what is freed. Left to itself it raises these thresholds with the sizes that it has seen, and then
/// keeps tens of megabytes, a share for each thread, which no case holds and which [`trim`] does not reach.
pub fn keep_little() {
    #[expect(unsafe_code, reason = "they have no conditions")]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 128 << 10);
    }
}

/// Gives back what the allocator keeps for later: no case holds it.
pub fn trim() {
    #[expect(unsafe_code, reason = "it has no conditions")]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Looks at the memory again and again.
pub struct Peak(Arc<AtomicU64>);

impl Peak {
    pub fn new() -> Peak {
        let peak = Arc::new(AtomicU64::new(0));
        let seen = Arc::downgrade(&peak);
        std::thread::spawn(move || {
            while let Some(peak) = seen.upgrade() {
                peak.fetch_max(resident(), Ordering::Relaxed);
                drop(peak);
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Peak(peak)
    }

    /// The most since it was last asked.
    pub fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed).max(resident())
    }
}
