//! Any value of every type that has bytes, sound or not; and the largest one of each.
//!
//! A field or a variant that is missing here does not compile.

use crate::dice::Dice;
use greatseal_protocol::{
    action::Action,
    batch::{Batch, Executed, Header, Rail},
    bytes::*,
    cells::{CellKey, Head},
    command::{Capacity, Command, Order},
    conversion::{
        Absence, Carried, Completion, Conversion, Counted, ListProofs, Quote, Reservation, Sharing, Traffic, Transfer,
        Versions, Word,
    },
    council::{Council, CouncilHead, Organisation, Overdue, Phase, Seat, SeatId, Sits, Suspender, Suspension},
    daily::{Daily, DayLists, DayRate, Following, Said},
    digest::Domain,
    dispute::{Dispute, DisputeId, Disputed, Held, Hold, OpenDisputes, Resolution, Subject, Triage},
    emergency::{Duty, InMode, Paused, Report, Use},
    envelope::Envelope,
    event::{Door, Event, Record},
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    key::{Key, Signature},
    language::{
        bridge, contract,
        council::{self, Reconstitute},
        dispute, emergency, operation, phase, policy, program,
        proposal::{self, Decided, DeploymentLog, Execute, Open, Opened},
        registry,
    },
    line::{Line, LineTerms, SetLine},
    manifest::{self, Destination, EntrySalt, Pseudonym},
    merkle::{Inclusion, TreeHead},
    outcome::{NotDeployed, Outcome, Undone},
    parameter::{Parameter, Tuning},
    phase::{Companion, SetPhase, Way, WayBack},
    policy::Broken,
    program::{ChangeProgram, CreateAuthority, CreateProgram, Privacy, Program, RuleSet, RulesChange, Terms},
    proposal::{Cause, PanelCall, Proposal, Stage, Tally},
    proposal_id::{Choice, Choices, Decision, ProposalId},
    refusal::Refusal,
    registry::{ComponentKind, Deployment, Entry, EntryKey, Registered, Release, Risk, Running, Setting},
    route::{Compliance, Course, Economics, Route, Served, SetCompliance, SetRoute},
    row::{Executors, Minima, Row, RowId},
    scale::Encode,
    scope::{Escalation, Mode, Pause, Scope, SetMode, Severity, Watched},
    settlement::{Final, Outcome as EntryOutcome, Reference, Stated, Statement, Verdict, Vote, Voted},
    succession::Import,
    window::{Meter, Window},
};

pub(crate) trait Any: Sized {
    fn any(dice: &mut Dice) -> Self;
}

/// The value of this type with the most bytes.
pub(crate) fn largest<T: Any>() -> T {
    T::any(&mut Dice::Largest)
}

