//! Registry: what may run, who may issue, which assets and payers count. Entries are replaced or revoked, not removed.

use crate::{
    bytes::{AssetHash, ChainHash, CodeHash, Label, ReferenceHash, SubjectId},
    content::{Content, Kind, some},
    row::RowId,
    scope::Scope,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Address of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum EntryKey {
    /// Something that runs.
    #[codec(index = 0)]
    Component(Label),
    /// Who issues credentials.
    #[codec(index = 1)]
    Issuer(SubjectId),
    /// A schema of credentials.
    #[codec(index = 2)]
    Schema(SubjectId),
    /// An asset in which is settled.
    #[codec(index = 3)]
    Asset(AssetHash),
    /// An account that pays for a programme: one account may pay for many.
    #[codec(index = 4)]
    Payer([u8; 32], u32),
    /// A party of the settlement network.
    #[codec(index = 5)]
    Party(SubjectId),
    /// A setting of the signing service, for all tenants or one.
    #[codec(index = 6)]
    Custody(Setting, Option<Label>),
}

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Entry {
    /// Something that runs.
    #[codec(index = 0)]
    Component {
        /// Its name.
        name: Label,
        /// What it is.
        kind: ComponentKind,
        /// How grave a bad release would be.
        risk: Risk,
    },
    /// Who issues credentials; never an operator.
    #[codec(index = 1)]
    Issuer {
        /// Its identifier.
        id: SubjectId,
        /// The unit answerable to one head.
        organisation: Label,
    },
    /// A schema of credentials.
    #[codec(index = 2)]
    Schema {
        /// Its identifier.
        id: SubjectId,
    },
    /// An asset in which is settled.
    #[codec(index = 3)]
    Asset {
        /// SHA-256 of its CAIP-19 text.
        id: AssetHash,
        /// SHA-256 of the CAIP-2 text of its chain: there it is settled.
        chain: ChainHash,
    },
    /// An account that pays for a programme.
    #[codec(index = 4)]
    Payer {
        /// The account.
        account: [u8; 32],
        /// The programme.
        program: u32,
    },
    /// A party of the settlement network.
    #[codec(index = 5)]
    Party {
        /// Its identifier.
        id: SubjectId,
        /// The unit answerable to one head.
        organisation: Label,
    },
    /// A setting of the signing service.
    #[codec(index = 6)]
    Custody {
        /// Which.
        setting: Setting,
        /// For which tenant; for all where there is none. An exception for a tenant expires.
        tenant: Option<Label>,
        /// Hash of what shall hold.
        value: ReferenceHash,
    },
}

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum ComponentKind {
    /// A contract.
    #[codec(index = 0)]
    Contract,
    /// A chain's runtime.
    #[codec(index = 1)]
    Runtime,
    /// A node.
    #[codec(index = 2)]
    Node,
    /// A service.
    #[codec(index = 3)]
    Service,
    /// What people run themselves.
    #[codec(index = 4)]
    Client,
}

/// How grave a bad release would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Risk {
    /// Two of the Technical council release it.
    #[codec(index = 0)]
    Routine,
    /// Policy and Technical release it, after a day.
    #[codec(index = 1)]
    High,
}

/// A setting of the signing service that a custody quorum decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Setting {
    /// The root key.
    #[codec(index = 0)]
    RootKey,
    /// Module, path and slot.
    #[codec(index = 1)]
    BackEnd,
    /// Whether signing waits for attestation.
    #[codec(index = 2)]
    Attestation,
    /// Whether nothing is remembered.
    #[codec(index = 3)]
    Amnesia,
    /// Back to an earlier state of everything.
    #[codec(index = 4)]
    GlobalRollback,
    /// An exception to the post-quantum phase.
    #[codec(index = 5)]
    PhaseException,
}

