//! Cursors: where a page of a list ended, in a text that clients hand back unread.
use super::refusal::{Code, Refusal};
use super::text::shortened;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Grows when the content of cursors changes its meaning; cursors of other versions are refused.
const VERSION: u8 = 1;

/// Bytes that a cursor has at the most: the longest key of a source record fits.
const MAX_BYTES: usize = 1_536;

/// Writes a cursor.
///
/// `query_tag` is any text that names the query, its order and its filter; only its fingerprint is kept. `parts` are the
/// sort values of the last row, in order; together they must stay below about 1,000 bytes to be read back.
pub fn encode(query_tag: &str, parts: &[String]) -> String {
    let json = serde_json::json!([VERSION, fingerprint(query_tag), parts]);
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// Reads a cursor of the same query.
///
/// # Errors
/// `INVALID_CURSOR` when it is malformed, too long, holds a NUL, which no database compares with, or belongs to another query, order or filter.
pub fn decode(query_tag: &str, cursor: &str) -> Result<Vec<String>, Refusal> {
    let Some((version, tag, parts)) = read(cursor) else {
        let message = format!("{:?} is not a cursor: pass the endCursor of a page unchanged.", shortened(cursor));
        return Err(Refusal::new(Code::InvalidCursor, message));
    };
    if version != VERSION || tag != fingerprint(query_tag) {
        let message = "The cursor belongs to another query, order or filter: begin again without a cursor.";
        return Err(Refusal::new(Code::InvalidCursor, message));
    }
    Ok(parts)
}

fn read(cursor: &str) -> Option<(u8, String, Vec<String>)> {
    if cursor.len() > MAX_BYTES {
        return None;
    }
    let json = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (version, tag, parts): (u8, String, Vec<String>) = serde_json::from_slice(&json).ok()?;
    (!parts.iter().any(|part| part.contains('\0'))).then_some((version, tag, parts))
}

/// FNV-1a, because cursors outlive the process and the standard hasher may change. It finds mistakes, not forgery: a
/// forged cursor shows nothing that the query would not.
fn fingerprint(query_tag: &str) -> String {
    let hash = query_tag.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_reads_back_in_its_own_query() {
        let parts = ["doe john".to_owned(), "0198".to_owned()];
        let cursor = encode("parties/name/{}", &parts);
        assert_eq!(decode("parties/name/{}", &cursor).unwrap(), parts);
        assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }

    #[test]
    fn cursors_do_not_change_between_builds() {
        assert_eq!(encode("parties", &["a".to_owned()]), "WzEsImI1YzcyOTZjMjg2ZTBlNmYiLFsiYSJdXQ");
    }

    #[test]
    fn a_cursor_of_another_query_is_refused() {
        let refusal = decode("parties/time", &encode("parties/name", &[])).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidCursor);
        assert!(refusal.message.contains("another query"));
    }

    #[test]
    fn what_is_not_a_cursor_is_refused() {
        let long = encode("parties", &["x".repeat(1_200)]);
        for cursor in ["", "!!", "eyJh", "W10", "WzEsMixbXV0", &long, &"A".repeat(100_000)] {
            let refusal = decode("parties", cursor).unwrap_err();
            assert!(refusal.code == Code::InvalidCursor && refusal.message.len() < 150);
        }
    }

    #[test]
    fn a_cursor_with_a_nul_is_refused() {
        let refusal = decode("parties", &encode("parties", &["doe".to_owned(), "jo\0hn".to_owned()])).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidCursor);
    }

    #[test]
    fn the_longest_name_key_fits() {
        let parts = ["\"".repeat(200), "0198c5a2-0000-7000-8000-000000000000".to_owned()];
        assert_eq!(decode("parties", &encode("parties", &parts)).unwrap(), parts);
    }

    #[test]
    fn the_longest_source_key_fits() {
        let parts = ["s".repeat(63), "t".repeat(63), "𝄞".repeat(200)];
        assert_eq!(decode("sourceRecords", &encode("sourceRecords", &parts)).unwrap(), parts);
    }

    proptest! {
        #[test]
        fn any_parts_read_back(tag in any::<String>(), parts in prop::collection::vec("\\PC{0,20}", 0..4)) {
            prop_assert_eq!(decode(&tag, &encode(&tag, &parts)), Ok(parts));
        }

        #[test]
        fn any_text_is_a_cursor_or_is_refused(text in any::<String>()) {
            prop_assert!(decode("parties", &text).is_err());
        }
    }
}
