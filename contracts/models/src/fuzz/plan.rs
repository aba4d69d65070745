//! Actions of every kind, mostly such as could be approved: a fuzzer that is always refused explores nothing.

use super::{input::Input, scene::Scene};
use crate::town::{DAY, HOUR, NO_PROPOSAL, holder, label, seat};
use greatseal_protocol::{
    action::Action,
    bytes::{AssetHash, ChainHash, CodeHash, DocumentHash, IncidentId, Label, ReferenceHash, SubjectId},
    cells::{CellKey, Cells},
    command::Order,
    conversion::{Completion, Conversion, ListProofs, Transfer, Versions},
    council::{Council, SeatId},
    daily::{DayLists, DayRate, Following},
    decide, digest,
    dispute::{DisputeId, Resolution, Subject},
    genesis::{NewSeat, Profile},
    language::{
        bridge,
        council::{self, Reconstitute},
        dispute, emergency, operation, policy,
        proposal::Open,
        registry,
    },
    parameter::{Parameter, Tuning},
    registry::{ComponentKind, Deployment, Entry, EntryKey, Registered, Release, Risk, Setting},
    route::{Compliance, Course, Economics, SetCompliance, SetRoute},
    row::{Row, RowId},
    scope::{Mode, Pause, Scope, SetMode, Severity, Watched},
    state::State,
};

/// The record that is disputed, which is no batch and no proposal.
pub const SUBJECT: Subject = Subject::Other(ReferenceHash([0xD1; 32]));
/// The report of every review.
pub const REPORT: ReferenceHash = ReferenceHash([0x4E; 32]);
/// Number of kinds of actions; one more is read from the bytes.
pub const KINDS: u8 = 20;

/// An order that opens an action of this kind, with clocks that the row allows but for one time in sixteen.
pub fn opening(scene: &mut Scene, who: SeatId, kind: u8, input: &mut Input<'_>) -> Open {
    let action = action(scene, kind, input);
    let row = match input.rarely(16) {
        true => RowId(input.byte()),
        false => natural_row(scene, who, &action, input),
    };
    let clocks = scene.cells.row(row).map_or((300, 3_600), |row| (row.approve_by, row.window));
    let (approve_within, execute_within) = match input.rarely(16) {
        true => (u32::from(input.short()), u32::from(input.short()) * 16),
        false => clocks,
    };
    Open {
        row,
        action,
        document: DocumentHash([9; 32]),
        approve_within,
        execute_within,
        nonce: scene.nonce(who),
        // Of every three openings of a seat one.
        approve: scene.nonce(who) % 3 == 2,
    }
}

/// The row that the rules give the action; where there is a choice, one of them.
fn natural_row(scene: &Scene, who: SeatId, action: &Action, input: &mut Input<'_>) -> RowId {
    let first = input.rarely(3) || scene.cells.row(RowId::EMERGENCY_PAUSE).is_err();
    let rows = decide::rows(&scene.cells, &scene.key(who), action, scene.now).unwrap_or_default();
    // What is refused for itself is refused under any row that its author may open.
    let opens = |id: &RowId| scene.cells.row(*id).is_ok_and(|row| row.minima.has(who.council));
    let any = || RowId::NAMED.iter().map(|(id, _)| *id).find(opens);
    let row = if first { rows.first() } else { rows.last() };
    row.copied().or_else(any).unwrap_or(RowId::NONE)
}

fn registered(scene: &Scene, key: &EntryKey) -> Option<Registered> {
    scene.cells.cell(&CellKey::Entry(*key)).ok().flatten()
}

