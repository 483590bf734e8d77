//! Documents are cut into chunks, at the seams that they have.

use serde::{Deserialize, Serialize};
use std::ops::Range;

use bpe_openai::Tokenizer;
use text_splitter::{ChunkConfig, ChunkSizer, MarkdownSplitter, TextSplitter};

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// As it stands in the document.
    pub text: String,
    /// The headings that it stands under, as "Guide > Prices"; "" for none.
    pub heading: String,
    /// Where it begins and ends in the document's text, in bytes.
    pub range: Range<usize>,
}

impl Chunk {
    /// What is indexed of it: the headings say what it is about.
    pub fn indexed(&self) -> String {
        if self.heading.is_empty() { self.text.clone() } else { format!("{}\n\n{}", self.heading, self.text) }
    }
}

/// What a document's text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Paragraphs and sentences.
    #[default]
    Text,
    /// Headings, lists, tables, code.
    Markdown,
    /// Blocks of lines, as a program has.
    Code,
}

/// In what the size of a chunk is measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Of OpenAI's tokenizer cl100k: close enough for other models.
    #[default]
    Tokens,
    /// Unicode characters.
    Characters,
}

/// How large chunks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunking {
    /// The most of a chunk.
    pub size: usize,
    /// The most that a chunk repeats of the one before: whole sentences or lines, and none where they are longer.
    pub overlap: usize,
    /// In what these are measured.
    pub unit: Unit,
}

impl Default for Chunking {
    /// 250 tokens: what small models read as a whole.
    fn default() -> Chunking {
        Chunking { size: 250, overlap: 0, unit: Unit::Tokens }
    }
}

/// The most chunks of one document.
pub const MOST_CHUNKS: usize = 10_000;

/// The most bytes of all chunks of a text with so many: overlaps repeat some of it.
pub fn most_bytes(text: usize) -> usize {
    MOST_REPEATS * text
}

const MOST_REPEATS: usize = 4;

/// The time to cut a text grows faster than the text: it is cut at blank lines first.
const PIECE_BYTES: usize = 64 << 10;

/// Nothing that long is a word.
const MOST_WORD: usize = 2_000;

/// Chunks below this share of the size go to the one behind them.
const SMALL: f64 = 0.15;

/// Cuts a text. Fails where it would be more than [`MOST_CHUNKS`], or more than [`most_bytes`]. An overlap counts up to half
/// of the size.
pub fn split(text: &str, format: Format, chunking: Chunking) -> Result<Vec<Chunk>, String> {
    let chunking = Chunking { size: chunking.size.max(1), ..chunking };
    let config = ChunkConfig::new(chunking.size).with_sizer(Sizer(chunking.unit));
    let config = config.with_overlap(chunking.overlap.min(chunking.size / 2)).map_err(|error| error.to_string())?;
    let splitter = match format {
        Format::Markdown => Splitter::Markdown(MarkdownSplitter::new(config)),
        Format::Text | Format::Code => Splitter::Text(TextSplitter::new(config)),
    };
    let headings = if format == Format::Markdown { headings(text) } else { Vec::new() };
    let (mut ranges, mut bytes) = (Vec::<Range<usize>>::new(), 0);
    for piece in pieces(text) {
        let part = text.get(piece.clone()).unwrap_or_default();
        for (at, chunk) in splitter.chunks(part) {
            ranges.push(piece.start + at..piece.start + at + chunk.len());
            bytes += chunk.len();
            if bytes > most_bytes(text.len()) {
                return Err(format!(
                    "its chunks repeat more than {MOST_REPEATS} times its text: choose a smaller overlap"
                ));
            }
            if ranges.len() > MOST_CHUNKS {
                return Err(format!("it comes to more than {MOST_CHUNKS} chunks: divide it, or choose larger chunks"));
            }
        }
    }
    let ranges = merge(text, ranges, &headings, chunking);
    let paths = paths(&headings, text, &ranges);
    let chunk = |(range, heading): (Range<usize>, String)| Chunk {
        text: text.get(range.clone()).unwrap_or_default().into(),
        heading,
        range,
    };
    Ok(ranges.into_iter().zip(paths).map(chunk).collect())
}

struct Sizer(Unit);

impl ChunkSizer for Sizer {
    fn size(&self, chunk: &str) -> usize {
        match self.0 {
            Unit::Tokens => tokenizer().count(chunk),
            Unit::Characters => chunk.chars().count(),
        }
    }
}

