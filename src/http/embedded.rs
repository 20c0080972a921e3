//! Pages that were built into the program: no network but this server.
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::RustEmbed;

/// A file of a page with the policy under which browsers may run it. `not_built` is shown instead of a page that is not part of the build.
pub fn file<Assets: RustEmbed>(path: &str, policy: HeaderValue, not_built: &'static str) -> Response {
    let Some(asset) = Assets::get(path) else {
        return if path == "index.html" { Html(not_built).into_response() } else { StatusCode::NOT_FOUND.into_response() };
    };
    let mut response = asset.data.into_owned().into_response();
    let headers = response.headers_mut();
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    if let Ok(mime) = HeaderValue::from_str(mime.as_ref()) {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    let caching = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
