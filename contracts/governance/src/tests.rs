//! Wiring only: the rules are proved in the protocol, execution on the embedded chain.

use crate::events::TOPICS;
use greatseal_protocol::{bytes::to_hex, event::Record};

#[test]
fn signature_topics_are_the_hash_of_the_name() {
    for (kind, topic) in TOPICS {
        assert_eq!(*topic, to_hex(&Record::signature_topic(kind)), "{kind}");
    }
}

#[test]
fn no_two_kinds_share_a_topic() {
    let mut topics: Vec<_> = TOPICS.iter().map(|(_, topic)| topic).collect();
    topics.sort_unstable();
    topics.dedup();
    assert_eq!(topics.len(), TOPICS.len());
}
