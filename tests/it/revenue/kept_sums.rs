//! The kept sums are what the entries add up to, whatever happens at once; and what an operator does when they are not.
use super::{differences, record, revenue, reversal, sale};
use crate::support::{app::TestApp, on_both_databases};
use proptest::{prelude::*, test_runner::TestRunner};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What `party revenue …` prints for a company, and whether it succeeded.
async fn party_revenue(app: &TestApp, command: &str, company: &str) -> (String, Option<i32>) {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_party"))
        .args(["revenue", command, "--company", company])
        .env("PARTY_DATABASE_URL", app.database_url())
        .output()
        .await
        .unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

on_both_databases! {
    /// The operator sees each sum that differs, with both figures, and makes them anew.
    async fn are_verified_and_rebuilt(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({})), sale("2", &john, json!({ "amount": "4", "direction": "OUTFLOW" })), reversal("3", "1", "1")])).await;
        let company = caller.company.to_string();
        assert_eq!(party_revenue(&app, "verify", &company).await, ("Every kept sum is what the entries add up to.\n".to_owned(), Some(0)));
        let tx = app.hub.database.write(caller.company).await.unwrap();
        for sql in [
            "UPDATE revenue_total SET amount_minor = amount_minor + 5 WHERE month = '2024-04-01'",
            "UPDATE revenue_total SET amount_minor = 0, entries = 0 WHERE direction = 'OUTFLOW'",
            "INSERT INTO revenue_total SELECT company_id, party_id, 'USD', channel, direction, month, 1, 1 FROM revenue_total WHERE direction = 'OUTFLOW'",
            "UPDATE party_revenue SET gross_minor = 7, net_minor = 7 - payout_minor",
        ] {
            assert_eq!(tx.execute_unprepared(sql).await.unwrap().rows_affected(), 1);
        }
        tx.commit().await.unwrap();
        let found = [
            format!("revenue_total of party {john}, EUR auction INFLOW 2024-04-01: the entries make [-100, 1], kept is [-95, 1]"),
            format!("revenue_total of party {john}, EUR auction OUTFLOW 2024-03-01: the entries make [400, 1], kept is [0, 0]"),
            format!("revenue_total of party {john}, USD auction OUTFLOW 2024-03-01: the entries make [0, 0], kept is [1, 1]"),
            format!("party_revenue of party {john}, EUR: the entries make [900, 400, 500], kept is [7, 400, -393]"),
        ];
        let lines = found.join("\n") + "\n";
        assert_eq!(party_revenue(&app, "verify", &company).await, (lines.clone(), Some(1)));
        assert_eq!(party_revenue(&app, "rebuild", &company).await, (lines + "The sums were made anew; 4 of them differed.\n", Some(0)));
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 9.00 - 4.00 = 5.00 (3)"]);
        assert_eq!(party_revenue(&app, "verify", &uuid::Uuid::now_v7().to_string()).await, (String::new(), Some(1)));
    }

    /// Eight writers at once with the same keys and the same parties: every key is recorded once, and no writer fails.
    async fn hold_while_many_write_the_same_at_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let parties = [caller.person("A").await, caller.person("B").await, caller.person("C").await];
        let entry = move |n: usize| {
            let month = n % 5 + 1;
            sale(&n.to_string(), &parties[n % 3], json!({ "amount": "1.00", "occurredAt": format!("2024-0{month}-01T00:00:00Z") }))
        };
        let writers = (0..8).map(|writer| {
            let (caller, entry) = (caller.clone(), entry.clone());
            tokio::spawn(async move {
                let mut recorded = 0;
                for batch in 0..4 {
                    // Each batch overlaps those of the other writers, and half of them come in the other order.
                    let mut entries: Vec<Value> = (0..60).map(|n| entry((writer * 20 + batch * 40 + n) % 200)).collect();
                    if writer % 2 == 1 {
                        entries.reverse();
                    }
                    recorded += record(&caller, entries).await.0;
                }
                recorded
            })
        });
        let mut recorded = 0;
        for writer in writers.collect::<Vec<_>>() {
            recorded += writer.await.unwrap();
        }
        assert_eq!(recorded, 200);
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
        let report = caller.data("{ revenueReport(groupBy: []) { gross { amount } entryCount } }", json!({})).await;
        assert_eq!(report["revenueReport"], json!([{ "gross": { "amount": "200.00" }, "entryCount": 200 }]));
    }

    /// Eight writers want the same key for parties of their own: one gets it, the others are told of the conflict.
    async fn one_writer_gets_a_key(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut writers = Vec::new();
        for n in 0..8 {
            let (caller, party) = (caller.clone(), caller.person(&format!("Party {n}")).await);
            writers.push(async move { caller.mutate("recordRevenue", json!({ "entries": [sale("1", &party, json!({}))] }), "recorded").await });
        }
        let payloads = futures_util::future::join_all(writers.into_iter().map(tokio::spawn)).await;
        let outcomes: Vec<String> = payloads.into_iter().map(|payload| {
            let payload = payload.unwrap();
            format!("{} {}", payload["recorded"], payload["userErrors"][0]["code"])
        }).collect();
        assert_eq!(outcomes.iter().filter(|outcome| *outcome == "1 null").count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| *outcome == "0 \"ENTRY_CONFLICT\"").count(), 7, "{outcomes:?}");
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
    }

    /// Eight writers each take 4 of 10 back at once: two succeed.
    async fn reversals_at_once_never_exceed_the_original(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({}))])).await;
        let writers = (0..8).map(|n| {
            let caller = caller.clone();
            tokio::spawn(async move { caller.mutate("recordRevenue", json!({ "entries": [reversal(&format!("r{n}"), "1", "4")] }), "recorded").await })
        });
        let mut recorded = 0;
        for writer in writers.collect::<Vec<_>>() {
            recorded += writer.await.unwrap()["recorded"].as_u64().unwrap();
        }
        assert_eq!(recorded, 2);
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 2.00 - 0.00 = 2.00 (3)"]);
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
    }
}

