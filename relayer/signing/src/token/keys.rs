//! Keys in a token: found one by one, generated with every attribute set, believed once they have signed a challenge.

use super::{
    attributes::{self, CURVES, P256, Read},
    ec_point, p256,
};
use crate::{
    Algorithm, Custody, Error, KeyInfo, Purpose, Result, TokenCustody,
    keys::{is_label, random},
};
use cryptoki::{
    error::{Error as Pkcs11Error, RvError},
    mechanism::{
        Mechanism,
        eddsa::{EddsaParams, EddsaSignatureScheme},
    },
    object::{Attribute, ObjectClass, ObjectHandle},
    session::Session,
};
use greatseal_protocol::key::{Key, Signature};

/// A key that was found, checked and proved.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) info: KeyInfo,
    pub(crate) key: Key,
    pub(crate) point: Point,
}

/// What a signature's form depends on.
#[derive(Clone, Debug)]
pub(crate) enum Point {
    Ed25519,
    /// With the public key's second coordinate.
    P256([u8; 32]),
}

/// What the `CKA_ID` of a key begins with that is for this. Every other key is a seat's.
const MARKS: [(Purpose, &[u8]); 3] =
    [(Purpose::Payer, b"payer-"), (Purpose::Audit, b"audit-"), (Purpose::Witness, b"witness-")];
/// First bytes of the challenge: no message of the protocol begins like that (`GREATSEAL-V1:`).
const PROOF: &[u8; 19] = b"GREATSEAL-PROOF-V1:";
const PRIVATE: (ObjectClass, &str) = (ObjectClass::PRIVATE_KEY, "private key");
const PUBLIC: (ObjectClass, &str) = (ObjectClass::PUBLIC_KEY, "public key");

impl Admitted {
    /// `CKA_ID`.
    pub(crate) fn id(&self) -> &[u8] {
        match &self.info.custody {
            Custody::Token(custody) => &custody.id,
            Custody::Sealed(_) | Custody::Unknown => &[],
        }
    }
}

/// Every Edwards and P-256 key of the token, the unusable ones with their defect.
pub(crate) fn list(session: &Session, demand_local: bool) -> Result<Vec<KeyInfo>> {
    let mut keys = Vec::new();
    for private in find(session, ObjectClass::PRIVATE_KEY, None)? {
        let read = Read::object(session, private)?;
        if read.elsewhere() {
            continue;
        }
        let (key, defect) = match locate(session, &read.label()) {
            Ok(pair) => (pair.key().ok().map(|(key, _)| key), pair.check(demand_local).err()),
            Err(Error::Device(error)) => return Err(error.into()),
            Err(defect) => (None, Some(defect)),
        };
        keys.push((read.id(), KeyInfo { defect: defect.map(|error| error.to_string()), ..info(&read, key) }));
    }
    keys.sort_by(|(one_id, one), (other_id, other)| (&one.label, one_id).cmp(&(&other.label, other_id)));
    Ok(keys.into_iter().map(|(_, info)| info).collect())
}

/// The one key of this label, if it is kept as it must be and signs a challenge.
pub(crate) fn admit(session: &Session, label: &str, demand_local: bool) -> Result<Admitted> {
    let pair = locate(session, label)?;
    let (key, point) = pair.check(demand_local)?;
    prove(session, pair.private, &key, &point)?;
    Ok(Admitted { info: pair.info(), key, point })
}

/// The seat's key of a label by its public half alone. A token may hide that half from whoever has not logged in.
pub(crate) fn shown(session: &Session, label: &str) -> Result<Option<Key>> {
    let [public] = *find(session, ObjectClass::PUBLIC_KEY, Some(Attribute::Label(label.into())))? else {
        return Ok(None);
    };
    let read = Read::object(session, public)?;
    if purpose_of(&read.id()) != Purpose::Seat {
        return Ok(None);
    }
    Ok(public_half(&read).ok().map(|(key, _)| key))
}

/// A new key pair; nothing is left behind if it does not come out as it must be.
pub(crate) fn generate(
    session: &Session,
    label: &str,
    (purpose, algorithm): (Purpose, Algorithm),
    demand_local: bool,
) -> Result<Admitted> {
    if !is_label(label) {
        return Err(Error::BadLabel);
    }
    let mark = match purpose {
        Purpose::Seat => &[],
        Purpose::Payer | Purpose::Audit | Purpose::Witness => mark(purpose),
        Purpose::Companion => return Err(Error::NoCompanions),
    };
    let id = [mark, &random::<16>()?].concat();
    let name = [Attribute::Id(id.clone()), Attribute::Label(label.into())];
    for attribute in &name {
        if !session.find_objects(std::slice::from_ref(attribute))?.is_empty() {
            return Err(Error::KeyExists { label: label.into() });
        }
    }
    let (public, private) = generate_pair(session, &name, algorithm)?;
    let admitted = admit(session, label, demand_local).and_then(|admitted| {
        let same = admitted.id() == id && admitted.info.purpose == purpose;
        same.then_some(admitted).ok_or_else(|| Error::AttributeMismatch { attribute: "CKA_ID".into() })
    });
    if admitted.is_err() {
        for object in [private, public] {
            if let Err(error) = session.destroy_object(object) {
                tracing::warn!(label, %error, "a refused key could not be removed");
            }
        }
    }
    admitted
}

/// The private key of an id; exactly one.
pub(crate) fn private_by_id(session: &Session, label: &str, id: &[u8]) -> Result<ObjectHandle> {
    one(session, PRIVATE, Attribute::Id(id.to_vec()), label)
}

