//! `greatseal registry show`: what stands in the registry.

use super::{Answer, Hex, Text, chain::Block, listing::Listing};
use crate::output::{Line, line};
use greatseal_protocol::{
    bytes::{ChainHash, Label, ReferenceHash},
    registry::{self, ComponentKind, EntryKey, Registered, Setting},
};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal registry show ENTRY`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EntryShown {
    /// Where it was read.
    pub block: Block,
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
}

/// `greatseal registry show`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Registry {
    /// Where they were read.
    pub block: Block,
    /// The entries by their names.
    pub entries: Vec<Entry>,
    /// Who lists them.
    pub listing: Listing,
}

/// An entry of the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    /// Its name, such as `component:relayer`.
    pub entry: Text<EntryKey>,
    /// What it says besides its name.
    #[serde(flatten)]
    pub content: Content,
    /// Up by one at every change, from 1.
    pub version: u32,
    /// Whether it holds at the block.
    pub holds: bool,
    /// First second in which it holds.
    pub valid_from: Text<u64>,
    /// Second from which it no longer holds; none where it has no end.
    pub valid_until: Option<Text<u64>>,
    /// When and why it was revoked.
    pub revoked: Option<Revoked>,
}

/// The end of an entry before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Revoked {
    /// When.
    pub at: Text<u64>,
    /// SHA-256 of the reason.
    pub reason: Text<ReferenceHash>,
}

/// What an entry says besides its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Content {
    /// Something that runs.
    Component {
        /// What it is.
        component: Component,
        /// How grave a bad release would be.
        risk: Risk,
    },
    /// Who issues credentials.
    Issuer {
        /// The unit answerable to one head.
        organisation: Text<Label>,
    },
    /// A schema of credentials.
    Schema,
    /// An asset in which is settled.
    Asset {
        /// SHA-256 of the CAIP-2 text of its chain.
        chain: Text<ChainHash>,
    },
    /// An account that pays for a programme.
    Payer {
        /// The account.
        account: Hex<32>,
        /// The programme.
        program: u32,
    },
    /// A party of the settlement network.
    Party {
        /// The unit answerable to one head.
        organisation: Text<Label>,
    },
    /// A setting of the signing service.
    Custody {
        /// Which.
        setting: Text<Setting>,
        /// For which tenant; for all where there is none.
        tenant: Option<Text<Label>>,
        /// SHA-256 of what shall hold.
        value: Text<ReferenceHash>,
    },
}

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// A contract.
    Contract,
    /// A chain's runtime.
    Runtime,
    /// A node.
    Node,
    /// A service.
    Service,
    /// What people run themselves.
    Client,
}

/// How grave a bad release would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// The Technical council releases it.
    Routine,
    /// Policy and Technical release it, after a day.
    High,
}

impl From<&registry::Entry> for Content {
    fn from(entry: &registry::Entry) -> Self {
        use registry::Entry;
        match *entry {
            Entry::Component { kind, .. } => Self::Component {
                component: match kind {
                    ComponentKind::Contract => Component::Contract,
                    ComponentKind::Runtime => Component::Runtime,
                    ComponentKind::Node => Component::Node,
                    ComponentKind::Service => Component::Service,
                    ComponentKind::Client => Component::Client,
                },
                risk: match entry.risk() {
                    registry::Risk::Routine => Risk::Routine,
                    registry::Risk::High => Risk::High,
                },
            },
            Entry::Issuer { organisation, .. } => Self::Issuer { organisation: Text(organisation) },
            Entry::Schema { .. } => Self::Schema,
            Entry::Asset { chain, .. } => Self::Asset { chain: Text(chain) },
            Entry::Payer { account, program } => Self::Payer { account: Hex(account), program },
            Entry::Party { organisation, .. } => Self::Party { organisation: Text(organisation) },
            Entry::Custody { setting, tenant, value } => {
                Self::Custody { setting: Text(setting), tenant: tenant.map(Text), value: Text(value) }
            }
        }
    }
}

impl Content {
    fn words(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Component { component, risk } => {
                let kind = match component {
                    Component::Contract => "contract",
                    Component::Runtime => "runtime",
                    Component::Node => "node",
                    Component::Service => "service",
                    Component::Client => "client",
                };
                let risk = match risk {
                    Risk::Routine => "routine",
                    Risk::High => "high",
                };
                vec![("kind", kind.to_owned()), ("risk", risk.to_owned())]
            }
            Self::Issuer { organisation } | Self::Party { organisation } => {
                vec![("organisation", organisation.to_string())]
            }
            Self::Schema => Vec::new(),
            Self::Asset { chain } => vec![("chain", format!("sha256:{chain}"))],
            Self::Payer { program, .. } => vec![("programme", program.to_string())],
            Self::Custody { value, .. } => vec![("value", format!("sha256:{value}"))],
        }
    }
}

impl Entry {
    /// An entry as the contract keeps it.
    pub fn of(key: EntryKey, found: &Registered, now: u64) -> Self {
        Self {
            entry: Text(key),
            content: (&found.entry).into(),
            version: found.version,
            holds: found.holds(now),
            valid_from: Text(found.valid_from),
            valid_until: Some(Text(found.valid_until)).filter(|until| until.0 != u64::MAX),
            revoked: found.revoked.map(|(at, reason)| Revoked { at: Text(at), reason: Text(reason) }),
        }
    }

    /// Whether it holds now, and why not.
    fn standing(&self, block: &Block) -> String {
        let now = block.time;
        match (self.revoked, self.valid_until) {
            (Some(Revoked { at, .. }), _) => format!("no: revoked at {}", at.date()),
            (None, _) if now < self.valid_from => format!("not yet: from {}", self.valid_from.date()),
            (None, Some(until)) if now >= until => format!("no longer: it ended at {}", until.date()),
            (None, Some(until)) => format!("yes, until {}", block.clock(until.0)),
            (None, None) => "yes".to_owned(),
        }
    }
}

impl Answer for EntryShown {
    fn lines(&self) -> Vec<Line> {
        let Self { block, entry } = self;
        let mut lines = vec![line("entry", entry.entry), line("version", entry.version)];
        lines.extend(entry.content.words().into_iter().map(|(label, value)| line(label, value)));
        lines.push(line("holds", entry.standing(block)));
        lines.push(line("valid from", entry.valid_from));
        lines.push(line(
            "valid until",
            entry.valid_until.map_or_else(|| "no end".to_owned(), |until| until.to_string()),
        ));
        if let Some(Revoked { at, reason }) = entry.revoked {
            lines.extend([line("revoked at", at), line("reason", format!("sha256:{reason}"))]);
        }
        lines
    }
}

impl Answer for Registry {
    fn lines(&self) -> Vec<Line> {
        let one = |entry: &Entry| {
            let words = entry.content.words().into_iter();
            let fields: String = words.map(|(label, text)| format!(", {label} {text}")).collect();
            let standing = entry.standing(&self.block);
            line(&entry.entry.to_string(), format!("version {}{fields}; {standing}", entry.version))
        };
        let nothing = line("entries", "none: see `greatseal governance propose register --help`");
        self.listing.with(self.entries.iter().map(one).collect(), nothing)
    }
}
