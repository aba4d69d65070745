//! What hostile keys can do, computed from a policy table and from the rules, for section 16 of the protocol.
//!
//! Keys of one council are as good as each other, so that a set of them is a number for each council. A set *decides* a row
//! if it can form its quorum alone, and *refuses* it if the others cannot without it.

use crate::invariants::sizes;
use greatseal_protocol::{
    bytes::Label,
    council::Council,
    dispute::Subject,
    genesis::Genesis,
    row::{Executors, Row, RowId},
};
use std::collections::{BTreeMap, BTreeSet};

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
/// Most keys of a set.
pub(crate) const MOST: u32 = 3;

/// So many keys of each council; of an authority as [`Council::PROGRAM`].
pub(crate) type Keys = BTreeMap<Council, u8>;

pub(crate) fn text(keys: &Keys) -> String {
    keys.iter().map(|(council, count)| format!("{}{count}", council.letter())).collect::<Vec<_>>().join(" ")
}

fn number(keys: &Keys) -> u32 {
    keys.values().map(|count| u32::from(*count)).sum()
}

fn of(keys: &Keys, council: Council) -> u8 {
    keys.get(&council).copied().unwrap_or(0)
}

/// Every set of at most so many keys out of as many as there are, smaller ones first.
pub(crate) fn sets(all: &Keys, most: u32) -> Vec<Keys> {
    let mut sets = vec![Keys::new()];
    for (council, size) in all {
        let more = sets.iter().flat_map(|keys| {
            (1..=*size).map(move |count| keys.clone().into_iter().chain([(*council, count)]).collect::<Keys>())
        });
        let more: Vec<Keys> = more.filter(|keys| number(keys) <= most).collect();
        sets.extend(more);
    }
    sets.sort_by_key(|keys| (number(keys), keys.keys().copied().collect::<Vec<_>>(), text(keys)));
    sets
}

/// Those of them of which it holds, and of none with fewer keys of the same.
pub(crate) fn smallest(sets: &[Keys], holds: impl Fn(&Keys) -> bool) -> Vec<Keys> {
    let mut found: Vec<Keys> = Vec::new();
    for keys in sets {
        let larger = |one: &Keys| one.iter().all(|(council, count)| of(keys, *council) >= *count);
        if !found.iter().any(larger) && holds(keys) {
            found.push(keys.clone());
        }
    }
    found
}

/// A policy table with the councils that it asks.
pub(crate) struct Table<'a> {
    pub(crate) rows: &'a [Row],
    pub(crate) all: Keys,
    micronode: bool,
}

impl<'a> Table<'a> {
    pub(crate) fn of(genesis: &'a Genesis) -> Self {
        let size = sizes(genesis);
        let councils = genesis.councils.iter().map(|entry| entry.council.in_row());
        let all = councils.map(|council| (council, size(council))).collect();
        Self { rows: &genesis.rows, all, micronode: genesis.profile.micronode() }
    }

    pub(crate) fn row(&self, id: RowId) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// All keys but these.
    fn others(&self, keys: &Keys) -> Keys {
        self.all.iter().map(|(council, size)| (*council, size - of(keys, *council))).collect()
    }

    /// Whether these keys form the row's quorum. The author of a small batch does not approve it; an operator may be the
    /// author.
    pub(crate) fn decide(row: &Row, keys: &Keys) -> bool {
        let mut given: u8 = row.minima.iter().map(|(council, _)| of(keys, council)).sum();
        if row.id == RowId::BATCH_SMALL && of(keys, Council::Operator) == 0 {
            given = given.saturating_sub(1);
        }
        given >= row.m && row.minima.iter().all(|(council, least)| of(keys, council) >= least)
    }

    /// On a micronode a recovery ends with one no of whoever is to be replaced.
    pub(crate) fn refuse(&self, row: &Row, keys: &Keys) -> bool {
        let own = self.micronode && row.id.recovers().is_some_and(|council| of(keys, council) > 0);
        own || !Self::decide(row, &self.others(keys))
    }

    fn majority(&self, council: Council) -> u8 {
        of(&self.all, council) / 2 + 1
    }

    /// How many of which council stop what is decided while its delay runs: the Sovereign's majority; of a recovery the
    /// council that it is about, of which Policy has to be of one mind.
    pub(crate) fn veto(&self, row: &Row) -> Option<(Council, u8)> {
        let (council, needed) = match row.id.recovers() {
            Some(Council::Policy) => (Council::Policy, of(&self.all, Council::Policy)),
            Some(council) => (council, self.majority(council)),
            None => (Council::Sovereign, self.majority(Council::Sovereign)),
        };
        (row.delay > 0).then_some((council, needed))
    }

    /// Rows under which one of these keys can be set aside by the others.
    fn suspended_by(&self, keys: &Keys) -> impl Iterator<Item = &Row> {
        let others = self.others(keys);
        let aside: Vec<&Row> = [RowId::SEAT_SUSPENSION, RowId::SOVEREIGN_SUSPENSION]
            .into_iter()
            .filter_map(|id| self.row(id))
            .filter(|row| keys.keys().any(|council| !row.minima.has(*council)) && Self::decide(row, &others))
            .collect();
        aside.into_iter()
    }

