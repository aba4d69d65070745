//! Wiring only: the rules are proved in the protocol, execution on the embedded chain.

use crate::events::TOPICS;
use greatseal_protocol::{
    bytes::to_hex,
    event::{Event, Record},
};
use std::collections::BTreeSet;

#[test]
fn signature_topics_are_the_hash_of_the_name() {
    for (kind, topic) in TOPICS {
        assert_eq!(*topic, to_hex(&Record::signature_topic(kind)), "{kind}");
    }
}

#[test]
fn every_kind_has_a_topic_of_its_own() {
    let (kinds, topics): (BTreeSet<_>, BTreeSet<_>) = TOPICS.iter().copied().unzip();
    assert_eq!(kinds, Event::kinds().collect());
    assert_eq!((kinds.len(), topics.len()), (TOPICS.len(), TOPICS.len()));
}
