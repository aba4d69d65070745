//! The files of a ministry: entries of a batch, what the bank did with each of them, and the outcomes that follow from it.
//!
//! Every sum of a statement is added up from here; no test of the year states one of its own.

use crate::world::{DAY, HOUR, label};
use greatseal_protocol::{
    batch::Header,
    bytes::{ChainHash, ManifestHash, OutcomesRoot, ReferenceHash, TxHash},
    digest, hash,
    manifest::{Destination, Entry, EntrySalt, Manifest, Pseudonym},
    merkle::TreeHead,
    settlement::{Outcome, Reference, Statement, Sums},
};

/// The chain on which the asset is settled, as the registry has it.
const CHAIN: ChainHash = ChainHash([0xC1; 32]);
/// Of a thousand payments so many fail in one way or another.
const FAILING: u16 = 20;
/// Five residents of a home, whom one transfer pays.
pub(crate) const HOME: core::ops::Range<usize> = 10..15;
/// Who is paid in two transfers: the amount is more than the bank lets through at once.
pub(crate) const HALVES: usize = 20;

/// A transfer on the rail, or the part of one that is for an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg {
    pub(crate) transaction: TxHash,
    /// What the transfer moves, and what of it is for this entry.
    pub(crate) moved: u128,
    pub(crate) share: u128,
    /// When it leaves the payer's account.
    pub(crate) left: u64,
    /// Whether it arrives where it should.
    pub(crate) arrives: bool,
    /// When it comes back.
    pub(crate) back: Option<u64>,
}

/// What the bank does with an entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Course {
    pub(crate) legs: Vec<Leg>,
    /// Since when nothing more will happen to what has not arrived, and why.
    pub(crate) over: Option<(u64, &'static str)>,
}

/// A batch as the ministry has it.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) header: Header,
    pub(crate) manifest: ManifestHash,
    pub(crate) entries: Vec<Entry>,
    pub(crate) rail: Vec<Course>,
    pub(crate) executed: bool,
    /// What its last final statement gives back to the line.
    pub(crate) credit: u128,
}

/// A pseudonym of a person of this number.
pub(crate) fn person(number: u32) -> Pseudonym {
    Pseudonym::derive(label("pensions-2027"), b"key of the ministry", &number.to_le_bytes())
}

/// The monthly pension of a person of this number.
pub(crate) fn amount(number: u32) -> u128 {
    100 + u128::from(number % 40)
}

/// Entries of these persons and amounts; `what` names the batch they are for.
pub(crate) fn entries(what: &str, of: &[(u32, u128, Option<u32>)]) -> Vec<Entry> {
    let evidence = |kind: &[u8], number: u32| hash::sha256(&[kind, what.as_bytes(), &number.to_le_bytes()]);
    let entry = |(index, (number, amount, repays)): (u32, &(u32, u128, Option<u32>))| Entry {
        index,
        person: person(*number),
        destination: Destination::new(&format!("eip155:1:0x{number:040x}")),
        amount: *amount,
        eligibility: ReferenceHash(evidence(b"eligibility/", *number)),
        revocation: ReferenceHash(evidence(b"revocation/", *number)),
        repays: *repays,
        salt: EntrySalt(evidence(b"salt/", *number)[..16].try_into().unwrap()),
    };
    (0..).zip(of).map(entry).collect()
}

impl File {
    /// The batch of these entries; the header names everything else.
    pub(crate) fn of(entries: Vec<Entry>, header: Header) -> Self {
        let checked = Manifest::of(&entries, header.rail).unwrap();
        let header = Header { count: checked.head.size, total: checked.total, root: checked.root(), ..header };
        let manifest = digest::manifest_hash(&header);
        let rail = vec![Course::default(); entries.len()];
        Self { header, manifest, entries, rail, executed: false, credit: 0 }
    }

    fn leg(&self, what: &str, moved: u128, share: u128, left: u64) -> Leg {
        let transaction = TxHash(hash::sha256(&[&self.manifest.0, what.as_bytes()]));
        Leg { transaction, moved, share, left, arrives: true, back: None }
    }

    /// The bank pays everybody an hour after the payday's beginning.
    pub(crate) fn pays(&mut self) {
        let at = self.header.pay_on + HOUR;
        for index in 0..self.entries.len() {
            let due = self.entries[index].amount;
            self.rail[index].legs = vec![self.leg(&format!("{index}"), due, due, at)];
        }
    }

    /// One transfer for the home, two for who has too much for one.
    pub(crate) fn bundles(&mut self) {
        let at = self.header.pay_on + HOUR;
        let all: u128 = self.entries[HOME].iter().map(|entry| entry.amount).sum();
        for index in HOME {
            self.rail[index].legs = vec![self.leg("home", all, self.entries[index].amount, at)];
        }
        let due = self.entries[HALVES].amount;
        let (one, two) = (due / 2, due - due / 2);
        self.rail[HALVES].legs =
            vec![self.leg("one half", one, one, at), self.leg("other half", two, two, at + 2 * HOUR)];
    }

