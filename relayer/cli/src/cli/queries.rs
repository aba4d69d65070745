//! Command line of what is only looked up.

use clap::{Subcommand, ValueEnum};
use greatseal_protocol::registry::EntryKey;

/// The registry: components, issuers, schemas, assets, payers, parties, custody's settings.
#[derive(Debug, Subcommand)]
pub enum Registry {
    /// Shows what stands under a name: what it says, and whether it holds now; all entries where none is named.
    #[command(
        after_help = "Examples:\n  greatseal registry show\n  greatseal registry show --kind custody\n  greatseal registry show component:relayer\n  greatseal registry show issuer:did:web:registry.example\n  greatseal registry show asset:eip155:1/slip44:60\n  greatseal registry show custody:root-key:tenant-a\n\nIssuers, schemas and parties are listed by the SHA-256 of their names, assets by that of their CAIP-19 texts: the\nchain has no other. Refused with 620 where nothing stands there."
    )]
    Show {
        /// component:NAME, issuer:ID, schema:ID, asset:CAIP-19, payer:ACCOUNT:PROGRAMME, party:ID or custody:SETTING[:TENANT].
        entry: Option<String>,
        /// Entries of this kind only.
        #[arg(long, value_enum, conflicts_with = "entry")]
        kind: Option<EntryKind>,
    },
}

/// Kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EntryKind {
    /// Something that runs.
    Component,
    /// Who issues credentials.
    Issuer,
    /// A schema of credentials.
    Schema,
    /// An asset in which is settled.
    Asset,
    /// An account that pays for a programme.
    Payer,
    /// A party of the settlement network.
    Party,
    /// A setting of the signing service.
    Custody,
}

impl EntryKind {
    /// Whether an entry is of this kind.
    pub fn is_of(self, key: &EntryKey) -> bool {
        self == match key {
            EntryKey::Component(_) => Self::Component,
            EntryKey::Issuer(_) => Self::Issuer,
            EntryKey::Schema(_) => Self::Schema,
            EntryKey::Asset(_) => Self::Asset,
            EntryKey::Payer(..) => Self::Payer,
            EntryKey::Party(_) => Self::Party,
            EntryKey::Custody(..) => Self::Custody,
        }
    }
}

/// Parameters that operators tune.
#[derive(Debug, Subcommand)]
pub enum Parameters {
    /// Shows value, baseline and band; of all parameters where none is named.
    #[command(after_help = "Examples:\n  greatseal parameter show\n  greatseal parameter show cache-ttl")]
    Show {
        /// inflight, cache-ttl, cache-size or mint-rate.
        name: Option<String>,
    },
}
