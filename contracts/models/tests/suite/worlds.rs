//! The worlds: each as small as its question, and complete in it.

use crate::explore::{Plan, State, World, explore, small};
use greatseal_models::town::{self, DAY, Keys, NO_PROPOSAL, Seats, seat};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, IncidentId, ReferenceHash},
    council::{Council, SeatId},
    genesis::{Genesis, NewSeat},
    language::{council, emergency, operation, policy},
    parameter::Parameter,
    proposal_id::ProposalId,
    row::{Minima, Row, RowId},
    scope::{Mode, Pause, Scope, SetMode, Severity},
    state::State as _,
};

const COUNCILS: &[Seats] = &[
    (Council::Sovereign, &["cabinet", "justice", "presidency"]),
    (Council::Policy, &["digital-policy", "data-protection"]),
    (Council::Emergency, &["cert", "justice", "central-bank-risk"]),
    (Council::Operator, &["infra-operator"]),
    (Council::Auditor, &["audit-firm"]),
];

/// A row that loosens, waits for an hour, is blocked by pauses and executed by operators: here Sovereign and Policy
/// decide it, and the operators' keys, so that no Technical council is needed; nor a panel, because nothing is disputed.
fn config(rows: &mut Vec<Row>) {
    for row in rows.iter_mut() {
        let sovereign = match row.id {
            RowId::CONFIG_OUTSIDE_BAND => 1,
            RowId::ROTATE_OPERATOR => 2,
            _ => continue,
        };
        row.minima = Minima::new(vec![(Council::Sovereign, sovereign), (Council::Policy, 1)]).unwrap();
    }
    rows.retain(|row| row.id != RowId::DISPUTE_OVERRIDE);
}

fn genesis() -> Genesis {
    small(COUNCILS, config)
}

fn seats(names: &[&str]) -> Vec<SeatId> {
    names.iter().map(|name| seat(name)).collect()
}

const REASON: ReferenceHash = ReferenceHash([8; 32]);

fn plan(name: &'static str, author: &'static str, row: RowId, action: fn(&State) -> Action) -> Plan {
    Plan { name, author, row, action, times: 1, at_once: &[], executed: false }
}

fn baseline(_: &State) -> Action {
    Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous: None, value: 10 })
}

fn newcomer(state: &State, id: &str, number: u32) -> Action {
    let held = state.cells.seat(seat(id)).unwrap();
    let new = NewSeat {
        key: Keys::Envelopes.number(number),
        holder: town::holder(number),
        organisation: held.organisation,
        role: held.role,
        valid_until: held.valid_until,
    };
    Action::Council(council::Action::Rotate { seat: seat(id), previous: held.key, new })
}

/// The row with other clocks, in its next version.
fn slower(state: &State) -> Action {
    let row = state.cells.row(RowId::CONFIG_OUTSIDE_BAND).unwrap();
    Action::Policy(policy::Action::SetRow(Row { version: row.version + 1, delay: row.delay + 3_600, ..row }))
}

/// Every vote, veto and withdrawal on one proposal that waits an hour.
#[test]
fn every_way_to_decide_one_proposal() {
    explore(
        World {
            name: "one proposal",
            genesis: genesis(),
            plans: vec![plan("baseline", "S0", RowId::CONFIG_OUTSIDE_BAND, baseline)],
            opens: 1,
            actors: seats(&["S0", "S1", "S2", "P0", "P1"]),
            executors: seats(&["O0", "S1", "E0"]),
            self_suspenders: seats(&["S1"]),
            alike: seats(&["P0", "P1"]),
            against: true,
            reviews: false,
            reached: &[
                "executed",
                "cancelled",
                "rejected",
                "vetoed",
                "waiting",
                "executable",
                "expired without a quorum",
                "expired after its quorum",
                "quorum taken away",
            ],
        },
        10,
    );
}

