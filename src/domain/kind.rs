//! The closed sets of values: kinds, states, directions and methods.

macro_rules! values {
    ($(#[$meta:meta])* $name:ident { $($(#[$value_meta:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$value_meta])* $value,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// The value as it is stored and shown: upper case with underscores.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }

            /// The value that was stored as this text; none when there is no such value.
            pub fn stored(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$value),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

values! {
    /// What a party is.
    PartyKind {
        /// A human being.
        Person = "PERSON",
        /// A company, an authority, an association.
        Organization = "ORGANIZATION",
    }
}

values! {
    /// Where a party is in its life.
    PartyStatus {
        /// In use.
        Active = "ACTIVE",
        /// Deactivated; can be reactivated.
        Inactive = "INACTIVE",
        /// Absorbed by another party, to which its id leads.
        Merged = "MERGED",
        /// Its personal data was removed for good.
        Erased = "ERASED",
    }
}

values! {
    /// What a contact point is.
    ContactKind {
        /// An e-mail address.
        Email = "EMAIL",
        /// A phone number.
        Phone = "PHONE",
        /// A postal address.
        Address = "ADDRESS",
        /// A web address.
        Web = "WEB",
    }
}

values! {
    /// Which way the money of a revenue entry goes.
    Direction {
        /// The party pays the company.
        Inflow = "INFLOW",
        /// The company pays the party.
        Outflow = "OUTFLOW",
    }
}

values! {
    /// On which side of the business a role stands.
    RoleSide {
        /// The party buys from the company.
        Buys = "BUYS",
        /// The party sells to the company.
        Sells = "SELLS",
        /// The party does both.
        Both = "BOTH",
    }
}

values! {
    /// How a link from a source record to a party came about.
    LinkMethod {
        /// A person decided it.
        Manual = "MANUAL",
        /// The evidence decided it.
        Auto = "AUTO",
        /// It came with an import.
        Import = "IMPORT",
        /// A person accepted a suggestion.
        Suggested = "SUGGESTED",
    }
}

values! {
    /// Where a source record is on its way to a party.
    RecordState {
        /// It has an active link.
        Linked = "LINKED",
        /// It has no active link.
        Unlinked = "UNLINKED",
        /// A suggestion waits for a steward.
        InReview = "IN_REVIEW",
        /// A steward decided that it is nobody's.
        Ignored = "IGNORED",
    }
}

values! {
    /// What a merge decides between two parties.
    MergeField {
        /// The names, all of them together.
        Name = "NAME",
        /// The primary e-mail address.
        Email = "EMAIL",
        /// The primary phone number.
        Phone = "PHONE",
        /// The primary postal address.
        Address = "ADDRESS",
    }
}

values! {
    /// Why a merge chose one of two values. The first rule that tells the two apart decides.
    MergeRule {
        /// A steward chose it.
        Steward = "STEWARD",
        /// Both parties have the same value, or none.
        SameValue = "SAME_VALUE",
        /// Only one party has a value.
        OnlyValue = "ONLY_VALUE",
        /// Only this one was verified.
        Verified = "VERIFIED",
        /// It comes from the engine that the company trusts most.
        SourcePriority = "SOURCE_PRIORITY",
        /// It was noted later.
        MostRecent = "MOST_RECENT",
        /// It has more parts.
        MostComplete = "MOST_COMPLETE",
        /// Nothing tells them apart, so the survivor's stays.
        Survivor = "SURVIVOR",
    }
}

values! {
    /// How far a merge has come.
    MergeState {
        /// Engines have yet to acknowledge it.
        Propagating = "PROPAGATING",
        /// Every engine has acknowledged it.
        Done = "DONE",
        /// It was taken back.
        Unmerged = "UNMERGED",
    }
}

values! {
    /// What an engine acknowledges.
    MergeStep {
        /// That two parties became one.
        Merged = "MERGED",
        /// That one party became two again.
        Unmerged = "UNMERGED",
    }
}

values! {
    /// Whether an engine has followed a merge.
    AcknowledgementState {
        /// It has said nothing yet.
        Pending = "PENDING",
        /// It has.
        Done = "DONE",
        /// It could not.
        Failed = "FAILED",
    }
}

values! {
    /// Where a review task stands.
    TaskStatus {
        /// It waits for a steward.
        Open = "OPEN",
        /// A steward works on it.
        Leased = "LEASED",
        /// It was decided.
        Decided = "DECIDED",
    }
}

values! {
    /// What a steward decides of a review task.
    TaskDecision {
        /// They are one party.
        Same = "SAME",
        /// They are not.
        Different = "DIFFERENT",
        /// It cannot be told.
        Unsure = "UNSURE",
        /// The record is somebody new.
        NewParty = "NEW_PARTY",
    }
}

values! {
    /// Where an import stands.
    ImportState {
        /// It goes on, or was cut short.
        Running = "RUNNING",
        /// It looked at every row.
        Done = "DONE",
        /// What it made was taken back.
        RolledBack = "ROLLED_BACK",
    }
}

values! {
    /// Where a job of matching stands.
    JobStatus {
        /// Not every record was looked at.
        Running = "RUNNING",
        /// Every record was.
        Done = "DONE",
        /// Its links were taken back.
        Undone = "UNDONE",
    }
}

values! {
    /// What a job of matching did with a record.
    JobOutcome {
        /// It linked it.
        AutoLink = "AUTO_LINK",
        /// It asked a steward.
        Review = "REVIEW",
        /// It left it alone.
        NoMatch = "NO_MATCH",
    }
}

/// Values that are kept within JSON, as they are stored and shown.
macro_rules! in_json {
    ($($name:ident),+) => {
        $(
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl<'d> serde::Deserialize<'d> for $name {
                fn deserialize<D: serde::Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    Self::stored(&text).ok_or_else(|| serde::de::Error::custom("an unknown word"))
                }
            }
        )+
    };
}
in_json!(MergeField, MergeRule);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_reads_back() {
        assert!(PartyKind::ALL.iter().all(|value| PartyKind::stored(value.as_str()) == Some(*value)));
        assert!(PartyStatus::ALL.iter().all(|value| PartyStatus::stored(value.as_str()) == Some(*value)));
        assert!(ContactKind::ALL.iter().all(|value| ContactKind::stored(value.as_str()) == Some(*value)));
        assert!(Direction::ALL.iter().all(|value| Direction::stored(value.as_str()) == Some(*value)));
        assert!(RoleSide::ALL.iter().all(|value| RoleSide::stored(value.as_str()) == Some(*value)));
        assert!(LinkMethod::ALL.iter().all(|value| LinkMethod::stored(value.as_str()) == Some(*value)));
        assert!(RecordState::ALL.iter().all(|value| RecordState::stored(value.as_str()) == Some(*value)));
    }

    #[test]
    fn what_is_not_a_value_is_none() {
        assert_eq!(PartyKind::stored("person"), None);
        assert_eq!(RecordState::InReview.to_string(), "IN_REVIEW");
    }
}
