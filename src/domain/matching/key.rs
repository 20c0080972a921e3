//! Keys: what two records must share so that they are compared at all. A union of many, each small.
use super::{
    compare::Comparison,
    features::{Attribute, Kind},
    normal::{phone, words::hash},
    vocabulary::{Profile, Value, Vocabulary},
};

/// The sorts of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// An e-mail address.
    Email,
    /// The last seven digits of a phone number.
    Phone,
    /// An issued number.
    Identifier,
    /// The domain of a firm's site or mailboxes.
    Domain,
    /// The sounds of given and family name, in either order.
    Names,
    /// The sound of the family name and the postal code.
    FamilyAndCode,
    /// The sound of the given name and the postal code.
    GivenAndCode,
    /// House number and postal code.
    House,
    /// Family name and day of birth.
    FamilyAndBirth,
    /// Given name and day of birth.
    GivenAndBirth,
    /// Day of birth.
    Birth,
    /// The beginnings of given and family name.
    Beginnings,
    /// Two words of an organisation's name, or the first.
    Organization,
    /// House number and a word of the street.
    Street,
    /// The part of an e-mail address before the @.
    Mailbox,
    /// The family name and the town, or the place of birth.
    FamilyAndTown,
    /// The given name and the firm.
    GivenAndFirm,
    /// The family name and the firm.
    FamilyAndFirm,
    /// The occupation and the firm.
    OccupationAndFirm,
    /// The given name and the town, or the place of birth.
    GivenAndTown,
}

/// How many sorts there are.
pub const KEY_KINDS: usize = 20;

impl KeyKind {
    /// Every sort, in the order of its number.
    pub const ALL: [Self; KEY_KINDS] = [
        Self::Email,
        Self::Phone,
        Self::Identifier,
        Self::Domain,
        Self::Names,
        Self::FamilyAndCode,
        Self::GivenAndCode,
        Self::House,
        Self::FamilyAndBirth,
        Self::GivenAndBirth,
        Self::Birth,
        Self::Beginnings,
        Self::Organization,
        Self::Street,
        Self::Mailbox,
        Self::FamilyAndTown,
        Self::GivenAndFirm,
        Self::FamilyAndFirm,
        Self::OccupationAndFirm,
        Self::GivenAndTown,
    ];

    /// The comparisons that say little about a pair found by this key, because the key made it so.
    pub const fn uses(self) -> &'static [Comparison] {
        use Comparison::{Address, Birth, Email, Family, Given, Identifier, Occupation, Organization, Phone, Web};
        match self {
            Self::Email | Self::Mailbox => &[Email],
            Self::Phone => &[Phone],
            Self::Identifier => &[Identifier],
            Self::Domain => &[Web, Email],
            Self::Names | Self::Beginnings => &[Given, Family],
            Self::FamilyAndCode | Self::FamilyAndTown => &[Family, Address],
            Self::GivenAndCode | Self::GivenAndTown => &[Given, Address],
            Self::GivenAndFirm => &[Given, Organization],
            Self::FamilyAndFirm => &[Family, Organization],
            Self::OccupationAndFirm => &[Occupation, Organization],
            Self::House | Self::Street => &[Address],
            Self::FamilyAndBirth => &[Family, Birth],
            Self::GivenAndBirth => &[Given, Birth],
            Self::Birth => &[Birth],
            Self::Organization => &[Organization],
        }
    }
}

/// A key: the five highest bits are its sort, the others the hash of its text. It is the same in every process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub u64);

impl Key {
    fn new(kind: KeyKind, parts: &[&str]) -> Self {
        let hash = parts.iter().fold(0u64, |state, part| state.rotate_left(17) ^ hash(part));
        Self((kind as u64) << 59 | hash >> 5)
    }

    /// Its sort.
    pub fn kind(self) -> KeyKind {
        KeyKind::ALL[(self.0 >> 59) as usize]
    }
}

/// The keys of a profile, sorted and each once.
pub fn keys(vocabulary: &Vocabulary, profile: Profile<'_>) -> Vec<Key> {
    let mut keys = Keys { vocabulary, profile, found: Vec::with_capacity(24) };
    keys.contacts();
    keys.names();
    keys.places();
    keys.occupations();
    if profile.kind != Kind::Person {
        keys.organizations();
    }
    keys.found.sort_unstable();
    keys.found.dedup();
    keys.found
}

struct Keys<'a> {
    vocabulary: &'a Vocabulary,
    profile: Profile<'a>,
    found: Vec<Key>,
}

