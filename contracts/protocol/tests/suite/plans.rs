//! What a story proposes: every action, mostly one that makes sense now, sometimes one that does not.

use crate::{
    lists::{listed, open_to_all, set_compliance},
    tale::{Kind, Tale},
    world::{
        DAY, HOUR, INCIDENT, NO_PROPOSAL, REASON, WEEK, asset, code, dispute_of, doubtful, label, resolve, row_for,
        subject,
    },
};
use greatseal_protocol::{
    action::Action,
    bytes::{AssetHash, CodeHash, DocumentHash, IncidentId, Label, ReferenceHash},
    cells::{CellKey, Cells},
    council::{Council, Seat, SeatId},
    digest,
    dispute::{Dispute, DisputeId, Resolution},
    emergency::{Duty, InMode, Paused},
    hash,
    language::{
        bridge,
        council::{self, Reconstitute},
        emergency, operation, policy, registry,
    },
    parameter::{Parameter, Tuning},
    proposal_id::Decision,
    registry::{ComponentKind, Deployment, Entry, EntryKey, Registered, Release, Risk, Setting},
    route::{Compliance, Economics, Route, Served, SetRoute},
    row::{Minima, Row, RowId},
    scale::{Decode, DecodeAll},
    scope::{Mode, Pause, Scope, SetMode, Severity},
    state::State,
};

pub(crate) const SCOPES: [Scope; 6] = [
    Scope::Everything,
    Scope::Upgrades,
    Scope::Route(1),
    Scope::Route(2),
    Scope::Program(1),
    Scope::Account([0xAC; 32]),
];
const SETTINGS: [Setting; 2] = [Setting::RootKey, Setting::PhaseException];

impl Tale {
    pub(crate) fn read<T: Decode>(&self, key: &CellKey) -> Option<T> {
        self.cells().cell(key).unwrap()
    }

    /// Every cell of a kind.
    pub(crate) fn all<T: Decode, K>(&self, which: impl Fn(&CellKey) -> Option<K>) -> Vec<(K, T)> {
        let cells = self.cells().iter();
        cells.filter_map(|(key, bytes)| Some((which(key)?, T::decode_all(&mut &**bytes).unwrap()))).collect()
    }

    pub(crate) fn duties(&self) -> Vec<(Scope, Duty)> {
        let all: Vec<(Scope, Option<Duty>)> = self.all(|key| match key {
            CellKey::Duty(scope) => Some(*scope),
            _ => None,
        });
        all.into_iter().filter_map(|(scope, duty)| Some((scope, duty?))).collect()
    }

    pub(crate) fn disputes(&self) -> Vec<(DisputeId, Dispute)> {
        self.all(|key| match key {
            CellKey::Dispute(dispute) => Some(*dispute),
            _ => None,
        })
    }

    pub(crate) fn pauses(&self) -> Vec<(Scope, Paused)> {
        let all: Vec<(Scope, Paused)> = self.all(|key| match key {
            CellKey::Pause(scope) => Some(*scope),
            _ => None,
        });
        all.into_iter().filter(|(_, pause)| self.now < pause.until).collect()
    }

    fn incident(&mut self) -> IncidentId {
        *self.dice.one(&[INCIDENT, IncidentId([6; 16])])
    }

    /// An action, and who opens it.
    pub(crate) fn plan(&mut self) -> (Action, SeatId) {
        type Way = fn(&mut Tale) -> Action;
        let ways: [(u64, Way); 27] = [
            (12, Self::plan_pause),
            (5, Self::plan_lift),
            (7, Self::plan_route),
            (7, Self::plan_compliance),
            (6, Self::plan_suspend),
            (4, Self::plan_reinstate),
            (5, Self::plan_mode),
            (2, Self::plan_leave_mode),
            (7, Self::plan_row),
            (4, Self::plan_reconstitute),
            (12, Self::plan_rotate),
            (4, Self::plan_recover),
            (9, Self::plan_register),
            (4, Self::plan_revoke),
            (7, Self::plan_release),
            (3, Self::plan_baseline),
            (2, Self::plan_adopt),
            (4, Self::plan_consent),
            (4, Self::plan_resolve),
            (2, Self::plan_phase),
            (2, Self::plan_create_program),
            (3, Self::plan_change_program),
            (3, Self::plan_batch),
            (1, Self::plan_overrule),
            (1, Self::plan_stop),
            (2, Self::plan_extend),
            (if self.kind == Kind::Micronode { 5 } else { 1 }, |tale| {
                Action::Policy(policy::Action::RenewProfile { until: tale.now + tale.dice.below(95) * DAY })
            }),
        ];
        let way = self.timely().filter(|_| self.dice.chance(35)).unwrap_or_else(|| self.dice.weighted(&ways));
        let action = way(self);
        let author = self.author_of(&action);
        (action, author)
    }

