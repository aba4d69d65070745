//! The steps of a story. Each looks at what there is and mostly does what leads somewhere.

use crate::{
    lists::{ACCOUNTS, listed, proofs, stated, versions},
    plans::SCOPES,
    tale::{Kind, Tale},
    world::{
        DAY, HOUR, NO_PROPOSAL, Opened, REASON, REPORT, approve, asset, call_panel, cancel, decide, dispute, doubtful,
        execute, execute_with, label, panel_approve, pause, resolve, row_for, veto,
    },
};
use greatseal_protocol::{
    action::Action,
    bytes::DocumentHash,
    cells::CellKey,
    command::Order,
    conversion::{Completion, Conversion, Transfer},
    council::{Council, SeatId},
    daily::{DayLists, DayRate, Following},
    dispute::{DisputeId, Resolution},
    emergency::Report,
    event::Event,
    language::{
        bridge, council, emergency, operation,
        proposal::{self, Open},
        registry,
    },
    outcome::Outcome,
    parameter::{Parameter, Tuning},
    proposal_id::{Choice, Choices, Decision},
    registry::{Deployment, EntryKey, Registered},
    row::{Executors, Row, RowId},
    scope::{Severity, Watched},
    standing::Status,
    state::State,
};
use std::collections::BTreeMap;

impl Tale {
    pub(crate) fn tell(&mut self, steps: u64) {
        if self.rich {
            (0..4).for_each(|_| self.fund());
        }
        (0..steps).for_each(|_| self.step());
        self.ended();
    }

    fn step(&mut self) {
        type Step = fn(&mut Tale);
        let steps: [(u64, Step); 24] = [
            (26, Self::advance),
            (14, |tale| drop(tale.open_any())),
            (12, Self::drive),
            (14, Self::operate),
            (9, Self::convert),
            (8, Self::wait),
            (7, Self::decide_any),
            (4, Self::end_any),
            (7, Self::accept_any),
            (5, Self::execute_any),
            (2, Self::review),
            (1, Self::tie),
            (3, Self::trouble),
            (1, Self::storm),
            (1, Self::recover),
            (1, Self::upgrade),
            (2, Self::replay),
            (1, Self::altered),
            (2, Self::phase),
            (3, Self::fund),
            (8, Self::pay),
            (14, Self::settle),
            (4, |tale| tale.quarrel(None)),
            (1, |tale| {
                if tale.dice.chance(10) {
                    tale.many_doubts()
                }
            }),
        ];
        let money: [(u64, Step); 4] =
            [(2, Self::fund), (9, Self::pay), (30, Self::settle), (2, |tale| tale.quarrel(None))];
        let step =
            if self.rich && self.dice.chance(80) { self.dice.weighted(&money) } else { self.dice.weighted(&steps) };
        step(self);
        // Time goes on by itself, mostly within a second or a minute.
        self.now += self.dice.weighted(&[(5, 0), (5, 1), (3, 30), (1, 400)]);
    }

    // Time

    /// To the edge of something, or one second before or after it; or just on.
    pub(crate) fn wait(&mut self) {
        let mut edges: Vec<u64> = Vec::new();
        for (proposal, ..) in self.living() {
            let Some((cell, status)) = self.cell(&proposal) else { continue };
            edges.push(cell.approve_by);
            match status {
                Status::Waiting(eta) => edges.push(eta),
                Status::Executable(execute_by) => edges.extend([execute_by, execute_by - u64::from(cell.window) / 2]),
                Status::Deadlocked(from, until) => edges.extend([from, until]),
                _ => {}
            }
        }
        edges.extend(self.pauses().iter().map(|(_, pause)| pause.until));
        edges.extend(self.duties().iter().map(|(_, duty)| duty.until));
        edges.retain(|edge| *edge >= self.now);
        let edge = self.dice.maybe(&edges).copied().filter(|_| self.dice.chance(70));
        self.now = match edge {
            Some(edge) => self.now.max(edge - 1 + self.dice.below(3)),
            None => {
                let most = self.dice.weighted(&[(20, 60), (20, HOUR), (12, DAY), (2, 8 * DAY), (1, 40 * DAY)]);
                self.now + 1 + self.dice.below(most)
            }
        };
    }

    // Proposals

