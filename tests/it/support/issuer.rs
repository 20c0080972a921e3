//! Who issues tokens: keys of every kind, and a server that publishes them, or misbehaves.
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use rsa::{pkcs1::EncodeRsaPrivateKey, pkcs8::EncodePrivateKey};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};
use uuid::Uuid;

/// Made once a run: it takes a second.
static RSA: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2_048).expect("a key can be made");
    key.to_pkcs1_der().expect("a key can be written").as_bytes().to_vec()
});

/// A private key with its id and algorithm, and what is published of it.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    algorithm: Algorithm,
    key: EncodingKey,
    public: Value,
}

impl SigningKey {
    /// A fresh key for an algorithm; the RSA algorithms share one.
    pub fn new(algorithm: Algorithm) -> Self {
        let mut random = rsa::rand_core::OsRng;
        let (key, public) = match algorithm {
            Algorithm::EdDSA => {
                let key = ed25519_dalek::SigningKey::generate(&mut random);
                let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(key.verifying_key().as_bytes()) });
                (EncodingKey::from_ed_der(key.to_pkcs8_der().expect("a key can be written").as_bytes()), public)
            }
            _ => {
                let key = match algorithm {
                    Algorithm::ES256 => EncodingKey::from_ec_der(p256::SecretKey::random(&mut random).to_pkcs8_der().expect("a key").as_bytes()),
                    _ => EncodingKey::from_rsa_der(&RSA),
                };
                let public = Jwk::from_encoding_key(&key, algorithm).expect("a key has a public half");
                (key, serde_json::to_value(public).expect("a key is JSON"))
            }
        };
        Self { id: Uuid::now_v7().to_string(), algorithm, key, public }
    }

    /// The same id with another private key.
    pub fn forged(&self) -> Self {
        Self { id: self.id.clone(), ..Self::new(self.algorithm) }
    }

    /// Signs claims.
    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) };
        encode(&header, claims, &self.key).expect("claims can be signed")
    }

    /// The public half as a set of keys lists it.
    pub fn published(&self) -> Value {
        let mut public = self.public.clone();
        public["kid"] = json!(self.id);
        public
    }

    /// The public half as bytes that somebody might take for a secret.
    pub fn public_text(&self) -> String {
        self.published()["n"].as_str().unwrap_or_default().to_owned()
    }

    /// The key's id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// What the server answers.
#[derive(Clone)]
pub enum Answer {
    /// A set of these keys.
    Keys(Vec<SigningKey>),
    /// This text, as it is.
    Text(String),
    /// An error.
    Broken,
    /// Nothing, for ever.
    Hangs,
}

/// A server that publishes keys.
pub struct Issuer {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Mutex<(Answer, usize)>>,
}

impl Issuer {
    /// A server that publishes some keys.
    pub async fn start(keys: &[&SigningKey]) -> Self {
        let shared = Arc::new(Mutex::new((Answer::Text(String::new()), 0)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route("/jwks.json", get(answer)).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self { address, shared };
        issuer.publish(keys);
        issuer
    }

    /// The address of the keys.
    pub fn url(&self) -> reqwest::Url {
        format!("http://{}/jwks.json", self.address).parse().expect("a URL")
    }

    /// From now on publishes other keys.
    pub fn publish(&self, keys: &[&SigningKey]) {
        self.answer(Answer::Keys(keys.iter().map(|key| (*key).clone()).collect()));
    }

    /// From now on answers something else.
    pub fn answer(&self, answer: Answer) {
        self.shared.lock().expect("no panic").0 = answer;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.shared.lock().expect("no panic").1
    }
}

async fn answer(State(shared): State<Arc<Mutex<(Answer, usize)>>>) -> Response {
    let answer = {
        let mut shared = shared.lock().expect("no panic");
        shared.1 += 1;
        shared.0.clone()
    };
    match answer {
        Answer::Keys(keys) => axum::Json(json!({ "keys": keys.iter().map(SigningKey::published).collect::<Vec<_>>() })).into_response(),
        Answer::Text(text) => text.into_response(),
        Answer::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Answer::Hangs => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            StatusCode::OK.into_response()
        }
    }
}
