//! Names of persons: titles, particles, "Last, First", generations, scripts.
use super::{
    nickname,
    words::{folded, is_blank, is_ideograph},
};

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "madam",
    "herr",
    "frau",
    "hr",
    "fr",
    "hrn",
    "dhr",
    "mevr",
    "mw",
    "m",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "senor",
    "senora",
    "sr",
    "sra",
    "srta",
    "don",
    "dona",
    "sig",
    "sigra",
    "ing",
    "dipl",
    "mag",
    "rev",
    "hon",
    "doctor",
];

/// Titles that are a name or an initial too: they are titles only when enough other words remain.
const MAYBE_TITLES: &[&str] = &["m", "sr", "don", "dona", "fr", "sir", "hon", "ing", "sig", "mag", "hr", "doctor", "madam"];

const DEGREES: &[&str] =
    &["phd", "md", "mba", "msc", "bsc", "ba", "ma", "esq", "dds", "dvm", "cpa", "rn", "llm", "llb", "jd", "dipling", "mbe", "obe"];

const PARTICLES: &[&str] = &[
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "das", "dos", "do", "du", "la", "le", "ten", "ter", "te", "zu", "zum", "zur",
    "vom", "al", "el", "bin", "ibn", "ben", "bint", "af", "av", "y", "e", "und", "st", "saint", "op", "t", "s", "d", "l",
];

/// A name in its parts, folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Given names, the first one first.
    pub given: Vec<String>,
    /// Words of the family name, particles first.
    pub family: Vec<String>,
    /// 1 senior, 2 junior or II, 3 and above as numbered.
    pub generation: Option<u8>,
}

impl PersonName {
    /// Reads a name of separate fields.
    pub fn of_parts(given: &str, middle: &str, family: &str, suffix: &str) -> Self {
        let mut name = Self { given: words(given), family: words(family), generation: generation_of(&folded(suffix)) };
        if given.contains(',') && family.trim().is_empty() {
            return Self::parse(given);
        }
        strip_titles(&mut name.given, 1);
        strip_titles(&mut name.family, 1);
        name.given.extend(words(middle));
        for part in [&mut name.family, &mut name.given] {
            let found = strip_suffixes(part);
            name.generation = name.generation.or(found);
        }
        name
    }

    /// Reads a whole name.
    pub fn parse(text: &str) -> Self {
        if text.chars().filter(|c| c.is_alphabetic()).all(is_ideograph) {
            return Self::of_ideographs(text);
        }
        if let Some((family, given)) = text.split_once(',') {
            let after = words(given);
            let is_suffix = after.iter().all(|word| generation_of(word).is_some() || DEGREES.contains(&word.as_str()));
            if !after.is_empty() && !is_suffix {
                return Self::of_parts(given, "", family, "");
            }
        }
        let mut all = words(text);
        strip_titles(&mut all, 2);
        let generation = strip_suffixes(&mut all);
        let family = split_family(&mut all);
        Self { given: all, family, generation }
    }

    fn of_ideographs(text: &str) -> Self {
        let mut all = words(text);
        let given: Vec<String> = all.split_off(1.min(all.len()));
        let given = if given.is_empty() { Vec::new() } else { vec![given.concat()] };
        Self { given, family: all, generation: None }
    }

    /// Whether nothing of the name is known.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.family.is_empty()
    }

    /// The name as a feature.
    pub fn feature(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let generation = self.generation.map_or_else(String::new, |number| number.to_string());
        format!("{};{};{generation}", self.given.join(" "), self.family.join(" "))
    }

    /// Reads what [`Self::feature`] wrote.
    pub fn of_feature(feature: &str) -> Self {
        let mut parts = feature.split(';');
        let mut list = || parts.next().unwrap_or("").split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let (given, family) = (list(), list());
        Self { given, family, generation: parts.next().and_then(|number| number.parse().ok()) }
    }
}

/// Whether the word links parts of a name and names nobody by itself.
pub fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

