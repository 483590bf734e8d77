//! Finds keys in a text in one pass, by the automaton of Aho and Corasick. Libraries find them as they are written; here any byte may be
//! escaped, and one has to know how much of a key the text ends with.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use super::unit;

/// All keys. A state is a text that a key begins with.
pub struct Finder {
    /// Of each byte; 0 is for those that no key has.
    classes: [u16; 256],
    count: usize,
    /// For each state and class.
    next: Vec<u32>,
    /// How many bytes a state has.
    depths: Vec<usize>,
    /// How long the longest key is that a state ends with; 0 where it ends with none.
    found: Vec<usize>,
    /// The longest key.
    longest: usize,
    has_lines: bool,
    /// Of each byte of a text, whether a key may begin there.
    beginnings: [bool; 256],
}

impl Finder {
    /// `None` where there is nothing to find.
    pub fn new<'a>(keys: impl Iterator<Item = &'a [u8]>) -> Option<Finder> {
        // A key's own backslash is one of many before what follows, or is escaped in another way.
        let both = keys.flat_map(|key| {
            let without: Vec<u8> = key.iter().copied().filter(|byte| *byte != b'\\').collect();
            [unit::units(&without), escaped_units(key)]
        });
        let keys: Vec<Vec<u8>> = both.filter(|key| !key.is_empty()).collect();
        let longest = keys.iter().map(Vec::len).max()?;
        let (mut classes, mut count) = ([0; 256], 1);
        for byte in keys.iter().flatten() {
            if let Some(class @ 0) = classes.get_mut(usize::from(*byte)) {
                *class = count;
                count += 1;
            }
        }
        let (children, depths, mut found) = tree(&keys, &classes);
        let count = usize::from(count);
        let mut next = vec![0_u32; children.len() * count];
        // States in the order of their depth: that of what is left of one is done before it.
        let mut waiting = VecDeque::from([(0_usize, 0_usize)]);
        while let Some((state, left)) = waiting.pop_front() {
            if state != 0 {
                let (own, shorter) = (*found.get(state)?, *found.get(left)?);
                *found.get_mut(state)? = own.max(shorter);
                next.copy_within(left * count..(left + 1) * count, state * count);
            }
            for (class, child) in children.get(state)? {
                let place = next.get_mut(state * count + usize::from(*class))?;
                waiting.push_back((*child, if state == 0 { 0 } else { *place as usize }));
                *place = u32::try_from(*child).ok()?;
            }
        }
        let has_lines = keys.iter().any(|key| key.contains(&b'\n'));
        let firsts = keys.iter().filter_map(|key| key.first());
        let mut beginnings = [false; 256];
        for byte in firsts.chain(unit::ESCAPES) {
            *beginnings.get_mut(usize::from(*byte))? = true;
        }
        Some(Finder { classes, count, next, depths, found, longest, has_lines, beginnings })
    }

    /// How many bytes at the end of a text may belong to a key that is not there as a whole.
    pub fn most_open(&self) -> usize {
        self.longest * unit::LONGEST
    }

    /// Whether a key may go over the end of a line.
    pub fn has_lines(&self) -> bool {
        self.has_lines
    }

    /// Whether a key may begin with this byte of a text, escaped or not.
    fn begins(&self, byte: u8) -> bool {
        self.beginnings.get(usize::from(byte)).copied().unwrap_or_default()
    }

    fn step(&self, state: u32, byte: u8) -> u32 {
        let class = self.classes.get(usize::from(byte)).copied().unwrap_or_default();
        self.next.get(state as usize * self.count + usize::from(class)).copied().unwrap_or_default()
    }
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Finder")
    }
}

/// A key as it is where each of its backslashes is written in another way.
fn escaped_units(key: &[u8]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = key.split(|byte| *byte == b'\\').map(unit::units).collect();
    parts.join(&b'\\')
}

type Tree = (Vec<BTreeMap<u16, usize>>, Vec<usize>, Vec<usize>);

/// The states, each with those that follow it; their depths; and where keys end.
fn tree(keys: &[Vec<u8>], classes: &[u16; 256]) -> Tree {
    let (mut children, mut depths, mut found) = (vec![BTreeMap::new()], vec![0], vec![0]);
    for key in keys {
        let mut state = 0;
        for (depth, byte) in (1..).zip(key) {
            let (new, class) = (children.len(), classes.get(usize::from(*byte)).copied().unwrap_or_default());
            let Some(known) = children.get_mut(state) else { break };
            state = *known.entry(class).or_insert(new);
            if state == new {
                children.push(BTreeMap::new());
                depths.push(depth);
                found.push(0);
            }
        }
        if let Some(found) = found.get_mut(state) {
            *found = key.len();
        }
    }
    (children, depths, found)
}

/// How far a text was read, of which the beginning may be gone already. Places are counted from the beginning of all of it.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    state: u32,
    at: usize,
    units: usize,
    /// Where the last bytes begin, as many as the longest key has.
    starts: Vec<usize>,
    /// Where keys are.
    pub keys: VecDeque<(usize, usize)>,
}

impl Scan {
    /// Reads a text that begins at `base`, from where it stopped.
    pub fn read(&mut self, finder: &Finder, text: &[u8], base: usize, whole: bool) {
        self.starts.resize(finder.longest, 0);
        while let Some(mut rest) = text.get(self.at - base..) {
            if self.state == 0 {
                // Most of a text begins nothing.
                let plain = rest.iter().position(|byte| finder.begins(*byte)).unwrap_or(rest.len());
                self.at += plain;
                rest = rest.get(plain..).unwrap_or_default();
            }
            let Some((byte, length)) = unit::unit(rest, whole) else { break };
            if let Some(start) = self.starts.get_mut(self.units % finder.longest) {
                *start = self.at;
            }
            self.units += 1;
            self.at += length;
            self.state = finder.step(self.state, byte);
            let found = finder.found.get(self.state as usize).copied().unwrap_or_default();
            if found > 0 {
                self.add(self.start(found), self.at);
            }
        }
    }

    /// Where that begins which may become a key.
    pub fn open(&self, finder: &Finder) -> usize {
        match finder.depths.get(self.state as usize) {
            None | Some(0) => self.at,
            Some(depth) => self.start(*depth),
        }
    }

    /// Where the last so many bytes begin.
    fn start(&self, units: usize) -> usize {
        self.starts.get((self.units - units) % self.starts.len()).copied().unwrap_or_default()
    }

    /// Keys that overlap are one.
    fn add(&mut self, mut from: usize, to: usize) {
        while let Some((before, _)) = self.keys.pop_back_if(|(_, end)| *end > from) {
            from = from.min(before);
        }
        self.keys.push_back((from, to));
    }
}
