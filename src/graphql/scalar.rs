//! Scalars of our own: decimal numbers and calendar days, both written as strings.
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate};

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
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        // Four digits for the year, as SQLite compares days as text.
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| text.len() == 10 && (1..=9999).contains(&day.year()));
        day.map(Self).ok_or_else(|| InputValueError::custom("a Date is a day of the calendar written as \"2026-03-31\""))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
