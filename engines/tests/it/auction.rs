//! The auction's rules.
use crate::support::{TestCaller, TestEngine, on_both_databases};
use engines::auction::Auction;
use serde_json::json;

const PARTY: &str = "01930000-0000-7000-8000-00000000aaaa";

async fn account(auctioneer: &TestCaller, id: &str) {
    let input = format!("{{ id: {id:?}, auctionHouse: \"Netbid\", externalBuyerId: \"X-{id}\", username: \"user_{id}\" }}");
    auctioneer.data(&format!("mutation {{ registerBuyerAccount(input: {input}) {{ id }} }}")).await;
}

fn bid(account: &str, amount: &str) -> String {
    format!(
        r#"mutation {{ placeBid(input: {{ lotId: "LOT-1", accountId: {account:?}, amount: {{ amount: {amount:?}, currency: "EUR" }} }}) {{ isWinning }} }}"#
    )
}

on_both_databases! { Auction =>
    /// Anybody may bid; whoever wins must be known.
    async fn a_lot_goes_to_somebody_who_is_known(engine: TestEngine<Auction>) {
        let auctioneer = engine.company();
        account(&auctioneer, "A-1").await;
        account(&auctioneer, "A-2").await;
        auctioneer.data(r#"mutation { openLot(input: { id: "LOT-1", title: "Servers", currency: "EUR" }) { id } }"#).await;
        auctioneer.data(&bid("A-1", "100")).await;
        assert_eq!(auctioneer.refused(&bid("A-2", "100.00")).await, "BID_TOO_LOW");
        auctioneer.data(&bid("A-2", "120.50")).await;

        assert_eq!(auctioneer.refused("mutation { settleLot(id: \"LOT-1\") { status } }").await, "WRONG_STATUS");
        assert_eq!(auctioneer.refused("mutation { closeLot(id: \"LOT-1\") { status } }").await, "BUYER_UNKNOWN");
        assert_eq!(auctioneer.data("{ lot(id: \"LOT-1\") { status bids { isWinning } } }").await["lot"], json!({
            "status": "OPEN", "bids": [{ "isWinning": false }, { "isWinning": false }],
        }));

        engine.identified(&auctioneer, "A-2", PARTY).await;
        auctioneer.data("mutation { closeLot(id: \"LOT-1\") { status } }").await;
        let lot = auctioneer.data("{ lot(id: \"LOT-1\") { status bids { isWinning amount { amount currency } account { id username party { id } } } } }").await["lot"].take();
        assert_eq!(lot, json!({ "status": "CLOSED", "bids": [
            { "isWinning": true, "amount": { "amount": "120.50", "currency": "EUR" }, "account": { "id": "A-2", "username": "user_A-2", "party": { "id": PARTY } } },
            { "isWinning": false, "amount": { "amount": "100.00", "currency": "EUR" }, "account": { "id": "A-1", "username": "user_A-1", "party": null } },
        ] }));
        assert_eq!(auctioneer.refused(&bid("A-1", "500")).await, "WRONG_STATUS");
        auctioneer.data("mutation { settleLot(id: \"LOT-1\") { status } }").await;
        assert_eq!(auctioneer.refused("mutation { settleLot(id: \"LOT-1\") { status } }").await, "WRONG_STATUS");
    }

    /// The database itself refuses a winner whom nobody knows, and a second winner.
    async fn the_database_guards_the_winner(engine: TestEngine<Auction>) {
        let auctioneer = engine.company();
        account(&auctioneer, "A-1").await;
        auctioneer.data(r#"mutation { openLot(input: { id: "LOT-1", title: "Servers", currency: "EUR" }) { id } }"#).await;
        auctioneer.data(&bid("A-1", "100")).await;
        auctioneer.data(&bid("A-1", "200")).await;
        assert!(engine.sql("UPDATE bids SET is_winning = true WHERE amount_minor = 10000").await.is_err());
        assert!(engine.sql("UPDATE bids SET is_winning = true, party_id = company_id WHERE amount_minor = 10000").await.is_ok());
        assert!(engine.sql("UPDATE bids SET is_winning = true, party_id = company_id WHERE amount_minor = 20000").await.is_err());
    }

    async fn what_is_wrong_is_refused(engine: TestEngine<Auction>) {
        let auctioneer = engine.company();
        account(&auctioneer, "A-1").await;
        auctioneer.data(r#"mutation { openLot(input: { id: "LOT-1", title: "Servers", currency: "EUR" }) { id } }"#).await;
        for (mutation, code) in [
            (r#"registerBuyerAccount(input: { id: "A-9", auctionHouse: "Netbid", externalBuyerId: "X-A-1", username: "again" }) { id }"#, "ACCOUNT_EXISTS"),
            (r#"openLot(input: { id: "LOT-1", title: "Again", currency: "EUR" }) { id }"#, "LOT_EXISTS"),
            (r#"placeBid(input: { lotId: "LOT-2", accountId: "A-1", amount: { amount: "1", currency: "EUR" } }) { id }"#, "LOT_NOT_FOUND"),
            (r#"placeBid(input: { lotId: "LOT-1", accountId: "A-2", amount: { amount: "1", currency: "EUR" } }) { id }"#, "ACCOUNT_NOT_FOUND"),
            (r#"placeBid(input: { lotId: "LOT-1", accountId: "A-1", amount: { amount: "1", currency: "USD" } }) { id }"#, "WRONG_CURRENCY"),
            (r#"placeBid(input: { lotId: "LOT-1", accountId: "A-1", amount: { amount: "0", currency: "EUR" } }) { id }"#, "INVALID_AMOUNT"),
        ] {
            assert_eq!(auctioneer.refused(&format!("mutation {{ {mutation} }}")).await, code, "{mutation}");
        }
        // A lot for which nobody bid is closed, but there is nothing to settle.
        auctioneer.data("mutation { closeLot(id: \"LOT-1\") { status } }").await;
        assert_eq!(auctioneer.refused("mutation { settleLot(id: \"LOT-1\") { status } }").await, "LOT_NOT_SOLD");
        assert_eq!(auctioneer.data("{ lots { id status bids { id } } }").await["lots"], json!([{ "id": "LOT-1", "status": "CLOSED", "bids": [] }]));
    }
}
