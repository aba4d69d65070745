//! What a story does with money: programmes come, batches are paid, recorded, excepted, seen, disputed.

use crate::{
    tale::{Kind, Tale},
    world::{
        DAY, HOUR, Opened, REASON, acknowledge, dispute, dispute_of, doubtful, extend, label, new_seat, retract, triage,
    },
};
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Batch, Exception, Header, Rail, Seen, Settled},
    bytes::{AssetHash, ChainHash, EntriesRoot, ManifestHash, ReferenceHash, TxHash},
    cells::CellKey,
    command::Order,
    council::{Concern, Council, SeatId},
    dispute::Subject,
    event::Event,
    hash,
    language::{program, registry},
    line::{Line, LineTerms, SetLine},
    program::{ChangeProgram, CreateAuthority, CreateProgram, Privacy, Program, RuleSet, RulesChange, Terms},
    registry::{Entry, EntryKey, Registered},
    state::State,
};

pub(crate) const ASSETS: [AssetHash; 2] = [AssetHash([0xA1; 32]), AssetHash([0xA2; 32])];
/// Of programmes 1 and 2; the first is the account that stories freeze.
pub(crate) const PAYERS: [[u8; 32]; 2] = [[0xAC; 32], [0xAD; 32]];

impl Tale {
    fn programs(&self) -> Vec<(u32, Program)> {
        self.all(|key| if let CellKey::Program(number) = key { Some(*number) } else { None })
    }

    pub(crate) fn batches(&self) -> Vec<(ManifestHash, Batch)> {
        self.all(|key| if let CellKey::Batch(manifest) = key { Some(*manifest) } else { None })
    }

    fn lines(&self, program: u32) -> Vec<(u32, Line)> {
        self.all(|key| match key {
            CellKey::Line(number, line) if *number == program => Some(*line),
            _ => None,
        })
    }

    fn terms(&mut self, authority: u32) -> Terms {
        let schedule = if self.dice.chance(97) { REASON } else { ReferenceHash([0; 32]) };
        let privacy = *self.dice.one(&[Privacy::Public, Privacy::Confidential]);
        let auditors = *self.dice.one(&[1, 1, 1, 1, 2, 2, 2, 3]);
        let challenge = *self.dice.one(&[3_600, 3_600, 86_400, 14 * 86_400, 3_599]);
        Terms { authority, privacy, schedule, auditors, challenge }
    }

    /// A rule set that begins; now and then one that ends.
    fn rules(&mut self, program: u32, newest: u32) -> Vec<RulesChange> {
        let version = newest + u32::from(self.dice.chance(96));
        let hash = ReferenceHash(if self.dice.chance(97) { [7; 32] } else { [0; 32] });
        let effective_from = if self.dice.chance(80) { 0 } else { self.now + DAY };
        let effective_until = if self.dice.chance(70) { None } else { Some(self.now + self.dice.below(9 * DAY)) };
        let begin = RulesChange::Begin { version, rules: RuleSet { hash, effective_from, effective_until } };
        let old: Vec<(u32, RuleSet)> = self.all(|key| match key {
            CellKey::Rules(number, version) if *number == program => Some(*version),
            _ => None,
        });
        match self.dice.maybe(&old).copied().filter(|_| self.dice.chance(30)) {
            Some((version, rules)) => {
                let previous = if self.dice.chance(95) { rules.effective_until } else { Some(1) };
                let until = (self.now + self.dice.below(2 * DAY)).saturating_sub(HOUR);
                vec![RulesChange::End { version, previous, until }]
            }
            None => vec![begin],
        }
    }

    fn line_terms(&mut self) -> LineTerms {
        let limit = *self.dice.one(&[0, 500, 1_000, 1_000, 2_000]);
        let until = self.now + self.dice.below(40 * DAY);
        let until = if self.dice.chance(95) { until } else { self.now.saturating_sub(DAY) };
        let credit_max = limit / 20 + if self.dice.chance(3) { limit } else { 0 };
        let small_all = limit / 10 + u128::from(self.dice.chance(3));
        LineTerms { until, limit, credit_max, small_one: small_all / u128::from(1 + self.dice.below(4)), small_all }
    }

