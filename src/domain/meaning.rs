//! What the words of a search text may mean: the words in use that are meant, and the keys of the names that have them.
use super::{
    draft::{self, pair_key},
    token,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

/// Words in use that begin with a word of the text and are tried one by one, at the most.
pub const MAX_COMPLETIONS: usize = 64;

/// Words of a text whose pairs are looked up, at the most; further ones only sort out the names that were found.
const MAX_PAIRED: usize = 3;

/// Stretches of keys that are read for one pair of words, at the most.
const MAX_RANGES: usize = 400;

/// Letters that both parts of a word have at the least which lost the space between them.
const MIN_PART_CHARS: usize = 2;

/// A stretch of keys in the order of code points; both ends belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key.
    pub from: String,
    /// The last one.
    pub to: String,
}

impl KeyRange {
    fn one(key: String) -> Self {
        Self { to: key.clone(), from: key }
    }

    /// All keys that begin with a text.
    pub fn beginning(text: String) -> Self {
        Self { to: format!("{text}\u{10FFFF}"), from: text }
    }
}

/// The keys that lead to the names with some words, the likeliest ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGroup {
    /// One of these keys is the party's.
    pub ranges: Vec<KeyRange>,
    /// And one of these.
    pub also: Option<KeyRange>,
}

/// A word of a text with the words in use that it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The word.
    pub text: String,
    /// The words in use that begin with it, itself among them.
    begun: Vec<String>,
    /// The words in use that are one typo away.
    typos: Vec<String>,
}

impl Meaning {
    fn of(word: &str, in_use: &BTreeSet<String>) -> Option<Self> {
        let begun: Vec<String> = in_use.range(word.to_owned()..).take_while(|other| other.starts_with(word)).cloned().collect();
        let typos: Vec<String> = in_use.iter().filter(|other| !other.starts_with(word) && token::is_typo(word, other)).cloned().collect();
        if begun.is_empty() && typos.is_empty() { None } else { Some(Self { text: word.to_owned(), begun, typos }) }
    }

    /// The words in use that are meant, with the number of typos.
    fn forms(&self) -> impl Iterator<Item = (&String, usize)> {
        self.begun.iter().map(|form| (form, 0)).chain(self.typos.iter().map(|form| (form, 1)))
    }

    fn single(&self) -> Vec<KeyRange> {
        let typos = self.typos.iter().map(|typo| KeyRange::one(draft::name_key(typo)));
        iter::once(KeyRange::beginning(draft::name_key(&self.text))).chain(typos).collect()
    }
}

/// The parts of words that lost the space between them, which are to be looked for among the words in use.
pub fn parts(word: &str) -> Vec<(&str, &str)> {
    let places: Vec<usize> = word.char_indices().map(|(place, _)| place).collect();
    let last = places.len().saturating_sub(MIN_PART_CHARS);
    (MIN_PART_CHARS..=last).filter_map(|place| places.get(place).map(|place| word.split_at(*place))).collect()
}

/// The words, with the space between two that were written as one which nobody has.
pub fn parted(words: &[String], in_use: &BTreeSet<String>) -> Vec<String> {
    let part = |word: &String| {
        let both = |(first, second): &(&str, &str)| in_use.contains(*first) && in_use.contains(*second);
        let parts = parts(word).into_iter().filter(both).max_by_key(|(first, second)| first.len().min(second.len()));
        match parts {
            Some((first, second)) if Meaning::of(word, in_use).is_none() => vec![first.to_owned(), second.to_owned()],
            _ => vec![word.clone()],
        }
    };
    words.iter().flat_map(part).collect()
}

/// What the words mean, out of the words in use; words that nobody has are left out.
pub fn meanings(words: &[String], in_use: &BTreeSet<String>) -> Vec<Meaning> {
    words.iter().filter_map(|word| Meaning::of(word, in_use)).collect()
}

/// Letters of the words that none of some words of a name answers.
pub fn missing(meanings: &[Meaning], found: &[String]) -> usize {
    let is_missing = |meaning: &&Meaning| !found.iter().any(|other| token::answers(&meaning.text, other));
    meanings.iter().filter(is_missing).map(|meaning| meaning.text.chars().count()).sum()
}

/// The keys of the names that have the words. Of one word its own keys; of several the keys of pairs, a group for each pair of the
/// longest words, for those are rare.
pub fn key_groups(meanings: &[Meaning]) -> Vec<KeyGroup> {
    if let [only] = meanings {
        return vec![KeyGroup { ranges: only.single(), also: None }];
    }
    let mut longest: Vec<&Meaning> = meanings.iter().collect();
    longest.sort_by_key(|meaning| std::cmp::Reverse(meaning.text.len()));
    longest.truncate(MAX_PAIRED);
    let pairs = longest.iter().enumerate().flat_map(|(i, one)| longest[i + 1..].iter().map(move |other| (*one, *other)));
    pairs.map(|(one, other)| pair(one, other)).collect()
}