/// An action of this kind.
pub fn action(scene: &mut Scene, kind: u8, input: &mut Input<'_>) -> Action {
    let now = scene.now;
    match kind % (KINDS + 1) {
        0 => Action::Emergency(emergency::Action::Pause(Pause {
            scope: scope(input),
            seconds: seconds(input),
            incident: IncidentId([input.byte(); 16]),
            severity: Severity::Sev2,
            reason: REPORT,
        })),
        1 => {
            let scope = scope(input);
            let running = scene.cells.paused(scope, now).ok().flatten();
            Action::Emergency(emergency::Action::Lift {
                scope,
                set_by: running.map_or(NO_PROPOSAL, |paused| paused.set_by),
                incident: running.map_or(IncidentId([0; 16]), |paused| paused.incident),
            })
        }
        2 => set_route(scene, input),
        3 => {
            let seat = any_seat(scene, input);
            let recovery = if input.rarely(4) { scene.proposals.last().map(|opened| opened.id) } else { None };
            Action::Council(council::Action::Suspend { seat, key: scene.key(seat), reason: REPORT, recovery })
        }
        4 => {
            let seat = any_seat(scene, input);
            Action::Council(council::Action::Reinstate { seat, key: scene.key(seat), reason: REPORT })
        }
        5 => Action::Emergency(emergency::Action::SetMode(SetMode {
            mode: input.one(&[Mode::ReadOnly, Mode::Limited, Mode::Normal]).unwrap_or(Mode::ReadOnly),
            seconds: seconds(input),
            incident: IncidentId([input.byte(); 16]),
            severity: Severity::Sev1,
            reason: REPORT,
        })),
        6 => {
            let running = scene.cells.mode(now).ok().flatten();
            Action::Emergency(emergency::Action::LeaveMode {
                set_by: running.map_or(NO_PROPOSAL, |mode| mode.set_by),
                incident: running.map_or(IncidentId([0; 16]), |mode| mode.incident),
            })
        }
        7 => Action::Policy(policy::Action::SetRow(row(scene, input))),
        8 => reconstitute(scene, input),
        9 => {
            let seat = any_seat(scene, input);
            Action::Council(council::Action::Rotate {
                seat,
                previous: scene.key(seat),
                new: new_seat(scene, seat, input),
            })
        }
        10 => {
            let council = input.one(&[Council::Sovereign, Council::Policy]).unwrap_or(Council::Sovereign);
            let head = scene.cells.council(council).ok();
            let which = input.byte();
            let size = head.map_or(0, |head| head.size);
            let chosen = (0..size).filter(|index| which & (1 << (index % 8)) == 0);
            let seats = chosen.map(|index| (index, new_seat(scene, SeatId { council, index }, input))).collect();
            Action::Council(council::Action::Recover { council, epoch: head.map_or(0, |head| head.epoch), seats })
        }
        11 => register(scene, input),
        12 => Action::Registry(registry::Action::Revoke { entry: entry(input).key(), reason: REPORT }),
        13 => release(scene, input),
        14 => {
            let name = parameter(input);
            let present: Option<Tuning> = scene.cells.cell(&CellKey::Parameter(name)).ok().flatten();
            Action::Operation(operation::Action::SetBaseline {
                name,
                previous: present.map(|present| present.baseline),
                value: input.short().into(),
            })
        }
        15 => Action::Policy(policy::Action::Adopt { name: label("text"), text: DocumentHash([input.byte(); 32]) }),
        16 => {
            let scope = scope(input);
            let duty = scene.cells.duty(scope).ok().flatten();
            let nothing = (NO_PROPOSAL, IncidentId([0; 16]));
            let (set_by, incident) = duty.map_or(nothing, |duty| (duty.set_by, duty.incident));
            Action::Emergency(emergency::Action::Consent { scope, set_by, incident, evidence: REPORT })
        }
        17 => {
            let dispute = disputed();
            let opened = scene.cells.dispute(dispute).ok().flatten().map_or(0, |found| found.at);
            Action::Dispute(dispute::Action::Resolve {
                dispute,
                opened,
                outcome: Resolution::Upheld,
                statement: REPORT,
            })
        }
        18 => Action::Policy(policy::Action::RenewProfile { until: scene.later(u64::from(input.byte()) * DAY) }),
        19 => set_compliance(scene, input),
        // Read from the bytes, or about money.
        _ => match input.value() {
            Some(action) => action,
            None => super::money::action(scene, (kind / (KINDS + 1)).wrapping_add(input.byte()), input),
        },
    }
}

