//! Moments in time as both databases keep them.
use chrono::{DateTime, Datelike, Utc};

/// Whether both databases keep and compare the moment: SQLite compares times as text, which needs four digits for the year, and
/// the databases do not agree on years before the first.
pub fn is_kept(at: DateTime<Utc>) -> bool {
    (1..=9999).contains(&at.year())
}

/// Reads RFC 3339; none when it is something else or a moment that is not kept.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()).filter(|at| is_kept(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_with_four_digits_are_kept() {
        for (text, kept) in [
            ("0001-01-01T00:00:00Z", true),
            ("9999-12-31T23:59:59.999999Z", true),
            ("0001-01-01T00:00:00+01:00", false),
            ("9999-12-31T23:59:59-01:00", false),
            ("0000-06-01T00:00:00Z", false),
        ] {
            assert_eq!(parse(text).is_some(), kept, "{text}");
        }
    }
}
