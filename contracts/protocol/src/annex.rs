//! The annex: a second contract, without state, that knows the rules of half of the commands (ADR 35).
//!
//! The governance contract asks it by read-only calls and gives it what the rules look at: the member, the command, and
//! the cells. The answer is a function of these alone: records to emit and cells to write, or a refusal, or which other
//! cells the rules look at. It is asked anew until nothing is missing. All state, the seats, the signatures, the numbers
//! of the records and the councils' own proposals stay where they are.

mod asking;

pub use asking::{act, concerns, concerns_bare, concerns_envelope, submit};

use crate::{cells::CellKey, council::SeatId, decide::Via, key::Key, refusal::Refusal};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

#[cfg(feature = "annex")]
mod answering;
#[cfg(feature = "annex")]
mod likely;
#[cfg(feature = "annex")]
pub use answering::{answer, length};

/// Times that one command is asked about at most.
pub const MOST_QUESTIONS: usize = 12;
/// Most cells that go with one question.
pub const MOST_CELLS: usize = 256;

/// Tags of the orders that are the annex's, ascending.
pub const ORDERS: [u8; 16] = [12, 13, 14, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29];
/// Tags of the actions that are the annex's, and with which a proposal is opened and executed there, ascending.
pub const ACTIONS: [u8; 12] = [11, 12, 13, 14, 17, 19, 20, 24, 25, 26, 27, 28];

/// What the annex is asked.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Question {
    /// Whose command.
    pub actor: Key,
    /// The seat that the key has or had.
    pub member: Option<SeatId>,
    /// How it came in.
    pub via: Via,
    /// Block time in seconds.
    pub now: u64,
    /// SCALE bytes of the command.
    pub command: Vec<u8>,
    /// Cells of the governance contract, each once, the head first; nothing where there is none.
    pub cells: Vec<(CellKey, Option<Vec<u8>>)>,
}

impl Question {
    /// Bytes that it takes, and a few more: memory that grows is not given back in a contract.
    pub fn room(&self) -> usize {
        let cells = self.cells.iter().map(|(_, cell)| cell.as_ref().map_or(0, Vec::len).saturating_add(KEY));
        cells.fold(self.command.len().saturating_add(3 * KEY), usize::saturating_add)
    }
}

/// Most bytes of a cell's key, and of what stands before a cell.
const KEY: usize = 70;

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Answer {
    /// The rules look at these cells too.
    #[codec(index = 0)]
    Missing(Vec<CellKey>),
    /// A rule refuses the command.
    #[codec(index = 1)]
    Refused(Refusal),
    /// It takes effect.
    #[codec(index = 2)]
    Applied(Applied),
    /// The bytes are not exactly a command of the annex.
    #[codec(index = 3)]
    Malformed,
    /// Cells do not fit each other.
    #[codec(index = 4)]
    Unfit,
}

/// What a command of the annex does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Applied {
    /// Its records, in their order.
    pub told: Vec<Told>,
    /// SCALE bytes of the head, but for the number of cells, which only the governance contract knows.
    pub head: Vec<u8>,
    /// The cells that are written, the head not among them.
    pub cells: Vec<(CellKey, Vec<u8>)>,
}

/// A record's event, ready to be emitted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Told {
    /// Signature topic of its kind.
    pub topic: [u8; 32],
    /// [`crate::event::Event::subject`].
    pub subject: [u8; 32],
    /// Its SCALE bytes.
    pub event: Vec<u8>,
}
