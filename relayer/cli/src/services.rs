//! Relayer and indexer over HTTP: every answer is bounded and parsed once.

use crate::error::CliError;
use reqwest::{Client, Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// Most bytes of one answer.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// One of our services.
#[derive(Clone, Debug)]
pub struct Service {
    name: &'static str,
    url: String,
    client: Client,
}

impl Service {
    /// A service by its URL.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`] where no client can be made.
    pub fn new(name: &'static str, url: &str) -> Result<Self, CliError> {
        let client = Client::builder().timeout(Duration::from_secs(30)).build();
        let url = url.trim_end_matches('/').to_owned();
        match client {
            Ok(client) => Ok(Self { name, url, client }),
            Err(error) => Err(CliError::Unreachable { service: name, url, reason: error.to_string() }),
        }
    }

    /// GET.
    ///
    /// # Errors
    ///
    /// [`CliError::Service`] with the service's own words for 4xx and 5xx.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CliError> {
        self.parse(&self.send(Method::GET, path, None).await?)
    }

    /// GET of bytes; none where there are none.
    ///
    /// # Errors
    ///
    /// As [`Service::get`].
    pub async fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, CliError> {
        match self.send(Method::GET, path, None).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(CliError::Service { problem, .. }) if problem.code.starts_with("unknown") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// POST of JSON.
    ///
    /// # Errors
    ///
    /// As [`Service::get`].
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, CliError> {
        let body = serde_json::to_vec(body).map_err(|error| self.unreachable(error))?;
        self.parse(&self.send(Method::POST, path, Some(body)).await?)
    }

    /// POST of bytes as they are.
    ///
    /// # Errors
    ///
    /// As [`Service::get`].
    pub async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Result<(), CliError> {
        self.send(Method::POST, path, Some(body)).await.map(|_| ())
    }

    async fn send(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Result<Vec<u8>, CliError> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let mut answer = request.send().await.map_err(|error| self.unreachable(error))?;
        let status = answer.status();
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.unreachable(error))? {
            if bytes.len().saturating_add(chunk.len()) > MAX_ANSWER {
                return Err(self.unreachable("the answer is too large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        match status.is_success() {
            true => Ok(bytes),
            false => Err(self.problem(status, &bytes)),
        }
    }

    fn parse<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, CliError> {
        serde_json::from_slice(bytes).map_err(|error| self.unreachable(format!("not one of ours: {error}")))
    }

    fn problem(&self, status: StatusCode, bytes: &[u8]) -> CliError {
        match serde_json::from_slice(bytes) {
            Ok(problem) => CliError::Service { service: self.name, problem },
            Err(_) => self.unreachable(status),
        }
    }

    fn unreachable(&self, reason: impl ToString) -> CliError {
        CliError::Unreachable { service: self.name, url: self.url.clone(), reason: reason.to_string() }
    }
}
