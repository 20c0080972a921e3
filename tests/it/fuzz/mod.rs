//! Everything that parses what comes from outside, fed with more than a million texts: what nobody would type, and what somebody did.
//!
//! The texts are the same in each run. `FUZZ_SEED=2` makes others, `FUZZ_TIMES=100` makes more of them; a failure tells its text.
mod addresses;
mod markers;
mod requests;
mod tokens;
mod values;

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// Letters that break parsers: separators, signs, white space of all kinds, marks that combine, other scripts, letters that change
/// their length with their case, directions, control characters, and the last character that there is.
const LETTERS: &[char] = &[
    '\0',
    '\t',
    '\n',
    ' ',
    '\u{a0}',
    '\u{3000}',
    '!',
    '"',
    '#',
    '$',
    '%',
    '&',
    '\'',
    '(',
    ')',
    '*',
    '+',
    ',',
    '-',
    '.',
    '/',
    '0',
    '1',
    '9',
    ':',
    ';',
    '<',
    '=',
    '>',
    '?',
    '@',
    'A',
    'Z',
    '[',
    '\\',
    ']',
    '^',
    '_',
    '`',
    'a',
    'e',
    'x',
    'z',
    '{',
    '|',
    '}',
    '~',
    '\u{7f}',
    'ß',
    'İ',
    'ı',
    'é',
    '\u{301}',
    '\u{308}',
    'Ⅷ',
    'ﬁ',
    'Å',
    'ö',
    'я',
    'Σ',
    'ς',
    '中',
    '文',
    '한',
    'ا',
    '٣',
    '९',
    '𝟛',
    '\u{200b}',
    '\u{200d}',
    '\u{202e}',
    '\u{feff}',
    '👪',
    '\u{fffd}',
    '\u{10ffff}',
];

/// Makes texts: one that was given or found acceptable, with a few changes.
pub(super) struct Source {
    noise: StdRng,
    texts: Vec<String>,
    given: usize,
}

/// How many acceptable texts are remembered besides those that were given.
const REMEMBERED: usize = 300;

impl Source {
    pub(super) fn new(texts: &[&str]) -> Self {
        Self { noise: StdRng::seed_from_u64(seed()), texts: texts.iter().map(|text| (*text).to_owned()).collect(), given: texts.len() }
    }

    pub(super) fn text(&mut self) -> String {
        let mut text: Vec<char> = self.texts.choose(&mut self.noise).map(|text| text.chars().collect()).unwrap_or_default();
        for _ in 0..self.noise.random_range(0..5) {
            self.change(&mut text);
        }
        text.into_iter().collect()
    }

    /// One change at one place.
    fn change(&mut self, text: &mut Vec<char>) {
        let at = self.noise.random_range(0..=text.len());
        let to = (at + self.noise.random_range(0..8)).min(text.len());
        match self.noise.random_range(0..8) {
            0 => drop(text.drain(at..to)),
            1 => text.truncate(at),
            2 if text.len() < 2_000 => {
                let copy = text[at..to].to_vec();
                let times = [1, 2, 30].choose(&mut self.noise).copied().unwrap_or(1);
                text.splice(at..at, copy.repeat(times));
            }
            3 => {
                let other: Vec<char> = self.texts.choose(&mut self.noise).map(|other| other.chars().collect()).unwrap_or_default();
                let from = self.noise.random_range(0..=other.len());
                text.splice(at..to, other[from..].iter().copied());
            }
            4 if at < text.len() => text[at] = if text[at].is_lowercase() { text[at].to_ascii_uppercase() } else { text[at].to_ascii_lowercase() },
            5 => text.insert(at, char::from_u32(self.noise.random_range(0..0x11_0000)).unwrap_or('a')),
            6 if at < text.len() => text[at] = LETTERS.choose(&mut self.noise).copied().unwrap_or('a'),
            _ => text.insert(at, LETTERS.choose(&mut self.noise).copied().unwrap_or('a')),
        }
    }

    /// An acceptable text is worth being changed further.
    fn remember(&mut self, text: String) {
        if self.texts.len() < self.given + REMEMBERED {
            self.texts.push(text);
        } else {
            let place = self.given + self.noise.random_range(0..REMEMBERED);
            self.texts[place] = text;
        }
    }

    pub(super) fn number(&mut self, below: usize) -> usize {
        self.noise.random_range(0..below)
    }
}

fn seed() -> u64 {
    std::env::var("FUZZ_SEED").map_or(1, |seed| seed.parse().expect("FUZZ_SEED is a number"))
}

/// How many cases to run where the usual run has so many.
pub(super) fn cases(usual: usize) -> usize {
    usual * std::env::var("FUZZ_TIMES").map_or(1, |times| times.parse::<usize>().expect("FUZZ_TIMES is a number"))
}

/// Tells the text that a check failed with.
struct Case<'a>(&'a str);

impl Drop for Case<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("The text was {:?} (FUZZ_SEED={}).", self.0, seed());
        }
    }
}

/// Feeds a check with texts. It says whether it accepted the text, and panics when something is wrong.
pub(super) fn fuzz(usual: usize, texts: &[&str], check: impl Fn(&str) -> bool) {
    let mut source = Source::new(texts);
    let mut accepted = 0;
    for _ in 0..cases(usual) {
        let text = source.text();
        let case = Case(&text);
        let is_accepted = check(case.0);
        drop(case);
        if is_accepted {
            accepted += 1;
            source.remember(text);
        }
    }
    // A check that accepts nothing, or everything, sees one side only.
    assert!(accepted * 50 > usual, "only {accepted} of {usual} texts were accepted");
}
