//! Those who go on in spite of a hostile seat: what they say, decide and reach. For [`crate::undoable`].

use crate::{
    lists::{ACCOUNTS, listed, proofs, stated, versions},
    undoable::Aim,
    unsigned,
    world::{DAY, HOUR, Opened, REASON, acknowledge, approve, dispute, doubtful, execute, label, resolve, row_for},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::{CodeHash, DocumentHash, EntriesRoot, Label, ManifestHash, OutcomesRoot, ReferenceHash},
    cells::{CellKey, Cells},
    command::Order,
    conversion::{Completion, Conversion, Transfer},
    council::{Council, SeatId},
    daily::{DayLists, Following},
    digest,
    dispute::{DisputeId, Resolution},
    event::Event,
    language::{
        bridge, council, operation, program,
        proposal::{self, Open},
        registry,
    },
    memory::Memory,
    parameter::Tuning,
    program::{ChangeProgram, RuleSet, RulesChange},
    refusal::Refusal,
    registry::{Deployment, EntryKey, Registered, Release},
    route::{Economics, SetRoute},
    row::Row,
    scale::Decode,
    settlement::{Stated, Statement, Verdict, Vote, Voted},
    standing::Status,
    state::State,
};

/// One state that the world may be in, without what checks a story.
#[derive(Clone)]
pub(crate) struct Fork {
    pub(crate) cells: Memory,
    pub(crate) now: u64,
    pub(crate) hostile: SeatId,
    /// What was begun.
    pub(crate) opened: Option<Opened>,
    pub(crate) statement: Option<(SeatId, u32)>,
    pub(crate) doubt: Option<DisputeId>,
}

impl Fork {
    // Speaking

    pub(crate) fn read<T: Decode>(&self, key: &CellKey) -> Option<T> {
        self.cells.cell(key).unwrap()
    }

    pub(crate) fn say(&mut self, id: SeatId, order: Order) -> Result<Vec<Event>, Refusal> {
        unsigned::say(&mut self.cells, self.now, id, order)
    }

    pub(crate) fn nonce(&self, id: SeatId) -> u64 {
        self.cells.seat(id).map_or(0, |seat| seat.nonce) + 1
    }

    /// The others of a council.
    fn others(&self, council: Council) -> Vec<SeatId> {
        let size = self.cells.council(council).unwrap().size;
        (0..size).map(|index| SeatId { council, index }).filter(|id| *id != self.hostile).collect()
    }

    /// The first of the others who may say it.
    fn one_of(&mut self, councils: &[Council], order: impl Fn(&Self, SeatId) -> Order) -> Option<(SeatId, Vec<Event>)> {
        let seats: Vec<SeatId> = councils.iter().flat_map(|council| self.others(*council)).collect();
        seats.into_iter().find_map(|id| {
            let order = order(self, id);
            Some((id, self.say(id, order).ok()?))
        })
    }

    // Deciding

    fn councils(&self, action: &Action, row: &Row) -> Vec<Council> {
        let authority = action.concern().and_then(|concern| self.cells.authority(concern).ok());
        let named =
            |council| if council == Council::PROGRAM { authority.unwrap_or(Council::Program(1)) } else { council };
        row.minima.iter().map(|(council, _)| named(council)).collect()
    }

