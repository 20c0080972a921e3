//! A file of SQL as the statements in it that make, change or drop tables and views.
//!
//! Migrations hold much that no parser of several dialects understands: functions, policies, procedures. So a file is cut into statements
//! first, and only those that matter are parsed.
use anyhow::{Result, anyhow};
use sqlparser::{
    ast::Statement,
    dialect::{Dialect, GenericDialect, PostgreSqlDialect, SQLiteDialect},
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer},
};

/// The statements about tables and views in a file, in their order, in the first dialect in which all of them parse.
///
/// # Errors
/// The first statement about a table that does not parse in PostgreSQL's dialect, with line and column.
pub(super) fn statements(path: &str, text: &str) -> Result<Vec<Statement>> {
    let text = only_upwards(text);
    let dialects: [&dyn Dialect; 3] = [&PostgreSqlDialect {}, &SQLiteDialect {}, &GenericDialect {}];
    let mut first_error = None;
    for dialect in dialects {
        match statements_in(dialect, &text) {
            Ok(statements) => return Ok(statements),
            Err(error) => _ = first_error.get_or_insert(error),
        }
    }
    let Failure { line, column, what } = first_error.unwrap_or_default();
    Err(anyhow!("{path}:{line}:{column}: this statement about a table was not understood: {what}"))
}

#[derive(Default)]
struct Failure {
    line: u64,
    column: u64,
    what: String,
}

fn statements_in(dialect: &dyn Dialect, text: &str) -> Result<Vec<Statement>, Failure> {
    let tokens = Tokenizer::new(dialect, text).tokenize_with_location();
    let tokens = tokens.map_err(|error| Failure { line: error.location.line, column: error.location.column, what: error.message })?;
    let mut statements = Vec::new();
    for piece in tokens.split(|token| token.token == Token::SemiColon) {
        let words = words(piece);
        if is_about_tables(&words) {
            statements.extend(parse(dialect, piece, &words)?);
        }
    }
    Ok(statements)
}

/// The first words of a statement; the rest decides nothing.
fn words(tokens: &[TokenWithSpan]) -> Vec<(Keyword, String)> {
    let words = tokens.iter().filter_map(|token| match &token.token {
        Token::Word(word) if word.quote_style.is_none() => Some((word.keyword, word.value.to_uppercase())),
        _ => None,
    });
    words.collect()
}

fn is_about_tables(words: &[(Keyword, String)]) -> bool {
    const BEFORE: &[&str] =
        &["OR", "REPLACE", "UNLOGGED", "FOREIGN", "EXTERNAL", "MATERIALIZED", "RECURSIVE", "VIRTUAL", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY"];
    let Some(((verb, _), rest)) = words.split_first() else { return false };
    let noun = rest.iter().find(|(_, word)| !BEFORE.contains(&word.as_str())).map(|(_, word)| word.as_str());
    match verb {
        Keyword::CREATE => {
            let is_temporary = rest.iter().take(3).any(|(_, word)| word == "TEMP" || word == "TEMPORARY" || word == "VIRTUAL");
            !is_temporary && matches!(noun, Some("TABLE" | "VIEW" | "TYPE"))
        }
        // What an ALTER TABLE does to anything but columns, keys and names changes nothing that matters here.
        Keyword::ALTER => {
            noun == Some("TABLE") && rest.iter().any(|(_, word)| ["ADD", "DROP", "RENAME", "TYPE", "CHANGE", "MODIFY"].contains(&word.as_str()))
        }
        Keyword::DROP => matches!(noun, Some("TABLE" | "VIEW" | "SCHEMA")),
        Keyword::RENAME => noun == Some("TABLE"),
        _ => false,
    }
}

/// The statement, or none if it is one that may be skipped when it is not understood.
fn parse(dialect: &dyn Dialect, tokens: &[TokenWithSpan], words: &[(Keyword, String)]) -> Result<Option<Statement>, Failure> {
    let whole = parse_all(dialect, tokens.to_vec());
    let error = match whole {
        Ok(statement) => return Ok(Some(statement)),
        Err(error) => error,
    };
    let has = |word: &str| words.iter().take(4).any(|(_, other)| other == word);
    if has("VIEW") || has("TYPE") && !has("TABLE") || changes_no_column(words) {
        return Ok(None);
    }
    // Storage options after the columns differ most between dialects and versions.
    let simpler = has("CREATE").then(|| until_the_columns_end(&without_like_options(tokens)));
    if let Some(statement) = simpler.flatten().and_then(|tokens| parse_all(dialect, tokens).ok()) {
        return Ok(Some(statement));
    }
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => "it nests too deep".to_owned(),
    };
    let begin = tokens.iter().find(|token| !matches!(token.token, Token::Whitespace(_))).map_or_else(Location::empty, |token| token.span.start);
    let (what, place) = message.split_once(" at Line: ").unwrap_or((&message, ""));
    let place = place.split_once(", Column: ").and_then(|(line, column)| Some((line.parse().ok()?, column.trim().parse().ok()?)));
    let (line, column) = place.unwrap_or((begin.line, begin.column));
    Err(Failure { line, column, what: what.to_owned() })
}

