//! Names, texts to search for, and money.
use super::fuzz;
use party::domain::{
    fold::fold,
    identifier::Identifier,
    moment,
    money::{Currency, Money},
    name::{MAX_NAME_CHARS, MAX_NAME_KEY_BYTES, Name, name_key},
    search::{MAX_QUERY_CHARS, SearchText},
    token::{MAX_TOKEN_CHARS, MAX_TOKENS, similarity, spellings, tokens},
};

#[test]
fn names_are_stable_and_their_keys_are_short() {
    fuzz(100_000, &["John Doe", "Åse  O’Brien-Łukasz", "Ju\u{308}rgen", "中文 有限公司", "İstanbul Ltd.", "Straße ﬁn"], |text| {
        let Ok(name) = Name::parse("displayName", text) else { return false };
        assert!((1..=MAX_NAME_CHARS).contains(&name.as_str().chars().count()));
        assert!(!name.as_str().contains(char::is_control) && name.as_str().trim() == name.as_str());
        assert_eq!(Name::parse("displayName", name.as_str()).expect("a name that was read is a name"), name);
        let key = name_key(name.as_str());
        assert!(key.len() <= MAX_NAME_KEY_BYTES);
        assert_eq!(name_key(&key), key, "the key of a key");
        true
    });
}

#[test]
fn searches_are_cut_into_few_words() {
    fuzz(60_000, &["john doe", "+49 30 23125", "Jean-Luc  PICARD, Jean", "crm lead L-4711", "ﬁne Straße"], |text| {
        let Ok(search) = SearchText::parse(text) else { return false };
        assert!(search.as_str().chars().count() <= MAX_QUERY_CHARS);
        assert_eq!(SearchText::parse(search.as_str()).expect("a text that was read is a text").as_str(), search.as_str());
        let words = tokens(search.as_str());
        assert!(words.len() <= MAX_TOKENS && words.iter().all(|word| !word.is_empty() && word.chars().count() <= MAX_TOKEN_CHARS), "{words:?}");
        assert!(search.words().iter().all(|word| words.contains(word)));
        assert!(words.iter().take(2).all(|word| spellings(word).len() <= MAX_TOKEN_CHARS + 1));
        let own = similarity(&words, search.as_str());
        assert!(own == if words.is_empty() { 0.0 } else { 1.0 }, "{own}");
        let _ = (search.may_be_phone(), search.is_address(), search.identifier());
        true
    });
}

#[test]
fn likeness_is_a_number_from_0_to_1() {
    fuzz(30_000, &["john doe|John Doe", "schmidt|Schmitt AG", "a|b", "picard jean|Jean-Luc Picard"], |text| {
        let Some((asked, found)) = text.split_once('|') else { return false };
        let likeness = similarity(&tokens(asked), found);
        assert!((0.0..=1.0).contains(&likeness), "{likeness}");
        assert!(likeness < 1.0 || tokens(asked) == tokens(found));
        true
    });
}

#[test]
fn folding_twice_changes_nothing() {
    fuzz(60_000, &["Straße", "ÅNGSTRÖM", "İı", "ﬁ Ⅷ 𝟛", "中文", "Σίσυφος"], |text| {
        let folded = fold(text);
        assert_eq!(fold(&folded), folded);
        true
    });
}

#[test]
fn amounts_are_exact() {
    let currencies = ["EUR", "JPY", "KWD"].map(|code| Currency::parse(code).unwrap());
    fuzz(200_000, &["1234.50", "-7", "0.001", "92233720368547758.07", "-9223372036854775808", "00012.300"], |text| {
        let mut accepted = false;
        for currency in currencies {
            let Ok(money) = Money::parse(text, currency) else { continue };
            accepted = true;
            let shown = money.format();
            assert_eq!(Money::parse(&shown, currency).expect("what is shown is an amount"), money);
            // The same number as a person would compare it: without zeros in front and behind.
            let plain = |text: &str| {
                let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
                let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
                let (whole, decimals) = (whole.trim_start_matches('0').to_owned(), decimals.trim_end_matches('0').to_owned());
                if whole.is_empty() && decimals.is_empty() { (String::new(), whole, decimals) } else { (sign.to_owned(), whole, decimals) }
            };
            assert_eq!(plain(&shown), plain(text));
            if let Ok(opposite) = money.checked_neg() {
                assert_eq!(opposite.checked_add(money), Ok(Money::zero(currency)));
            }
        }
        accepted
    });
}

#[test]
fn currencies_identifiers_and_moments_are_stable() {
    fuzz(50_000, &["EUR", "usd", "XAU", "HRK"], |text| {
        Currency::parse(text).is_ok_and(|currency| Currency::parse(currency.as_str()) == Ok(currency))
    });
    fuzz(50_000, &["vat|DE 123.456.789", "duns|15-048-3782", "tax_id|Ä-1"], |text| {
        let Some((scheme, value)) = text.split_once('|') else { return false };
        let Ok(identifier) = Identifier::parse(scheme, value) else { return false };
        let again = Identifier::parse(scheme, identifier.value()).expect("a value that was read is a value");
        assert_eq!(again.value(), identifier.value());
        true
    });
    fuzz(50_000, &["2026-01-15T12:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59.999999-12:00"], |text| {
        let Some(at) = moment::parse(text) else { return false };
        assert!(moment::is_kept(at));
        assert_eq!(moment::parse(&at.to_rfc3339()), Some(at));
        true
    });
}
