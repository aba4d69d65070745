//! A second opinion on money: programmes, batches, settlement and disputes, entry by entry, from the records only.
//!
//! Slow and plain on purpose: every entry of every batch has a fate of its own, every charge is in a list.

use crate::oracle::Findings;
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Executed, Settled},
    bytes::{AssetHash, ChainHash, Label, ManifestRoot, ReferenceHash, TxHash},
    council::{Council, SeatId},
    event::{Event, Record},
    hash,
    language::{dispute, program},
    program::{Limits, Terms},
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
    total: u128,
    fates: Vec<Fate>,
    settled: u128,
    excepted: u128,
    confirmed: u128,
    /// By their first and last entries: the amount, and whether it was paid by another batch.
    exceptions: BTreeMap<(u32, u32), (u128, bool)>,
    recorders: BTreeSet<Label>,
    reconciled: bool,
}

#[derive(Debug, Default)]
struct Allowance {
    limits: Option<Limits>,
    /// When, how much, and whether it was small.
    charges: Vec<(u64, u128, bool)>,
    /// Charges before these times belong to periods of another length.
    since: u64,
    small_since: u64,
}

#[derive(Debug)]
struct Doubt {
    seat: SeatId,
    at: u64,
    acknowledged: bool,
    decide_by: Option<u64>,
    closed: Option<u64>,
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
    programs: BTreeMap<u32, (u32, Terms, u32, Option<ManifestRoot>)>,
    allowances: BTreeMap<(u32, AssetHash), Allowance>,
    batches: BTreeMap<ManifestRoot, Paid>,
    logs: BTreeSet<(ChainHash, TxHash, u32)>,
    doubts: BTreeMap<ReferenceHash, Doubt>,
}