    /// Opened by one of the others, and approved by as many as it takes.
    fn carry(&mut self, sovereign: bool, action: &Action) -> Option<Opened> {
        let id = row_for(&self.cells, sovereign, action);
        let row = self.cells.row(id).ok()?;
        if id.escalation() {
            let watched = action.watched();
            self.one_of(&[Council::Operator, Council::Auditor], |fork, id| {
                Order::Operation(operation::Order::Escalate { watched, reference: REASON, nonce: fork.nonce(id) })
            });
        }
        let councils = self.councils(action, &row);
        let open = |fork: &Self, author| {
            let (action, document, nonce) = (action.clone(), DocumentHash([9; 32]), fork.nonce(author));
            let (approve_within, execute_within) = (row.approve_by, row.window);
            let open = Open { row: id, action, document, approve_within, execute_within, nonce, approve: false };
            Order::Proposal(proposal::Order::Open(Box::new(open)))
        };
        let (_, events) = self.one_of(&councils, open)?;
        let opened = events.iter().find_map(|event| match event {
            Event::Proposal(proposal::Event::Opened(opened)) => {
                Some(Opened { id: opened.id, digest: opened.digest, action: opened.action.clone() })
            }
            _ => None,
        })?;
        // Minima first: what is left over of each council comes after all of them.
        let least = |council| usize::from(row.minima.of(council));
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for council in councils {
            let mut seats = self.others(council);
            seats
                .retain(|id| self.cells.seat(*id).is_ok_and(|seat| seat.active(self.now) && !seat.suspended(self.now)));
            rest.extend(seats.split_off(least(council).min(seats.len())));
            first.extend(seats);
        }
        for id in first.into_iter().chain(rest) {
            if !matches!(self.status(&opened), Some(Status::Open)) {
                break;
            }
            drop(self.say(id, approve(&opened)));
        }
        Some(opened)
    }

    fn status(&self, opened: &Opened) -> Option<Status> {
        self.cells.proposal(opened.id).ok()?.status(&self.cells, self.now).ok()
    }

    /// Executed after its delay, by an operator, or by whoever else may in the end.
    fn finish(&mut self, opened: &Opened) -> bool {
        if let Some(Status::Waiting(eta)) = self.status(opened) {
            self.now = eta;
        }
        let Ok(cell) = self.cells.proposal(opened.id) else { return false };
        let all: Vec<Council> =
            [Council::Operator].into_iter().chain(cell.tallies.iter().map(|one| one.council)).collect();
        if self.one_of(&all, |_, _| execute(opened)).is_some() {
            return true;
        }
        self.now += u64::from(cell.window) / 2;
        self.one_of(&all, |_, _| execute(opened)).is_some()
    }

    fn enact(&mut self, sovereign: bool, action: &Action) -> bool {
        self.carry(sovereign, action).is_some_and(|opened| self.finish(&opened))
    }

    /// By the Sovereign council for good, or by the Emergency council for a week.
    pub(crate) fn set_aside(&mut self) -> bool {
        let Ok(held) = self.cells.seat(self.hostile) else { return false };
        if held.suspended(self.now) {
            return true;
        }
        let (seat, key) = (self.hostile, held.key);
        let action = Action::Council(council::Action::Suspend { seat, key, reason: REASON, recovery: None });
        self.enact(true, &action) || self.enact(false, &action)
    }

    // What they want

    pub(crate) fn begin(&mut self, aim: &Aim) {
        match aim {
            Aim::Final(manifest) => self.state(*manifest),
            Aim::Answered => {
                let opened = self.one_of(&[Council::Auditor], |_, _| dispute(doubtful(201)));
                self.doubt = opened.map(|(seat, _)| DisputeId { subject: doubtful(201), seat });
                if let Some(doubt) = self.doubt {
                    self.one_of(&[Council::Operator, Council::Sovereign], |_, _| acknowledge(doubt));
                }
            }
            aim => self.opened = self.proposed(aim).and_then(|action| self.carry(false, &action)),
        }
    }

    /// What is decided about, where the aim is reached by a proposal that is there before.
    fn proposed(&self, aim: &Aim) -> Option<Action> {
        Some(match *aim {
            Aim::Paid(header) => Action::Program(program::Action::ExecuteBatch(header)),
            Aim::Widened(route) => {
                let present = self.cells.route(route).ok()??;
                let economics =
                    Economics { count_max: present.economics.count_max.saturating_add(1), ..present.economics };
                let previous = Some(digest::route_hash(&present));
                Action::Bridge(bridge::Action::SetRoute(SetRoute { route, previous, economics }))
            }
            Aim::Changed(program) => {
                let present = self.cells.program(program).ok()?;
                let rules = RuleSet { hash: ReferenceHash([7; 32]), effective_from: 0, effective_until: None };
                let rules = vec![RulesChange::Begin { version: present.rules + 1, rules }];
                Action::Program(program::Action::Change(ChangeProgram {
                    program,
                    terms: None,
                    rules,
                    lines: Vec::new(),
                }))
            }
            _ => return None,
        })
    }

