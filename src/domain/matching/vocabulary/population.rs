//! How common values are in a population of which a vocabulary holds only a part.
use super::Vocabulary;
use crate::domain::matching::features::Features;
use rustc_hash::FxHashMap;

/// How common values are among all records, for a vocabulary that holds only a few of them.
#[derive(Clone, Debug, Default)]
pub struct Population {
    /// How many records there are.
    pub total: u32,
    /// How many of them have a value, by the key of [`Vocabulary::population_keys`]; what is missing is rare.
    pub counts: FxHashMap<String, u32>,
    /// How many have a word of an organisation's name that nobody counted.
    pub usual_word: u32,
}

impl Vocabulary {
    /// Takes the counts of a whole population for the values that are here.
    pub fn populate(&mut self, population: &Population) {
        self.total = population.total;
        let of = |sort: &str, text: &str| population.counts.get(&format!("{sort}:{text}")).copied().unwrap_or(0);
        self.family_counts = self.words.values.keys().map(|text| of("family", text)).collect();
        self.words.recount("given", &of);
        let word = |sort: &str, text: &str| population.counts.get(&format!("{sort}:{text}")).copied().unwrap_or(population.usual_word);
        self.firm_words.recount("word", &word);
        self.firms.recount("firm", &of);
        self.emails.recount("email", &of);
        self.domains.recount("domain", &of);
        self.phones.recount("phone", &of);
        self.addresses.recount("address", &of);
        self.places.recount("place", &of);
        self.identifiers.recount("identifier", &of);
        self.texts.recount("text", &of);
    }

    /// The keys under which a record counts in a [`Population`], each once.
    pub fn population_keys(features: &Features) -> Vec<String> {
        let mut vocabulary = Self::default();
        vocabulary.add(features);
        let family =
            vocabulary.words.values.keys().zip(&vocabulary.family_counts).filter(|(_, count)| **count > 0).map(|(text, _)| format!("family:{text}"));
        let mut keys: Vec<String> = family.collect();
        vocabulary.words.tell("given", &mut keys);
        vocabulary.firm_words.tell("word", &mut keys);
        vocabulary.firms.tell("firm", &mut keys);
        vocabulary.emails.tell("email", &mut keys);
        vocabulary.domains.tell("domain", &mut keys);
        vocabulary.phones.tell("phone", &mut keys);
        vocabulary.addresses.tell("address", &mut keys);
        vocabulary.places.tell("place", &mut keys);
        vocabulary.identifiers.tell("identifier", &mut keys);
        vocabulary.texts.tell("text", &mut keys);
        keys
    }
}