/// Whether a text looks like the name of a person: its first or second word is a known given name and it is short.
pub fn looks_like_person(text: &str) -> bool {
    let words = words(text);
    let is_short = (2..=5).contains(&words.len()) && !text.chars().any(|c| c.is_ascii_digit());
    let titled = words.first().is_some_and(|word| TITLES.contains(&word.as_str()) && !MAYBE_TITLES.contains(&word.as_str()));
    let given = |at: usize| words.get(at).is_some_and(|word| nickname::is_given_name(word));
    is_short && (titled || given(0) || (text.contains(',') || words.len() == 2) && given(words.len() - 1))
}

fn words(text: &str) -> Vec<String> {
    let folded = folded(&text.replace(['(', '"', '\u{201C}'], " "));
    if is_blank(&folded) {
        return Vec::new();
    }
    folded.split(' ').filter(|word| !word.is_empty()).take(8).map(str::to_owned).collect()
}

fn strip_titles(words: &mut Vec<String>, keep: usize) {
    while words.len() > keep && words.first().is_some_and(|word| is_title(word, words.len() - keep)) {
        words.remove(0);
    }
}

fn is_title(word: &str, spare: usize) -> bool {
    TITLES.contains(&word) && (!MAYBE_TITLES.contains(&word) || spare > 1 || matches!(word, "sir" | "hr"))
}

fn strip_suffixes(words: &mut Vec<String>) -> Option<u8> {
    let mut generation = None;
    while words.len() > 1 {
        let Some(last) = words.last() else { break };
        let number = generation_of(last);
        if number.is_none() && !DEGREES.contains(&last.as_str()) {
            break;
        }
        generation = generation.or(number);
        words.pop();
    }
    generation
}

fn generation_of(word: &str) -> Option<u8> {
    match word {
        "sr" | "snr" | "senior" | "sen" | "pere" | "i" | "1st" => Some(1),
        "jr" | "jnr" | "junior" | "jun" | "fils" | "ii" | "2nd" => Some(2),
        "iii" | "3rd" => Some(3),
        "iv" | "4th" => Some(4),
        _ => None,
    }
}

/// The family name at the end, with the particles before it.
fn split_family(words: &mut Vec<String>) -> Vec<String> {
    if words.len() < 2 {
        // One word alone: people go by their given name when it is known as one.
        let is_given = words.first().is_some_and(|word| nickname::is_given_name(word));
        return if is_given { Vec::new() } else { std::mem::take(words) };
    }
    let mut start = words.len() - 1;
    while start > 1 && is_particle(&words[start - 1]) && words[start - 1].len() > 1 {
        start -= 1;
    }
    words.split_off(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        PersonName::parse(text).feature()
    }

    #[test]
    fn names_fall_into_their_parts() {
        assert_eq!(parsed("Dr. Karl-Heinz van den Berg Jr."), "karl heinz;van den berg;2");
        assert_eq!(parsed("Höfig, Emilia"), "emilia;hofig;");
        assert_eq!(parsed("Ms Jennifer J Lu"), "jennifer j;lu;");
        assert_eq!(parsed("John Smith, PhD"), "john;smith;");
        assert_eq!(parsed("张秀英"), "xiuying;zhang;");
        assert_eq!(parsed("n/a"), "");
        assert_eq!(PersonName::of_parts("David", "", "Dobbins Senior", "").feature(), "david;dobbins;1");
        assert_eq!(PersonName::of_parts("Morris II", "", "Klein", "").feature(), "morris;klein;2");
    }

    #[test]
    fn features_read_back() {
        let name = PersonName::parse("Maria Luisa de la Cruz III");
        assert_eq!(PersonName::of_feature(&name.feature()), name);
    }

    #[test]
    fn persons_are_told_from_firms() {
        for (text, person) in [("Victoria Cook", true), ("Cook, Victoria", true), ("arts delicatessen", false), ("Meridian Labs 7", false)] {
            assert_eq!(looks_like_person(text), person, "{text}");
        }
    }
}
