//! The rules about an engine's schema.
use super::{Folder, lint_json};

async fn findings(sdl: &str) -> Vec<String> {
    let folder = Folder::with(&[("engine.graphql", sdl)]);
    lint_json(&["--schema", &folder.path("engine.graphql")]).await.findings()
}

#[tokio::test]
async fn a_good_engine_has_no_findings() {
    let sdl = r#"
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
        type Query { opportunity(id: ID!): Opportunity opportunities(stage: Stage, first: Int, after: ID): [Opportunity!] }
        type Mutation {
            "The party is stored, and what is presented goes on to the hub."
            createOpportunity(partyId: ID, presented: PresentedInput): Opportunity
        }
        input PresentedInput { displayName: String, email: String, phone: String }
        enum Stage { OPEN WON }
        type Party @key(fields: "id") {
            id: ID!
            allIds: [ID!]! @external
            displayName: String @external
            opportunities(first: Int): [Opportunity!] @requires(fields: "allIds")
            greeting: String @requires(fields: "displayName allIds")
        }
        type SourceRecord @key(fields: "id type system", resolvable: false) { system: String! type: String! id: ID! }
        type Opportunity @key(fields: "id") { id: ID! name: String! party: Party record: SourceRecord stage: Stage username: String emailVerified: Boolean }
    "#;
    assert_eq!(findings(sdl).await, Vec::<String>::new());
}

/// The reference engines are what a good engine looks like.
#[tokio::test]
async fn the_engines_of_this_repository_have_no_findings() {
    let schemas = ["crm", "auction", "website"].map(|engine| format!("{}/engines/schemas/{engine}.graphql", env!("CARGO_MANIFEST_DIR")));
    let [crm, auction, website] = schemas.each_ref().map(String::as_str);
    let outcome = lint_json(&["--schema", crm, "--schema", auction, "--schema", website]).await;
    assert_eq!(outcome.findings(), Vec::<String>::new());
}

#[tokio::test]
async fn fields_of_party_ask_for_all_ids_and_leave_the_hubs_alone() {
    let sdl = r#"
        type Query { x: Int }
        extend type Party @key(fields: "id") {
            id: ID! @external
            allIds: [ID!]! @external
            displayName: String
            primaryEmail: String @shareable
            bids: [Bid!]
            lots: [Lot!] @requires(fields: "kind roles { allIds }")
            wins: Int @requires(fields: "allIds")
        }
        type Bid { amount: Int }
        type Lot { title: String }
    "#;
    assert_eq!(findings(sdl).await, ["PL101 Party.bids", "PL102 Party.displayName", "PL101 Party.lots", "PL102 Party.primaryEmail"]);
}

#[tokio::test]
async fn entities_of_the_hub_have_the_hubs_keys() {
    let sdl = r#"
        type Query { x: Int }
        type Party @key(fields: "id companyId") { id: ID! companyId: ID! @external }
        type SourceRecord @key(fields: "id") { id: ID! link: String carts: [Int] }
    "#;
    assert_eq!(findings(sdl).await, ["PL103 Party", "PL104 SourceRecord", "PL102 SourceRecord.link"]);
    assert_eq!(findings("type Query { x: Int } interface Party @key(fields: \"id\") { id: ID! }").await, ["PL103 Party"]);
    // One definition with the key is enough for all extensions.
    assert_eq!(
        findings("type Query { x: Int } type Party @key(fields: \"id\") { id: ID! } extend type Party @tag(name: \"x\")").await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn what_chooses_records_by_identity_is_found_and_what_writes_is_not() {
    let sdl = r#"
        schema { query: Reads mutation: Writes }
        type Reads {
            invoices(partyId: ID!, party_ids: [ID!], customerPartyId: ID, customerId: ID, externalBuyerId: ID): [Invoice!]
            carts(filter: CartFilter): [Int!]
            cartOf(email: String!): Int
        }
        type Writes { createInvoice(partyId: ID!, input: InvoiceInput!): Invoice }
        input CartFilter { status: String, who: Who }
        input Who { partyId: ID, phoneNumber: String }
        input InvoiceInput { partyId: ID!, email: String }
        type Invoice { number: String! lines(vendorId: ID): Int }
    "#;
    let expected = [
        "PL105 Invoice.lines(vendorId:)",
        "PL001 Reads.cartOf(email:)",
        "PL105 Reads.invoices(customerId:)",
        "PL105 Reads.invoices(customerPartyId:)",
        "PL105 Reads.invoices(partyId:)",
        "PL105 Reads.invoices(party_ids:)",
        "PL105 Who.partyId",
        "PL002 Who.phoneNumber",
    ];
    assert_eq!(findings(sdl).await, expected);
}

#[tokio::test]
async fn fields_that_show_identity_are_found_by_name_and_by_type() {
    let sdl = r#"
        scalar EmailAddress
        type Query { x: Int }
        interface HasContact { contactEmail: String }
        type Cart { customerEmail: String! reachable: [EmailAddress!] emails: [String!]! items: [Item!] }
        type Item { name: String }
        type Customer { name: String, shippingAddress: Address, tier: Tier }
        type Address { street: String!, city: String }
        enum Tier { GOLD }
    "#;
    let expected = [
        "PL004 Address.city",
        "PL004 Address.street",
        "PL001 Cart.customerEmail",
        "PL001 Cart.emails",
        "PL001 Cart.reachable",
        "PL003 Customer.name",
        "PL001 HasContact.contactEmail",
    ];
    assert_eq!(findings(sdl).await, expected);
}

#[tokio::test]
async fn places_are_lines_and_columns_of_the_file() {
    let folder = Folder::with(&[(
        "engine.graphql",
        "type Query {\n  x: Int\n}\n\"\"\"\nA cart.\n\"\"\"\ntype Cart {\n  ok: Int\n  customerEmail: String\n}\n",
    )]);
    let path = folder.path("engine.graphql");
    let outcome = super::lint(&["--schema", &path]).await;
    assert!(
        outcome.stdout.starts_with(&format!("{path}:9:3\n  PL001 error Cart.customerEmail: The field holds an e-mail address, by its name.\n")),
        "{}",
        outcome.stdout
    );
    assert!(outcome.stdout.ends_with(&format!("Looked at {path}: 2 types.\n1 finding.\n")), "{}", outcome.stdout);
}
