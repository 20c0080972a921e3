//! The CRM's own columns of the old tables `leads` and `opportunities`.
use super::entity::{lead, opportunity};
use crate::platform::{
    Error,
    import::{Imported, Importer},
    money::AmountInput,
    now,
    scalar::Decimal,
};
use sea_orm::IntoActiveModel;

/// Takes leads across, and the opportunities whose party is known.
pub async fn import(importer: &Importer) -> Result<Vec<Imported>, Error> {
    let leads = importer
        .take::<_, lead::ActiveModel>("leads", "lead", |old| {
            let status = old.row.word("status", &["NEW", "CONTACTED", "QUALIFIED", "LOST"]);
            let row = lead::Model {
                company_id: importer.company,
                lead_id: old.id,
                party_id: old.party,
                lead_source: old.row.text("lead_source").unwrap_or_else(|| "unknown".to_owned()),
                qualification_score: old.row.score("qualification_score"),
                assigned_to: old.row.text("assigned_to"),
                lost_reason: (status == "LOST").then(|| old.row.text("lost_reason").unwrap_or_else(|| "unknown".to_owned())),
                status,
                notes: old.row.text("notes"),
                created_at: old.row.time("created_at").unwrap_or_else(now),
            };
            Ok((row.into_active_model(), None))
        })
        .await?;
    let opportunities = importer
        .take::<_, opportunity::ActiveModel>("opportunities", "opportunity", |old| {
            let party = old.party.ok_or("its party is not known")?;
            let amount = AmountInput { amount: Decimal(old.row.text("value_estimate").unwrap_or_default()), currency: importer.currency.clone() };
            let row = opportunity::Model {
                company_id: importer.company,
                id: importer.id_of("opportunities", &old.id),
                party_id: party,
                title: old.row.text("opportunity_name").unwrap_or_else(|| format!("Opportunity {}", old.id)),
                value_minor: amount.minor().map_err(|_| "its value is no amount above zero")?,
                currency: importer.currency.clone(),
                stage: old.row.word("stage", &["OPEN", "PROPOSED", "WON", "LOST"]),
                lead_id: old.row.text("lead_id"),
                created_at: old.row.time("created_at").unwrap_or_else(now),
            };
            Ok((row.into_active_model(), None))
        })
        .await?;
    Ok(vec![leads, opportunities])
}
