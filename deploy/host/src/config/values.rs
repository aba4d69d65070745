//! Values and sections that several programs share; each is parsed once, and is right from then on.

use crate::{
    check::Finding,
    serve::{Certificate, Limits, Opening},
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU16,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// `[node]`: the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Node {
    /// Address of the node.
    pub url: NodeUrl,
}

/// `[deployment]`: which contract on which chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentFile {
    /// File that `greatseal deploy` wrote.
    pub file: PathBuf,
}

/// Address of a node's WebSocket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeUrl(String);

impl NodeUrl {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for NodeUrl {
    fn default() -> Self {
        Self("ws://127.0.0.1:9944".into())
    }
}

impl FromStr for NodeUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = url::Url::parse(text).map_err(|_| "give ws://HOST:PORT or wss://HOST:PORT")?;
        if !matches!(url.scheme(), "ws" | "wss") || url.host().is_none() {
            return Err("give ws://HOST:PORT or wss://HOST:PORT");
        }
        // It would be shown in messages and logs.
        match url.password().is_none() && url.username().is_empty() {
            true => Ok(Self(text.to_owned())),
            false => Err("give an address without a user name or password"),
        }
    }
}

impl TryFrom<String> for NodeUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<NodeUrl> for String {
    fn from(url: NodeUrl) -> Self {
        url.0
    }
}

impl fmt::Display for NodeUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// `[listen]`: where a service answers, and how much it takes. Without an address: this port of the local machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Said<PORT>")]
pub struct Listen<const PORT: u16> {
    /// Address and port; port 0 takes any free one.
    pub address: SocketAddr,
    /// Certificate chain in PEM; with it TLS is spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// File with its private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The address once more, where others may connect without TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain: Option<SocketAddr>,
    /// Most connections at a time; more wait until one ends.
    pub connections: NonZeroU16,
    /// Most connections of one peer on another machine; more are closed.
    pub connections_per_peer: NonZeroU16,
    /// Longest time for a handshake, and for the head of a request, the pause before it included.
    pub header_timeout: Seconds,
}

/// `[listen]` as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said<const PORT: u16> {
    #[serde(default = "local::<PORT>")]
    address: SocketAddr,
    certificate: Option<PathBuf>,
    key_file: Option<PathBuf>,
    plain: Option<SocketAddr>,
    #[serde(default = "connections")]
    connections: NonZeroU16,
    #[serde(default = "connections_per_peer")]
    connections_per_peer: NonZeroU16,
    #[serde(default = "header_timeout")]
    header_timeout: Seconds,
}

impl<const PORT: u16> TryFrom<Said<PORT>> for Listen<PORT> {
    type Error = &'static str;

    fn try_from(said: Said<PORT>) -> Result<Self, Self::Error> {
        let Said { address, certificate, key_file, plain, connections, connections_per_peer, header_timeout } = said;
        match (&certificate, &key_file) {
            (Some(_), None) => Err("a certificate needs its key: give key_file"),
            (None, Some(_)) => Err("a key needs its certificate: give certificate"),
            _ => Ok(Self { address, certificate, key_file, plain, connections, connections_per_peer, header_timeout }),
        }
    }
}

fn local<const PORT: u16>() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, PORT).into()
}

fn connections() -> NonZeroU16 {
    NonZeroU16::MIN.saturating_add(255)
}

fn connections_per_peer() -> NonZeroU16 {
    NonZeroU16::MIN.saturating_add(63)
}

fn header_timeout() -> Seconds {
    Seconds(Duration::from_secs(10))
}

impl<const PORT: u16> Default for Listen<PORT> {
    fn default() -> Self {
        Self {
            address: local::<PORT>(),
            certificate: None,
            key_file: None,
            plain: None,
            connections: connections(),
            connections_per_peer: connections_per_peer(),
            header_timeout: header_timeout(),
        }
    }
}

impl<const PORT: u16> Listen<PORT> {
    /// How much it takes.
    pub fn limits(&self) -> Limits {
        let Self { connections, connections_per_peer, header_timeout, .. } = self;
        Limits {
            connections: *connections,
            connections_per_peer: *connections_per_peer,
            header_timeout: header_timeout.0,
        }
    }

