//! Properties of the whole way from fields to parties.
use super::{
    batch::{Options, Table},
    compare::{ABSENT, COMPARISONS, Comparison, Outcome, Outcomes},
    features::Features,
    input::{Entry, Field, features},
    key::keys,
    model::Model,
    vocabulary::{Profile, Vocabulary},
};
use proptest::prelude::*;

const FIELDS: [Field; 14] = [
    Field::GivenName,
    Field::FamilyName,
    Field::PersonName,
    Field::AnyName,
    Field::OrganizationName,
    Field::Email,
    Field::Phone,
    Field::Street,
    Field::City,
    Field::PostalCode,
    Field::BirthDate,
    Field::Website,
    Field::Gender,
    Field::Occupation,
];

fn record(texts: &[String]) -> Features {
    let entries: Vec<Entry<'_>> = FIELDS.iter().zip(texts).map(|(field, text)| Entry { field, group: 0, text }).collect();
    features(&entries)
}

/// Texts of records: anything at all, or something that is near to what stands in such fields.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let any = proptest::collection::vec(any::<String>(), FIELDS.len());
    let near = (
        "(Anna|Bob|Robert|Jörg|王杰|O'Neil)?",
        "(Smith|Smyth|van den Berg|Müller Jr)?",
        "(Dr\\. )?(Anna|Li) (Smith|Wei)?",
        "(Acme GmbH|Anna Smith)?",
        "(Acme|Acme Group|Nord II)( Ltd| B\\.V\\.)?",
        "([ab]{4}@(gmail|acme)\\.com)?",
        "(\\+1 415 880 375[0-9]|030 2312512[0-9])?",
        "([1-3] (Main St|High Road))?",
        "(Berlin|Bern|New York)?",
        "(1011[0-9]|SW1A 1AA)?",
        "(19[78]0-0[1-3]-1[0-9]|[1-3]/[1-3]/80)?",
        "(acme\\.com)?",
    )
        .prop_map(|t| vec![t.0, t.1, t.2, t.3, t.4, t.5, t.6, t.7, t.8, t.9, t.10, t.11, String::new(), String::new()]);
    prop_oneof![any, near]
}

proptest! {
    #[test]
    fn comparing_is_symmetric_and_never_panics(left in texts(), right in texts()) {
        let (left, right) = (record(&left), record(&right));
        let mut vocabulary = Vocabulary::default();
        let (a, b) = (vocabulary.add(&left), vocabulary.add(&right));
        let (one, other) = (Profile { kind: left.kind, values: &a }, Profile { kind: right.kind, values: &b });
        let forth = super::compare::compare(&vocabulary, one, other);
        let back = super::compare::compare(&vocabulary, other, one);
        prop_assert_eq!(forth, back);
        let model = Model::shipped(1000);
        let weight = model.persons.weight(&forth);
        prop_assert!(weight.is_finite());
        let evidence = model.persons.evidence(&forth);
        let sum = evidence.prior + evidence.related + evidence.parts.iter().map(|part| part.bits + part.frequency_bits).sum::<f64>();
        prop_assert!((sum - weight).abs() < 1e-6);
        prop_assert_eq!(keys(&vocabulary, one), keys(&vocabulary, one));
    }

    #[test]
    fn what_a_party_learns_again_changes_nothing(texts in texts()) {
        let one = record(&texts);
        let mut twice = one.clone();
        twice.absorb(&one);
        prop_assert_eq!(twice, one);
    }

    #[test]
    fn parties_do_not_depend_on_the_order_of_records(rows in proptest::collection::vec(texts(), 2..12), turn in 1usize..11) {
        let records: Vec<Features> = rows.iter().map(|row| record(row)).collect();
        let turn = turn % records.len();
        let turned: Vec<&Features> = records[turn..].iter().chain(&records[..turn]).collect();
        let parties = |list: &[&Features]| {
            let mut table = Table::default();
            list.iter().for_each(|features| table.push(features, 0));
            table.run(Options::default()).clusters
        };
        let (straight, other) = (parties(&records.iter().collect::<Vec<_>>()), parties(&turned));
        let place = |record: usize| (record + records.len() - turn) % records.len();
        for a in 0..records.len() {
            for b in 0..records.len() {
                // Records that say the same are interchangeable: which of them joins first may differ.
                if records[a] != records[b] {
                    prop_assert_eq!(straight[a] == straight[b], other[place(a)] == other[place(b)]);
                }
            }
        }
    }
}

#[test]
fn better_levels_never_weigh_less() {
    let mut model = Model::shipped(1000);
    model.persons.same[Comparison::Email as usize][1] = 0.9;
    model.persons.clamp();
    for segment in [&model.persons, &model.organizations] {
        for (at, comparison) in Comparison::ALL.into_iter().enumerate() {
            let weights: Vec<f64> = (0..comparison.levels()).map(|level| segment.same[at][level] / segment.other[at][level]).collect();
            assert!(weights.windows(2).all(|pair| pair[0] >= pair[1] * (1.0 - 1e-12)), "{comparison:?} {weights:?}");
        }
    }
}

#[test]
fn nothing_to_compare_says_nothing() {
    let outcomes = Outcomes { of: [Outcome { level: ABSENT, frequency: 0.0 }; COMPARISONS], generations_differ: false };
    let evidence = Model::shipped(1000).persons.evidence(&outcomes);
    assert!(evidence.parts.is_empty() && evidence.probability() < 0.01);
}
