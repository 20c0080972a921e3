//! Names as words: `contactEmail`, `CONTACT_E_MAIL` and `contactemail` are the same two words.
use super::vocabulary;

/// Pairs of words that are one word written apart.
const JOINED: &[(&str, &str, &str)] =
    &[("e", "mail", "email"), ("e", "post", "epost"), ("e", "posta", "eposta"), ("zip", "code", "zipcode"), ("post", "code", "postcode")];

/// A name longer than this is cut: no database has names of this length, and nothing is learnt from the rest.
const MAX_CHARS: usize = 256;

/// The words of a name in lower case and ASCII, in the singular where the vocabulary knows it.
///
/// A name is parted at everything that is no letter and no digit, where a capital follows a small letter, before the last of several capitals
/// (`ZIPCode`), and between letters and digits. What is left in one piece is parted when the vocabulary knows all of its pieces.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in parts(name) {
        let word = singular(&any_ascii::any_ascii(&word).to_lowercase());
        let joined = words.last().and_then(|last| JOINED.iter().find(|(first, second, _)| *first == last && *second == word));
        if let Some((_, _, whole)) = joined {
            words.pop();
            words.push((*whole).to_owned());
        } else if vocabulary::knows(&word) {
            words.push(word);
        } else {
            words.extend(pieces(&word).unwrap_or_else(|| vec![word]));
        }
    }
    words
}

fn parts(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().take(MAX_CHARS).collect();
    let mut parts = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let capital_begins = letter.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || before.is_some_and(char::is_uppercase) && letters.get(at + 1).is_some_and(|after| after.is_lowercase()));
        let kind_changes = before.is_some_and(|before| before.is_numeric() != letter.is_numeric());
        if !letter.is_alphanumeric() || capital_begins || kind_changes {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (letter.is_alphanumeric(), parts.last_mut()) {
            part.push(*letter);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The word without its plural's ending, if that is how the vocabulary knows it.
fn singular(word: &str) -> String {
    if vocabulary::knows(word) {
        return word.to_owned();
    }
    let stems = ["es", "s", "en", "n"].into_iter().filter_map(|ending| word.strip_suffix(ending).map(str::to_owned));
    let stems = stems.chain(word.strip_suffix("ies").map(|stem| format!("{stem}y")));
    stems.into_iter().find(|stem| stem.len() > 2 && vocabulary::knows(stem)).unwrap_or_else(|| word.to_owned())
}

/// The fewest known words that make up a word, each of three letters or more.
fn pieces(word: &str) -> Option<Vec<String>> {
    const MIN: usize = 3;
    let end = word.len();
    if !word.is_ascii() || !(2 * MIN..=60).contains(&end) {
        return None;
    }
    // `shortest[at]` is where the first piece of the rest from `at` ends, and how many pieces the rest has.
    let mut shortest: Vec<Option<(usize, usize)>> = vec![None; end + 1];
    shortest[end] = Some((end, 0));
    for at in (0..end).rev() {
        let ends = (at + MIN..=end).filter(|&to| shortest[to].is_some() && vocabulary::knows(&singular(&word[at..to])));
        shortest[at] = ends.filter_map(|to| shortest[to].map(|(_, pieces)| (to, pieces + 1))).min_by_key(|(_, pieces)| *pieces);
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < end {
        let (to, _) = shortest[at]?;
        pieces.push(singular(&word[at..to]));
        at = to;
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_gives_the_same_words() {
        for name in
            ["contact_email", "contactEmail", "ContactEmail", "CONTACT_EMAIL", "contact-e-mail", "contactEMail", "contactemail", "Contact E-Mails"]
        {
            assert_eq!(words(name), ["contact", "email"], "{name}");
        }
        assert_eq!(words("ZIPCode"), ["zipcode"]);
        assert_eq!(words("phoneE164"), ["phone", "e", "164"]);
        assert_eq!(words("straße_2"), ["strasse", "2"]);
        assert_eq!(words("téléphone"), ["telephone"]);
    }

    #[test]
    fn words_that_are_not_all_known_stay_whole() {
        for name in ["filename", "telemetry", "microphone", "cityscape", "namespace", "voicemail", "hostname"] {
            assert_eq!(words(name), [name]);
        }
    }
}
