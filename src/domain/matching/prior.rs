//! The likelihoods that the program ships with: what data of many companies has in common.
use super::{
    compare::{COMPARISONS, Comparison, LEVELS},
    model::{Segment, Table},
};

/// Percentages of one comparison: the same party, unrelated parties, related parties; the best level first.
type Row = (Comparison, &'static [f64], &'static [f64], &'static [f64]);

const PERSONS: &[Row] = &[
    (Comparison::Given, &[72.0, 6.0, 9.5, 4.8, 4.0, 1.5, 2.2], &[0.7, 0.4, 0.3, 0.7, 2.5, 5.0, 90.4], &[1.5, 0.6, 0.6, 1.2, 4.0, 6.0, 86.1]),
    (Comparison::Family, &[78.0, 4.5, 8.0, 2.5, 0.5, 1.0, 5.5], &[0.25, 0.12, 0.18, 0.5, 0.5, 5.0, 93.45], &[55.0, 2.0, 3.0, 1.5, 0.5, 4.0, 34.0]),
    (Comparison::Birth, &[80.0, 10.0, 6.0, 1.0, 1.5, 1.5], &[0.004, 0.04, 0.25, 1.8, 1.2, 96.7], &[0.8, 0.3, 0.6, 3.0, 1.2, 94.1]),
    (
        Comparison::Address,
        &[55.0, 5.0, 6.0, 2.0, 6.0, 5.0, 6.0, 15.0],
        &[0.002, 0.004, 0.01, 0.03, 0.15, 0.8, 1.5, 97.5],
        &[50.0, 3.0, 5.0, 1.5, 5.0, 4.0, 6.0, 25.5],
    ),
    (Comparison::Email, &[66.0, 9.0, 2.0, 1.5, 3.0, 3.0, 15.5], &[0.001, 0.002, 0.01, 0.01, 0.2, 0.2, 99.6], &[8.0, 0.3, 0.3, 10.0, 1.5, 25.0, 54.9]),
    (Comparison::Phone, &[66.0, 5.0, 5.0, 24.0], &[0.005, 0.003, 0.02, 99.97], &[25.0, 1.5, 1.0, 72.5]),
    (Comparison::Organization, &[55.0, 12.0, 7.0, 6.0, 20.0], &[0.3, 0.1, 0.3, 1.5, 97.8], &[45.0, 5.0, 4.0, 4.0, 42.0]),
    (Comparison::Identifier, &[92.0, 6.5, 1.5], &[0.001, 0.02, 99.979], &[0.01, 0.05, 99.94]),
    (Comparison::Web, &[75.0, 8.0, 17.0], &[0.1, 0.1, 99.8], &[60.0, 5.0, 35.0]),
    (Comparison::Gender, &[96.0, 4.0], &[50.0, 50.0], &[42.0, 58.0]),
    (Comparison::BirthPlace, &[80.0, 9.0, 11.0], &[1.0, 1.0, 98.0], &[15.0, 3.0, 82.0]),
    (Comparison::Occupation, &[60.0, 12.0, 28.0], &[3.0, 5.0, 92.0], &[6.0, 6.0, 88.0]),
    (Comparison::Category, &[70.0, 12.0, 18.0], &[10.0, 6.0, 84.0], &[15.0, 8.0, 77.0]),
    (Comparison::Region, &[93.0, 7.0], &[15.0, 85.0], &[70.0, 30.0]),
];

const ORGANIZATIONS: &[Row] = &[
    (Comparison::Given, &[70.0, 6.0, 9.0, 4.0, 3.0, 2.0, 6.0], &[0.7, 0.4, 0.3, 0.7, 2.5, 5.0, 90.4], &[5.0, 1.0, 1.0, 1.0, 3.0, 5.0, 84.0]),
    (Comparison::Family, &[75.0, 4.0, 8.0, 3.0, 1.0, 2.0, 7.0], &[0.25, 0.12, 0.18, 0.5, 0.5, 5.0, 93.45], &[20.0, 2.0, 2.0, 1.5, 0.5, 5.0, 69.0]),
    (Comparison::Birth, &[85.0, 6.0, 4.0, 1.5, 1.0, 2.5], &[0.01, 0.05, 0.3, 2.5, 1.2, 95.9], &[0.8, 0.3, 0.6, 3.0, 1.2, 94.1]),
    (
        Comparison::Address,
        &[58.0, 6.0, 7.0, 5.0, 6.0, 4.0, 6.0, 8.0],
        &[0.004, 0.006, 0.02, 0.1, 0.3, 1.0, 3.0, 95.5],
        &[30.0, 3.0, 5.0, 3.0, 5.0, 4.0, 8.0, 42.0],
    ),
    (Comparison::Email, &[62.0, 8.0, 3.0, 1.0, 2.0, 14.0, 10.0], &[0.003, 0.003, 0.5, 0.01, 0.5, 0.1, 98.8], &[12.0, 0.5, 4.0, 0.5, 1.5, 35.0, 46.5]),
    (Comparison::Phone, &[72.0, 6.0, 6.0, 16.0], &[0.005, 0.003, 0.03, 99.96], &[25.0, 2.0, 2.0, 71.0]),
    (Comparison::Organization, &[68.0, 17.0, 7.0, 4.0, 4.0], &[0.01, 0.02, 0.2, 2.0, 97.77], &[3.0, 6.0, 15.0, 26.0, 50.0]),
    (Comparison::Identifier, &[92.0, 6.5, 1.5], &[0.001, 0.02, 99.979], &[0.01, 0.05, 99.94]),
    (Comparison::Web, &[85.0, 7.0, 8.0], &[0.02, 0.05, 99.93], &[40.0, 10.0, 50.0]),
    (Comparison::Gender, &[90.0, 10.0], &[50.0, 50.0], &[50.0, 50.0]),
    (Comparison::BirthPlace, &[80.0, 9.0, 11.0], &[1.0, 1.0, 98.0], &[15.0, 3.0, 82.0]),
    (Comparison::Occupation, &[60.0, 12.0, 28.0], &[3.0, 5.0, 92.0], &[6.0, 6.0, 88.0]),
    (Comparison::Category, &[55.0, 15.0, 30.0], &[8.0, 6.0, 86.0], &[15.0, 8.0, 77.0]),
    (Comparison::Region, &[94.0, 6.0], &[15.0, 85.0], &[60.0, 40.0]),
];

/// The shipped likelihoods of a segment, with the share of all pairs that are one party.
pub fn segment(organizations: bool, share: f64) -> Segment {
    let rows = if organizations { ORGANIZATIONS } else { PERSONS };
    let mut tables: [Table; 3] = [[[1.0; LEVELS]; COMPARISONS]; 3];
    for (comparison, same, other, related) in rows {
        for (table, row) in tables.iter_mut().zip([same, other, related]) {
            let sum: f64 = row.iter().sum();
            for (level, percent) in row.iter().enumerate() {
                table[*comparison as usize][level] = percent / sum;
            }
        }
    }
    let [same, other, related] = tables;
    let mut segment = Segment { same, other, related, prior: share, prior_related: share * 0.5 };
    segment.clamp();
    segment
}
