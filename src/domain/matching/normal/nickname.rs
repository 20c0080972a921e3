//! Short forms of given names: Bob is Robert, and Bill is Liam's cousin through William.
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

const TABLES: [&str; 2] = [include_str!("nicknames.csv"), include_str!("nicknames_more.csv")];

/// For every name the numbers of the full names that it can stand for.
static FULL_NAMES: LazyLock<FxHashMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let mut names: FxHashMap<&'static str, Vec<u16>> = FxHashMap::default();
    let lines = TABLES.iter().flat_map(|table| table.lines()).filter(|line| !line.starts_with('#'));
    for (number, line) in lines.enumerate() {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        for name in line.split(',').filter(|name| !name.is_empty()) {
            names.entry(name).or_default().push(number);
        }
    }
    names
});

/// The numbers of the full names that a folded name can stand for, in ascending order.
pub fn full_names(name: &str) -> &'static [u16] {
    FULL_NAMES.get(name).map_or(&[], Vec::as_slice)
}

/// Whether the word is known as a given name.
pub fn is_given_name(word: &str) -> bool {
    FULL_NAMES.contains_key(word)
}

/// Whether two sorted lists of full names have one in common.
pub fn meet(left: &[u16], right: &[u16]) -> bool {
    left.iter().any(|number| right.binary_search(number).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_meet_in_the_full_name() {
        for (left, right) in [("bob", "robert"), ("bob", "rob"), ("peggy", "margaret"), ("sepp", "josef"), ("pepe", "jose"), ("sasha", "aleksandr")] {
            assert!(meet(full_names(left), full_names(right)), "{left} {right}");
        }
        assert!(!meet(full_names("robert"), full_names("richard")));
    }
}
