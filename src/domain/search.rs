//! Search: what a text may mean, how well a party answers it, and where a page of answers ended.
use super::{
    cursor,
    email::Email,
    id::PartyId,
    identifier::Identifier,
    line,
    name::name_key,
    party::Party,
    refusal::{Code, Refusal},
    token,
};
use std::cmp::Ordering;

/// Characters that a search text has at the most.
pub const MAX_QUERY_CHARS: usize = 200;

/// Words of a search text that are looked up at the most; further ones only count in the ranking.
const MAX_WORDS: usize = 8;

/// Digits that a phone number without a country code has at the least.
const MIN_PHONE_DIGITS: usize = 5;

/// Any scheme: search compares the values of identifiers alone.
const ANY_SCHEME: &str = "any";

/// By what a party was found. When there are several ways, the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    /// An e-mail address of the party.
    Email,
    /// A phone number of the party.
    Phone,
    /// A number that somebody issued to the party.
    Identifier,
    /// The id of an engine's record that is linked to the party.
    SourceId,
    /// The party's own id, or one that was merged into it.
    PartyId,
    /// Words of a name.
    Name,
}

impl MatchedBy {
    /// Every way, in the order of preference.
    pub const ALL: [Self; 6] = [Self::Email, Self::Phone, Self::Identifier, Self::SourceId, Self::PartyId, Self::Name];
}

/// A text that somebody searches for.
#[derive(Clone, Debug)]
pub struct SearchText(String);

impl SearchText {
    /// Reads a search text; white space around it is dropped.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is blank, longer than 200 characters or holds control characters.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        line::parse(text, MAX_QUERY_CHARS)
            .map(Self)
            .map_err(|fault| Refusal::new(Code::InvalidArgument, format!("The text to search for {}.", fault.sentence(MAX_QUERY_CHARS))))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words to look up in names.
    pub fn words(&self) -> Vec<String> {
        let mut words = token::tokens(&self.0);
        words.truncate(MAX_WORDS);
        words
    }

    /// All words, for the ranking.
    pub fn all_words(&self) -> Vec<String> {
        token::tokens(&self.0)
    }

    /// Whether it can be a phone number as people write it.
    pub fn may_be_phone(&self) -> bool {
        self.0.chars().filter(|c| c.is_numeric()).count() >= MIN_PHONE_DIGITS
    }

    /// Whether it is an e-mail address, a phone number or an id rather than a name: then parts of it alone mean nobody.
    pub fn is_address(&self) -> bool {
        let is_number = self.may_be_phone() && !self.0.contains(char::is_alphabetic);
        is_number || Email::parse(&self.0).is_ok() || PartyId::parse(&self.0).is_ok()
    }

    /// The text as the value of an identifier, if it can be one.
    pub fn identifier(&self) -> Option<String> {
        Identifier::parse(ANY_SCHEME, &self.0).ok().map(|identifier| identifier.value().to_owned())
    }
}

/// A party that answers a search.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// The party.
    pub party: Party,
    /// How well it answers: 1 is an exact match, same words rank above beginnings of words above typos.
    pub score: f64,
    /// By what it was found.
    pub matched_by: MatchedBy,
}

impl SearchHit {
    /// Weighs a party that was found, by the words that were asked for.
    pub fn new(asked: &[String], party: Party, matched_by: MatchedBy) -> Self {
        let score = if matched_by == MatchedBy::Name { name_score(asked, &party) } else { 1.0 };
        Self { party, score, matched_by }
    }

    /// Where the hit stands among all.
    pub fn place(&self) -> SearchPlace {
        SearchPlace { score: self.score, name: name_key(&self.party.display_name), id: self.party.id }
    }
}

/// The best of the names under which a party is known.
fn name_score(asked: &[String], party: &Party) -> f64 {
    let display = token::similarity(asked, &party.display_name);
    if display == 1.0 {
        return display;
    }
    let full = [party.given_name.as_deref(), party.family_name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let others = [Some(full.as_str()), party.legal_name.as_deref()].into_iter().flatten().filter(|name| *name != party.display_name);
    others.map(|name| token::similarity(asked, name)).fold(display, f64::max)
}

/// The place of a hit: better ones first, then by name and id.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchPlace {
    score: f64,
    name: String,
    id: PartyId,
}

