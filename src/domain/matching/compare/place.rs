//! Dates and addresses.
use super::{
    Outcome,
    similar::{edits, jaro_winkler},
};
use crate::domain::matching::{
    normal::date::PartialDate,
    vocabulary::{Place, Vocabulary},
};

/// Days of birth.
pub fn births(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    let (one, other) = (*vocabulary.births.get(left), *vocabulary.births.get(right));
    let swapped = one.day == other.month && one.month == other.day;
    let may_swap = one.ambiguous || other.ambiguous;
    let same = one.day == other.day && one.month == other.month;
    if one.year == other.year && (same || swapped && may_swap) {
        return Outcome::level(if one.month == 0 { 3 } else { 0 });
    }
    if one.month == 0 || other.month == 0 {
        return Outcome::level(if one.year == other.year { 3 } else { 5 });
    }
    if one.year == other.year && swapped || digits_apart(one, other) == Some(1) {
        return Outcome::level(1);
    }
    let parts = u8::from(one.year == other.year) + u8::from(one.month == other.month) + u8::from(one.day == other.day);
    if parts == 2 || days(one).abs_diff(days(other)) <= 3 {
        Outcome::level(2)
    } else if one.year == other.year {
        Outcome::level(3)
    } else if digits_apart(one, other) == Some(2) || days(one).abs_diff(days(other)) <= 366 {
        Outcome::level(4)
    } else {
        Outcome::level(5)
    }
}

/// The date as a number of days; exact enough to tell how far two are apart.
fn days(date: PartialDate) -> u32 {
    u32::from(date.year) * 365 + u32::from(date.month) * 30 + u32::from(date.day)
}

fn digits_apart(one: PartialDate, other: PartialDate) -> Option<usize> {
    let text = |date: PartialDate| -> [u8; 8] {
        let digit = |value: u16| b'0' + u8::try_from(value % 10).unwrap_or(0);
        let (y, m, d) = (date.year, u16::from(date.month), u16::from(date.day));
        [digit(y / 1000), digit(y / 100), digit(y / 10), digit(y), digit(m / 10), digit(m), digit(d / 10), digit(d)]
    };
    let (a, b) = (text(one), text(other));
    let differ: Vec<usize> = (0..8).filter(|at| a[*at] != b[*at]).collect();
    match differ.as_slice() {
        [_] => Some(1),
        [first, second] if second - first == 1 && a[*first] == b[*second] && a[*second] == b[*first] => Some(1),
        [_, _] => Some(2),
        _ => None,
    }
}

/// Addresses as one comparison: what of house, street, postal code and town agrees.
pub fn addresses(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    let (left, right) = if vocabulary.addresses.text(left) <= vocabulary.addresses.text(right) { (left, right) } else { (right, left) };
    let (one, other) = (vocabulary.addresses.get(left), vocabulary.addresses.get(right));
    let shared = vocabulary.frequency(vocabulary.addresses.count(left).max(vocabulary.addresses.count(right)));
    if left == right && one.number.is_some() && !one.street.is_empty() {
        return Outcome::of(0, shared);
    }
    let number = one.number.zip(other.number).map(|(a, b)| a == b);
    let street = street(vocabulary, one, other);
    let code = one.postal_code.zip(other.postal_code).map(|(a, b)| a == b);
    let town = town(vocabulary, one, other);
    let around = code == Some(true) || town == Some(true);
    match (number, street) {
        (Some(true), Some(true)) if around => Outcome::of(0, shared),
        (Some(true), Some(true)) => Outcome::of(1, shared),
        (None, Some(true)) if around => Outcome::level(2),
        (Some(true), None) if code == Some(true) => Outcome::level(2),
        (Some(false), Some(true)) if around => Outcome::level(3),
        _ => area(vocabulary, one, other, [street, code, town]),
    }
}

fn area(vocabulary: &Vocabulary, one: &Place, other: &Place, [street, code, town]: [Option<bool>; 3]) -> Outcome {
    if code == Some(true) {
        let count = one.postal_code.map_or(0, |code| vocabulary.places.count(code));
        return Outcome::of(4, vocabulary.frequency(count));
    }
    if street == Some(true) || codes_alike(vocabulary, one, other) {
        return Outcome::level(5);
    }
    if town == Some(true) {
        let count = |place: &Place| place.whole_city.map_or(0, |city| vocabulary.places.count(city));
        return Outcome::of(6, vocabulary.frequency(count(one).max(count(other))));
    }
    if street.is_none() && code.is_none() && town.is_none() { Outcome::NONE } else { Outcome::level(7) }
}

/// One sign other, or the same district of a code in two parts.
fn codes_alike(vocabulary: &Vocabulary, one: &Place, other: &Place) -> bool {
    let Some((a, b)) = one.postal_code.zip(other.postal_code) else { return false };
    let (a, b) = (vocabulary.places.text(a), vocabulary.places.text(b));
    let letters = a.bytes().any(|c| c.is_ascii_alphabetic()) && b.bytes().any(|c| c.is_ascii_alphabetic());
    let outward = |code: &str| code.len().checked_sub(3).map(|end| code[..end].to_owned());
    a.len() >= 4 && edits(a, b, 1) == Some(1) || letters && a.len() >= 5 && outward(a) == outward(b)
}

fn street(vocabulary: &Vocabulary, one: &Place, other: &Place) -> Option<bool> {
    if one.street.is_empty() || other.street.is_empty() {
        return None;
    }
    if one.street == other.street {
        return Some(true);
    }
    let (short, long) = if one.street.len() <= other.street.len() { (one, other) } else { (other, one) };
    let mut shared = 0.0;
    let mut weight = 0.0;
    for word in &short.street {
        let text = vocabulary.places.text(*word);
        let own = if text.len() <= 2 { 0.3 } else { 1.0 };
        weight += own;
        if long.street.iter().chain(&long.city).any(|b| b == word || alike(text, vocabulary.places.text(*b))) {
            shared += own;
        }
    }
    // Of an address in one text the town's words stand among those of the street.
    let in_one_text = short.city.is_empty() || long.city.is_empty();
    let extra = if in_one_text { 0.0 } else { 0.35 * (long.street.len() - short.street.len()) as f64 };
    Some(weight > 0.0 && shared / (weight + extra) >= 0.66)
}

fn town(vocabulary: &Vocabulary, one: &Place, other: &Place) -> Option<bool> {
    match (one.whole_city, other.whole_city) {
        (Some(a), Some(b)) => Some(a == b || towns_alike(vocabulary.places.text(a), vocabulary.places.text(b))),
        (Some(_), None) if other.street.len() > 1 => Some(one.city.iter().all(|word| other.street.contains(word))).filter(|found| *found),
        (None, Some(_)) if one.street.len() > 1 => Some(other.city.iter().all(|word| one.street.contains(word))).filter(|found| *found),
        (None, None) => {
            // Both in one text: two shared words beside the first are street and town.
            let shared = one.street.iter().filter(|word| other.street.contains(word)).count();
            (shared >= 3).then_some(true)
        }
        _ => None,
    }
}

fn towns_alike(a: &str, b: &str) -> bool {
    alike(a, b) || a.len().min(b.len()) >= 5 && (a.starts_with(b) || b.starts_with(a) || a.ends_with(b) || b.ends_with(a))
}

fn alike(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 3
        && a.len().max(b.len()) >= 4
        && !a.as_bytes()[0].is_ascii_digit()
        && (edits(a, b, 1).is_some() || jaro_winkler(a, b, 0.9) > 0.0)
}
