//! The auction's own columns of the old table `buyer_accounts`.
use super::entity::buyer_account;
use crate::platform::{
    Error,
    import::{Imported, Importer},
    now,
};
use sea_orm::IntoActiveModel;

/// Takes the accounts across.
pub async fn import(importer: &Importer) -> Result<Vec<Imported>, Error> {
    let accounts = importer
        .take::<_, buyer_account::ActiveModel>("buyer_accounts", "buyer_account", |old| {
            let row = buyer_account::Model {
                company_id: importer.company,
                party_id: old.party,
                auction_house: old.row.text("auction_house_id").unwrap_or_else(|| "unknown".to_owned()),
                external_buyer_id: old.row.text("external_buyer_id").unwrap_or_else(|| old.id.clone()),
                username: old.row.text("username").unwrap_or_else(|| old.id.clone()),
                rating: old.row.score("rating_score"),
                account_id: old.id,
                created_at: old.row.time("created_at").unwrap_or_else(now),
            };
            Ok((row.into_active_model(), None))
        })
        .await?;
    Ok(vec![accounts])
}
