//! Codes: the names of open sets that are data (roles, channels, systems, …), and the key of a source record.
use super::refusal::{Code, Refusal};
use super::text::shortened;

/// Characters that a record id has at the most.
const MAX_RECORD_ID_CHARS: usize = 200;

/// Characters that a code has at the most.
const MAX_CODE_CHARS: usize = 63;

macro_rules! code {
    ($(#[$meta:meta])* $name:ident, $what:literal, $shape:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("Reads a ", $what, ".\n\n# Errors\n`INVALID_CODE` when it does not have the form that is described at the type.")]
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                ($shape).check($what, text).map(|()| Self(text.to_owned()))
            }

            #[doc = concat!("A ", $what, " that was parsed before it was stored.")]
            pub fn stored(text: String) -> Self {
                Self(text)
            }

            #[doc = concat!("The ", $what, " as text.")]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code!(
    /// The code of a role type, such as `sales_customer`: a lower-case letter, then up to 62 of `a-z 0-9 _`.
    RoleCode, "role code", Shape::Lower
);
code!(
    /// The code of a channel, such as `auction`: a lower-case letter, then up to 62 of `a-z 0-9 _`.
    ChannelCode, "channel code", Shape::Lower
);
code!(
    /// The code of a relationship type, such as `WORKS_FOR`: an upper-case letter, then up to 62 of `A-Z 0-9 _`.
    RelationshipCode, "relationship type code", Shape::Upper
);
code!(
    /// What a contact point is for, such as `BILLING`: an upper-case letter, then up to 62 of `A-Z 0-9 _`.
    Purpose, "purpose", Shape::Upper
);
code!(
    /// The scheme of an identifier, such as `vat_id`: a lower-case letter, then up to 62 of `a-z 0-9 _`.
    IdentifierScheme, "identifier scheme", Shape::Lower
);
code!(
    /// The code of an engine, such as `crm`: a lower-case letter, then up to 62 of `a-z 0-9 _ -`.
    SystemCode, "system", Shape::LowerWithDash
);
code!(
    /// The type of a record in an engine, such as `lead`: a lower-case letter, then up to 62 of `a-z 0-9 _ -`.
    RecordType, "record type", Shape::LowerWithDash
);
code!(
    /// The id that an engine gave its record: 1 to 200 characters, no control characters, no white space around it.
    ///
    /// It is compared as it is, for only the engine knows what its ids mean; so nothing is trimmed or folded.
    RecordId, "record id", Shape::RecordId
);

/// The key of a source record: which system, which type of record, which record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceKey {
    /// The engine that has the record.
    pub system: SystemCode,
    /// What the engine calls records of this kind.
    pub record_type: RecordType,
    /// The record's id in the engine.
    pub record_id: RecordId,
}

impl SourceKey {
    /// A key that was read from the database, where only parsed ones are written.
    pub fn stored(system: String, record_type: String, record_id: String) -> Self {
        Self { system: SystemCode::stored(system), record_type: RecordType::stored(record_type), record_id: RecordId::stored(record_id) }
    }

    /// Reads the three parts.
    ///
    /// # Errors
    /// `INVALID_CODE` at `system`, `type` or `id`.
    pub fn parse(system: &str, record_type: &str, record_id: &str) -> Result<Self, Refusal> {
        Ok(Self {
            system: SystemCode::parse(system).map_err(|refusal| refusal.at("system"))?,
            record_type: RecordType::parse(record_type).map_err(|refusal| refusal.at("type"))?,
            record_id: RecordId::parse(record_id).map_err(|refusal| refusal.at("id"))?,
        })
    }
}

impl std::fmt::Display for SourceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.system, self.record_type, self.record_id)
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Lower,
    LowerWithDash,
    Upper,
    RecordId,
}

impl Shape {
    fn check(self, what: &str, text: &str) -> Result<(), Refusal> {
        let fits = match self {
            Self::RecordId => is_record_id(text),
            _ => self.is_code(text),
        };
        if fits {
            return Ok(());
        }
        let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let message = format!("{:?} is not {article} {what}: use {}.", shortened(text), self.rule());
        Err(Refusal::new(Code::InvalidCode, message))
    }