/// A seat gets another key, and the row other clocks, while a proposal is decided.
#[test]
fn stale_proposals_never_take_effect() {
    explore(
        World {
            name: "staleness",
            genesis: genesis(),
            plans: vec![
                Plan { at_once: &["S0", "S1"], ..plan("baseline", "S0", RowId::CONFIG_OUTSIDE_BAND, baseline) },
                Plan {
                    at_once: &["S0", "S1", "P0"],
                    ..plan("rotate", "P0", RowId::ROTATE_POLICY, |state| newcomer(state, "P1", 100))
                },
                Plan { at_once: &["S0", "S1", "S2", "P0"], ..plan("slower", "S0", RowId::POLICY_TABLE, slower) },
            ],
            opens: 3,
            actors: seats(&["P0", "P1"]),
            executors: seats(&["O0"]),
            self_suspenders: vec![],
            alike: vec![],
            against: false,
            reviews: false,
            reached: &["executed", "two executed", "stale", "stale with its quorum", "seat taken"],
        },
        9,
    );
}

/// Seats are set aside, and come back, while a proposal waits.
#[test]
fn suspended_seats_do_not_count() {
    let suspend = |state: &State| {
        Action::Council(council::Action::Suspend {
            seat: seat("P0"),
            key: state.key(seat("P0")),
            reason: REASON,
            recovery: None,
        })
    };
    let reinstate = |state: &State| {
        Action::Council(council::Action::Reinstate { seat: seat("P0"), key: state.key(seat("P0")), reason: REASON })
    };
    explore(
        World {
            name: "suspension",
            genesis: genesis(),
            plans: vec![
                Plan { at_once: &["S0", "S1"], ..plan("baseline", "S0", RowId::CONFIG_OUTSIDE_BAND, baseline) },
                Plan {
                    at_once: &["E0", "E1"],
                    executed: true,
                    ..plan("set aside", "E0", RowId::SEAT_SUSPENSION, suspend)
                },
                Plan {
                    at_once: &["S0", "S1"],
                    executed: true,
                    ..plan("set aside by S", "S0", RowId::SOVEREIGN_SUSPENSION, suspend)
                },
                Plan {
                    at_once: &["S0", "S1"],
                    executed: true,
                    ..plan("reinstate", "S0", RowId::LIFT_EARLY, reinstate)
                },
            ],
            opens: 4,
            actors: seats(&["P0", "P1"]),
            executors: seats(&["O0"]),
            self_suspenders: seats(&["P0"]),
            alike: vec![],
            against: false,
            reviews: false,
            reached: &[
                "executed",
                "quorum taken away",
                "quorum back",
                "executed after the quorum came back",
                "reinstated",
            ],
        },
        9,
    );
}

fn pause(incident: u8, scope: Scope, seconds: u32) -> Action {
    let incident = IncidentId([incident; 16]);
    Action::Emergency(emergency::Action::Pause(Pause {
        scope,
        seconds,
        incident,
        severity: Severity::Sev2,
        reason: REASON,
    }))
}

fn running(state: &State) -> (ProposalId, IncidentId) {
    let paused = state.cells.paused(Scope::Everything, state.now).unwrap();
    paused.map_or((NO_PROPOSAL, IncidentId([0; 16])), |paused| (paused.set_by, paused.incident))
}

/// Pauses, their prolongation, lifts, reviews and consents, with something that they block.
#[test]
fn nothing_blocked_takes_effect_and_the_cap_holds() {
    let lift = |state: &State| {
        let (set_by, incident) = running(state);
        Action::Emergency(emergency::Action::Lift { scope: Scope::Everything, set_by, incident })
    };
    let consent = |state: &State| {
        let duty = state.cells.duty(Scope::Everything).unwrap();
        let nothing = (NO_PROPOSAL, IncidentId([0; 16]));
        let (set_by, incident) = duty.map_or(nothing, |duty| (duty.set_by, duty.incident));
        Action::Emergency(emergency::Action::Consent { scope: Scope::Everything, set_by, incident, evidence: REASON })
    };
    let mode = |_: &State| {
        let incident = IncidentId([9; 16]);
        let (severity, reason) = (Severity::Sev1, REASON);
        Action::Emergency(emergency::Action::SetMode(SetMode {
            mode: Mode::ReadOnly,
            seconds: 3_600,
            incident,
            severity,
            reason,
        }))
    };
    let e = &["E0", "E1"];
    let s = &["S0", "S1"];
    explore(
        World {
            name: "pauses",
            genesis: genesis(),
            plans: vec![
                Plan { at_once: &["S0", "S1", "P0"], ..plan("baseline", "S0", RowId::CONFIG_OUTSIDE_BAND, baseline) },
                Plan {
                    times: 2,
                    at_once: e,
                    ..plan("pause", "E0", RowId::EMERGENCY_PAUSE, |_| pause(1, Scope::Everything, 3_600))
                },
                Plan {
                    at_once: e,
                    ..plan("pause upgrades", "E1", RowId::EMERGENCY_PAUSE, |_| pause(2, Scope::Upgrades, 3_600))
                },
                Plan {
                    at_once: s,
                    executed: true,
                    ..plan("sovereign pause", "S0", RowId::SOVEREIGN_PAUSE, |_| pause(3, Scope::Everything, 7_200))
                },
                Plan { at_once: e, ..plan("read-only", "E1", RowId::DEGRADED_MODE, mode) },
                Plan { at_once: s, executed: true, ..plan("lift", "S1", RowId::LIFT_EARLY, lift) },
                Plan { at_once: s, executed: true, ..plan("consent", "S1", RowId::MANUAL_OVERRIDE, consent) },
            ],
            opens: 4,
            actors: vec![],
            executors: seats(&["O0"]),
            self_suspenders: vec![],
            alike: seats(&["S2", "E2"]),
            against: false,
            reviews: true,
            reached: &[
                "executed",
                "two executed",
                "paused",
                "lifted",
                "prolonged",
                "reviewed",
                "paused again by consent",
                "two hours used",
                "executable",
            ],
        },
        8,
    );
}