/// Pure Ed25519 in one part (PKCS#11 v3.1, 6.3.14): contexts and prehashing differ between vendors, so domains are
/// separated in the message. P-256 over a digest that is made here. The caller verifies.
pub(crate) fn sign(session: &Session, private: ObjectHandle, point: &Point, message: &[u8]) -> Result<Signature> {
    if let Point::P256(y) = point {
        return p256::signature(&session.sign(&Mechanism::Ecdsa, private, &p256::digest(message))?, y);
    }
    let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
    let signature = session.sign(&mechanism, private, message)?;
    signature.try_into().map(Signature::Ed25519).map_err(|_| Error::BadSignature)
}

/// Both halves of a key.
struct Pair {
    private: ObjectHandle,
    read_private: Read,
    read_public: Read,
}

impl Pair {
    fn info(&self) -> KeyInfo {
        info(&self.read_private, self.key().ok().map(|(key, _)| key))
    }

    fn key(&self) -> Result<(Key, Point)> {
        public_half(&self.read_public)
    }

    fn check(&self, demand_local: bool) -> Result<(Key, Point)> {
        attributes::check_private(&self.read_private, demand_local)?;
        attributes::check_public(&self.read_public)?;
        let (key, point) = self.key()?;
        key.admit().map_err(|_| Error::BadPoint)?;
        Ok((key, point))
    }
}

fn public_half(read: &Read) -> Result<(Key, Point)> {
    let point = read.point();
    match read.algorithm() {
        Some(Algorithm::P256) => p256::parse(point).map(|(key, y)| (key, Point::P256(y))),
        Some(Algorithm::Ed25519) | None => ec_point::parse(point).map(|key| (Key::Ed25519(key), Point::Ed25519)),
    }
}

fn info(private: &Read, key: Option<Key>) -> KeyInfo {
    let custody = TokenCustody {
        id: private.id(),
        sensitive: private.says(&Attribute::Sensitive(true)),
        always_sensitive: private.says(&Attribute::AlwaysSensitive(true)),
        unextractable: private.says(&Attribute::Extractable(false)),
        never_extractable: private.says(&Attribute::NeverExtractable(true)),
        local: private.says(&Attribute::Local(true)),
    };
    let purpose = purpose_of(&custody.id);
    KeyInfo { label: private.label(), purpose, key, companion: None, custody: Custody::Token(custody), defect: None }
}

fn purpose_of(id: &[u8]) -> Purpose {
    MARKS.iter().find(|(_, mark)| id.starts_with(mark)).map_or(Purpose::Seat, |(purpose, _)| *purpose)
}

fn mark(purpose: Purpose) -> &'static [u8] {
    MARKS.iter().find(|(of, _)| *of == purpose).map_or(&[], |(_, mark)| mark)
}

/// By label to the private key, by its id to both halves, each of them exactly once.
fn locate(session: &Session, label: &str) -> Result<Pair> {
    let private = one(session, PRIVATE, Attribute::Label(label.into()), label)?;
    let read_private = Read::object(session, private)?;
    let id = read_private.id();
    if id.is_empty() {
        return Err(Error::AttributeMismatch { attribute: "CKA_ID".into() });
    }
    private_by_id(session, label, &id)?;
    let public = one(session, PUBLIC, Attribute::Id(id), label)?;
    Ok(Pair { private, read_private, read_public: Read::object(session, public)? })
}

fn one(
    session: &Session,
    (class, half): (ObjectClass, &'static str),
    name: Attribute,
    label: &str,
) -> Result<ObjectHandle> {
    match *find(session, class, Some(name))? {
        [] => Err(Error::NoSuchKey { label: label.into(), half }),
        [object] => Ok(object),
        ref several => Err(Error::SeveralKeys { label: label.into(), half, count: several.len() }),
    }
}

/// Objects of a class, whatever kind of curve they are on.
fn find(session: &Session, class: ObjectClass, name: Option<Attribute>) -> Result<Vec<ObjectHandle>> {
    let mut found = Vec::new();
    for kind in attributes::KINDS {
        let template: Vec<_> = attributes::class(class, kind).into_iter().chain(name.clone()).collect();
        found.extend(session.find_objects(&template)?);
    }
    Ok(found)
}

/// PKCS#11 v3.1, 6.3.10; tries the second name of the curve where the first is refused.
fn generate_pair(session: &Session, name: &[Attribute], algorithm: Algorithm) -> Result<(ObjectHandle, ObjectHandle)> {
    let private = [name, &attributes::private_template()].concat();
    let mut refused = Pkcs11Error::NotSupported;
    let (mechanism, curves) = match algorithm {
        Algorithm::Ed25519 => (Mechanism::EccEdwardsKeyPairGen, &CURVES[..]),
        Algorithm::P256 => (Mechanism::EccKeyPairGen, &[P256][..]),
    };
    for curve in curves {
        let public = [name, &attributes::public_template(), &[Attribute::EcParams(curve.to_vec())]].concat();
        match session.generate_key_pair(&mechanism, &public, &private) {
            Err(error) if is_about_the_curve(&error) => refused = error,
            answer => return Ok(answer?),
        }
    }
    Err(refused.into())
}

fn is_about_the_curve(error: &Pkcs11Error) -> bool {
    use RvError::*;
    matches!(
        error,
        Pkcs11Error::Pkcs11(
            AttributeValueInvalid
                | CurveNotSupported
                | DomainParamsInvalid
                | MechanismParamInvalid
                | TemplateInconsistent
                | GeneralError,
            _
        )
    )
}

/// A point is believed once its key has signed something new: encodings and halves of a pair can be confused.
fn prove(session: &Session, private: ObjectHandle, key: &Key, point: &Point) -> Result<()> {
    let challenge = [PROOF.as_slice(), &random::<32>()?].concat();
    let signature = sign(session, private, point, &challenge)?;
    key.verify(&challenge, &signature).map_err(|_| Error::BadSignature)
}
