//! E-mail addresses.
use super::line::is_forbidden;
use super::refusal::{Code, Refusal};
use super::text::shortened;
use email_address::{EmailAddress, Error, Options};
use unicode_normalization::UnicodeNormalization;

/// Bytes that an address has at the most (RFC 5321).
const MAX_BYTES: usize = 254;

/// An e-mail address as it is shown, and the key by which it identifies a party.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email {
    address: String,
    key: String,
}

impl Email {
    /// Reads a bare address; white space around it is dropped.
    ///
    /// # Errors
    /// `INVALID_EMAIL` when it is not `name@domain.tld`: display names, address literals (`[127.0.0.1]`) and domains
    /// without a dot are refused too.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let address: String = text.trim().nfc().collect();
        let email = Self::stored(address.clone());
        // Some letters become others, or more than one, in lower case: what is shown and the key must be addresses too.
        for form in [&address, &email.address, &email.key] {
            if form.len() > MAX_BYTES {
                return Err(refused(text, "is longer than the 254 bytes that an address may have"));
            }
            if form.contains(is_forbidden) {
                return Err(refused(text, "holds a control character"));
            }
            let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
            EmailAddress::parse_with_options(form, options).map_err(|error| refused(text, reason(&error)))?;
        }
        Ok(email)
    }

    /// An address that was parsed before it was stored.
    pub fn stored(address: String) -> Self {
        let address = match address.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()).nfc().collect(),
            None => address,
        };
        let key = key_of(&address);
        Self { address, key }
    }

    /// The address as it was given, with the domain in lower case.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The identity key: the whole address in lower case.
    ///
    /// Mail hosts that tell the case of the name apart do not exist in practice. Dots and tags in the name are kept:
    /// what they mean is up to each host.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.address)
    }
}

fn key_of(address: &str) -> String {
    address.to_lowercase().nfc().collect()
}

fn refused(text: &str, what: &str) -> Refusal {
    let message = format!("{:?} is not an e-mail address: it {what}.", shortened(text));
    Refusal::new(Code::InvalidEmail, message)
}

fn reason(error: &Error) -> &'static str {
    match error {
        Error::MissingSeparator => "has no @",
        Error::LocalPartEmpty => "has nothing before the @",
        Error::LocalPartTooLong => "has more than 64 bytes before the @",
        Error::DomainEmpty => "has nothing after the @",
        Error::DomainTooFew => "needs a domain with a dot, such as example.com",
        Error::SubDomainEmpty => "has an empty part between the dots of its domain",
        Error::DomainTooLong | Error::SubDomainTooLong => "has a domain that is too long",
        Error::UnsupportedDomainLiteral => "names its host by number; use a domain such as example.com",
        Error::UnsupportedDisplayName | Error::MissingDisplayName | Error::MissingEndBracket => {
            "holds more than the address; leave out names and angle brackets"
        }
        Error::UnbalancedQuotes | Error::InvalidComment | Error::InvalidIPAddress => "is malformed",
        Error::InvalidCharacter | Error::DomainInvalidSeparator => "holds a character, or a dot in a place, that addresses cannot have",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_domain_is_lower_cased_and_the_key_is_so_throughout() {
        let email = Email::parse("  John.Doe+Shop@Example.COM\n").unwrap();
        assert_eq!(email.as_str(), "John.Doe+Shop@example.com");
        assert_eq!(email.key(), "john.doe+shop@example.com");
    }

    #[test]
    fn addresses_of_other_scripts_compose() {
        assert_eq!(Email::parse("Ju\u{308}rgen@Bücher.example").unwrap().key(), "jürgen@bücher.example");
        assert_eq!(Email::parse("a@xn--bcher-kva.example").unwrap().as_str(), "a@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_a_reason() {
        for (text, reason) in [
            ("john", "has no @"),
            ("@example.com", "nothing before"),
            ("john@", "nothing after"),
            ("john@localhost", "domain with a dot"),
            ("john@[127.0.0.1]", "by number"),
            ("John <john@example.com>", "angle brackets"),
            ("<john@example.com>", "cannot have"),
            ("john..doe@example.com", "cannot have"),
            ("john doe@example.com", "cannot have"),
            ("john@example..com", "empty part"),
            ("john@example.com\0x", "control character"),
            ("\"john\tdoe\"@example.com", "control character"),
            ("a@b@example.com", "cannot have"),
            ("a@İstanbul.example", "cannot have"),
            ("", "has no @"),
        ] {
            let refusal = Email::parse(text).unwrap_err();
            assert_eq!(refusal.code, Code::InvalidEmail);
            assert!(refusal.message.contains(reason), "{}", refusal.message);
        }
    }

    #[test]
    fn long_addresses_are_refused_and_quoted_short() {
        let refusal = Email::parse(&format!("a@{}.com", "b.".repeat(200))).unwrap_err();
        assert!(refusal.message.contains("254") && refusal.message.len() < 200);
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_is_refused(text in any::<String>()) {
            let _ = Email::parse(&text);
        }

        #[test]
        fn addresses_and_their_keys_are_stable(text in "\\PC{1,8}@\\PC{1,8}\\.[a-zA-Zé]{2,4}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::stored(email.as_str().to_owned()), email.clone());
                prop_assert_eq!(key_of(email.key()), email.key());
            }
        }
    }
}