    /// What others have between the quorum of these keys and its execution.
    fn time(row: &Row, keys: &Keys) -> String {
        let delay = match row.delay {
            0 => "at once".to_owned(),
            delay => clock(delay),
        };
        let waits = row.executors == Executors::Operator && of(keys, Council::Operator) == 0;
        if waits { format!("{delay}, {} more where no operator executes it", clock(row.window / 2)) } else { delay }
    }

    /// Who else stops it in that time.
    pub(crate) fn stops(&self, row: &Row, keys: &Keys) -> String {
        if row.delay == 0 {
            return "–".into();
        }
        let others = self.others(keys);
        let mut stops = Vec::new();
        if let Some((council, needed)) = self.veto(row)
            && of(&others, council) >= needed
        {
            stops.push(format!("veto {}{needed}", council.letter()));
        }
        for aside in self.suspended_by(keys) {
            stops.push(format!("suspension {}", text(&least(aside))));
        }
        // On a micronode who is to be replaced needs only to speak up, and pauses are short.
        if self.micronode && row.id.recovers().is_some_and(|council| of(&others, council) > 0) {
            stops.push("reject S1".into());
        }
        let pause = self.row(RowId::SOVEREIGN_PAUSE).filter(|_| !self.micronode);
        if let Some(pause) = pause.filter(|pause| !row.id.never_blocked() && Self::decide(pause, &others)) {
            stops.push(format!("pause {}", text(&least(pause))));
        }
        let ends = if stops.is_empty() { "nobody".into() } else { stops.join(", ") };
        let held = Subject::holds(row.id) && of(&others, Council::Auditor) > 0;
        if held { format!("{ends}; dispute A1 holds it up") } else { ends }
    }

    /// What these keys decide, by the time and by who stops it.
    pub(crate) fn decided(&self) -> Vec<(Keys, Vec<Decided>)> {
        let sets = sets(&self.all, MOST);
        let mut all: BTreeMap<usize, Vec<Decided>> = BTreeMap::new();
        for row in self.rows {
            for keys in smallest(&sets, |keys| Self::decide(row, keys)) {
                let at = sets.iter().position(|other| *other == keys).unwrap();
                let looked = of(&keys, Council::Operator) + of(&keys, Council::Auditor) > 0;
                let asked = if row.id.escalation() && !looked { ", once O or A have escalated" } else { "" };
                let (time, stops) = (format!("{}{asked}", Self::time(row, &keys)), self.stops(row, &keys));
                let lines = all.entry(at).or_default();
                match lines.iter_mut().find(|line| (&line.time, &line.stops) == (&time, &stops)) {
                    Some(line) => line.rows.push(row.id),
                    None => lines.push(Decided { rows: vec![row.id], time, stops }),
                }
            }
        }
        all.into_iter().map(|(at, lines)| (sets[at].clone(), lines)).collect()
    }

    /// What cannot be decided without these keys.
    pub(crate) fn refused(&self) -> Vec<(Keys, Vec<RowId>)> {
        let sets = sets(&self.all, MOST);
        let mut all: BTreeMap<usize, Vec<RowId>> = BTreeMap::new();
        for row in self.rows {
            for keys in smallest(&sets, |keys| self.refuse(row, keys)) {
                let at = sets.iter().position(|other| *other == keys).unwrap();
                all.entry(at).or_default().push(row.id);
            }
        }
        all.into_iter().map(|(at, rows)| (sets[at].clone(), rows)).collect()
    }

    /// What these keys veto.
    pub(crate) fn vetoed(&self, keys: &Keys) -> Vec<RowId> {
        let veto = |row: &&Row| self.veto(row).is_some_and(|(council, needed)| of(keys, council) >= needed);
        self.rows.iter().filter(veto).map(|row| row.id).collect()
    }

    /// What the others cannot decide while one seat of each other council, or as many as the Sovereign may, are set aside
    /// under this row, though they could otherwise. In a recovery nobody is silenced.
    pub(crate) fn withheld(&self, under: RowId) -> Option<(Keys, Vec<RowId>)> {
        let under = self.row(under)?;
        let sovereign = under.sovereign(of(&self.all, Council::Sovereign));
        let keys = least(under);
        let mut others = self.others(&keys);
        let aside = |size: u8| if sovereign { (size.saturating_sub(1) / 2).max(1) } else { 1 };
        for (council, size) in &self.all {
            if !under.minima.has(*council) {
                others.entry(*council).and_modify(|left| *left = left.saturating_sub(aside(*size)));
            }
        }
        let withheld =
            |row: &&Row| row.id.recovers().is_none() && !self.refuse(row, &keys) && !Self::decide(row, &others);
        let rows = self.rows.iter().filter(withheld).map(|row| row.id).collect();
        Some((keys, rows))
    }