/// Any scope; single ones from a small number.
pub fn scope(input: &mut Input<'_>) -> Scope {
    let number = u32::from(input.byte());
    match number % 6 {
        0 | 5 => Scope::Everything,
        1 => Scope::Upgrades,
        2 => Scope::Route(number / 6 % 4),
        3 => Scope::Program(number / 6 % 8),
        _ => Scope::Account([input.byte(); 32]),
    }
}

fn seconds(input: &mut Input<'_>) -> u32 {
    input.one(&[3_600, 1_800, 60, 1, 3_601, 72 * 3_600, 72 * 3_600 + 1, 0, u32::MAX]).unwrap_or(60)
}

fn any_seat(scene: &Scene, input: &mut Input<'_>) -> SeatId {
    input.one(&scene.seats()).unwrap_or(seat("S0"))
}

fn parameter(input: &mut Input<'_>) -> Parameter {
    input.one(&Parameter::NAMED).map_or(Parameter::Inflight, |(parameter, _)| parameter)
}

/// Somebody new, whose seat ends at a distance to the others'.
pub fn new_seat(scene: &mut Scene, id: SeatId, input: &mut Input<'_>) -> NewSeat {
    scene.fresh = scene.fresh.saturating_add(1);
    let old = scene.cells.seat(id).ok();
    let own = old.as_ref().map_or(label("newcomers"), |seat| seat.organisation);
    let organisation = match input.rarely(4) {
        true => input.one(&["treasury", "cert", "infra-operator", "audit-firm", "newcomers"]).map_or(own, label),
        false => own,
    };
    let until = old.as_ref().map_or(scene.later(90 * DAY), |seat| seat.valid_until);
    let weeks = u64::from(input.byte() % 18);
    let valid_until = if weeks == 0 { until.max(scene.later(HOUR)) } else { scene.later(weeks * 7 * DAY) };
    let key = match input.rarely(16) {
        true => scene.key(any_seat(scene, input)),
        false => scene.keys.number(scene.fresh),
    };
    NewSeat { key, holder: holder(scene.fresh), organisation, role: label("member"), valid_until }
}

fn economics(input: &mut Input<'_>) -> Economics {
    let step = u128::from(input.byte());
    Economics {
        source: AssetHash([1; 32]),
        destination: AssetHash([2; 32]),
        course: Course::ToPublic,
        rate_num: 995,
        rate_den: 1_000,
        rate_from: 0,
        rate_until: u64::MAX,
        fee_bps: 20,
        fee_min: 1,
        fee_max: 500,
        tx_min: 10,
        tx_max: 10_000 - step,
        account_max: 50_000,
        aggregate_max: 1_000_000,
        count_max: 5_000,
        period: 86_400,
        large: 5_000,
        lot_max: 4_000,
        rate_band_bps: 100,
    }
}

fn set_route(scene: &Scene, input: &mut Input<'_>) -> Action {
    let route = u32::from(input.byte() % 4);
    let current = scene.cells.route(route).ok().flatten();
    Action::Bridge(bridge::Action::SetRoute(SetRoute {
        route,
        previous: current.as_deref().map(digest::route_hash),
        economics: economics(input),
    }))
}

fn set_compliance(scene: &Scene, input: &mut Input<'_>) -> Action {
    let route = u32::from(input.byte() % 4);
    let current = scene.cells.served(route).ok().flatten();
    let enabled = !input.rarely(4);
    let min_finality = input.byte().into();
    let daily = input.rarely(4);
    let compliance = Compliance { enabled, allow: None, deny: None, policy: REPORT, min_finality, daily };
    let previous = current.as_ref().map(digest::compliance_hash);
    Action::Bridge(bridge::Action::SetCompliance(SetCompliance { route, previous, compliance }))
}

