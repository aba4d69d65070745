//! Numbered refusals: one number a rule, stable for ever.

use core::fmt;
use parity_scale_codec::{Decode, Encode, Error, Input, Output};
use scale_info::{Type, TypeInfo};

macro_rules! refusals {
    ($($code:literal $name:ident $sentence:literal, $help:literal;)*) => {
        /// Why a command is refused. Travels as its number (`u16`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Refusal { $(#[doc = $sentence] $name,)* }

        impl Refusal {
            /// Every refusal, by number.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The number.
            pub fn code(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }

            /// The refusal of a number.
            pub fn from_code(code: u16) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// The rule in a sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }

            /// What to do next.
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

refusals! {
    100 Decode "the bytes are not an envelope", "sign the command again with a current client";
    101 TooLarge "the envelope or the call is larger than allowed", "send at most 16 envelopes of at most 12 KiB each";
    102 WrongVersion "the envelope has another version", "sign the command again with a current client";
    103 WrongDomain "the envelope was signed for another contract or chain", "compare deployment, address and chain id, then sign for this one";
    104 BadSignature "the signature does not verify", "the envelope was altered, or signed with another key: sign again";
    105 WeakKey "the key is malformed, weak or of an algorithm that is not open here", "generate a fresh Ed25519 key in a token";
    106 EnvelopeExpired "the envelope has expired", "sign the command again";
    107 LifeTooLong "the envelope would live too long", "let it expire within 60 minutes, within 15 for protective rows";
    108 Replayed "this key has used this nonce or a higher one", "the command was already carried out, or sign it again with a fresh nonce";
    190 Unreadable "a stored cell cannot be read", "stop and compare the contract's code hash with the released one";
    200 UnknownKey "the key has no seat", "sign with a seat's key; `greatseal status` lists them";
    201 SeatNotActive "the seat is not active", "let the seat's key accept the seat first";
    202 SeatSuspended "the seat is suspended", "wait until the suspension ends";
    203 SeatOverdue "the seat's validity is over", "the seat needs a new key; overdue Emergency seats can still pause";
    204 WrongCouncil "the seat is not of a council that may do this", "ask a seat of the row's councils";
    205 WrongEpoch "the council has changed since the command was signed", "look at the present council and sign again";
    206 NotAnAuthor "this seat may not open proposals under this row", "ask a seat of the row's councils";
    207 NotAnExecutor "this key may not execute under this row", "ask one of the row's executors";
    300 UnknownRow "the policy table has no such row", "choose a row of the table; unknown means denied";
    302 InvariantBroken "the policy table breaks an invariant", "change the councils or the row so that every invariant holds";
    303 OutOfBounds "a value leaves its bounds", "stay within the bounds that the row or the action states";
    305 WrongRow "the action does not belong to this row", "open it under the row that the action needs";
    400 UnknownProposal "there is no such proposal", "check the id; a finished proposal's slot may hold another by now";
    401 WrongDigest "the digest is not this proposal's", "read the proposal from the chain again and compare";
    402 AlreadyDecided "this seat has already decided so", "nothing to do: the decision stands";
    403 ApproveByPassed "the time to decide is over", "open the proposal anew";
    404 NoQuorum "the quorum does not stand", "collect the missing approvals";
    405 DelayRunning "the delay is still running", "wait until the time that the proposal shows";
    406 ExecuteByPassed "the time to execute is over", "open the proposal anew";
    407 Stale "the row or a council has changed since the proposal was opened", "open the proposal anew";
    408 Rejected "the proposal was rejected or cancelled", "open the proposal anew";
    409 AlreadyExecuted "the proposal was executed", "nothing to do: it took effect once";
    410 ActionDiffers "the action is not the one that was approved", "execute with the action of the opening event";
    411 PreconditionChanged "what the action builds on has changed", "open a proposal that builds on the present value";
    412 SlotsFull "the author has four live proposals", "cancel or finish one first";
    414 NoEscalation "no unused escalation record of the last seven days", "ask an operator or auditor to escalate first";
    415 QuorumStands "the quorum stands already", "a proposal can be cancelled only before its quorum; reject it instead";
    500 Blocked "a pause blocks this execution", "wait until the pause expires, or let the Sovereign lift it";
    501 PauseCap "the pause is not within its cap", "ask for 1 second to 60 minutes";
    503 NotPaused "the scope is not paused", "nothing to do";
    700 BadEconomics "the bridge parameters contradict each other", "keep tx_min <= tx_max <= account_max <= aggregate_max, fee_min <= fee_max, fee at most 10000 bps, rate above zero with a validity, period at least 480 s";
}

impl Encode for Refusal {
    fn encode_to<O: Output + ?Sized>(&self, out: &mut O) {
        self.code().encode_to(out);
    }

    fn size_hint(&self) -> usize {
        2
    }
}

impl Decode for Refusal {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Self::from_code(u16::decode(input)?).ok_or_else(|| "refusal".into())
    }
}

impl TypeInfo for Refusal {
    type Identity = u16;

    fn type_info() -> Type {
        u16::type_info()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.code(), self.sentence())
    }
}

impl core::error::Error for Refusal {}
