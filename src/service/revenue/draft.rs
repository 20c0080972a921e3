//! One entry as a caller writes it, and what can be told of it without the database.
use crate::{
    domain::{
        code::{ChannelCode, RecordId, RecordType, SourceKey},
        error::{Error, Refusals},
        id::PartyId,
        kind::Direction,
        money::{Currency, Money},
        refusal::{Code, Refusal},
    },
    service::input::note,
};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// The key of an engine's record, as it was written.
#[derive(Clone, Debug, Default)]
pub struct KeyInput {
    /// The engine.
    pub system: String,
    /// The engine's name for such records.
    pub record_type: String,
    /// The record's id in the engine.
    pub record_id: String,
}

impl KeyInput {
    fn parse(&self) -> Result<SourceKey, Refusal> {
        SourceKey::parse(&self.system, &self.record_type, &self.record_id)
    }
}

/// An entry as it was written. A reversal may leave out what it shares with the entry that it takes back.
#[derive(Clone, Debug)]
pub struct EntryInput {
    /// The engine's record that the fact is.
    pub source: KeyInput,
    /// The party.
    pub party_id: Option<String>,
    /// A source record that is linked to the party, instead of its id.
    pub party_source: Option<KeyInput>,
    /// The code of the channel.
    pub channel: Option<String>,
    /// Whether the party pays or is paid; it pays when this is absent.
    pub direction: Option<Direction>,
    /// How much, more than zero.
    pub amount: String,
    /// The currency.
    pub currency: Option<String>,
    /// When the business happened.
    pub occurred_at: DateTime<Utc>,
    /// A remark for people.
    pub note: Option<String>,
    /// Type and id of the entry of the same engine that is taken back.
    pub reverses: Option<(String, String)>,
}

/// By what an entry tells its party.
#[derive(Clone, Debug)]
pub(super) enum PartyRef {
    /// The party's id, or one that was merged into it.
    Id(PartyId),
    /// A source record that is linked to the party.
    Source(SourceKey),
    /// The party of the entry that is taken back.
    OfOriginal,
}

/// An entry that parses.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub key: SourceKey,
    pub party: PartyRef,
    pub channel: Option<ChannelCode>,
    pub direction: Option<Direction>,
    pub currency: Option<Currency>,
    /// More than zero once it is parsed, which takes the currency.
    pub amount: String,
    pub occurred_at: DateTime<Utc>,
    pub note: Option<String>,
    pub reverses: Option<SourceKey>,
}

impl Draft {
    /// Parses everything that does not need the database, and tells of everything that is wrong.
    pub fn parse(input: &EntryInput, now: DateTime<Utc>) -> Result<Self, Error> {
        let mut refusals = Refusals::default();
        let key = refusals.take("source", input.source.parse());
        let reverses = key.as_ref().and_then(|key| parse_reverses(&mut refusals, key, input.reverses.as_ref()));
        let party = parse_party(&mut refusals, input);
        let channel = refusals.optional("channel", input.channel.as_deref(), ChannelCode::parse);
        let currency = refusals.optional("currency", input.currency.as_deref(), Currency::parse);
        if let Some(currency) = currency {
            refusals.take("amount", positive(&input.amount, currency));
        }
        if input.reverses.is_none() {
            for (field, missing) in [("channel", input.channel.is_none()), ("currency", input.currency.is_none())] {
                if missing {
                    let message = format!("An entry that reverses no other one needs a {field}.");
                    refusals.push(Refusal::new(Code::InvalidArgument, message).at(field));
                }
            }
        }
        let occurred_at = refusals.take("occurredAt", moment(input.occurred_at, now));
        let note =
            refusals.optional("note", input.note.as_deref(), |text| note("note", Some(text)).map_err(|refusal| Refusal { path: vec![], ..refusal }));
        refusals.check()?;
        let missing = || Error::internal("a value that was not refused is missing");
        Ok(Self {
            key: key.ok_or_else(missing)?,
            party: party.ok_or_else(missing)?,
            channel,
            direction: input.direction,
            currency,
            amount: input.amount.clone(),
            occurred_at: occurred_at.ok_or_else(missing)?,
            note: note.flatten(),
            reverses,
        })
    }
}

fn parse_reverses(refusals: &mut Refusals, key: &SourceKey, reverses: Option<&(String, String)>) -> Option<SourceKey> {
    let (record_type, record_id) = reverses?;
    let record_type = RecordType::parse(record_type).map_err(|refusal| refusal.at("type"));
    let parsed = record_type.and_then(|record_type| {
        let record_id = RecordId::parse(record_id).map_err(|refusal| refusal.at("id"))?;
        Ok(SourceKey { system: key.system.clone(), record_type, record_id })
    });
    refusals.take("reverses", parsed)
}