impl<'a> Keys<'a> {
    fn of(&self, attribute: Attribute) -> &'a [Value] {
        self.profile.of(attribute)
    }

    fn add(&mut self, kind: KeyKind, parts: &[&str]) {
        if parts.iter().all(|part| !part.is_empty()) {
            self.found.push(Key::new(kind, parts));
        }
    }

    fn contacts(&mut self) {
        let vocabulary = self.vocabulary;
        for value in self.of(Attribute::Email) {
            let mail = vocabulary.emails.get(value.id());
            let address = vocabulary.emails.text(value.id());
            self.add(KeyKind::Email, &[address]);
            let local = &address[..mail.local as usize];
            let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
            if !mail.is_role && plain.len() >= 4 {
                self.add(KeyKind::Mailbox, &[&plain]);
            }
            if !mail.is_free && self.profile.kind != Kind::Person {
                self.add(KeyKind::Domain, &[vocabulary.domain(mail.domain)]);
            }
        }
        for value in self.of(Attribute::Phone) {
            let text = vocabulary.phones.text(value.id());
            self.add(KeyKind::Phone, &[phone::tail(text)]);
            if let Some(tail) = phone::long_tail(text) {
                self.add(KeyKind::Phone, &[&tail]);
            }
        }
        for value in self.of(Attribute::Identifier) {
            self.add(KeyKind::Identifier, &[vocabulary.identifiers.text(value.id())]);
        }
        for value in self.of(Attribute::Web) {
            self.add(KeyKind::Domain, &[vocabulary.texts.text(value.id())]);
        }
    }

    fn names(&mut self) {
        let vocabulary = self.vocabulary;
        let births: Vec<String> = self.of(Attribute::Birth).iter().filter_map(|value| birth_text(vocabulary, *value)).collect();
        for birth in &births {
            self.add(KeyKind::Birth, &[birth]);
        }
        for value in self.of(Attribute::Person) {
            let person = vocabulary.persons.get(value.id());
            let family = person.whole_family.map_or("", |word| vocabulary.words.text(word));
            let given = person.given.first().map_or("", |word| vocabulary.words.text(*word));
            let sounds = [person.given.first().copied(), person.whole_family]
                .map(|word| word.map_or_else(String::new, |word| vocabulary.words.get(word).sound.to_string()));
            let [first, last] = if sounds[0] <= sounds[1] { [&sounds[0], &sounds[1]] } else { [&sounds[1], &sounds[0]] };
            self.add(KeyKind::Names, &[first, last]);
            let begin = |text: &str, letters: usize| text.chars().take(letters).collect::<String>();
            if !given.is_empty() && !family.is_empty() {
                self.add(KeyKind::Beginnings, &[&begin(family, 4), &begin(given, 2)]);
            }
            for birth in &births {
                self.add(KeyKind::FamilyAndBirth, &[family, birth]);
                self.add(KeyKind::GivenAndBirth, &[given, birth]);
                let year = birth.split(' ').next().unwrap_or("");
                self.add(KeyKind::FamilyAndBirth, &["year", &sounds[1], year]);
                self.add(KeyKind::GivenAndBirth, &["year", &sounds[0], year]);
            }
            for place in self.of(Attribute::BirthPlace) {
                self.add(KeyKind::FamilyAndTown, &[&sounds[1], vocabulary.texts.text(place.id())]);
                self.add(KeyKind::GivenAndTown, &[&sounds[0], vocabulary.texts.text(place.id())]);
            }
            for firm in self.of(Attribute::Organization) {
                let sound = self.firm_sound(*firm);
                self.add(KeyKind::GivenAndFirm, &[&sounds[0], &sound]);
                self.add(KeyKind::FamilyAndFirm, &[&sounds[1], &sound]);
            }
            for address in self.of(Attribute::Address) {
                let place = vocabulary.addresses.get(address.id());
                let code = place.postal_code.map_or("", |code| vocabulary.places.text(code));
                let city = place.whole_city.map_or("", |city| vocabulary.places.text(city));
                self.add(KeyKind::FamilyAndCode, &[&sounds[1], code]);
                self.add(KeyKind::GivenAndCode, &[&sounds[0], code]);
                self.add(KeyKind::FamilyAndTown, &[&sounds[1], city]);
                self.add(KeyKind::GivenAndTown, &[&sounds[0], city]);
            }
        }
    }

    /// The sound of the first word of a firm's name.
    fn firm_sound(&self, firm: Value) -> String {
        let first = self.vocabulary.firms.get(firm.id()).words.first();
        first.map_or_else(String::new, |word| self.vocabulary.firm_words.get(*word).sound.to_string())
    }

    fn occupations(&mut self) {
        for firm in self.of(Attribute::Organization) {
            let sound = self.firm_sound(*firm);
            for occupation in self.of(Attribute::Occupation) {
                self.add(KeyKind::OccupationAndFirm, &[self.vocabulary.texts.text(occupation.id()), &sound]);
            }
        }
    }

    fn places(&mut self) {
        let vocabulary = self.vocabulary;
        for value in self.of(Attribute::Address) {
            let place = vocabulary.addresses.get(value.id());
            let text = |part: Option<u32>| part.map_or("", |part| vocabulary.places.text(part));
            let number = text(place.number);
            self.add(KeyKind::House, &[number, text(place.postal_code)]);
            let longest = place.street.iter().take(3).map(|word| vocabulary.places.text(*word)).max_by_key(|word| word.len());
            self.add(KeyKind::Street, &[number, longest.unwrap_or("")]);
        }
    }

    fn organizations(&mut self) {
        let vocabulary = self.vocabulary;
        for value in self.of(Attribute::Organization) {
            let firm = vocabulary.firms.get(value.id());
            let words: Vec<&str> = firm.words.iter().map(|word| vocabulary.firm_words.text(*word)).collect();
            self.add(KeyKind::Organization, &["*", vocabulary.firm_words.text(firm.joined)]);
            for word in words.iter().take(3).filter(|word| word.len() >= 3) {
                self.add(KeyKind::Organization, &[word]);
            }
            let sounds: Vec<String> = firm.words.iter().take(4).map(|word| vocabulary.firm_words.get(*word).sound.to_string()).collect();
            for (at, first) in sounds.iter().enumerate() {
                for second in &sounds[at + 1..] {
                    let [one, other] = if first <= second { [first, second] } else { [second, first] };
                    self.add(KeyKind::Organization, &[one, other]);
                }
            }
            if let Some(initials) = firm.initials {
                self.add(KeyKind::Organization, &["*", vocabulary.firm_words.text(initials)]);
            }
        }
    }
}

/// The day in a form in which day and month may be swapped.
fn birth_text(vocabulary: &Vocabulary, value: Value) -> Option<String> {
    let date = vocabulary.births.get(value.id());
    let (low, high) = (date.day.min(date.month), date.day.max(date.month));
    (high > 0).then(|| format!("{} {low} {high}", date.year))
}
