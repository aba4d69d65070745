//! Entries that are paid again: those of a child are entries that its parent's outcome left unpaid, for the same persons, each
//! once over all children, and for no more than was left.

use super::{Payments, Place, Settled};
use std::collections::HashMap;

/// The batch whose entries are paid again.
#[derive(Clone, Copy, Debug)]
pub struct Parent<'a> {
    /// Its entries.
    pub payments: Payments<'a>,
    /// What became of them; `None` where nobody has its outcomes.
    pub settled: Option<&'a [Settled]>,
}

/// Why an entry is not one that may be paid again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The parent has no such entry.
    NoEntry,
    /// It was due to somebody else.
    OtherPerson,
    /// Pseudonyms of another key: whether it is the same person cannot be seen.
    OtherKey,
    /// It may still be paid.
    Open,
    /// It was paid.
    Paid,
    /// It is paid more than was left.
    More {
        /// What was left of it.
        left: u128,
    },
    /// Another entry pays it again.
    Again {
        /// Which.
        first: Place,
    },
}

/// An entry that pays another one again, and must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRepayment {
    /// The entry.
    pub place: Place,
    /// The parent's entry.
    pub repays: u32,
    /// Why.
    pub why: Why,
}

/// What the children of one parent pay again.
#[derive(Debug, Default)]
pub struct Repayments {
    by: HashMap<u32, Place>,
}

/// What the outcome of a parent left unpaid, and no child pays again. No fault: somebody may have died.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Entries.
    pub entries: u32,
    /// What is left of them.
    pub amount: u128,
}

impl Repayments {
    /// With a child, of this number.
    pub fn add(&mut self, batch: usize, parent: &Parent<'_>, child: &Payments<'_>, mut say: impl FnMut(BadRepayment)) {
        let each = child.repaid.iter().zip(child.amounts).zip(child.people);
        for (entry, ((repays, amount), person)) in (0_u32..).zip(each) {
            let (place, repays) = (Place { batch, entry }, *repays);
            let bad = |why| BadRepayment { place, repays, why };
            if let Err(why) = parent.lets_again(repays, *amount, child, person) {
                say(bad(why));
            }
            // Also one that may not be paid again is paid again: who comes next hears of it.
            match self.by.get(&repays) {
                Some(first) => say(bad(Why::Again { first: *first })),
                None => drop(self.by.insert(repays, place)),
            }
        }
    }

    /// What nobody pays again; `None` where nobody has the parent's outcomes.
    pub fn left(&self, parent: &Parent<'_>) -> Option<Left> {
        let mut left = Left::default();
        for (entry, (settled, due)) in (0_u32..).zip(parent.settled?.iter().zip(parent.payments.amounts)) {
            let unpaid = due.saturating_sub(settled.paid);
            if settled.closed && unpaid > 0 && !self.by.contains_key(&entry) {
                left.entries = left.entries.saturating_add(1);
                left.amount = left.amount.saturating_add(unpaid);
            }
        }
        Some(left)
    }
}

impl Parent<'_> {
    /// Whether an entry may be paid again, with so much, to this person.
    fn lets_again(&self, entry: u32, amount: u128, child: &Payments<'_>, person: &[u8; 32]) -> Result<(), Why> {
        let place = usize::try_from(entry).map_err(|_| Why::NoEntry)?;
        let due = *self.payments.amounts.get(place).ok_or(Why::NoEntry)?;
        let left = match self.settled {
            None => due,
            Some(settled) => {
                let settled = settled.get(place).ok_or(Why::NoEntry)?;
                if !settled.closed {
                    return Err(Why::Open);
                }
                due.saturating_sub(settled.paid)
            }
        };
        if left == 0 {
            return Err(Why::Paid);
        }
        if amount > left {
            return Err(Why::More { left });
        }
        if child.key != self.payments.key {
            return Err(Why::OtherKey);
        }
        match self.payments.people.get(place) == Some(person) {
            true => Ok(()),
            false => Err(Why::OtherPerson),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::bytes::Label;

    const PEOPLE: [[u8; 32]; 4] = [[10; 32], [11; 32], [12; 32], [13; 32]];

    fn key(name: &str) -> Label {
        Label::new(name).unwrap_or_else(|| unreachable!("a label"))
    }

    fn settled(closed: bool, paid: u128) -> Settled {
        Settled { closed, paid }
    }

    /// Whose entries are these, and what is wrong with paying them again.
    fn bad(child: Payments<'_>, settled: Option<&[Settled]>) -> Vec<(u32, Why)> {
        let payments = Payments { key: key("k"), amounts: &[50; 4], people: &PEOPLE, repaid: &[] };
        let (mut found, mut repaid) = (Vec::new(), Repayments::default());
        repaid.add(1, &Parent { payments, settled }, &child, |bad| found.push((bad.place.entry, bad.why)));
        found
    }

    #[test]
    fn what_was_left_unpaid_is_paid_again() {
        let became = [settled(true, 50), settled(true, 20), settled(true, 0), settled(false, 0)];
        let child = |repaid, amounts, people| Payments { key: key("k"), amounts, people, repaid };
        let sound = child(&[2, 1], &[50, 30], &[PEOPLE[2], PEOPLE[1]]);
        assert_eq!(bad(sound, Some(&became)), []);
        let wrong = child(&[0, 1, 3, 9, 2], &[50, 31, 50, 1, 50], &[PEOPLE[0], PEOPLE[1], PEOPLE[3], [9; 32], [9; 32]]);
        let expected =
            [(0, Why::Paid), (1, Why::More { left: 30 }), (2, Why::Open), (3, Why::NoEntry), (4, Why::OtherPerson)];
        assert_eq!(bad(wrong, Some(&became)), expected);
        // Without the outcomes it is seen that there is such an entry, for this person, with so much.
        let expected = [(3, Why::NoEntry), (4, Why::OtherPerson)];
        assert_eq!(bad(wrong, None), expected);
        let other = Payments { key: key("other"), ..sound };
        assert_eq!(bad(other, None), [(0, Why::OtherKey), (1, Why::OtherKey)]);
    }

    #[test]
    fn an_entry_is_paid_again_once_over_all_children() {
        let payments = Payments { key: key("k"), amounts: &[50; 4], people: &PEOPLE, repaid: &[] };
        let became = [settled(true, 0), settled(true, 10), settled(true, 50), settled(false, 0)];
        let parent = Parent { payments, settled: Some(&became) };
        let (mut found, mut repaid) = (Vec::new(), Repayments::default());
        assert_eq!(repaid.left(&parent), Some(Left { entries: 2, amount: 90 }));
        let child = Payments { amounts: &[40], people: &[PEOPLE[1]], repaid: &[1], ..payments };
        repaid.add(1, &parent, &child, |bad| found.push(bad));
        assert_eq!((found.len(), repaid.left(&parent)), (0, Some(Left { entries: 1, amount: 50 })));
        repaid.add(2, &parent, &child, |bad| found.push(bad));
        let why = Why::Again { first: Place { batch: 1, entry: 0 } };
        assert_eq!(found, [BadRepayment { place: Place { batch: 2, entry: 0 }, repays: 1, why }]);
        assert_eq!(repaid.left(&Parent { settled: None, ..parent }), None);
    }
}
