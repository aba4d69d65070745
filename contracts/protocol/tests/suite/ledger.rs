//! A second opinion on money: programmes, batches, settlement and disputes, entry by entry, from the records only.
//!
//! Slow and plain on purpose: every entry of every batch has a fate of its own, every charge is in a list.

use crate::oracle::Findings;
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Executed, Settled},
    bytes::{AssetHash, ChainHash, Label, ManifestHash, TxHash},
    council::{Council, SeatId},
    event::{Event, Record},
    hash,
    language::program,
    line::{LineTerms, SetLine},
    program::{RuleSet, RulesChange, Terms},
    registry::{Entry, EntryKey, Registered},
    scale::Encode,
};
use std::collections::{BTreeMap, BTreeSet};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// What has become of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    Settled,
    Attested,
    Excepted,
}

#[derive(Debug)]
struct Paid {
    program: u32,
    asset: AssetHash,
    line: u32,
    total: u128,
    fates: Vec<Fate>,
    settled: u128,
    excepted: u128,
    confirmed: u128,
    exceptions: BTreeMap<(u32, u32), u128>,
    recorders: BTreeSet<Label>,
    reconciled: bool,
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
    logs: BTreeSet<(ChainHash, TxHash, u32)>,
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
            Event::Program(program::Event::SettlementRecorded { seat, manifest, from, settled }) => {
                self.recorded(*seat, *manifest, *from, settled, known, found);
            }
            Event::Program(program::Event::EntryExcepted { manifest, from, up_to, amount, .. }) => {
                found.must("batch", known.row == Some(24), || format!("{:?}", record.event));
                self.excepted(*manifest, (*from, *up_to), *amount, found);
            }
            Event::Program(program::Event::SettlementAttested { seat, attestation }) => {
                self.attested(*seat, attestation, known, found)
            }
            Event::Program(program::Event::BatchReconciled { manifest, .. }) => self.reconciled(*manifest, found),
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
        let rules = batch.rules;
        let in_effect = rules.effective_from <= order.pay_on;
        must(in_effect && rules.effective_until.is_none_or(|end| order.pay_on < end), "rules not in effect");
        must(order.pay_on + DAY >= at && order.pay_on <= at + 90 * DAY, "another payday");
        must(batch.number == program.batches + 1 && batch.previous == program.last, "a gap in the numbers");
        let terms = program.terms;
        must((batch.auditors, batch.challenge) == (terms.auditors, terms.challenge), "other terms");
        (program.batches, program.last) = (batch.number, Some(batch.manifest));
        let holds = |key| known.entries.get(&key).filter(|entry: &&Registered| entry.holds(at));
        let payer = holds(EntryKey::Payer(order.payer)).map(|entry| entry.entry);
        let pays = matches!(payer, Some(Entry::Payer { program, .. }) if program == order.program);
        must(pays && holds(EntryKey::Asset(order.asset)).is_some(), "payer or asset do not stand in the registry");
        must(order.count > 0 && order.total >= order.count.into(), "nothing to pay");
        must(known.row == Some(if batch.small { 20 } else { 19 }), "under another row");
        let parent = order.parent.map(|parent| self.batches.get(&parent));
        let fits = |parent: &Paid| (parent.program, parent.asset) == (order.program, order.asset);
        must(parent.is_none_or(|parent| parent.is_some_and(fits)), "a parent of another programme");
        let own = parent.flatten().is_some_and(|parent| parent.line == order.line);
        let Some(purse) = self.purses.get_mut(&(order.program, order.line)) else { return must(false, "no line") };
        let until = purse.terms.until + if own { 180 * DAY } else { 0 };
        must(purse.asset == order.asset && purse.from <= order.pay_on && order.pay_on < until, "a closed line");
        purse.charges.push((order.total, batch.small));
        let sum = |small: bool| -> u128 {
            purse.charges.iter().filter(|(_, is)| *is || !small).map(|(total, _)| total).sum()
        };
        found.must("line", sum(false) <= purse.terms.limit, || format!("{batch:?} overdraws {purse:?}"));
        if batch.small {
            let (passed, length) =
                (at.clamp(purse.from, purse.first_until) - purse.from, purse.first_until - purse.from);
            let accrued = purse.terms.small_all * u128::from(passed) / u128::from(length);
            let most = accrued.max(purse.terms.small_one);
            let small = sum(true) <= most && order.total <= purse.terms.small_one && order.parent.is_none();
            found.must("line", small, || format!("{batch:?} is not small at {at}: {purse:?}"));
        }
        let fates = vec![Fate::Open; usize::try_from(order.count.min(10_000)).unwrap()];
        let paid = Paid {
            program: order.program,
            asset: order.asset,
            line: order.line,
            total: order.total,
            fates,
            settled: 0,
            excepted: 0,
            confirmed: 0,
            exceptions: BTreeMap::new(),
            recorders: BTreeSet::new(),
            reconciled: false,
        };
        self.batches.insert(batch.manifest, paid);
    }

    fn recorded(
        &mut self,
        seat: SeatId,
        manifest: ManifestHash,
        from: u32,
        settled: &[Settled],
        known: &Known<'_>,
        found: &mut Findings,
    ) {
        let Some(paid) = self.batches.get_mut(&manifest) else {
            return found.must("batch", false, || format!("{manifest} was not executed"));
        };
        let authority = self.programs.get(&paid.program).map(|program| Council::Program(program.terms.authority));
        let may = seat.council == Council::Operator || Some(seat.council) == authority;
        found.must("batch", may, || format!("{seat} records a settlement"));
        paid.recorders.extend(known.organisation);
        let mut first = from;
        for range in settled {
            paid.end((first, range.up_to), Fate::Settled, found);
            paid.settled += range.amount;
            first = range.up_to;
        }
        paid.sums(found);
    }

    fn excepted(&mut self, manifest: ManifestHash, range: (u32, u32), amount: u128, found: &mut Findings) {
        let Some(paid) = self.batches.get_mut(&manifest) else {
            return found.must("batch", false, || format!("{manifest} was not executed"));
        };
        paid.end(range, Fate::Excepted, found);
        paid.excepted += amount;
        let before = paid.exceptions.insert(range, amount);
        found.must("batch", before.is_none(), || format!("{range:?} was excepted twice"));
        paid.sums(found);
    }

    fn attested(&mut self, seat: SeatId, attestation: &Attestation, known: &Known<'_>, found: &mut Findings) {
        let Some(paid) = self.batches.get_mut(&attestation.manifest) else {
            return found.must("batch", false, || format!("{} was not executed", attestation.manifest));
        };
        let apart = known.organisation.is_some_and(|own| !paid.recorders.contains(&own));
        found.must("batch", apart && seat.council == Council::Auditor, || format!("{seat} attests its own record"));
        let mut entry = usize::try_from(attestation.from).unwrap();
        let next = paid.fates.iter().position(|fate| matches!(fate, Fate::Settled | Fate::Open));
        found.must("batch", next == Some(entry), || format!("{entry} attested where {next:?} is next"));
        for seen in &attestation.seen {
            for log in &seen.logs {
                let fresh = self.logs.insert((attestation.chain, seen.tx, *log));
                found.must("batch", fresh, || format!("log {log} of {} settles twice", seen.tx));
                let settled = paid.fates.get(entry) == Some(&Fate::Settled);
                found.must("batch", settled, || format!("entry {entry} of {} attested", attestation.manifest));
                if let Some(fate) = paid.fates.get_mut(entry) {
                    *fate = Fate::Attested;
                }
                entry += 1;
            }
        }
        paid.confirmed += attestation.amount;
        let seen_all = !paid.fates.contains(&Fate::Settled);
        let sums = if seen_all { paid.confirmed == paid.settled } else { paid.confirmed < paid.settled };
        found.must("batch", sums, || format!("{} seen of {}", paid.confirmed, paid.settled));
    }

    fn reconciled(&mut self, manifest: ManifestHash, found: &mut Findings) {
        let Some(paid) = self.batches.get_mut(&manifest) else {
            return found.must("batch", false, || format!("{manifest} was not executed"));
        };
        let ended = paid.fates.iter().all(|fate| matches!(fate, Fate::Attested | Fate::Excepted));
        let sums = paid.settled + paid.excepted == paid.total && paid.confirmed == paid.settled;
        let first = !std::mem::replace(&mut paid.reconciled, true);
        found.must("batch", ended && sums && first, || format!("{manifest} is reconciled: {paid:?}"));
    }

    /// The authority of a batch that was executed.
    pub(crate) fn authority(&self, manifest: ManifestHash) -> Option<u32> {
        let paid = self.batches.get(&manifest)?;
        self.programs.get(&paid.program).map(|program| program.terms.authority)
    }
}

impl Paid {
    /// These entries end so: they were open, and none before them was.
    fn end(&mut self, (from, up_to): (u32, u32), fate: Fate, found: &mut Findings) {
        let (from, up_to) = (usize::try_from(from).unwrap(), usize::try_from(up_to).unwrap());
        let next = self.fates.iter().position(|fate| *fate == Fate::Open);
        let sound = next == Some(from) && from < up_to && up_to <= self.fates.len();
        found.must("batch", sound, || format!("[{from}, {up_to}) ends where {next:?} is next of {}", self.fates.len()));
        self.fates.iter_mut().take(up_to).skip(from).for_each(|entry| *entry = fate);
    }

    fn sums(&self, found: &mut Findings) {
        let ended = self.settled + self.excepted;
        let open = u128::try_from(self.fates.iter().filter(|fate| **fate == Fate::Open).count()).unwrap();
        let sums = if open == 0 { ended == self.total } else { ended + open <= self.total };
        found.must("batch", sums, || format!("{ended} of {} ended, {open} entries open", self.total));
    }
}