fn row(scene: &Scene, input: &mut Input<'_>) -> Row {
    let id = input.one(RowId::NAMED).map_or(RowId::DOCUMENT_ONLY, |(id, _)| id);
    let mut row = scene.cells.row(id).unwrap_or_else(|_| {
        let rows = greatseal_protocol::table::default_rows(Profile::Standard);
        rows.into_iter().find(|row| row.id == id).expect("every named row is in the default table")
    });
    row.version = scene.cells.row(id).map_or(1, |row| row.version.saturating_add(1));
    match input.byte() % 6 {
        0 => row.direct = !row.direct,
        1 => row.delay = row.delay.saturating_add(3_600),
        2 => row.delay /= 2,
        3 => row.m = row.m.saturating_add(1),
        4 => row.m = row.m.saturating_sub(1),
        _ => row.approve_by = u32::from(input.short()),
    }
    row
}

fn reconstitute(scene: &mut Scene, input: &mut Input<'_>) -> Action {
    let council = any_seat(scene, input).council;
    let head = scene.cells.council(council).ok();
    let (epoch, old) = head.map_or((0, 0), |head| (head.epoch, head.size));
    let size = if input.rarely(2) { old.saturating_sub(1) } else { old.saturating_add(1 + input.byte() % 3) };
    let added = (old..size).map(|index| new_seat(scene, SeatId { council, index }, input)).collect();
    let rows = (0..input.byte() % 3).map(|_| row(scene, input)).collect();
    Action::Council(council::Action::Reconstitute(Reconstitute { council, epoch, size, added, rows }))
}

fn entry(input: &mut Input<'_>) -> Entry {
    let names: [&str; 2] = ["relayer", "wallet"];
    let name = |input: &mut Input<'_>| input.one(&names).map_or(label("relayer"), label);
    let id = |input: &mut Input<'_>| SubjectId([input.byte() % 2; 32]);
    match input.byte() % 8 {
        0 | 7 => Entry::Component {
            name: name(input),
            kind: input.one(&[ComponentKind::Service, ComponentKind::Runtime]).unwrap_or(ComponentKind::Service),
            risk: input.one(&[Risk::Routine, Risk::High]).unwrap_or(Risk::High),
        },
        1 => {
            let organisation = input.one(&["issuers", "infra-operator"]).map_or(label("issuers"), label);
            Entry::Issuer { id: id(input), organisation }
        }
        2 => Entry::Schema { id: id(input) },
        3 => Entry::Asset { id: AssetHash([input.byte() % 2; 32]), chain: ChainHash([3; 32]) },
        4 => Entry::Payer { account: [input.byte() % 2; 32], program: 1 },
        5 => Entry::Party { id: id(input), organisation: label("bank") },
        _ => {
            let tenant: Option<Label> = input.rarely(2).then(|| label("tenant"));
            Entry::Custody { setting: Setting::Amnesia, tenant, value: REPORT }
        }
    }
}

fn register(scene: &Scene, input: &mut Input<'_>) -> Action {
    let entry = entry(input);
    let replaces = registered(scene, &entry.key()).map_or(0, |present| present.version);
    let valid_until = if input.rarely(3) { u64::MAX } else { scene.later(200 * DAY) };
    Action::Registry(registry::Action::Register { entry, valid_from: scene.now, valid_until, replaces })
}

fn release(scene: &Scene, input: &mut Input<'_>) -> Action {
    let component = input.one(&["relayer", "wallet"]).map_or(label("relayer"), label);
    let running: Option<Deployment> = scene.cells.cell(&CellKey::Running(component)).ok().flatten();
    Action::Registry(registry::Action::Release(Release {
        component,
        version: label("v1"),
        code: CodeHash([input.byte() | 1; 32]),
        sbom: REPORT,
        not_before: scene.later(u64::from(input.byte())),
        not_after: scene.later(10 * DAY),
        replaces: running.map(|running| running.current.code),
        rollback_until: scene.later(20 * DAY),
    }))
}