    /// What was begun is ended, and nothing begun anew.
    pub(crate) fn go_on(&mut self, aim: &Aim) -> bool {
        match *aim {
            Aim::Final(manifest) => self.finalise(manifest),
            _ => self.ended(),
        }
    }

    pub(crate) fn end(&mut self, aim: &Aim) -> bool {
        match *aim {
            Aim::Final(manifest) => {
                self.finalise(manifest) || {
                    self.state(manifest);
                    self.finalise(manifest)
                }
            }
            Aim::Paid(header) => {
                self.ended() || {
                    // What comes too late for one payday is paid by another batch.
                    let (root, pay_on) = (EntriesRoot([0xEE; 32]), self.now);
                    self.enact(
                        false,
                        &Action::Program(program::Action::ExecuteBatch(Header { root, pay_on, ..header })),
                    )
                }
            }
            Aim::Widened(_) | Aim::Changed(_) => {
                self.ended() || self.proposed(aim).is_some_and(|action| self.enact(false, &action))
            }
            Aim::Stopped(header) => {
                self.enact(true, &Action::Program(program::Action::Stop { header, reason: REASON }))
            }
            Aim::Converted(route) => self.convert(route),
            Aim::Lists(route) => self.list(route),
            Aim::Tuned(name) => {
                self.now += HOUR;
                let Some(present) = self.read::<Tuning>(&CellKey::Parameter(name)) else { return false };
                let (previous, value) = (present.value, present.baseline);
                let tune = |fork: &Self, id| {
                    Order::Operation(operation::Order::Tune { name, previous, value, nonce: fork.nonce(id) })
                };
                self.one_of(&[Council::Operator], tune).is_some()
            }
            Aim::Released(component, code) => self.release(component, code),
            Aim::Answered => {
                let Some(doubt) = self.doubt else { return false };
                self.now += DAY;
                let action = resolve(&self.cells, doubt, Resolution::Dismissed);
                self.enact(false, &action)
            }
        }
    }

    /// What was opened before.
    fn ended(&mut self) -> bool {
        self.opened.clone().is_some_and(|opened| self.finish(&opened))
    }

    /// All of it has arrived, and every other auditor says so.
    fn state(&mut self, manifest: ManifestHash) {
        let Ok(batch) = self.cells.batch(manifest) else { return };
        self.now = self.now.max(batch.pay_on);
        let statement = |fork: &Self, id| {
            let last: Option<Stated> = fork.read(&CellKey::Statement(manifest, id));
            let (version, previous) =
                last.map_or((1, None), |last| (last.statement.version + 1, Some(last.commitment)));
            let (closed, paid, unpaid, debited) = (batch.count, batch.total, 0, batch.total);
            let root = OutcomesRoot([0xAB; 32]);
            let statement = Statement { manifest, version, previous, root, closed, paid, unpaid, debited };
            Order::Program(program::Order::State(statement))
        };
        let Some((recorder, _)) = self.one_of(&[Council::Operator, Council::Treasury], statement) else { return };
        let stated: Stated = self.read(&CellKey::Statement(manifest, recorder)).unwrap();
        let (version, commitment) = (stated.statement.version, stated.commitment);
        for auditor in self.others(Council::Auditor) {
            let number = self.read::<Voted>(&CellKey::Vote(manifest, auditor)).map_or(1, |last| last.number + 1);
            let (verdict, evidence) = (Verdict::Confirmed, REASON);
            let vote = Vote { manifest, number, recorder, version, commitment, verdict, evidence };
            drop(self.say(auditor, Order::Program(program::Order::Vote(vote))));
        }
        self.statement = Some((recorder, version));
    }

