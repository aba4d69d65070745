//! Wiring only: the rules are proved in the protocol, execution on the embedded chain.

use crate::events::TOPICS;
use greatseal_protocol::{bytes::to_hex, event::Record};

#[test]
fn signature_topics_are_the_hash_of_the_name() {
    for (kind, topic) in TOPICS {
        assert_eq!(*topic, to_hex(&Record::signature_topic(kind)), "{kind}");
    }
}
