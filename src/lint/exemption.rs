//! Copies of identity that somebody declared, with the reason and the time after which they go.
use super::{
    finding::{Finding, Place},
    rule::Rule,
};
use anyhow::{Result, anyhow, bail};
use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    exempt: Vec<toml::Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    r#where: String,
    rule: String,
    purpose: String,
    retention: String,
    until: Option<Until>,
}

/// A day, with or without quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Until {
    Day(toml::value::Datetime),
    Text(String),
}

/// One declared exemption.
#[derive(Clone, Debug)]
pub struct Exemption {
    /// The subject that it exempts, exactly as reports name it.
    pub subject: String,
    /// The rule that it exempts from.
    pub rule: Rule,
    /// What the copy is for.
    pub purpose: String,
    /// How long a value is kept.
    pub retention: String,
    /// The last day on which it counts.
    pub until: Option<NaiveDate>,
    /// Where it is declared.
    pub place: Place,
}

/// Reads the exemptions of a file.
///
/// # Errors
/// When the file is malformed or an exemption lacks something, with its line.
pub fn parse(path: &str, text: &str) -> Result<Vec<Exemption>> {
    let document: Document = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        anyhow!("{path}:{line}: {}", error.message())
    })?;
    document.exempt.into_iter().map(|entry| exemption(path, line_of(text, entry.span().start), entry.into_inner())).collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn exemption(path: &str, line: usize, entry: Entry) -> Result<Exemption> {
    let Some(rule) = Rule::parse(&entry.rule) else { bail!("{path}:{line}: there is no rule {:?}; rules are {}", entry.rule, ids()) };
    for (name, value) in [("where", &entry.r#where), ("purpose", &entry.purpose), ("retention", &entry.retention)] {
        if value.trim().is_empty() {
            bail!("{path}:{line}: an exemption needs a {name}; it is empty here");
        }
    }
    let until = entry.until.map(|until| {
        let text = match until {
            Until::Day(day) => day.to_string(),
            Until::Text(text) => text,
        };
        text.parse().map_err(|_| anyhow!("{path}:{line}: `until` is {text}; write a day, as 2027-12-31"))
    });
    Ok(Exemption {
        subject: entry.r#where,
        rule,
        purpose: entry.purpose,
        retention: entry.retention,
        until: until.transpose()?,
        place: Place::File { path: path.to_owned(), line, column: 1 },
    })
}

fn ids() -> String {
    Rule::ALL.map(Rule::id).join(", ")
}

/// The findings that no exemption covers on that day, with what is wrong with the exemptions; and the findings that are exempt.
pub fn apply(findings: Vec<Finding>, exemptions: &[Exemption], today: NaiveDate) -> (Vec<Finding>, Vec<(Finding, Exemption)>) {
    let covers = |exemption: &Exemption, finding: &Finding| exemption.rule == finding.rule && exemption.subject == finding.subject;
    let is_over = |exemption: &Exemption| exemption.until.is_some_and(|until| until < today);
    let about = |exemption: &Exemption, rule, what| Finding { place: exemption.place.clone(), subject: exemption.subject.clone(), rule, what };
    let wrong = exemptions.iter().filter_map(|exemption| {
        let matches = findings.iter().any(|finding| covers(exemption, finding));
        match exemption.until {
            _ if !matches => Some(about(exemption, Rule::UnusedExemption, format!("Nothing breaks {} here.", exemption.rule.id()))),
            Some(until) if is_over(exemption) => {
                Some(about(exemption, Rule::ExpiredExemption, format!("The exemption from {} ended on {until}.", exemption.rule.id())))
            }
            _ => None,
        }
    });
    let mut wrong: Vec<Finding> = wrong.collect();
    let (mut open, mut exempt) = (Vec::new(), Vec::new());
    for finding in findings {
        match exemptions.iter().find(|exemption| covers(exemption, &finding) && !is_over(exemption)) {
            Some(exemption) => exempt.push((finding, exemption.clone())),
            None => open.push(finding),
        }
    }
    open.append(&mut wrong);
    (open, exempt)
}
