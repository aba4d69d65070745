//! What a story does with money: programmes come, batches are paid, recorded, excepted, seen, disputed.

use crate::{
    tale::{Kind, Tale},
    world::{
        DAY, HOUR, Opened, REASON, acknowledge, asset, dispute, dispute_of, doubtful, extend, label, new_seat, retract,
        triage,
    },
};
use greatseal_protocol::{
    action::Action,
    batch::{Batch, Header, Rail},
    bytes::{AssetHash, EntriesRoot, ManifestHash, OutcomesRoot, ReferenceHash, StatementHash},
    cells::CellKey,
    command::Order,
    council::{Concern, Council, SeatId},
    dispute::Subject,
    hash,
    language::{program, registry},
    line::{Line, LineTerms, SetLine},
    program::{ChangeProgram, CreateAuthority, CreateProgram, Privacy, Program, RuleSet, RulesChange, Terms},
    registry::{Entry, EntryKey, Registered},
    settlement::{Stated, Statement, Verdict, Vote, Voted},
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
        let known = self.known_headers();
        let again = self.dice.maybe(&known).copied().filter(|_| self.dice.chance(10));
        let header = again.unwrap_or_else(|| self.plan_header());
        Action::Program(program::Action::ExecuteBatch(header))
    }

    /// Headers of the last batches that were proposed, whatever became of them.
    fn known_headers(&self) -> Vec<Header> {
        let batches = self.proposals.iter().rev().filter_map(|(opened, _)| match opened.action {
            Action::Program(program::Action::ExecuteBatch(header) | program::Action::Stop { header, .. }) => {
                Some(header)
            }
            _ => None,
        });
        batches.take(6).collect()
    }

    pub(crate) fn plan_header(&mut self) -> Header {
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
        let parent = self.dice.maybe(&used).copied().filter(|_| self.dice.chance(20));
        let newest = present.rules + u32::from(self.dice.chance(3));
        let rules = parent.filter(|_| self.dice.chance(60)).map_or(newest, |(_, batch)| batch.rules);
        let nobodys = ManifestHash(self.dice.bytes());
        let parent = if self.dice.chance(1) { Some(nobodys) } else { parent.map(|(manifest, _)| manifest) };
        Header {
            version: Header::VERSION + u8::from(self.dice.chance(2)),
            deployment: self.cells().head().unwrap().domain.deployment,
            program,
            asset,
            payer,
            rail: *self.dice.one(&[Rail::Queryable, Rail::Opaque]),
            rules,
            line: number + 7 * u32::from(self.dice.chance(3)),
            pay_on,
            count: count * u32::from(self.dice.chance(98)),
            total: total.into(),
            root: EntriesRoot(self.dice.bytes()),
            parent,
        }
    }

    /// A batch that was proposed, executed or stopped already is stopped, or one that may never be.
    pub(crate) fn plan_stop(&mut self) -> Action {
        let known = self.known_headers();
        let fresh = self.plan_header();
        let header = self.dice.maybe(&known).copied().filter(|_| self.dice.chance(80)).unwrap_or(fresh);
        Action::Program(program::Action::Stop { header, reason: REASON })
    }

    /// A contradiction that stands is overruled; now and then one that nobody made.
    pub(crate) fn plan_overrule(&mut self) -> Action {
        let votes: Vec<((ManifestHash, SeatId), Voted)> = self.all(|key| match key {
            CellKey::Vote(manifest, auditor) => Some((*manifest, *auditor)),
            _ => None,
        });
        let standing = votes.iter().filter(|(_, voted)| voted.verdict == Verdict::Contradicted).copied();
        let standing: Vec<_> =
            standing.map(|((manifest, auditor), voted)| (manifest, auditor, voted.commitment)).collect();
        let none = (ManifestHash([1; 32]), SeatId { council: Council::Auditor, index: 0 }, StatementHash([1; 32]));
        let (manifest, auditor, commitment) = self.dice.maybe(&standing).copied().unwrap_or(none);
        let reason = if self.dice.chance(97) { REASON } else { ReferenceHash([0; 32]) };
        Action::Program(program::Action::Overrule { manifest, auditor, commitment, reason })
    }

    pub(crate) fn plan_extend(&mut self) -> Action {
        let open = self.disputes().into_iter().filter(|(_, dispute)| dispute.closed().is_none());
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
        for entry in [asset(ASSETS[0]), payer(0), asset(ASSETS[1]), payer(1)] {
            let present: Option<Registered> = self.read(&CellKey::Entry(entry.key()));
            let stands = present.is_some_and(|present| present.holds(self.now));
            if stands || self.dice.chance(if entry.key() == EntryKey::Payer(PAYERS[1], 2) { 70 } else { 10 }) {
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
        !self.programs().is_empty() && stands(EntryKey::Asset(ASSETS[0])) && stands(EntryKey::Payer(PAYERS[0], 1))
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
        let unfinished: Vec<_> = all.iter().filter(|(_, batch)| batch.reconciled().is_none()).copied().collect();
        let living = self.dice.maybe(&unfinished).copied().filter(|_| self.dice.chance(90));
        let Some((manifest, batch)) = living.or_else(|| self.dice.maybe(&all).copied()) else { return };
        // Now and then about a batch that there is not.
        let nobodys = ManifestHash(self.dice.bytes());
        let manifest = if self.dice.chance(2) { nobodys } else { manifest };
        match self.dice.below(21) {
            0..=4 => self.state(manifest, &batch),
            5..=9 => self.vote(manifest),
            10..=15 => self.finalise(manifest, &batch),
            16 => self.hold(manifest, &batch),
            17 => {
                let action = self.plan_overrule();
                self.whole(&action);
            }
            18 => self.quarrel(Some(Subject::Batch(manifest))),
            19 => {
                let action = self.plan_stop();
                self.whole(&action);
            }
            _ => self.now += self.dice.below(3) * HOUR,
        }
    }

    fn statements(&self, of: ManifestHash) -> Vec<(SeatId, Stated)> {
        self.all(|key| match key {
            CellKey::Statement(manifest, recorder) if *manifest == of => Some(*recorder),
            _ => None,
        })
    }

    fn state(&mut self, manifest: ManifestHash, batch: &Batch) {
        let council = *self.dice.one(&[Council::Operator, Council::Operator, Council::Treasury]);
        let (acting, any) = (self.acting(council), self.any_seat());
        let who = if self.dice.chance(96) { acting } else { any };
        let last: Option<Stated> = self.read(&CellKey::Statement(manifest, who));
        let closed = u32::try_from(self.dice.below(u64::from(batch.count) + 1)).unwrap();
        let closed = if self.dice.chance(40) { batch.count } else { closed };
        let open = u128::from(batch.count - closed);
        let due = match closed {
            0 => 0,
            closed if closed == batch.count => batch.total,
            closed => {
                let spare = batch.total - u128::from(closed) - open;
                u128::from(closed) + u128::from(self.dice.below(u64::try_from(spare).unwrap() + 1))
            }
        };
        let unpaid = u128::from(self.dice.below(u64::try_from(due).unwrap() + 1));
        let debited = due - if self.dice.chance(70) { unpaid } else { 0 };
        let wrong = u128::from(self.dice.chance(4));
        let previous = last.map(|last| last.commitment).filter(|_| self.dice.chance(97));
        let version = last.map_or(1, |last| last.statement.version + 1) + u32::from(self.dice.chance(2));
        let root = OutcomesRoot(self.dice.bytes());
        let paid = due - unpaid + wrong * (batch.total + 1);
        let statement = Statement { manifest, version, previous, root, closed, paid, unpaid, debited };
        self.say(who, Order::Program(program::Order::State(statement)));
    }

    fn vote(&mut self, manifest: ManifestHash) {
        let (acting, any) = (self.acting(Council::Auditor), self.any_seat());
        let who = if self.dice.chance(97) { acting } else { any };
        let all = self.statements(manifest);
        let Some((recorder, stated)) = self.dice.maybe(&all).copied() else { return };
        let last: Option<Voted> = self.read(&CellKey::Vote(manifest, who));
        let number = last.map_or(1, |last| last.number + 1) + u32::from(self.dice.chance(3));
        let verdicts =
            [Verdict::Confirmed, Verdict::Confirmed, Verdict::Confirmed, Verdict::Contradicted, Verdict::Withdrawn];
        let verdict = *self.dice.one(&verdicts);
        let version = stated.statement.version - u32::from(self.dice.chance(3));
        let evidence = if self.dice.chance(97) { REASON } else { ReferenceHash([0; 32]) };
        let commitment = stated.commitment;
        let vote = Vote { manifest, number, recorder, version, commitment, verdict, evidence };
        self.say(who, Order::Program(program::Order::Vote(vote)));
    }

    fn finalise(&mut self, manifest: ManifestHash, batch: &Batch) {
        let all = self.statements(manifest);
        let Some((recorder, stated)) = self.dice.maybe(&all).copied() else { return };
        if self.dice.chance(60) {
            self.now += u64::from(batch.challenge) + self.dice.below(3) - 1;
        }
        let version = stated.statement.version - u32::from(self.dice.chance(3));
        let who = self.any_seat();
        self.say(who, Order::Program(program::Order::Finalise { manifest, recorder, version }));
    }

    fn hold(&mut self, manifest: ManifestHash, batch: &Batch) {
        let concern = Concern::Program(batch.program);
        let authority = self.cells().authority(concern).unwrap_or(Council::Program(1));
        let who = self.acting(authority);
        let nonce = self.cells().seat(who).map_or(1, |seat| seat.nonce) + 1;
        let index = u32::try_from(self.dice.below(u64::from(batch.count) + 1)).unwrap();
        let until = self.now + self.dice.below(DAY);
        let order = match self.dice.chance(60) {
            true => program::Order::HoldEntry { manifest, index, until, reason: REASON, nonce },
            false => program::Order::FreeEntry { manifest, index, nonce },
        };
        self.say(who, Order::Program(order));
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
        let open: Vec<_> = self.disputes().into_iter().filter(|(_, dispute)| dispute.closed().is_none()).collect();
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
