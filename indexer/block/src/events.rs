//! The events of a block: the value of `System.Events`.

use crate::{
    Hash, Malformed,
    bytes::{Reader, at_most, exactly},
    metadata::Metadata,
    skip::Skip,
};
use scale_info::{Field as TypeField, TypeDef, Variant, form::PortableForm};

/// Longest value that is read, in bytes.
pub const MAX_EVENTS: usize = 16 << 20;

/// When in the block an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// While the extrinsic with this index ran.
    ApplyExtrinsic(u32),
    /// After all extrinsics.
    Finalization,
    /// Before all extrinsics.
    Initialization,
}

/// An event, by the names in the metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// When.
    pub phase: Phase,
    /// Name of the pallet.
    pub pallet: &'a str,
    /// Name of the event.
    pub name: &'a str,
    /// Its fields in their order.
    pub fields: Vec<Field<'a>>,
}

/// A field of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name, if it has one.
    pub name: Option<&'a str>,
    /// Its SCALE bytes.
    pub bytes: &'a [u8],
}

/// An event that is understood here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// `Revive.ContractEmitted`.
    ContractEmitted(ContractEmitted<'a>),
    /// `System.ExtrinsicSuccess`.
    ExtrinsicSuccess,
    /// `System.ExtrinsicFailed`: the fee is paid, nothing else has happened.
    ExtrinsicFailed,
    /// `TransactionPayment.TransactionFeePaid`, on a chain with accounts of 32 bytes and balances of 128 bits.
    FeePaid {
        /// The payer's account.
        who: [u8; 32],
        /// Fee with tip, in base units.
        fee: u128,
        /// Tip, in base units.
        tip: u128,
    },
    /// Every other event.
    Other,
}

/// An event of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEmitted<'a> {
    /// The contract's address.
    pub contract: [u8; 20],
    /// Its data.
    pub data: &'a [u8],
    /// Its topics, in their order.
    pub topics: Vec<Hash>,
}

/// Why events cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// The value is not what the metadata say: it is of another runtime, or one of the two is forged.
    #[error("the events do not fit the metadata: {0}")]
    Malformed(#[from] Malformed),
    /// The runtime has no events, or has them in a form that is not known here.
    #[error("the metadata have no {0} as it is known here")]
    Unknown(&'static str),
}

/// Reads all of the value of `System.Events`.
///
/// # Errors
///
/// [`EventsError`].
pub fn decode<'a>(metadata: &'a Metadata, value: &'a [u8]) -> Result<Vec<Event<'a>>, EventsError> {
    at_most(value, MAX_EVENTS)?;
    let mut skip = Skip::new(metadata.types(), value.len());
    let record = record(&skip, metadata)?;
    let mut reader = Reader::new(value);
    let mut events = Vec::new();
    for _ in 0..reader.compact_u32()? {
        events.push(event(&mut skip, &mut reader, record)?);
    }
    reader.end()?;
    Ok(events)
}

/// The fields of an `EventRecord`: phase, event, topics.
fn record<'a>(skip: &Skip<'a>, metadata: &Metadata) -> Result<&'a [TypeField<PortableForm>], EventsError> {
    const UNKNOWN: EventsError = EventsError::Unknown("System.Events");
    let TypeDef::Sequence(records) = skip.definition(metadata.events_type().ok_or(UNKNOWN)?)? else {
        return Err(UNKNOWN);
    };
    let TypeDef::Composite(record) = skip.definition(records.type_param.id)? else { return Err(UNKNOWN) };
    let names = record.fields.iter().map(|field| field.name.as_deref());
    match names.eq([Some("phase"), Some("event"), Some("topics")]) {
        true => Ok(&record.fields),
        false => Err(UNKNOWN),
    }
}