    /// Where it listens, and how.
    pub fn opening(&self) -> Opening {
        let pair = self.certificate.clone().zip(self.key_file.clone());
        let certificate = pair.map(|(chain, key)| Certificate { chain, key });
        Opening { address: self.address, certificate, plain: self.plain }
    }

    /// What can be verified of it before the service starts.
    pub fn check(&self) -> Finding {
        match self.opening().check() {
            Ok(how) => Finding::good("listen.address", format!("{}, {how}", self.address)),
            Err(error) => Finding::wrong("listen.address", &error, error.help()),
        }
    }
}

/// A time in whole milliseconds, seconds or minutes: `"500ms"`, `"10s"`, `"2m"`; longer than nothing, an hour at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seconds(pub Duration);

impl FromStr for Seconds {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let units = [("ms", 1_u64), ("s", 1000), ("m", 60_000)];
        let parsed = units.iter().find_map(|(unit, factor)| {
            let digits = text.strip_suffix(unit)?;
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse::<u64>().ok()?.checked_mul(*factor)).flatten()
        });
        match parsed {
            Some(1..=3_600_000) => Ok(Self(Duration::from_millis(parsed.unwrap_or_default()))),
            Some(_) => Err("give a time from 1ms to 60m"),
            None => Err("give a time with its unit, such as 500ms, 10s or 2m"),
        }
    }
}

impl TryFrom<String> for Seconds {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Seconds> for String {
    fn from(time: Seconds) -> Self {
        match time.0.as_millis() {
            millis if millis % 60_000 == 0 => format!("{}m", millis / 60_000),
            millis if millis % 1000 == 0 => format!("{}s", millis / 1000),
            millis => format!("{millis}ms"),
        }
    }
}

/// `[log]`: what goes to standard error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// What is worth a line.
    pub filter: Filter,
    /// How a line looks.
    pub format: Format,
}

/// Levels, for everything or by module: `warn`, `info,greatseal_relayer=debug`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filter(String);

impl Filter {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self("warn".into())
    }
}

impl TryFrom<String> for Filter {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match tracing_subscriber::EnvFilter::builder().parse(&text) {
            Ok(_) if !text.is_empty() => Ok(Self(text)),
            _ => Err("give error, warn, info, debug or trace, or a list such as info,greatseal_relayer=debug"),
        }
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.0
    }
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, millis) in [("1ms", 1), ("500ms", 500), ("10s", 10_000), ("90s", 90_000), ("60m", 3_600_000)] {
            assert_eq!(text.parse(), Ok(Seconds(Duration::from_millis(millis))), "{text}");
        }
        for text in ["", "10", "s", "1h", "-1s", "+1s", "1.5s", "1 s", "0s", "61m", "99999999999999999999s"] {
            assert!(text.parse::<Seconds>().is_err(), "{text}");
        }
        assert_eq!(String::from(Seconds(Duration::from_millis(1500))), "1500ms");
        assert_eq!(String::from(Seconds(Duration::from_secs(90))), "90s");
        assert_eq!(String::from(Seconds(Duration::from_secs(120))), "2m");
    }

    #[test]
    fn a_node_is_reached_by_websocket_and_without_a_password() {
        for text in ["ws://127.0.0.1:9944", "wss://node.example/path", "ws://[::1]:9944"] {
            assert_eq!(text.parse::<NodeUrl>().map(String::from), Ok(text.to_owned()));
        }
        for text in ["", "127.0.0.1:9944", "http://127.0.0.1:1", "ws://", "ws://me:word@host:1", "ws://me@host:1"] {
            assert!(text.parse::<NodeUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_filter_is_one() {
        for text in ["warn", "info,greatseal_relayer=debug", "off"] {
            assert!(Filter::try_from(text.to_owned()).is_ok(), "{text}");
        }
        for text in ["", "loud=very", "a=b=c"] {
            assert!(Filter::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
