//! A ministry's office: who has which seat as the months pass, and the steps of a batch from its entries to its end. Each
//! step looks at what came of it.

use crate::{
    money::{ASSET, PAYER},
    world::{DAY, Opened, REASON, START, World, dispute_of, resolve, seat},
    year_files::{File, amount, entries, person},
};
use greatseal_protocol::{
    action::Action,
    batch::{Batch, Header, Rail},
    bytes::EntriesRoot,
    command::Order,
    dispute::{Resolution, Subject},
    language::{council, program},
    line::Line,
    settlement::{Statement, Verdict, Vote},
    state::State,
};
use std::collections::{BTreeMap, BTreeSet};

/// The fiscal year: the first second of April 2027, and the lengths of its months. Its February has a leap day.
const APRIL: u64 = 1_806_537_600;
const MONTHS: [u64; 12] = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31];
/// Seats that are kept: whoever decides about money, and who is asked when one of them changes. Those of a group go together.
const KEPT: [&[&str]; 12] = [
    &["S0"],
    &["S1"],
    &["S2"],
    &["P0"],
    &["T0"],
    &["M0"],
    &["M1"],
    &["Pr:1-0"],
    &["Pr:1-1"],
    &["Pr:1-2"],
    &["O0", "A0"],
    &["O1", "A1"],
];
/// Programmes of the one ministry, which pay from the one account.
pub(crate) const PENSIONS: u32 = 1;
pub(crate) const HOUSING: u32 = 2;
/// The line of pensions for the winter supplement and for hardship, open all year.
pub(crate) const YEARLY: u32 = 13;

/// First second of a month, 0 for April; 12 is April of the next year.
pub(crate) fn month(number: usize) -> u64 {
    APRIL + MONTHS[..number].iter().sum::<u64>() * DAY
}

pub(crate) struct Office {
    pub(crate) world: World,
    /// Every batch that was prepared.
    pub(crate) files: Vec<File>,
    /// Whom the programme of pensions pays, and how much a month.
    pub(crate) roll: BTreeMap<u32, u128>,
    /// Payments that failed: at once, late, in part, by coming back.
    pub(crate) mishaps: [u32; 4],
    successors: u32,
}

impl Office {
    /// The winter before: seats and a treasury, no programme.
    pub(crate) fn new() -> Self {
        let mut world = World::new();
        world.wait(month(0) - 37 * DAY - START);
        let roll = (0..200).map(|number| (number, amount(number))).collect();
        Self { world, files: Vec::new(), roll, mishaps: [0; 4], successors: 0 }
    }

    // Seats

    /// The name of whoever has the seat now.
    pub(crate) fn name(&self, seat_text: &str) -> String {
        self.world.names[&self.world.cells.seat(seat(seat_text)).unwrap().key].clone()
    }

    pub(crate) fn says(&mut self, who: &str, order: Order) {
        self.world.applied(self.name(who), order);
    }

    pub(crate) fn refused(&mut self, who: &str, order: Order, code: u16) {
        self.world.refused(self.name(who), order, code);
    }

    /// Time passes until this second.
    pub(crate) fn until(&mut self, second: u64) {
        assert!(self.world.now <= second, "{} s too late", self.world.now.saturating_sub(second));
        self.world.now = second;
    }

    /// Opened, and approved by as many as it takes.
    pub(crate) fn carried(&mut self, author: &str, action: &Action) -> Opened {
        self.world.carry(self.name(author), action)
    }

    /// From the proposal to its execution by the author.
    pub(crate) fn decided(&mut self, author: &str, action: &Action) {
        let proposal = self.carried(author, action);
        self.world.wait(self.world.cells.proposal(proposal.id).unwrap().delay.into());
        self.world.execute(self.name(author), &proposal);
    }

    /// A rotation of a seat, approved, whose delay begins; with it the name of whoever comes.
    fn rotation(&mut self, who: &str) -> (Opened, String) {
        self.successors += 1;
        let (present, next) = (self.name(who), format!("{who}, successor {}", self.successors));
        let action = self.world.rotation(&present, &next);
        (self.carried(if who == "S0" { "S1" } else { "S0" }, &action), next)
    }

    /// The delays of all of these pass together; whoever comes accepts.
    fn accepted(&mut self, coming: &[(&str, Opened, String)]) {
        let delay = |(_, proposal, _): &(&str, Opened, String)| self.world.cells.proposal(proposal.id).unwrap().delay;
        self.world.wait(coming.iter().map(delay).max().map_or(0, u64::from));
        for (who, proposal, next) in coming {
            self.world.execute(self.name("Pr:1-0"), proposal);
            let id = seat(who);
            let previous = self.world.cells.seat(id).unwrap().previous;
            self.world.applied(next, Order::Council(council::Order::AcceptSeat { seat: id, previous }));
        }
        self.world.wait(1);
    }

