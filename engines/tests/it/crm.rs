//! The CRM's rules.
use crate::support::{TestEngine, on_both_databases};
use engines::crm::Crm;
use serde_json::json;

const PARTY: &str = "01930000-0000-7000-8000-00000000aaaa";

on_both_databases! { Crm =>
    /// A lead becomes an opportunity, and each step is seen.
    async fn a_lead_goes_its_way(engine: TestEngine<Crm>) {
        let sales = engine.company();
        let made = sales.data(r#"mutation { createLead(input: { id: "L-1", leadSource: "trade fair", assignedTo: "maria", presented: { displayName: "Ann", email: "ann@example.com" } }) { id status qualificationScore party { id } sourceRecord { system type id } } }"#).await;
        assert_eq!(made["createLead"], json!({
            "id": "L-1", "status": "NEW", "qualificationScore": null, "party": null, "sourceRecord": { "system": "crm", "type": "lead", "id": "L-1" },
        }));
        sales.data(r#"mutation { contactLead(id: "L-1") { status } }"#).await;
        let qualified = sales.data(r#"mutation { qualifyLead(id: "L-1", score: 80) { status qualificationScore } }"#).await;
        assert_eq!(qualified["qualifyLead"], json!({ "status": "QUALIFIED", "qualificationScore": 80 }));

        // Nobody knows yet who that is.
        let create = r#"mutation { createOpportunity(input: { leadId: "L-1", title: "Laptops", value: { amount: "1250.50", currency: "EUR" } }) { id stage value { amount currency } party { id } lead { id } } }"#;
        assert_eq!(sales.refused(create).await, "PARTY_UNKNOWN");
        assert_eq!(sales.data("{ opportunities { id } }").await["opportunities"], json!([]));
        engine.identified(&sales, "L-1", PARTY).await;
        let made = sales.data(create).await["createOpportunity"].take();
        assert_eq!(made["party"]["id"], PARTY);
        assert_eq!(made["value"], json!({ "amount": "1250.50", "currency": "EUR" }));

        let id = made["id"].as_str().unwrap();
        let won = sales.data(&format!("mutation {{ moveOpportunity(id: {id:?}, stage: WON) {{ stage }} }}")).await;
        assert_eq!(won["moveOpportunity"]["stage"], "WON");
        assert_eq!(sales.refused(&format!("mutation {{ moveOpportunity(id: {id:?}, stage: OPEN) {{ stage }} }}")).await, "OPPORTUNITY_CLOSED");
        assert_eq!(sales.data("{ lead(id: \"L-1\") { opportunities { stage } } }").await["lead"]["opportunities"], json!([{ "stage": "WON" }]));
    }

    async fn what_is_wrong_is_refused_and_changes_nothing(engine: TestEngine<Crm>) {
        let sales = engine.company();
        sales.data(r#"mutation { createLead(input: { id: "L-1", leadSource: "web" }) { id } }"#).await;
        sales.data(r#"mutation { loseLead(id: "L-1", reason: "No budget") { id } }"#).await;
        let before = sales.data("{ leads { id status lostReason } opportunities { id } }").await;
        for (mutation, code) in [
            (r#"createLead(input: { id: "L-1", leadSource: "web" }) { id }"#, "LEAD_EXISTS"),
            (r#"contactLead(id: "L-1") { id }"#, "LEAD_LOST"),
            (r#"contactLead(id: "L-2") { id }"#, "LEAD_NOT_FOUND"),
            (r#"createLead(input: { leadSource: "web", partyId: "four" }) { id }"#, "INVALID_ID"),
            (r#"createOpportunity(input: { leadId: "L-9", title: "x", value: { amount: "1", currency: "EUR" } }) { id }"#, "LEAD_NOT_FOUND"),
            (r#"createOpportunity(input: { title: "x", value: { amount: "1.001", currency: "EUR" } }) { id }"#, "INVALID_AMOUNT"),
            (r#"moveOpportunity(id: "01930000-0000-7000-8000-000000000001", stage: WON) { id }"#, "OPPORTUNITY_NOT_FOUND"),
        ] {
            assert_eq!(sales.refused(&format!("mutation {{ {mutation} }}")).await, code, "{mutation}");
        }
        assert_eq!(sales.refused("{ leads(first: 101) { id } }").await, "INVALID_PAGE");
        assert_eq!(sales.data("{ leads { id status lostReason } opportunities { id } }").await, before);
    }

    /// A score is checked by the program, and by the database should the program be wrong.
    async fn a_score_is_from_0_to_100(engine: TestEngine<Crm>) {
        let sales = engine.company();
        sales.data(r#"mutation { createLead(input: { id: "L-1", leadSource: "web" }) { id } }"#).await;
        for score in [-1, 101] {
            assert_eq!(sales.refused(&format!(r#"mutation {{ qualifyLead(id: "L-1", score: {score}) {{ id }} }}"#)).await, "INVALID_SCORE");
        }
        assert!(engine.sql("UPDATE crm_prospect_metadata SET qualification_score = 101").await.is_err());
        assert!(engine.sql("UPDATE crm_prospect_metadata SET status = 'LOST'").await.is_err(), "a lost lead has a reason");
        assert!(engine.sql("UPDATE crm_prospect_metadata SET qualification_score = 100").await.is_ok());
    }

    async fn pages_follow_each_other(engine: TestEngine<Crm>) {
        let sales = engine.company();
        for number in 0..5 {
            sales.data(&format!(r#"mutation {{ createLead(input: {{ id: "L-{number}", leadSource: "web" }}) {{ id }} }}"#)).await;
        }
        assert_eq!(sales.data("{ leads(first: 2) { id } }").await["leads"], json!([{ "id": "L-0" }, { "id": "L-1" }]));
        assert_eq!(sales.data("{ leads(first: 2, after: \"L-1\") { id } }").await["leads"], json!([{ "id": "L-2" }, { "id": "L-3" }]));
        assert_eq!(sales.data("{ leads(after: \"L-4\") { id } }").await["leads"], json!([]));
    }
}
