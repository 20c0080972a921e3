//! Search tokens: how a name is cut into words that a typo does not hide, and how hits are ranked.
use super::name::name_key;
use strsim::{jaro_winkler, osa_distance};

/// Words of a name that are indexed at the most.
pub const MAX_TOKENS: usize = 16;

/// Characters of a word that count.
pub const MAX_TOKEN_CHARS: usize = 32;

/// Letters that the longer one of two words needs before a typo is forgiven: shorter words are too much alike.
const MIN_TYPO_CHARS: usize = 4;

/// Letters that the shorter one of them needs: a word of four letters may have lost one.
const MIN_SHORTENED_CHARS: usize = 3;

/// The words of a name, folded, each once, in their order: at most 16 of at most 32 characters.
pub fn tokens(name: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for word in name_key(name).split(' ').filter(|word| !word.is_empty()) {
        let token: String = word.chars().take(MAX_TOKEN_CHARS).collect();
        if tokens.len() < MAX_TOKENS && !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    tokens
}

/// The token and, when it has four letters or more, every spelling with one letter dropped; each once.
///
/// Two words that are one typo apart (a letter more, less, other, or two swapped) share a variant.
pub fn variants(token: &str) -> Vec<String> {
    let mut variants = vec![token.to_owned()];
    let letters: Vec<char> = token.chars().collect();
    if letters.len() < MIN_TYPO_CHARS {
        return variants;
    }
    for dropped in 0..letters.len() {
        // In a run of equal letters it makes no difference which one is dropped.
        if dropped > 0 && letters[dropped] == letters[dropped - 1] {
            continue;
        }
        variants.push(letters.iter().enumerate().filter(|(at, _)| *at != dropped).map(|(_, letter)| *letter).collect());
    }
    variants
}

/// The spellings under which words that are one typo away from a word are found; none for a word that is too short.
pub fn spellings(word: &str) -> Vec<String> {
    if word.chars().count() < MIN_SHORTENED_CHARS { Vec::new() } else { variants(word) }
}

/// How well a name answers a query, from 0 (not at all) to 1 (the same name).
///
/// Each word of the query counts with the word of the name that suits it best: the same word before a word that begins
/// with it before a word one typo away before a word that merely resembles it. Among names that answer equally well the
/// one with fewer other words is better, and the order of the words decides last.
pub fn similarity(asked: &[String], name: &str) -> f64 {
    let found = tokens(name);
    if asked.is_empty() || found.is_empty() {
        return 0.0;
    }
    if asked == found {
        return 1.0;
    }
    let best = |word: &String| found.iter().map(|other| word_similarity(word, other)).fold(0.0, f64::max);
    let mean = asked.iter().map(best).sum::<f64>() / asked.len() as f64;
    let coverage = asked.len().min(found.len()) as f64 / found.len() as f64;
    // The weights keep the classes apart: the worst same word (0.95) is above the best beginning (0.933).
    // Equal words in another order reach 0.99, so that only the same order is 1; a name that begins with the query is a little better.
    let begins = if begins_with(&found, asked) { 0.005 } else { 0.0 };
    if mean > 0.0 { 0.95 * mean + 0.04 * coverage + begins } else { 0.0 }
}

/// Whether a name begins with a query, the last word of which may be incomplete.
fn begins_with(name: &[String], query: &[String]) -> bool {
    let Some((last, whole)) = query.split_last() else { return false };
    name.len() >= query.len() && name.starts_with(whole) && name[whole.len()].starts_with(last.as_str())
}

/// Whether two words are one typo apart: a letter more, less, other, or two swapped. One of them has four letters or more, the other
/// one at least three.
pub fn is_typo(asked: &str, found: &str) -> bool {
    let (one, other) = (asked.chars().count(), found.chars().count());
    one.abs_diff(other) <= 1 && one.max(other) >= MIN_TYPO_CHARS && one.min(other) >= MIN_SHORTENED_CHARS && osa_distance(asked, found) == 1
}

/// Whether a word of a name is what a word of a query means: the same, one that begins with it, or one typo away.
pub fn answers(asked: &str, found: &str) -> bool {
    found.starts_with(asked) || is_typo(asked, found)
}

fn word_similarity(asked: &str, found: &str) -> f64 {
    if asked == found {
        return 1.0;
    }
    let (asked_chars, found_chars) = (asked.chars().count(), found.chars().count());
    if found.starts_with(asked) {
        return 0.85 + 0.09 * asked_chars as f64 / found_chars as f64;
    }
    if is_typo(asked, found) {
        return 0.75;
    }
    0.5 * jaro_winkler(asked, found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn similarity(query: &str, name: &str) -> f64 {
        super::similarity(&tokens(query), name)
    }

    #[test]
    fn a_name_is_cut_into_folded_words() {
        assert_eq!(tokens("Jean-Luc  PICARD, Jean"), ["jean", "luc", "picard"]);
        assert!(tokens(" ").is_empty());
        assert_eq!(tokens(&"x".repeat(200)), ["x".repeat(32)]);
        assert_eq!(tokens("a b c d e f g h i j k l m n o p q r s t").len(), 16);
    }

    #[test]
    fn variants_drop_one_letter_each() {
        assert_eq!(variants("john"), ["john", "ohn", "jhn", "jon", "joh"]);
        assert_eq!(variants("doe"), ["doe"]);
        assert_eq!(variants("anna"), ["anna", "nna", "ana", "ann"]);
    }

    #[test]
    fn words_one_typo_apart_share_a_variant() {
        for typo in ["schmitt", "shmidt", "schmiddt", "shcmidt", "schmidz"] {
            let shared = variants(typo).into_iter().any(|variant| variants("schmidt").contains(&variant));
            assert!(shared, "{typo}");
        }
    }

    #[test]
    fn same_words_rank_above_beginnings_above_typos_above_others() {
        for (asked, names) in [
            ("john", ["John", "John Doe", "John A B C D E F G", "Johns", "Johnathan", "Jonh", "Zoe"]),
            ("jon", ["Jon", "Jon Doe", "Jona", "Jonas", "Jonathan", "John", "Jan"]),
        ] {
            let ranks: Vec<f64> = names.iter().map(|name| similarity(asked, name)).collect();
            assert!(ranks.is_sorted_by(|better, worse| better > worse), "{ranks:?}");
            assert_eq!(ranks[0], 1.0);
        }
    }

    #[test]
    fn a_word_of_four_letters_may_have_lost_one() {
        for (asked, found, forgiven) in
            [("jon", "john", true), ("john", "jon", true), ("jon", "jan", false), ("jo", "jon", false), ("jon", "jo", false)]
        {
            assert_eq!(is_typo(asked, found), forgiven, "{asked} {found}");
        }
        assert_eq!(spellings("jon"), ["jon"]);
        assert!(spellings("jo").is_empty());
    }

    #[test]
    fn a_name_that_begins_with_the_query_is_better() {
        assert!(similarity("summit silver s", "Summit Silver Salvage") > similarity("summit silver s", "Silver Summit Metals"));
    }

    #[test]
    fn the_order_of_words_decides_last() {
        assert_eq!(similarity("Müller, Jörg", "muller jorg"), 1.0);
        let swapped = similarity("Jörg Müller", "Müller Jörg");
        assert!(swapped < 1.0 && swapped > similarity("Jörg Müller", "Jörg Müllers"));
    }

    proptest! {
        #[test]
        fn similarity_is_between_none_and_all(query in any::<String>(), name in any::<String>()) {
            let similarity = similarity(&query, &name);
            prop_assert!((0.0..=1.0).contains(&similarity));
        }

        #[test]
        fn a_name_is_most_like_itself(name in "\\PC{1,20}[a-z]") {
            prop_assert_eq!(similarity(&name, &name), 1.0);
        }

        #[test]
        fn variants_are_distinct(token in "[ab]{0,12}") {
            let mut distinct = variants(&token);
            let made = distinct.len();
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(distinct.len(), made);
        }
    }
}
