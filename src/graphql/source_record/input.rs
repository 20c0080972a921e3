//! What callers write to name, list and register source records.
use super::object::SourceRecordState;
use crate::{domain::link::Presented, service::source_record::RecordInput};
use async_graphql::{ID, InputObject};

/// What an engine knows of the person or organisation behind a record. Kept exactly as it comes, even where it is malformed; each
/// value has at most 1,000 characters.
#[derive(InputObject, Default)]
pub struct PresentedIdentityInput {
    /// A name of a person or organisation.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: Option<String>,
    /// A person's family name.
    pub family_name: Option<String>,
    /// The name of an organisation.
    pub organization_name: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number; without a country code it is taken to be in the company's country.
    pub phone: Option<String>,
    /// A postal address in one line.
    pub address: Option<String>,
}

impl From<PresentedIdentityInput> for Presented {
    fn from(input: PresentedIdentityInput) -> Self {
        let PresentedIdentityInput { display_name, given_name, family_name, organization_name, email, phone, address } = input;
        Self { display_name, given_name, family_name, organization_name, email, phone, address }
    }
}

/// A record as its engine presents it.
#[derive(InputObject)]
pub struct SourceRecordInput {
    /// The engine, for instance `crm`.
    pub system: String,
    /// What the engine calls such records, for instance `lead`.
    #[graphql(name = "type")]
    pub record_type: String,
    /// The record's id in the engine; 1 to 200 characters, compared exactly as they are.
    pub id: ID,
    /// What the engine knows of the person or organisation. It replaces all that was presented before.
    pub presented: PresentedIdentityInput,
}

impl From<SourceRecordInput> for RecordInput {
    fn from(input: SourceRecordInput) -> Self {
        Self { system: input.system, record_type: input.record_type, record_id: input.id.0, presented: input.presented.into() }
    }
}

/// Which source records to list: those that fit all that is given.
#[derive(InputObject, Default)]
pub struct SourceRecordFilter {
    /// Records of this engine.
    pub system: Option<String>,
    /// Records that their engine calls this.
    #[graphql(name = "type")]
    pub record_type: Option<String>,
    /// Records in this state.
    pub state: Option<SourceRecordState>,
}

/// Records to register.
#[derive(InputObject)]
pub struct RegisterSourceRecordsInput {
    /// Up to 1,000 records.
    pub records: Vec<SourceRecordInput>,
}
