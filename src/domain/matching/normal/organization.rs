//! Names of organisations, without their legal forms.
use super::words::{folded, is_blank};

const LEGAL_FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "lc",
    "llp",
    "lp",
    "plc",
    "pllc",
    "pc",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "gbr",
    "ek",
    "eg",
    "ev",
    "se",
    "sa",
    "sas",
    "sarl",
    "sasu",
    "eurl",
    "snc",
    "srl",
    "spa",
    "sl",
    "slu",
    "bv",
    "nv",
    "vof",
    "cv",
    "ab",
    "hb",
    "oy",
    "oyj",
    "as",
    "asa",
    "aps",
    "kft",
    "zrt",
    "sro",
    "spol",
    "spzoo",
    "ooo",
    "oao",
    "zao",
    "pao",
    "ojsc",
    "jsc",
    "pjsc",
    "ooo",
    "pty",
    "pvt",
    "private",
    "bhd",
    "sdn",
    "kk",
    "ltda",
    "cia",
    "sab",
    "gesellschaft",
    "aktiengesellschaft",
    "haftungsbeschrankt",
    "public",
    "pte",
    "the",
    "and",
    "und",
    "et",
    "of",
    "for",
    "y",
    "e",
    "de",
    "la",
    "group",
];

/// Forms written in several words or with dots, as their folded words, with what they are joined to.
const WRITTEN_OUT: &[(&str, &str)] = &[
    ("l l c", "llc"),
    ("l l p", "llp"),
    ("b v", "bv"),
    ("n v", "nv"),
    ("s a", "sa"),
    ("s r l", "srl"),
    ("s p a", "spa"),
    ("s a s", "sas"),
    ("s l", "sl"),
    ("g m b h", "gmbh"),
    ("p l c", "plc"),
    ("l p", "lp"),
    ("a g", "ag"),
    ("a s", "as"),
    ("sp z o o", "spzoo"),
    ("s r o", "sro"),
    ("e k", "ek"),
    ("e v", "ev"),
    ("u g", "ug"),
    ("k g", "kg"),
    ("p t y", "pty"),
    ("k k", "kk"),
    ("p c", "pc"),
    ("s a r l", "sarl"),
    ("o y", "oy"),
    ("c o", "co"),
];

/// Words that are written in several ways.
const SAME_WORDS: &[(&str, &str)] = &[
    ("intl", "international"),
    ("int", "international"),
    ("natl", "national"),
    ("mfg", "manufacturing"),
    ("tech", "technologies"),
    ("technology", "technologies"),
    ("svcs", "services"),
    ("service", "services"),
    ("assoc", "associates"),
    ("assn", "association"),
    ("bros", "brothers"),
    ("dept", "department"),
    ("univ", "university"),
    ("govt", "government"),
    ("mgmt", "management"),
    ("sys", "systems"),
    ("system", "systems"),
    ("solution", "solutions"),
    ("eng", "engineering"),
    ("comm", "communications"),
    ("industry", "industries"),
    ("ind", "industries"),
    ("hldgs", "holdings"),
    ("holding", "holdings"),
    ("product", "products"),
    ("lab", "laboratories"),
    ("labs", "laboratories"),
    ("laboratory", "laboratories"),
    ("elec", "electric"),
    ("pharma", "pharmaceuticals"),
    ("ctr", "center"),
    ("centre", "center"),
];

/// Words that are never the name of a person, for telling firms from persons.
const BUSINESS: &[&str] = &[
    "group",
    "gruppe",
    "groep",
    "holding",
    "holdings",
    "bank",
    "university",
    "hospital",
    "school",
    "hotel",
    "restaurant",
    "cafe",
    "bar",
    "grill",
    "services",
    "solutions",
    "systems",
    "consulting",
    "logistics",
    "partners",
    "associates",
    "foundation",
    "institute",
    "church",
    "club",
    "store",
    "shop",
    "market",
    "international",
    "industries",
    "technologies",
    "technology",
    "software",
    "labs",
    "capital",
    "ventures",
    "energy",
    "insurance",
    "airlines",
    "motors",
    "pharma",
    "clinic",
    "verein",
    "stadt",
];