    fn set_lines(&mut self, program: u32, least: usize) -> Vec<SetLine> {
        let present = self.lines(program);
        let mut lines = Vec::new();
        for (line, asset) in [(1, ASSETS[0]), (2, ASSETS[1]), (3, ASSETS[0])] {
            if self.dice.chance(50) && lines.len() >= least {
                continue;
            }
            let old = present.iter().find(|(number, _)| *number == line).map(|(_, line)| *line);
            let previous = old.map_or(0, |old| old.version) + u32::from(self.dice.chance(3));
            let from = old.map_or(self.now - self.dice.below(DAY), |old| old.from);
            let from = from + u64::from(self.dice.chance(2));
            let asset = old.map_or(asset, |old| old.asset);
            lines.push(SetLine { line, previous, asset, from, terms: self.line_terms() });
        }
        if self.dice.chance(3) {
            lines.reverse();
        }
        lines
    }

    fn plan_create_authority(&mut self) -> Action {
        let authority = 1 + u32::try_from(self.dice.below(3)).unwrap();
        let size = self.council(Council::PROGRAM).size + u8::from(self.dice.chance(3));
        let mut seats = Vec::new();
        for index in 0..size {
            let id = SeatId { council: Council::Program(authority), index };
            let mut new = self.newcomer(id);
            if self.dice.chance(97) {
                // Apart from each other, whatever anybody else does.
                new.valid_until = self.now + (60 + 8 * u64::from(index)) * DAY;
                new.organisation = label(&format!("ministry-{index}"));
            }
            seats.push(new);
        }
        Action::Program(program::Action::CreateAuthority(CreateAuthority { authority, seats }))
    }

    /// Programmes of the first authority, and of others where there are some; now and then another authority.
    pub(crate) fn plan_create_program(&mut self) -> Action {
        if self.dice.chance(25) {
            return self.plan_create_authority();
        }
        let known = self.programs();
        let next = (1..).find(|number| known.iter().all(|(known, _)| known != number)).unwrap();
        let program = if self.dice.chance(93) { next } else { u32::try_from(self.dice.below(3)).unwrap() };
        let second = self.council(Council::Program(2)).size > 0 && self.dice.chance(60);
        let authority = if second { 2 } else { 1 + u32::from(self.dice.chance(4)) };
        let (terms, rules) = (self.terms(authority), self.rules(program, 0));
        let lines = self.set_lines(program, 1);
        Action::Program(program::Action::Create(CreateProgram { program, terms, rules, lines }))
    }

    pub(crate) fn plan_change_program(&mut self) -> Action {
        let known = self.programs();
        let Some((program, present)) = self.dice.maybe(&known).copied() else { return self.plan_create_program() };
        let terms = if self.dice.chance(40) {
            let authority = present.terms.authority + u32::from(self.dice.chance(3));
            let previous = present.version + u32::from(self.dice.chance(4));
            Some((previous, self.terms(authority)))
        } else {
            None
        };
        let rules = if self.dice.chance(40) { self.rules(program, present.rules) } else { Vec::new() };
        let lines = self.set_lines(program, 0);
        Action::Program(program::Action::Change(ChangeProgram { program, terms, rules, lines }))
    }

    /// A batch of a programme, mostly one that can be paid; now and then one that pays another one's entries again.
    pub(crate) fn plan_batch(&mut self) -> Action {
        Action::Program(program::Action::ExecuteBatch(self.plan_header()))
    }

    fn plan_header(&mut self) -> Header {
        let known = self.programs();
        let terms = self.terms(1);
        let any = (1, Program { version: 1, terms, rules: 1, batches: 0, last: None });
        let (program, present) = self.dice.maybe(&known).copied().unwrap_or(any);
        let lines = self.lines(program);
        let (number, asset, least, most) = match self.dice.maybe(&lines) {
            Some((number, line)) => (*number, line.asset, line.terms.small_one, line.left()),
            None => (1, ASSETS[0], 50, 500),
        };
        let whole = if self.dice.chance(40) { least } else { most };
        let most = u64::try_from(whole).unwrap();
        let total = match self.dice.below(12) {
            0 => most + 1,
            1..=3 => most,
            _ => 1 + self.dice.below(most.max(1)),
        };
        let asset = if self.dice.chance(97) { asset } else { ASSETS[1] };
        let count = u32::try_from(1 + self.dice.below(total.clamp(1, 12))).unwrap();
        let place = usize::from(program != 1);
        let payer = PAYERS[if self.dice.chance(95) { place } else { 1 - place }];
        let pay_on = match self.dice.below(20) {
            0 => self.now.saturating_sub(2 * DAY),
            1 => self.now + 91 * DAY,
            2..=6 => self.now + self.dice.below(5 * DAY),
            _ => self.now,
        };
        let used = self.batches();
        let parent = self.dice.maybe(&used).map(|(manifest, _)| *manifest).filter(|_| self.dice.chance(20));
        Header {
            version: Header::VERSION + u8::from(self.dice.chance(2)),
            deployment: self.cells().head().unwrap().domain.deployment,
            program,
            asset,
            payer,
            rail: *self.dice.one(&[Rail::Queryable, Rail::Opaque]),
            rules: present.rules + u32::from(self.dice.chance(3)),
            line: number,
            pay_on,
            count: count * u32::from(self.dice.chance(98)),
            total: total.into(),
            root: EntriesRoot(self.dice.bytes()),
            parent,
        }
    }

