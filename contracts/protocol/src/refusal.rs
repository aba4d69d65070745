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

            /// The refusal of a number. Looked for: the contract reads a number seldom, and a `match` is longer.
            pub fn from_code(code: u16) -> Option<Self> {
                Self::ALL.iter().copied().find(|refusal| refusal.code() == code)
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
    105 WeakKey "the key is malformed, weak, or of an algorithm that this contract does not take", "generate a fresh Ed25519 key in a token";
    106 EnvelopeExpired "the envelope has expired", "sign the command again";
    107 LifeTooLong "the envelope would live too long", "let it expire within 60 minutes, within 15 for protective rows";
    108 Replayed "this key has used this nonce or a higher one", "the command was already carried out, or sign it again with a fresh nonce";
    109 DoorClosed "members may not act from their own chain accounts under this row", "sign an envelope instead";
    110 NotTheCaller "the calling account is not the key's", "call from the account of the seat's own Ed25519 key, or send an envelope";
    111 NonceTooHigh "the nonce is more than 2^48 above the last one", "sign with the next nonce of the seat";
    190 Unreadable "a stored cell cannot be read", "stop and compare the contract's code hash with the released one";
    200 UnknownKey "the key has no seat", "sign with a seat's key; `greatseal status` lists them";
    201 SeatNotActive "the seat has not been accepted", "accept it with its own key first: `greatseal seat accept`";
    202 SeatSuspended "the seat is suspended", "wait until the suspension ends";
    203 SeatOverdue "the seat's validity is over", "the seat needs a new key; overdue Emergency seats can still pause";
    204 WrongCouncil "the seat is not of a council that may do this", "ask a seat of the row's councils";
    205 WrongEpoch "the council has changed since the command was signed", "look at the present council and sign again";
    206 NotAnAuthor "this seat may not open proposals under this row", "ask a seat of the row's councils";
    207 NotAnExecutor "this key may not execute under this row", "ask one of the row's executors";
    208 SeparationOfDuties "the organisation has another duty here", "choose an organisation that neither operates, audits nor arbitrates where it approves, nor disputes what it triages";
    209 OrganisationCap "the organisation would hold too many seats of the council", "choose a seat of another organisation";
    210 KeyUsedBefore "the key has had a seat before", "generate a fresh key: a key sits in one seat for ever";
    211 NotTheSeat "the seat is not the one that may do this", "ask the seat that the proposal or the row names";
    300 UnknownRow "the policy table has no such row", "choose a row of the table; unknown means denied";
    301 ImpossibleThreshold "the row asks for no approval, or for more than there are seats", "ask for at least one and at most all of the row's seats";
    303 OutOfBounds "a value is out of bounds", "stay within the bounds that the row or the action states";
    305 WrongRow "the action does not belong to this row", "open it under the row that the action needs";
    306 DelayHalved "the change cuts the row's delay to less than half", "shorten it in several steps, each to half at most";
    341 InvariantDeny "the table would break invariant 1, deny", "name known rows, each once, with councils that exist";
    342 InvariantMinima "the table would break invariant 2, minima", "`greatseal policy check` shows the row and the numbers";
    343 InvariantWhoCounts "the table would break invariant 3, who_counts", "let no Operator, Auditor or Panel vote";
    344 InvariantSingles "the table would break invariant 4, singles", "ask for two approvals, but for documents and small batches";
    345 InvariantIntersect "the table would break invariant 5, intersect", "let any two quorums share a seat";
    346 InvariantSlack "the table would break invariant 6, slack", "leave one seat to spare in every council";
    347 InvariantOrgCap "the table would break invariant 7, org_cap", "ask for more approvals than the largest organisations hold together";
    348 InvariantTwoCouncils "the table would break invariant 8, two_councils", "let no council of several decide alone";
    349 InvariantBounds "the table would break invariant 9, bounds", "keep the clocks within their bounds";
    350 InvariantPauseWindow "the table would break invariant 10, pause_window", "give a delayed row a window of twice the longest pause";
    351 InvariantDirection "the table would break invariant 11, direction", "protective rows have no delay, loosening rows at least an hour";
    352 InvariantCheapPath "the table would break invariant 12, no_cheap_path", "changing a council must not be easier than what it decides";
    353 InvariantOrgDuties "the table would break invariant 13, org_duties", "keep operating, auditing, arbitrating and approving apart";
    354 InvariantOneSeat "the table would break invariant 14, one_seat", "give every seat a key and a holder of its own";
    355 InvariantRetire "the table would break invariant 27, retire", "let retire ask for more than policy-table, of each of its councils, and wait twice as long";
    356 InvariantAdministration "the table would break invariant 28, administration", "ask for three approvals of two councils, and for a majority of the Sovereign and one of Policy where they rule over themselves";
    357 InvariantNamedRows "the table would break invariant 29, named_rows", "let the rows of programmes, and no others, ask the programme's council, and a rotate row the council that it is about";
    358 InvariantComplete "the table would break invariant 30, complete", "bring the council's rotate row with it, and auditors and a panel before what they are for";
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
    411 PreconditionChanged "the value that the command names is not the present one", "read the present value and sign again; a proposal has to be opened anew";
    412 SlotsFull "all of the author's slots have live proposals", "cancel or finish one first";
    413 DocumentMissing "a document, evidence, reason, report, reference, incident or bill of materials is missing: zeros say nothing", "state the hash of the document, and of whatever the action or order asks for besides";
    414 NoEscalation "no unused escalation record of the last seven days", "let an operator or auditor escalate: one record serves one execution, and a later one of its scope takes its place";
    415 QuorumStands "the quorum stands already", "a proposal can be cancelled only before its quorum; reject it instead";
    416 NoVeto "there is nothing to veto now", "a veto is possible while the delay runs";
    417 NotDeadlocked "the proposal is not deadlocked", "the panel is called within a day after the time to decide, where one approval is missing and the action is neutral";
    418 NotThePanelsTurn "it is not this panel seat's turn", "the first active panel seat whose organisation is no party approves, 48 to 72 hours after the call";
    430 DecidedAlone "a proposal of this row is decided by itself", "sign for it alone: it protects, or changes who decides";
    500 Blocked "a pause blocks this execution", "wait until the pause expires, or let the Sovereign lift it";
    501 PauseCap "the pause is not within its caps: one at a time, and all of seven days together", "ask for less, or let the Sovereign council pause";
    502 ReviewDue "an earlier pause has not been reviewed", "file the review and let an auditor attest it, or ask the Sovereign council to consent";
    503 NotPaused "no such pause or mode is in force", "nothing to do";
    504 NoReviewDue "no review is due for this incident", "compare scope and incident with `greatseal status`";
    505 ReviewNotFiled "the seat has filed no report on it", "name a Sovereign or Emergency seat that has, or let one file it first";
    506 ReviewFiled "the seat has filed this version of its report, or a later one", "let an auditor attest it, or file the next version";
    507 StillPaused "the pause is still in force", "file the review when it is over";
    600 AlreadyAccepted "the seat was accepted already", "nothing to do";
    601 NotSuspended "the seat is not suspended", "nothing to do";
    602 AlreadySuspended "the seat is suspended already", "nothing to do, or let the Sovereign council confirm it";
    603 SuspensionCap "this seat may not be set aside now", "Emergency: one seat of another council at a time, once in an epoch; Sovereign: a minority of a council";
    604 OwnWord "the seat gave itself up", "rotate it: its key is not to be trusted again";
    605 ExpiriesTooClose "seats of a council would expire within a week, or in more than 120 days", "choose another time";
    606 HolderTaken "the holder has another seat", "a person holds one seat";
    607 SeatCount "the seats do not fit the council's size", "name one new seat for each place that is added";
    608 RecoveryDoesNotStand "no recovery of the seat's council whose quorum stands is named", "name one that waits for its delay or may be executed, or leave it out: only a suspension that runs is prolonged";
    609 SovereignsWord "it is for a majority of the Sovereign council, whatever the row asks", "let the Sovereign council decide it, under a row that takes its majority";
    620 UnknownEntry "the registry has no valid entry of this name", "register it first, or wait until it is valid";
    621 EntryRevoked "the entry was revoked", "assets, payers, parties, components and settings can be registered again; register another issuer or schema";
    622 BadValidity "the entry's validity is empty or over, an exception has no end, or an entry that holds would be gone until a later one begins", "state a validity that ends in the future; what renews an entry begins now or before";
    623 OutsideWindow "the release's change window is closed now", "execute it within the window, or open another release";
    624 NoRollback "there is no release to go back to", "the release allowed it for a time that is over, or was the first";
    625 UnboundedException "an exception names no tenant, or lasts longer than a year", "name the tenant, and an end within a year; register it again if it is still needed";
    640 AlreadyDisputed "the seat disputes the subject already", "wait for the answer";
    641 NotDisputed "the subject is not disputed", "compare the subject";
    642 TooManyDisputes "the seat has 16 open disputes about subjects of this kind", "wait for an answer, or retract one";
    643 AlreadyAcknowledged "the dispute was acknowledged already", "nothing to do";
    644 NotInOrder "a dispute is acknowledged, then triaged, then given more time", "take the earlier step first";
    645 AlreadyTriaged "the dispute was triaged already", "nothing to do";
    646 JustClosed "the last dispute of the seat about the subject ended less than an hour ago", "wait an hour, then dispute it again";
    700 BadEconomics "the bridge parameters contradict each other", "keep tx_min <= tx_max <= account_max <= aggregate_max, lot_max <= aggregate_max, rate_band_bps at most 500, fee_min <= fee_max, fee at most 10000 bps, rate above zero with a validity, period at least 480 s";
    701 UnknownRoute "there is no such route", "propose its economics first";
    702 RouteDisabled "the route is not enabled", "propose compliance that enables it";
    703 RateNotValid "the route's exchange rate is not valid now", "propose economics with a rate that is valid now";
    704 AmountOutOfBounds "the amount is outside of the limits of one conversion", "compare with the route's economics; in limited mode the upper limit is a tenth";
    705 AccountLimit "the account would exceed its limit for the period", "wait, or convert less";
    706 AggregateLimit "all accounts together would exceed the route's limit for the period", "wait, or convert less";
    707 CountLimit "the route has reached its number of conversions for the period", "wait until earlier conversions leave the period";
    708 NotAllowed "the account is not proved to be on the list of accounts that the route serves", "prove its place in the route's present list";
    709 NotShownAbsent "the account is not proved to be absent from the list of excluded accounts", "prove its two neighbours, one below and one above it, in the route's present list";
    710 FeeExceedsAmount "the fee exceeds the amount", "convert more";
    711 NothingArrives "the amount that arrives would be zero, or too large to count", "convert another amount";
    712 OtherVersion "the route's parameters, rate or lists have changed", "read the present versions and sign again";
    713 NoWord "no Treasury seat has given its word for this transfer within a quarter of an hour", "let a Treasury seat give its word for just this transfer, then send the same request again: its number is not used up";
    714 PlaceTaken "an earlier conversion that has not ended holds the place", "say what became of it; the next number has a place of its own";
    715 UnknownConversion "there is no such conversion", "compare route and number";
    717 TooManyRoutes "sixteen routes take this asset this way already", "use one of them";
    718 BadCount "an account's conversion is one, and a lot has one at least", "state a count of 1 with an account, or the lot's count without one";
    719 NoLots "the route takes no lots", "name the account, or propose economics with a lot_max";
    720 BadCompletion "what was carried out does not add up", "state at least one unit for each conversion, fees within the amount, and a root; of a release no count, no amount, and a reason";
    721 OutsideRateBand "the day's rate is outside of the route's band, has another denominator, or is not for the next seven days", "keep the approved denominator and stay within rate_band_bps, or propose another rate";
    722 RoundTrip "with this rate whoever goes over and comes back would have more than before", "lower it, or propose a lower rate for the way back first";
    723 NoDailyLists "the route has no such lists of the day", "state a list for each that is approved, or propose compliance that lets Identity seats set them";
    800 UnknownProgram "there is no such programme", "create it first, or compare its number";
    801 ProgramExists "the programme's number was given before", "choose a number that was never used";
    802 BadTerms "the programme's terms are not sound", "change something: 1 or 2 auditors, a challenge of 1 hour to 14 days, and at most 8 rule sets and 8 lines, each once, in order";
    803 UnknownLine "the programme has no such budget line", "name a line of the programme, or let program-change open one";
    804 RulesDiffer "the programme has no such rule set", "compare the version: `greatseal program show` lists them";
    805 RulesNotEffective "the rule set is not in effect on the payday", "choose the entries again under a rule set that is; under one that is over, pay again at most what is final as unpaid of a parent that was paid under it, once";
    806 OtherPayer "the account is no payer of this programme", "name a payer that the registry has for it";
    807 LineSpent "the batch does not fit what is left of the budget line", "pay less, or let program-change raise the line's limit; of a batch that was stopped or failed the line has back what is final as not debited, up to credit_max, which program-change raises";
    808 NotSmall "the batch is too large for one approval, alone or with the small ones before, or pays another one's entries again", "open it as a large batch";
    809 ManifestUsed "this manifest was executed before", "nothing to do: a manifest is executed once";
    810 BadBatch "a batch has no entries, or less to pay than entries", "state count and total of the manifest";
    811 AuthorDoesNotCount "the author of a small batch cannot approve it", "ask another seat of the programme";
    812 UnknownBatch "there is no such batch", "compare the hash of the manifest's header; a batch is known from its execution on: before, reject its proposal, or stop or dispute its manifest";
    814 BadEntry "the batch has no such entry", "compare the index with the manifest";
    815 SumsDiffer "the sums do not add up", "compare the outcomes with the manifest: at least one unit for each entry, and the total when all are closed";
    818 BadParent "the batch that is paid again is of another programme or asset", "name a batch of this programme in this asset";
    823 Disputed "a dispute holds it, or was upheld", "wait for the answer, or until it holds no more; where it was upheld, open another proposal, or let the recorder state it again after the second of the answer and make that final";
    825 BeforePayday "no entry is closed before the payday", "state it when the payday has come, or stop the batch";
    826 AuthorityExists "the authority's number was given before", "choose a number that was never used";
    827 UnknownAuthority "there is no such authority", "create it first, or compare its number";
    828 OtherAuthority "a programme stays with its authority", "rotate the authority's seats instead";
    829 TooFewAuditors "there are not so many organisations among the auditors", "ask for one auditor, or let another organisation audit first";
    830 BadRules "the rule set's version or time is not sound", "begin a version above all others, or end one earlier than it ends now and not in the past";
    831 BadLine "the budget line is not sound", "keep asset and beginning, end it in the future, small batches up to a tenth of the limit, credit up to the limit";
    832 OtherHeader "the header has another version, or is for another deployment", "make the manifest again for this deployment with a current client";
    833 BadPayday "the payday is more than a day ago, or more than 90 days ahead", "make the manifest again with another payday, or execute it later";
    834 OtherAsset "the budget line is in another asset", "name a line of the asset that is paid";
    835 LineClosed "the budget line does not pay for that payday", "name a line that is open on the payday, and by now; for 180 days more it pays again what is final as unpaid, once";
    836 BatchStopped "the batch was stopped, for good", "make another manifest of what is to be paid";
    837 UnknownStatement "the recorder has not made this statement, or another one since", "read the recorder's present statement, and name that";
    838 NotYounger "a statement that was made later, or this one, is final", "nothing to do, or let the recorder state it again";
    839 RecorderGone "the recorder's seat has another key, or is suspended", "let the seat state it again";
    840 NotConfirmed "fewer auditors confirm the statement than the batch asks for", "let auditors of different organisations confirm it";
    841 Contradicted "an auditor contradicts the statement", "let the recorder state what is so, the auditor vote again, or the Sovereign council overrule it";
    842 ChallengeRunning "the statement has not stood for as long as the batch asks", "wait until it has, without a contradiction or a dispute";
    843 NotContradicted "the seat has no vote on the batch, or was overruled about this statement", "compare seat and statement with `greatseal batch show`";
    900 UnknownParameter "the parameter has no baseline", "let policy and technical councils set one first";
    901 OutsideBand "the value is more than 20 % off the baseline", "propose a new baseline";
    902 TunedTooSoon "the parameter was changed within the last hour", "wait an hour between two changes";
    903 ProfileOver "the micronode's time is over: nothing loosens", "renew the profile";
    910 PhaseStep "a council's phase goes up by one step, or back", "propose the next phase, or an earlier one";
    911 PhaseEvidence "an attachment of the change of phase is missing", "state the hashes of the property tests' report and of the 15-minute performance snapshot";
    912 PhaseWindow "the change window of the phase is closed now", "execute within the window, or open another proposal";
    913 NoWayBack "there is no phase to go back to", "the way back is over or was used: propose the change of phase";
    914 CompanionMissing "a seat of the council has no companion", "let every seat of the council name its companion first";
    915 CompanionNamed "the seat's key has a companion already", "a companion changes only with the seat's key: rotate the seat";
    916 CompanionUsed "the companion has been named before", "generate a fresh ML-DSA key: a companion belongs to one seat for ever";
    917 NoCompanion "the council's phase asks for a companion, which this seat has not named", "name the seat's companion first";
    918 PhaseDoor "the council's phase takes signed envelopes only", "sign an envelope, with the companion's signature beside it";
    919 NoSuchCouncil "the council has no seats", "name a council of this deployment";
    920 Awaiting "the contract awaits the state of the one before it", "bring the cells that are missing: `greatseal succeed`";
    921 Retired "the contract is retired: another one goes on", "sign for the successor, whose address the contract's head names";
    922 NoSuccessor "no contract of this code awaits this one's state at the address", "deploy the successor first: `greatseal succeed`";
    923 NotRetired "the contract before it has not retired in its favour", "wait until its retirement is executed";
    924 NoSuchCell "the retired contract has no such cell, or does not answer", "bring cells of its state: `greatseal succeed import` finds out which are missing";
    925 NothingAwaited "the contract has its whole state", "nothing to do";
    926 RecoveryStands "a recovery has its quorum and is not over", "wait until it is executed or can be no more: who sits in the council is decided first";
    927 FirstAuthority "the first authority of a programme comes with all rows of programmes and at least three seats", "bring rows 17 to 20, 32 and 39 in the same action, and three seats or more";
    928 ThresholdDrops "the change lowers a row's approvals too much at once", "lower m and each minimum by one, or m by as many as seats go; a council leaves a row once its minimum is 0";
}

impl Refusal {
    /// This refusal, unless that holds.
    pub(crate) fn unless(self, holds: bool) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(self) }
    }

    /// What a seat has decided already, or can no longer decide: the proposal has ended.
    pub fn over(self) -> bool {
        matches!(
            self,
            Self::AlreadyDecided
                | Self::ApproveByPassed
                | Self::ExecuteByPassed
                | Self::Stale
                | Self::Rejected
                | Self::AlreadyExecuted
        )
    }
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
