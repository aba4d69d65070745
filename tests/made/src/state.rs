//! The state of a block: the three values that a proof covers, among a few others.

use crate::runtime::{EventRecord, SPEC_VERSION};
use greatseal_block::{
    Hash, contracts,
    metadata::{Metadata, last_upgrade_key},
    read_proof::ReadProof,
};
use parity_scale_codec::{Compact, Encode};
use sp_core::Blake2Hasher;
use sp_trie::{LayoutV1, MemoryDB, TrieDBMutBuilder, TrieMut as _};

/// A state's root, and all nodes of its trie.
pub(crate) fn of(metadata: &Metadata, time_ms: u64, events: &[EventRecord]) -> (Hash, Vec<Vec<u8>>) {
    let values = [
        (metadata.events_key().unwrap(), events.encode()),
        (metadata.now_key().unwrap(), time_ms.encode()),
        (last_upgrade_key(), (Compact(SPEC_VERSION), "made").encode()),
        (b":code".to_vec(), vec![7; 100]),
    ];
    let (mut nodes, mut root) = (MemoryDB::<Blake2Hasher>::default(), Default::default());
    {
        let mut trie = TrieDBMutBuilder::<LayoutV1<Blake2Hasher>>::new(&mut nodes, &mut root).build();
        for (key, value) in &values {
            trie.insert(key, value).unwrap();
        }
    }
    let all = nodes.drain().into_values().filter(|(_, count)| *count > 0).map(|(node, _)| node);
    let proof = ReadProof::new(all).unwrap();
    let needed = proof.needed(root.0, &contracts::keys(metadata).unwrap()).unwrap();
    (root.0, needed.into_iter().map(<[u8]>::to_vec).collect())
}