fn event<'a>(
    skip: &mut Skip<'a>,
    reader: &mut Reader<'a>,
    record: &'a [TypeField<PortableForm>],
) -> Result<Event<'a>, EventsError> {
    let [phase, event, topics] = record else { return Err(EventsError::Unknown("System.Events")) };
    let phase = read_phase(skip, reader, phase.ty.id)?;
    let pallet = variant(skip, reader, event.ty.id)?;
    let [inner] = pallet.fields.as_slice() else { return Err(EventsError::Unknown("event of a pallet")) };
    let event = variant(skip, reader, inner.ty.id)?;
    let fields = event.fields.iter().map(|field| {
        let bytes = skip.value(reader, field.ty.id)?;
        Ok(Field { name: field.name.as_deref(), bytes })
    });
    let fields = fields.collect::<Result<_, Malformed>>()?;
    skip.value(reader, topics.ty.id)?;
    Ok(Event { phase, pallet: &pallet.name, name: &event.name, fields })
}

fn read_phase<'a>(skip: &mut Skip<'a>, reader: &mut Reader<'a>, ty: u32) -> Result<Phase, EventsError> {
    let phase = variant(skip, reader, ty)?;
    match (phase.name.as_str(), phase.fields.as_slice()) {
        ("ApplyExtrinsic", [index]) => {
            let index = skip.value(reader, index.ty.id)?;
            let index = <[u8; 4]>::try_from(index).map_err(|_| EventsError::Unknown("index of an extrinsic"))?;
            Ok(Phase::ApplyExtrinsic(u32::from_le_bytes(index)))
        }
        ("Finalization", []) => Ok(Phase::Finalization),
        ("Initialization", []) => Ok(Phase::Initialization),
        _ => Err(EventsError::Unknown("phase of an event")),
    }
}

/// The variant of an enum that comes next.
fn variant<'a>(skip: &Skip<'a>, reader: &mut Reader<'_>, ty: u32) -> Result<&'a Variant<PortableForm>, EventsError> {
    let TypeDef::Variant(variants) = skip.definition(ty)? else { return Err(EventsError::Unknown("enum of events")) };
    let tag = reader.byte()?;
    let found = variants.variants.iter().find(|variant| variant.index == tag);
    found.ok_or(EventsError::Malformed(Malformed::Form("an enum has no variant with this tag")))
}

impl<'a> Event<'a> {
    /// What the event says, where it is understood here.
    ///
    /// # Errors
    ///
    /// [`EventsError::Malformed`] where `Revive.ContractEmitted` has other fields.
    pub fn known(&self) -> Result<Known<'a>, EventsError> {
        match (self.pallet, self.name) {
            ("Revive", "ContractEmitted") => self.contract_emitted().map(Known::ContractEmitted),
            ("System", "ExtrinsicSuccess") => Ok(Known::ExtrinsicSuccess),
            ("System", "ExtrinsicFailed") => Ok(Known::ExtrinsicFailed),
            ("TransactionPayment", "TransactionFeePaid") => Ok(self.fee_paid().unwrap_or(Known::Other)),
            _ => Ok(Known::Other),
        }
    }

    fn contract_emitted(&self) -> Result<ContractEmitted<'a>, EventsError> {
        let field = |name| self.field(name).ok_or(EventsError::Unknown("Revive.ContractEmitted"));
        let topics = exactly(field("topics")?, |reader| {
            (0..reader.compact_u32()?).map(|_| reader.array()).collect::<Result<_, _>>()
        });
        Ok(ContractEmitted {
            contract: exactly(field("contract")?, Reader::array)?,
            data: exactly(field("data")?, Reader::prefixed)?,
            topics: topics?,
        })
    }

    /// `None` on chains whose accounts or balances have other widths.
    fn fee_paid(&self) -> Option<Known<'a>> {
        let number = |name| self.field(name)?.try_into().ok().map(u128::from_le_bytes);
        let who = self.field("who")?.try_into().ok()?;
        Some(Known::FeePaid { who, fee: number("actual_fee")?, tip: number("tip")? })
    }

    fn field(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().find(|field| field.name == Some(name)).map(|field| field.bytes)
    }
}
