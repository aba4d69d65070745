//! A second opinion on money: programmes, batches, settlement and disputes, from the records only.
//!
//! Slow and plain on purpose: every charge and every word is in a list.

use crate::oracle::Findings;
use greatseal_protocol::{
    action::Action,
    batch::Executed,
    bytes::{AssetHash, Label, ManifestHash, StatementHash},
    council::{Council, SeatId},
    event::{Event, Record},
    hash,
    language::{council, program},
    line::{LineTerms, SetLine},
    program::{RuleSet, RulesChange, Terms},
    registry::{Entry, EntryKey, Registered},
    scale::Encode,
    settlement::{Final, Statement, Verdict, Vote},
};
use std::collections::{BTreeMap, BTreeSet};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// A batch, with everything that was ever said of it.
#[derive(Debug)]
struct Paid {
    program: u32,
    asset: AssetHash,
    rules: u32,
    line: u32,
    count: u32,
    total: u128,
    pay_on: u64,
    auditors: u8,
    challenge: u64,
    statements: Vec<(SeatId, u64, StatementHash, Statement)>,
    words: Vec<Word>,
    /// Contradictions that were overruled, and when.
    overruled: BTreeMap<(SeatId, StatementHash), u64>,
    /// When something stopped standing in the way of a statement.
    cleared: Vec<(StatementHash, u64)>,
    last: Option<Final>,
    /// What its children took.
    again: u128,
}

/// An auditor's vote.
#[derive(Clone, Copy, Debug)]
struct Word {
    seat: SeatId,
    at: u64,
    organisation: Option<Label>,
    commitment: StatementHash,
    verdict: Verdict,
}

/// A budget line, with every charge.
#[derive(Debug)]
struct Purse {
    asset: AssetHash,
    from: u64,
    first_until: u64,
    version: u32,
    terms: LineTerms,
    /// How much, and whether it was small.
    charges: Vec<(u128, bool)>,
    /// What final statements give back, by batch.
    credits: BTreeMap<ManifestHash, u128>,
}

/// A programme, with its rule sets.
#[derive(Debug)]
struct Programme {
    version: u32,
    terms: Terms,
    rules: BTreeMap<u32, RuleSet>,
    batches: u32,
    last: Option<ManifestHash>,
}

/// What the rest of the oracle knows of the moment.
pub(crate) struct Known<'a> {
    pub(crate) row: Option<u8>,
    pub(crate) action: Option<&'a Action>,
    pub(crate) entries: &'a BTreeMap<EntryKey, Registered>,
    pub(crate) organisation: Option<Label>,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    programs: BTreeMap<u32, Programme>,
    purses: BTreeMap<(u32, u32), Purse>,
    stopped: BTreeSet<ManifestHash>,
    batches: BTreeMap<ManifestHash, Paid>,
    /// Seats that were set aside, and until when; and when a seat got another key.
    silenced: BTreeMap<SeatId, (u64, u64)>,
    replaced: BTreeMap<SeatId, u64>,
}

impl Ledger {
    pub(crate) fn read(&mut self, record: &Record, known: &Known<'_>, found: &mut Findings) {
        let at = record.at;
        match &record.event {
            Event::Program(program::Event::ProgramChanged { program, terms, rules, lines, .. }) => {
                let row = if self.programs.contains_key(program) { 18 } else { 17 };
                found.must("line", known.row == Some(row), || format!("{:?}", record.event));
                self.changed(*program, *terms, known, found);
                self.ruled(*program, rules, at, found);
                lines.iter().for_each(|set| self.lined(*program, set, at, found));
            }
            Event::Program(program::Event::BatchStopped { manifest, header, .. }) => {
                let named = hash::sha256(&[&[11], &header.encode()]) == manifest.0;
                let first = self.stopped.insert(*manifest);
                let row = matches!(known.row, Some(39 | 24));
                found.must("once", named && first && row, || format!("{manifest} is stopped"));
            }
            Event::Program(program::Event::BatchExecuted { batch, .. }) => self.executed(batch, at, known, found),
            Event::Program(program::Event::StatementMade { seat, statement, commitment }) => {
                self.stated(*seat, at, *commitment, *statement, found);
            }
            Event::Program(program::Event::VoteCast { seat, vote }) => self.voted(*seat, at, vote, known, found),
            Event::Program(program::Event::ContradictionOverruled { manifest, auditor, commitment, .. }) => {
                let right = known.row == Some(23);
                found.must("two_duties", right, || format!("{:?}", record.event));
                if let Some(paid) = self.batches.get_mut(manifest) {
                    let last = paid.words.iter().rev().find(|word| word.seat == *auditor);
                    let stood = last.is_some_and(|last| {
                        let before = overruled(paid, *auditor, *commitment, self.replaced.get(auditor));
                        last.verdict == Verdict::Contradicted && last.commitment == *commitment && !before
                    });
                    paid.overruled.insert((*auditor, *commitment), at);
                    paid.cleared.extend(stood.then_some((*commitment, at)));
                }
            }
            Event::Program(program::Event::StatementFinal { manifest, last }) => {
                self.finalised(*manifest, last, at, found);
            }
            Event::Council(council::Event::SeatSuspended { seat, until, .. }) => {
                self.silenced.insert(*seat, (at, *until));
            }
            Event::Council(council::Event::SeatReinstated { seat, .. }) => {
                if let Some((_, until)) = self.silenced.get_mut(seat) {
                    *until = at;
                }
            }
            Event::Council(council::Event::SeatReplaced { seat, .. }) => {
                self.replaced.insert(*seat, at);
                self.silenced.remove(seat);
            }
            _ => {}
        }
    }