    /// What suggests itself: whatever can only be done while something lasts.
    fn timely(&mut self) -> Option<fn(&mut Self) -> Action> {
        let mut ways: Vec<fn(&mut Self) -> Action> = Vec::new();
        if !self.pauses().is_empty() {
            ways.push(Self::plan_lift);
        }
        if self.read::<InMode>(&CellKey::Mode).is_some_and(|mode| self.now < mode.until) {
            ways.push(Self::plan_leave_mode);
        }
        if !self.duties().is_empty() {
            ways.push(Self::plan_consent);
        }
        if self.any_suspended().is_some() {
            ways.push(Self::plan_reinstate);
            ways.push(Self::plan_suspend);
        }
        if !self.components().is_empty() {
            ways.push(Self::plan_release);
            ways.push(Self::plan_release);
        }
        self.dice.maybe(&ways).copied()
    }

    pub(crate) fn components(&self) -> Vec<Label> {
        let key = |key: &CellKey| match key {
            CellKey::Entry(EntryKey::Component(name)) => Some(*name),
            _ => None,
        };
        self.cells().keys().filter_map(key).collect()
    }

    /// A seat that approves something that is not over.
    pub(crate) fn any_approver(&mut self) -> Option<SeatId> {
        let living = self.living();
        let (proposal, ..) = self.dice.maybe(&living)?.clone();
        let (cell, _) = self.cell(&proposal)?;
        let all = cell.tallies.iter().flat_map(|tally| self.seats(tally.council));
        let approving: Vec<SeatId> = all.filter(|id| cell.decision(*id) == Some(Decision::Approve)).collect();
        self.dice.maybe(&approving).copied()
    }

    fn any_suspended(&mut self) -> Option<SeatId> {
        let id = |key: &CellKey| if let CellKey::Seat(id) = key { Some(*id) } else { None };
        let all: Vec<SeatId> = self.cells().keys().filter_map(id).collect();
        let suspended = |id: &SeatId| self.seat(*id).is_some_and(|seat| seat.suspended(self.now));
        let aside: Vec<SeatId> = all.into_iter().filter(suspended).collect();
        self.dice.maybe(&aside).copied()
    }

    /// A seat of the row's councils; now and then any.
    pub(crate) fn author_of(&mut self, action: &Action) -> SeatId {
        if self.dice.chance(4) {
            return self.any_seat();
        }
        let sovereign = self.kind == Kind::Micronode || self.dice.chance(30);
        let row = self.cells().row(row_for(self.cells(), sovereign, action));
        let Ok(row) = row else { return self.any_seat() };
        let councils: Vec<Council> = row.minima.iter().map(|(council, _)| council).collect();
        let council = *self.dice.one(&councils);
        let authority = action.concern().and_then(|concern| self.cells().authority(concern).ok());
        let council = if council == Council::PROGRAM { authority.unwrap_or(Council::Program(1)) } else { council };
        self.acting(council)
    }

    fn plan_pause(&mut self) -> Action {
        let scope = *self.dice.one(&SCOPES);
        let most = *self.dice.one(&[60, 1_800, 3_600, 3_600, 3_601, 72 * 3_600]);
        let seconds = if self.dice.chance(40) { most } else { u32::try_from(self.dice.below(3_601)).unwrap() };
        let severity = *self.dice.one(&[Severity::Sev1, Severity::Sev3]);
        let seconds = if self.kind == Kind::Micronode && self.dice.chance(80) { seconds % 1_801 } else { seconds };
        Action::Emergency(emergency::Action::Pause(Pause {
            scope,
            seconds,
            incident: self.incident(),
            severity,
            reason: REASON,
        }))
    }