    /// The seat goes to somebody new.
    pub(crate) fn rotated(&mut self, who: &str) {
        let (proposal, next) = self.rotation(who);
        self.accepted(&[(who, proposal, next)]);
    }

    /// A seat is valid for 120 days at most: those that end before the next month's rotations are given on. An operator and
    /// an auditor, who decide about no rotation, go together; whoever decides goes alone, because what was opened before is
    /// stale then.
    pub(crate) fn rotations(&mut self) {
        let due = |office: &Self, who: &&str| {
            office.world.cells.seat(seat(who)).unwrap().valid_until < office.world.now + 55 * DAY
        };
        for group in KEPT {
            let group: Vec<&str> = group.iter().copied().filter(|who| due(self, who)).collect();
            let coming = group.into_iter().map(|who| {
                let (proposal, next) = self.rotation(who);
                (who, proposal, next)
            });
            let coming: Vec<_> = coming.collect();
            self.accepted(&coming);
        }
    }

    // Batches

    /// The header of a batch that is paid from this second on.
    pub(crate) fn header(&self, program: u32, line: u32, pay_on: u64) -> Header {
        Header {
            version: Header::VERSION,
            deployment: self.world.domain.deployment,
            program,
            asset: ASSET,
            payer: PAYER,
            rail: Rail::Queryable,
            rules: 1,
            line,
            pay_on,
            count: 0,
            total: 0,
            root: EntriesRoot([0; 32]),
            parent: None,
        }
    }

    /// The month's pensions for everybody on the roll: the number of the file.
    pub(crate) fn pensions(&mut self, what: &str, line: u32, pay_on: u64) -> usize {
        let of: Vec<_> = self.roll.iter().map(|(number, amount)| (*number, *amount, None)).collect();
        self.filed(File::of(entries(what, &of), self.header(PENSIONS, line, pay_on)))
    }

    pub(crate) fn filed(&mut self, file: File) -> usize {
        self.files.push(file);
        self.files.len() - 1
    }

    pub(crate) fn execution(&self, file: usize) -> Action {
        Action::Program(program::Action::ExecuteBatch(self.files[file].header))
    }

    /// Decided by the ministry, and charged to the line.
    pub(crate) fn executed(&mut self, file: usize) {
        let action = self.execution(file);
        self.decided("Pr:1-0", &action);
        self.files[file].executed = true;
        self.books();
    }

    pub(crate) fn batch(&self, file: usize) -> Batch {
        *self.world.cells.batch(self.files[file].manifest).unwrap()
    }

    pub(crate) fn line(&self, program: u32, number: u32) -> Line {
        self.world.cells.line(program, number).unwrap().unwrap()
    }

    // Settlement

    /// The next statement of a recorder: what the bank's file says now.
    pub(crate) fn statement(&self, file: usize, recorder: &str) -> Statement {
        let (file, now) = (&self.files[file], self.world.now);
        self.numbered(file.statement(&file.outcomes(now), file.debited(now)), recorder)
    }

    /// With the version and the predecessor of this recorder.
    pub(crate) fn numbered(&self, statement: Statement, recorder: &str) -> Statement {
        let last = self.world.cells.stated(statement.manifest, seat(recorder)).unwrap();
        let version = last.as_ref().map_or(1, |last| last.statement.version + 1);
        Statement { version, previous: last.map(|last| last.commitment), ..statement }
    }

    pub(crate) fn states(&mut self, file: usize, recorder: &str) -> Statement {
        let statement = self.statement(file, recorder);
        self.says(recorder, Order::Program(program::Order::State(statement)));
        statement
    }

    pub(crate) fn vote(&self, file: usize, (auditor, recorder): (&str, &str), verdict: Verdict) -> Order {
        let (manifest, recorder) = (self.files[file].manifest, seat(recorder));
        let number = self.world.cells.voted(manifest, seat(auditor)).unwrap().map_or(1, |last| last.number + 1);
        let stated = self.world.cells.stated(manifest, recorder).unwrap().unwrap();
        let (version, commitment, evidence) = (stated.statement.version, stated.commitment, REASON);
        Order::Program(program::Order::Vote(Vote {
            manifest,
            number,
            recorder,
            version,
            commitment,
            verdict,
            evidence,
        }))
    }