    /// A batch that was executed is stopped, or one that may never be.
    pub(crate) fn plan_stop(&mut self) -> Action {
        let executed = self.records.iter().filter_map(|record| match &record.event {
            Event::Program(program::Event::BatchExecuted { batch, .. }) => Some(batch.header),
            _ => None,
        });
        let known: Vec<Header> = executed.collect();
        let fresh = self.plan_header();
        let header = self.dice.maybe(&known).copied().filter(|_| self.dice.chance(60)).unwrap_or(fresh);
        Action::Program(program::Action::Stop { header, reason: REASON })
    }

    /// A batch with entries that have not ended.
    fn unfinished(&mut self) -> Option<(ManifestHash, Batch)> {
        let open: Vec<_> = self.batches().into_iter().filter(|(_, batch)| batch.cursor < batch.count).collect();
        self.dice.maybe(&open).copied()
    }

    /// An end of the next few entries, with an amount that mostly works out.
    fn ending(&mut self, batch: &Batch, up_to: u32) -> u128 {
        let left = batch.open();
        if up_to >= batch.count {
            return left + u128::from(self.dice.chance(3));
        }
        let (entries, after) = (u128::from(up_to - batch.cursor), u128::from(batch.count - up_to));
        let spare = left.saturating_sub(entries + after);
        entries + u128::from(self.dice.below(u64::try_from(spare).unwrap() + 1)) - u128::from(self.dice.chance(2))
    }

    pub(crate) fn plan_except(&mut self) -> Action {
        let Some((manifest, batch)) = self.unfinished() else {
            let manifest = ManifestHash([1; 32]);
            return Action::Program(program::Action::Except {
                manifest,
                from: 0,
                up_to: 1,
                amount: 1,
                evidence: REASON,
            });
        };
        let up_to = batch.cursor + 1 + u32::try_from(self.dice.below(3)).unwrap();
        let up_to = if self.dice.chance(93) { up_to.min(batch.count) } else { up_to };
        let amount = self.ending(&batch, up_to);
        let evidence = if self.dice.chance(98) { REASON } else { ReferenceHash([0; 32]) };
        let from = batch.cursor.saturating_sub(u32::from(self.dice.chance(3)));
        Action::Program(program::Action::Except { manifest, from, up_to, amount, evidence })
    }

    pub(crate) fn plan_extend(&mut self) -> Action {
        let open = self.disputes().into_iter().filter(|(_, dispute)| dispute.open());
        let open: Vec<_> = open.filter_map(|(id, dispute)| Some((id, dispute.triaged?.decide_by))).collect();
        let nothing = (dispute_of("A0", doubtful(1)), 0);
        let (dispute, previous) = self.dice.maybe(&open).copied().unwrap_or(nothing);
        let previous = previous + u64::from(self.dice.chance(4));
        let until = self.now.max(previous) + self.dice.below(16 * DAY);
        extend(dispute, previous, until)
    }

    // Steps

    /// From the proposal to its execution.
    fn whole(&mut self, action: &Action) {
        let author = self.author_of(action);
        let Some(proposal) = self.open(author, action) else { return };
        self.through(&proposal);
    }

    fn through(&mut self, proposal: &Opened) {
        (0..3).for_each(|_| self.push(proposal));
    }

