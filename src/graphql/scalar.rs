//! Scalars of our own: times, calendar days and decimal numbers, all written as strings.
//!
//! Each says which values it takes, so that a malformed one is refused with its whole request, before anything was changed.
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate, Utc};

/// How the scalars are written, for people who wrote one otherwise.
pub const FORMS: [(&str, &str); 3] = [
    ("DateTime", "RFC 3339 with an offset, such as \"2026-11-22T10:00:00Z\""),
    ("Date", "a day of the calendar, such as \"2026-03-31\""),
    ("Decimal", "a string, such as \"1234.50\""),
];

/// An exact decimal number, written as a string such as "1234.50", so that no client reads it as a floating point number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(pub String);

/// An exact decimal number, written as a string such as "1234.50": digits, and a point before the decimals.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            // What the digits mean is for the reader of the amount to say, who can tell the place.
            Value::String(text) => Ok(Self(text)),
            _ => Err(InputValueError::custom("a Decimal is written as a string, such as \"1234.50\"")),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A day of the calendar, written as a string such as "2026-03-31".
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        day(&value).map(Self).ok_or_else(|| InputValueError::custom("a Date is a day of the calendar written as \"2026-03-31\""))
    }

    fn is_valid(value: &Value) -> bool {
        day(value).is_some()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

fn day(value: &Value) -> Option<NaiveDate> {
    let Value::String(text) = value else { return None };
    // Four digits for the year, as SQLite compares days as text.
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| text.len() == 10 && (1..=9999).contains(&day.year()))
}

/// A moment in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(time: chrono::DateTime<Utc>) -> Self {
        Self(time)
    }
}

/// A moment in time, written as RFC 3339 with an offset, such as "2026-11-22T10:00:00Z". Answers are in UTC.
#[Scalar(name = "DateTime", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        time(&value).map(Self).ok_or_else(|| InputValueError::custom("a DateTime is written as \"2026-11-22T10:00:00Z\", RFC 3339 with an offset"))
    }

    fn is_valid(value: &Value) -> bool {
        time(value).is_some()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339())
    }
}

fn time(value: &Value) -> Option<chrono::DateTime<Utc>> {
    let Value::String(text) = value else { return None };
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}