    /// The order that opens an action, mostly with the longest clocks of its row.
    fn opening(&mut self, author: SeatId, action: &Action) -> Option<Open> {
        let sovereign = self.kind == Kind::Micronode || author.council == Council::Sovereign;
        let mut id = row_for(self.cells(), sovereign, action);
        if id == RowId::BATCH_SMALL && self.dice.chance(30) {
            id = RowId::BATCH_LARGE;
        }
        if self.dice.chance(2) {
            id = RowId(u8::try_from(self.dice.below(40)).unwrap());
        }
        let row: Option<Row> = self.cells().row(id).ok();
        let (mut approve_within, mut execute_within) = row.map_or((3_600, 3_600), |row| (row.approve_by, row.window));
        match self.dice.below(30) {
            0 => approve_within = 300,
            1 => execute_within = 8 * 3_600,
            2 => approve_within = 299,
            3 => execute_within += 1,
            _ => {}
        }
        let nonce = self.seat(author).map_or(0, |seat| seat.nonce) + u64::from(!self.dice.chance(2));
        let document = DocumentHash(if self.dice.chance(1) { [0; 32] } else { [9; 32] });
        Some(Open {
            row: id,
            action: action.clone(),
            document,
            approve_within,
            execute_within,
            nonce,
            approve: self.dice.chance(15),
        })
    }

    pub(crate) fn open(&mut self, author: SeatId, action: &Action) -> Option<Opened> {
        // Mostly somebody has looked before it is loosened.
        if row_for(self.cells(), false, action).escalation() && self.dice.chance(80) {
            let council = *self.dice.one(&[Council::Operator, Council::Auditor]);
            let who = self.acting(council);
            let nonce = self.seat(who).map_or(0, |seat| seat.nonce) + 1;
            self.say(
                who,
                Order::Operation(operation::Order::Escalate { watched: action.watched(), reference: REASON, nonce }),
            );
        }
        let open = self.opening(author, action)?;
        match self.say(author, Order::Proposal(proposal::Order::Open(Box::new(open)))) {
            Outcome::Applied { .. } => self.proposals.last().map(|(proposal, _)| proposal.clone()),
            _ => None,
        }
    }

    fn open_any(&mut self) -> Option<Opened> {
        let (action, author) = self.plan();
        self.open(author, &action)
    }

    /// From the proposal to its execution, and the new keys take their seats.
    fn drive(&mut self) {
        let Some(proposal) = self.open_any() else { return };
        for _ in 0..3 {
            self.push(&proposal);
        }
        if self.dice.chance(70) {
            self.accept_any();
        }
    }

    pub(crate) fn advance(&mut self) {
        let living = self.living();
        if let Some((proposal, ..)) = self.dice.maybe(&living).cloned() {
            self.push(&proposal);
        }
    }

    /// One stage on: approvals, the delay, the execution.
    pub(crate) fn push(&mut self, proposal: &Opened) {
        let Some((cell, status)) = self.cell(proposal) else { return };
        match status {
            Status::Open => self.approve_all(proposal),
            Status::Waiting(eta) if eta - self.now < 3 * DAY || self.dice.chance(60) => self.now = eta,
            Status::Executable(_) => {
                let row = self.cells().row(cell.row).unwrap();
                self.execute(proposal, row.executors);
            }
            Status::Deadlocked(from, _) => {
                self.now = self.now.max(from);
                for index in 0..2 {
                    self.say(SeatId { council: Council::Panel, index }, panel_approve(proposal));
                }
            }
            _ => {}
        }
    }

    fn approve_all(&mut self, proposal: &Opened) {
        let Some((cell, _)) = self.cell(proposal) else { return };
        let row = self.cells().row(cell.row).unwrap();
        let mut all: Vec<SeatId> = Vec::new();
        for tally in &cell.tallies {
            let mut sitting: Vec<SeatId> =
                self.seats(tally.council).filter(|id| cell.decision(*id).is_none()).collect();
            let turn = self.dice.index(sitting.len() + 1);
            sitting.rotate_left(turn);
            // Mostly those who may, and as many of each council as it takes.
            sitting.sort_by_key(|id| !self.acts(*id));
            let needed = usize::from(row.minima.of(tally.council)).min(sitting.len());
            let rest = sitting.split_off(needed);
            all.splice(0..0, sitting);
            all.extend(rest);
        }
        let enough = self.dice.chance(85);
        for id in all {
            let Some((cell, _)) = self.cell(proposal) else { return };
            let present = cell.present_anew(self.cells()).unwrap();
            let short = cell.missing(&present, self.cells(), self.now).is_ok_and(|missing| missing > 0);
            if !short || !enough && self.dice.chance(50) {
                return;
            }
            let order = self.approval(proposal);
            self.say(id, order);
        }
    }

