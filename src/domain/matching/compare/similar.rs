//! Similarity of single words.
use crate::domain::matching::vocabulary::{Pool, Word};
use rapidfuzz::distance::{jaro_winkler as jw, osa};

/// How alike two words begin and are spelt, from 0 to 1; 0 below `least`.
pub fn jaro_winkler(left: &str, right: &str, least: f64) -> f64 {
    // The measure looks at the two sides in turn; one order makes it the same both ways.
    let (left, right) = if left <= right { (left, right) } else { (right, left) };
    jw::similarity_with_args(left.bytes(), right.bytes(), &jw::Args::default().score_cutoff(least)).unwrap_or(0.0)
}

/// How many letters are other, more, fewer or swapped, up to `most`; none when they are more.
pub fn edits(left: &str, right: &str, most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    osa::distance_with_args(left.bytes(), right.bytes(), &osa::Args::default().score_cutoff(most))
}

/// Levels of words: 0 same, 1 other form, 2 one letter, 3 similar, 4 initial, 5 somewhat similar, 6 different.
pub fn word_level(pool: &Pool<Word>, left: u32, right: u32) -> u8 {
    if left == right {
        return 0;
    }
    let (a, b) = (pool.text(left), pool.text(right));
    let (one, other) = (pool.get(left), pool.get(right));
    if a.len() == 1 || b.len() == 1 {
        return if a.as_bytes().first() == b.as_bytes().first() { 4 } else { 6 };
    }
    if one.plain == other.plain || super::super::normal::nickname::meet(one.full_names, other.full_names) {
        return 1;
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if short.len() == 2 && long.len() > 3 && long.starts_with(short) {
        return 4;
    }
    let winkler = jaro_winkler(a, b, 0.70);
    if winkler == 0.0 {
        return if long.len() >= 4 && edits(a, b, 1) == Some(1) { 2 } else { 6 };
    }
    if winkler >= 0.92 || long.len() >= 4 && edits(a, b, 1) == Some(1) {
        return 2;
    }
    let sounds = one.sound == other.sound && winkler >= 0.75;
    let consonants = one.skeleton != 0 && one.skeleton == other.skeleton;
    let begins = short.len() >= 3 && long.starts_with(short);
    if winkler >= 0.84 || sounds || consonants || begins { 3 } else { 5 }
}
