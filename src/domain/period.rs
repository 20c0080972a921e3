//! Months and periods, in UTC.
use super::refusal::{Code, Refusal};
use super::text::shortened;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// The month in which a moment lies, in UTC.
    pub fn of(moment: DateTime<Utc>) -> Self {
        Self::around(moment.date_naive())
    }

    /// Reads "2026-03".
    ///
    /// # Errors
    /// `INVALID_PERIOD` when it is not four digits, a dash and a month from 01 to 12.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        read(text).ok_or_else(|| {
            let message = format!("{:?} is not a month: write it as \"2026-03\".", shortened(text));
            Refusal::new(Code::InvalidPeriod, message)
        })
    }

    /// The month that begins on this day; none when the day is not the first of a month.
    pub fn from_first_day(day: NaiveDate) -> Option<Self> {
        (day.day() == 1).then_some(Self(day))
    }

    /// The first day of the month.
    pub fn first_day(self) -> NaiveDate {
        self.0
    }

    /// The month after this one; the last month of the calendar is its own successor.
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }

    /// The month this many months earlier; the first month of the calendar when there is none.
    pub fn back(self, months: u32) -> Self {
        Self(self.0.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN))
    }

    fn around(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

fn read(text: &str) -> Option<Month> {
    let (year, month) = text.split_once('-')?;
    let is_number = |part: &str, width: usize| part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(year, 4) || !is_number(month, 2) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Month)
}

/// Days from `from` (included) to `to` (not included); a missing bound leaves that side open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Period {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Period {
    /// A period with these bounds.
    ///
    /// # Errors
    /// `INVALID_PERIOD` at `to` when it would hold no day.
    pub fn parse(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self, Refusal> {
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            let rule = "its end, which is not included, must come after its beginning";
            let message = format!("The period from {from} to {to} holds no day: {rule}.");
            return Err(Refusal::new(Code::InvalidPeriod, message).at("to"));
        }
        Ok(Self { from, to })
    }

    /// The first day.
    pub fn from(&self) -> Option<NaiveDate> {
        self.from
    }

    /// The day after the last one.
    pub fn to(&self) -> Option<NaiveDate> {
        self.to
    }

    /// Whether the period is made of whole months, so that monthly sums can answer for it.
    pub fn whole_months(&self) -> bool {
        [self.from, self.to].into_iter().flatten().all(|day| day.day() == 1)
    }

    /// Whether the day lies in the period.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_lies_in_its_month_of_utc() {
        let moment: DateTime<Utc> = "2026-01-01T00:30:00+01:00".parse().unwrap();
        assert_eq!(Month::of(moment).to_string(), "2025-12");
        assert_eq!(Month::of(moment).next().first_day(), day("2026-01-01"));
    }

    #[test]
    fn months_read_back() {
        assert_eq!(Month::parse("2026-03").unwrap().to_string(), "2026-03");
        assert_eq!(Month::from_first_day(day("2026-03-01")), Month::parse("2026-03").ok());
        assert_eq!(Month::from_first_day(day("2026-03-02")), None);
        for text in ["", "2026", "2026-3", "2026-13", "2026-00", "26-03", "2026-03-01", "+026-03"] {
            assert_eq!(Month::parse(text).unwrap_err().code, Code::InvalidPeriod, "{text:?}");
        }
    }

    #[test]
    fn the_end_of_a_period_is_not_in_it() {
        let march = Period::parse(Some(day("2026-03-01")), Some(day("2026-04-01"))).unwrap();
        assert!(march.contains(day("2026-03-01")) && march.contains(day("2026-03-31")));
        assert!(!march.contains(day("2026-04-01")) && !march.contains(day("2026-02-28")));
        assert!(march.whole_months());
    }

    #[test]
    fn an_open_period_has_no_end() {
        assert!(Period::default().contains(NaiveDate::MAX) && Period::default().whole_months());
        let open = Period::parse(Some(day("2026-03-02")), None).unwrap();
        assert!(open.contains(day("2030-01-01")) && !open.whole_months());
    }

    #[test]
    fn a_period_without_days_is_refused() {
        for to in ["2026-03-01", "2026-02-01"] {
            let refusal = Period::parse(Some(day("2026-03-01")), Some(day(to))).unwrap_err();
            assert_eq!((refusal.code, refusal.path), (Code::InvalidPeriod, vec!["to".to_owned()]));
        }
    }

    #[test]
    fn the_calendar_ends_without_a_panic() {
        let last = Month::around(NaiveDate::MAX);
        assert_eq!(last.next(), last);
    }

    proptest! {
        #[test]
        fn any_text_is_a_month_or_is_refused(text in any::<String>(), year in 0..10_000, month in 1..13) {
            let _ = Month::parse(&text);
            let text = format!("{year:04}-{month:02}");
            prop_assert_eq!(Month::parse(&text).unwrap().to_string(), text);
        }
    }
}
