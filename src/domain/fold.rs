//! Folding: text without case, accents, scripts and punctuation, for ordering, equality and search.
use any_ascii::any_ascii;

/// The text transliterated to ASCII, in lower case: letters and digits in words with single spaces between them.
///
/// Apostrophes are dropped (O'Brien is `obrien`), all other punctuation parts words. Text of which nothing would be left
/// (punctuation alone, scripts without a transliteration) keeps its own characters in lower case, so that only blank
/// text folds to nothing.
pub fn fold(text: &str) -> String {
    let words = words_of(&any_ascii(text).to_ascii_lowercase());
    if !words.is_empty() {
        return words;
    }
    let visible: String = text.chars().filter(|c| !c.is_control()).flat_map(char::to_lowercase).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text cut to at most `max_bytes`, never inside a character and never ending in a space.
pub fn cut(text: &str, max_bytes: usize) -> &str {
    text[..text.floor_char_boundary(max_bytes)].trim_end()
}

fn words_of(ascii: &str) -> String {
    let mut words = String::with_capacity(ascii.len());
    for c in ascii.chars().filter(|c| !matches!(c, '\'' | '`')) {
        if c.is_ascii_alphanumeric() {
            words.push(c);
        } else if !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words.truncate(words.trim_end().len());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_punctuation_fold_away() {
        assert_eq!(fold("  Jean-Luc  O’Brien "), "jean luc obrien");
        assert_eq!(fold("MÜLLER & Söhne GmbH."), "muller sohne gmbh");
    }

    #[test]
    fn other_scripts_become_latin() {
        assert_eq!(fold("Борис"), "boris");
        assert_eq!(fold("深圳"), "shenzhen");
    }

    #[test]
    fn a_name_of_punctuation_keeps_it() {
        assert_eq!(fold("!!!"), "!!!");
        assert_eq!(fold(" \t"), "");
    }

    #[test]
    fn cutting_respects_characters() {
        assert_eq!(cut("aü", 2), "a");
        assert_eq!(cut("ab cd", 3), "ab");
        assert_eq!(cut("ab", 20), "ab");
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