/// What can be said about route 1.
fn bridge_orders(scene: &Scene, nonce: u64) -> Vec<Order> {
    let cells = &scene.cells;
    let (present, served) = (cells.route(1).ok().flatten(), cells.served(1).ok().flatten());
    let daily = cells.daily(1).unwrap_or_default();
    let versions = Versions {
        economics: present.as_ref().map_or(0, |route| route.version),
        compliance: served.as_ref().map_or(0, |served| served.version),
        rate: present.as_ref().map_or(0, |route| daily.rate(&route.economics, scene.now).0),
        lists: served.as_ref().map_or(0, |served| daily.lists(&served.compliance).0),
    };
    let number = cells.traffic(1).map_or(1, |traffic| traffic.next);
    let account = [u8::try_from(number % 3).unwrap_or(0); 32];
    let amount = if number.is_multiple_of(2) { 1_000 } else { 5_000 };
    let transfer = Transfer { route: 1, count: 1, amount, account: Some(account), versions };
    let lot = Transfer { count: 5, amount: 2_000, account: None, ..transfer };
    let last = number.saturating_sub(1);
    let version = cells.reservation(1, last).ok().flatten().map_or(0, |held| held.version).saturating_add(1);
    let root = REPORT;
    let nothing = Completion { route: 1, number: last, version, count: 0, amount: 0, fees: 0, root };
    let (num, den) = present.map_or((1, 1), |route| (route.economics.rate_num, route.economics.rate_den));
    let rate = DayRate { num, den, until: scene.now.saturating_add(3_600) };
    let lists = Following { previous: daily.lists_version, lists: DayLists { allow: None, deny: None } };
    let proofs = ListProofs::default;
    let orders = [
        bridge::Order::Authorize { conversion: Conversion { number, transfer }, proofs: proofs() },
        bridge::Order::Authorize { conversion: Conversion { number, transfer: lot }, proofs: proofs() },
        bridge::Order::Promise { transfer, nonce },
        bridge::Order::Withdraw { route: 1, nonce },
        bridge::Order::Complete(Completion { count: 1, amount, ..nothing }),
        bridge::Order::Complete(nothing),
        bridge::Order::StateRate { route: 1, rate, nonce },
        bridge::Order::WithdrawRate { route: 1, nonce },
        bridge::Order::StateLists { route: 1, lists, nonce },
    ];
    orders.into_iter().map(Order::Bridge).collect()
}

/// What a seat can say by itself.
pub fn simple_orders(scene: &Scene, who: SeatId) -> Vec<Order> {
    let nonce = scene.nonce(who);
    let previous = scene.cells.seat(who).ok().and_then(|seat| seat.previous);
    let present: Option<Tuning> = scene.cells.cell(&CellKey::Parameter(Parameter::Inflight)).ok().flatten();
    let value = present.map_or(0, |present| present.value);
    let running: Option<Deployment> = scene.cells.cell(&CellKey::Running(label("relayer"))).ok().flatten();
    let (from, to) = running.map_or((label("v1"), label("v1")), |running| {
        (running.current.version, running.before.map_or(label("v1"), |before| before.version))
    });
    let mut orders = bridge_orders(scene, nonce);
    orders.extend([
        Order::Council(council::Order::AcceptSeat { seat: who, previous }),
        Order::Council(council::Order::Heartbeat { nonce }),
        Order::Council(council::Order::NameSuccessor {
            successor: scene.keys.number(scene.fresh.saturating_add(1)),
            nonce,
        }),
        Order::Operation(operation::Order::Escalate { watched: Watched::Money, reference: REPORT, nonce }),
        Order::Operation(operation::Order::Escalate { watched: Watched::Route(1), reference: REPORT, nonce }),
        Order::Operation(operation::Order::Tune {
            name: Parameter::Inflight,
            previous: value,
            value: value.saturating_add(value / 10),
            nonce,
        }),
        Order::Operation(operation::Order::FileDrill { kind: label("drill"), report: REPORT, nonce }),
        Order::Registry(registry::Order::RollBack { component: label("relayer"), from, to, nonce }),
        Order::Dispute(dispute::Order::Open { subject: SUBJECT, reason: REPORT }),
        Order::Council(council::Order::SuspendSelf),
    ]);
    orders.extend(super::money::orders(scene, who, nonce));
    orders
}

/// The dispute that is answered: the first auditor's.
pub fn disputed() -> DisputeId {
    DisputeId { subject: SUBJECT, seat: seat("A0") }
}
