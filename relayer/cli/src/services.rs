//! Relayer and indexer over HTTP: every answer is bounded and parsed once.

use crate::{
    error::CliError,
    output::{cut, note},
};
use greatseal_host::{
    client::{Address, Method, Received, StatusCode, Trouble, Upload},
    problem::Problem,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    io,
    path::{Path, PathBuf},
};

const INDEXER: &str = "indexer";

/// Where the services are.
#[derive(Clone, Debug)]
pub struct Services {
    /// URL of the relayer.
    pub relayer: String,
    /// URLs of the indexers. The first one is asked; contents are brought to all of them.
    pub indexers: Vec<String>,
    /// File with the authority that they are trusted by with TLS; those of this machine where there is none.
    pub authority: Option<PathBuf>,
}

impl Services {
    /// The relayer.
    ///
    /// # Errors
    ///
    /// Those of [`Service::new`].
    pub fn relayer(&self) -> Result<Service, CliError> {
        Service::new("relayer", &self.relayer, self.authority.as_deref())
    }

    /// The indexer that is asked: the first one.
    ///
    /// # Errors
    ///
    /// Those of [`Service::new`].
    pub fn indexer(&self) -> Result<Service, CliError> {
        let first = self.indexers.first().map_or("", String::as_str);
        Service::new(INDEXER, first, self.authority.as_deref())
    }

    /// Every indexer, or why one of them cannot be asked.
    pub fn every_indexer(&self) -> Vec<Result<Service, CliError>> {
        let service = |url: &String| Service::new(INDEXER, url, self.authority.as_deref());
        self.indexers.iter().map(service).collect()
    }
}

/// What a service says of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It gives it to everybody.
    Has,
    /// It gives it to nobody who does not say who he is.
    Confidential,
    /// It does not have it.
    Lacks,
}

/// One of our services.
#[derive(Clone)]
pub struct Service {
    name: &'static str,
    url: String,
    address: Address,
}

impl Service {
    /// A service by its URL; with TLS by the authorities of this machine, or by the one in the file `authority` alone.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`] for what is no URL of a service, [`CliError::Untrusted`] without an authority.
    pub fn new(name: &'static str, url: &str, authority: Option<&Path>) -> Result<Self, CliError> {
        let address = Address::parse(url, authority).map_err(|trouble| told(name, url, trouble))?;
        if address.open_to_others() {
            note(&format!("the {name} at {url} has no TLS: its answers can be forged on the way"));
        }
        Ok(Self { name, url: url.trim_end_matches('/').to_owned(), address })
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
    /// Those of [`Service::get`].
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
    /// Those of [`Service::get`].
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, CliError> {
        let body = serde_json::to_vec(body).map_err(|error| self.unreachable(error))?;
        self.parse(&self.send(Method::POST, path, Some(body)).await?)
    }

    /// Whether the service has something there, and for whom.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`] where it answers neither yes nor no.
    pub async fn standing(&self, path: &str) -> Result<Standing, CliError> {
        let answer = self.address.send(Method::HEAD, path, None).await;
        match answer.map_err(|trouble| told(self.name, &self.url, trouble))?.0 {
            status if status.is_success() => Ok(Standing::Has),
            StatusCode::FORBIDDEN => Ok(Standing::Confidential),
            StatusCode::NOT_FOUND => Ok(Standing::Lacks),
            status => Err(self.unreachable(format!("it answers {status}"))),
        }
    }

    /// PUT of a body of any length; told is how many bytes are sent.
    ///
    /// # Errors
    ///
    /// Those of [`Service::get`].
    pub async fn put(&self, path: &str, upload: Upload, progress: &(dyn Fn(u64) + Sync)) -> Result<(), CliError> {
        let answer = self.address.upload(path, upload, progress).await;
        let (status, bytes) = answer.map_err(|trouble| told(self.name, &self.url, trouble))?;
        match status.is_success() {
            true => Ok(()),
            false => Err(self.problem(status, &bytes)),
        }
    }

    /// GET of a body of any length, piece by piece; `None` where there is none, and what the receiver ended it with.
    ///
    /// # Errors
    ///
    /// Those of [`Service::get`].
    pub async fn pieces(
        &self,
        path: &str,
        most: u64,
        take: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
    ) -> Result<Option<io::Result<()>>, CliError> {
        let received = self.address.download(path, most, take).await;
        match received.map_err(|trouble| told(self.name, &self.url, trouble))? {
            Received::Whole => Ok(Some(Ok(()))),
            Received::Stopped(error) => Ok(Some(Err(error))),
            Received::Refused(StatusCode::NOT_FOUND, _) => Ok(None),
            Received::Refused(status, bytes) => Err(self.problem(status, &bytes)),
        }
    }

    /// Where it is, as it was named.
    pub fn url(&self) -> &str {
        &self.url
    }

    async fn send(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Result<Vec<u8>, CliError> {
        let answer = self.address.send(method, path, body.map(|body| ("application/json", body))).await;
        let (status, bytes) = answer.map_err(|trouble| told(self.name, &self.url, trouble))?;
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
            Ok(Problem { code, error, help }) => {
                let problem = Problem { code: cut(&code), error: cut(&error), help: cut(&help) };
                CliError::Service { service: self.name, problem }
            }
            Err(_) => self.unreachable(format!("it answers {status}, and not as one of ours")),
        }
    }

    /// That it does not answer, and why.
    pub(crate) fn unreachable(&self, reason: impl ToString) -> CliError {
        CliError::Unreachable { service: self.name, url: self.url.clone(), reason: reason.to_string() }
    }
}

fn told(service: &'static str, url: &str, trouble: Trouble) -> CliError {
    let url = url.to_owned();
    match trouble {
        Trouble::Unreachable(reason) => CliError::Unreachable { service, url, reason },
        Trouble::Untrusted(reason) => CliError::Untrusted { service, url, reason },
    }
}