    /// An approval, now and then with what the same seat says of others.
    fn approval(&mut self, proposal: &Opened) -> Order {
        let others: Vec<Opened> = match self.dice.chance(12) {
            true => (0..=self.dice.below(3)).filter_map(|_| self.recent()).collect(),
            false => Vec::new(),
        };
        let choice = |one: &Opened, decision| (one.id, Choice { id: one.id, digest: one.digest, decision });
        let mut choices: BTreeMap<_, _> = others
            .iter()
            .map(|one| choice(one, if self.dice.chance(80) { Decision::Approve } else { Decision::Reject }))
            .collect();
        choices.extend([choice(proposal, Decision::Approve)]);
        match Choices::new(choices.into_values().take(4).collect()) {
            Some(choices) => Order::Proposal(proposal::Order::DecideTogether(choices)),
            None => approve(proposal),
        }
    }

    fn execute(&mut self, proposal: &Opened, executors: Executors) {
        let order = match self.dice.below(40) {
            0 => execute_with(proposal, pause(SCOPES[0], 59)),
            1 => match execute(proposal) {
                Order::Proposal(proposal::Order::Execute(mut execute)) => {
                    execute.version = label("other");
                    Order::Proposal(proposal::Order::Execute(execute))
                }
                other => other,
            },
            _ => execute(proposal),
        };
        if executors == Executors::Anyone && self.dice.chance(30) {
            self.anyone(order);
            return;
        }
        let any = self.any_seat();
        let operator = self.acting(Council::Operator);
        let who = if self.dice.chance(80) { operator } else { any };
        self.say(who, order);
    }

    fn execute_any(&mut self) {
        let recent = self.proposals.len().saturating_sub(6);
        let Some((proposal, _)) = self.dice.maybe(&self.proposals[recent..]).cloned() else { return };
        let executors = if self.dice.chance(30) { Executors::Anyone } else { Executors::Operator };
        self.execute(&proposal, executors);
    }

    pub(crate) fn recent(&mut self) -> Option<Opened> {
        let recent = self.proposals.len().saturating_sub(6);
        self.dice.maybe(&self.proposals[recent..]).map(|(proposal, _)| proposal.clone())
    }

    /// A member of the row or anybody, for or against.
    fn decide_any(&mut self) {
        let Some(mut proposal) = self.recent() else { return };
        let councils: Vec<Council> = self
            .cell(&proposal)
            .map_or_else(Vec::new, |(cell, _)| cell.tallies.iter().map(|tally| tally.council).collect());
        let who = match self.dice.maybe(&councils).copied().filter(|_| self.dice.chance(90)) {
            Some(council) => self.any_of(council),
            None => self.any_seat(),
        };
        if self.dice.chance(3) {
            proposal.digest.0[0] ^= 1;
        }
        let decision = if self.dice.chance(60) { Decision::Reject } else { Decision::Approve };
        self.say(who, decide(&proposal, decision));
    }

    /// Cancelled or vetoed.
    fn end_any(&mut self) {
        let waiting = |(_, _, status): &(Opened, RowId, Status)| matches!(status, Status::Waiting(_));
        let waiting: Vec<_> = self.living().into_iter().filter(waiting).collect();
        if let Some((proposal, row, _)) = self.dice.maybe(&waiting).cloned() {
            let council = row.recovers().unwrap_or(Council::Sovereign);
            let seats: Vec<SeatId> = self.seats(council).collect();
            for id in seats.into_iter().take(usize::from(self.dice.chance(60)) + 1) {
                self.say(id, veto(&proposal));
            }
            return;
        }
        let Some(proposal) = self.recent() else { return };
        let any = self.any_seat();
        match self.dice.below(10) {
            0..=5 => self.say(proposal.id.author, cancel(&proposal)),
            6..=7 => self.say(any, cancel(&proposal)),
            _ => self.say(any, veto(&proposal)),
        };
    }

