//! Merges: what becomes of two records of one party, decided without a database, and what is kept so that it can be undone.
use super::{
    contact_point::ContactPoint,
    id::{ContactPointId, MergeId, PartyId, RoleId},
    kind::{MergeField, MergeRule, MergeState},
    name::placeholder,
    party::Party,
    role::RoleHolding,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One absorbed party of one survivor.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// The id.
    pub id: MergeId,
    /// The party that goes on.
    pub survivor: PartyId,
    /// The party whose id leads to the survivor.
    pub absorbed: PartyId,
    /// The place among the merges that made the survivor what it is; they are undone from the last one on.
    pub position: i64,
    /// How far it has come.
    pub state: MergeState,
    /// What must be known to undo it.
    pub before: Before,
    /// What was decided, field by field.
    pub decisions: Vec<Decision>,
    /// Why.
    pub reason: Option<String>,
    /// Who merged.
    pub merged_by: String,
    /// When.
    pub merged_at: DateTime<Utc>,
    /// Who took it back.
    pub unmerged_by: Option<String>,
    /// When.
    pub unmerged_at: Option<DateTime<Utc>>,
    /// Why.
    pub unmerge_reason: Option<String>,
}

/// Whose value a field has after a merge, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The field.
    pub field: MergeField,
    /// The rule.
    pub rule: MergeRule,
    /// Whether the absorbed party's value goes on.
    pub takes_absorbed: bool,
    /// Whether both have a value and the values differ.
    pub is_conflict: bool,
}

/// The party whose value a steward chose for a field.
pub type Choices = BTreeMap<MergeField, PartyId>;

/// What a merge changed of what was there, beyond handing rows over: these carry their former party themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Before {
    /// The absorbed party and all that were merged into it.
    pub family: Vec<Uuid>,
    /// The absorbed party's status.
    pub status: String,
    /// The survivor's names before and after, if they changed.
    pub names: Option<(Names, Names)>,
    /// The absorbed party's contact points that were first choices.
    pub absorbed_primaries: Vec<Uuid>,
    /// The survivor's contact points that were first choices and stepped back.
    pub stepped_back: Vec<Uuid>,
    /// The survivor's contact points that became first choices, because the absorbed party's were of the same value.
    pub promoted: Vec<Uuid>,
    /// The survivor's contact points that learnt something from the absorbed party's of the same value.
    pub taught: Vec<(Knowledge, Knowledge)>,
    /// The survivor's roles that took over a time from the absorbed party's.
    pub roles: Vec<(RoleState, RoleState)>,
    /// The absorbed party's primary role.
    pub absorbed_primary_role: Option<Uuid>,
}

/// The names of a party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The name to show.
    pub display: String,
    /// A person's given name.
    pub given: Option<String>,
    /// A person's family name.
    pub family: Option<String>,
    /// An organisation's registered name.
    pub legal: Option<String>,
}

impl Names {
    /// The names of a party.
    pub fn of(party: &Party) -> Self {
        let Party { display_name, given_name, family_name, legal_name, .. } = party.clone();
        Self { display: display_name, given: given_name, family: family_name, legal: legal_name }
    }

    /// Gives a party these names.
    pub fn give(self, party: &mut Party) {
        (party.display_name, party.given_name, party.family_name, party.legal_name) = (self.display, self.given, self.family, self.legal);
    }

    /// How many of the names are there, the name to show aside.
    fn completeness(&self) -> usize {
        [&self.given, &self.family, &self.legal].into_iter().flatten().count()
    }
}

/// What is known of a contact point's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knowledge {
    /// The contact point.
    pub id: Uuid,
    /// When it was verified.
    pub verified_at: Option<DateTime<Utc>>,
    /// By whom.
    pub verified_by: Option<String>,
    /// What it is used for.
    pub purposes: Vec<String>,
}

impl Knowledge {
    /// What is known of a contact point.
    pub fn of(point: &ContactPoint) -> Self {
        Self { id: point.id.0, verified_at: point.verified_at, verified_by: point.verified_by.clone(), purposes: point.purposes.clone() }
    }
}