/// A release that may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Release {
    /// Of which component.
    pub component: Label,
    /// Its version.
    pub version: Label,
    /// What runs.
    pub code: CodeHash,
    /// Hash of its bill of materials and provenance.
    pub sbom: ReferenceHash,
    /// First second in which it may be put to work.
    pub not_before: u64,
    /// Second from which it may no longer.
    pub not_after: u64,
    /// What the component runs now, and may go back to; nothing where it is the first release.
    pub replaces: Option<CodeHash>,
    /// Second from which going back needs a decision.
    pub rollback_until: u64,
}

/// A version that runs, or ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Running {
    /// Its version.
    pub version: Label,
    /// Its code.
    pub code: CodeHash,
}

/// An entry as the contract keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Registered {
    /// Up by one at every change, from 1.
    pub version: u32,
    /// What it says.
    pub entry: Entry,
    /// First second in which it holds.
    pub valid_from: u64,
    /// Second from which it no longer holds.
    pub valid_until: u64,
    /// When and why it was revoked.
    pub revoked: Option<(u64, ReferenceHash)>,
}

/// What a component runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Deployment {
    /// What runs now.
    pub current: Running,
    /// What ran before.
    pub before: Option<Running>,
    /// Until when the Operator may go back.
    pub rollback_until: u64,
}

impl Entry {
    /// Where it lies.
    pub fn key(&self) -> EntryKey {
        match *self {
            Self::Component { name, .. } => EntryKey::Component(name),
            Self::Issuer { id, .. } => EntryKey::Issuer(id),
            Self::Schema { id } => EntryKey::Schema(id),
            Self::Asset { id, .. } => EntryKey::Asset(id),
            Self::Payer { account, program } => EntryKey::Payer(account, program),
            Self::Party { id, .. } => EntryKey::Party(id),
            Self::Custody { setting, tenant, .. } => EntryKey::Custody(setting, tenant),
        }
    }

    /// The row under which it is written where `present` stands: to call a component less risky changes policy.
    pub fn row(&self, present: Option<&Self>) -> RowId {
        match (self, present) {
            (Self::Component { .. }, Some(present)) if self.risk() == Risk::Routine && present.risk() == Risk::High => {
                RowId::POLICY_TABLE
            }
            (Self::Component { .. }, _) => RowId::HIGH_RISK_UPGRADE,
            (Self::Issuer { .. } | Self::Schema { .. }, _) => RowId::REGISTRY_IDENTITY,
            (Self::Asset { .. } | Self::Payer { .. } | Self::Party { .. }, _) => RowId::REGISTRY_MONEY,
            (Self::Custody { .. }, _) => RowId::CUSTODY,
        }
    }

    /// Whether it may be registered again after it was revoked. Issuers and schemas stay revoked: credentials under them
    /// are in people's hands.
    pub fn returns(&self) -> bool {
        match self {
            Self::Issuer { .. } | Self::Schema { .. } => false,
            Self::Component { .. }
            | Self::Asset { .. }
            | Self::Payer { .. }
            | Self::Party { .. }
            | Self::Custody { .. } => true,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks its registration.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Component { .. } => Scope::Upgrades,
            Self::Payer { program, .. } => Scope::Program(*program),
            Self::Issuer { .. }
            | Self::Schema { .. }
            | Self::Asset { .. }
            | Self::Party { .. }
            | Self::Custody { .. } => Scope::Everything,
        }
    }

    /// A component's risk; contracts, runtimes and nodes are always high.
    pub fn risk(&self) -> Risk {
        match self {
            Self::Component { kind: ComponentKind::Service | ComponentKind::Client, risk, .. } => *risk,
            _ => Risk::High,
        }
    }

    /// The contents that it names.
    pub(crate) fn contents(&self) -> Vec<Content> {
        match self {
            Self::Component { .. } | Self::Payer { .. } => Vec::new(),
            Self::Issuer { id, .. } | Self::Schema { id } | Self::Party { id, .. } => some([Kind::Name.hashed(id.0)]),
            Self::Asset { id, chain } => some([Kind::Asset.hashed(id.0), Kind::Chain.hashed(chain.0)]),
            Self::Custody { value, .. } => some([Kind::Setting.hashed(value.0)]),
        }
    }
}

