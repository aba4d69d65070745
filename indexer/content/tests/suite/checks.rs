//! Bytes and lists against their addresses, whatever pieces they come in.

use crate::Outcome;
use greatseal_content::check::{Check, Unfit, address};
use greatseal_protocol::{
    batch::Rail,
    bytes::{Label, OutcomesRoot, ReferenceHash},
    content::Address,
    conversion::Carried,
    hash,
    manifest::{Entry, EntrySalt, Manifest, Pseudonym},
    merkle,
    scale::Encode as _,
    settlement::Outcome as Settled,
};

fn entry(index: u32) -> Result<Entry, &'static str> {
    let mut salt = [0; 16];
    salt[..4].copy_from_slice(&index.to_le_bytes());
    Ok(Entry {
        index,
        person: Pseudonym { key: Label::new("k").ok_or("label")?, code: hash::sha256(&[&index.to_le_bytes()]) },
        destination: None,
        amount: 5,
        eligibility: ReferenceHash([1; 32]),
        revocation: ReferenceHash([2; 32]),
        repays: None,
        salt: EntrySalt(salt),
    })
}

fn fits(address: &Address, bytes: &[u8], step: usize) -> Result<(), Unfit> {
    let mut check = Check::new(address);
    bytes.chunks(step.max(1)).for_each(|piece| check.push(piece));
    check.finish()
}

type Lists = Vec<(Address, Vec<u8>)>;

/// Every list with the address that the protocol gives it.
fn lists() -> Result<Lists, Box<dyn std::error::Error>> {
    let entries = (0..40).map(entry).collect::<Result<Vec<_>, _>>()?;
    let manifest = Manifest::of(&entries, Rail::Opaque).map_err(|flaw| flaw.to_string())?;
    let outcome = |index| Settled {
        index,
        closed: true,
        paid: 5,
        excess: 0,
        references: Vec::new(),
        reason: None,
        evidence: ReferenceHash([3; 32]),
    };
    let outcomes: Vec<_> = (0..40).map(outcome).collect();
    let leaves: Vec<_> = outcomes.iter().map(Settled::leaf).collect();
    let carried = Carried {
        account: [7; 32],
        amount: 9,
        fee: 1,
        result: 8,
        reference: ReferenceHash([4; 32]),
        check: ReferenceHash([5; 32]),
    };
    let accounts = [[1_u8; 32], [2; 32], [3; 32]];
    let tree: Vec<_> = accounts.iter().map(|account| merkle::leaf(account, &hash::sha256)).collect();
    Ok(vec![
        (Address::Sha256(hash::sha256(&[b"a text"])), b"a text".to_vec()),
        (Address::Entries(manifest.root().0), entries.iter().flat_map(Entry::to_bytes).collect()),
        (
            Address::Outcomes(OutcomesRoot(merkle::root(&leaves, &hash::sha256)).0),
            outcomes.iter().flat_map(Settled::to_bytes).collect(),
        ),
        (
            Address::Carried(merkle::root(&[carried.leaf(&hash::sha256); 3], &hash::sha256)),
            [carried.encode(), carried.encode(), carried.encode()].concat(),
        ),
        (Address::Accounts(merkle::root(&tree, &hash::sha256)), accounts.concat()),
    ])
}

#[test]
fn what_the_protocol_commits_to_fits_in_pieces_of_any_size() -> Outcome {
    for (address, bytes) in lists()? {
        for step in [1, 7, 33, 4096, bytes.len()] {
            assert_eq!(fits(&address, &bytes, step), Ok(()), "{address} by {step}");
        }
    }
    Ok(())
}

#[test]
fn every_changed_bit_and_every_other_length_is_told() -> Outcome {
    for (address, bytes) in lists()? {
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 1;
            }
            assert!(fits(&address, &changed, 100).is_err(), "{address} with byte {place} changed");
            assert!(fits(&address, bytes.get(..place).unwrap_or_default(), 100).is_err(), "{address} cut at {place}");
        }
        assert!(fits(&address, &[&bytes[..], &[0]].concat(), 100).is_err(), "{address} with a byte more");
    }
    Ok(())
}

#[test]
fn items_in_another_order_are_another_list() -> Outcome {
    let (address, bytes) = lists()?.pop().ok_or("accounts")?;
    let (first, rest) = bytes.split_at(32);
    assert!(matches!(fits(&address, &[rest, first].concat(), 5), Err(Unfit::Other { .. })));
    Ok(())
}

#[test]
fn an_endless_item_is_refused_before_its_end() {
    let root = [9; 32];
    for (address, byte) in
        [(Address::Entries(root), 0xff), (Address::Outcomes(root), 0xff), (Address::Entries(root), 0)]
    {
        let mut check = Check::new(&address);
        for _ in 0..64 {
            check.push(&[byte; 64 * 1024]);
        }
        assert!(check.is_unfit(), "{address}");
        assert_eq!(check.finish(), Err(Unfit::NoList { scheme: address.scheme(), item: 0 }));
    }
}

#[test]
fn the_address_of_a_list_is_computed() -> Outcome {
    for (wanted, bytes) in lists()? {
        let zero = match wanted {
            Address::Sha256(_) => Address::Sha256([0; 32]),
            Address::Entries(_) => Address::Entries([0; 32]),
            Address::Outcomes(_) => Address::Outcomes([0; 32]),
            Address::Carried(_) => Address::Carried([0; 32]),
            Address::Accounts(_) => Address::Accounts([0; 32]),
        };
        assert_eq!(address(&zero, &bytes), Ok(wanted));
    }
    Ok(())
}