/// The name as a feature: its words without legal form; of a name that is nothing but forms, all words.
pub fn feature(text: &str) -> String {
    let plain = text.replace('&', " and ");
    let mut name = folded(&plain);
    if is_blank(&name) {
        return String::new();
    }
    if name.len() > 3 {
        name = joined_forms(&name);
    }
    let all: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).take(12).collect();
    let kept: Vec<&str> = all.iter().enumerate().filter(|(at, word)| !is_form(word, *at)).map(|(_, word)| same_word(word)).collect();
    if kept.is_empty() { all.join(" ") } else { kept.join(" ") }
}

/// Whether a text holds a legal form or a word that only firms have in their names.
pub fn looks_like_organization(text: &str) -> bool {
    let name = joined_forms(&folded(text));
    let strong = |word: &str| {
        !matches!(
            word,
            "the" | "and" | "und" | "et" | "of" | "for" | "y" | "e" | "de" | "la" | "as" | "co" | "sa" | "se" | "pc" | "ek" | "eg" | "sl" | "lc"
        )
    };
    let words: Vec<&str> = name.split(' ').collect();
    let form = words.iter().skip(1).any(|word| LEGAL_FORMS.contains(word) && strong(word));
    form || words.iter().any(|word| BUSINESS.contains(word)) || text.contains('&')
}

fn is_form(word: &str, at: usize) -> bool {
    LEGAL_FORMS.contains(&word) && (at > 0 || matches!(word, "the" | "jsc" | "ojsc" | "pjsc" | "ooo" | "oao" | "zao" | "pao" | "llc" | "cv"))
}

fn same_word(word: &str) -> &str {
    SAME_WORDS.iter().find(|(written, _)| *written == word).map_or(word, |(_, meant)| meant)
}

/// Legal forms in full, as their folded words.
const IN_FULL: &[(&str, &str)] = &[
    ("limited liability company", "llc"),
    ("limited liability partnership", "llp"),
    ("joint stock company", "jsc"),
    ("public limited company", "plc"),
    ("gesellschaft mit beschrankter haftung", "gmbh"),
    ("societe a responsabilite limitee", "sarl"),
    ("societe anonyme", "sa"),
    ("sociedad anonima", "sa"),
    ("sociedad limitada", "sl"),
    ("societa per azioni", "spa"),
    ("besloten vennootschap", "bv"),
    ("naamloze vennootschap", "nv"),
    ("aktsionernoe obshchestvo", "ao"),
];

fn joined_forms(name: &str) -> String {
    let mut padded = format!(" {name} ");
    for (written, form) in IN_FULL.iter().filter(|(written, _)| name.contains(written)) {
        padded = padded.replace(&format!(" {written} "), &format!(" {form} "));
    }
    if name.split(' ').any(|word| word.len() == 1) {
        for (written, form) in WRITTEN_OUT {
            padded = padded.replace(&format!(" {written} "), &format!(" {form} "));
        }
        padded = initials_joined(&padded);
    }
    padded.trim().to_owned()
}

/// Single letters in a row are one word: "l x c aviation" is "lxc aviation".
fn initials_joined(name: &str) -> String {
    let mut joined = String::with_capacity(name.len());
    let mut last_single = false;
    for word in name.split(' ').filter(|word| !word.is_empty()) {
        let single = word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
        if !(joined.is_empty() || single && last_single) {
            joined.push(' ');
        }
        joined.push_str(word);
        last_single = single;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_fall_away_and_names_stay() {
        for (text, name) in [
            ("Glasses & Hoeks Transport B.V.", "glasses hoeks transport"),
            ("EVANS, BALL AND MERCADO L.L.C.", "evans ball mercado"),
            ("The Coca-Cola Company, Inc.", "coca cola"),
            ("L.X.C. Aviation", "lxc aviation"),
            ("Nord II Holding GmbH", "nord ii holdings"),
            ("Co & Co", "co"),
            ("n/a", ""),
        ] {
            assert_eq!(feature(text), name, "{text}");
        }
        assert!(looks_like_organization("Meier GmbH") && !looks_like_organization("Victoria Cook"));
    }
}