    fn plan_lift(&mut self) -> Action {
        let running = self.pauses();
        let (scope, set_by, incident) = match self.dice.maybe(&running) {
            Some((scope, pause)) => (*scope, pause.set_by, pause.incident),
            None => (*self.dice.one(&SCOPES), NO_PROPOSAL, INCIDENT),
        };
        let incident = if self.dice.chance(90) { incident } else { self.incident() };
        Action::Emergency(emergency::Action::Lift { scope, set_by, incident })
    }

    /// Mostly a route that is there, open to all or to a list.
    fn plan_compliance(&mut self) -> Action {
        let route = if self.dice.chance(75) { 1 } else { 2 };
        self.plan_compliance_of(route)
    }

    pub(crate) fn plan_compliance_of(&mut self, route: u32) -> Action {
        let current: Option<Served> = self.read(&CellKey::Compliance(route));
        let base = current.map_or_else(open_to_all, |served| served.compliance);
        let compliance = match self.dice.below(10) {
            0 => Compliance { enabled: false, ..base },
            1 => Compliance { min_finality: base.min_finality + 1, ..base },
            2 => listed(),
            3 => Compliance { deny: listed().deny, ..base },
            5 | 6 => Compliance { enabled: true, daily: !base.daily, ..base },
            4 => Compliance { policy: REASON, ..base },
            _ => Compliance { enabled: true, ..base },
        };
        let other = Some(Served { version: 9, compliance: base });
        let previous = if self.dice.chance(93) { current } else { other };
        set_compliance(route, previous, compliance)
    }

    fn plan_route(&mut self) -> Action {
        let route = if self.dice.chance(75) { 1 } else { 2 };
        self.plan_route_of(route)
    }

    pub(crate) fn plan_route_of(&mut self, route: u32) -> Action {
        let current: Option<Route> = self.read(&CellKey::Route(route));
        // Small enough for a story to reach its limits, and valid for as long as it lasts.
        let small = Economics {
            rate_until: u64::MAX,
            lot_max: 9_000,
            rate_band_bps: 300,
            account_max: 15_000,
            aggregate_max: 25_000,
            count_max: 12,
            ..crate::world::economics()
        };
        let base = current.map_or(small, |route| route.economics);
        let by = u32::try_from(self.dice.below(900)).unwrap();
        let economics = match self.dice.below(20) {
            0..=7 => Economics { count_max: base.count_max.saturating_add(by), ..base },
            8..=15 => Economics { count_max: base.count_max.saturating_sub(by), tx_max: base.tx_max - 1, ..base },
            16 => Economics { fee_bps: 10_001, ..base },
            18 => Economics { period: *self.dice.one(&[480, 3_600, 86_400, 7 * 86_400]), ..base },
            17 => Economics { rate_den: 0, ..base },
            19 => {
                Economics { lot_max: base.lot_max.saturating_sub(500), rate_band_bps: base.rate_band_bps / 2, ..base }
            }
            _ => Economics { tx_min: base.tx_min + 1, count_max: base.count_max.saturating_add(1), ..base },
        };
        let other = Some(Route { version: 9, economics: base });
        let previous = if self.dice.chance(93) { current } else { other };
        Action::Bridge(bridge::Action::SetRoute(SetRoute {
            route,
            previous: previous.as_ref().map(digest::route_hash),
            economics,
        }))
    }

    fn plan_suspend(&mut self) -> Action {
        // Mostly in a council where somebody else is set aside already, or the same seat once more.
        let near = self.any_suspended().filter(|_| self.dice.chance(30));
        let any = self.any_seat();
        let any = self.any_approver().filter(|_| self.dice.chance(50)).unwrap_or(any);
        let seat = near.map_or(any, |near| if self.dice.chance(50) { near } else { self.any_of(near.council) });
        let prolonged: Vec<_> = self.proposals.iter().filter(|(_, row)| row.recovers() == Some(seat.council)).collect();
        let recovery = prolonged.last().map(|(opened, _)| opened.id).filter(|_| self.dice.chance(70));
        Action::Council(council::Action::Suspend { seat, key: self.held(seat), reason: REASON, recovery })
    }

