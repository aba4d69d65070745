//! Query strings: an unknown or repeated name is refused, never ignored.

use crate::problem::Problem;
use axum::{
    extract::{FromRequestParts, Path, Query},
    http::{StatusCode, request::Parts},
};
use greatseal_protocol::proposal_id::ProposalId;
use std::{collections::BTreeMap, str::FromStr};

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 500;

/// Names and values of a request.
pub(crate) struct Parameters(BTreeMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(pairs) = pairs.map_err(|_| Problem::bad("?", "write name=value pairs, joined by &"))?;
        let mut parameters = BTreeMap::new();
        for (name, value) in pairs {
            if parameters.insert(name.clone(), value).is_some() {
                return Err(Problem::bad(&name, "give each parameter once"));
            }
        }
        Ok(Self(parameters))
    }
}

impl Parameters {
    /// Refuses whatever has another name than these.
    pub(super) fn only(self, names: &[&str]) -> Result<Self, Problem> {
        let Some(unknown) = self.0.keys().find(|name| !names.contains(&name.as_str())) else { return Ok(self) };
        let error = format!("`{unknown}` is no parameter of this resource");
        let help = match names {
            [] => "it takes none".to_owned(),
            names => format!("it takes {}", names.join(", ")),
        };
        Err(Problem::new(StatusCode::BAD_REQUEST, "unknown_parameter", error, &help))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, Problem> {
        self.text(name).map(|text| decimal(text).ok_or_else(|| Problem::bad(name, "give a decimal number"))).transpose()
    }

    pub(super) fn limit(&self) -> Result<u32, Problem> {
        match self.number("limit")? {
            None => Ok(DEFAULT_LIMIT),
            Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
            Some(_) => Err(Problem::bad("limit", "give a number from 1 to 500")),
        }
    }
}

/// The one variable segment of a path.
pub(crate) struct Segment(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let segment = Path::<String>::from_request_parts(parts, state).await;
        segment.map(|Path(text)| Self(text)).map_err(|_| Problem::bad("path", "write the path in UTF-8"))
    }
}

/// A proposal as people name it: by its id or by its number alone.
pub(super) enum Named {
    Id(ProposalId),
    Serial(u32),
}

impl Named {
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        let parsed = decimal(text).map(Self::Serial).or_else(|| text.parse().ok().map(Self::Id));
        parsed.ok_or_else(|| {
            Problem::bad(
                name,
                "write serial, author's seat and slot, such as 12.S0.1 or 7.Pr:1-0.3, or the serial alone, such as 12",
            )
        })
    }

    pub(super) fn serial(&self) -> u32 {
        match self {
            Self::Id(id) => id.serial,
            Self::Serial(serial) => *serial,
        }
    }
}

/// Digits only: no sign, no leading zero.
pub(super) fn decimal<N: FromStr>(text: &str) -> Option<N> {
    let plain = text == "0" || !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
