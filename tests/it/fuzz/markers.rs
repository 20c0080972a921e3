//! What this server hands out and reads back: ids, codes, keys of records, cursors.
use super::fuzz;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use party::domain::{code::SourceKey, cursor, id::PartyId};

#[test]
fn cursors_lead_back_or_are_refused() {
    let parts = ["Zebulon".to_owned(), "019300ea-ad00-7001-be5a-069934cc0618".to_owned()];
    let cursor = cursor::encode("parties by name", &parts);
    fuzz(150_000, &[&cursor, &cursor::encode("parties by name", &[]), &cursor::encode("other", &parts)], |text| {
        let Ok(read) = cursor::decode("parties by name", text) else { return false };
        assert!(text.len() <= 1_536 && !read.iter().any(|part| part.contains('\0')));
        assert_eq!(cursor::decode("parties by name", &cursor::encode("parties by name", &read)), Ok(read));
        true
    });
    // The same from the inside: a text that decodes, with anything in it.
    let inside = String::from_utf8(URL_SAFE_NO_PAD.decode(&cursor).unwrap()).unwrap();
    fuzz(100_000, &[&inside, "[1,\"\",[\"a\"]]", "[1,2,{}]"], |text| {
        cursor::decode("parties by name", &URL_SAFE_NO_PAD.encode(text)).is_ok_and(|read| !read.iter().any(|part| part.contains('\0')))
    });
}

#[test]
fn ids_and_keys_are_what_they_were() {
    fuzz(
        100_000,
        &["019300ea-ad00-7001-be5a-069934cc0618", "019300EAAD007001BE5A069934CC0618", "urn:uuid:019300ea-ad00-7001-be5a-069934cc0618"],
        |text| PartyId::parse(text).is_ok_and(|id| PartyId::parse(&id.to_string()) == Ok(id)),
    );
    fuzz(100_000, &["crm/lead/4711", "website/customer/Web-5150 ä", "itad/project/ITAD-2025-014"], |text| {
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().unwrap_or_default();
        let (system, record_type, id) = (part(), part(), part());
        let Ok(key) = SourceKey::parse(system, record_type, id) else { return false };
        assert_eq!((key.system.as_str(), key.record_type.as_str()), (system, record_type));
        assert_eq!(SourceKey::parse(system, record_type, key.record_id.as_str()), Ok(key.clone()));
        let id = key.record_id.as_str();
        assert!(!id.contains(char::is_control) && id.chars().count() <= 200);
        true
    });
}
