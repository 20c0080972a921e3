//! Small text helpers shared by the types that parse.

/// The text as it may be repeated in a message: at most 40 characters.
pub fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}