    /// What a payment needs: a programme, and its asset and payer in the registry.
    pub(crate) fn fund(&mut self) {
        if self.kind == Kind::Micronode && self.dice.chance(95) {
            return;
        }
        if self.programs().is_empty() || self.dice.chance(8) {
            let action = self.plan_create_program();
            self.whole(&action);
            (0..3).for_each(|_| self.accept_any());
        }
        let payer = |place: usize| Entry::Payer { account: PAYERS[place], program: 1 + u32::try_from(place).unwrap() };
        for entry in [Entry::Asset { id: ASSETS[0] }, payer(0), Entry::Asset { id: ASSETS[1] }, payer(1)] {
            let present: Option<Registered> = self.read(&CellKey::Entry(entry.key()));
            let stands = present.is_some_and(|present| present.holds(self.now));
            if stands || self.dice.chance(if entry.key() == EntryKey::Payer(PAYERS[1]) { 70 } else { 10 }) {
                continue;
            }
            let replaces = present.map_or(0, |present| present.version);
            let (valid_from, valid_until) = (self.now, self.now + 400 * DAY);
            self.whole(&Action::Registry(registry::Action::Register { entry, valid_from, valid_until, replaces }));
        }
    }

    /// Whether a programme has anything to pay with.
    fn funded(&self) -> bool {
        let stands = |key: EntryKey| {
            let entry: Option<Registered> = self.read(&CellKey::Entry(key));
            entry.is_some_and(|entry| entry.holds(self.now))
        };
        !self.programs().is_empty() && stands(EntryKey::Asset(ASSETS[0])) && stands(EntryKey::Payer(PAYERS[0]))
    }

    /// A batch from the proposal to its payment.
    pub(crate) fn pay(&mut self) {
        if !self.funded() && self.dice.chance(90) {
            return self.fund();
        }
        let action = self.plan_batch();
        self.whole(&action);
    }

    /// One step on with a batch.
    pub(crate) fn settle(&mut self) {
        let all = self.batches();
        let unfinished: Vec<_> = all.iter().filter(|(_, batch)| batch.reconciled.is_none()).copied().collect();
        let living = self.dice.maybe(&unfinished).copied().filter(|_| self.dice.chance(90));
        let Some((manifest, batch)) = living.or_else(|| self.dice.maybe(&all).copied()) else { return };
        let unseen = batch.attested < batch.attestable();
        match self.dice.below(20) {
            0..=9 if unseen => self.attest(manifest, &batch),
            0..=12 if batch.cursor < batch.count => self.record(manifest, &batch),
            0..=12 if batch.complete() => self.reconcile(manifest, &batch),
            13..=15 => {
                let action = self.plan_except();
                self.whole(&action);
            }
            16 => self.record(manifest, &batch),
            17 => self.attest(manifest, &batch),
            18 => self.quarrel(Some(Subject::Batch(manifest))),
            _ => self.reconcile(manifest, &batch),
        }
    }

    fn reconcile(&mut self, manifest: ManifestHash, batch: &Batch) {
        let who = self.payer_or_auditor(batch.program);
        self.say(who, Order::Program(program::Order::Reconcile { manifest }));
    }

    fn payer_or_auditor(&mut self, program: u32) -> SeatId {
        let concern = Concern::Program(program);
        let authority = self.cells().authority(concern).unwrap_or(Council::Program(1));
        let council = *self.dice.one(&[Council::Operator, authority, Council::Auditor]);
        let any = self.any_seat();
        let acting = self.acting(council);
        if self.dice.chance(95) { acting } else { any }
    }