    fn is_code(self, text: &str) -> bool {
        let is_letter = |b: u8| match self {
            Self::Upper => b.is_ascii_uppercase(),
            _ => b.is_ascii_lowercase(),
        };
        let is_inner = |b: u8| is_letter(b) || b.is_ascii_digit() || b == b'_' || (b == b'-' && matches!(self, Self::LowerWithDash));
        text.len() <= MAX_CODE_CHARS && text.bytes().next().is_some_and(is_letter) && text.bytes().all(is_inner)
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Lower => "a lower-case letter, then up to 62 lower-case letters, digits and underscores",
            Self::LowerWithDash => "a lower-case letter, then up to 62 lower-case letters, digits, underscores and dashes",
            Self::Upper => "an upper-case letter, then up to 62 upper-case letters, digits and underscores",
            Self::RecordId => "1 to 200 characters, without control characters and without white space around them",
        }
    }
}

fn is_record_id(text: &str) -> bool {
    (1..=MAX_RECORD_ID_CHARS).contains(&text.chars().count()) && text.trim().len() == text.len() && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_source_key_reads_like_a_path() {
        let key = SourceKey::parse("crm", "lead", "4711").unwrap();
        assert_eq!(key.to_string(), "crm/lead/4711");
        assert!(SourceKey::parse("web-shop", "cart-item", "ä/1 2").is_ok());
    }

    #[test]
    fn a_refusal_names_the_part() {
        for (system, record_type, id, step) in
            [("CRM", "lead", "1", "system"), ("crm", "", "1", "type"), ("crm", "lead", " 1", "id"), ("crm", "lead", "", "id")]
        {
            let refusal = SourceKey::parse(system, record_type, id).unwrap_err();
            assert_eq!((refusal.code, refusal.path), (Code::InvalidCode, vec![step.to_owned()]));
        }
    }

    #[test]
    fn refusals_are_sentences() {
        assert!(IdentifierScheme::parse("VAT").unwrap_err().message.starts_with("\"VAT\" is not an identifier scheme: use a "));
        assert!(RoleCode::parse("VAT").unwrap_err().message.starts_with("\"VAT\" is not a role code: use a "));
        let id = crate::domain::id::PartyId::parse("7").unwrap_err();
        assert_eq!(id.message, "\"7\" is not an id: ids are UUIDs.");
        let name = crate::domain::name::PartyNames::person(None, None, Some(&"x".repeat(201))).unwrap_err();
        assert_eq!(name.message, "displayName has 201 characters: 200 is the most.");
    }

    #[test]
    fn codes_have_one_spelling() {
        assert_eq!(RoleCode::parse("sales_customer").unwrap().as_str(), "sales_customer");
        for text in ["", "Sales", "1st", "_x", "a-b", " a", "a ", "é", &"a".repeat(64)] {
            assert_eq!(RoleCode::parse(text).unwrap_err().code, Code::InvalidCode, "{text:?}");
        }
        assert!(RoleCode::parse(&"a".repeat(63)).is_ok());
    }

    #[test]
    fn relationship_types_and_purposes_are_upper_case() {
        assert_eq!(RelationshipCode::parse("WORKS_FOR").unwrap().to_string(), "WORKS_FOR");
        assert!(Purpose::parse("billing").unwrap_err().message.contains("upper-case"));
    }

    #[test]
    fn record_ids_are_kept_as_they_are() {
        assert_eq!(RecordId::parse("A b/ß").unwrap().as_str(), "A b/ß");
        for text in ["a\n", "a\0b", "\u{a0}x", &"x".repeat(201)] {
            assert!(RecordId::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_key_or_is_refused(system in any::<String>(), kind in "[a-z-]{0,4}", id in any::<String>()) {
            let _ = SourceKey::parse(&system, &kind, &id);
            if let Ok(id) = RecordId::parse(&id) {
                prop_assert_eq!(RecordId::parse(id.as_str()), Ok(id.clone()));
            }
        }
    }
}