impl Ledger {
    pub(crate) fn read(&mut self, record: &Record, known: &Known<'_>, found: &mut Findings) {
        let at = record.at;
        match &record.event {
            Event::Program(program::Event::ProgramChanged { program, version, terms, assets, .. }) => {
                self.changed(*program, *version, terms, known, found);
                for asset in assets {
                    let sound = asset.limits.small <= asset.limits.budget / 10 && asset.limits.period >= 480;
                    found.must("batch", sound, || format!("{asset:?}"));
                    self.allowances.entry((*program, asset.asset)).or_default().change(asset.limits, at);
                }
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
            other => self.disputed(other, at, found),
        }
    }

    fn changed(&mut self, number: u32, version: u32, terms: &Terms, known: &Known<'_>, found: &mut Findings) {
        let old = self.programs.get(&number).copied();
        let creates = known.row == Some(17) && version == 1 && old.is_none();
        let changes = known.row == Some(18)
            && old.is_some_and(|(before, old, ..)| {
                let hash = hash::sha256(&[&[10], &(number, before, old).encode()]);
                let meant = matches!(known.action, Some(Action::Program(program::Action::Change(change))) if change.previous.0 == hash);
                let rises = old.rules == terms.rules || old.rules.version < terms.rules.version;
                meant && rises && version == before + 1
            });
        found.must("batch", creates || changes, || format!("programme {number} became version {version}: {terms:?}"));
        let (batches, last) = old.map_or((0, None), |(.., batches, last)| (batches, last));
        self.programs.insert(number, (version, *terms, batches, last));
    }

    fn executed(&mut self, batch: &Executed, at: u64, known: &Known<'_>, found: &mut Findings) {
        let order = &batch.order;
        let mut must = |holds: bool, words: &str| found.must("batch", holds, || format!("{words}: {batch:?} at {at}"));
        must(!self.batches.contains_key(&order.manifest), "a manifest for the second time");
        let Some((_, terms, batches, last)) = self.programs.get_mut(&order.program) else {
            return must(false, "no programme");
        };
        must(terms.rules == batch.rules && order.rules == batch.rules.version, "other rules");
        must(at >= batch.rules.effective_from, "rules too early");
        must(batch.number == *batches + 1 && batch.previous == *last, "a gap in the numbers");
        (*batches, *last) = (batch.number, Some(order.manifest));
        let holds = |key| known.entries.get(&key).filter(|entry: &&Registered| entry.holds(at));
        let payer = holds(EntryKey::Payer(order.payer, order.program)).map(|entry| entry.entry);
        let pays = matches!(payer, Some(Entry::Payer { program, .. }) if program == order.program);
        must(pays && holds(EntryKey::Asset(order.asset)).is_some(), "payer or asset do not stand in the registry");
        must(order.count > 0 && order.total >= order.count.into(), "nothing to pay");
        must(known.row == Some(if batch.small { 20 } else { 19 }), "under another row");
        let allowance = self.allowances.entry((order.program, order.asset)).or_default();
        let Some(limits) = allowance.limits else { return must(false, "no budget") };
        allowance.charges.push((at, order.total, batch.small));
        let period = u64::from(limits.period);
        must(batch.period == at / period, "another period");
        must(allowance.in_period(at / period * period) <= limits.budget, "more than the budget");
        if batch.small {
            must(order.correction.is_none(), "a small correction");
            must(
                allowance.small_after(at.saturating_sub(period)) <= limits.small,
                "more than small ones may be together",
            );
        }
        if let Some(correction) = &order.correction {
            let parent = self.batches.get_mut(&correction.parent);
            let parent = parent.filter(|parent| (parent.program, parent.asset) == (order.program, order.asset));
            let range = (correction.from, correction.up_to);
            let excepted = parent.and_then(|parent| parent.exceptions.get_mut(&range));
            let first = excepted.is_some_and(|(amount, corrected)| {
                !std::mem::replace(corrected, true)
                    && order.total <= *amount
                    && order.count <= correction.up_to - correction.from
            });
            must(first, "pays a second time");
        }
        let fates = vec![Fate::Open; usize::try_from(order.count.min(10_000)).unwrap()];
        let paid = Paid {
            program: order.program,
            asset: order.asset,
            total: order.total,
            fates,
            settled: 0,
            excepted: 0,
            confirmed: 0,
            exceptions: BTreeMap::new(),
            recorders: BTreeSet::new(),
            reconciled: false,
        };
        self.batches.insert(order.manifest, paid);
    }

    fn recorded(
        &mut self,
        seat: SeatId,
        manifest: ManifestRoot,
        from: u32,
        settled: &[Settled],
        known: &Known<'_>,
        found: &mut Findings,
    ) {
        let Some(paid) = self.batches.get_mut(&manifest) else {
            return found.must("batch", false, || format!("{manifest} was not executed"));
        };
        let may = seat.council == Council::Operator || seat.council == Council::Program(paid.program);
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

    fn excepted(&mut self, manifest: ManifestRoot, range: (u32, u32), amount: u128, found: &mut Findings) {
        let Some(paid) = self.batches.get_mut(&manifest) else {
            return found.must("batch", false, || format!("{manifest} was not executed"));
        };
        paid.end(range, Fate::Excepted, found);
        paid.excepted += amount;
        let before = paid.exceptions.insert(range, (amount, false));
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

    fn reconciled(&mut self, manifest: ManifestRoot, found: &mut Findings) {
        let disputed = self.doubts.get(&ReferenceHash(manifest.0)).is_some_and(|doubt| doubt.closed.is_none());
        let Some(paid) = self.batches.get_mut(&manifest) else {
            return found.must("batch", false, || format!("{manifest} was not executed"));
        };
        let ended = paid.fates.iter().all(|fate| matches!(fate, Fate::Attested | Fate::Excepted));
        let sums = paid.settled + paid.excepted == paid.total && paid.confirmed == paid.settled;
        let first = !std::mem::replace(&mut paid.reconciled, true);
        found.must("batch", ended && sums && first && !disputed, || format!("{manifest} is reconciled: {paid:?}"));
    }

    fn disputed(&mut self, event: &Event, at: u64, found: &mut Findings) {
        let mut must = |holds: bool| found.must("disputes", holds, || format!("{event:?} at {at}"));
        match event {
            Event::Dispute(dispute::Event::DisputeOpened { seat, subject, .. }) => {
                let again = self.doubts.get(subject).is_none_or(|last| last.closed.is_some_and(|end| at >= end + HOUR));
                let open = self.doubts.values().filter(|doubt| doubt.seat == *seat && doubt.closed.is_none()).count();
                must(again && open < 16 && seat.council == Council::Auditor);
                let doubt = Doubt { seat: *seat, at, acknowledged: false, decide_by: None, closed: None };
                self.doubts.insert(*subject, doubt);
            }
            Event::Dispute(dispute::Event::DisputeAcknowledged { seat, subject, late }) => {
                let answers = matches!(seat.council, Council::Sovereign | Council::Operator);
                let doubt = self.doubts.get_mut(subject).filter(|doubt| doubt.closed.is_none());
                must(doubt.is_some_and(|doubt| {
                    answers && !std::mem::replace(&mut doubt.acknowledged, true) && *late == (at >= doubt.at + HOUR)
                }));
            }
            Event::Dispute(dispute::Event::DisputeTriaged { seat, subject, decide_by, late, .. }) => {
                let doubt = self.doubts.get_mut(subject).filter(|doubt| doubt.closed.is_none());
                must(doubt.is_some_and(|doubt| {
                    let sound = doubt.acknowledged && *late == (at >= doubt.at + DAY) && *decide_by == at + DAY;
                    sound && seat.council == Council::Auditor && doubt.decide_by.replace(*decide_by).is_none()
                }));
            }
            Event::Dispute(dispute::Event::DisputeExtended { subject, until, late, .. }) => {
                let doubt = self.doubts.get_mut(subject).filter(|doubt| doubt.closed.is_none());
                must(doubt.is_some_and(|doubt| {
                    let before = doubt.decide_by.replace(*until);
                    before.is_some_and(|before| before < *until && *late == (at >= before)) && *until <= at + 14 * DAY
                }));
            }
            Event::Dispute(dispute::Event::DisputeRetracted { seat, subject, .. }) => {
                let doubt = self.doubts.get_mut(subject);
                must(doubt.is_some_and(|doubt| doubt.seat == *seat && doubt.closed.replace(at).is_none()));
            }
            Event::Dispute(dispute::Event::DisputeResolved { subject, .. }) => {
                let doubt = self.doubts.get_mut(subject);
                must(doubt.is_some_and(|doubt| doubt.closed.replace(at).is_none()));
            }
            _ => {}
        }
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

impl Allowance {
    fn change(&mut self, limits: Limits, at: u64) {
        if let Some(old) = self.limits.replace(limits).filter(|old| old.period != limits.period) {
            let period = u64::from(old.period);
            self.since = self.since.max(at / period * period);
            self.small_since = self.small_since.max(at.saturating_sub(period));
        }
    }

    fn in_period(&self, start: u64) -> u128 {
        let first = start.max(self.since);
        self.charges.iter().filter(|(at, ..)| *at >= first).map(|(_, total, _)| total).sum()
    }

    fn small_after(&self, moment: u64) -> u128 {
        let counts = |at: u64| at > moment && at >= self.small_since;
        self.charges.iter().filter(|(at, _, small)| *small && counts(*at)).map(|(_, total, _)| total).sum()
    }
}