/// When a role is held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleState {
    /// The holding.
    pub id: Uuid,
    /// Since when.
    pub valid_from: DateTime<Utc>,
    /// Until when.
    pub valid_to: Option<DateTime<Utc>>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// Why.
    pub end_reason: Option<String>,
    /// Whether it is the primary one.
    pub is_primary: bool,
}

impl RoleState {
    /// When a role is held.
    pub fn of(holding: &RoleHolding) -> Self {
        let RoleHolding { id, valid_from, valid_to, ended_by, end_reason, is_primary, .. } = holding.clone();
        Self { id: id.0, valid_from, valid_to, ended_by, end_reason, is_primary }
    }

    /// Lets a holding have this time.
    pub fn give(&self, holding: &mut RoleHolding) {
        (holding.valid_from, holding.valid_to, holding.is_primary) = (self.valid_from, self.valid_to, self.is_primary);
        (holding.ended_by, holding.end_reason) = (self.ended_by.clone(), self.end_reason.clone());
    }
}

/// One of two records of a party, with what rules look at.
pub struct Side<'s> {
    /// The record.
    pub party: &'s Party,
    /// The place of its best engine in the company's order of engines; none when it has a link of none of them.
    pub rank: Option<usize>,
}

/// Who of two sides wins by what only one of them has, or has more of; none when that does not tell.
fn better<T: Ord>(survivor: T, absorbed: T, rule: MergeRule) -> Option<(bool, MergeRule)> {
    (survivor != absorbed).then(|| (absorbed > survivor, rule))
}

/// A lower place in the order of engines is better, and any is better than none.
fn by_rank(survivor: &Side<'_>, absorbed: &Side<'_>) -> Option<(bool, MergeRule)> {
    let worth = |side: &Side<'_>| side.rank.map(std::cmp::Reverse);
    better(worth(survivor), worth(absorbed), MergeRule::SourcePriority)
}

/// A steward's choice. One that names a third party, which is merged in the same call, keeps the survivor's value for it.
fn chosen(choices: &Choices, field: MergeField, absorbed: &Side<'_>) -> Option<(bool, MergeRule)> {
    choices.get(&field).map(|party| (*party == absorbed.party.id, MergeRule::Steward))
}

/// Whose names go on. A name is never put together from two parties'.
pub fn decide_name(survivor: &Side<'_>, absorbed: &Side<'_>, choices: &Choices) -> Decision {
    let (ours, theirs) = (Names::of(survivor.party), Names::of(absorbed.party));
    let is_known = |names: &Names| names.display != placeholder(survivor.party.kind);
    let is_conflict = ours != theirs && is_known(&ours) && is_known(&theirs);
    let same = || (ours == theirs).then_some((false, MergeRule::SameValue));
    let (takes_absorbed, rule) = chosen(choices, MergeField::Name, absorbed)
        .or_else(same)
        .or_else(|| better(is_known(&ours), is_known(&theirs), MergeRule::OnlyValue))
        .or_else(|| by_rank(survivor, absorbed))
        .or_else(|| better(ours.completeness(), theirs.completeness(), MergeRule::MostComplete))
        .unwrap_or((false, MergeRule::Survivor));
    Decision { field: MergeField::Name, rule, takes_absorbed, is_conflict }
}