    fn plan_reinstate(&mut self) -> Action {
        let any = self.any_seat();
        let seat = self.any_suspended().unwrap_or(any);
        Action::Council(council::Action::Reinstate { seat, key: self.held(seat), reason: REASON })
    }

    /// The key of a seat, mostly the right one; sometimes of a seat that is not there.
    pub(crate) fn held(&mut self, seat: SeatId) -> greatseal_protocol::key::Key {
        let other = self.any_seat();
        let seat = if self.dice.chance(95) { seat } else { other };
        self.seat(seat).map_or(greatseal_protocol::key::Key::Ed25519([0; 32]), |held| held.key)
    }

    fn plan_mode(&mut self) -> Action {
        let running: Option<InMode> = self.read(&CellKey::Mode);
        let running = running.filter(|mode| self.now < mode.until).map(|mode| mode.mode);
        let any = *self.dice.one(&[Mode::Limited, Mode::Limited, Mode::ReadOnly, Mode::ReadOnly, Mode::Normal]);
        let mode = running.filter(|_| self.dice.chance(70)).unwrap_or(any);
        let seconds = u32::try_from(self.dice.below(3_601)).unwrap();
        let seconds = if self.kind == Kind::Micronode { seconds / 2 } else { seconds };
        Action::Emergency(emergency::Action::SetMode(SetMode {
            mode,
            seconds,
            incident: self.incident(),
            severity: Severity::Sev2,
            reason: REASON,
        }))
    }

    fn plan_leave_mode(&mut self) -> Action {
        let running: Option<InMode> = self.read(&CellKey::Mode);
        let any = self.incident();
        let (set_by, incident) = running.map_or((NO_PROPOSAL, any), |mode| (mode.set_by, mode.incident));
        let incident = if self.dice.chance(85) { incident } else { any };
        Action::Emergency(emergency::Action::LeaveMode { set_by, incident })
    }

    fn any_row(&mut self) -> Row {
        let rows: Vec<(RowId, Row)> = self.all(|key| match key {
            CellKey::Row(id) => Some(*id),
            _ => None,
        });
        self.dice.one(&rows).1.clone()
    }

    /// A row with one thing changed: mostly a clock, which mostly keeps the invariants.
    fn plan_row(&mut self) -> Action {
        let mut row = self.any_row();
        row.version += u32::from(self.dice.chance(95));
        let councils: Vec<(Council, u8)> = row.minima.iter().collect();
        match self.dice.below(24) {
            0..=2 => row.approve_by = u32::try_from(300 + self.dice.below(DAY)).unwrap(),
            3..=4 => row.window = u32::try_from(8 * HOUR + self.dice.below(3 * DAY)).unwrap(),
            5..=6 => row.delay += u32::from(row.delay > 0) * 600,
            7..=9 => row.delay = row.delay / 10 * u32::try_from(self.dice.below(11)).unwrap(),
            10..=12 => row.direct = !row.direct,
            13 => row.approve_by = 299,
            14 => row.window = 3_599,
            15 => row.window = 3_600,
            16 => row.delay = 60,
            17 => row.m = 0,
            18 => row.m += 1,
            19 => row.m = row.m.saturating_sub(1),
            20 => row.m = 30,
            21 => {
                let stranger = *self.dice.one(&[Council::Operator, Council::Auditor]);
                let minima = Minima::new(councils.into_iter().take(3).chain([(stranger, 0)]).collect());
                row.minima = minima.unwrap_or(row.minima);
            }
            22 => {
                let by = u8::from(self.dice.chance(50));
                let minima = councils.into_iter().map(|(council, k)| (council, (k + by) * by)).collect();
                row.minima = Minima::new(minima).unwrap_or(row.minima);
            }
            _ => row.id = RowId(*self.dice.one(&[0, 38, 99])),
        }
        Action::Policy(policy::Action::SetRow(row))
    }