    /// New keys take their seats.
    pub(crate) fn accept_any(&mut self) {
        let pending: Vec<SeatId> = self
            .records
            .iter()
            .rev()
            .take(60)
            .flat_map(|record| match &record.event {
                Event::Council(council::Event::SeatReplaced { seat, .. }) => vec![*seat],
                Event::Council(council::Event::CouncilReconstituted { council, size, added, .. }) => {
                    let first = size - u8::try_from(added.len()).unwrap();
                    (first.min(size - 1)..*size).map(|index| SeatId { council: *council, index }).collect()
                }
                _ => Vec::new(),
            })
            .filter(|id| id.index < self.council(id.council).size)
            .filter(|id| self.seat(*id).is_some_and(|seat| seat.accepted.is_none()))
            .collect();
        let any = self.any_seat();
        let id = self.dice.maybe(&pending).copied();
        let Some(id) = id.or_else(|| self.dice.chance(10).then_some(any)) else { return };
        let Some(seat) = self.seat(id) else { return };
        let previous = if self.dice.chance(93) { seat.previous } else { None };
        let named = if self.dice.chance(97) { id } else { any };
        self.say(id, Order::Council(council::Order::AcceptSeat { seat: named, previous }));
        self.now += self.dice.below(2);
    }

    // Operating

    fn operate(&mut self) {
        let mut who = self.acting(Council::Operator);
        let any = self.any_seat();
        if self.dice.chance(6) {
            who = any;
        }
        let nonce = |tale: &Self, who: SeatId| tale.seat(who).map_or(0, |seat| seat.nonce) + 1;
        let order = match self.dice.below(20) {
            0 => {
                let watched = if self.dice.chance(60) { Watched::Route(1) } else { Watched::Money };
                Order::Operation(operation::Order::Escalate { watched, reference: REASON, nonce: nonce(self, who) })
            }
            1..=4 => {
                let known = |name: &Parameter| self.read::<Tuning>(&CellKey::Parameter(*name)).is_some();
                let known: Vec<_> = [Parameter::Inflight, Parameter::MintRate].into_iter().filter(known).collect();
                if known.is_empty() && self.dice.chance(80) {
                    return;
                }
                let name = self.dice.maybe(&known).copied().unwrap_or(Parameter::CacheSize);
                let present: Option<Tuning> = self.read(&CellKey::Parameter(name));
                let present = present.map_or((0, 0), |present| (present.value, present.baseline));
                if self.dice.chance(70) {
                    self.now += HOUR;
                }
                let value = (present.1 * (75 + self.dice.below(50))) / 100;
                let previous = present.0 + u64::from(self.dice.chance(5));
                Order::Operation(operation::Order::Tune { name, previous, value, nonce: nonce(self, who) })
            }
            5 => Order::Operation(operation::Order::FileDrill {
                kind: label("lost-key"),
                report: REPORT,
                nonce: nonce(self, who),
            }),
            6..=7 => {
                let council = if self.dice.chance(92) { Council::Emergency } else { Council::Treasury };
                who = self.acting(council);
                Order::Council(council::Order::Heartbeat { nonce: nonce(self, who) })
            }
            8..=10 => return self.roll_back(who),
            11 => {
                let auditor = self.acting(Council::Auditor);
                who = if self.dice.chance(90) { auditor } else { any };
                let subject = self.subject();
                dispute(subject)
            }
            12 => {
                who = any;
                let successor = match self.dice.below(8) {
                    0 => self.seat(any).map_or(greatseal_protocol::key::Key::Ed25519([0; 32]), |seat| seat.key),
                    _ => self.next_key(),
                };
                Order::Council(council::Order::NameSuccessor { successor, nonce: nonce(self, who) })
            }
            13 => {
                who = any;
                if self.dice.chance(70) {
                    return;
                }
                Order::Council(council::Order::SuspendSelf)
            }
            14..=16 => return self.file_or_attest(),
            17 => {
                let Some(proposal) = self.recent() else { return };
                who = self.acting(Council::Sovereign);
                call_panel(&proposal)
            }
            18 => {
                let Some(proposal) = self.recent() else { return };
                who = self.acting(Council::Panel);
                panel_approve(&proposal)
            }
            _ => Order::Council(council::Order::Heartbeat { nonce: 0 }),
        };
        self.say(who, order);
    }