    fn record(&mut self, manifest: ManifestHash, batch: &Batch) {
        let mut running = *batch;
        let mut settled = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let up_to = running.cursor + 1 + u32::try_from(self.dice.below(5)).unwrap();
            let up_to = if self.dice.chance(95) { up_to.min(batch.count) } else { up_to };
            if up_to <= running.cursor {
                break;
            }
            let amount = self.ending(&running, up_to);
            settled.push(Settled { up_to, amount, reference: REASON });
            (running.cursor, running.settled) = (up_to, running.settled.saturating_add(amount));
        }
        let from = batch.cursor + u32::from(self.dice.chance(3));
        let who = self.payer_or_auditor(batch.program);
        self.say(who, Order::Program(program::Order::RecordSettlement { manifest, from, settled }));
    }

    /// As far as there is something to see, in one or two of a few transactions.
    fn attest(&mut self, manifest: ManifestHash, batch: &Batch) {
        let most = batch.attestable().saturating_sub(batch.attested);
        let entries = match self.dice.below(10) {
            0..=5 => most,
            6 => most + 1,
            _ => u32::try_from(self.dice.below(u64::from(most) + 1)).unwrap(),
        };
        let chain = ChainHash([u8::try_from(self.dice.below(2)).unwrap(); 32]);
        let mut seen: Vec<Seen> = Vec::new();
        let mut rest = entries;
        while rest > 0 && seen.len() < 3 {
            let some =
                if self.dice.chance(60) { rest } else { 1 + u32::try_from(self.dice.below(rest.into())).unwrap() };
            let tx = TxHash([u8::try_from(self.dice.below(6)).unwrap(); 32]);
            let last: Option<u32> = self.read(&CellKey::Attested(chain, tx));
            let next = last.map_or(0, |last| last + 1);
            let first = if self.dice.chance(93) { next } else { next.saturating_sub(1) };
            seen.push(Seen { tx, logs: (first..first + some).collect() });
            rest -= some;
        }
        let reached = batch.attested + entries - rest;
        let run = batch.ahead.filter(|ahead| *ahead == reached);
        let run: Option<Exception> = run.and_then(|ahead| self.read(&CellKey::Exception(manifest, ahead)));
        let all = run.map_or(reached, |run| run.run) == batch.cursor;
        let unseen = batch.settled.saturating_sub(batch.confirmed);
        let amount = if all { unseen } else { u128::from(entries).min(unseen) };
        let amount = amount + u128::from(self.dice.chance(3));
        let who = self.acting(Council::Auditor);
        let any = self.any_seat();
        let who = if self.dice.chance(96) { who } else { any };
        let from = batch.attested + u32::from(self.dice.chance(3));
        self.say(
            who,
            Order::Program(program::Order::AttestSettlement(Attestation { manifest, from, amount, chain, seen })),
        );
    }

    /// Something to be disputed: a proposal, a batch that was paid or will be, a paper.
    pub(crate) fn subject(&mut self) -> Subject {
        match self.dice.below(4) {
            0 => match self.recent() {
                Some(proposal) => Subject::Proposal(proposal.id, proposal.digest),
                None => doubtful(1),
            },
            1 => {
                let batches: Vec<(ManifestHash, Batch)> = self.all(|key| match key {
                    CellKey::Batch(manifest) => Some(*manifest),
                    _ => None,
                });
                self.dice.maybe(&batches).map_or(doubtful(2), |(manifest, _)| Subject::Batch(*manifest))
            }
            _ => doubtful(u8::try_from(self.dice.below(40)).unwrap()),
        }
    }

    /// A dispute one step on: opened, acknowledged, triaged, retracted.
    pub(crate) fn quarrel(&mut self, about: Option<Subject>) {
        let open: Vec<_> = self.disputes().into_iter().filter(|(_, dispute)| dispute.open()).collect();
        let (auditor, operator) = (self.acting(Council::Auditor), self.acting(Council::Operator));
        let any = self.any_seat();
        let new = about.unwrap_or_else(|| self.subject());
        let Some((id, found)) = self.dice.maybe(&open).copied().filter(|_| self.dice.chance(70)) else {
            let who = if self.dice.chance(90) { auditor } else { self.acting(Council::Program(1)) };
            self.say(who, dispute(new));
            return;
        };
        if self.dice.chance(20) {
            self.now += self.dice.below(DAY);
        }
        let (who, order) = match self.dice.below(10) {
            0..=3 if found.acknowledged.is_none() => (operator, acknowledge(id)),
            0..=6 => (auditor, triage(id)),
            7 => (operator, acknowledge(id)),
            8 => {
                let action = self.plan_extend();
                return self.whole(&action);
            }
            _ => (id.seat, retract(id.subject)),
        };
        let who = if self.dice.chance(95) { who } else { any };
        self.say(who, order);
        // The same once more, when the clock has moved: what has ended can begin again after an hour.
        if self.dice.chance(30) {
            self.now += HOUR - 1 + self.dice.below(3);
        }
    }

    /// One auditor's doubts, until there are too many.
    pub(crate) fn many_doubts(&mut self) {
        let auditor = self.acting(Council::Auditor);
        for at in 0..18 {
            let hash = ReferenceHash(hash::sha256(&[&[at], &self.dice.bytes::<8>()]));
            self.say(auditor, dispute(Subject::Other(hash)));
        }
    }
}

/// A seat of an authority that comes later.
pub(crate) fn ministry(program: u32, index: u8, from: u64) -> greatseal_protocol::genesis::NewSeat {
    let name = SeatId { council: Council::Program(program), index }.to_string();
    new_seat(&name, &format!("ministry-{index}"), from + (60 + 8 * u64::from(index)) * DAY)
}
