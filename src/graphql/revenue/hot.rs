//! Which fields of a party's revenue are in memory when a list of parties is written.
use super::object::{ChannelRevenue, MonthRevenue, PartyRevenue, TopParty};
use crate::{
    domain::{self, code::ChannelCode, period, profile::Parts, revenue::Sums},
    graphql::{
        channel::Channel,
        hot::{Emit, Environment, Hot, Json, Kind, Needs, Plan, Scope, compile, slots},
        money::Money,
        party::Party,
    },
};
use async_graphql::parser::types::Field;

slots!(RANK, PARTY, CURRENCY, GROSS, PAYOUTS, NET, ENTRY_COUNT, BY_CHANNEL, BY_MONTH, CHANNEL, MONTH, AMOUNT, CODE, LABEL);

/// The sums that every kind of revenue has.
fn sums(field: &Field) -> Kind {
    let money = |slot| Kind::Node(slot, Needs::NOTHING, compile::<Money>);
    match field.name.node.as_str() {
        "gross" => money(GROSS),
        "payouts" => money(PAYOUTS),
        "net" => money(NET),
        "entryCount" => Kind::Leaf(ENTRY_COUNT, Needs::NOTHING),
        _ => Kind::Lazy,
    }
}

fn emit_sums(sums: &Sums, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
    match field {
        GROSS => json.object(&sums.gross, plan),
        PAYOUTS => json.object(&sums.payouts, plan),
        NET => json.object(&sums.net, plan),
        ENTRY_COUNT => json.integer(sums.entries),
        _ => json.null(),
    }
}

impl Hot for PartyRevenue {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "currency" => Kind::Leaf(CURRENCY, Needs::NOTHING),
            "byChannel" => Kind::Node(BY_CHANNEL, Needs::parts(Parts::REVENUE_BY_CHANNEL), compile::<ChannelRevenue>),
            "byMonth" => Kind::Node(BY_MONTH, Needs::parts(Parts::REVENUE_BY_MONTH), compile::<MonthRevenue>),
            _ => sums(field),
        }
    }
}

impl Emit for domain::revenue::PartyRevenue {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            CURRENCY => json.text(self.total.net.currency.as_str()),
            BY_CHANNEL => json.objects(&self.by_channel, plan),
            BY_MONTH => json.objects(&self.by_month, plan),
            _ => emit_sums(&self.total, field, plan, json),
        }
    }
}

impl Hot for ChannelRevenue {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "channel" => Kind::Node(CHANNEL, Needs::NOTHING, compile::<Channel>),
            _ => sums(field),
        }
    }
}

impl Emit for (ChannelCode, Sums) {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            CHANNEL => json.object(&self.0, plan),
            _ => emit_sums(&self.1, field, plan, json),
        }
    }
}

impl Hot for MonthRevenue {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "month" => Kind::Leaf(MONTH, Needs::NOTHING),
            _ => sums(field),
        }
    }
}

impl Emit for (period::Month, Sums) {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            MONTH => json.text(&self.0.to_string()),
            _ => emit_sums(&self.1, field, plan, json),
        }
    }
}

impl Hot for Channel {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "code" => Kind::Leaf(CODE, Needs::NOTHING),
            "label" => Kind::Leaf(LABEL, Needs { channels: true, ..Needs::NOTHING }),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for ChannelCode {
    fn emit(&self, field: u16, _: &Plan<'_>, json: &mut Json<'_>) {
        let environment = json.environment;
        match (field, environment.channel(self)) {
            (LABEL, Some(channel)) => json.text(&channel.label),
            // One that was taken out of the catalogue since is shown by its code.
            _ => json.text(self.as_str()),
        }
    }
}

impl Hot for Money {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "amount" => Kind::Leaf(AMOUNT, Needs::NOTHING),
            "currency" => Kind::Leaf(CURRENCY, Needs::NOTHING),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for domain::money::Money {
    fn emit(&self, field: u16, _: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            AMOUNT => json.text(&self.format()),
            _ => json.text(self.currency.as_str()),
        }
    }
}

impl Hot for TopParty {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "rank" => Kind::Leaf(RANK, Needs::NOTHING),
            "amount" => Kind::Node(AMOUNT, Needs::NOTHING, compile::<Money>),
            "party" => Kind::Node(PARTY, Needs::NOTHING, compile::<Party>),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for TopParty {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            RANK => json.value(&self.rank.into()),
            AMOUNT => json.object(&self.exact, plan),
            _ => json.object(&self.party, plan),
        }
    }

    fn is_ready(&self, needs: Needs, environment: &Environment) -> bool {
        self.party.is_ready(needs, environment)
    }
}