/// The keys of the names that have both words. The key of a pair begins with the word that comes first in the order of code points,
/// so that word is tried in all its forms, and the other one may be incomplete.
fn pair(one: &Meaning, other: &Meaning) -> KeyGroup {
    let (first, second) = if one.text <= other.text { (one, other) } else { (other, one) };
    if first.begun.len() > MAX_COMPLETIONS {
        return KeyGroup { ranges: second.single(), also: Some(KeyRange::beginning(draft::name_key(&first.text))) };
    }
    let mut ranges: Vec<(usize, KeyRange)> = Vec::new();
    for (form, typos) in first.forms() {
        ranges.push((typos, KeyRange::beginning(draft::pair_beginning(form, &second.text))));
        let before = second.begun.iter().filter(|begun| *begun < form).map(|begun| (pair_key(begun, form), typos));
        let misspelt = second.typos.iter().filter(|typo| *typo != form).map(|typo| (pair_key(form, typo), typos + 1));
        // A single word of a name may be what both words mean: "jo john".
        let both = second.forms().filter(|(other, _)| *other == form).map(|(_, more)| (draft::name_key(form), typos + more));
        ranges.extend(before.chain(misspelt).chain(both).map(|(key, typos)| (typos, KeyRange::one(key))));
    }
    ranges.sort_by_key(|(typos, _)| *typos);
    KeyGroup { ranges: ranges.into_iter().map(|(_, range)| range).take(MAX_RANGES).collect(), also: None }
}

/// The parties that may have all the words, out of those of each group: first those that are in every group which was read to its end.
pub fn together<P: Copy + Ord>(groups: &[Vec<P>], limit: usize) -> Vec<P> {
    let mut places: BTreeMap<P, (usize, usize)> = BTreeMap::new();
    for group in groups {
        let is_whole = usize::from(group.len() < limit);
        for party in group.iter().collect::<BTreeSet<_>>() {
            let (whole, all) = places.entry(*party).or_default();
            *whole += is_whole;
            *all += 1;
        }
    }
    let mut seen = BTreeSet::new();
    let mut parties: Vec<P> = groups.iter().flatten().copied().filter(|party| seen.insert(*party)).collect();
    parties.sort_by_key(|party| std::cmp::Reverse(places.get(party).copied()));
    parties.truncate(limit);
    parties
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn in_use(in_use: &[&str]) -> BTreeSet<String> {
        in_use.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Each stretch of keys of each group: a key alone, or with a star what begins so.
    fn keys(asked: &[&str], known: &[&str]) -> Vec<Vec<String>> {
        let shown = |range: KeyRange| if range.from == range.to { range.from } else { format!("{}*", range.from) };
        key_groups(&meanings(&words(asked), &in_use(known))).into_iter().map(|group| group.ranges.into_iter().map(shown).collect()).collect()
    }

    #[test]
    fn one_word_leads_to_its_own_keys() {
        assert_eq!(keys(&["schmidt"], &["schmidt", "schmidtke", "schmitt", "smith"]), [["n:schmidt*", "n:schmitt"]]);
        assert!(keys(&["zzz"], &["schmidt"]).is_empty());
    }

    #[test]
    fn two_words_lead_to_the_keys_of_pairs_the_likeliest_first() {
        let known = ["john", "jon", "doe", "dot"];
        assert_eq!(keys(&["john", "doe"], &known), [["w:doe john*", "w:doe jon"]]);
        assert_eq!(keys(&["jo", "d"], &known), [["w:doe jo*", "w:dot jo*"]]);
        assert_eq!(keys(&["jo", "john"], &["john", "jona"]), [["w:john john*", "n:john", "w:jona john*", "w:john jona"]]);
    }

    #[test]
    fn many_words_lead_to_the_pairs_of_the_longest() {
        let known = ["acme", "silver", "logistics", "llc"];
        assert_eq!(keys(&known, &known), [["w:logistics silver*"], ["w:acme logistics*"], ["w:acme silver*"]]);
    }

    #[test]
    fn a_word_that_stands_for_too_many_is_asked_for_in_the_second_place() {
        let known: Vec<String> = (0..=MAX_COMPLETIONS).map(|i| format!("a{i}")).chain(["smith".to_owned()]).collect();
        let groups = key_groups(&meanings(&words(&["a", "smith"]), &known.into_iter().collect()));
        assert_eq!(groups, [KeyGroup { ranges: vec![KeyRange::beginning("n:smith".to_owned())], also: Some(KeyRange::beginning("n:a".to_owned())) }]);
    }

    #[test]
    fn a_lost_space_is_found_again() {
        let known = in_use(&["james", "jam", "smith", "essmith"]);
        assert_eq!(parted(&words(&["jamessmith"]), &known), ["james", "smith"]);
        assert_eq!(parted(&words(&["james", "jsmith"]), &known), ["james", "jsmith"]);
        assert_eq!(parts("müller"), [("mü", "ller"), ("mül", "ler"), ("müll", "er")]);
        assert!(parts("doe").is_empty());
    }

    #[test]
    fn those_in_every_pair_come_first_and_a_pair_that_was_cut_excludes_nobody() {
        assert_eq!(together(&[vec![1, 2], vec![2, 3]], 9), [2, 1, 3]);
        assert_eq!(together(&[vec![4, 5, 6], vec![7, 4, 5], vec![9]], 3), [9, 4, 5]);
    }

    #[test]
    fn words_that_a_name_lacks_are_counted_by_their_letters() {
        let asked = meanings(&words(&["john", "doe"]), &in_use(&["john", "doe"]));
        assert_eq!(missing(&asked, &words(&["jon", "roe"])), 3);
    }
}
