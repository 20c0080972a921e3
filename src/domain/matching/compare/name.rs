//! Names of persons and organisations.
use super::{
    Outcome,
    similar::{edits, jaro_winkler, word_level},
};
use crate::domain::matching::vocabulary::{Firm, Person, Value, Vocabulary};

/// How two persons' names compare.
pub struct Names {
    pub given: Outcome,
    pub family: Outcome,
    pub generations_differ: bool,
}

/// The best pair of names; a pair is as good as its two levels together.
pub fn persons(vocabulary: &Vocabulary, left: &[Value], right: &[Value]) -> Names {
    let mut best = Names { given: Outcome::NONE, family: Outcome::NONE, generations_differ: false };
    let mut least = f32::MAX;
    for one in left {
        for other in right {
            let names = pair(vocabulary, one.id(), other.id());
            let cost = |outcome: Outcome| if outcome.level == super::ABSENT { 3.5 } else { f32::from(outcome.level) + outcome.frequency.min(0.9) };
            let total = cost(names.given) * 1.001 + cost(names.family);
            if total < least {
                (best, least) = (Names { generations_differ: best.generations_differ, ..names }, total);
            }
            best.generations_differ |=
                vocabulary.persons.get(one.id()).generation.zip(vocabulary.persons.get(other.id()).generation).is_some_and(|(a, b)| a != b);
        }
    }
    best
}

fn pair(vocabulary: &Vocabulary, left: u32, right: u32) -> Names {
    let (one, other) = (vocabulary.persons.get(left), vocabulary.persons.get(right));
    let given = given(vocabulary, one, other);
    let family = family(vocabulary, one, other);
    let mut names = Names { given, family, generations_differ: false };
    let agrees = |outcome: Outcome| outcome.level <= 3;
    if !agrees(given) && !agrees(family) || given.level == super::ABSENT && !agrees(family) || family.level == super::ABSENT && !agrees(given) {
        swapped(vocabulary, one, other, &mut names);
    }
    names
}

/// Given and family name in each other's place.
fn swapped(vocabulary: &Vocabulary, one: &Person, other: &Person, names: &mut Names) {
    let level = |a: Option<u32>, b: Option<u32>| a.zip(b).map(|(a, b)| word_level(&vocabulary.words, a, b)).filter(|level| *level <= 3);
    let forth = level(one.whole_given, other.whole_family);
    let back = level(one.whole_family, other.whole_given);
    match (forth, back) {
        (Some(forth), Some(back)) => {
            names.given = Outcome::level(forth.max(1));
            names.family = Outcome::level(back.max(1));
        }
        // One name of two, in the wrong field.
        (Some(level), None) | (None, Some(level)) if names.given.level == super::ABSENT || names.family.level == super::ABSENT => {
            let target = if names.family.level == super::ABSENT { &mut names.given } else { &mut names.family };
            *target = Outcome::level(level.max(1) + 1);
        }
        _ => {}
    }
}

fn given(vocabulary: &Vocabulary, one: &Person, other: &Person) -> Outcome {
    let (Some(whole), Some(other_whole)) = (one.whole_given, other.whole_given) else { return Outcome::NONE };
    let words = &vocabulary.words;
    if whole == other_whole {
        return Outcome::of(0, vocabulary.frequency(words.count(whole)));
    }
    let first = word_level(words, one.given[0], other.given[0]);
    let middles_differ = match (one.given.get(1), other.given.get(1)) {
        (Some(a), Some(b)) => word_level(words, *a, *b) >= 5,
        _ => false,
    };
    if first == 0 {
        let frequency = vocabulary.frequency(words.count(one.given[0]));
        return if middles_differ { Outcome::level(2) } else { Outcome::of(0, frequency) };
    }
    let mut best = first;
    if one.given.len() > 1 || other.given.len() > 1 {
        // Called by a later name, or several names written as one.
        let called = |first: u32, others: &[u32]| words.text(first).len() > 1 && others.iter().skip(1).any(|word| *word == first);
        let called = called(other.given[0], &one.given) || called(one.given[0], &other.given);
        let rewritten = word_level(words, whole, other_whole);
        best = best.min(if called { 2 } else { 6 }).min(if rewritten <= 3 { rewritten } else { 6 });
    }
    Outcome::level(best)
}