/// How many tokens a text has.
pub fn tokens(text: &str) -> usize {
    tokenizer().count(text)
}

fn tokenizer() -> &'static Tokenizer {
    bpe_openai::cl100k_base()
}

enum Splitter {
    Text(TextSplitter<Sizer>),
    Markdown(MarkdownSplitter<Sizer>),
}

impl Splitter {
    fn chunks<'a>(&'a self, text: &'a str) -> Box<dyn Iterator<Item = (usize, &'a str)> + 'a> {
        match self {
            Splitter::Text(splitter) => Box::new(splitter.chunk_indices(text)),
            Splitter::Markdown(splitter) => Box::new(splitter.chunk_indices(text)),
        }
    }
}

/// Pieces of at most 64 KiB: cut at the last blank line, line or blank in each, or within a word that is none.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let (mut all, mut start) = (Vec::new(), 0);
    while start < text.len() {
        let rest = text.get(start..).unwrap_or_default();
        let window = rest.get(..rest.floor_char_boundary(PIECE_BYTES.min(longest_word(rest)))).unwrap_or(rest);
        let end = if window.len() == rest.len() {
            rest.len()
        } else {
            let seam = ["\n\n", "\n", " "].iter().find_map(|seam| Some(window.rfind(seam)? + seam.len()));
            seam.unwrap_or(window.len())
        };
        all.push(start..start + end);
        start += end;
    }
    all
}

/// The end of the part in which no word is too long; with such a word at the beginning, as much of it as may be.
fn longest_word(text: &str) -> usize {
    let looked = text.get(..text.floor_char_boundary(PIECE_BYTES)).unwrap_or(text);
    let mut word = 0;
    for (at, sign) in looked.char_indices() {
        if sign.is_whitespace() {
            word = at + sign.len_utf8();
        } else if at - word > MOST_WORD {
            return if word == 0 { at } else { word };
        }
    }
    PIECE_BYTES
}

/// Where it begins, its level and its words.
type Heading<'a> = (usize, usize, &'a str);

/// More headings of one document are text like any other.
const MOST_HEADINGS: usize = 100_000;

/// The headings of a Markdown text.
fn headings(text: &str) -> Vec<Heading<'_>> {
    let (mut all, mut at, mut fence) = (Vec::new(), 0, None);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                let level = line.bytes().take_while(|byte| *byte == b'#').count();
                if all.len() < MOST_HEADINGS
                    && (1..=6).contains(&level)
                    && line.get(level..).is_some_and(|rest| rest.starts_with([' ', '\t']))
                {
                    all.push((at, level, trimmed.trim_matches('#').trim()));
                }
            }
            _ => {}
        }
        at += line.len();
    }
    all
}

