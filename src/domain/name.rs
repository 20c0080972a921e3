//! Names of parties.
use super::fold::{cut, fold};
use super::kind::PartyKind;
use super::line;
use super::refusal::{Code, Refusal};

/// Characters that a name has at the most.
pub const MAX_NAME_CHARS: usize = 200;

/// Bytes that a name's key has at the most: it is indexed and stands in cursors, and transliteration can multiply the length.
pub const MAX_NAME_KEY_BYTES: usize = 200;

/// One name: NFC, trimmed, single spaces, 1 to 200 characters, no control or direction-override characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// Reads a name; `field` is what the input calls it and becomes the refusal's path.
    ///
    /// # Errors
    /// `INVALID_NAME` when nothing visible is left, when it is too long or holds control characters.
    pub fn parse(field: &str, text: &str) -> Result<Self, Refusal> {
        line::parse(text, MAX_NAME_CHARS).map(Self).map_err(|fault| {
            let message = format!("{field} {}.", fault.sentence(MAX_NAME_CHARS));
            Refusal::new(Code::InvalidName, message).at(field)
        })
    }

    /// A name that was parsed before it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The names of one party. Fields of the input are called `displayName`, `givenName`, `familyName` and `legalName`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyNames {
    /// Whether the names are those of a person or of an organisation.
    pub kind: PartyKind,
    /// The name that lists and titles show.
    pub display: Name,
    /// A person's given name or names.
    pub given: Option<Name>,
    /// A person's family name.
    pub family: Option<Name>,
    /// An organisation's name as it is registered.
    pub legal: Option<Name>,
}

impl PartyNames {
    /// The names of a person; without a display name it is "Given Family".
    ///
    /// # Errors
    /// `INVALID_NAME` when one of them is not a name, or when there is none at all.
    pub fn person(given: Option<&str>, family: Option<&str>, display: Option<&str>) -> Result<Self, Refusal> {
        let given = optional("givenName", given)?;
        let family = optional("familyName", family)?;
        let display = match optional("displayName", display)? {
            Some(display) => display,
            None => joined(given.as_ref(), family.as_ref())?,
        };
        Ok(Self { kind: PartyKind::Person, display, given, family, legal: None })
    }

    /// The names of an organisation; without a display name it is the legal name, never the other way round.
    ///
    /// # Errors
    /// `INVALID_NAME` when one of them is not a name, or when there is none at all.
    pub fn organization(display: Option<&str>, legal: Option<&str>) -> Result<Self, Refusal> {
        let legal = optional("legalName", legal)?;
        let display = optional("displayName", display)?
            .or_else(|| legal.clone())
            .ok_or_else(|| nameless("An organisation needs a name: give displayName or legalName."))?;
        Ok(Self { kind: PartyKind::Organization, display, given: None, family: None, legal })
    }
}

/// The name as it is ordered and searched: transliterated, lower case, letters and digits with single spaces, at most
/// 200 bytes.
pub fn name_key(name: &str) -> String {
    cut(&fold(name), MAX_NAME_KEY_BYTES).to_owned()
}

fn optional(field: &str, text: Option<&str>) -> Result<Option<Name>, Refusal> {
    text.map(|text| Name::parse(field, text)).transpose()
}

fn joined(given: Option<&Name>, family: Option<&Name>) -> Result<Name, Refusal> {
    let parts: Vec<&str> = [given, family].into_iter().flatten().map(Name::as_str).collect();
    if parts.is_empty() {
        return Err(nameless("A person needs a name: give displayName, givenName or familyName."));
    }
    Name::parse("displayName", &parts.join(" "))
}

fn nameless(message: &str) -> Refusal {
    Refusal::new(Code::InvalidName, message).at("displayName")
}

/// What stands for the name of somebody who has not given one. It says nothing, and nobody is found by it.
pub fn placeholder(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Person => "Unnamed person",
        PartyKind::Organization => "Unnamed organisation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_tidied() {
        assert_eq!(Name::parse("displayName", "  John\u{a0} Doe ").unwrap().as_str(), "John Doe");
    }

    #[test]
    fn names_of_every_script_stay_as_they_are() {
        for name in ["Łukasz Żółć", "محمد بن سلمان", "יעל", "山田 太郎", "O'Brien-Smith 3rd"] {
            assert_eq!(Name::parse("displayName", name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_name_of_only_spaces_or_of_ten_thousand_letters_is_refused() {
        for text in ["   ".to_owned(), "x".repeat(10_000), "a\u{202e}b".to_owned()] {
            let refusal = Name::parse("givenName", &text).unwrap_err();
            assert_eq!((refusal.code, refusal.path), (Code::InvalidName, vec!["givenName".to_owned()]));
            assert!(refusal.message.starts_with("givenName ") && refusal.message.len() < 100);
        }
    }

    #[test]
    fn a_person_is_shown_as_given_and_family_name() {
        let names = PartyNames::person(Some("John"), Some("Doe"), None).unwrap();
        assert_eq!(names.display.as_str(), "John Doe");
        assert_eq!(PartyNames::person(None, Some("Doe"), None).unwrap().display.as_str(), "Doe");
        let names = PartyNames::person(Some("John"), Some("Doe"), Some("Johnny")).unwrap();
        assert_eq!(names.display.as_str(), "Johnny");
        assert_eq!(PartyNames::person(None, None, None).unwrap_err().code, Code::InvalidName);
    }

    #[test]
    fn an_organisation_is_shown_by_its_legal_name_unless_told() {
        let names = PartyNames::organization(None, Some("Acme Ltd")).unwrap();
        assert_eq!(names.display.as_str(), "Acme Ltd");
        assert_eq!(PartyNames::organization(Some("Acme"), None).unwrap().legal, None);
        assert_eq!(PartyNames::organization(None, None).unwrap_err().code, Code::InvalidName);
    }

    #[test]
    fn a_key_stays_short_even_where_one_character_becomes_a_sentence() {
        assert!(name_key(&"\u{FDFA}".repeat(200)).len() <= MAX_NAME_KEY_BYTES);
        assert_eq!(name_key("Zoë  D'Angelo"), "zoe dangelo");
    }

    proptest! {
        #[test]
        fn any_text_is_a_stable_name_or_is_refused(text in any::<String>()) {
            if let Ok(name) = Name::parse("displayName", &text) {
                prop_assert_eq!(Name::parse("displayName", name.as_str()), Ok(name.clone()));
                prop_assert!(!name_key(name.as_str()).is_empty());
            }
        }

        #[test]
        fn keys_are_idempotent(text in any::<String>()) {
            let key = name_key(&text);
            prop_assert_eq!(name_key(&key), key);
        }
    }
}
