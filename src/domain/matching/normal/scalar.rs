//! Small values: identifiers, domains, gender, free words.
use super::words::{folded, is_blank};

/// An identifier as a feature, `scheme:value`; empty when the value identifies nobody.
pub fn identifier(scheme: &str, value: &str) -> String {
    let value: String = folded(value).replace(' ', "").chars().take(40).collect();
    let same = value.bytes().all(|b| Some(b) == value.bytes().next());
    if value.len() < 3 || same || is_blank(&value) || !value.bytes().any(|b| b.is_ascii_digit()) && value.len() < 8 {
        return String::new();
    }
    format!("{scheme}:{value}")
}

/// The domain of a web address.
pub fn web(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or("").trim_start_matches("www.").trim_end_matches('.');
    let is_domain = host.contains('.') && !host.contains(char::is_whitespace) && host.len() <= 100;
    if is_domain { host.to_owned() } else { String::new() }
}

/// `f` or `m`, of the words and letters of several languages; empty for everything else.
pub fn gender(text: &str) -> String {
    match folded(text).as_str() {
        "f" | "female" | "w" | "weiblich" | "frau" | "femme" | "feminin" | "mujer" | "femenino" | "femminile" | "woman" | "vrouw" | "kvinna"
        | "2" => "f",
        "m" | "male" | "mannlich" | "herr" | "mann" | "homme" | "masculin" | "hombre" | "masculino" | "maschile" | "man" | "1" => "m",
        _ => "",
    }
    .to_owned()
}

/// Words of a free text: folded, at most six.
pub fn text(text: &str) -> String {
    let folded = folded(text);
    if is_blank(&folded) { String::new() } else { folded.split(' ').take(6).collect::<Vec<_>>().join(" ") }
}

/// The ISO code of a country that is written as a code of two or three letters or as a name that is usual in data.
pub fn country(text: &str) -> Option<&'static str> {
    let name = folded(text);
    COUNTRIES.iter().find(|(code, names)| name.eq_ignore_ascii_case(code) || names.contains(&name.as_str())).map(|(code, _)| *code)
}

const COUNTRIES: &[(&str, &[&str])] = &[
    ("US", &["usa", "united states", "united states of america", "u s a", "u s", "america", "estados unidos", "vereinigte staaten"]),
    ("GB", &["uk", "gbr", "united kingdom", "great britain", "england", "scotland", "wales", "u k"]),
    ("DE", &["deu", "germany", "deutschland", "allemagne", "alemania", "duitsland", "ger"]),
    ("FR", &["fra", "france", "frankreich", "francia"]),
    ("NL", &["nld", "netherlands", "the netherlands", "nederland", "niederlande", "holland", "pays bas"]),
    ("SE", &["swe", "sweden", "sverige", "schweden"]),
    ("AT", &["aut", "austria", "osterreich"]),
    ("CH", &["che", "switzerland", "schweiz", "suisse", "svizzera"]),
    ("ES", &["esp", "spain", "espana", "spanien"]),
    ("IT", &["ita", "italy", "italia", "italien"]),
    ("PT", &["prt", "portugal"]),
    ("BE", &["bel", "belgium", "belgie", "belgique", "belgien"]),
    ("DK", &["dnk", "denmark", "danmark", "danemark"]),
    ("NO", &["nor", "norway", "norge", "norwegen"]),
    ("FI", &["fin", "finland", "suomi"]),
    ("PL", &["pol", "poland", "polska", "polen"]),
    ("CZ", &["cze", "czech republic", "czechia"]),
    ("HU", &["hun", "hungary", "magyarorszag"]),
    ("IE", &["irl", "ireland"]),
    ("CA", &["can", "canada", "kanada"]),
    ("MX", &["mex", "mexico"]),
    ("BR", &["bra", "brazil", "brasil"]),
    ("AU", &["aus", "australia"]),
    ("NZ", &["nzl", "new zealand"]),
    ("IN", &["ind", "india"]),
    ("CN", &["chn", "china", "prc"]),
    ("JP", &["jpn", "japan"]),
    ("SG", &["sgp", "singapore"]),
    ("HK", &["hkg", "hong kong"]),
    ("RU", &["rus", "russia", "russian federation", "russland"]),
    ("UA", &["ukr", "ukraine"]),
    ("TR", &["tur", "turkey", "turkiye"]),
    ("ZA", &["zaf", "south africa"]),
    ("PK", &["pak", "pakistan"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values() {
        assert_eq!(identifier("ssn", "294-66-9999"), "ssn:294669999");
        assert_eq!(identifier("ssn", "000-00-0000"), "");
        assert_eq!(web("HTTPS://www.Example.com:8080/a?b"), "example.com");
        assert_eq!(web("not a site"), "");
        assert_eq!((gender("Weiblich").as_str(), gender("Unknown").as_str()), ("f", ""));
        assert_eq!((country("Deutschland"), country("us"), country("Atlantis")), (Some("DE"), Some("US"), None));
    }
}