impl SearchPlace {
    /// The order of two places in the list of hits.
    pub fn order(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then_with(|| self.name.cmp(&other.name)).then_with(|| self.id.cmp(&other.id))
    }

    /// The place as a cursor of the search for this text.
    pub fn cursor(&self, text: &SearchText) -> String {
        cursor::encode(&tag(text), &[self.score.to_string(), self.name.clone(), self.id.to_string()])
    }

    /// Reads a cursor of the search for the same text.
    ///
    /// # Errors
    /// `INVALID_CURSOR` when it is malformed or belongs to another search.
    pub fn read(text: &SearchText, cursor: &str) -> Result<Self, Refusal> {
        let parts = cursor::decode(&tag(text), cursor)?;
        Self::of_parts(&parts)
            .ok_or_else(|| Refusal::new(Code::InvalidCursor, "The cursor does not lead into this search: pass the endCursor of a page unchanged."))
    }

    fn of_parts(parts: &[String]) -> Option<Self> {
        let [score, name, id] = parts else { return None };
        let score: f64 = score.parse().ok().filter(|score| (0.0..=1.0).contains(score))?;
        Some(Self { score, name: name.clone(), id: PartyId::parse(id).ok()? })
    }
}

fn tag(text: &SearchText) -> String {
    format!("searchParties {}", text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> SearchText {
        SearchText::parse(text).unwrap()
    }

    #[test]
    fn a_text_that_says_nothing_is_refused() {
        for wrong in ["", "  ", "\u{200B}", "a\0b", &"x".repeat(201)] {
            let refusal = SearchText::parse(wrong).unwrap_err();
            assert!(refusal.code == Code::InvalidArgument && refusal.message.len() < 120, "{wrong:?}");
        }
        assert_eq!(text("  John \n Doe ").as_str(), "John Doe");
    }

    #[test]
    fn at_most_eight_words_are_looked_up() {
        assert_eq!(text("Jörg Müller").words(), ["jorg", "muller"]);
        assert_eq!(text("a b c d e f g h i j").words().len(), 8);
    }

    #[test]
    fn a_text_is_tried_as_what_it_may_be() {
        assert!(text("030 / 12 34").may_be_phone() && !text("Unit 42").may_be_phone());
        for (address, is) in
            [("a.b@example.com", true), ("0198c5a2-0000-7000-8000-000000000000", true), ("030/1234", true), ("Unit 12345", false), ("John", false)]
        {
            assert_eq!(text(address).is_address(), is, "{address}");
        }
        assert_eq!(text("de 123.456-789").identifier(), Some("DE123456789".to_owned()));
        assert_eq!(text("-/-").identifier(), None);
    }

    #[test]
    fn a_place_reads_back_in_its_own_search() {
        let place = SearchPlace { score: 0.1 + 0.2, name: "doe john".to_owned(), id: PartyId(uuid::Uuid::from_u128(1)) };
        assert_eq!(SearchPlace::read(&text("doe"), &place.cursor(&text("doe"))), Ok(place.clone()));
        assert_eq!(SearchPlace::read(&text("do"), &place.cursor(&text("doe"))).unwrap_err().code, Code::InvalidCursor);
        for score in ["NaN", "inf", "-1", "2", "x"] {
            let parts = [score.to_owned(), "doe".to_owned(), place.id.to_string()];
            let cursor = cursor::encode(&tag(&text("doe")), &parts);
            assert_eq!(SearchPlace::read(&text("doe"), &cursor).unwrap_err().code, Code::InvalidCursor, "{score}");
        }
    }

    #[test]
    fn better_hits_come_first() {
        let place = |score, name: &str, id| SearchPlace { score, name: name.to_owned(), id: PartyId(uuid::Uuid::from_u128(id)) };
        let places = [place(1.0, "b", 3), place(0.9, "a", 9), place(0.9, "b", 1), place(0.9, "b", 2)];
        assert!(places.is_sorted_by(|one, next| one.order(next) == Ordering::Less));
    }

    proptest! {
        #[test]
        fn any_text_is_searched_or_refused(any in any::<String>()) {
            if let Ok(text) = SearchText::parse(&any) {
                prop_assert!(text.words().len() <= MAX_WORDS);
                let _ = text.identifier();
            }
        }
    }
}