    /// What was stated before, once it has stood for long enough.
    fn finalise(&mut self, manifest: ManifestHash) -> bool {
        let Some((recorder, version)) = self.statement else { return false };
        self.now += self.cells.batch(manifest).map_or(0, |batch| u64::from(batch.challenge));
        let finalise = Order::Program(program::Order::Finalise { manifest, recorder, version });
        self.one_of(&[Council::Sovereign, Council::Operator], |_, _| finalise.clone()).is_some()
    }

    fn convert(&mut self, route: u32) -> bool {
        let Ok(Some(present)) = self.cells.route(route) else { return false };
        let (account, amount) = (ACCOUNTS[0], present.economics.tx_min.max(500));
        for _ in 0..4 {
            let versions = versions(&self.cells, route, self.now);
            let transfer = Transfer { route, count: 1, amount, account: Some(account), versions };
            self.one_of(&[Council::Treasury], |fork, id| {
                Order::Bridge(bridge::Order::Promise { transfer, nonce: fork.nonce(id) })
            });
            let number = self.cells.traffic(route).unwrap().next;
            let proofs = proofs(&account, &ACCOUNTS[..4], &ACCOUNTS[1..2]);
            let order = Order::Bridge(bridge::Order::Authorize { conversion: Conversion { number, transfer }, proofs });
            let Some((_, events)) = self.one_of(&[Council::Operator], |_, _| order.clone()) else { return false };
            if matches!(events[..], [Event::Bridge(bridge::Event::ConversionAuthorized { .. })]) {
                let done = Completion { route, number, version: 1, count: 1, amount, fees: 0, root: REASON };
                return self.one_of(&[Council::Operator], |_, _| stated(done)).is_some();
            }
            // Nobody has said what became of the one that has the place of the next.
            let taken = Completion { route, number: (number + 1).saturating_sub(64), ..RELEASE };
            self.one_of(&[Council::Operator], |_, _| stated(taken));
        }
        false
    }

    fn list(&mut self, route: u32) -> bool {
        let Ok(daily) = self.cells.daily(route) else { return false };
        let lists = Following { previous: daily.lists_version, lists: DayLists { allow: None, deny: listed().deny } };
        self.others(Council::Identity).into_iter().any(|id| {
            let order = bridge::Order::StateLists { route, lists, nonce: self.nonce(id) };
            let said = self.say(id, Order::Bridge(order));
            said.is_ok_and(|events| {
                matches!(events[..], [Event::Bridge(bridge::Event::ListsStated { agreed: Some(_), .. })])
            })
        })
    }

    fn release(&mut self, component: Label, code: CodeHash) -> bool {
        let runs = |fork: &Self| fork.read::<Deployment>(&CellKey::Running(component)).map(|runs| runs.current.code);
        let replaces = runs(self);
        if replaces == Some(code) {
            return true;
        }
        // What was revoked in between comes first.
        let entry: Option<Registered> = self.read(&CellKey::Entry(EntryKey::Component(component)));
        if let Some(Registered { entry, version: replaces, .. }) = entry.filter(|entry| !entry.holds(self.now)) {
            let (valid_from, valid_until) = (self.now, self.now + 90 * DAY);
            self.enact(
                false,
                &Action::Registry(registry::Action::Register { entry, valid_from, valid_until, replaces }),
            );
        }
        let (not_before, not_after) = (self.now, self.now + 5 * DAY);
        let (version, sbom, rollback_until) = (label("again"), ReferenceHash([0xB0; 32]), not_after);
        let release = Release { component, version, code, sbom, not_before, not_after, replaces, rollback_until };
        self.enact(false, &Action::Registry(registry::Action::Release(release))) && runs(self) == Some(code)
    }
}

/// Nothing was carried out.
pub(crate) const RELEASE: Completion =
    Completion { route: 0, number: 0, version: 1, count: 0, amount: 0, fees: 0, root: REASON };
