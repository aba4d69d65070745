//! Attributes of keys: set one and all, then read back, because the defaults of tokens are lax.

use crate::{Algorithm, Error, Result};
use cryptoki::{
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};

/// `CKA_EC_PARAMS` of Ed25519: the PrintableString of PKCS#11 v3.1, 6.3.5, then the OID of RFC 8410.
/// Some tokens take only one of them.
pub(crate) const CURVES: [&[u8]; 2] = [b"\x13\x0cedwards25519", &[0x06, 0x03, 0x2b, 0x65, 0x70]];

/// `CKA_EC_PARAMS` of P-256: the OID of RFC 5480.
pub(crate) const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// Types of keys that are looked for; the curve says more.
pub(crate) const KINDS: [KeyType; 2] = [KeyType::EC_EDWARDS, KeyType::EC];

/// Said to the token when a private key is generated.
pub(crate) fn private_template() -> Vec<Attribute> {
    let mut template = must_be();
    template.extend(may_not_be());
    template
}

/// Said to the token when its public half is generated.
pub(crate) fn public_template() -> Vec<Attribute> {
    vec![Attribute::Token(true), Attribute::Private(false), Attribute::Verify(true)]
}

/// Compares a private key with what it must be. This crate's keys pass, imported or readable ones do not.
pub(crate) fn check_private(read: &Read, demand_local: bool) -> Result<()> {
    let mut required = must_be();
    // Set by the token alone (PKCS#11 v3.1, 4.9): they tell what the key has been since it came into being.
    required.extend([Attribute::AlwaysSensitive(true), Attribute::NeverExtractable(true)]);
    if demand_local {
        required.push(Attribute::Local(true));
    }
    read.demand(&required)?;
    read.tolerate(&may_not_be())
}

/// Compares a public key with what it must be.
pub(crate) fn check_public(read: &Read) -> Result<()> {
    read.demand(&public_template())?;
    read.algorithm().map(drop).ok_or(Error::BadPoint)
}

/// What a token says about one object.
pub(crate) struct Read(Vec<Attribute>);

impl Read {
    /// Reads everything that matters; what the token does not know or does not tell is missing.
    pub(crate) fn object(session: &Session, object: ObjectHandle) -> Result<Self> {
        let flags = private_template().into_iter().chain(public_template());
        let mut wanted: Vec<_> = flags.map(|attribute| attribute.attribute_type()).collect();
        wanted.extend([AttributeType::AlwaysSensitive, AttributeType::NeverExtractable, AttributeType::Local]);
        wanted.extend([
            AttributeType::KeyType,
            AttributeType::Id,
            AttributeType::Label,
            AttributeType::EcParams,
            AttributeType::EcPoint,
        ]);
        wanted.sort_unstable();
        wanted.dedup();
        Ok(Self(session.get_attributes(object, &wanted)?))
    }

    /// `CKA_ID`; empty if there is none.
    pub(crate) fn id(&self) -> Vec<u8> {
        self.0
            .iter()
            .find_map(|it| if let Attribute::Id(id) = it { Some(id.clone()) } else { None })
            .unwrap_or_default()
    }

    /// `CKA_LABEL`.
    pub(crate) fn label(&self) -> String {
        let label = self.0.iter().find_map(|it| if let Attribute::Label(label) = it { Some(label) } else { None });
        String::from_utf8_lossy(label.map_or(&[], Vec::as_slice)).into_owned()
    }

    /// `CKA_EC_POINT`, as the token encodes it.
    pub(crate) fn point(&self) -> &[u8] {
        self.0
            .iter()
            .find_map(|it| if let Attribute::EcPoint(point) = it { Some(&**point) } else { None })
            .unwrap_or(&[])
    }

    /// Whether it is on a curve that is nothing to us. An Edwards key is ours to judge, whatever its curve.
    pub(crate) fn elsewhere(&self) -> bool {
        let edwards = self.says(&Attribute::KeyType(KeyType::EC_EDWARDS));
        !edwards && self.algorithm() != Some(Algorithm::P256)
    }

    /// What `CKA_EC_PARAMS` names.
    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        self.0.iter().find_map(|it| match it {
            Attribute::EcParams(params) if CURVES.contains(&&**params) => Some(Algorithm::Ed25519),
            Attribute::EcParams(params) if **params == *P256 => Some(Algorithm::P256),
            _ => None,
        })
    }

    /// Whether the token says exactly this.
    pub(crate) fn says(&self, attribute: &Attribute) -> bool {
        self.0.contains(attribute)
    }

    fn demand(&self, required: &[Attribute]) -> Result<()> {
        required.iter().find(|attribute| !self.says(attribute)).map_or(Ok(()), mismatch)
    }

    /// Silence is accepted, contradiction is not.
    fn tolerate(&self, expected: &[Attribute]) -> Result<()> {
        let told = |expected: &Attribute| self.0.iter().any(|it| it.attribute_type() == expected.attribute_type());
        expected.iter().find(|attribute| told(attribute) && !self.says(attribute)).map_or(Ok(()), mismatch)
    }
}

/// The search for keys of one kind. Edwards keys may be Ed448, whose points are longer, and others of any curve.
pub(crate) fn class(class: ObjectClass, kind: KeyType) -> Vec<Attribute> {
    vec![Attribute::Token(true), Attribute::Class(class), Attribute::KeyType(kind)]
}

fn must_be() -> Vec<Attribute> {
    vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
    ]
}

fn may_not_be() -> Vec<Attribute> {
    vec![Attribute::Derive(false), Attribute::Decrypt(false), Attribute::Unwrap(false), Attribute::SignRecover(false)]
}

fn mismatch(attribute: &Attribute) -> Result<()> {
    Err(Error::AttributeMismatch { attribute: attribute.attribute_type().to_string() })
}