fn parse_all(dialect: &dyn Dialect, tokens: Vec<TokenWithSpan>) -> Result<Statement, ParserError> {
    let mut parser = Parser::new(dialect).with_tokens_with_locations(tokens);
    let statement = parser.parse_statement()?;
    let rest = parser.peek_token();
    if rest.token == Token::EOF { Ok(statement) } else { parser.expected("the end of the statement", rest) }
}

/// Whether an ALTER TABLE only speaks of partitions, which have the columns of their table, or of constraints that refer to nothing.
fn changes_no_column(words: &[(Keyword, String)]) -> bool {
    let has = |word: &str| words.iter().any(|(_, other)| other == word);
    let is_harmless = has("ATTACH") || has("DETACH") || has("CONSTRAINT") && !has("REFERENCES") && !has("COLUMN") && !has("RENAME");
    words.first().is_some_and(|(verb, _)| *verb == Keyword::ALTER) && is_harmless
}

/// The tokens without what is to be copied in `LIKE other INCLUDING ALL`; columns are copied always.
fn without_like_options(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let is_option =
        |token: &TokenWithSpan| matches!(&token.token, Token::Word(word) if matches!(word.keyword, Keyword::INCLUDING | Keyword::EXCLUDING));
    let mut kept = Vec::new();
    let mut tokens = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)));
    while let Some(token) = tokens.next() {
        if is_option(token) {
            tokens.next();
        } else {
            kept.push(token.clone());
        }
    }
    kept
}

/// The tokens of a CREATE TABLE up to the bracket that closes its columns.
fn until_the_columns_end(tokens: &[TokenWithSpan]) -> Option<Vec<TokenWithSpan>> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen if depth == 1 => return Some(tokens[..=at].to_vec()),
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The text without what undoes a migration, without commands of psql and without rows of COPY; the lines keep their numbers.
fn only_upwards(text: &str) -> String {
    let mut is_down = false;
    let mut in_rows = false;
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        let plain = line.trim().to_lowercase();
        if let Some(mark) = plain.strip_prefix("--").map(str::trim) {
            let mark = mark.trim_start_matches('+').trim();
            is_down = match mark.strip_prefix("migrate:").or_else(|| mark.strip_prefix("goose ")).or_else(|| mark.strip_prefix("migrate ")) {
                Some(direction) if direction.starts_with("down") => true,
                Some(direction) if direction.starts_with("up") => false,
                _ => is_down,
            };
        }
        if !is_down && !in_rows && !plain.starts_with('\\') {
            kept.push_str(line);
        }
        in_rows = plain != "\\." && (in_rows || plain.starts_with("copy ") && plain.ends_with("from stdin;"));
        kept.push('\n');
    }
    kept
}
