//! Web addresses.
use super::line;
use super::refusal::{Code, Refusal};
use super::text::shortened;
use ::url::Url;

/// Bytes that a web address has at the most, as written and as normalised.
const MAX_BYTES: usize = 2_000;

/// An http or https URL as it is shown, and the key by which two are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebAddress {
    address: String,
    key: String,
}

impl WebAddress {
    /// Reads an absolute URL; white space around it is dropped.
    ///
    /// # Errors
    /// `INVALID_URL` when it is not http(s) with a host, has a user name or password, or is longer than 2,000 bytes.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let refused = |what: &str| Refusal::new(Code::InvalidUrl, format!("{:?} is not a web address: {what}.", shortened(text)));
        let address = text.trim();
        if address.len() > MAX_BYTES {
            return Err(refused("it is longer than 2,000 bytes"));
        }
        if !has_web_scheme(address) {
            return Err(refused("it must begin with https:// or http:// and a host"));
        }
        if address.chars().any(|c| c.is_whitespace() || c == '\\' || line::is_forbidden(c)) {
            return Err(refused("it holds white space, backslashes or control characters; write them as %20, %5C, …"));
        }
        let url = Url::parse(address).map_err(|error| refused(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it holds a user name or password; leave them out"));
        }
        let key = key_of(&url);
        if key.len() > MAX_BYTES {
            return Err(refused("it is longer than 2,000 bytes once its characters are encoded"));
        }
        Ok(Self { address: address.to_owned(), key })
    }

    /// The address as it was given, trimmed.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The address for comparing: scheme and host in lower case, no default port, no slash at the end.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl std::fmt::Display for WebAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.address)
    }
}

/// Browsers mend `http:host` and `http:///host`; an address that others read too must not need mending.
fn has_web_scheme(address: &str) -> bool {
    let after = |scheme: &str| {
        let start = address.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme));
        start.map(|_| &address[scheme.len()..])
    };
    after("https://").or_else(|| after("http://")).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

fn key_of(url: &Url) -> String {
    let key = url.as_str();
    match (url.query(), url.fragment()) {
        (None, None) => key.trim_end_matches('/').to_owned(),
        _ => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for text in ["https://example.com", " HTTPS://Example.COM/ ", "https://example.com:443//"] {
            assert_eq!(WebAddress::parse(text).unwrap().key(), "https://example.com");
        }
        let address = WebAddress::parse("https://Bücher.example/A?q=/").unwrap();
        assert_eq!(address.as_str(), "https://Bücher.example/A?q=/");
        assert_eq!(address.key(), "https://xn--bcher-kva.example/A?q=/");
    }

    #[test]
    fn what_is_not_a_web_address_is_refused() {
        for text in [
            "",
            "example.com",
            "ftp://example.com",
            "javascript:alert(1)",
            "http:example.com",
            "https://",
            "https:///x",
            "https://user:secret@example.com",
            "https://exa mple.com",
            "https://a\\b",
            "https://[::1",
            "https://a/\u{202e}",
            &format!("https://a/{}", "x".repeat(2_000)),
            &format!("https://a/{}", "é".repeat(900)),
        ] {
            let refusal = WebAddress::parse(text).unwrap_err();
            assert_eq!(refusal.code, Code::InvalidUrl);
            assert!(refusal.message.len() < 250);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_is_refused(text in any::<String>()) {
            let _ = WebAddress::parse(&text);
        }

        #[test]
        fn keys_are_idempotent(text in "(http|HTTPS)://[a-zé]{1,5}(\\.[A-Z]{2})?(:[0-9]{1,3})?(/\\PC{0,9})?") {
            if let Ok(address) = WebAddress::parse(&text) {
                let again = WebAddress::parse(address.key()).unwrap();
                prop_assert_eq!(again.key(), address.key());
                prop_assert_eq!(WebAddress::parse(address.as_str()), Ok(address.clone()));
            }
        }
    }
}
