//! Search: the parties that a text may mean, best first.
use super::{Permission, Request, creation::names_of, directory::DirectoryInput};
use crate::{
    domain::{
        code::RecordId,
        directory::DirectoryFilter,
        email::Email,
        error::Error,
        id::PartyId,
        meaning::{self, Meaning},
        name::name_key,
        page::{Page, PageRequest},
        party::Party,
        phone::Phone,
        search::{MatchedBy, SearchHit, SearchPlace, SearchText},
        token::{self, spellings},
    },
    store::{
        self,
        search::{Candidates, Wanted},
        tenant::TenantTx,
    },
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// Parties that are found by words at the most.
const MAX_BY_WORDS: usize = 150;

/// Parties that are read of each pair of words at the most, when very many have each of the pairs.
const MAX_OF_PAIR: usize = 2_000;

/// Parties whose whole names begin with a text that make it needless to look for a very short word of it in other places of names.
const ENOUGH_BY_WHOLE_NAME: usize = 20;

/// Of the letters of three words or more, so many in a hundred must be found.
const MIN_LETTERS: usize = 70;

/// A page of the parties that a text may mean: words of names, an e-mail address, a phone number, an identifier, an id.
/// At most four statements, and mostly three, whatever the size of the company; one more looks the roles of a filter up in the catalogue.
///
/// E-mail addresses and phone numbers are tried only for callers who may see them.
///
/// # Errors
/// `INVALID_ARGUMENT` when the text is blank or too long, those of a list with this filter, `INVALID_CURSOR`.
pub async fn page(request: &Request, query: &str, filter: &DirectoryInput, page: &PageRequest) -> Result<Page<SearchHit>, Error> {
    let text = SearchText::parse(query).map_err(|refusal| refusal.at("query"))?;
    let checked = filter.parse().map_err(|error| error.at("filter"))?;
    let after = page.after.as_deref().map(|cursor| SearchPlace::read(&text, cursor)).transpose();
    let after = after.map_err(|refusal| refusal.at("after"))?;
    let tx = request.read().await?;
    if !filter.roles.is_empty() {
        filter.check_roles(&store::role::types(&tx).await?).map_err(|error| error.at("roles").at("filter"))?;
    }
    let hits = hits(request, &tx, &text, &checked).await?;
    let mut hits: Vec<(SearchPlace, SearchHit)> = hits.into_iter().map(|hit| (hit.place(), hit)).collect();
    if let Some(after) = after {
        hits.retain(|(place, _)| place.order(&after) == Ordering::Greater);
    }
    hits.sort_by(|(one, _), (other, _)| one.order(other));
    hits.truncate(page.first + 1);
    Ok(Page::cut(hits, page.first, |(place, _)| place.cursor(&text)).map(|(_, hit)| hit))
}

/// Everybody whom a search considers, in no order.
///
/// # Errors
/// `INVALID_ARGUMENT` when the text is blank or too long.
pub async fn ids(request: &Request, query: &str) -> Result<Vec<PartyId>, Error> {
    let text = SearchText::parse(query).map_err(|refusal| refusal.at("query"))?;
    let everybody = DirectoryInput::default().parse()?;
    let tx = request.read().await?;
    let hits = hits(request, &tx, &text, &everybody).await?;
    Ok(hits.into_iter().map(|hit| hit.party.id).collect())
}

/// The words of a text, as they are understood.
struct Asked {
    /// All of them, with spaces that were lost.
    words: Vec<String>,
    /// Those that names must have; none when no name can be meant.
    meanings: Vec<Meaning>,
}

async fn asked(tx: &TenantTx, text: &SearchText) -> Result<Asked, Error> {
    let looked_up = text.words();
    let similar: BTreeSet<String> = looked_up.iter().flat_map(|word| spellings(word)).collect();
    let parts: BTreeSet<&str> = looked_up.iter().flat_map(|word| meaning::parts(word)).flat_map(|(first, second)| [first, second]).collect();
    let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    let in_use = store::search::words_in_use(tx, &similar.into_iter().collect::<Vec<_>>(), &looked_up, &parts).await?;
    let looked_up = meaning::parted(&looked_up, &in_use);
    let meanings = meaning::meanings(&looked_up, &in_use);
    let is_name = meanings.len() == looked_up.len() || is_most_known(text, &looked_up, &meanings);
    Ok(Asked { words: meaning::parted(&text.all_words(), &in_use), meanings: if is_name { meanings } else { Vec::new() } })
}

/// Words that nobody has are left out, because they would hide everybody who is meant by the others; but not of an address
/// or id, and not most of the text: what remains would mean nobody.
fn is_most_known(text: &SearchText, words: &[String], known: &[Meaning]) -> bool {
    let letters: usize = words.iter().map(|word| word.chars().count()).sum();
    let known: usize = known.iter().map(|meaning| meaning.text.chars().count()).sum();
    !text.is_address() && known * 2 >= letters
}

async fn wanted(request: &Request, tx: &TenantTx, text: &SearchText, asked: &Asked) -> Result<Wanted, Error> {
    let mut wanted = Wanted {
        name: Some(name_key(text.as_str())).filter(|_| !asked.meanings.is_empty()),
        names: meaning::key_groups(&asked.meanings),
        limit: MAX_BY_WORDS,
        identifier: text.identifier(),
        record_id: RecordId::parse(text.as_str()).ok().map(|id| id.as_str().to_owned()),
        party: PartyId::parse(text.as_str()).ok(),
        ..Wanted::default()
    };
    if request.caller.may(Permission::PartyPii) {
        wanted.email = Email::parse(text.as_str()).ok().map(|email| email.key().to_owned());
        if text.may_be_phone() {
            let country = request.hub.company(tx).await?.default_country;
            wanted.phone = Phone::parse(text.as_str(), Some(country)).ok().map(|phone| phone.e164().to_owned());
        }
    }
    Ok(wanted)
}

async fn hits(request: &Request, tx: &TenantTx, text: &SearchText, filter: &DirectoryFilter) -> Result<Vec<SearchHit>, Error> {
    let asked = asked(tx, text).await?;
    let mut wanted = wanted(request, tx, text, &asked).await?;
    let mut candidates = Candidates::default();
    if wanted.names.iter().any(|group| group.also.is_some()) {
        // A word so short that it stands for very many: those whose names begin with the text are enough, if there are some.
        candidates = store::search::candidates(tx, &Wanted { names: Vec::new(), ..wanted.clone() }).await?;
    }
    if candidates.by_whole_name.len() < ENOUGH_BY_WHOLE_NAME {
        candidates = store::search::candidates(tx, &wanted).await?;
    }
    if candidates.by_words.len() > 1 && candidates.by_words.iter().all(|group| group.len() >= wanted.limit) {
        // Very many have each of the pairs: who has all of them is among more of them, and those are read only now.
        wanted.limit = MAX_OF_PAIR;
        candidates = store::search::candidates(tx, &wanted).await?;
    }
    let found = found(candidates, wanted.limit);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<PartyId> = found.keys().copied().collect();
    let parties = store::search::living(tx, &ids, filter).await?;
    let parties: Vec<(MatchedBy, Party)> = parties.into_iter().filter_map(|party| Some((*found.get(&party.id)?, party))).collect();
    Ok(complete(&asked.meanings, parties).into_iter().map(|(way, party)| SearchHit::new(&asked.words, party, way)).collect())
}

/// Every party with the best way by which it was found.
fn found(candidates: Candidates, limit: usize) -> BTreeMap<PartyId, MatchedBy> {
    let mut by_words = meaning::together(&candidates.by_words, limit);
    by_words.truncate(MAX_BY_WORDS);
    let by_name = candidates.by_whole_name.into_iter().chain(by_words).map(|party| (MatchedBy::Name, party));
    let mut found: BTreeMap<PartyId, MatchedBy> = BTreeMap::new();
    for (matched_by, party) in by_name.chain(candidates.otherwise) {
        let best = found.entry(party).or_insert(matched_by);
        *best = matched_by.min(*best);
    }
    found
}

/// Those whose names have all the words; if nobody has all of three or more, those who have most letters of them.
fn complete(meanings: &[Meaning], parties: Vec<(MatchedBy, Party)>) -> Vec<(MatchedBy, Party)> {
    if meanings.len() < 3 {
        return parties;
    }
    let letters: usize = meanings.iter().map(|meaning| meaning.text.chars().count()).sum();
    let missing = |(way, party): (MatchedBy, Party)| {
        let words: Vec<String> = names_of(&party).into_iter().flat_map(token::tokens).collect();
        let missing = if way == MatchedBy::Name { meaning::missing(meanings, &words) } else { 0 };
        (missing, (way, party))
    };
    let parties: Vec<_> = parties.into_iter().map(missing).collect();
    let is_complete = parties.iter().any(|(missing, (way, _))| *way == MatchedBy::Name && *missing == 0);
    let most = if is_complete { 0 } else { letters * (100 - MIN_LETTERS) / 100 };
    parties.into_iter().filter(|(missing, _)| *missing <= most).map(|(_, party)| party).collect()
}
