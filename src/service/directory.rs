//! The directory: every party of the company in pages, filtered and in order.
use super::{Request, party};
use crate::{
    domain::{
        code::{RoleCode, SystemCode},
        directory::{DirectoryFilter, DirectoryOrder, DirectoryPosition, SHOWN},
        error::{Error, Refusals},
        kind::{PartyKind, PartyStatus},
        moment,
        page::{Page, PageRequest},
        profile::{Parts, Profile},
        refusal::{Code, Refusal},
        role::RoleType,
        text::shortened,
    },
    store,
};
use chrono::{DateTime, Utc};
use std::{collections::HashSet, sync::Arc};

/// The most roles, and the most engines, of one filter.
const MAX_CODES: usize = 50;

/// A filter as a caller writes it. An empty list filters nothing, as if it were left out.
#[derive(Clone, Debug, Default)]
pub struct DirectoryInput {
    /// Only persons or only organisations.
    pub kind: Option<PartyKind>,
    /// In one of these states; active and inactive ones when empty.
    pub statuses: Vec<PartyStatus>,
    /// Codes of roles of which one is held now.
    pub roles: Vec<String>,
    /// Engines of which one has a record with an active link.
    pub linked_systems: Vec<String>,
    /// Made at this time or later.
    pub created_since: Option<DateTime<Utc>>,
    /// Changed at this time or later.
    pub updated_since: Option<DateTime<Utc>>,
}

impl DirectoryInput {
    /// The filter as the store takes it.
    ///
    /// # Errors
    /// `INVALID_CODE` at a code, `INVALID_ARGUMENT` at a time, `TOO_MANY_ITEMS`.
    pub fn parse(&self) -> Result<DirectoryFilter, Error> {
        let mut refusals = Refusals::default();
        let roles = codes(&mut refusals, "roles", &self.roles, RoleCode::parse);
        let systems = codes(&mut refusals, "linkedSystems", &self.linked_systems, SystemCode::parse);
        for (field, time) in [("createdSince", self.created_since), ("updatedSince", self.updated_since)] {
            if time.is_some_and(|time| !moment::is_kept(time)) {
                refusals.push(Refusal::new(Code::InvalidArgument, format!("`{field}` must lie in the years 1 to 9999.")).at(field));
            }
        }
        refusals.check()?;
        Ok(DirectoryFilter {
            kind: self.kind,
            statuses: distinct(if self.statuses.is_empty() { SHOWN.to_vec() } else { self.statuses.clone() }),
            roles: distinct(roles),
            systems: distinct(systems),
            created_since: self.created_since,
            updated_since: self.updated_since,
        })
    }

    /// A misspelt role would look like one that nobody holds.
    ///
    /// # Errors
    /// `ROLE_UNKNOWN` at each code that the catalogue lacks.
    pub fn check_roles(&self, types: &[RoleType]) -> Result<(), Error> {
        let known: HashSet<&str> = types.iter().map(|role_type| role_type.code.as_str()).collect();
        let mut refusals = Refusals::default();
        for (i, code) in self.roles.iter().enumerate().filter(|(_, code)| !known.contains(code.as_str())) {
            let message = format!("There is no role type {:?}. `roleTypes` lists those there are.", shortened(code));
            refusals.push(Refusal::new(Code::RoleUnknown, message).at(i));
        }
        refusals.check()
    }
}

fn codes<T>(refusals: &mut Refusals, field: &str, texts: &[String], parse: impl Fn(&str) -> Result<T, Refusal>) -> Vec<T> {
    if texts.len() > MAX_CODES {
        let message = format!("A filter has at most {MAX_CODES} of them, not {}.", texts.len());
        refusals.push(Refusal::new(Code::TooManyItems, message).at(field));
        return Vec::new();
    }
    let parsed = texts.iter().enumerate().map(|(i, text)| refusals.take(field, parse(text).map_err(|refusal| refusal.at(i))));
    parsed.collect::<Vec<_>>().into_iter().flatten().collect()
}

fn distinct<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values.dedup();
    values
}

/// A page of the company's parties, as far as they are asked for: one statement, one more for their roles and links, one each for
/// absorbed ids and revenue, and one that looks the roles of a filter up in the catalogue.
///
/// # Errors
/// `INVALID_CODE` or `ROLE_UNKNOWN` at the code of the filter, `INVALID_ARGUMENT` at a time of it, `TOO_MANY_ITEMS`, `INVALID_CURSOR`.
pub async fn page(
    request: &Request,
    input: &DirectoryInput,
    order: DirectoryOrder,
    page: &PageRequest,
    parts: Parts,
) -> Result<Page<Arc<Profile>>, Error> {
    let filter = input.parse().map_err(|error| error.at("filter"))?;
    let after = page.after.as_deref().map(|cursor| DirectoryPosition::read(&filter, order, cursor)).transpose();
    let after = after.map_err(|refusal| refusal.at("after"))?;
    let tx = request.read().await?;
    if !input.roles.is_empty() {
        input.check_roles(&store::role::types(&tx).await?).map_err(|error| error.at("roles").at("filter"))?;
    }
    let rows = store::directory::page(&tx, &filter, (order, after.as_ref()), page.first + 1, parts).await?;
    let page = Page::cut(rows, page.first, |(position, _)| position.cursor(&filter, order)).map(|(_, profile)| profile);
    party::of_page(request, &tx, page, parts).await
}