    /// Some conversions over a route that is mostly there, and what becomes of them.
    fn convert(&mut self) {
        let route = if self.dice.chance(75) { 1 } else { 2 };
        if self.cells().route(route).unwrap().is_none() {
            if self.dice.chance(10) {
                self.request(route, 0, 0);
            }
            let action = self.plan_route_of(route);
            self.carry(&action);
        }
        let Some(present) = self.cells().route(route).unwrap() else { return };
        for id in [present.economics.source, present.economics.destination] {
            let entry: Option<Registered> = self.read(&CellKey::Entry(EntryKey::Asset(id)));
            if !entry.is_some_and(|entry| entry.holds(self.now)) && self.dice.chance(90) {
                let (replaces, entry) = (entry.map_or(0, |entry| entry.version), asset(id));
                let (valid_from, valid_until) = (self.now, self.now + 400 * DAY);
                self.carry(&Action::Registry(registry::Action::Register { entry, valid_from, valid_until, replaces }));
            }
        }
        if self.dice.chance(30) {
            self.set_daily(route);
        }
        let enabled = self.cells().served(route).unwrap().is_some_and(|served| served.compliance.enabled);
        if !enabled && self.dice.chance(80) {
            let action = self.plan_compliance_of(route);
            self.carry(&action);
        }
        for _ in 0..self.dice.below(5) + 1 {
            let limits = present.economics;
            let amount = match self.dice.below(12) {
                0 => limits.tx_max + 1,
                1 => limits.tx_max,
                2 => limits.tx_min.saturating_sub(1),
                3 => limits.large,
                4..=6 => u128::from(self.dice.below(900)) + limits.tx_min,
                _ => u128::from(self.dice.below(6_000)),
            };
            self.request(route, amount, limits.large);
            self.said_of_the_rail(route);
            self.now += self.dice.weighted(&[(6, 0), (4, 60), (2, HOUR), (1, 4 * HOUR)]);
        }
    }

    /// What the rail did with one of the last conversions, or with one of long ago.
    fn said_of_the_rail(&mut self, route: u32) {
        let operator = self.acting(Council::Operator);
        let traffic = self.cells().traffic(route).unwrap();
        let back = self.dice.weighted(&[(20, 0), (5, 1), (5, 2), (1, 64), (1, 65)]);
        let number = (traffic.next - 1).saturating_sub(back);
        let held = self.cells().reservation(route, number).unwrap();
        let last = held.map_or(0, |held| if held.number == number { held.version } else { traffic.restated });
        let version = last + 1 - u32::from(last > 0 && self.dice.chance(5)) + u32::from(self.dice.chance(3));
        let (count, amount) = held.map_or((1, 10), |held| (held.count, held.amount));
        let nothing = self.dice.chance(20);
        let count = if nothing { 0 } else { count + u32::from(self.dice.chance(5)) };
        let amount = if nothing { 0 } else { amount.saturating_sub(u128::from(self.dice.below(9))) };
        let fees = if self.dice.chance(4) { amount + 1 } else { amount / 500 };
        let completion = Completion { route, number, version, count, amount, fees, root: REASON };
        if self.dice.chance(60) {
            self.say(operator, stated(completion));
        }
    }

    /// A rate or lists of the day: mostly two seats say the same.
    fn set_daily(&mut self, route: u32) {
        let Some(present) = self.cells().route(route).unwrap() else { return };
        let economics = present.economics;
        let off = u128::from(self.dice.below(u64::from(economics.rate_band_bps) / 10 + 2));
        let num = if self.dice.chance(70) { economics.rate_num.saturating_sub(off) } else { economics.rate_num + off };
        let until = self.now + self.dice.weighted(&[(9, DAY), (1, 8 * DAY)]);
        let rate = DayRate { num, den: economics.rate_den, until };
        let previous = self.cells().daily(route).unwrap().lists_version + u32::from(self.dice.chance(5));
        let lists = DayLists { allow: listed().allow.filter(|_| self.dice.chance(50)), deny: listed().deny };
        let (council, rates) =
            if self.dice.chance(60) { (Council::Treasury, true) } else { (Council::Identity, false) };
        for index in 0..2 {
            let id = SeatId { council, index };
            let nonce = self.seat(id).map_or(0, |seat| seat.nonce) + 1;
            let lists = Following { previous, lists };
            let rate = bridge::Order::StateRate { route, rate, nonce };
            let order = if rates { rate } else { bridge::Order::StateLists { route, lists, nonce } };
            if self.dice.chance(85) {
                self.say(id, Order::Bridge(order));
            }
        }
        if rates && self.dice.chance(15) {
            let id = self.acting(council);
            let nonce = self.seat(id).map_or(0, |seat| seat.nonce) + 1;
            self.say(id, Order::Bridge(bridge::Order::WithdrawRate { route, nonce }));
        }
    }