    /// One seat more or one less, with the rows that need it: those that are refused by themselves are made to fit.
    fn plan_reconstitute(&mut self) -> Action {
        let council = match self.dice.below(4) {
            0 => self.any_council(),
            _ => *self.dice.one(&[Council::Operator, Council::Auditor, Council::Panel, Council::Technical]),
        };
        let head = self.council(council);
        let grows = head.size < 3 || self.dice.chance(50);
        let size = if grows { head.size + 1 } else { head.size - 1 };
        let added = if grows { vec![self.newcomer(SeatId { council, index: head.size })] } else { Vec::new() };
        let mut sizes = self.oracle.sizes();
        sizes.insert(council, size.into());
        let micronode = self.kind == Kind::Micronode;
        let all: Vec<Row> = self.oracle.rows.values().cloned().collect();
        let mut rows = Vec::new();
        for row in all.into_iter().filter(|row| row.minima.has(council)) {
            if crate::checks::row_holds(micronode, &row, &sizes).iter().all(|(_, holds)| *holds) {
                continue;
            }
            let total: u32 = row.minima.iter().map(|(council, _)| sizes[&council]).sum();
            let fits = (u32::from(row.m)..=total).chain(1..row.m.into()).find_map(|m| {
                (0..=size).find_map(|k| {
                    let minima =
                        row.minima.iter().map(|(other, least)| (other, if other == council { k } else { least }));
                    let minima = Minima::new(minima.collect())?;
                    let m = u8::try_from(m).unwrap();
                    let new = Row { m, minima, version: row.version + 1, ..row.clone() };
                    crate::checks::row_holds(micronode, &new, &sizes).iter().all(|(_, holds)| *holds).then_some(new)
                })
            });
            rows.extend(fits);
        }
        let epoch = head.epoch + u32::from(self.dice.chance(3));
        Action::Council(council::Action::Reconstitute(Reconstitute { council, epoch, size, added, rows }))
    }

    pub(crate) fn plan_rotate(&mut self) -> Action {
        let any = self.any_seat();
        let seat = self.any_approver().filter(|_| self.dice.chance(25)).unwrap_or(any);
        let named = self.seat(seat).and_then(|held| held.successor);
        let mut new = self.newcomer(seat);
        if let Some(successor) = named.filter(|_| self.dice.chance(80)) {
            new.key = successor;
        }
        Action::Council(council::Action::Rotate { seat, previous: self.held(seat), new })
    }

    pub(crate) fn plan_recover(&mut self) -> Action {
        let policy = self.kind != Kind::Micronode && self.dice.chance(50);
        let council = if policy { Council::Policy } else { Council::Sovereign };
        let council = if self.dice.chance(97) { council } else { Council::Treasury };
        let head = self.council(council);
        let mut seats = Vec::new();
        // Sometimes somebody whose key was given a seat that it has not accepted.
        let mut pending: Vec<(SeatId, Seat)> = self.all(|key| match key {
            CellKey::Seat(id) => Some(*id),
            _ => None,
        });
        pending.retain(|(id, seat)| seat.pending() && id.council != council);
        for id in self.seats(council).collect::<Vec<_>>() {
            if self.dice.chance(45) {
                // Apart from the others that come with it.
                let mut new = self.newcomer(id);
                new.valid_until += (20 + 8 * u64::from(id.index)) * DAY;
                new.valid_until = new.valid_until.min(self.now + 113 * DAY + u64::from(id.index));
                if self.kind == Kind::Micronode {
                    new.valid_until = self.now + if id.index > 0 { WEEK } else { 60 * DAY };
                }
                if self.dice.chance(60)
                    && let Some((_, seat)) = pending.pop()
                {
                    (new.key, new.holder) = (seat.key, seat.holder);
                }
                seats.push((id.index, new));
            }
        }
        Action::Council(council::Action::Recover { council, epoch: head.epoch + u32::from(self.dice.chance(3)), seats })
    }

    fn any_entry(&mut self) -> Entry {
        let name = *self.dice.one(&["indexer", "relayer", "runtime"]);
        let high = self.dice.chance(30);
        let organisation =
            *self.dice.one(&["civil-registry", "standards", "justice", "infra-operator", "audit-firm", "new-1"]);
        let entry = |at| match at {
            0..=3 => Entry::Component {
                name: label(name),
                kind: if name == "runtime" { ComponentKind::Runtime } else { ComponentKind::Service },
                risk: if high { Risk::High } else { Risk::Routine },
            },
            4 => Entry::Issuer { id: subject(name), organisation: label(organisation) },
            5 => Entry::Schema { id: subject(name) },
            6 => asset(AssetHash(hash::sha256(&[name.as_bytes()]))),
            7 => Entry::Payer { account: hash::sha256(&[name.as_bytes()]), program: 1 },
            8 => Entry::Party { id: subject(name), organisation: label(organisation) },
            _ => Entry::Custody {
                setting: SETTINGS[usize::from(high)],
                tenant: high.then(|| label(name)),
                value: REASON,
            },
        };
        entry(self.dice.below(11))
    }

