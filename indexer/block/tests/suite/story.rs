//! From a block hash that somebody trusts to a contract's event and to the signature that caused it.

use crate::recorded;
use greatseal_block::{
    call::{self, Call},
    events::{self, Known, Phase},
    extrinsics,
    header::Header,
    metadata::Metadata,
    read_proof::ReadProof,
    transaction::{Implied, Transaction},
};

#[test]
fn a_hash_leads_to_an_event_and_its_signature() {
    for recorded in recorded::all() {
        // What a stranger brings: bytes of the header, of the body, nodes; and metadata, which are believed.
        let (header, body, nodes) = (recorded.header.encode(), &recorded.body, recorded.nodes.clone());
        let metadata = Metadata::decode_at_version(&recorded.answer(15)).unwrap();

        let header = Header::decode(&header).unwrap();
        assert_eq!(header.hash(), recorded.hash);
        extrinsics::verify(header.extrinsics_root, body).unwrap();

        let proof = ReadProof::new(nodes).unwrap();
        let value = proof.read(header.state_root, &metadata.events_key().unwrap()).unwrap().unwrap();
        let events = events::decode(&metadata, value).unwrap();
        let emitted = events.iter().find_map(|event| match (event.phase, event.known().unwrap()) {
            (Phase::ApplyExtrinsic(index), Known::ContractEmitted(emitted)) => Some((index, emitted)),
            _ => None,
        });
        let (index, emitted) = emitted.unwrap();

        let bytes = &body[usize::try_from(index).unwrap()];
        let transaction = Transaction::decode(&metadata, bytes).unwrap();
        let Call::Contract(call) = call::decode(&metadata, transaction.call()).unwrap() else { panic!("another call") };
        assert_eq!(call.dest, emitted.contract);

        let runtime = metadata.runtime().unwrap();
        let implied = Implied {
            spec_version: runtime.spec_version,
            transaction_version: runtime.transaction_version,
            genesis: recorded.genesis,
            birth_hash: recorded.before[&transaction.era().unwrap().birth(header.number)],
            metadata_hash: None,
        };
        assert_eq!(transaction.verify_ed25519(&implied), Ok(()));
        // The event names the account that signed: the contract saw the same key.
        assert!(emitted.data.windows(32).any(|key| key == transaction.signer()));
    }
}
