//! Contents: what a command names by its hash, with the bytes at hand.
//!
//! No hash goes on chain whose content nobody holds. Whatever a command line gives as words, file or name is collected with its
//! bytes ([`AtHand`]); a command that is to be signed is asked what it names, and all of that is brought to the indexers first
//! ([`bring`]). Whoever approves is shown the contents ([`look`]).

mod about;
mod at_hand;
mod bring;
mod copy;
mod fetch;
mod hold;
mod look;
mod patience;
mod secret;

pub use about::{Privacy, doubted, proposal_protects};
pub use at_hand::{AtHand, Filed, Source, Spool};
pub use bring::{Bring, Kept, bring, bring_order};
pub use copy::{Copied, copy};
pub use fetch::{Fetched, Reading, fetch};
pub use hold::{Holder, held};
pub use look::{Looked, TEXT, Unfound, look, quoted, text_of, write_to};
pub use patience::{Patience, Silent};
pub use secret::{Identity, Readers};

/// Most bytes of a content: 2 GiB.
pub const MOST: u64 = greatseal_content::MAX;
/// Most bytes of a content that is held in memory.
pub const IN_MEMORY: u64 = 64 * 1024;