fn parse_party(refusals: &mut Refusals, input: &EntryInput) -> Option<PartyRef> {
    let refused = match (&input.party_id, &input.party_source) {
        (Some(id), None) => return refusals.take("partyId", PartyId::parse(id)).map(PartyRef::Id),
        (None, Some(source)) => return refusals.take("partySource", source.parse()).map(PartyRef::Source),
        (None, None) if input.reverses.is_some() => return Some(PartyRef::OfOriginal),
        (None, None) => "An entry needs a party: give partyId, or partySource with a record that is linked to it.",
        (Some(_), Some(_)) => "Give partyId or partySource, not both.",
    };
    refusals.push(Refusal::new(Code::InvalidArgument, refused).at("partyId"));
    None
}

/// Reads an amount that is more than zero.
pub(super) fn positive(amount: &str, currency: Currency) -> Result<Money, Refusal> {
    let money = Money::parse(amount, currency)?;
    if money.minor > 0 {
        return Ok(money);
    }
    let message = "An amount must be more than zero. Money that is paid to the party has the direction OUTFLOW; an entry is taken back by one that reverses it.";
    Err(Refusal::new(Code::InvalidAmount, message))
}

/// A time between 1900 and tomorrow, in whole microseconds as both databases keep it.
fn moment(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
    // Counting microseconds also turns a leap second into the second that follows it.
    let whole = DateTime::from_timestamp_micros(at.timestamp_micros()).filter(|at| at.date_naive() >= first);
    match whole {
        Some(at) if at <= now + Duration::days(1) => Ok(at),
        Some(_) => Err(Refusal::new(Code::InvalidArgument, "The time lies more than one day in the future: record what has happened.")),
        None => Err(Refusal::new(Code::InvalidArgument, "The time lies before the year 1900.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> EntryInput {
        EntryInput {
            source: KeyInput { system: "auction".into(), record_type: "lot".into(), record_id: "1".into() },
            party_id: Some("0198c5a2-0000-7000-8000-000000000000".into()),
            party_source: None,
            channel: Some("auction".into()),
            direction: None,
            amount: "12.50".into(),
            currency: Some("EUR".into()),
            occurred_at: "2026-03-01T00:00:00Z".parse().unwrap(),
            note: Some("  ".into()),
            reverses: None,
        }
    }

    fn refused(input: &EntryInput) -> Vec<String> {
        match Draft::parse(input, "2026-06-01T12:00:00Z".parse().unwrap()) {
            Err(Error::Refused(refusals)) => refusals.iter().map(|it| format!("{} {}", it.code.as_str(), it.path.join("."))).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let bad = EntryInput {
            source: KeyInput { system: "Auction".into(), ..entry().source },
            party_id: Some("4711".into()),
            channel: Some("No Channel".into()),
            amount: "1.005".into(),
            occurred_at: "2026-06-02T12:00:01Z".parse().unwrap(),
            note: Some("x".repeat(1_001)),
            ..entry()
        };
        assert_eq!(
            refused(&bad),
            [
                "INVALID_CODE source.system",
                "INVALID_ID partyId",
                "INVALID_CODE channel",
                "INVALID_AMOUNT amount",
                "INVALID_ARGUMENT occurredAt",
                "INVALID_ARGUMENT note",
            ]
        );
    }

    #[test]
    fn only_a_reversal_may_leave_things_out() {
        let bare = EntryInput { party_id: None, channel: None, currency: None, ..entry() };
        assert_eq!(refused(&bare), ["INVALID_ARGUMENT partyId", "INVALID_ARGUMENT channel", "INVALID_ARGUMENT currency"]);
        let reversal = EntryInput { reverses: Some(("lot".into(), "0".into())), ..bare };
        let draft = Draft::parse(&reversal, reversal.occurred_at).unwrap();
        assert_eq!(draft.reverses.unwrap().to_string(), "auction/lot/0");
        assert_eq!(draft.note, None);
    }

    #[test]
    fn times_are_whole_microseconds_of_our_age() {
        let draft =
            Draft::parse(&EntryInput { occurred_at: "2016-12-31T23:59:60.0000019Z".parse().unwrap(), ..entry() }, entry().occurred_at).unwrap();
        assert_eq!(draft.occurred_at.to_rfc3339(), "2017-01-01T00:00:00.000001+00:00");
        for at in ["1899-12-31T23:59:59Z", "-0044-03-15T12:00:00Z", "2026-06-02T12:00:00.000001Z"] {
            assert_eq!(refused(&EntryInput { occurred_at: at.parse().unwrap(), ..entry() }), ["INVALID_ARGUMENT occurredAt"], "{at}");
        }
    }

    #[test]
    fn amounts_are_more_than_zero() {
        for amount in ["0", "-1", "0.00", "1e3", ""] {
            assert_eq!(refused(&EntryInput { amount: amount.into(), ..entry() }), ["INVALID_AMOUNT amount"], "{amount:?}");
        }
    }
}