/// Whose first choice of a kind of contact point goes on.
pub fn decide_contact(
    field: MergeField,
    (survivor, ours): (&Side<'_>, Option<&ContactPoint>),
    (absorbed, theirs): (&Side<'_>, Option<&ContactPoint>),
    choices: &Choices,
) -> Decision {
    let key = |point: Option<&ContactPoint>| point.map(|point| point.key.clone());
    let is_conflict = ours.is_some() && theirs.is_some() && key(ours) != key(theirs);
    let verified = |point: Option<&ContactPoint>| point.is_some_and(|point| point.verified_at.is_some());
    let since = |point: Option<&ContactPoint>| point.map(|point| point.valid_from);
    let same = || (key(ours) == key(theirs)).then_some((false, MergeRule::SameValue));
    let (takes_absorbed, rule) = chosen(choices, field, absorbed)
        .or_else(same)
        .or_else(|| better(ours.is_some(), theirs.is_some(), MergeRule::OnlyValue))
        .or_else(|| better(verified(ours), verified(theirs), MergeRule::Verified))
        .or_else(|| by_rank(survivor, absorbed))
        .or_else(|| better(since(ours), since(theirs), MergeRule::MostRecent))
        .unwrap_or((false, MergeRule::Survivor));
    // Without a value there is nothing to take.
    Decision { field, rule, takes_absorbed: takes_absorbed && theirs.is_some(), is_conflict }
}

/// How two histories of roles become one.
#[derive(Debug, Default, PartialEq)]
pub struct UnitedRoles {
    /// The survivor's roles that take over a time, as they were and as they are.
    pub extended: Vec<(RoleHolding, RoleHolding)>,
    /// The absorbed party's roles whose time the survivor's cover now; they stay with it, unseen.
    pub covered: BTreeSet<RoleId>,
}

/// Unites two histories such that no time of a role is lost and none is there twice.
pub fn unite_roles(survivor: &[RoleHolding], absorbed: &[RoleHolding]) -> UnitedRoles {
    let mut united = UnitedRoles::default();
    let all: Vec<&RoleHolding> = survivor.iter().chain(absorbed).collect();
    let mut rest: BTreeSet<usize> = (0..all.len()).collect();
    while let Some(first) = rest.pop_first() {
        let mut group = vec![first];
        let mut reached = 0;
        while reached < group.len() {
            let near: Vec<usize> = rest.iter().copied().filter(|i| overlap(all[group[reached]], all[*i])).collect();
            rest.retain(|i| !near.contains(i));
            group.extend(near);
            reached += 1;
        }
        let (ours, theirs): (Vec<usize>, Vec<usize>) = group.into_iter().partition(|i| *i < survivor.len());
        if !ours.is_empty() && !theirs.is_empty() {
            let of = |places: &[usize]| places.iter().map(|i| all[*i].clone()).collect::<Vec<_>>();
            unite_group(&mut united, of(&ours), &of(&theirs));
        }
    }
    united
}

/// As the database's trigger understands it: roles that touch do not overlap.
fn overlap(one: &RoleHolding, other: &RoleHolding) -> bool {
    let begins_before_end = |a: &RoleHolding, b: &RoleHolding| b.valid_to.is_none_or(|end| a.valid_from < end);
    one.code == other.code && begins_before_end(one, other) && begins_before_end(other, one)
}

/// Roles of one code, whose times together have no gap: the survivor's take over all of it.
fn unite_group(united: &mut UnitedRoles, mut ours: Vec<RoleHolding>, theirs: &[RoleHolding]) {
    ours.sort_by_key(|role| (role.valid_from, role.valid_to, role.id));
    let begin = ours.iter().chain(theirs).map(|role| role.valid_from).min();
    let last_end = |role: &&RoleHolding| role.valid_to.map_or(DateTime::<Utc>::MAX_UTC, |end| end);
    let last = ours.iter().chain(theirs).max_by_key(last_end).cloned();
    let before = ours.clone();
    if let (Some(first), Some(begin)) = (ours.first_mut(), begin) {
        first.valid_from = begin;
    }
    for i in 1..ours.len() {
        let next = ours[i].valid_from;
        ours[i - 1].valid_to = Some(next);
    }
    if let (Some(role), Some(last)) = (ours.last_mut(), last)
        && role.valid_to != last.valid_to
    {
        (role.valid_to, role.ended_by, role.end_reason) = (last.valid_to, last.ended_by, last.end_reason);
    }
    united.extended.extend(before.into_iter().zip(ours).filter(|(before, after)| before != after));
    united.covered.extend(theirs.iter().map(|role| role.id));
}

/// The current first choice of a kind among contact points.
pub fn primary(points: &[ContactPoint], kind: super::kind::ContactKind) -> Option<&ContactPoint> {
    points.iter().find(|point| point.kind == kind && point.is_primary && point.valid_to.is_none())
}

/// The survivor's contact point of the same value as one of the absorbed party's.
pub fn same_value<'p>(points: &'p [ContactPoint], theirs: &ContactPoint) -> Option<&'p ContactPoint> {
    points.iter().find(|point| point.kind == theirs.kind && point.key == theirs.key && point.valid_to.is_none())
}