fn family(vocabulary: &Vocabulary, one: &Person, other: &Person) -> Outcome {
    let (Some(whole), Some(other_whole)) = (one.whole_family, other.whole_family) else { return Outcome::NONE };
    if whole == other_whole {
        let count = vocabulary.family_counts.get(whole as usize).copied().unwrap_or(0);
        return Outcome::of(0, vocabulary.frequency(count));
    }
    let mut level = word_level(&vocabulary.words, whole, other_whole);
    if level > 1 && (one.family.len() > 1 || other.family.len() > 1) {
        for a in &one.family {
            for b in &other.family {
                let word = word_level(&vocabulary.words, *a, *b);
                // One name of a double name.
                level = level.min(match word {
                    0 if vocabulary.words.text(*a).len() > 2 => 1,
                    1..=2 => word + 1,
                    _ => 6,
                });
            }
        }
    }
    Outcome::level(level)
}

/// Names of organisations: how much of their words, weighed by how telling they are, they share.
pub fn firms(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    // One order for both directions: the search for partners among the words goes from one side to the other.
    let (left, right) = if vocabulary.firms.text(left) <= vocabulary.firms.text(right) { (left, right) } else { (right, left) };
    let (one, other) = (vocabulary.firms.get(left), vocabulary.firms.get(right));
    if left == right || one.joined == other.joined || same_words(one, other) {
        let count = vocabulary.firms.count(left).max(vocabulary.firms.count(right));
        return Outcome::of(0, vocabulary.frequency(count));
    }
    let overlap = overlap(vocabulary, one, other);
    let whole = jaro_winkler(vocabulary.firm_words.text(one.joined), vocabulary.firm_words.text(other.joined), 0.9);
    let is_initials = |firm: &Firm, short: &Firm| firm.initials.is_some_and(|initials| initials == short.joined);
    if overlap >= 0.85 || whole >= 0.96 {
        Outcome::level(1)
    } else if overlap >= 0.6 || whole >= 0.93 || is_initials(one, other) || is_initials(other, one) {
        Outcome::level(2)
    } else if overlap >= 0.3 {
        Outcome::level(3)
    } else {
        Outcome::level(4)
    }
}

/// Whether they have the same words in whatever order.
fn same_words(one: &Firm, other: &Firm) -> bool {
    one.words.len() == other.words.len()
        && one.words.iter().all(|word| other.words.contains(word))
        && other.words.iter().all(|word| one.words.contains(word))
}

/// Twice the weight of shared words over the weight of all words, from 0 to 1; words a slip apart count nearly full.
fn overlap(vocabulary: &Vocabulary, one: &Firm, other: &Firm) -> f64 {
    let weight = |word: u32| (1.0 + f64::from(vocabulary.total.max(100)) / f64::from(vocabulary.firm_words.count(word).max(1))).ln();
    let sum = |firm: &Firm| firm.words.iter().map(|word| weight(*word)).sum::<f64>();
    let mut used = 0u32;
    let mut shared = 0.0;
    for a in &one.words {
        let mut best = (0.0, usize::MAX);
        for (at, b) in other.words.iter().enumerate().filter(|(at, _)| used & (1 << (at & 31)) == 0) {
            let similarity = firm_words(vocabulary, *a, *b);
            if similarity > best.0 {
                best = (similarity, at);
            }
        }
        if best.0 > 0.0 {
            used |= 1 << (best.1 & 31);
            shared += best.0 * (weight(*a) + weight(other.words[best.1]));
        }
    }
    let all = sum(one) + sum(other);
    if all > 0.0 { shared / all } else { 0.0 }
}

fn firm_words(vocabulary: &Vocabulary, left: u32, right: u32) -> f64 {
    if left == right {
        return 1.0;
    }
    let (a, b) = (vocabulary.firm_words.text(left), vocabulary.firm_words.text(right));
    if a.len().min(b.len()) < 3 {
        return 0.0;
    }
    let same = vocabulary.firm_words.get(left).plain == vocabulary.firm_words.get(right).plain;
    let near = a.len().max(b.len()) >= 4 && edits(a, b, 1) == Some(1);
    if same {
        0.98
    } else if near || jaro_winkler(a, b, 0.93) > 0.0 {
        0.92
    } else if a.len().min(b.len()) >= 4 && (a.starts_with(b) || b.starts_with(a)) {
        0.8
    } else {
        0.0
    }
}