    /// From the proposal to its execution, if nothing is in the way.
    fn carry(&mut self, action: &Action) {
        let author = self.author_of(action);
        let Some(proposal) = self.open(author, action) else { return };
        (0..4).for_each(|_| self.push(&proposal));
    }

    fn request(&mut self, route: u32, amount: u128, large: u128) {
        let account = *self.dice.one(&ACCOUNTS);
        let lot = self.dice.chance(20);
        let next = self.cells().traffic(route).unwrap().next;
        let mut versions = versions(self.cells(), route, self.now);
        let number = if self.dice.chance(4) { self.dice.below(next + 2) } else { next };
        versions.economics += u32::from(self.dice.chance(3));
        let count = match (lot, self.dice.chance(3)) {
            (true, false) => 1 + u32::try_from(self.dice.below(3)).unwrap(),
            (false, true) => 2,
            (true, true) => 0,
            (false, false) => 1,
        };
        let transfer = Transfer { route, count, amount, account: (!lot).then_some(account), versions };
        let conversion = Conversion { number, transfer };
        if (amount >= large || self.dice.chance(40)) && self.dice.chance(80) {
            let council = if self.dice.chance(94) { Council::Treasury } else { Council::Operator };
            let who = self.acting(council);
            let account = if self.dice.chance(95) { transfer.account } else { Some(ACCOUNTS[0]) };
            let nonce = |tale: &Self| tale.seat(who).map_or(0, |seat| seat.nonce) + 1;
            let order = bridge::Order::Promise { transfer: Transfer { account, ..transfer }, nonce: nonce(self) };
            self.say(who, Order::Bridge(order));
            if self.dice.chance(10) {
                let nonce = nonce(self);
                self.say(who, Order::Bridge(bridge::Order::Withdraw { route, nonce }));
            }
        }
        let shown = if self.dice.chance(92) { account } else { ACCOUNTS[2] };
        let operator = self.acting(Council::Operator);
        let any = self.any_seat();
        let who = if self.dice.chance(97) { operator } else { any };
        let proofs = proofs(&shown, &ACCOUNTS[..4], &ACCOUNTS[1..2]);
        self.say(who, Order::Bridge(bridge::Order::Authorize { conversion, proofs }));
    }

    fn roll_back(&mut self, who: SeatId) {
        let registered = self.components();
        let component = self.dice.maybe(&registered).copied().unwrap_or(label("indexer"));
        let running: Option<Deployment> = self.read(&CellKey::Running(component));
        let from = running.map_or(label("v0"), |running| running.current.version);
        let to = running.and_then(|running| running.before).map_or(label("v0"), |before| before.version);
        let from = if self.dice.chance(92) { from } else { label("v0") };
        let nonce = self.seat(who).map_or(0, |seat| seat.nonce) + 1;
        self.say(who, Order::Registry(registry::Order::RollBack { component, from, to, nonce }));
    }

    fn file_or_attest(&mut self) {
        let duties = self.duties();
        let Some((scope, duty)) = self.dice.maybe(&duties).cloned() else { return };
        let mut incident = duty.incident;
        if self.dice.chance(5) {
            incident.0[0] ^= 1;
        }
        if self.now < duty.until && self.dice.chance(50) {
            self.now = duty.until;
        }
        let (auditor, sovereign) = (self.acting(Council::Auditor), self.acting(Council::Sovereign));
        let set_by = if self.dice.chance(95) { duty.set_by } else { NO_PROPOSAL };
        let filed: Option<Report> = self.read(&CellKey::Report(scope, sovereign));
        let filed = filed.filter(|filed| filed.set_by == set_by).map_or(0, |filed| filed.version);
        if self.dice.chance(if filed > 0 { 60 } else { 10 }) {
            let report = if self.dice.chance(92) { REPORT } else { REASON };
            let attest = |of, version| emergency::Order::AttestReview { scope, set_by, incident, of, version, report };
            let version = if self.dice.chance(92) { filed } else { filed + 1 };
            self.say(auditor, Order::Emergency(attest(sovereign, version)));
        } else {
            let version = if self.dice.chance(92) { filed + 1 } else { filed };
            let (severity, report) = (Severity::Sev4, REPORT);
            let file = emergency::Order::FileReview { scope, set_by, incident, version, severity, report };
            self.say(sovereign, Order::Emergency(file));
        }
    }