/// For each range the headings above what stands there, without those that it begins with itself.
fn paths(headings: &[Heading<'_>], text: &str, ranges: &[Range<usize>]) -> Vec<String> {
    let (mut open, mut next) = (Vec::<(usize, &str)>::new(), 0);
    let path = |range: &Range<usize>| {
        while let Some((_, level, words)) = headings.get(next).filter(|(at, ..)| *at < range.start) {
            open.retain(|(above, _)| above < level);
            open.push((*level, words));
            next += 1;
        }
        // A chunk that begins with a heading is under those of a higher level only.
        let begins = |at: usize| text.get(range.start..at).is_some_and(|before| before.trim().is_empty());
        let own = headings.get(next).filter(|(at, ..)| begins(*at)).map_or(usize::MAX, |(_, level, _)| *level);
        let mut path = String::new();
        for (_, words) in open.iter().filter(|(level, words)| *level < own && words.len() <= MOST_PATH / 3) {
            if path.len() + words.len() <= MOST_PATH {
                path.push_str(if path.is_empty() { "" } else { " > " });
                path.push_str(words);
            }
        }
        path
    };
    ranges.iter().map(path).collect()
}

/// Of all headings above a chunk, in bytes.
const MOST_PATH: usize = 300;

/// What is small goes to the chunk behind it where that is under the same heading or begins below it.
fn merge(text: &str, ranges: Vec<Range<usize>>, headings: &[Heading<'_>], chunking: Chunking) -> Vec<Range<usize>> {
    let sizer = Sizer(chunking.unit);
    let size = |range: &Range<usize>| sizer.size(text.get(range.clone()).unwrap_or_default());
    let mut merged = Vec::<Range<usize>>::new();
    for range in ranges {
        let begins = headings.binary_search_by_key(&range.start, |(at, ..)| *at).ok();
        if let Some(last) = merged.last_mut()
            && (size(last) as f64) < SMALL * chunking.size as f64
            && last.start < range.start
            && !is_new_section(headings, last, begins)
        {
            let both = last.start..range.end;
            if size(&both) <= chunking.size {
                *last = both;
                continue;
            }
        }
        merged.push(range);
    }
    merged
}

/// Whether a heading begins another section than the one that the last chunk is in.
fn is_new_section(headings: &[Heading<'_>], last: &Range<usize>, begins: Option<usize>) -> bool {
    let Some((_, level, _)) = begins.and_then(|place| headings.get(place)) else { return false };
    let before = headings.partition_point(|(at, ..)| *at < last.end);
    let within = before.checked_sub(1).and_then(|place| headings.get(place));
    within.is_some_and(|(_, own, _)| level <= own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunking(size: usize, overlap: usize) -> Chunking {
        Chunking { size, overlap, unit: Unit::Characters }
    }

    #[test]
    fn a_chunk_knows_its_place_and_its_headings() {
        let text = "# Guide\n\nIntroduction.\n\n## Prices\n\nA plan costs ten.\n\n### Old\n\nIt was nine.\n\n## Help\n\nAsk.\n";
        let chunks = split(text, Format::Markdown, chunking(30, 0)).unwrap();
        assert!(chunks.iter().all(|chunk| text[chunk.range.clone()] == chunk.text));
        let paths: Vec<_> =
            chunks.iter().map(|chunk| (chunk.heading.as_str(), chunk.text.lines().next().unwrap())).collect();
        assert_eq!(
            paths,
            [("", "# Guide"), ("Guide", "## Prices"), ("Guide > Prices", "### Old"), ("Guide", "## Help"),]
        );
    }

    #[test]
    fn no_chunk_is_larger_than_it_may_be_and_nothing_is_lost() {
        let text =
            "The first sentence. The second one is longer. A third!\n\nA new paragraph follows here.\n".repeat(50);
        for format in [Format::Text, Format::Markdown, Format::Code] {
            for size in [1, 7, 60, 1_000] {
                let chunks = split(&text, format, chunking(size, 0)).unwrap();
                assert!(chunks.iter().all(|chunk| chunk.text.chars().count() <= size));
                let words: String = chunks.iter().flat_map(|chunk| chunk.text.split_whitespace()).collect();
                assert_eq!(words, text.split_whitespace().collect::<String>(), "{format:?} {size}");
            }
        }
    }

    #[test]
    fn odd_texts_are_cut_and_do_not_take_long() {
        let long = "é".repeat(100_000);
        let chunks = split(&long, Format::Markdown, Chunking::default()).unwrap();
        assert!(chunks.len() > 40 && chunks.iter().map(|chunk| chunk.text.len()).sum::<usize>() == long.len());
        assert!(split("", Format::Text, Chunking::default()).unwrap().is_empty());
        assert!(split(" \n\n ", Format::Markdown, Chunking::default()).unwrap().is_empty());
        let many = "## a\n".repeat(100_000);
        assert!(split(&many, Format::Markdown, Chunking::default()).is_ok());
        let deep = "> ".repeat(20_000) + "x";
        assert!(split(&deep, Format::Markdown, Chunking::default()).is_ok());
        assert!(split(&"a b ".repeat(20_000), Format::Text, chunking(1, 0)).unwrap_err().contains("10000 chunks"));
    }

    #[test]
    fn an_overlap_repeats_whole_sentences_where_they_fit() {
        let text = "One is here. Two is here. Three is here. Four is here. Five is here.";
        let chunks = split(text, Format::Text, chunking(30, 15)).unwrap();
        assert!(chunks.windows(2).all(|pair| pair[1].range.start < pair[0].range.end), "{chunks:?}");
    }

    #[test]
    fn an_overlap_does_not_multiply_a_text() {
        let text = "a b c d e f g h. ".repeat(500);
        let bytes = |overlap| {
            let chunks = split(&text, Format::Text, chunking(100, overlap)).unwrap();
            chunks.iter().map(|chunk| chunk.text.len()).sum::<usize>()
        };
        assert!(bytes(0) < bytes(50) && bytes(99) == bytes(50) && bytes(99) < 3 * text.len(), "{}", bytes(99));
    }

    #[test]
    fn a_hash_within_code_is_no_heading() {
        let text = "# Real\n\n```sh\n# comment\n```\n\ntext\n";
        assert_eq!(headings(text), [(0, 1, "Real")]);
    }
}
