//! The rules, with ids that stay the same for ever.
use super::identity::Identity;

/// How bad a breach is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Identity is copied, or an answer of the graph will be wrong.
    Error,
    /// Something that somebody has to look at.
    Warning,
}

impl Severity {
    /// The word for it, which is SARIF's too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A copy of an e-mail address.
    EmailCopy,
    /// A copy of a phone number.
    PhoneCopy,
    /// A copy of a name.
    NameCopy,
    /// A copy of a postal address.
    AddressCopy,
    /// A copy of several of these in one value.
    DocumentCopy,
    /// Values that look like identity in a column whose name does not say so.
    IdentityInValues,
    /// A column that should have been sampled and was not.
    NotSampled,
    /// A field of Party that does not ask for `allIds`.
    MergedIdsForgotten,
    /// A field that the hub owns.
    HubFieldRedefined,
    /// Party without its key.
    PartyKey,
    /// SourceRecord without its key.
    SourceRecordKey,
    /// An argument named like a party's id.
    PartyIdArgument,
    /// A foreign key to a table of persons or organisations.
    ForeignKeyToIdentity,
    /// A column that refers to a party by another name.
    ReferenceByOtherName,
    /// An exemption that matches nothing.
    UnusedExemption,
    /// An exemption whose time is over.
    ExpiredExemption,
}

impl Rule {
    /// All rules, in the order of their ids.
    pub const ALL: [Self; 16] = [
        Self::EmailCopy,
        Self::PhoneCopy,
        Self::NameCopy,
        Self::AddressCopy,
        Self::DocumentCopy,
        Self::IdentityInValues,
        Self::NotSampled,
        Self::MergedIdsForgotten,
        Self::HubFieldRedefined,
        Self::PartyKey,
        Self::SourceRecordKey,
        Self::PartyIdArgument,
        Self::ForeignKeyToIdentity,
        Self::ReferenceByOtherName,
        Self::UnusedExemption,
        Self::ExpiredExemption,
    ];

    /// The rule that forbids to copy this.
    pub fn copy_of(identity: Identity) -> Self {
        match identity {
            Identity::Email => Self::EmailCopy,
            Identity::Phone => Self::PhoneCopy,
            Identity::Name => Self::NameCopy,
            Identity::Address => Self::AddressCopy,
            Identity::Document => Self::DocumentCopy,
        }
    }

    /// The rule with an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }

    /// The id, which exemptions and dashboards may rely on.
    pub fn id(self) -> &'static str {
        match self {
            Self::EmailCopy => "PL001",
            Self::PhoneCopy => "PL002",
            Self::NameCopy => "PL003",
            Self::AddressCopy => "PL004",
            Self::DocumentCopy => "PL005",
            Self::IdentityInValues => "PL006",
            Self::NotSampled => "PL007",
            Self::MergedIdsForgotten => "PL101",
            Self::HubFieldRedefined => "PL102",
            Self::PartyKey => "PL103",
            Self::SourceRecordKey => "PL104",
            Self::PartyIdArgument => "PL105",
            Self::ForeignKeyToIdentity => "PL201",
            Self::ReferenceByOtherName => "PL202",
            Self::UnusedExemption => "PL901",
            Self::ExpiredExemption => "PL902",
        }
    }

    /// A name for people and for tools that show one.
    pub fn name(self) -> &'static str {
        match self {
            Self::EmailCopy => "email-copy",
            Self::PhoneCopy => "phone-copy",
            Self::NameCopy => "name-copy",
            Self::AddressCopy => "address-copy",
            Self::DocumentCopy => "contact-document-copy",
            Self::IdentityInValues => "identity-in-values",
            Self::NotSampled => "not-sampled",
            Self::MergedIdsForgotten => "merged-ids-forgotten",
            Self::HubFieldRedefined => "hub-field-redefined",
            Self::PartyKey => "party-key",
            Self::SourceRecordKey => "source-record-key",
            Self::PartyIdArgument => "party-id-argument",
            Self::ForeignKeyToIdentity => "foreign-key-to-identity",
            Self::ReferenceByOtherName => "reference-by-other-name",
            Self::UnusedExemption => "unused-exemption",
            Self::ExpiredExemption => "expired-exemption",
        }
    }

    /// How bad a breach is.
    pub fn severity(self) -> Severity {
        match self {
            Self::NotSampled | Self::UnusedExemption | Self::ExpiredExemption => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::EmailCopy | Self::PhoneCopy | Self::NameCopy | Self::AddressCopy | Self::DocumentCopy => {
                "Drop it. Give the values to Party (registerSourceRecords, findOrCreateParty), keep party_id or only the record's own id, \
                 and read them through the graph. If the engine cannot do without a copy, declare an exemption with its purpose and retention."
            }
            Self::IdentityInValues => {
                "Find out what writes them. Move identity to Party and delete it here, or declare an exemption with its purpose and retention."
            }
            Self::NotSampled => "Run the lint with a role that may read the table, or leave out --sample.",
            Self::MergedIdsForgotten => {
                "Add @requires(fields: \"allIds\") and query party_id IN (allIds), or records of merged parties silently disappear."
            }
            Self::HubFieldRedefined => "Remove the field, or mark it @external if another field of the engine requires it.",
            Self::PartyKey => "Write type Party @key(fields: \"id\") { id: ID! … }.",
            Self::SourceRecordKey => {
                "Write type SourceRecord @key(fields: \"system type id\"), with resolvable: false if the engine only refers to it."
            }
            Self::PartyIdArgument => {
                "Make the field one of Party, or take the engine's own record ({system, type, id}), so that merged parties are found as well."
            }
            Self::ForeignKeyToIdentity => "Refer to the party with party_id and without a foreign key: the hub is another database.",
            Self::ReferenceByOtherName => "Name it party_id (or end in party_id) and store the hub's id, or refer to the engine's own record.",
            Self::UnusedExemption => "Remove it, or correct its `where` and `rule`.",
            Self::ExpiredExemption => "End what it was for and remove it, or decide anew and set another date.",
        }
    }
}
