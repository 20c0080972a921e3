//! Ids: UUIDs that cannot be mistaken for one another.
use super::refusal::{Code, Refusal};
use uuid::Uuid;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Reads a UUID in any of its usual spellings.
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                Uuid::try_parse(text).map(Self).map_err(|_| {
                    Refusal::new(Code::InvalidId, format!("{:?} is not an id: ids are UUIDs.", super::text::shortened(text)))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(
    /// The tenant. Comes from the caller's token, never from an argument.
    CompanyId
);
id!(
    /// One person or organisation.
    PartyId
);
id!(
    /// One contact point of a party.
    ContactPointId
);
id!(
    /// One holding of a role by a party.
    RoleId
);
id!(
    /// One relationship between two parties.
    RelationshipId
);
id!(
    /// One link from a source record to a party.
    LinkId
);
id!(
    /// One absorbed party of one survivor.
    MergeId
);
id!(
    /// One assertion that two parties are not the same.
    AssertionId
);
id!(
    /// One question for a steward.
    TaskId
);
id!(
    /// One run of an import.
    ImportId
);
id!(
    /// One job that links records by themselves.
    JobId
);
