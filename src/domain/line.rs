//! One line of human text: names, titles, parts of addresses.
use unicode_normalization::UnicodeNormalization;

/// Why a text is not a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Nothing that can be seen is left.
    Empty,
    /// More characters than allowed; holds how many there are.
    TooLong(usize),
    /// A character that controls the terminal or the reading direction.
    Forbidden(char),
}

/// The text in NFC, trimmed, with every run of white space (line breaks too) as one space.
///
/// Zero-width spaces, soft hyphens and byte order marks come from copying and are dropped; joiners and direction
/// marks belong to the spelling of some scripts and stay.
///
/// # Errors
/// When nothing is left, when more than `max_chars` are left, or when a character is forbidden.
pub fn parse(text: &str, max_chars: usize) -> Result<String, LineFault> {
    let line: String = without_residue(text).split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if let Some(forbidden) = line.chars().find(|c| is_forbidden(*c)) {
        return Err(LineFault::Forbidden(forbidden));
    }
    if line.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(LineFault::Empty);
    }
    match line.chars().count() {
        count if count > max_chars => Err(LineFault::TooLong(count)),
        _ => Ok(line),
    }
}

impl LineFault {
    /// What is wrong, as the second half of a sentence that begins with the name of the field.
    pub fn sentence(self, max_chars: usize) -> String {
        match self {
            Self::Empty => "is empty: write at least one visible character or leave it out".to_owned(),
            Self::TooLong(count) => format!("has {count} characters: {max_chars} is the most"),
            Self::Forbidden(c) => {
                format!("holds the control character U+{:04X}: remove it and try again", u32::from(c))
            }
        }
    }
}

/// Whether the character controls devices or overrides the reading direction, so that text shows other than it is.
pub fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFF9}'..='\u{FFFB}')
}

/// The text without the characters that copying leaves in it.
pub(super) fn without_residue(text: &str) -> String {
    text.chars().filter(|c| !is_residue(*c)).collect()
}

fn is_residue(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200C}'..='\u{200F}')
        || matches!(c, '\u{2061}'..='\u{2064}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_collapses_and_letters_compose() {
        assert_eq!(parse("  Jo\u{308}rg \t\r\n  Schmidt ", 50), Ok("Jörg Schmidt".to_owned()));
    }

    #[test]
    fn what_copying_leaves_behind_is_dropped() {
        assert_eq!(parse("\u{FEFF}An\u{200B}na", 50), Ok("Anna".to_owned()));
    }

    #[test]
    fn scripts_keep_their_joiners() {
        let persian = "می\u{200C}خواهم";
        assert_eq!(parse(persian, 50), Ok(persian.to_owned()));
    }

    #[test]
    fn text_that_cannot_be_seen_is_empty() {
        for text in ["", "   ", "\u{200B}", "\u{200D}\u{200E}", "\u{3164}"] {
            assert_eq!(parse(text, 50), Err(LineFault::Empty), "{text:?}");
        }
    }

    #[test]
    fn text_that_shows_other_than_it_is_is_refused() {
        assert_eq!(parse("evil\u{202E}exe", 50), Err(LineFault::Forbidden('\u{202E}')));
        assert_eq!(parse("a\0b", 50), Err(LineFault::Forbidden('\0')));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(parse(&"ü".repeat(50), 50).is_ok());
        assert_eq!(parse(&"ü".repeat(51), 50), Err(LineFault::TooLong(51)));
    }

    proptest! {
        #[test]
        fn a_line_stays_as_it_is(text in any::<String>()) {
            if let Ok(line) = parse(&text, 1000) {
                prop_assert_eq!(parse(&line, 1000), Ok(line));
            }
        }
    }
}
