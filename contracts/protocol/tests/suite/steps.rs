//! Random stories: abstract steps that shrink. [`crate::tale`] tells them.

use greatseal_protocol::{command::Decision, council::SeatState};
use proptest::{prelude::*, sample::Index};

/// One step; indices are taken modulo what there is.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Wait(u32),
    /// To a boundary of a proposal, or one second before or after it.
    Until(Index, u8, i8),
    Open(Index, Plan, Option<(u32, u32)>),
    /// The Emergency pauses, with all that it takes.
    Storm(u8, u32),
    /// The Sovereign lifts, with all that it takes.
    Calm(u8),
    /// The next seats of the row that have not decided approve.
    Push(Index, u8),
    Decide(Index, Index, Decision),
    Cancel(Index, bool),
    Execute(Index, bool, bool),
    Escalate(bool, bool),
    Replay(Index),
    Misdirected(Index, u8),
    /// Written into the cell of a seat that approves that proposal, else of any: no command does that yet.
    State(Index, Index, SeatState),
    /// Written too: such a seat is taken anew in the council's next epoch.
    Rotate(Index, Index),
}

/// What is proposed.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    Pause(u8, u32),
    Lift(u8),
    Loosen(u32),
    Tighten(u32),
    Stray(u128),
}

pub(crate) const SEATS: [&str; 12] = ["S0", "S1", "S2", "E0", "E1", "E2", "M0", "M1", "O0", "O1", "A0", "A1"];

pub(crate) fn story(length: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..=length)
}

/// With seats that are suspended, restored and taken anew meanwhile.
pub(crate) fn troubled(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let indices = || (any::<Index>(), any::<Index>());
    let state = prop_oneof![Just(SeatState::Active), Just(SeatState::Suspended)];
    let step = prop_oneof![
        16 => step(),
        2 => (indices(), state).prop_map(|((which, who), state)| Step::State(which, who, state)),
        1 => indices().prop_map(|(which, who)| Step::Rotate(which, who)),
    ];
    prop::collection::vec(step, 1..=length)
}

fn step() -> impl Strategy<Value = Step> {
    let index = || any::<Index>();
    let decision = prop_oneof![3 => Just(Decision::Approve), 2 => Just(Decision::Reject)];
    // The end of the delay is the liveliest moment.
    let edge = prop_oneof![1 => Just(0_u8), 6 => Just(1_u8), 1 => Just(2_u8), 2 => Just(3_u8)];
    let clocks = prop::option::weighted(0.15, (200_u32..100_000, 3_000_u32..300_000));
    prop_oneof![
        2 => prop_oneof![2 => Just(0), 2 => Just(1), 4 => 2_u32..4_000, 1 => 4_000_u32..90_000].prop_map(Step::Wait),
        6 => (index(), edge, -1_i8..=1).prop_map(|(which, edge, offset)| Step::Until(which, edge, offset)),
        2 => (0_u8..3, 1_u32..=3_600).prop_map(|(at, seconds)| Step::Storm(at, seconds)),
        1 => (0_u8..3).prop_map(Step::Calm),
        6 => (index(), plan(), clocks).prop_map(|(who, plan, clocks)| Step::Open(who, plan, clocks)),
        12 => (index(), 1_u8..=3).prop_map(|(which, seats)| Step::Push(which, seats)),
        4 => (index(), index(), decision).prop_map(|(who, which, decision)| Step::Decide(who, which, decision)),
        1 => (index(), any::<bool>()).prop_map(|(which, author)| Step::Cancel(which, author)),
        9 => (index(), prop::bool::weighted(0.2), prop::bool::weighted(0.1))
            .prop_map(|(which, stranger, other)| Step::Execute(which, stranger, other)),
        3 => (any::<bool>(), prop::bool::weighted(0.9)).prop_map(|(operator, route)| Step::Escalate(operator, route)),
        2 => index().prop_map(Step::Replay),
        1 => (index(), any::<u8>()).prop_map(|(which, at)| Step::Misdirected(which, at)),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    prop_oneof![
        3 => (0_u8..3, prop_oneof![1_u32..=3_600, Just(3_600), Just(3_601)]).prop_map(|(at, time)| Plan::Pause(at, time)),
        2 => (0_u8..3).prop_map(Plan::Lift),
        4 => (1_u32..1_000).prop_map(Plan::Loosen),
        3 => (0_u32..1_000).prop_map(Plan::Tighten),
        1 => (0_u128..60_000).prop_map(Plan::Stray),
    ]
}