    /// The fewest keys that decide each row, in all.
    pub(crate) fn fewest(&self) -> BTreeMap<u32, Vec<RowId>> {
        let mut fewest: BTreeMap<u32, Vec<RowId>> = BTreeMap::new();
        for row in self.rows {
            let asked: Keys = row.minima.iter().map(|(council, _)| (council, of(&self.all, council))).collect();
            let author = u32::from(row.id == RowId::BATCH_SMALL);
            let keys = u32::from(row.m) + author;
            assert!(sets(&asked, keys).iter().any(|set| number(set) == keys && Self::decide(row, set)));
            fewest.entry(keys).or_default().push(row.id);
        }
        fewest
    }

    /// By which rotations these keys, if nobody stops them, come to decide about the policy table, and with it about
    /// everything; or which councils they have in the end. With the seconds that it takes. One rotation after the other:
    /// each makes what else is decided about its councils stale.
    pub(crate) fn grown(&self, keys: &Keys) -> (Vec<RowId>, u32, bool) {
        let table = |keys: &Keys| self.row(RowId::POLICY_TABLE).is_some_and(|row| Self::decide(row, keys));
        // The nearest of what was found, as Dijkstra goes through it.
        let mut near: BTreeSet<(u32, Keys)> = BTreeSet::from([(0, keys.clone())]);
        let mut known: BTreeMap<Keys, (u32, Vec<RowId>)> = BTreeMap::from([(keys.clone(), (0, Vec::new()))]);
        let mut last = keys.clone();
        while let Some((at, keys)) = near.pop_first() {
            let path = known[&keys].1.clone();
            if table(&keys) {
                let delay = self.row(RowId::POLICY_TABLE).map_or(0, |row| row.delay);
                return ([path, vec![RowId::POLICY_TABLE]].concat(), at + delay, true);
            }
            for (council, size) in &self.all {
                let Some(row) = self.row(RowId::rotate(*council)).filter(|row| row.id.rotated() == Some(*council))
                else {
                    continue;
                };
                if of(&keys, *council) == *size || !Self::decide(row, &keys) {
                    continue;
                }
                let mut next = keys.clone();
                *next.entry(*council).or_insert(0) += 1;
                let then = at + row.delay;
                if known.get(&next).is_none_or(|(before, _)| then < *before) {
                    known.insert(next.clone(), (then, [path.clone(), vec![row.id]].concat()));
                    near.insert((then, next));
                }
            }
            last = keys;
        }
        let (time, path) = known.remove(&last).unwrap();
        (path, time, false)
    }

    /// The fewest organisations that decide each row.
    pub(crate) fn organisations(genesis: &Genesis, most: usize) -> BTreeMap<usize, Vec<RowId>> {
        let mut held: BTreeMap<Label, Keys> = BTreeMap::new();
        for (id, seat) in genesis.seats() {
            *held.entry(seat.organisation).or_default().entry(id.council.in_row()).or_insert(0) += 1;
        }
        let held: Vec<&Keys> = held.values().collect();
        let mut fewest: BTreeMap<usize, Vec<RowId>> = BTreeMap::new();
        for row in &genesis.rows {
            let has = |keys: &&&Keys| row.minima.iter().any(|(council, _)| of(keys, council) > 0) || author(row, keys);
            let members: Vec<&Keys> = held.iter().filter(has).copied().collect();
            let number =
                (1..=most).find(|number| any(&members, *number, &mut Vec::new(), &|keys| Self::decide(row, keys)));
            fewest.entry(number.unwrap_or(usize::MAX)).or_default().push(row.id);
        }
        fewest
    }
}

fn author(row: &Row, keys: &Keys) -> bool {
    row.id == RowId::BATCH_SMALL && of(keys, Council::Operator) > 0
}

/// Whether some so many of them together hold it.
fn any(all: &[&Keys], number: usize, chosen: &mut Vec<usize>, holds: &dyn Fn(&Keys) -> bool) -> bool {
    if chosen.len() == number {
        let mut together = Keys::new();
        for at in chosen.iter() {
            all[*at].iter().for_each(|(council, count)| *together.entry(*council).or_insert(0) += count);
        }
        return holds(&together);
    }
    let first = chosen.last().map_or(0, |at| at + 1);
    (first..all.len()).any(|at| {
        chosen.push(at);
        let found = any(all, number, chosen, holds);
        chosen.pop();
        found
    })
}

/// What the row asks of each council at least.
fn least(row: &Row) -> Keys {
    row.minima.iter().filter(|(_, least)| *least > 0).collect()
}

/// Rows that a set of keys decides, with what others have and who stops it.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) rows: Vec<RowId>,
    pub(crate) time: String,
    pub(crate) stops: String,
}

pub(crate) fn clock(seconds: u32) -> String {
    let parts = [(seconds / DAY, "d"), (seconds % DAY / HOUR, "h")];
    parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect::<Vec<_>>()
        .join(" ")
}
