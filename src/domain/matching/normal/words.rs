//! Words: folding, sound and skeleton of single words.
use crate::domain::fold::fold;
use rphonetic::{DoubleMetaphone, Encoder};
use std::sync::LazyLock;

/// Characters of a text that are read; more is no name, address or number.
pub const MAX_CHARS: usize = 300;

/// Texts that stand for "nothing known"; they are ignored in every field.
const BLANKS: &[&str] = &[
    "",
    "n a",
    "na",
    "nan",
    "none",
    "null",
    "nil",
    "unknown",
    "unbekannt",
    "inconnu",
    "desconocido",
    "sconosciuto",
    "onbekend",
    "test",
    "tbd",
    "x",
    "xx",
    "xxx",
    "xxxx",
    "not available",
    "not applicable",
    "no name",
    "undefined",
    "missing",
    "anonymous",
    "keine angabe",
    "k a",
    "unspecified",
];

static METAPHONE: LazyLock<DoubleMetaphone> = LazyLock::new(DoubleMetaphone::default);

/// The text without case, accents, scripts and punctuation; characters of Chinese script become words of their own.
pub fn folded(text: &str) -> String {
    let cut = text.char_indices().nth(MAX_CHARS).map_or(text, |(at, _)| &text[..at]);
    if cut.chars().any(is_ideograph) {
        let spaced: String = cut.chars().flat_map(|c| if is_ideograph(c) { [' ', c] } else { ['\0', c] }).filter(|c| *c != '\0').collect();
        return fold(&spaced);
    }
    fold(cut)
}

/// Whether a folded text is a way to say that there is no value.
pub fn is_blank(folded: &str) -> bool {
    BLANKS.contains(&folded)
}

/// Whether the character is a word or syllable of its own.
pub fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// The sound of a word; words without letters sound like themselves.
pub fn sound(word: &str) -> String {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).take(24).collect();
    if letters.is_empty() {
        return word.to_owned();
    }
    let sound = METAPHONE.encode(&letters);
    if sound.is_empty() { letters } else { sound }
}

/// The consonants of a word with those that transliterations confuse made one: "Faisal" and "fysl" are both `fsl`.
pub fn skeleton(word: &str) -> String {
    let mut skeleton = String::with_capacity(word.len());
    for c in word.chars() {
        let mapped: &str = match c {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w' => continue,
            'q' | 'c' | 'k' | 'g' => "k",
            'x' => "ks",
            'z' | 's' => "s",
            'v' | 'f' => "f",
            'p' | 'b' => "p",
            'd' | 't' => "t",
            'j' => "j",
            _ if c.is_ascii() => {
                push_new(&mut skeleton, c);
                continue;
            }
            _ => continue,
        };
        mapped.chars().for_each(|c| push_new(&mut skeleton, c));
    }
    skeleton
}

fn push_new(text: &mut String, c: char) {
    if !text.ends_with(c) {
        text.push(c);
    }
}

/// A word with the German ways to write an umlaut made one: "joerg" and "jorg" are both `jorg`.
pub fn without_digraphs(word: &str) -> String {
    word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// A number for a text, the same on every machine and in every version: it is stored.
pub fn hash(text: &str) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state ^= state >> 32;
    state = state.wrapping_mul(0xd6e8_feb8_6659_fd93);
    state ^ (state >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_meet_in_their_words() {
        assert_eq!(folded("王杰"), "wang jie");
        assert_eq!(folded("  Müller-LÜDENSCHEIDT "), "muller ludenscheidt");
        assert_eq!(skeleton("faisal"), skeleton("fysl"));
        assert_eq!(skeleton("alexander"), skeleton("aleksandr"));
        assert_eq!(without_digraphs("joerg"), "jorg");
    }

    #[test]
    fn sounds_come_of_any_text() {
        assert_eq!(sound("smith"), sound("smyth"));
        for word in ["", "löhr", "1234", "\u{1F600}", "ß", "ǆ"] {
            let _ = sound(word);
        }
    }
}