/// A random fact, or what part of which earlier fact is taken back.
#[derive(Clone, Debug)]
enum Step {
    Fact { party: usize, yen: bool, channel: &'static str, outflow: bool, minor: i64, day: u32 },
    TakeBack { of: prop::sample::Index, percent: i64, day: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    let channel = prop::sample::select(vec!["direct", "auction", "itad"]);
    let fact = (0..3usize, any::<bool>(), channel, any::<bool>(), 1..1_000_000i64, 0..90u32)
        .prop_map(|(party, yen, channel, outflow, minor, day)| Step::Fact { party, yen, channel, outflow, minor, day });
    let back = (any::<prop::sample::Index>(), 1..=100i64, 0..90u32).prop_map(|(of, percent, day)| Step::TakeBack { of, percent, day });
    prop_oneof![3 => fact, 1 => back]
}

fn decimal(minor: i64, yen: bool) -> String {
    if yen { minor.to_string() } else { format!("{}.{:02}", minor / 100, minor % 100) }
}

fn moment(day: u32) -> String {
    (chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(day.into())).format("%Y-%m-%dT23:59:59.5Z").to_string()
}

/// Gross, payouts and number of entries, by party and by whether the currency is yen.
type Recount = BTreeMap<(usize, bool), (i64, i64, i64)>;

/// The entries of some steps, and what they come to.
fn entries(steps: &[Step], parties: &[String]) -> (Vec<Value>, Recount) {
    let (mut entries, mut facts, mut expected) = (Vec::new(), Vec::new(), Recount::new());
    let mut count = |party: usize, yen: bool, outflow: bool, minor: i64| {
        let (gross, payouts, entries) = expected.entry((party, yen)).or_default();
        *(if outflow { payouts } else { gross }) += minor;
        *entries += 1;
    };
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Fact { party, yen, channel, outflow, minor, day } => {
                let with = json!({
                    "amount": decimal(*minor, *yen), "currency": if *yen { "JPY" } else { "EUR" }, "channel": channel,
                    "direction": if *outflow { "OUTFLOW" } else { "INFLOW" }, "occurredAt": moment(*day),
                });
                entries.push(sale(&index.to_string(), &parties[*party], with));
                facts.push((index, *party, *yen, *outflow, *minor));
                count(*party, *yen, *outflow, *minor);
            }
            Step::TakeBack { of, percent, day } if !facts.is_empty() => {
                let (original, party, yen, outflow, left) = of.get_mut(&mut facts);
                let minor = *left * percent / 100;
                if minor > 0 {
                    let mut entry = reversal(&index.to_string(), &original.to_string(), &decimal(minor, *yen));
                    entry["occurredAt"] = json!(moment(*day));
                    entries.push(entry);
                    *left -= minor;
                    count(*party, *yen, *outflow, -minor);
                }
            }
            Step::TakeBack { .. } => {}
        }
    }
    (entries, expected)
}

/// Whatever is recorded and taken back, in whatever batches: the sums are those of a recount here, by the kept sums and by the entries.
#[test]
fn are_a_recount_of_random_entries() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(TestApp::on_sqlite());
    let config = ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() };
    let steps = prop::collection::vec(step(), 1..60);
    let outcome = TestRunner::new(config).run(&(steps, 1..30usize), |(steps, batch)| {
        runtime.block_on(async {
            let caller = app.company("Acme").await;
            let parties = [caller.person("A").await, caller.person("B").await, caller.person("C").await];
            let (entries, expected) = entries(&steps, &parties);
            for batch in entries.chunks(batch) {
                record(&caller, batch.to_vec()).await;
            }
            prop_assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
            for (index, party) in parties.iter().enumerate() {
                let of_party = [(false, "EUR"), (true, "JPY")].into_iter().filter_map(|(yen, currency)| {
                    let (gross, payouts, count) = expected.get(&(index, yen))?;
                    Some(format!("{currency} {} - {} = {} ({count})", shown(*gross, yen), shown(*payouts, yen), shown(gross - payouts, yen)))
                });
                let of_party: Vec<String> = of_party.collect();
                for period in ["", r#"(period: { from: "2023-12-31", to: "2024-04-02" })"#] {
                    prop_assert_eq!(&revenue(&caller, party, period).await, &of_party);
                }
            }
            Ok(())
        })
    });
    outcome.unwrap();
}

fn shown(minor: i64, yen: bool) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}", decimal(minor.abs(), yen))
}