    /// Two of a hundred fail: at once, late, in part, or by coming back after they arrived. Answers how many in each way.
    pub(crate) fn mishaps(&mut self, month: &str) -> [u32; 4] {
        let at = self.header.pay_on + HOUR;
        let mut found = [0; 4];
        for index in 0..self.entries.len() {
            let dice = hash::sha256(&[b"rail/", month.as_bytes(), &u32::try_from(index).unwrap().to_le_bytes()]);
            let fails = u16::from_le_bytes([dice[0], dice[1]]) % 1_000 < FAILING;
            if !fails || HOME.contains(&index) || index == HALVES {
                continue;
            }
            let (kind, course) = (usize::from(dice[2] % 4), &mut self.rail[index]);
            let leg = &mut course.legs[0];
            match kind {
                0 => *course = Course { legs: Vec::new(), over: Some((at, "account-closed")) },
                1 => leg.left += 6 * DAY,
                2 => {
                    (leg.moved, leg.share) = (leg.share / 2, leg.share / 2);
                    course.over = Some((at, "account-limit"));
                }
                _ => {
                    leg.back = Some(at + 9 * DAY);
                    course.over = Some((at + 9 * DAY, "returned"));
                }
            }
            found[kind] += 1;
        }
        found
    }

    /// What arrived at an entry by then, and stayed.
    pub(crate) fn arrived(&self, index: usize, now: u64) -> u128 {
        self.standing(index, now).map(|leg| leg.share).sum()
    }

    fn standing(&self, index: usize, now: u64) -> impl Iterator<Item = &Leg> {
        self.rail[index].legs.iter().filter(move |leg| leg.arrives && leg.is_out(now))
    }

    /// What left the payer's account by then and did not come back.
    pub(crate) fn debited(&self, now: u64) -> u128 {
        self.rail.iter().flat_map(|course| &course.legs).filter(|leg| leg.is_out(now)).map(|leg| leg.share).sum()
    }

    pub(crate) fn outcomes(&self, now: u64) -> Vec<Outcome> {
        let outcome = |(index, entry): (usize, &Entry)| {
            let paid = self.arrived(index, now);
            let over = self.rail[index].over.filter(|(at, _)| *at <= now);
            let refers = |leg: &Leg| Reference {
                chain: CHAIN,
                transaction: leg.transaction,
                log: 0,
                amount: leg.moved,
                share: leg.share,
            };
            Outcome {
                index: entry.index,
                closed: paid == entry.amount || over.is_some(),
                paid,
                excess: 0,
                references: self.standing(index, now).map(refers).collect(),
                reason: over.filter(|_| paid < entry.amount).map(|(_, reason)| label(reason)),
                evidence: ReferenceHash(hash::sha256(&[b"bank's file/", &self.manifest.0, &now.to_le_bytes()])),
            }
        };
        self.entries.iter().enumerate().map(outcome).collect()
    }

    /// What is stated of these outcomes; version and predecessor are the recorder's.
    pub(crate) fn statement(&self, outcomes: &[Outcome], debited: u128) -> Statement {
        let with = |sums: Sums, (outcome, entry): (&Outcome, &Entry)| sums.with(outcome, entry.amount);
        let Sums { closed, paid, unpaid, .. } =
            outcomes.iter().zip(&self.entries).try_fold(Sums::default(), with).unwrap();
        let leaves: Vec<[u8; 32]> = outcomes.iter().map(Outcome::leaf).collect();
        let root = OutcomesRoot(TreeHead::of(&leaves, &hash::sha256).unwrap().root);
        Statement { manifest: self.manifest, version: 1, previous: None, root, closed, paid, unpaid, debited }
    }

    /// Entries to which nothing more will happen though something is missing that is in the payer's account: index and
    /// what is missing.
    pub(crate) fn to_repay(&self, now: u64) -> Vec<(u32, u128)> {
        let missing = |index: usize| {
            let out: u128 = self.rail[index].legs.iter().filter(|leg| leg.is_out(now)).map(|leg| leg.share).sum();
            let over = self.rail[index].over.is_some_and(|(at, reason)| at <= now && reason != "deceased");
            let missing = self.entries[index].amount - out;
            (over && missing > 0).then_some((u32::try_from(index).unwrap(), missing))
        };
        (0..self.entries.len()).filter_map(missing).collect()
    }
}

impl Leg {
    /// Whether the money is out of the payer's account.
    fn is_out(&self, now: u64) -> bool {
        self.left <= now && self.back.is_none_or(|at| now < at)
    }
}