impl EntryKey {
    /// The row under which it is revoked.
    pub fn revoke_row(&self) -> RowId {
        match self {
            Self::Component(_) => RowId::HIGH_RISK_UPGRADE,
            Self::Issuer(_) | Self::Schema(_) => RowId::REGISTRY_REVOKE_IDENTITY,
            Self::Asset(_) | Self::Payer(..) | Self::Party(_) => RowId::REGISTRY_REVOKE_MONEY,
            Self::Custody(..) => RowId::CUSTODY,
        }
    }
}

impl Release {
    /// The contents that it names.
    pub(crate) fn contents(&self) -> Vec<Content> {
        some([Kind::Code.hashed(self.code.0), Kind::BillOfMaterials.hashed(self.sbom.0)])
    }
}

impl Registered {
    /// Whether it holds at `now`.
    pub fn holds(&self, now: u64) -> bool {
        self.revoked.is_none() && (self.valid_from..self.valid_until).contains(&now)
    }
}

impl Risk {
    /// The row under which a component of this risk is released.
    pub fn release_row(self) -> RowId {
        match self {
            Self::Routine => RowId::ROUTINE_UPGRADE,
            Self::High => RowId::HIGH_RISK_UPGRADE,
        }
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Component(name) => write!(out, "component:{name}"),
            Self::Issuer(id) => write!(out, "issuer:{id}"),
            Self::Schema(id) => write!(out, "schema:{id}"),
            Self::Asset(id) => write!(out, "asset:{id}"),
            Self::Payer(account, program) => {
                out.write_str("payer:")?;
                crate::bytes::write_hex(out, account)?;
                write!(out, ":{program}")
            }
            Self::Party(id) => write!(out, "party:{id}"),
            Self::Custody(setting, None) => write!(out, "custody:{setting}"),
            Self::Custody(setting, Some(tenant)) => write!(out, "custody:{setting}:{tenant}"),
        }
    }
}

impl Setting {
    /// Every setting with its name.
    pub const NAMED: [(Self, &'static str); 6] = [
        (Self::RootKey, "root-key"),
        (Self::BackEnd, "back-end"),
        (Self::Attestation, "attestation"),
        (Self::Amnesia, "amnesia"),
        (Self::GlobalRollback, "global-rollback"),
        (Self::PhaseException, "phase-exception"),
    ];
}

impl fmt::Display for Setting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(setting, _)| setting == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for EntryKey {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let subject = |id: &str| id.parse::<SubjectId>().ok();
        let (kind, id) = text.split_once(':').ok_or(crate::text::NotAnId)?;
        match kind {
            "component" => Label::new(id).map(Self::Component),
            "issuer" => subject(id).map(Self::Issuer),
            "schema" => subject(id).map(Self::Schema),
            "asset" => id.parse().ok().map(Self::Asset),
            "payer" => id.split_once(':').and_then(|(account, program)| {
                Some(Self::Payer(crate::bytes::parse_hex(account).ok()?, crate::text::decimal(program)?))
            }),
            "party" => subject(id).map(Self::Party),
            "custody" => {
                let (name, tenant) = id.split_once(':').map_or((id, None), |(name, tenant)| (name, Some(tenant)));
                let setting = Setting::NAMED.iter().find(|(_, known)| *known == name).map(|(setting, _)| *setting);
                match (setting, tenant) {
                    (Some(setting), None) => Some(Self::Custody(setting, None)),
                    (Some(setting), Some(tenant)) => {
                        Label::new(tenant).map(|label| Self::Custody(setting, Some(label)))
                    }
                    (None, _) => None,
                }
            }
            _ => None,
        }
        .ok_or(crate::text::NotAnId)
    }
}
