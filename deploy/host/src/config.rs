//! Configuration: one TOML file, switches that win over it, and for each value the place that it comes from.
//!
//! A program states its keys in a table. What is not in the table is refused by name and line, with the key that was
//! probably meant; what could be a secret is refused with the way in which secrets are named. Environment variables
//! configure nothing, with the one exception that a [`Key`] names.

mod draft;
mod error;
mod near;
mod show;
mod values;

pub use draft::{Draft, Settled};
pub use error::ConfigError;
pub use values::{DeploymentFile, Filter, Format, Listen, Log, Node, NodeUrl, Seconds};

/// A key of a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// `section.name`.
    pub path: &'static str,
    /// The switch that wins over it.
    pub switch: Option<&'static str>,
    /// What it holds.
    pub kind: Kind,
    /// Whether the program cannot start without it.
    pub required: bool,
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text; its type says which ones are taken.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A path; one that is not absolute starts at the configuration file's folder.
    Path,
    /// Such a path, of a file that holds a secret.
    SecretFile,
}

impl Key {
    /// A key that may be left out.
    pub const fn new(path: &'static str, kind: Kind) -> Self {
        Self { path, switch: None, kind, required: false }
    }

    /// With a switch that wins over it.
    pub const fn switch(self, switch: &'static str) -> Self {
        Self { switch: Some(switch), ..self }
    }

    /// That the program cannot start without.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// `[node]`, of every service.
    pub const NODE: Self = Self::new("node.url", Kind::Text).switch("--node");
    /// `[deployment]`, of every service.
    pub const DEPLOYMENT: Self = Self::new("deployment.file", Kind::Path).switch("--deployment").required();
    /// `[listen]`, of every service.
    pub const LISTEN_ADDRESS: Self = Self::new("listen.address", Kind::Text).switch("--listen");
    /// `[listen]`, of every service.
    pub const LISTEN_CERTIFICATE: Self = Self::new("listen.certificate", Kind::Path);
    /// `[listen]`, of every service.
    pub const LISTEN_KEY_FILE: Self = Self::new("listen.key_file", Kind::SecretFile);
    /// `[listen]`, of every service.
    pub const LISTEN_PLAIN: Self = Self::new("listen.plain", Kind::Text);
    /// `[listen]`, of every service.
    pub const LISTEN_CONNECTIONS_PER_PEER: Self = Self::new("listen.connections_per_peer", Kind::Number);
    /// `[listen]`, of every service.
    pub const LISTEN_CONNECTIONS: Self = Self::new("listen.connections", Kind::Number);
    /// `[listen]`, of every service.
    pub const LISTEN_HEADER_TIMEOUT: Self = Self::new("listen.header_timeout", Kind::Text);
    /// `[log]`, of every service.
    pub const LOG_FILTER: Self = Self::new("log.filter", Kind::Text);
    /// `[log]`, of every service.
    pub const LOG_FORMAT: Self = Self::new("log.format", Kind::Text);
    /// `[process]`, of every service.
    pub const EXIT_WITH_PARENT: Self = Self::new("process.exit_with_parent", Kind::Flag).switch("--exit-with-parent");

    fn split(&self) -> (&'static str, &'static str) {
        self.path.split_once('.').unwrap_or((self.path, ""))
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line of the file.
    File {
        /// The line, from 1.
        line: usize,
    },
    /// A switch.
    Switch(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// Nobody said anything.
    Default,
}
