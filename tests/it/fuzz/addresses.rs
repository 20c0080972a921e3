//! Ways to reach somebody: e-mail addresses, phone numbers, postal and web addresses.
use super::fuzz;
use party::domain::{
    address::{AddressParts, PostalAddress},
    country::Country,
    email::Email,
    phone::Phone,
    url::WebAddress,
};

#[test]
fn e_mail_addresses_are_stable_and_short() {
    fuzz(200_000, &["john.doe@example.com", "Jürgen+Shop@Bücher.example", "\"a b\"@example.org", "x@xn--bcher-kva.example"], |text| {
        let Ok(email) = Email::parse(text) else { return false };
        assert!(email.as_str().len() <= 300 && email.key().len() <= 300, "{email}");
        assert_eq!(Email::stored(email.as_str().to_owned()), email);
        let key = Email::parse(email.key()).expect("a key is an address");
        assert_eq!(key.key(), email.key());
        assert!(!email.as_str().contains(|c: char| c.is_control()), "{email}");
        true
    });
}

#[test]
fn phone_numbers_find_themselves_again() {
    let home = Country::parse("DE").ok();
    fuzz(30_000, &["030 23125-125", "+49 (0)30/23125 125", "(202) 555-0142 x12", "0049 30 23125125", "+12025550142 ext. 5"], |text| {
        let Ok(phone) = Phone::parse(text, home) else { return false };
        let digits = phone.e164().strip_prefix('+').expect("a plus");
        assert!((5..=17).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()), "{phone}");
        assert_eq!(Phone::parse(phone.e164(), None).expect("E.164 is a number").e164(), phone.e164());
        assert_eq!(Phone::parse(phone.display(), None).expect("what is shown is a number").e164(), phone.e164());
        true
    });
}

#[test]
fn postal_addresses_survive_being_stored() {
    let texts = ["1 High Street\nLondon|SW1A 1AA|GB", "Straße 5|10115 Berlin|de", "c/o Doe|Łódź|PL", "||"];
    fuzz(60_000, &texts, |text| {
        let parts: Vec<&str> = text.split('|').collect();
        let part = |at: usize| parts.get(at).copied().filter(|part| !part.is_empty());
        let input = match parts.len() {
            1 => AddressParts { text: part(0), ..AddressParts::default() },
            _ => AddressParts { line1: part(0), city: part(1), postal_code: part(3), country: part(2), ..AddressParts::default() },
        };
        let Ok(address) = PostalAddress::parse(input) else { return false };
        assert_eq!(PostalAddress::from_json(&address.to_json()).as_ref(), Some(&address));
        assert!(!address.formatted().is_empty() && address.key().len() <= 1_000);
        assert!(!address.formatted().contains(char::is_control), "{}", address.formatted());
        let same = PostalAddress::parse(AddressParts {
            line1: address.line1(),
            city: address.city(),
            postal_code: address.postal_code(),
            country: address.country().as_ref().map(Country::as_str),
            text: address
                .line1()
                .or(address.city())
                .or(address.postal_code())
                .is_none()
                .then(|| address.formatted())
                .filter(|_| address.country().is_none()),
            ..AddressParts::default()
        });
        assert_eq!(same.expect("an address that was read is an address"), address);
        true
    });
}

#[test]
fn web_addresses_are_stable() {
    fuzz(100_000, &["https://Example.com/a?b=c#d", "http://bücher.example:8080/ä", "example.org", "https://user:pw@example.com/"], |text| {
        let Ok(address) = WebAddress::parse(text) else { return false };
        assert!(address.key().starts_with("http://") || address.key().starts_with("https://"), "{}", address.key());
        assert_eq!(WebAddress::parse(address.key()).expect("a key is an address").key(), address.key());
        let again = WebAddress::parse(address.as_str()).expect("an address that was read is an address");
        assert_eq!((again.as_str(), again.key()), (address.as_str(), address.key()));
        true
    });
}