/// The ids as rows are named by.
pub fn point_ids(ids: &[Uuid]) -> Vec<ContactPointId> {
    ids.iter().copied().map(ContactPointId).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::RoleCode;
    use proptest::prelude::*;

    fn role(id: u128, from: i64, to: Option<i64>) -> RoleHolding {
        let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
        RoleHolding {
            id: RoleId(Uuid::from_u128(id)),
            party: PartyId(Uuid::nil()),
            code: RoleCode::stored("prospect".to_owned()),
            is_primary: false,
            valid_from: at(from),
            valid_to: to.map(at),
            granted_by: "x".to_owned(),
            grant_reason: None,
            ended_by: to.map(|_| format!("{id}")),
            end_reason: None,
        }
    }

    fn spans<'r>(roles: impl Iterator<Item = &'r RoleHolding>) -> Vec<(i64, Option<i64>)> {
        let mut spans: Vec<_> = roles.map(|role| (role.valid_from.timestamp(), role.valid_to.map(|to| to.timestamp()))).collect();
        spans.sort_unstable();
        spans
    }

    /// The survivor's history after a merge.
    fn united(ours: &[RoleHolding], theirs: &[RoleHolding]) -> Vec<RoleHolding> {
        let plan = unite_roles(ours, theirs);
        let extended: BTreeMap<RoleId, RoleHolding> = plan.extended.into_iter().map(|(before, after)| (before.id, after)).collect();
        let kept = ours.iter().map(|role| extended.get(&role.id).unwrap_or(role).clone());
        kept.chain(theirs.iter().filter(|role| !plan.covered.contains(&role.id)).cloned()).collect()
    }

    #[test]
    fn histories_are_united() {
        let open = united(&[role(1, 10, None)], &[role(2, 5, Some(7)), role(3, 8, None)]);
        assert_eq!(spans(open.iter()), [(5, Some(7)), (8, None)]);
        let gap = united(&[role(1, 1, Some(3)), role(2, 6, Some(8))], &[role(3, 0, Some(9))]);
        assert_eq!(spans(gap.iter()), [(0, Some(6)), (6, Some(9))]);
        let apart = united(&[role(1, 1, Some(3))], &[role(2, 3, Some(5))]);
        assert_eq!(spans(apart.iter()), [(1, Some(3)), (3, Some(5))]);
        let reopened = united(&[role(1, 1, Some(3))], &[role(2, 2, None)]);
        assert_eq!((spans(reopened.iter()), &reopened[0].ended_by), (vec![(1, None)], &None));
    }

    /// Some roles that do not overlap, from lengths of gaps and times.
    fn history(first: u128) -> impl Strategy<Value = Vec<RoleHolding>> {
        proptest::collection::vec((0_i64..6, 0_i64..6), 0..5).prop_map(move |lengths| {
            let mut at = 0;
            let mut roles = Vec::new();
            for (id, (gap, time)) in (first..).zip(lengths) {
                roles.push(role(id, at + gap, Some(at + gap + time)));
                at += gap + time;
            }
            roles
        })
    }

    proptest! {
        #[test]
        fn no_time_is_lost_and_none_is_there_twice(ours in history(1), theirs in history(100)) {
            let united = united(&ours, &theirs);
            let held = |roles: &[RoleHolding], at: i64| {
                roles.iter().filter(|role| role.valid_from.timestamp() <= at && role.valid_to.is_none_or(|to| at < to.timestamp())).count()
            };
            for at in 0..70 {
                prop_assert_eq!(held(&united, at), usize::from(held(&ours, at) + held(&theirs, at) > 0));
            }
            for (i, one) in united.iter().enumerate() {
                for other in &united[i + 1..] {
                    prop_assert!(!overlap(one, other));
                }
            }
        }
    }
}