/// The Emergency council pauses as often as it can, in any scope: never more than four hours in seven days.
#[test]
fn the_cap_holds_for_whoever_tries_hard() {
    let e = &["E0", "E1"];
    explore(
        World {
            name: "cap",
            genesis: genesis(),
            plans: vec![
                Plan {
                    times: 7,
                    at_once: e,
                    executed: true,
                    ..plan("pause", "E0", RowId::EMERGENCY_PAUSE, |_| pause(1, Scope::Everything, 3_600))
                },
                Plan {
                    times: 1,
                    at_once: e,
                    executed: true,
                    ..plan("pause upgrades", "E1", RowId::EMERGENCY_PAUSE, |_| pause(2, Scope::Upgrades, 3_600))
                },
            ],
            opens: 7,
            actors: vec![],
            executors: seats(&["O0"]),
            self_suspenders: vec![],
            alike: seats(&["S0", "S1", "S2", "E2"]),
            against: false,
            reviews: true,
            reached: &["executed", "two executed", "paused", "prolonged", "reviewed", "the cap used up"],
        },
        12,
    );
}

/// Two people: each can protect and recover, only both can change.
#[test]
fn two_people_on_a_micronode() {
    let recover = |state: &State| {
        let held = state.cells.seat(seat("S1")).unwrap();
        let new = NewSeat {
            key: Keys::Envelopes.number(200),
            holder: town::holder(200),
            organisation: held.organisation,
            role: held.role,
            valid_until: state.now + 6 * DAY,
        };
        let epoch = state.cells.council(Council::Sovereign).unwrap().epoch;
        Action::Council(council::Action::Recover { council: Council::Sovereign, epoch, seats: vec![(1, new)] })
    };
    let adopt =
        |_: &State| Action::Policy(policy::Action::Adopt { name: town::label("text"), text: DocumentHash([1; 32]) });
    explore(
        World {
            name: "micronode",
            genesis: town::default_genesis(true, Keys::Envelopes),
            plans: vec![
                plan("baseline", "S0", RowId::CONFIG_OUTSIDE_BAND, baseline),
                plan("recover", "S0", RowId::RECOVER_SOVEREIGN, recover),
                Plan {
                    at_once: &["S1"],
                    ..plan("pause", "S1", RowId::SOVEREIGN_PAUSE, |_| pause(1, Scope::Everything, 1_800))
                },
                Plan { at_once: &["S1"], ..plan("adopt", "S1", RowId::DOCUMENT_ONLY, adopt) },
            ],
            opens: 3,
            actors: seats(&["S0", "S1"]),
            executors: seats(&["O0", "S0"]),
            self_suspenders: vec![],
            alike: vec![],
            against: true,
            reviews: false,
            reached: &[
                "executed",
                "two executed",
                "cancelled",
                "rejected",
                "vetoed",
                "waiting",
                "executable",
                "paused",
                "expired without a quorum",
                "stale",
                "seat taken",
            ],
        },
        7,
    );
}