    fn changed(&mut self, number: u32, terms: Option<(u32, Terms)>, known: &Known<'_>, found: &mut Findings) {
        let previous = match known.action {
            Some(Action::Program(program::Action::Change(change))) => change.terms.map(|(version, _)| version),
            _ => None,
        };
        let sound = |terms: &Terms| (1..=2).contains(&terms.auditors) && (3_600..=1_209_600).contains(&terms.challenge);
        let fits = match (self.programs.get_mut(&number), terms) {
            (None, Some((1, terms))) => {
                let new = Programme { version: 1, terms, rules: BTreeMap::new(), batches: 0, last: None };
                self.programs.insert(number, new);
                sound(&terms)
            }
            (Some(old), Some((version, terms))) => {
                let next = version == old.version + 1 && previous == Some(old.version);
                let stays = old.terms.authority == terms.authority;
                (old.version, old.terms) = (version, terms);
                next && stays && sound(&terms)
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        found.must("line", fits, || format!("programme {number} became {terms:?}"));
    }

    fn ruled(&mut self, number: u32, rules: &[RulesChange], at: u64, found: &mut Findings) {
        let Some(program) = self.programs.get_mut(&number) else { return };
        for change in rules {
            let fits = match change {
                RulesChange::Begin { version, rules } => {
                    let rises = program.rules.keys().all(|known| known < version);
                    program.rules.insert(*version, *rules);
                    rises && *version > 0
                }
                RulesChange::End { version, until, .. } => program.rules.get_mut(version).is_some_and(|rules| {
                    let before = rules.effective_until.replace(*until);
                    *until >= at && before.is_none_or(|before| at < before)
                }),
            };
            found.must("line", fits, || format!("{change:?} of programme {number} at {at}"));
        }
    }

    fn lined(&mut self, number: u32, set: &SetLine, at: u64, found: &mut Findings) {
        let terms = set.terms;
        let sound = terms.small_one <= terms.small_all && terms.small_all <= terms.limit / 10;
        let purse = self.purses.entry((number, set.line)).or_insert_with(|| Purse {
            asset: set.asset,
            from: set.from,
            first_until: terms.until,
            version: 0,
            terms,
            charges: Vec::new(),
            credits: BTreeMap::new(),
        });
        let same = (purse.asset, purse.from, purse.version) == (set.asset, set.from, set.previous);
        // Never back into the past, but an end that has passed may stay where it is.
        let ends = terms.until >= at.min(purse.terms.until) && terms.credit_max <= terms.limit;
        (purse.version, purse.terms) = (set.previous + 1, terms);
        found.must("line", sound && same && ends, || format!("{set:?} of programme {number} at {at}"));
    }

    fn executed(&mut self, batch: &Executed, at: u64, known: &Known<'_>, found: &mut Findings) {
        let order = &batch.header;
        let mut must = |holds: bool, words: &str| found.must("once", holds, || format!("{words}: {batch:?} at {at}"));
        must(hash::sha256(&[&[11], &order.encode()]) == batch.manifest.0, "another name than its header's hash");
        must(!self.batches.contains_key(&batch.manifest), "a manifest for the second time");
        must(!self.stopped.contains(&batch.manifest), "a batch that was stopped");
        let Some(program) = self.programs.get_mut(&order.program) else { return must(false, "no programme") };
        must(program.rules.get(&order.rules) == Some(&batch.rules), "other rules");
        must(order.pay_on + DAY >= at && order.pay_on <= at + 90 * DAY, "another payday");
        must(batch.number == program.batches + 1 && batch.previous == program.last, "a gap in the numbers");
        let terms = program.terms;
        must((batch.auditors, batch.challenge) == (terms.auditors, terms.challenge), "other terms");
        (program.batches, program.last) = (batch.number, Some(batch.manifest));
        let holds = |key| known.entries.get(&key).filter(|entry: &&Registered| entry.holds(at));
        let payer = holds(EntryKey::Payer(order.payer, order.program)).map(|entry| entry.entry);
        let pays = matches!(payer, Some(Entry::Payer { program, .. }) if program == order.program);
        must(pays && holds(EntryKey::Asset(order.asset)).is_some(), "payer or asset do not stand in the registry");
        must(order.count > 0 && order.total >= order.count.into(), "nothing to pay");
        must(known.row == Some(if batch.small { 20 } else { 19 }), "under another row");
        let parent = order.parent.map(|parent| self.batches.get(&parent));
        let fits = |parent: &Paid| (parent.program, parent.asset) == (order.program, order.asset);
        must(parent.is_none_or(|parent| parent.is_some_and(fits)), "a parent of another programme");
        let failed =
            parent.flatten().map_or(0, |parent| parent.last.map_or(0, |last| last.unpaid).saturating_sub(parent.again));
        let rules = batch.rules;
        let ended = rules.effective_until.is_some_and(|end| end <= order.pay_on);
        let same = parent.flatten().is_some_and(|parent| parent.rules == order.rules);
        must(rules.effective_from <= order.pay_on, "rules that have not begun");
        must(!ended || same && order.total <= failed, "rules that are over, for what never failed under them");
        let own = parent.flatten().is_some_and(|parent| parent.line == order.line);
        let Some(purse) = self.purses.get_mut(&(order.program, order.line)) else { return must(false, "no line") };
        let until = purse.terms.until + if own { 180 * DAY } else { 0 };
        must(purse.asset == order.asset && purse.from <= order.pay_on && order.pay_on < until, "a closed line");
        must(order.pay_on < purse.terms.until || order.total <= failed, "what never failed, after the line's end");
        purse.charges.push((order.total, batch.small));
        let sum = |small: bool| -> u128 {
            purse.charges.iter().filter(|(_, is)| *is || !small).map(|(total, _)| total).sum()
        };
        let credited = purse.credits.values().sum::<u128>().min(purse.terms.credit_max);
        let covered = sum(false) <= purse.terms.limit + credited;
        found.must("line", covered, || format!("{batch:?} overdraws {purse:?}"));
        if batch.small {
            let (passed, length) =
                (at.clamp(purse.from, purse.first_until) - purse.from, purse.first_until - purse.from);
            let accrued = purse.terms.small_all * u128::from(passed) / u128::from(length);
            let most = accrued.max(purse.terms.small_one);
            let small = sum(true) <= most && order.total <= purse.terms.small_one && order.parent.is_none();
            found.must("line", small, || format!("{batch:?} is not small at {at}: {purse:?}"));
        }
        let paid = Paid {
            program: order.program,
            asset: order.asset,
            rules: order.rules,
            line: order.line,
            count: order.count,
            total: order.total,
            pay_on: order.pay_on,
            auditors: batch.auditors,
            challenge: batch.challenge.into(),
            statements: Vec::new(),
            words: Vec::new(),
            overruled: BTreeMap::new(),
            cleared: Vec::new(),
            last: None,
            again: 0,
        };
        if let Some(parent) = order.parent.and_then(|parent| self.batches.get_mut(&parent)) {
            parent.again += order.total;
        }
        self.batches.insert(batch.manifest, paid);
    }

    fn stated(&mut self, seat: SeatId, at: u64, commitment: StatementHash, statement: Statement, found: &mut Findings) {
        let stopped = self.stopped.contains(&statement.manifest);
        let Some(paid) = self.batches.get_mut(&statement.manifest) else {
            return found.must("two_duties", false, || format!("{statement:?} of no batch"));
        };
        let recorder = matches!(seat.council, Council::Operator | Council::Treasury);
        let named = hash::sha256(&[&[12], &(seat, statement).encode()]) == commitment.0;
        let last = paid.statements.iter().rev().find(|(of, ..)| *of == seat);
        let follows = (statement.version, statement.previous)
            == last.map_or((1, None), |(_, _, hash, last)| (last.version + 1, Some(*hash)));
        let (due, open) = (statement.paid + statement.unpaid, paid.count - statement.closed);
        let sums = due >= statement.closed.into()
            && due + u128::from(open) <= paid.total
            && (open > 0 || due == paid.total)
            && (statement.closed > 0 || due == 0)
            && (statement.closed == 0 || at >= paid.pay_on || stopped);
        let sound = recorder && named && follows && sums;
        found.must("two_duties", sound, || format!("{seat} states {statement:?} of {paid:?}"));
        paid.statements.push((seat, at, commitment, statement));
    }

    fn voted(&mut self, seat: SeatId, at: u64, vote: &Vote, known: &Known<'_>, found: &mut Findings) {
        let Some(paid) = self.batches.get_mut(&vote.manifest) else {
            return found.must("two_duties", false, || format!("{vote:?} on no batch"));
        };
        let count = paid.words.iter().filter(|word| word.seat == seat).count();
        let next = usize::try_from(vote.number).unwrap() == count + 1 && seat.council == Council::Auditor;
        found.must("two_duties", next, || format!("{seat} votes {vote:?}"));
        let last = paid.words.iter().rev().find(|word| word.seat == seat).copied();
        let overruled = |last: &Word| overruled(paid, seat, last.commitment, self.replaced.get(&seat));
        let ended = last.filter(|last| last.verdict == Verdict::Contradicted && !overruled(last));
        paid.cleared.extend(ended.map(|last| (last.commitment, at)));
        let (commitment, verdict) = (vote.commitment, vote.verdict);
        paid.words.push(Word { seat, at, organisation: known.organisation, commitment, verdict });
    }

    /// Two duties and time: a recorder, the auditors, and all of it without a break for as long as the batch asks.
    fn finalised(&mut self, manifest: ManifestHash, last: &Final, at: u64, found: &mut Findings) {
        let Some(paid) = self.batches.get_mut(&manifest) else {
            return found.must("two_duties", false, || format!("{last:?} of no batch"));
        };
        let begun = at - paid.challenge;
        let made = paid.statements.iter().rev().find(|(seat, ..)| *seat == last.recorder);
        let Some((_, stated_at, commitment, statement)) = made.copied() else {
            return found.must("two_duties", false, || format!("{last:?} was not said"));
        };
        let same = (commitment, stated_at, statement.version) == (last.commitment, last.stated_at, last.version)
            && (statement.closed, statement.paid, statement.unpaid, statement.debited)
                == (last.closed, last.paid, last.unpaid, last.debited);
        let silent = |seat: &SeatId, since: u64| {
            self.silenced.get(seat).is_some_and(|(_, until)| *until > since)
                || self.replaced.get(seat).is_some_and(|at| *at > since)
        };
        let newest = |word: &&Word| {
            paid.words
                .iter()
                .rev()
                .find(|other| other.seat == word.seat)
                .is_some_and(|newest| newest.at == word.at && newest.verdict == word.verdict)
        };
        let about = || paid.words.iter().filter(newest).filter(|word| word.commitment == commitment);
        let organisations: BTreeSet<Label> = about()
            .filter(|word| word.verdict == Verdict::Confirmed && word.at <= begun)
            .filter(|word| self.replaced.get(&word.seat).is_none_or(|at| *at <= word.at) && !silent(&word.seat, begun))
            .filter_map(|word| word.organisation)
            .collect();
        let contradicted = about().any(|word| {
            let overruled = overruled(paid, word.seat, commitment, self.replaced.get(&word.seat));
            let stands = word.verdict == Verdict::Contradicted && !overruled;
            stands && self.replaced.get(&word.seat).is_none_or(|at| *at <= word.at) && {
                let aside = self.silenced.get(&word.seat).is_some_and(|(from, until)| *until > at && *from <= begun);
                !aside
            }
        });
        let cleared = paid.cleared.iter().all(|(of, when)| *of != commitment || *when <= begun);
        let right = same
            && stated_at <= begun
            && self.replaced.get(&last.recorder).is_none_or(|at| *at <= stated_at)
            && !silent(&last.recorder, begun)
            && organisations.len() >= paid.auditors.into()
            && !contradicted
            && cleared;
        found.must("two_duties", right, || format!("{last:?} at {at} of {paid:?}"));
        let younger = paid.last.is_none_or(|before| before.stated_at < stated_at);
        found.must("order", younger, || format!("{last:?} after {:?}", paid.last));
        let credit = (statement.paid + statement.unpaid).saturating_sub(statement.debited);
        found.must("line", credit == last.credit, || format!("{last:?} gives back {credit}"));
        paid.last = Some(*last);
        if let Some(purse) = self.purses.get_mut(&(paid.program, paid.line)) {
            purse.credits.insert(manifest, credit);
        }
    }

    /// The authority of a batch that was executed.
    pub(crate) fn authority(&self, manifest: ManifestHash) -> Option<u32> {
        let paid = self.batches.get(&manifest)?;
        self.programs.get(&paid.program).map(|program| program.terms.authority)
    }
}

/// Whether the seat, with the key that it has had since it was `replaced`, was overruled about this statement.
fn overruled(paid: &Paid, seat: SeatId, commitment: StatementHash, replaced: Option<&u64>) -> bool {
    paid.overruled.get(&(seat, commitment)).is_some_and(|at| replaced.is_none_or(|replaced| replaced <= at))
}
