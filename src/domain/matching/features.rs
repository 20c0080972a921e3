//! Features: what a record or a party says about itself, normalised, as texts that can be stored and compared.

/// What a feature tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    /// A person's name: `given words;family words;generation`.
    Person,
    /// The name of an organisation, or of a person's employer: its words without the legal form.
    Organization,
    /// The day of birth or of foundation: `yyyymmdd`, with `?` when day and month may be swapped.
    Birth,
    /// A postal address: `number;street words;postcode;city words`.
    Address,
    /// An e-mail address.
    Email,
    /// A phone number: E.164 or bare digits, with its extension after `;`.
    Phone,
    /// A number that somebody issued: `scheme:value`.
    Identifier,
    /// The domain of a web address.
    Web,
    /// Gender: `f` or `m`.
    Gender,
    /// The place of birth.
    BirthPlace,
    /// Occupation or job title.
    Occupation,
    /// Any other property that seldom changes: `name:value`.
    Category,
    /// Country and region.
    Region,
}

/// How many attributes there are.
pub const ATTRIBUTES: usize = 13;

/// Values that one attribute of a party keeps at the most; more say nothing new and cost time.
pub const MAX_VALUES: usize = 24;

/// Whether a record speaks of a person or of an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It does not say.
    #[default]
    Unknown,
    /// A person.
    Person,
    /// An organisation.
    Organization,
}

impl Kind {
    /// Whether two kinds are known to be different.
    pub fn differs(self, other: Self) -> bool {
        self != Self::Unknown && other != Self::Unknown && self != other
    }
}

/// The normalised values of a record, or of a party: all that its records ever said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Person or organisation.
    pub kind: Kind,
    /// The values, sorted and each once.
    values: Vec<(Attribute, String)>,
}

impl Features {
    /// Adds a value; an empty one says nothing, and what is known already stays as it is.
    pub fn add(&mut self, attribute: Attribute, value: String) {
        if value.is_empty() {
            return;
        }
        let place = self.values.binary_search_by(|(a, v)| (*a, v.as_str()).cmp(&(attribute, value.as_str())));
        if let Err(place) = place
            && self.of(attribute).count() < MAX_VALUES
        {
            self.values.insert(place, (attribute, value));
        }
    }

    /// Takes in everything that another record says.
    pub fn absorb(&mut self, other: &Self) {
        if self.kind == Kind::Unknown {
            self.kind = other.kind;
        }
        for (attribute, value) in &other.values {
            self.add(*attribute, value.clone());
        }
    }

    /// The values of one attribute.
    pub fn of(&self, attribute: Attribute) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(a, _)| *a == attribute).map(|(_, value)| value.as_str())
    }

    /// Every value with its attribute.
    pub fn iter(&self) -> impl Iterator<Item = (Attribute, &str)> {
        self.values.iter().map(|(attribute, value)| (*attribute, value.as_str()))
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}