    pub(crate) fn plan_register(&mut self) -> Action {
        let entry = self.any_entry();
        let present: Option<Registered> = self.read(&CellKey::Entry(entry.key()));
        let replaces = present.map_or(0, |present| present.version) + u32::from(self.dice.chance(4));
        let valid_until = match self.dice.below(12) {
            0 => self.now,
            1 => u64::MAX,
            _ => self.now + 90 * DAY,
        };
        Action::Registry(registry::Action::Register { entry, valid_from: self.now - DAY, valid_until, replaces })
    }

    fn plan_revoke(&mut self) -> Action {
        let all: Vec<(EntryKey, Registered)> = self.all(|key| match key {
            CellKey::Entry(entry) => Some(*entry),
            _ => None,
        });
        let any = self.any_entry().key();
        Action::Registry(registry::Action::Revoke {
            entry: self.dice.maybe(&all).map_or(any, |(entry, _)| *entry),
            reason: REASON,
        })
    }

    pub(crate) fn plan_release(&mut self) -> Action {
        let registered = self.components();
        let any = label(self.dice.one::<&str>(&["indexer", "relayer", "runtime"]));
        let component = self.dice.maybe(&registered).copied().unwrap_or(any);
        let running: Option<Deployment> = self.read(&CellKey::Running(component));
        let number = self.dice.below(1_000);
        let version: Label = label(&format!("v{number}"));
        let not_before = self.now + if self.dice.chance(85) { 0 } else { 2 * DAY };
        let not_after = not_before + if self.dice.chance(90) { 20 * DAY } else { HOUR };
        let replaces = running.map(|running| running.current.code);
        let replaces = if self.dice.chance(95) { replaces } else { Some(CodeHash([1; 32])) };
        let sbom = ReferenceHash(if self.dice.chance(97) { [0xB0; 32] } else { [0; 32] });
        let rollback_until = not_after + if self.dice.chance(95) { 5 * DAY } else { 95 * DAY };
        let code = code(version.as_str());
        Action::Registry(registry::Action::Release(Release {
            component,
            version,
            code,
            sbom,
            not_before,
            not_after,
            replaces,
            rollback_until,
        }))
    }

    fn plan_baseline(&mut self) -> Action {
        let name = *self.dice.one(&[Parameter::Inflight, Parameter::MintRate]);
        let present: Option<Tuning> = self.read(&CellKey::Parameter(name));
        let previous = present.map(|present| present.baseline);
        let previous = if self.dice.chance(92) { previous } else { Some(3) };
        Action::Operation(operation::Action::SetBaseline { name, previous, value: 100 + self.dice.below(900) })
    }

    fn plan_adopt(&mut self) -> Action {
        Action::Policy(policy::Action::Adopt { name: label("charter"), text: DocumentHash(self.dice.bytes()) })
    }

    fn plan_consent(&mut self) -> Action {
        let duties = self.duties();
        let any = (*self.dice.one(&SCOPES), NO_PROPOSAL, self.incident());
        let named = |(scope, duty): &(Scope, Duty)| (*scope, duty.set_by, duty.incident);
        let (scope, set_by, incident) = self.dice.maybe(&duties).map_or(any, named);
        Action::Emergency(emergency::Action::Consent { scope, set_by, incident, evidence: REASON })
    }

    fn plan_resolve(&mut self) -> Action {
        let open: Vec<_> = self.disputes().into_iter().filter(|(_, dispute)| dispute.closed().is_none()).collect();
        let nothing = dispute_of("A0", doubtful(1));
        let (dispute, late) = self.dice.maybe(&open).map_or((nothing, 0), |(id, found)| (*id, found.triage_by()));
        if self.dice.chance(70) {
            self.now = self.now.max(late);
        }
        let outcome = *self.dice.one(&[Resolution::Upheld, Resolution::Dismissed]);
        resolve(self.cells(), dispute, outcome)
    }
}
