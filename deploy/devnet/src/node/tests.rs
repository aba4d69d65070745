use std::num::NonZeroU32;

use sp_core::storage::Storage;
use sp_state_machine::Backend;

use super::{Contents, Node, Settings};
use crate::{runtime::genesis::Genesis, state::Archive};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn node(finality_lag: u32, keep_states: u32) -> Result<Node, String> {
    let settings = Settings { finality_lag, keep_states: NonZeroU32::new(keep_states) };
    Node::found(&Genesis { time: 1_700_000_000_000, seed: [7; 32] }, settings)
}

/// How many trie nodes the newest state has, when it is built from nothing.
fn nodes_of_the_best_state(node: &Node) -> Result<usize, String> {
    let state = node.chain().archive().at(node.chain().best().header.state_root);
    let top = state.pairs(Default::default())?.collect::<Result<_, _>>()?;
    let anew = Archive::default();
    let root = anew.found(Storage { top, children_default: Default::default() });
    assert_eq!(root, node.chain().best().header.state_root);
    Ok(anew.len())
}

#[test]
fn pruning_leaves_exactly_the_nodes_of_the_kept_state() -> Outcome {
    let node = node(4, 1)?;
    for round in 0..60 {
        node.make_block(Contents::Empty)?;
        if round % 7 == 6 {
            node.fork(1 + round % 4)?;
        }
    }
    assert!(node.chain().archive().len() > nodes_of_the_best_state(&node)?, "what is not final stays");
    node.finalize(u32::MAX)?;
    assert_eq!(node.chain().archive().len(), nodes_of_the_best_state(&node)?);
    assert!(node.chain().has_state(&node.chain().best()));
    assert!(!node.chain().has_state(node.chain().genesis()));
    Ok(())
}

#[test]
fn without_a_limit_every_state_stays() -> Outcome {
    let node = node(0, 0)?;
    for _ in 0..20 {
        node.make_block(Contents::Empty)?;
    }
    for number in 0..=20 {
        let block = node.chain().numbered(number).ok_or("no such block")?;
        assert!(node.chain().has_state(&block));
        let state = node.chain().archive().at(block.header.state_root);
        assert!(state.pairs(Default::default())?.collect::<Result<Vec<_>, _>>()?.len() > 10);
    }
    Ok(())
}

#[test]
fn a_block_that_was_replaced_has_another_hash_even_at_the_same_moment() -> Outcome {
    let node = node(9, 0)?;
    // Faster than the clock: each is a millisecond after the one before it, and far ahead.
    for _ in 0..9 {
        node.make_block(Contents::Empty)?;
    }
    let forked = node.fork(9)?;
    for block in &forked.replaced {
        let now = node.chain().numbered(block.header.number).ok_or("no such block")?;
        assert_ne!(now.hash, block.hash);
    }
    assert_eq!(forked.best.header.number, 10);
    assert_eq!(node.chain().heads().finalized, 1);
    Ok(())
}
