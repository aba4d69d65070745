//! Bytes that must be refused, each beside the bytes that it was made of, which must not. `docs/protocol/vectors.md` explains
//! the file.

mod cases;

use crate::{
    json::{Json, hex, text},
    story,
    vectors::domain_fields,
    world::World,
};
use cases::cases;
use greatseal_protocol::{
    cells::CellKey,
    command::Command,
    conversion::Sharing,
    digest::Domain,
    envelope::Envelope,
    event::Record,
    key::{Key, Signature},
    manifest::Entry,
    outcome::Outcome,
    refusal::Refusal,
    row::Row,
    scale::{DecodeAll, Encode},
};
use std::collections::BTreeSet;

/// Who refuses.
#[derive(Clone, Copy)]
enum By {
    /// The decoder.
    Decoding,
    /// The check of the signature, after decoding.
    Verification,
    /// The check of a key that is to sit in a seat, after decoding.
    Admission,
}

impl By {
    fn name(self) -> &'static str {
        match self {
            Self::Decoding => "decoding",
            Self::Verification => "verification",
            Self::Admission => "admission",
        }
    }
}

struct Case {
    ty: &'static str,
    why: &'static str,
    by: By,
    /// Where a refusal of the contract names it: an envelope's, or a key's.
    refusal: Option<Refusal>,
    original: Vec<u8>,
    bytes: Vec<u8>,
}

/// Why the real code refuses the bytes; `None` inside where no number belongs to it.
fn refused(ty: &str, by: By, domain: &Domain, bytes: &[u8]) -> Result<(), Option<Refusal>> {
    fn exact<T: DecodeAll + Encode>(mut bytes: &[u8]) -> Result<(), Option<Refusal>> {
        let all = bytes;
        let value = T::decode_all(&mut bytes).map_err(|_| None)?;
        assert_eq!(value.encode(), all, "a value has a second byte string");
        Ok(())
    }
    match (ty, by) {
        ("Envelope", By::Decoding) => Envelope::parse(bytes).map(|_| ()).map_err(Some),
        ("Envelope", _) => Envelope::parse(bytes).unwrap().verify(domain).map_err(Some),
        ("Key", By::Admission) => Key::decode_all(&mut &*bytes).unwrap().admit().map_err(Some),
        ("Key", _) => exact::<Key>(bytes),
        ("Signature", _) => exact::<Signature>(bytes),
        ("Command", _) => exact::<Command>(bytes),
        ("Record", _) => exact::<Record>(bytes),
        ("Outcome", _) => exact::<Outcome>(bytes),
        ("Row", _) => exact::<Row>(bytes),
        ("CellKey", _) => exact::<CellKey>(bytes),
        ("Sharing", _) => exact::<Sharing>(bytes),
        ("ManifestEntry", _) => Entry::parse(bytes).map(|_| ()).map_err(|_| None),
        (other, _) => panic!("no decoder of {other}"),
    }
}

/// Bytes that were accepted, from which cases are made.
struct Original {
    ty: &'static str,
    bytes: Vec<u8>,
    cases: Vec<Case>,
}

impl Original {
    fn new(ty: &'static str, bytes: Vec<u8>) -> Self {
        Self { ty, bytes, cases: Vec::new() }
    }

    fn by(mut self, by: By, refusal: Option<Refusal>, why: &'static str, bytes: Vec<u8>) -> Self {
        self.cases.push(Case { ty: self.ty, why, by, refusal, original: self.bytes.clone(), bytes });
        self
    }

    fn bad(self, why: &'static str, bytes: Vec<u8>) -> Self {
        // Whatever is wrong inside an envelope, it is no envelope.
        let refusal = (self.ty == "Envelope").then_some(Refusal::Decode);
        self.by(By::Decoding, refusal, why, bytes)
    }

    /// With `len` bytes from `at` on replaced.
    fn with(self, why: &'static str, at: usize, len: usize, new: &[u8]) -> Self {
        let bytes = replaced(&self.bytes, at, len, new);
        self.bad(why, bytes)
    }

    fn set(self, why: &'static str, at: usize, value: u8) -> Self {
        self.with(why, at, 1, &[value])
    }

    fn cut_and_longer(self) -> Self {
        let (shorter, longer) = (self.bytes[..self.bytes.len() - 1].to_vec(), [&self.bytes[..], &[0]].concat());
        self.bad("the last byte is missing", shorter).bad("a byte follows", longer)
    }
}

fn replaced(bytes: &[u8], at: usize, len: usize, new: &[u8]) -> Vec<u8> {
    [&bytes[..at], new, &bytes[at + len..]].concat()
}

/// The bytes for other implementers. Each is asked of the real code first.
pub(crate) fn vectors(world: &World) -> Json {
    let (domain, cases) = cases(world);
    let entry = |case: &Case| {
        let Case { ty, why, by, refusal, original, bytes } = case;
        assert_eq!(refused(ty, *by, &domain, original), Ok(()), "{ty}, before: {why}");
        assert_eq!(refused(ty, *by, &domain, bytes), Err(*refusal), "{ty}: {why}");
        Json::Object(vec![
            ("type", text(ty)),
            ("why", text(why)),
            ("refused_by", text(by.name())),
            ("refusal", refusal.map_or_else(|| text(""), |refusal| text(refusal.code()))),
            ("bytes", hex(bytes)),
            ("original", hex(original)),
        ])
    };
    Json::Object(vec![("domain", domain_fields(&domain)), ("malformed", Json::List(cases.iter().map(entry).collect()))])
}

/// The decoders of envelopes look at size and version first, and no case has two faults of which the second is never found.
#[test]
fn malformed_bytes_have_one_fault_each() {
    let (domain, cases) = cases(&story::told());
    assert!(cases.len() > 60, "{}", cases.len());
    let types: BTreeSet<_> = cases.iter().map(|case| case.ty).collect();
    assert!(types.len() >= 10, "{types:?}");
    for case in &cases {
        assert_ne!(case.original, case.bytes, "{}", case.why);
        // What is refused later decodes: the fault is not in the bytes.
        if !matches!(case.by, By::Decoding) {
            assert_eq!(refused(case.ty, By::Decoding, &domain, &case.bytes), Ok(()), "{}: {}", case.ty, case.why);
        }
    }
}
