//! Dates in the many ways in which people and programs write them.

/// A date whose parts may be unknown (0) or, in records full of errors, impossible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartialDate {
    /// The year, in full.
    pub year: u16,
    /// The month.
    pub month: u8,
    /// The day of the month.
    pub day: u8,
    /// Whether it was written so that day and month could be the other way round.
    pub ambiguous: bool,
}

/// Two-digit years up to this one belong to this century.
const PIVOT: u16 = 30;

impl PartialDate {
    /// Reads a date; none when the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().split('T').next().filter(|head| head.len() >= 8).unwrap_or(text.trim());
        if text.len() > 40 {
            return None;
        }
        let groups: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|group| !group.is_empty()).collect();
        let date = match groups.as_slice() {
            [digits] => Self::of_digits(digits),
            [first, second, third, ..] => Self::of_groups([first, second, third]),
            _ => None,
        }?;
        let placeholder = matches!((date.year, date.month, date.day), (1900 | 1970 | 1, 1, 1) | (9999 | 0, ..));
        (!placeholder).then_some(date)
    }

    /// Reads a date of separate parts; the year is needed.
    pub fn of_parts(year: &str, month: &str, day: &str) -> Option<Self> {
        let year = full_year(year.trim())?;
        Some(Self { year, month: month_of(month.trim()).unwrap_or(0), day: day.trim().parse().unwrap_or(0), ambiguous: false })
    }

    fn of_digits(digits: &str) -> Option<Self> {
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match digits.len() {
            4 => Some(Self { year: digits.parse().ok()?, ..Self::default() }),
            8 => {
                let (head, tail) = (digits[..4].parse::<u16>().ok()?, digits[4..].parse::<u16>().ok()?);
                let year_last = !(1600..2200).contains(&head) && (1800..2100).contains(&tail);
                let [year, month, day] =
                    if year_last { [&digits[4..], &digits[2..4], &digits[..2]] } else { [&digits[..4], &digits[4..6], &digits[6..]] };
                Some(Self { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()?, ambiguous: year_last })
            }
            _ => None,
        }
    }

    fn of_groups([first, second, third]: [&str; 3]) -> Option<Self> {
        if first.len() == 4 && first.bytes().all(|b| b.is_ascii_digit()) {
            let year = first.parse().ok()?;
            return Some(Self { year, month: month_of(second)?, day: third.parse().ok()?, ambiguous: false });
        }
        let year = full_year(third)?;
        if let Some(month) = month_of_word(second) {
            return Some(Self { year, month, day: first.parse().ok()?, ambiguous: false });
        }
        if let Some(month) = month_of_word(first) {
            return Some(Self { year, month, day: second.parse().ok()?, ambiguous: false });
        }
        let (one, other) = (first.parse::<u8>().ok()?, second.parse::<u8>().ok()?);
        match (one > 12, other > 12) {
            (true, _) => Some(Self { year, month: other, day: one, ambiguous: false }),
            (false, true) => Some(Self { year, month: one, day: other, ambiguous: false }),
            (false, false) => Some(Self { year, month: one, day: other, ambiguous: one != other }),
        }
    }

    /// The date as a feature.
    pub fn feature(self) -> String {
        format!("{:04}{:02}{:02}{}", self.year, self.month, self.day, if self.ambiguous { "?" } else { "" })
    }

    /// Reads what [`Self::feature`] wrote.
    pub fn of_feature(feature: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| feature.get(range)?.parse::<u16>().ok();
        let part = |range| number(range).and_then(|value| u8::try_from(value).ok());
        Some(Self { year: number(0..4)?, month: part(4..6)?, day: part(6..8)?, ambiguous: feature.ends_with('?') })
    }
}

fn full_year(text: &str) -> Option<u16> {
    let year: u16 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        1 | 2 if year <= PIVOT => Some(2000 + year),
        1 | 2 => Some(1900 + year),
        _ => None,
    }
}

fn month_of(text: &str) -> Option<u8> {
    text.parse().ok().or_else(|| month_of_word(text))
}

/// The month of its English, German, French, Spanish, Italian or Dutch name, or of the beginning of it.
fn month_of_word(text: &str) -> Option<u8> {
    let word = super::words::folded(text);
    let begins = |starts: &[&str]| starts.iter().any(|start| word.starts_with(start));
    let months: [&[&str]; 12] = [
        &["jan", "ene", "gen"],
        &["feb", "fev"],
        &["mar", "mrz", "maa", "mrt"],
        &["apr", "avr", "abr"],
        &["may", "mai", "mei", "mag"],
        &["jun", "juin", "giu"],
        &["jul", "juil", "lug"],
        &["aug", "aou", "ago"],
        &["sep", "set"],
        &["oct", "okt", "ott"],
        &["nov"],
        &["dec", "dez", "dic"],
    ];
    if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    (1u8..).zip(months).find(|(_, starts)| begins(starts)).map(|(month, _)| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_day() {
        for text in ["1984-06-21", "21/06/1984", "6/21/84", "21.06.1984", "19840621", "21-Jun-84", "June 21, 1984", "1984-06-21T00:00:00Z"] {
            let date = PartialDate::parse(text).unwrap();
            assert_eq!((date.year, date.month, date.day), (1984, 6, 21), "{text}");
            assert_eq!(PartialDate::of_feature(&date.feature()), Some(date));
        }
        assert!(PartialDate::parse("4/2/31").unwrap().ambiguous);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "soon", "12", "1/2", "1900-01-01", "0000-00-00", "\u{1F600}-1-1", "1-1-99999"] {
            assert_eq!(PartialDate::parse(text), None, "{text}");
        }
    }
}
