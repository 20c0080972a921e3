//! Whether two names, and nothing else, may be those of one person or organisation.
use super::{
    compare::{edits, jaro_winkler},
    features::Kind,
    normal::{nickname, organization, person::PersonName, words},
};

/// The likeness from which two names are taken for one.
pub const SAME: f64 = 0.5;

/// What a word without a partner on either side leaves of the likeness.
const CONFLICT: f64 = 0.3;

/// What a word that only one side has leaves of it: people drop middle names.
const EXTRA: f64 = 0.88;

/// How alike two names are, from 0 to 1; in [`SAME`] and above one is taken for the other.
pub fn likeness(kind: Kind, left: &str, right: &str) -> f64 {
    let (one, other) = if left <= right { (left, right) } else { (right, left) };
    let words = |text: &str| match kind {
        Kind::Person => person_words(text),
        _ => organization::feature(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
    };
    let (a, b): (Vec<String>, Vec<String>) = (words(one), words(other));
    if a.is_empty() || b.is_empty() {
        return f64::from(u8::from(!one.trim().is_empty() && one.trim() == other.trim()));
    }
    let together = spelt(&a.concat(), &b.concat());
    let initials = if kind == Kind::Person { 0.0 } else { is_initials(&a, &b).max(is_initials(&b, &a)) };
    aligned(&a, &b).max(if together >= 0.9 { together * 0.9 } else { 0.0 }).max(initials)
}

fn person_words(text: &str) -> Vec<String> {
    let name = PersonName::parse(text);
    name.given
        .into_iter()
        .chain(name.family)
        .filter(|word| !matches!(word.as_str(), "al" | "el" | "bin" | "ibn" | "ben" | "de" | "van" | "von" | "der" | "da" | "du"))
        .collect()
}

/// Every word with the best partner that is left, the most alike first.
fn aligned(a: &[String], b: &[String]) -> f64 {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (at, one) in a.iter().enumerate() {
        pairs.extend(b.iter().enumerate().map(|(other_at, other)| (word_likeness(one, other), at, other_at)).filter(|pair| pair.0 > 0.0));
    }
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let (mut used, mut other_used) = (vec![false; a.len()], vec![false; b.len()]);
    let (mut product, mut matched) = (1.0, 0usize);
    for (likeness, at, other_at) in pairs {
        if !used[at] && !other_used[other_at] {
            (used[at], other_used[other_at]) = (true, true);
            product *= likeness;
            matched += 1;
        }
    }
    if matched == 0 {
        return 0.0;
    }
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let (left, right) = (a.len() - matched, b.len() - matched);
    let extra = left.abs_diff(right);
    // One word of several is no name.
    let lone = if matched == 1 && extra > 0 { 0.6 } else { 1.0 };
    product * CONFLICT.powi(count(left.min(right))) * EXTRA.powi(count(extra)) * lone
}

fn word_likeness(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    if a.len() == 1 || b.len() == 1 {
        return if a.as_bytes().first() == b.as_bytes().first() { 0.85 } else { 0.0 };
    }
    if nickname::meet(nickname::full_names(a), nickname::full_names(b)) || words::without_digraphs(a) == words::without_digraphs(b) {
        return 0.95;
    }
    let skeleton = words::skeleton(a);
    if skeleton.len() >= 3 && skeleton == words::skeleton(b) {
        return 0.9;
    }
    let spelt = spelt(a, b);
    if spelt >= 0.6 || jaro_winkler(a, b, 0.88) > 0.0 { spelt.max(0.6) } else { 0.0 }
}

/// The share of letters that two spellings have in common.
fn spelt(a: &str, b: &str) -> f64 {
    let longest = a.len().max(b.len());
    edits(a, b, longest).map_or(0.0, |slips| 1.0 - slips as f64 / longest as f64)
}

fn is_initials(short: &[String], long: &[String]) -> f64 {
    let initials: String = long.iter().filter_map(|word| word.chars().next()).collect();
    if short.len() == 1 && long.len() > 2 && initials == short[0] { 0.8 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_spellings() {
        for (kind, left, right, same) in [
            (Kind::Person, "Frost, William G.", "Bill Frost", true),
            (Kind::Person, "Aleksandar Vucic", "Aleksandar Vučić", true),
            (Kind::Person, "Andrei Navalny", "Alexei Navalny", false),
            (Kind::Person, "Michelle Obama", "Marie Obama", false),
            (Kind::Organization, "L.X.C. Aviation", "LXC Aviation Ltd", true),
            (Kind::Organization, "Good Will Company", "Goodwill Company", true),
            (Kind::Organization, "LXC Aviation", "LAU Aviation", false),
            (Kind::Organization, "", "LAU Aviation", false),
        ] {
            let likeness = likeness(kind, left, right);
            assert_eq!(likeness >= SAME, same, "{left} {right} {likeness}");
        }
    }
}
