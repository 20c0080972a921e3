//! Mailboxes, phones, identifiers and plain texts.
use super::{
    Outcome,
    similar::{edits, jaro_winkler},
};
use crate::domain::matching::vocabulary::Vocabulary;

/// E-mail addresses. The mailbox of a function tells firms, but not the persons of one firm, apart.
pub fn emails(vocabulary: &Vocabulary, left: u32, right: u32, firms: bool) -> Outcome {
    let (one, other) = (vocabulary.emails.get(left), vocabulary.emails.get(right));
    let count = vocabulary.emails.count(left).max(vocabulary.emails.count(right));
    if left == right {
        return Outcome::of(if one.is_role && !firms { 3 } else { 0 }, vocabulary.frequency(count));
    }
    let (a, b) = (vocabulary.emails.text(left), vocabulary.emails.text(right));
    let (local, other_local) = (&a[..one.local as usize], &b[..other.local as usize]);
    let role = one.is_role || other.is_role;
    let long = local.len().min(other_local.len()) >= 4;
    let names = if long { edits(local, other_local, 1) } else { (local == other_local).then_some(0) };
    let hosts = if one.domain == other.domain { Some(0) } else { edits(domain(a, one.local), domain(b, other.local), 2) };
    if !role && names.zip(hosts).is_some_and(|(name, host)| name + host <= 2) {
        return Outcome::of(1, vocabulary.frequency(count));
    }
    if !role && local == other_local && local.len() >= 4 {
        return Outcome::level(2);
    }
    let whole = a.len().min(b.len()) >= 8 && edits(a, b, 4).is_some_and(|slips| slips * 5 <= a.len().min(b.len()));
    if !role && (long && jaro_winkler(local, other_local, 0.88) > 0.0 || whole) {
        return Outcome::level(4);
    }
    if one.domain == other.domain && !one.is_free {
        return Outcome::of(5, vocabulary.frequency(vocabulary.domains.count(one.domain)));
    }
    Outcome::level(6)
}

fn domain(address: &str, local: u16) -> &str {
    address.get(local as usize + 1..).unwrap_or("")
}

/// Phone numbers.
pub fn phones(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    let count = vocabulary.phones.count(left).max(vocabulary.phones.count(right));
    if left == right {
        return Outcome::of(0, vocabulary.frequency(count));
    }
    let (a, b) = (vocabulary.phones.text(left), vocabulary.phones.text(right));
    let ((number, extension), (other, other_extension)) = (split(a), split(b));
    let extensions_differ = !extension.is_empty() && !other_extension.is_empty() && extension != other_extension;
    if vocabulary.phones.get(left) == vocabulary.phones.get(right) {
        let ends = number.trim_start_matches(['+', '0']).ends_with(other.trim_start_matches(['+', '0']))
            || other.trim_start_matches(['+', '0']).ends_with(number.trim_start_matches(['+', '0']));
        return Outcome::of(if extensions_differ { 2 } else { u8::from(number != other || !ends).max(1) }, vocabulary.frequency(count));
    }
    if (extension.is_empty() != other_extension.is_empty()) && digits(a) == digits(b) {
        return Outcome::of(1, vocabulary.frequency(count));
    }
    let near = !extensions_differ && number.len() >= 8 && edits(number, other, 1).is_some();
    Outcome::level(if near { 2 } else { 3 })
}

fn digits(feature: &str) -> String {
    feature.chars().filter(char::is_ascii_digit).collect()
}

fn split(feature: &str) -> (&str, &str) {
    feature.split_once(';').unwrap_or((feature, ""))
}

/// Identifiers of one scheme.
pub fn identifiers(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    if left == right {
        let count = vocabulary.identifiers.count(left);
        return Outcome::of(0, vocabulary.frequency(count));
    }
    let (scheme, other_scheme) = (*vocabulary.identifiers.get(left) as usize, *vocabulary.identifiers.get(right) as usize);
    let (a, b) = (vocabulary.identifiers.text(left), vocabulary.identifiers.text(right));
    if a[..scheme] != b[..other_scheme] {
        return Outcome::NONE;
    }
    let (a, b) = (&a[scheme + 1..], &b[scheme + 1..]);
    let contained = a.len().min(b.len()) >= 4 && (a.ends_with(b) || b.ends_with(a));
    let near = a.len().min(b.len()) >= 5 && edits(a, b, 1).is_some();
    Outcome::level(if near || contained { 1 } else { 2 })
}

/// Domains of web sites.
pub fn webs(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    let (a, b) = (vocabulary.texts.text(left), vocabulary.texts.text(right));
    if left == right {
        return Outcome::of(0, vocabulary.frequency(vocabulary.texts.count(left)));
    }
    let (host, other) = (a.split('.').next().unwrap_or(""), b.split('.').next().unwrap_or(""));
    let near = host.len() >= 4 && (host == other || edits(host, other, 1).is_some());
    Outcome::level(if near { 1 } else { 2 })
}

/// Values of which only equality counts; those under different names cannot be compared.
pub fn names_equal(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    if left == right {
        return Outcome::of(0, vocabulary.frequency(vocabulary.texts.count(left)));
    }
    if scheme(vocabulary, left) == scheme(vocabulary, right) { Outcome::level(1) } else { Outcome::NONE }
}

/// Free texts.
pub fn texts(vocabulary: &Vocabulary, left: u32, right: u32) -> Outcome {
    if left == right {
        return Outcome::of(0, vocabulary.frequency(vocabulary.texts.count(left)));
    }
    if scheme(vocabulary, left) != scheme(vocabulary, right) {
        return Outcome::NONE;
    }
    let (a, b) = (vocabulary.texts.text(left), vocabulary.texts.text(right));
    let short = a.len().min(b.len()) >= 4;
    let alike = short && (jaro_winkler(a, b, 0.9) > 0.0 || edits(a, b, 2).is_some() && a.len().min(b.len()) >= 8);
    let shared = a.split(' ').filter(|word| word.len() > 3).any(|word| b.split(' ').any(|other| other == word));
    Outcome::level(if alike || shared { 1 } else { 2 })
}

fn scheme(vocabulary: &Vocabulary, id: u32) -> &str {
    &vocabulary.texts.text(id)[..*vocabulary.texts.get(id) as usize]
}
