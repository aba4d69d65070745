//! The pool's rules, without a runtime.

use sp_runtime::{OpaqueExtrinsic, transaction_validity::ValidTransaction};

use super::*;
use crate::watch::Updates;

/// A transaction of `sender` as the runtime would judge it when `next` is the sender's nonce.
fn transaction(sender: u8, nonce: u8, next: u8, priority: u64) -> Transaction {
    let requires = if nonce > next { vec![vec![sender, nonce - 1]] } else { vec![] };
    Transaction {
        hash: H256::from_low_u64_be(u64::from(sender) << 32 | u64::from(nonce) << 16 | priority),
        bytes: OpaqueExtrinsic::from_blob(vec![sender, nonce]),
        validity: ValidTransaction {
            priority,
            requires,
            provides: vec![vec![sender, nonce]],
            longevity: 10,
            propagate: true,
        },
        checked_at: 0,
    }
}

fn put(pool: &mut Pool, transaction: &Transaction) -> Result<Updates, Refusal> {
    let (watchers, updates) = Watchers::one();
    pool.insert(transaction.clone(), watchers).map(|()| updates)
}

fn hashes(transactions: &[Transaction]) -> Vec<H256> {
    transactions.iter().map(|transaction| transaction.hash).collect()
}

#[test]
fn a_gap_waits_and_is_filled() -> Result<(), Refusal> {
    let mut pool = Pool::default();
    let (first, second) = (transaction(1, 0, 0, 5), transaction(1, 1, 0, 5));
    let mut waiting = put(&mut pool, &second)?;
    assert!(!pool.has_ready());
    assert_eq!(waiting.try_recv(), Ok(Status::Future));

    put(&mut pool, &first)?;
    assert_eq!(waiting.try_recv(), Ok(Status::Ready));
    assert_eq!(hashes(&pool.ready()), [first.hash, second.hash]);
    Ok(())
}

#[test]
fn priority_goes_first_but_never_before_what_it_requires() -> Result<(), Refusal> {
    let mut pool = Pool::default();
    let (poor, rich) = (transaction(1, 0, 0, 1), transaction(1, 1, 0, 9));
    let middle = transaction(2, 0, 0, 5);
    for transaction in [&poor, &rich, &middle] {
        put(&mut pool, transaction)?;
    }
    assert_eq!(hashes(&pool.ready()), [middle.hash, poor.hash, rich.hash]);
    Ok(())
}

#[test]
fn only_a_higher_priority_usurps() -> Result<(), Refusal> {
    let mut pool = Pool::default();
    let old = transaction(1, 0, 0, 5);
    let mut watching = put(&mut pool, &old)?;
    assert_eq!(put(&mut pool, &old).err(), Some(Refusal::AlreadyImported(old.hash)));
    let cheap = transaction(1, 0, 0, 4);
    assert_eq!(put(&mut pool, &cheap).err(), Some(Refusal::TooLowPriority { old: 5, new: 4 }));

    let new = transaction(1, 0, 0, 6);
    put(&mut pool, &new)?;
    assert_eq!(watching.try_recv(), Ok(Status::Ready));
    assert_eq!(watching.try_recv(), Ok(Status::Usurped(new.hash)));
    assert_eq!(hashes(&pool.ready()), [new.hash]);
    Ok(())
}

#[test]
fn what_was_included_no_longer_holds_others_up() -> Result<(), Refusal> {
    let mut pool = Pool::default();
    let (first, second) = (transaction(1, 0, 0, 5), transaction(1, 1, 0, 5));
    put(&mut pool, &first)?;
    put(&mut pool, &second)?;
    let block = H256::repeat_byte(7);
    assert_eq!(pool.include(&[first.hash], block).len(), 1);
    pool.settle();
    assert_eq!(hashes(&pool.ready()), [second.hash]);
    Ok(())
}

#[test]
fn who_lost_what_it_required_waits_again() -> Result<(), Refusal> {
    let mut pool = Pool::default();
    let (first, second) = (transaction(1, 0, 0, 5), transaction(1, 1, 0, 5));
    put(&mut pool, &first)?;
    let mut watching = put(&mut pool, &second)?;
    pool.remove(&first.hash, Status::Invalid);
    pool.settle();
    assert!(!pool.has_ready());
    assert_eq!(watching.try_recv(), Ok(Status::Ready));
    assert_eq!(watching.try_recv(), Ok(Status::Future));
    Ok(())
}

#[test]
fn a_full_pool_refuses_and_validity_ends() -> Result<(), Refusal> {
    let mut pool = Pool::with_limits(Limits { count: 1, bytes: 100 });
    let first = transaction(1, 0, 0, 5);
    put(&mut pool, &first)?;
    assert_eq!(put(&mut pool, &transaction(2, 0, 0, 5)).err(), Some(Refusal::Full));
    assert_eq!(pool.expired(10), []);
    assert_eq!(pool.expired(11), [first.hash]);
    Ok(())
}
