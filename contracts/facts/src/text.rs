//! Types that are written as people write them. The text says everything: it can be read back.

use greatseal_protocol::{
    bytes::Label,
    council::{Council, SeatId},
    key::Key,
    proposal_id::ProposalId,
    registry::EntryKey,
    row::RowId,
    scale::Decode,
    scope::{Scope, Watched},
};
use scale_info::{Path, Type, TypeInfo, form::PortableForm};
use std::{fmt::Display, str::FromStr};

/// Takes a value from its bytes and writes it; none where they are no such value.
pub(super) type Read = fn(&mut &[u8]) -> Option<String>;

/// A type's path, and how its values are written.
struct Text {
    path: fn() -> Path,
    read: Read,
}

/// Every type that is written as text. `docs/protocol/facts.md` lists them, with what the text looks like.
const TEXTS: [Text; 9] = [
    text::<Council>(),
    text::<EntryKey>(),
    text::<Key>(),
    text::<Label>(),
    text::<ProposalId>(),
    text::<RowId>(),
    text::<Scope>(),
    text::<SeatId>(),
    text::<Watched>(),
];

/// That a text can be read back is asked for here, and tested with every value of the golden histories.
const fn text<T: Decode + Display + FromStr + TypeInfo>() -> Text {
    Text { path: || T::type_info().path, read: |input| T::decode(input).ok().map(|value| value.to_string()) }
}

/// How a type's values are written, where that is as text.
pub(super) fn read(ty: &Type<PortableForm>) -> Option<Read> {
    let same = |path: &Path| path.segments.iter().eq(ty.path.segments.iter());
    TEXTS.iter().find(|text| same(&(text.path)())).map(|text| text.read)
}