    /// One pause after the other, as long as they may be, each reviewed: for as long as the caps let them.
    fn storm(&mut self) {
        let longest = if self.kind == Kind::Micronode { 1_800 } else { 3_600 };
        let council = if self.kind == Kind::Micronode { Council::Sovereign } else { Council::Emergency };
        for _ in 0..self.dice.below(9) + 2 {
            let scope = *self.dice.one(&SCOPES[..5]);
            let seconds = if self.dice.chance(75) { longest } else { 1 + self.dice.below(longest) };
            let author = self.acting(council);
            let Some(proposal) = self.open(author, &pause(scope, seconds)) else { continue };
            (0..2).for_each(|_| self.push(&proposal));
            // Prolonged, or over and reviewed, or left to itself for some days.
            match self.dice.below(8) {
                0..=1 => self.now += seconds - 1,
                2..=6 => {
                    self.now += seconds;
                    (0..2).for_each(|_| self.review());
                }
                _ => self.now += self.dice.below(4 * DAY),
            }
        }
    }

    /// A council is given to those for whom seats of other councils wait: their keys have not accepted these.
    fn recover(&mut self) {
        let seat = self.any_seat();
        let (previous, new) = (self.held(seat), self.newcomer(seat));
        self.carry(&Action::Council(council::Action::Rotate { seat, previous, new }));
        let action = self.plan_recover();
        self.carry(&action);
        if self.dice.chance(50) {
            self.accept_any();
        }
    }

    /// Releases of a component, one after the other, and the way back.
    fn upgrade(&mut self) {
        if self.components().is_empty() {
            let action = self.plan_register();
            return self.carry(&action);
        }
        for _ in 0..2 {
            let action = self.plan_release();
            self.carry(&action);
        }
        let operator = self.acting(Council::Operator);
        self.roll_back(operator);
    }

    /// Somebody whose approval counts is set aside, by the others or by its own word; perhaps not for long.
    fn trouble(&mut self) {
        let Some(id) = self.any_approver() else { return };
        let Some(key) = self.seat(id).map(|seat| seat.key) else { return };
        if self.dice.chance(25) {
            self.say(id, Order::Council(council::Order::SuspendSelf));
            return;
        }
        let author = if id.council == Council::Emergency || self.kind == Kind::Micronode || self.dice.chance(25) {
            self.acting(Council::Sovereign)
        } else {
            self.acting(Council::Emergency)
        };
        let whole = |tale: &mut Self, author, action: &Action| {
            let Some(proposal) = tale.open(author, action) else { return };
            (0..2).for_each(|_| tale.push(&proposal));
        };
        whole(
            self,
            author,
            &Action::Council(council::Action::Suspend { seat: id, key, reason: REASON, recovery: None }),
        );
        match self.dice.below(4) {
            0 => {
                let author = self.acting(Council::Sovereign);
                whole(self, author, &Action::Council(council::Action::Reinstate { seat: id, key, reason: REASON }));
            }
            1 => self.now += 7 * DAY - 3 + self.dice.below(6),
            _ => {}
        }
        // What it approved is tried at once, or decided by somebody else.
        if self.dice.chance(50) {
            self.advance();
        }
    }

    /// The whole review of a pause.
    fn review(&mut self) {
        self.file_or_attest();
        self.file_or_attest();
    }

    /// A dispute whose answer one seat wants and no other: the panel is called.
    fn tie(&mut self) {
        let auditor = self.acting(Council::Auditor);
        let subject = doubtful(u8::try_from(10 + self.dice.below(200)).unwrap());
        self.say(auditor, dispute(subject));
        let action = resolve(self.cells(), DisputeId { subject, seat: auditor }, Resolution::Upheld);
        let author = self.acting(Council::Sovereign);
        let Some(proposal) = self.open(author, &action) else { return };
        self.say(author, approve(&proposal));
        let Some((cell, _)) = self.cell(&proposal) else { return };
        self.now = self.now.max(cell.panel_callable().start + self.dice.below(HOUR));
        let caller = if self.dice.chance(50) { self.acting(Council::Auditor) } else { self.acting(Council::Sovereign) };
        self.say(caller, call_panel(&proposal));
        self.push(&proposal);
        self.push(&proposal);
    }
}
