//! Sums of a file beside those that are on record for its root: a root says nothing of the sums that were stated with it.

use greatseal_protocol::{
    conversion::Completion,
    settlement::{Statement, Sums},
};

/// A sum of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// Entries to which nothing more will happen.
    Closed,
    /// What arrived of what is due of them.
    Paid,
    /// What did not.
    Unpaid,
    /// What left the payer's account: less than what arrived.
    Debited,
    /// Conversions.
    Count,
    /// What they moved.
    Amount,
    /// What of it was kept.
    Fees,
}

/// A sum that is not what was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differs {
    /// Which.
    pub sum: Sum,
    /// What is on record.
    pub stated: u128,
    /// What the file comes to.
    pub found: u128,
}

/// Where a statement about a batch is not what its outcomes come to. What was debited stands in no file: it is at least what
/// arrived.
pub fn statement(stated: &Statement, sums: &Sums) -> Vec<Differs> {
    let mut differs = differing([
        (Sum::Closed, stated.closed.into(), sums.closed.into()),
        (Sum::Paid, stated.paid, sums.paid),
        (Sum::Unpaid, stated.unpaid, sums.unpaid),
    ]);
    if stated.debited < sums.arrived {
        differs.push(Differs { sum: Sum::Debited, stated: stated.debited, found: sums.arrived });
    }
    differs
}

/// Where a statement of the bridge is not what its conversions come to: their number, what they moved, what was kept.
pub fn completion(stated: &Completion, count: u32, amount: u128, fees: u128) -> Vec<Differs> {
    differing([
        (Sum::Count, stated.count.into(), count.into()),
        (Sum::Amount, stated.amount, amount),
        (Sum::Fees, stated.fees, fees),
    ])
}

fn differing(sums: [(Sum, u128, u128); 3]) -> Vec<Differs> {
    let differs = sums.into_iter().filter(|(_, stated, found)| stated != found);
    differs.map(|(sum, stated, found)| Differs { sum, stated, found }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::bytes::{ManifestHash, OutcomesRoot, ReferenceHash};

    #[test]
    fn every_sum_is_compared() {
        let sound = Statement {
            manifest: ManifestHash([1; 32]),
            version: 1,
            previous: None,
            root: OutcomesRoot([2; 32]),
            closed: 3,
            paid: 20,
            unpaid: 10,
            debited: 25,
        };
        let sums = Sums { closed: 3, paid: 20, unpaid: 10, arrived: 25 };
        assert_eq!(statement(&sound, &sums), []);
        assert_eq!(statement(&Statement { debited: 26, ..sound }, &sums), [], "a fee of the rail");
        for (stated, sum, was, is) in [
            (Statement { closed: 2, ..sound }, Sum::Closed, 2, 3),
            (Statement { paid: 19, ..sound }, Sum::Paid, 19, 20),
            (Statement { unpaid: 11, ..sound }, Sum::Unpaid, 11, 10),
            (Statement { debited: 24, ..sound }, Sum::Debited, 24, 25),
        ] {
            assert_eq!(statement(&stated, &sums), [Differs { sum, stated: was, found: is }]);
        }
        let root = ReferenceHash([3; 32]);
        let sound = Completion { route: 1, number: 7, version: 1, count: 2, amount: 900, fees: 2, root };
        assert_eq!(completion(&sound, 2, 900, 2), []);
        let all = completion(&sound, 3, 901, 3);
        assert_eq!(all.iter().map(|differs| differs.sum).collect::<Vec<_>>(), [Sum::Count, Sum::Amount, Sum::Fees]);
    }
}