    pub(crate) fn votes(&mut self, file: usize, who: (&str, &str), verdict: Verdict) {
        let order = self.vote(file, who, verdict);
        self.says(who.0, order);
    }

    pub(crate) fn finality(&self, file: usize, recorder: &str) -> Order {
        let (manifest, recorder) = (self.files[file].manifest, seat(recorder));
        let version = self.world.cells.stated(manifest, recorder).unwrap().map_or(1, |stated| stated.statement.version);
        Order::Program(program::Order::Finalise { manifest, recorder, version })
    }

    /// The recorder's present statement becomes final, and the line gets back what it says.
    pub(crate) fn finalised(&mut self, file: usize, recorder: &str) {
        let order = self.finality(file, recorder);
        self.says("Pr:1-1", order);
        let last = self.batch(file).last.unwrap();
        let statement = self.world.cells.stated(self.files[file].manifest, seat(recorder)).unwrap().unwrap().statement;
        assert_eq!((last.paid, last.unpaid, last.debited), (statement.paid, statement.unpaid, statement.debited));
        self.files[file].credit = last.paid + last.unpaid - last.debited.min(last.paid + last.unpaid);
        self.books();
    }

    /// Stated by the operator as it is now, confirmed, unchallenged, final.
    pub(crate) fn settled(&mut self, file: usize, auditors: &[&str]) {
        self.states(file, "O0");
        for auditor in auditors {
            self.votes(file, (auditor, "O0"), Verdict::Confirmed);
        }
        self.world.wait(self.batch(file).challenge.into());
        self.finalised(file, "O0");
    }

    /// A batch that pays again what is still in the payer's account, out of the same line; `None` where nothing is.
    pub(crate) fn again(&mut self, parent: usize, what: &str) -> Option<usize> {
        let (of, now) = (&self.files[parent], self.world.now);
        let persons: BTreeMap<_, u32> = (0..1_000).map(|number| (person(number), number)).collect();
        let children = self.files.iter().filter(|file| file.executed && file.header.parent == Some(of.manifest));
        let repaid: BTreeSet<u32> = children.flat_map(|file| &file.entries).filter_map(|entry| entry.repays).collect();
        let failed = of.to_repay(now).into_iter().filter(|(index, _)| !repaid.contains(index));
        let failed: Vec<_> = failed
            .map(|(index, missing)| (persons[&of.entries[index as usize].person], missing, Some(index)))
            .collect();
        if failed.is_empty() {
            return None;
        }
        let Header { program, line, rules, .. } = of.header;
        let header = Header { parent: Some(of.manifest), rules, ..self.header(program, line, now + DAY) };
        Some(self.filed(File::of(entries(what, &failed), header)))
    }

    /// Paid again, and arrived: to the end.
    pub(crate) fn repaid(&mut self, parent: usize, what: &str, auditors: &[&str]) {
        let Some(child) = self.again(parent, what) else { return };
        self.executed(child);
        self.files[child].pays();
        self.until(self.files[child].header.pay_on + DAY);
        self.settled(child, auditors);
        assert_eq!((self.batch(child).reconciled(), self.files[child].credit), (Some(self.world.now), 0));
    }

    // Disputes

    pub(crate) fn subject(&self, file: usize) -> Subject {
        Subject::Batch(self.files[file].manifest)
    }

    pub(crate) fn disputes(&mut self, who: &str, file: usize) {
        let order = crate::world::dispute(self.subject(file));
        self.says(who, order);
    }

    /// The Sovereign council's answer to the dispute of a seat.
    pub(crate) fn answered(&mut self, of: &str, file: usize, outcome: Resolution) {
        let action = resolve(&self.world.cells, dispute_of(of, self.subject(file)), outcome);
        self.decided("S0", &action);
    }

    // Looking

    /// What every line has spent and got back is what its batches and their final statements add up to.
    pub(crate) fn books(&self) {
        let mut lines: BTreeMap<(u32, u32), (u128, u128)> = BTreeMap::new();
        for file in self.files.iter().filter(|file| file.executed) {
            let (spent, returned) = lines.entry((file.header.program, file.header.line)).or_default();
            (*spent, *returned) = (*spent + file.header.total, *returned + file.credit);
        }
        for ((program, number), sums) in lines {
            let line = self.line(program, number);
            assert_eq!((line.spent, line.returned), sums, "line {number} of programme {program}");
            assert!(line.spent <= line.terms.limit + line.credited(), "line {number} of programme {program}");
        }
    }
}
