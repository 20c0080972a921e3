//! E-mail addresses for comparing: what hosts and typing fingers make of one mailbox is one value.

const FREE: &[&str] = &[
    "gmail",
    "googlemail",
    "yahoo",
    "ymail",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "aol",
    "icloud",
    "me",
    "mac",
    "gmx",
    "web",
    "t-online",
    "freenet",
    "mail",
    "protonmail",
    "proton",
    "zoho",
    "yandex",
    "qq",
    "163",
    "126",
    "sina",
    "orange",
    "wanadoo",
    "free",
    "laposte",
    "sfr",
    "libero",
    "virgilio",
    "tiscali",
    "ziggo",
    "kpnmail",
    "planet",
    "telia",
    "telenet",
    "skynet",
    "btinternet",
    "sky",
    "virginmedia",
    "comcast",
    "verizon",
    "att",
    "bluewin",
    "seznam",
    "wp",
    "o2",
    "interia",
    "rediffmail",
    "naver",
    "hanmail",
    "fastmail",
    "hey",
    "tutanota",
    "posteo",
    "arcor",
    "bigpond",
    "optusnet",
    "shaw",
];

const ROLES: &[&str] = &[
    "info",
    "office",
    "sales",
    "billing",
    "contact",
    "kontakt",
    "admin",
    "administrator",
    "support",
    "service",
    "services",
    "hello",
    "mail",
    "team",
    "accounts",
    "accounting",
    "invoice",
    "invoices",
    "rechnung",
    "buchhaltung",
    "hr",
    "jobs",
    "careers",
    "marketing",
    "webmaster",
    "postmaster",
    "noreply",
    "no-reply",
    "help",
    "helpdesk",
    "enquiries",
    "inquiries",
    "orders",
    "order",
    "bestellung",
    "vertrieb",
    "verkoop",
    "administratie",
    "contacto",
    "contato",
    "ventas",
    "commercial",
    "comercial",
    "direction",
    "reception",
    "empfang",
    "zentrale",
    "secretary",
    "sekretariat",
    "press",
    "general",
    "customerservice",
    "finance",
    "purchasing",
    "einkauf",
    "facturation",
    "facturen",
    "shop",
    "store",
    "hallo",
    "post",
];

const PLACEHOLDERS: &[&str] = &["test", "none", "noemail", "nomail", "unknown", "na", "n/a", "xxx", "asdf", "example", "dummy", "fake"];

/// The address as a feature: lower case, without tag, with the commonest slips of domains mended. Empty when it is none.
pub fn feature(text: &str) -> String {
    let Some((local, domain)) = address_in(text) else { return String::new() };
    let domain = mended(&domain);
    let mut local = local.split('+').next().unwrap_or("").to_owned();
    let host = domain.split('.').next().unwrap_or("");
    if matches!(host, "gmail" | "googlemail") {
        local.retain(|c| c != '.');
    }
    let domain = if domain == "googlemail.com" { "gmail.com".to_owned() } else { domain };
    let is_placeholder =
        PLACEHOLDERS.contains(&local.as_str()) && (PLACEHOLDERS.contains(&domain.split('.').next().unwrap_or("")) || is_free(&domain));
    if local.is_empty() || is_placeholder {
        return String::new();
    }
    format!("{local}@{domain}")
}

/// Whether the domain gives mailboxes to everybody.
pub fn is_free(domain: &str) -> bool {
    FREE.contains(&domain.split('.').next().unwrap_or(""))
}

/// Whether the part before the @ names a function instead of a person.
pub fn is_role(local: &str) -> bool {
    ROLES.contains(&local)
}

fn address_in(text: &str) -> Option<(String, String)> {
    let text = if text.len() > 400 { return None } else { text.to_lowercase() };
    let address = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | ')' | ',' | ';')).find(|part| part.contains('@'))?;
    let address = address.strip_prefix("mailto:").unwrap_or(address).trim_matches(['.', '\'', ':']);
    let (local, domain) = address.rsplit_once('@')?;
    let masked = local.contains(['*', '@']) || domain.contains('*');
    (!masked && !local.is_empty() && domain.len() > 2).then(|| (local.to_owned(), domain.trim_end_matches('.').to_owned()))
}

fn mended(domain: &str) -> String {
    let domain = domain
        .strip_suffix(".con")
        .or_else(|| domain.strip_suffix(".cmo"))
        .or_else(|| domain.strip_suffix(".ocm"))
        .map_or_else(|| domain.to_owned(), |host| format!("{host}.com"));
    match domain.as_str() {
        "gmial.com" | "gamil.com" | "gmai.com" | "gmil.com" | "gmaill.com" | "gnail.com" | "gmail.co" => "gmail.com".to_owned(),
        "hotmial.com" | "hotmal.com" | "hotmai.com" | "homail.com" => "hotmail.com".to_owned(),
        "yaho.com" | "yahooo.com" | "yhaoo.com" | "yahoo.co" => "yahoo.com".to_owned(),
        "outlok.com" | "outloo.com" => "outlook.com".to_owned(),
        _ => domain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_mailbox() {
        for text in ["John.Doe+shop@GoogleMail.com", "\"Doe, John\" <johndoe@gmail.con>", " john.doe@gmial.com "] {
            assert_eq!(feature(text), "johndoe@gmail.com", "{text}");
        }
        for text in ["", "emm***@yahoo.com", "10 69 58", "test@test.com", "@example.com", "a@", "none@gmail.com"] {
            assert_eq!(feature(text), "", "{text}");
        }
    }
}
