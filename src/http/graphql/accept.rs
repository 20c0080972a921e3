//! Which form of answer a client takes: the header Accept.
use axum::http::{HeaderMap, header::ACCEPT};

/// The forms in which this server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`: what all clients read. A request that fails as a whole is told with 200.
    Json,
    /// `application/graphql-response+json`: statuses tell whether a request failed as a whole.
    GraphqlResponse,
    /// `text/event-stream`: one event a response.
    EventStream,
}

impl Media {
    /// The form that a client prefers, the first of several that it likes equally; nothing when it takes none.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(Self, u16)> = None;
        let mut is_empty = true;
        for header in headers.get_all(ACCEPT) {
            for range in header.to_str().unwrap_or_default().split(',') {
                let mut parts = range.split(';').map(str::trim);
                let media = match parts.next().unwrap_or_default() {
                    "" => continue,
                    "application/graphql-response+json" => Some(Self::GraphqlResponse),
                    "application/json" | "application/*" | "*/*" => Some(Self::Json),
                    "text/event-stream" => Some(Self::EventStream),
                    _ => None,
                };
                is_empty = false;
                let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1_000, weight);
                if let Some(media) = media
                    && weight > best.map_or(0, |(_, weight)| weight)
                {
                    best = Some((media, weight));
                }
            }
        }
        if is_empty { Some(Self::Json) } else { best.map(|(media, _)| media) }
    }

    /// The header Content-Type of an answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::EventStream => "text/event-stream",
        }
    }
}

/// A weight in thousandths; one that cannot be read is none.
fn weight(text: &str) -> u16 {
    let weight: f32 = text.parse().unwrap_or_default();
    if (0.0..=1.0).contains(&weight) { (weight * 1_000.0) as u16 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_form_is_taken() {
        for (accept, media) in [
            ("", Some(Media::Json)),
            ("*/*", Some(Media::Json)),
            ("application/graphql-response+json, application/json;q=0.9", Some(Media::GraphqlResponse)),
            ("application/json;q=0.1, application/graphql-response+json; charset=utf-8; q=0.2", Some(Media::GraphqlResponse)),
            ("application/json, application/graphql-response+json", Some(Media::Json)),
            ("text/event-stream", Some(Media::EventStream)),
            ("text/html, */*;q=0.1", Some(Media::Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;q=nonsense", None),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
            assert_eq!(Media::accepted(&headers), media, "{accept}");
        }
        assert_eq!(Media::accepted(&HeaderMap::new()), Some(Media::Json));
    }
}