/// One of several ways to make a value; of all of them the one with the most bytes.
fn one_of<T: Encode>(dice: &mut Dice, ways: &[fn(&mut Dice) -> T]) -> T {
    match dice {
        Dice::Random(_) => dice.one(ways)(dice),
        Dice::Largest => ways.iter().map(|way| way(dice)).max_by_key(Encode::encoded_size).unwrap(),
    }
}

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl Any for $type {
            /// Often at an end of its range.
            fn any(dice: &mut Dice) -> Self {
                match dice.below(4) {
                    0 => Self::try_from(dice.below(4)).unwrap(),
                    3 => Self::MAX,
                    _ => Self::from_le_bytes(dice.bytes()),
                }
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 u128 }

impl Any for bool {
    fn any(dice: &mut Dice) -> Self {
        dice.below(2) == 1
    }
}

impl<T: Any, const SIZE: usize> Any for [T; SIZE] {
    fn any(dice: &mut Dice) -> Self {
        std::array::from_fn(|_| T::any(dice))
    }
}

impl<T: Any> Any for Option<T> {
    fn any(dice: &mut Dice) -> Self {
        (dice.below(3) > 0).then(|| T::any(dice))
    }
}

/// Short lists: the longest that a cell holds, but for the scopes with a duty.
impl<T: Any> Any for Vec<T> {
    fn any(dice: &mut Dice) -> Self {
        (0..dice.below(5)).map(|_| T::any(dice)).collect()
    }
}

impl<A: Any, B: Any> Any for (A, B) {
    fn any(dice: &mut Dice) -> Self {
        (A::any(dice), B::any(dice))
    }
}

macro_rules! wrappers {
    ($($type:ident)*) => {$(
        impl Any for $type {
            fn any(dice: &mut Dice) -> Self { Self(Any::any(dice)) }
        }
    )*};
}

wrappers! {
    DeploymentId ChainGenesis ContractAddress ActionHash DocumentHash ProposalDigest EnvelopeDigest RouteHash HolderHash
    ReferenceHash ManifestHash EntriesRoot OutcomesRoot StatementHash ChainHash TxHash EntrySalt CodeHash SubjectId AssetHash CompanionHash ContractCode DomainTag
    IncidentId Salt RowId
}

macro_rules! structs {
    ($($type:ident { $($field:ident)* })*) => {$(
        impl Any for $type {
            fn any(dice: &mut Dice) -> Self { Self { $($field: Any::any(dice)),* } }
        }
    )*};
}

macro_rules! enums {
    ($($type:ident { $($variant:ident $(($($inner:ident)*))? $({ $($field:ident)* })?,)* })*) => {$(
        impl Any for $type {
            fn any(dice: &mut Dice) -> Self {
                /// Does not compile where a variant is missing.
                const fn _complete(value: &$type) {
                    match value { $($type::$variant { .. } => {})* }
                }
                #[allow(unused_variables, reason = "variants without fields")]
                let ways: &[fn(&mut Dice) -> Self] = &[$(
                    |dice| $type::$variant $(($({ let $inner = Any::any(dice); $inner }),*))? $({ $($field: Any::any(dice)),* })?
                ),*];
                one_of(dice, ways)
            }
        }
    )*};
}

impl<T: Any> Any for Box<T> {
    fn any(dice: &mut Dice) -> Self {
        Self::new(T::any(dice))
    }
}

impl Any for Label {
    fn any(dice: &mut Dice) -> Self {
        let length = dice.below(32) + 1;
        let text: String =
            (0..length).map(|_| char::from(*dice.one(b"abcdefghijklmnopqrstuvwxyz0123456789-"))).collect();
        Self::new(&text).unwrap()
    }
}

/// Sorted, each council once, as many as there can be where the largest is wanted.
impl Any for Choices {
    fn any(dice: &mut Dice) -> Self {
        let count = match dice {
            Dice::Largest => *Self::COUNT.end(),
            Dice::Random(_) => 2 + usize::try_from(dice.below(3)).unwrap(),
        };
        let serials = (0..count).map(|at| u32::MAX - u32::try_from(count - at).unwrap());
        let choice = |serial| {
            let id: ProposalId = Any::any(dice);
            Choice { id: ProposalId { serial, ..id }, digest: Any::any(dice), decision: Any::any(dice) }
        };
        Self::new(serials.map(choice).collect()).unwrap()
    }
}

impl Any for Minima {
    fn any(dice: &mut Dice) -> Self {
        let mut list: Vec<(Council, u8)> = match dice {
            Dice::Largest => (0..4).map(|at| (Council::Program(u32::MAX - at), u8::MAX)).collect(),
            Dice::Random(_) => (0..=dice.below(4)).map(|_| Any::any(dice)).collect(),
        };
        list.sort_unstable();
        list.dedup_by_key(|(council, _)| *council);
        Self::new(list).unwrap()
    }
}

/// Sorted, each route once, as many as there can be where the largest is wanted.
impl Any for Sharing {
    fn any(dice: &mut Dice) -> Self {
        let mut periods: Vec<(u32, u32)> = match dice {
            Dice::Largest => (0..Self::MOST).map(|at| (u32::MAX - u32::try_from(at).unwrap(), u32::MAX)).collect(),
            Dice::Random(_) => (0..=dice.below(4)).map(|_| Any::any(dice)).collect(),
        };
        periods.sort_unstable();
        periods.dedup_by_key(|(route, _)| *route);
        Self(periods)
    }
}

/// A head, as long as it can be.
impl Any for Import {
    fn any(dice: &mut Dice) -> Self {
        let head: Head = Any::any(dice);
        Self { predecessor: Any::any(dice), head: head.encode(), cells: Any::any(dice) }
    }
}

impl Any for Destination {
    fn any(dice: &mut Dice) -> Self {
        let mut part = |alphabet: &[u8], least: u64, most: u64| -> String {
            let length = least + dice.below(most - least + 1);
            (0..length).map(|_| char::from(*dice.one(alphabet))).collect()
        };
        let (namespace, reference, address) =
            (part(b"az09-", 3, 8), part(b"azAZ-_", 1, 32), part(b"azAZ09.%-", 1, 128));
        Self::new(&format!("{namespace}:{reference}:{address}")).unwrap()
    }
}

impl Any for manifest::Entry {
    fn any(dice: &mut Dice) -> Self {
        Self {
            index: Any::any(dice),
            person: Any::any(dice),
            destination: Any::any(dice),
            amount: Any::any(dice),
            eligibility: Any::any(dice),
            revocation: Any::any(dice),
            repays: Any::any(dice),
            salt: Any::any(dice),
        }
    }
}

impl<T: Any> Any for Said<T> {
    fn any(dice: &mut Dice) -> Self {
        Self { what: Any::any(dice), key: Any::any(dice), at: Any::any(dice), version: Any::any(dice) }
    }
}

impl Any for ProposalId {
    fn any(dice: &mut Dice) -> Self {
        let slot = u8::try_from(dice.below(4)).unwrap();
        Self { serial: Any::any(dice), author: Any::any(dice), slot }
    }
}

impl Any for Refusal {
    fn any(dice: &mut Dice) -> Self {
        *dice.one(Self::ALL)
    }
}

impl Any for Envelope {
    fn any(dice: &mut Dice) -> Self {
        let (domain, command) = Any::any(dice);
        Self { version: Self::VERSION, domain, command, key: Any::any(dice), signature: Any::any(dice) }
    }
}

structs! {
    Absence { below below_at above above_at }
    Batch {
        program asset number rules line pay_on count total auditors challenge last again
    }
    Broken { invariant row }
    ChangeProgram { program terms rules lines }
    Command { capacity expiry order }
    Compliance { enabled allow deny policy min_finality daily }
    Carried { account amount fee result reference check }
    Completion { route number version count amount fees root }
    Conversion { number transfer }
    Daily { rate_version rate lists_version lists }
    DayLists { allow deny }
    DayRate { num den until }
    Following { previous lists }
    Meter { window kept }
    Transfer { route count amount account versions }
    Versions { economics compliance rate lists }
    Word { transfer key at }
    Companion { key companion }
    CouncilHead { epoch size set_aside whole_from phase }
    CouncilSeats { council seats }
    CreateAuthority { authority seats }
    CreateProgram { program terms rules lines }
    Deployment { current before rollback_until }
    DeploymentLog { operator version sbom }
    Dispute { key organisation at reason acknowledged triaged resolved retracted }
    Disputed { execution finality upheld }
    DisputeId { subject seat }
    Hold { seat at }
    OpenDisputes { key counts }
    Domain { deployment contract chain_id }
    Decided { id decision skipped }
    Duty { set_by incident severity since until pauses reports consent }
    Economics {
        source destination course rate_num rate_den rate_from rate_until fee_bps fee_min fee_max tx_min tx_max account_max
        aggregate_max count_max period large lot_max rate_band_bps
    }
    Escalation { at seat reference used }
    Execute { id action version sbom }
    Executed { manifest header rules number previous small auditors challenge }
    Final { recorder version commitment stated_at at closed paid unpaid debited credit }
    Genesis { chain chain_id profile councils rows salt }
    Head { domain chain seq serial profile cells changes stops_until successor }
    Header { version deployment program asset payer rail rules line pay_on count total root parent }
    InMode { mode until incident set_by sovereign_until }
    Inclusion { index path }
    ListProofs { allow deny }
    Line { version asset from first_until terms spent small_spent returned }
    LineTerms { until limit credit_max small_one small_all }
    NewSeat { key holder organisation role valid_until }
    Open { row action document approve_within execute_within nonce approve }
    Opened { id digest row row_version epochs action document nonce approve_by delay window }
    Organisation { approving operator auditor panel issuer }
    PanelCall { from until approved }
    Pause { scope seconds incident severity reason }
    Paused { until since set_by incident severity reason sovereign_until }
    Program { version terms rules batches last }
    Proposal {
        serial digest row row_version m executors direct settled author nonce action document opened_at approve_by delay
        window stage overdue tie vetoes panel tallies sets_aside
    }
    Quote { fee result }
    Pseudonym { key code }
    Reconstitute { council epoch size added rows }
    Record { seq at door actor event }
    Registered { version entry valid_from valid_until revoked }
    Release { component version code sbom not_before not_after replaces rollback_until }
    Report { set_by version severity report }
    Reservation { number account count amount at version }
    Route { version economics }
    Row { id version m minima delay approve_by window executors direct }
    RuleSet { hash effective_from effective_until }
    Running { version code }
    Seat {
        key holder organisation role valid_until accepted since nonce suspension set_aside_in previous successor heartbeat vacant sits
    }
    SeatId { council index }
    Served { version compliance }
    SetCompliance { route previous compliance }
    Stated { key at commitment statement voters cleared }
    Statement { manifest version previous root closed paid unpaid debited }
    SetLine { line previous asset from terms }
    SetMode { mode seconds incident severity reason }
    SetPhase { council previous next not_before not_after property_tests performance way_back }
    SetRoute { route previous economics }
    Suspension { from until by }
    Sits { epoch phase }
    Tally { council epoch size least approve reject }
    Traffic { next authorised refused ended restated period_since longest changing_since }
    TreeHead { size root }
    Vote { manifest number recorder version commitment verdict evidence }
    Voted { number recorder commitment verdict key at overruled }
    EntryOutcome { index closed paid excess references reason evidence }
    Reference { chain transaction log amount share }
    WayBack { to until }
    Terms { authority privacy schedule auditors challenge }
    Triage { at organisation finding decide_by }
    Tuning { baseline value at }
    Use { newest seconds }
    Window { bucket newest amounts }
}

type CouncilAction = council::Action;
type EmergencyAction = emergency::Action;
type PolicyAction = policy::Action;
type BridgeAction = bridge::Action;
type ProgramAction = program::Action;
type RegistryAction = registry::Action;
type DisputeAction = dispute::Action;
type PhaseAction = phase::Action;
type OperationAction = operation::Action;
type ContractAction = contract::Action;
type CouncilOrder = council::Order;
type ProposalOrder = proposal::Order;
type EmergencyOrder = emergency::Order;
type BridgeOrder = bridge::Order;
type ProgramOrder = program::Order;
type RegistryOrder = registry::Order;
type DisputeOrder = dispute::Order;
type PhaseOrder = phase::Order;
type OperationOrder = operation::Order;
type CouncilEvent = council::Event;
type ProposalEvent = proposal::Event;
type EmergencyEvent = emergency::Event;
type PolicyEvent = policy::Event;
type BridgeEvent = bridge::Event;
type ProgramEvent = program::Event;
type RegistryEvent = registry::Event;
type DisputeEvent = dispute::Event;
type PhaseEvent = phase::Event;
type OperationEvent = operation::Event;
type ContractEvent = contract::Event;

enums! {
    Action { Council(of), Emergency(of), Policy(of), Bridge(of), Program(of), Registry(of), Dispute(of), Phase(of), Operation(of), Contract(of), }
    CouncilAction { Suspend { seat key reason recovery }, Reinstate { seat key reason }, Rotate { seat previous new }, Recover { council epoch seats }, Reconstitute(change), }
    EmergencyAction { Pause(pause), Lift { scope set_by incident }, SetMode(set), LeaveMode { set_by incident }, Consent { scope set_by incident evidence }, }
    PolicyAction { SetRow(row), Adopt { name text }, RenewProfile { until }, }
    BridgeAction { SetRoute(change), SetCompliance(change), }
    ProgramAction { Create(new), Change(change), ExecuteBatch(batch), Overrule { manifest auditor commitment reason }, CreateAuthority(new), Stop { header reason }, }
    RegistryAction { Register { entry valid_from valid_until replaces }, Revoke { entry reason }, Release(release), }
    DisputeAction { Resolve { dispute opened outcome statement }, Extend { dispute previous until reason }, }
    Way { Phase { council back }, Release { component version }, }
    PhaseAction { SetPhase(change), RevokeWayBack(way), }
    OperationAction { SetBaseline { name previous value }, }
    ContractAction { Retire { successor code }, }
    Capacity { Anyone, Seat { seat epoch }, }
    Cause { Decisions, ApproveByPassed, ExecuteByPassed, Stale, Veto, }
    CellKey {
        Head, Row(id), Council(council), Seat(id), KeySeat(key), Proposal(seat slot), Pause(scope), Route(id),
        Escalation(watched), Organisation(name), Holder(holder), Duty(scope), Duties, Use(scope), Mode, Entry(key),
        Running(name), Parameter(name), Dispute(of), Disputed(subject),
        Compliance(id), Window(counted), Aggregate(key), Traffic(id), Reservation(id place), Word(id seat),
        Report(scope seat), Refusals(seat), SaidRate(id seat), SaidLists(id seat), Daily(id), Sharing(key),
        WayBack(council), Companion(seat), CompanionSeat(companion),
        Program(id), Line(id line), Rules(id version), Batch(manifest), Stopped(manifest),
        Statement(manifest seat), Vote(manifest seat), OpenDisputes(seat), Recoveries, Import,
    }
    ComponentKind { Contract, Runtime, Node, Service, Client, }
    Council {
        Sovereign, Policy, Technical, Emergency, Custody, Treasury, Identity, Program(id), Operator, Auditor, Panel,
    }
    Counted { Account(id account), Number(id), Lots(id), }
    Course { ToPublic, ToPrivate, }
    Decision { Approve, Reject, }
    Door { Envelope(digest), Direct, Constructor, }
    Entry {
        Component { name kind risk }, Issuer { id organisation }, Schema { id }, Asset { id chain },
        Payer { account program }, Party { id organisation }, Custody { setting tenant value },
    }
    EntryKey {
        Component(name), Issuer(id), Schema(id), Asset(id), Payer(account program), Party(id), Custody(setting tenant),
    }
    Event { Council(of), Proposal(of), Emergency(of), Policy(of), Bridge(of), Program(of), Registry(of), Dispute(of), Phase(of), Operation(of), Contract(of), }
    CouncilEvent { SeatReplaced { id seat previous new epoch continuity }, SeatAccepted { seat previous }, SeatSuspended { id seat by until }, SeatReinstated { id seat }, CouncilReconstituted { id council epoch size added }, Heartbeat { seat nonce }, SuccessorNamed { seat successor nonce }, SeatVacated { id seat key }, }
    ProposalEvent { Opened(opened), Decided { id seat decision quorum }, QuorumReached { id eta execute_by }, Cancelled { id }, Vetoed { id seat }, Rejected { id cause }, Executed { id action log }, Deadlocked { id seat from until }, PanelApproved { id seat }, DecidedTogether { seat choices }, }
    EmergencyEvent { Paused { id pause until capped }, Lifted { id scope }, ModeChanged { id set until capped }, ReviewFiled { seat scope set_by incident version severity report }, ReviewAttested { seat scope set_by incident of version report }, OverrideUsed { id scope set_by incident evidence }, }
    PolicyEvent { RowChanged { id row }, ProfileRenewed { id until }, }
    BridgeEvent { RouteChanged { id route version economics escalation }, ComplianceChanged { id route version compliance escalation }, ConversionAuthorized { seat conversion quote word }, ConversionRefused { seat conversion refusal }, WordGiven { seat transfer nonce }, ConversionCompleted { seat completion over late }, WordWithdrawn { seat route nonce }, RateStated { seat route rate nonce agreed }, RateWithdrawn { seat route nonce }, ListsStated { seat route lists nonce agreed }, }
    ProgramEvent { ProgramChanged { id program terms rules lines }, BatchExecuted { id batch }, StatementMade { seat statement commitment }, ContradictionOverruled { id manifest auditor commitment reason }, VoteCast { seat vote }, StatementFinal { manifest last }, BatchStopped { id manifest header reason }, EntryHeld { seat manifest index hold nonce }, }
    RegistryEvent { RegistryChanged { id entry escalation }, ReleaseApproved { id release }, ReleaseRolledBack { seat component from to nonce }, }
    DisputeEvent { DisputeOpened { dispute reason holds }, DisputeAcknowledged { seat dispute late }, DisputeTriaged { seat dispute finding decide_by late }, DisputeExtended { id dispute until reason late }, DisputeResolved { id dispute outcome statement }, DisputeRetracted { dispute reason }, }
    PhaseEvent { PhaseChanged { id council from to way_back }, PhaseRolledBack { seat council from to nonce }, CompanionNamed { seat companion }, WayBackRevoked { id way }, }
    OperationEvent { Escalated { seat watched reference nonce }, Tuned { seat name previous value nonce }, BaselineChanged { id name value }, DrillFiled { seat kind report nonce }, }
    ContractEvent { Deployed { deployment contract genesis }, Refused { refusal place expiry }, Retired { id successor code }, Succeeded { predecessor contract last cells }, }
    Executors { Anyone, Operator, Members, }
    Key { Ed25519(bytes), P256(bytes), }
    Mode { Normal, Limited, ReadOnly, }
    NotDeployed { Malformed, Broken(broken), Storage, }
    Order { Council(of), Proposal(of), Emergency(of), Bridge(of), Program(of), Registry(of), Dispute(of), Phase(of), Operation(of), }
    CouncilOrder { AcceptSeat { seat previous }, SuspendSelf, Heartbeat { nonce }, NameSuccessor { successor nonce }, }
    ProposalOrder { Open(open), Decide { id digest decision }, Cancel { id }, Veto { id digest }, Execute(execute), CallPanel { id }, PanelApprove { id digest }, DecideTogether(choices), }
    EmergencyOrder { FileReview { scope set_by incident version severity report }, AttestReview { scope set_by incident of version report }, }
    BridgeOrder { Authorize { conversion proofs }, Promise { transfer nonce }, Complete(completion), Withdraw { route nonce }, StateRate { route rate nonce }, WithdrawRate { route nonce }, StateLists { route lists nonce }, }
    ProgramOrder { State(statement), Vote(vote), Finalise { manifest recorder version }, HoldEntry { manifest index until reason nonce }, FreeEntry { manifest index nonce }, }
    RegistryOrder { RollBack { component from to nonce }, }
    DisputeOrder { Open { subject reason }, Acknowledge { dispute }, Triage { dispute finding }, Retract { subject reason }, }
    Held { Execution, Finality, }
    Subject { Batch(manifest), Proposal(id digest), Other(hash), }
    PhaseOrder { RollBack { council from to nonce }, NameCompanion { companion }, }
    OperationOrder { Escalate { watched reference nonce }, Tune { name previous value nonce }, FileDrill { kind report nonce }, }
    Outcome { Applied { envelope seq events }, Refused { envelope refusal place seq }, Ignored { refusal }, }
    Overdue { Nobody, Emergency, Everybody, }
    Parameter { Inflight, CacheTtl, CacheSize, MintRate, }
    Phase { Classical, Optional, Hybrid, PostQuantum, }
    Privacy { Public, Confidential, }
    Profile { Standard, Micronode { until }, }
    Rail { Queryable, Opaque, }
    Resolution { Upheld, Dismissed, }
    Risk { Routine, High, }
    RulesChange { Begin { version rules }, End { version previous until }, }
    Scope { Everything, Upgrades, Route(id), Program(id), Account(id), }
    Setting { RootKey, BackEnd, Attestation, Amnesia, GlobalRollback, PhaseException, }
    Severity { Sev1, Sev2, Sev3, Sev4, }
    Signature { Ed25519(bytes), P256(bytes), }
    Stage { Open, Approved { quorum_at }, Executed, Cancelled, Rejected, }
    Suspender { Emergency, Sovereign, Itself, }
    Undone { NothingAuthentic(outcomes), Bounds(refusal), Storage, }
    Verdict { Confirmed, Contradicted, Withdrawn, }
    Watched { Route(id), Money, }
}
