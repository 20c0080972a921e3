//! Search: the parties that a text may mean, best first.
use super::{Permission, Request};
use crate::{
    domain::{
        code::RecordId,
        email::Email,
        error::Error,
        id::PartyId,
        page::{Page, PageRequest},
        phone::Phone,
        search::{MatchedBy, SearchHit, SearchPlace, SearchText, typos_of},
        token::spellings,
    },
    store::{
        self,
        search::{Wanted, Word},
        tenant::TenantTx,
    },
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// A page of the parties that a text may mean: words of names, an e-mail address, a phone number, an identifier, an id.
/// At most four statements, whatever the size of the company.
///
/// E-mail addresses and phone numbers are tried only for callers who may see them.
///
/// # Errors
/// `INVALID_ARGUMENT` when the text is blank or too long, `INVALID_CURSOR`.
pub async fn page(request: &Request, query: &str, page: &PageRequest) -> Result<Page<SearchHit>, Error> {
    let text = SearchText::parse(query).map_err(|refusal| refusal.at("query"))?;
    let after = page.after.as_deref().map(|cursor| SearchPlace::read(&text, cursor)).transpose();
    let after = after.map_err(|refusal| refusal.at("after"))?;
    let tx = request.read().await?;
    let wanted = wanted(request, &tx, &text).await?;
    let mut hits: Vec<(SearchPlace, SearchHit)> = hits(&tx, &text, &wanted).await?.into_iter().map(|hit| (hit.place(), hit)).collect();
    if let Some(after) = after {
        hits.retain(|(place, _)| place.order(&after) == Ordering::Greater);
    }
    hits.sort_by(|(one, _), (other, _)| one.order(other));
    hits.truncate(page.first + 1);
    Ok(Page::cut(hits, page.first, |(place, _)| place.cursor(&text)).map(|(_, hit)| hit))
}

async fn wanted(request: &Request, tx: &TenantTx, text: &SearchText) -> Result<Wanted, Error> {
    let mut wanted = Wanted {
        words: words(tx, text).await?,
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

/// The words that names must have, the rarest first, each with the typos it may be; none when no name can be meant.
async fn words(tx: &TenantTx, text: &SearchText) -> Result<Vec<Word>, Error> {
    let texts = text.words();
    let spellings: BTreeSet<String> = texts.iter().flat_map(|word| spellings(word)).collect();
    let in_use = match spellings.is_empty() {
        true => BTreeSet::new(),
        false => store::match_key::tokens_of_variants(tx, &spellings.into_iter().collect::<Vec<_>>()).await?,
    };
    let words: Vec<Word> = texts.into_iter().map(|text| Word { typos: typos_of(&text, &in_use), text }).collect();
    if words.len() < 2 {
        return Ok(words);
    }
    let frequencies = store::search::frequencies(tx, &words).await?;
    Ok(in_use_rarest_first(text, frequencies.into_iter().zip(words).collect()))
}

/// Leaves out the words that nobody has, because they would hide everybody who is meant by the others; but not of an address
/// or id, and not most of the text: what remains would mean nobody.
fn in_use_rarest_first(text: &SearchText, mut words: Vec<(i64, Word)>) -> Vec<Word> {
    let letters = |words: &[(i64, Word)]| words.iter().map(|(_, word)| word.text.chars().count()).sum::<usize>();
    let (asked, asked_letters) = (words.len(), letters(&words));
    words.retain(|(frequency, _)| *frequency > 0);
    let is_incomplete = words.len() < asked;
    if is_incomplete && (text.is_address() || letters(&words) * 2 < asked_letters) {
        return Vec::new();
    }
    words.sort_by_key(|(frequency, _)| *frequency);
    words.into_iter().map(|(_, word)| word).collect()
}

async fn hits(tx: &TenantTx, text: &SearchText, wanted: &Wanted) -> Result<Vec<SearchHit>, Error> {
    let mut found: BTreeMap<PartyId, MatchedBy> = BTreeMap::new();
    for (matched_by, party) in store::search::candidates(tx, wanted).await? {
        let best = found.entry(party).or_insert(matched_by);
        *best = matched_by.min(*best);
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<PartyId> = found.keys().copied().collect();
    let parties = store::search::living(tx, &ids).await?;
    Ok(parties.into_iter().filter_map(|party| found.get(&party.id).map(|way| SearchHit::new(text, party.clone(), *way))).collect())
}
