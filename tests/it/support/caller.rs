//! Callers: who sends a test's requests, with which scopes.
use super::app::SECRET;
use jsonwebtoken::{EncodingKey, Header, encode};
use party::{domain::id::CompanyId, service::Permission};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// One caller of one company.
#[derive(Clone)]
pub struct TestCaller {
    /// The company of the token.
    pub company: CompanyId,
    address: SocketAddr,
    subject: String,
    scopes: String,
    claims: Option<Value>,
    client: reqwest::Client,
}

impl TestCaller {
    /// A caller who may do everything in a company.
    pub fn new(address: SocketAddr, company: CompanyId) -> Self {
        party::startup::use_ring();
        let scopes = Permission::ALL.map(Permission::as_str).join(" ");
        Self { company, address, subject: "tester".to_owned(), scopes, claims: None, client: reqwest::Client::new() }
    }

    /// The same caller with other scopes, separated by spaces.
    pub fn with_scopes(&self, scopes: &str) -> Self {
        Self { scopes: scopes.to_owned(), ..self.clone() }
    }

    /// The same caller with a token that says something else.
    pub fn with_claims(&self, claims: Value) -> Self {
        Self { claims: Some(claims), ..self.clone() }
    }

    /// Where the server answers GraphQL.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// Sends a document with any header Authorization, or none.
    pub async fn raw(&self, authorization: Option<&str>, query: &str) -> reqwest::Response {
        let request = self.client.post(format!("http://{}/graphql", self.address)).json(&json!({ "query": query }));
        let request = authorization.iter().fold(request, |request, header| request.header("authorization", *header));
        request.send().await.expect("the server answers")
    }

    /// A token of this caller, valid for an hour.
    pub fn token(&self) -> String {
        let claims = self.claims.clone().unwrap_or_else(|| {
            json!({
                "company_id": self.company.to_string(),
                "sub": self.subject,
                "scope": self.scopes,
                "exp": chrono::Utc::now().timestamp() + 3_600,
            })
        });
        encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).expect("claims can be signed")
    }

    /// Runs a document and gives the whole answer.
    pub async fn send(&self, query: &str, variables: Value) -> Value {
        let response = self.try_send(query, variables).await.expect("the server answers");
        response.json().await.expect("the answer is JSON")
    }

    /// Runs a document on a server that may be gone.
    pub async fn try_send(&self, query: &str, variables: Value) -> reqwest::Result<reqwest::Response> {
        let body = json!({ "query": query, "variables": variables });
        self.client.post(format!("http://{}/graphql", self.address)).bearer_auth(self.token()).json(&body).send().await
    }

    /// Runs a document that must succeed and gives its data.
    #[track_caller]
    pub fn data(&self, query: &str, variables: Value) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        let (this, query) = (self.clone(), query.to_owned());
        async move {
            let answer = this.send(&query, variables).await;
            assert!(answer.get("errors").is_none(), "at {caller}: {answer:#}");
            answer["data"].clone()
        }
    }

    /// Runs a document that must fail as a whole and gives the code of its first error.
    pub async fn error_code(&self, query: &str, variables: Value) -> String {
        let answer = self.send(query, variables).await;
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no coded error in {answer:#}")).to_owned()
    }

    /// Runs a mutation with one root field and an `input`, and gives the payload with `userErrors { code path message }`.
    /// `selection` is what is asked of the payload besides.
    pub async fn mutate(&self, field: &str, input: Value, selection: &str) -> Value {
        let input_type = Self::input_type(field);
        let query = format!("mutation($input: {input_type}!) {{ {field}(input: $input) {{ {selection} userErrors {{ code path message }} }} }}");
        self.data(&query, json!({ "input": input })).await[field].take()
    }

    /// As [`Self::mutate`], for a call that must not have user errors.
    pub async fn mutate_ok(&self, field: &str, input: Value, selection: &str) -> Value {
        let payload = self.mutate(field, input, selection).await;
        assert_eq!(payload["userErrors"], json!([]), "{field} was refused: {payload:#}");
        payload
    }

    /// As [`Self::mutate`], for a call that must be refused: the codes and paths of its user errors, as `CODE at a.b`.
    pub async fn refused(&self, field: &str, input: Value) -> Vec<String> {
        let payload = self.mutate(field, input, "").await;
        let errors = payload["userErrors"].as_array().cloned().unwrap_or_default();
        assert!(!errors.is_empty(), "{field} was not refused: {payload:#}");
        errors
            .iter()
            .map(|error| {
                let path: Vec<&str> = error["path"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                format!("{} at {}", error["code"].as_str().unwrap_or("no code"), path.join("."))
            })
            .collect()
    }

    /// Makes a party and gives its id.
    pub async fn party(&self, input: Value) -> String {
        let payload = self.mutate_ok("createParty", input, "party { id }").await;
        payload["party"]["id"].as_str().expect("an id").to_owned()
    }

    /// Makes a person with a display name and gives its id.
    pub async fn person(&self, name: &str) -> String {
        self.party(json!({ "kind": "PERSON", "displayName": name })).await
    }

    /// The name of a mutation's input type; `deactivateParty` and `reactivateParty` share theirs.
    fn input_type(field: &str) -> String {
        match field {
            "deactivateParty" | "reactivateParty" => "PartyStatusInput".to_owned(),
            _ => format!("{}{}Input", field[..1].to_uppercase(), &field[1..]),
        }
    }
}
