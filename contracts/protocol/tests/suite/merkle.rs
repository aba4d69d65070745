//! Trees and windows: against published values, and against their plain definitions.

use crate::dice::{Dice, throw};
use greatseal_protocol::{
    hash,
    merkle::{self, Inclusion, TreeHead},
    window::Window,
};

const SHA256: merkle::Sha256<'static> = &|parts| hash::sha256(parts);

/// Leaves and roots that Certificate Transparency's implementations publish for RFC 6962, whose trees RFC 9162 keeps.
#[test]
fn roots_are_those_that_are_published() {
    let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let hashed: Vec<_> = leaves.iter().map(|leaf| merkle::leaf(&hex::decode(leaf).unwrap(), SHA256)).collect();
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(hex::encode(merkle::root(&hashed[..size], SHA256)), *root, "size {size}");
    }
}

fn tree(size: u32) -> (Vec<[u8; 32]>, TreeHead) {
    let leaves: Vec<_> = (0..size).map(|leaf| merkle::leaf(&leaf.to_le_bytes(), SHA256)).collect();
    let head = TreeHead::of(&leaves, SHA256).unwrap();
    (leaves, head)
}

/// The recursion of the RFC: split at the largest power of two below the size.
fn recursive(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => hash::sha256(&[]),
        [one] => *one,
        _ => {
            let at = leaves.len().next_power_of_two() / 2;
            hash::sha256(&[&[1], &recursive(&leaves[..at]), &recursive(&leaves[at..])])
        }
    }
}

#[test]
fn rule_29_every_leaf_is_where_its_proof_says_and_nowhere_else() {
    for size in 1..=40 {
        let (leaves, head) = tree(size);
        assert_eq!(head.root, recursive(&leaves));
        for index in 0..size {
            let proof = merkle::inclusion(&leaves, index, SHA256).unwrap();
            let leaf = leaves[index as usize];
            assert!(head.holds(leaf, &proof, SHA256), "leaf {index} of {size}");
            for other in (0..size + 2).filter(|other| *other != index) {
                let moved = Inclusion { index: other, ..proof.clone() };
                assert!(!head.holds(leaf, &moved, SHA256), "leaf {index} of {size} at {other}");
            }
            let mut longer = proof.clone();
            longer.path.push([7; 32]);
            assert!(!head.holds(leaf, &longer, SHA256));
            if !proof.path.is_empty() {
                let shorter = Inclusion { path: proof.path[1..].to_vec(), ..proof.clone() };
                assert!(!head.holds(leaf, &shorter, SHA256));
                // A node is no leaf: whoever knows the tree cannot show an inner hash as one of its leaves.
                let inner = hash::sha256(&[&[1], &leaf, &proof.path[0]]);
                assert!(!head.holds(inner, &proof, SHA256));
            }
        }
        assert_eq!(merkle::inclusion(&leaves, size, SHA256), None);
    }
}

/// A window of any alignment: the definition is a list of moments and amounts.
#[test]
fn a_window_forgets_nothing_of_its_period() {
    throw(300, |dice: &mut Dice| {
        let period = 1 + u32::try_from(dice.below(5_000)).unwrap();
        let mut window = Window::empty(period);
        let mut charges: Vec<(u64, u128)> = Vec::new();
        let mut now = dice.below(100_000);
        for _ in 0..60 {
            now += dice.below(1 + u64::from(period) / 3);
            let amount = u128::from(dice.below(1_000));
            window = window.charged(amount, now);
            charges.push((now, amount));
            let within = |length: u64| -> u128 {
                charges.iter().filter(|(at, _)| *at + length > now).map(|(_, amount)| amount).sum()
            };
            // All of the period counts, and nothing that is older than nine sub-buckets.
            assert!(window.sum(now) >= within(u64::from(period)));
            assert!(window.sum(now) <= within(9 * u64::from(window.bucket)));
        }
    });
}

#[test]
fn a_window_with_another_period_keeps_what_was_used() {
    throw(300, |dice: &mut Dice| {
        let mut window = Window::empty(480);
        let mut now = 1_000_000;
        for _ in 0..20 {
            now += dice.below(200);
            window = window.charged(u128::from(dice.below(50)), now);
        }
        window = window.moved_to(now);
        let used = window.sum(now);
        let period = 8 + u32::try_from(dice.below(4_000)).unwrap();
        let other = window.with_period(period, now);
        assert_eq!(other.sum(now), used);
        if other.bucket != window.bucket {
            assert_eq!(other.sum(now + u64::from(period) - 1), used, "as if it were used at the change");
        }
        assert_eq!(other.sum(now + 9 * u64::from(other.bucket)), 0);
    });
}

#[test]
fn a_window_does_not_overflow() {
    let window = Window::empty(480).charged(u128::MAX, 100).charged(u128::MAX, 100);
    assert_eq!(window.sum(100), u128::MAX);
    assert!(!window.lets_through(1, u128::MAX, 100));
    assert!(Window::empty(480).lets_through(u128::MAX, u128::MAX, 100));
    assert_eq!(Window::empty(0).charged(1, u64::MAX).sum(u64::MAX), 1);
    // Time that goes back moves nothing.
    assert_eq!(window.moved_to(0).newest, window.newest);
}
