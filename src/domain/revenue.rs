//! Revenue: business facts worth money, and the sums of them.
use super::{
    code::{ChannelCode, RoleCode, SourceKey},
    id::PartyId,
    kind::Direction,
    money::{Currency, Money},
    period::{Month, Period},
    refusal::Refusal,
};
use chrono::{DateTime, Utc};

/// One business fact worth money. Never changed; what was wrong is taken back by a reversal.
#[derive(Clone, Debug, PartialEq)]
pub struct RevenueEntry {
    /// The engine's record that the fact is, for instance an invoice line.
    pub key: SourceKey,
    /// Who paid or was paid.
    pub party: PartyId,
    /// The party for which it was recorded, when that was or has been merged into the other.
    pub home: Option<PartyId>,
    /// By which way.
    pub channel: ChannelCode,
    /// Whether the party paid the company or was paid by it.
    pub direction: Direction,
    /// How much; negative in a reversal, never zero.
    pub amount: Money,
    /// When the business happened.
    pub occurred_at: DateTime<Utc>,
    /// The entry of the same engine that this one takes back, wholly or in part.
    pub reverses: Option<SourceKey>,
    /// A remark for people.
    pub note: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl RevenueEntry {
    /// The month in which it counts, in UTC.
    pub fn month(&self) -> Month {
        Month::of(self.occurred_at)
    }
}

/// What came in, what went out, and what is left, in one currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums {
    /// What parties paid the company.
    pub gross: Money,
    /// What the company paid parties.
    pub payouts: Money,
    /// Gross less payouts.
    pub net: Money,
    /// How many entries the sums are of.
    pub entries: i64,
}

impl Sums {
    /// The sums of no entries.
    pub fn zero(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { gross: zero, payouts: zero, net: zero, entries: 0 }
    }

    /// The sums of so many entries.
    ///
    /// # Errors
    /// `INVALID_AMOUNT` when the difference does not fit into 64 bits of minor units.
    pub fn new(gross: Money, payouts: Money, entries: i64) -> Result<Self, Refusal> {
        Ok(Self { gross, payouts, net: gross.checked_sub(payouts)?, entries })
    }

    /// The sums of both.
    ///
    /// # Errors
    /// `INVALID_CURRENCY` when the currencies differ, `INVALID_AMOUNT` when a sum does not fit.
    pub fn plus(&self, other: &Self) -> Result<Self, Refusal> {
        let (gross, payouts) = (self.gross.checked_add(other.gross)?, self.payouts.checked_add(other.payouts)?);
        Self::new(gross, payouts, self.entries.saturating_add(other.entries))
    }
}

/// A party's revenue in one currency.
#[derive(Clone, Debug, PartialEq)]
pub struct PartyRevenue {
    /// The sums over everything.
    pub total: Sums,
    /// The sums of each channel that has entries, by code; empty when they were not asked for.
    pub by_channel: Vec<(ChannelCode, Sums)>,
    /// The sums of each month that has entries, oldest first; empty when they were not asked for.
    pub by_month: Vec<(Month, Sums)>,
}

/// Which entries are added up. What is absent does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RevenueFilter {
    /// When the business happened.
    pub period: Period,
    /// By which of these channels.
    pub channels: Option<Vec<ChannelCode>>,
    /// With parties that hold one of these roles now.
    pub roles: Option<Vec<RoleCode>>,
    /// Which way the money went.
    pub direction: Option<Direction>,
    /// In which currency.
    pub currency: Option<Currency>,
}

/// By what a report tells its rows apart, besides the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The channel of the entries.
    Channel,
    /// The month in which the business happened, in UTC.
    Month,
    /// The roles that the party holds now.
    Role,
    /// Whether the money came in or went out.
    Direction,
}

/// One row of a report. Dimensions that were not asked for are absent.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    /// The channel.
    pub channel: Option<ChannelCode>,
    /// The month.
    pub month: Option<Month>,
    /// The role; also absent in the row of the parties that hold none.
    pub role: Option<RoleCode>,
    /// The direction.
    pub direction: Option<Direction>,
    /// The sums, which tell the currency too.
    pub sums: Sums,
}

/// By what parties are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// What they paid.
    Gross,
    /// What they paid less what they were paid.
    Net,
    /// What they were paid.
    Payouts,
}

/// A party with its place in a ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The place, from 1 on.
    pub rank: usize,
    /// The party.
    pub party: PartyId,
    /// What it is ranked by.
    pub amount: Money,
}

/// A kept sum that is not what the entries add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table of sums and the key of the row, for people.
    pub what: String,
    /// What the entries add up to, in minor units; with the number of entries where the table counts them.
    pub recounted: Vec<i64>,
    /// What the table says.
    pub kept: Vec<i64>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: the entries make {:?}, kept is {:?}", self.what, self.recounted, self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::Code;

    fn euros(amount: &str) -> Money {
        Money::parse(amount, Currency::parse("EUR").unwrap()).unwrap()
    }

    #[test]
    fn net_is_gross_less_payouts() {
        let one = Sums::new(euros("100"), euros("10"), 2).unwrap();
        let both = one.plus(&Sums::new(euros("0.50"), euros("200"), 1).unwrap()).unwrap();
        assert_eq!((one.net, both.net, both.entries), (euros("90"), euros("-109.50"), 3));
        assert_eq!(Sums::zero(euros("1").currency).plus(&one).unwrap(), one);
    }

    #[test]
    fn sums_that_do_not_fit_are_refused() {
        let much = Money { minor: i64::MAX, ..euros("0") };
        assert_eq!(Sums::new(much, euros("-0.01"), 2).unwrap_err().code, Code::InvalidAmount);
        let sums = Sums::new(much, euros("0"), 1).unwrap();
        assert_eq!(sums.plus(&sums).unwrap_err().code, Code::InvalidAmount);
    }
}
