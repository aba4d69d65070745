//! Closed lists: what is not in them has no bytes.

use greatseal_protocol::{
    action::Action,
    command::Order,
    council::Council,
    key::{Key, Signature},
    scale::Decode,
    scope::{Mode, Scope, Severity, Watched},
};

/// Tags under which some bytes decode to a value.
fn tags<T: Decode>() -> Vec<u8> {
    // Long enough for every variant; zeros and ones are lengths, labels and flags of something.
    let fillings = [[0; 4_096], [1; 4_096], [b'a'; 4_096]];
    let decodes = |tag: &u8| {
        fillings.iter().any(|filling| T::decode(&mut &[&[*tag], &filling[..]].concat()[..]).is_ok())
            // A label of one letter, followed by zeros.
            || (0..8).any(|at| {
                let mut bytes = [0; 4_096];
                bytes[at] = 4;
                bytes[at + 1] = b'a';
                T::decode(&mut &[&[*tag], &bytes[..]].concat()[..]).is_ok()
            })
    };
    (0..=u8::MAX).filter(decodes).collect()
}

/// No proposal carries a call, a target or bytes to be executed: its action and its order are of closed lists.
#[test]
fn rule_01_actions_and_orders_are_closed_lists() {
    let (actions, orders) = (tags::<Action>(), tags::<Order>());
    assert!(actions.iter().all(|tag| *tag <= 21 || (24..=28).contains(tag)), "{actions:?}");
    assert!(orders.iter().all(|tag| *tag <= 29), "{orders:?}");
    assert!(actions.len() > 12 && orders.len() > 12, "the filling reaches most of them: {actions:?} {orders:?}");
}

#[test]
fn rule_01_councils_keys_scopes_and_modes_are_closed_lists() {
    assert_eq!(tags::<Council>(), (0..=10).collect::<Vec<u8>>());
    // Tag 3 is reserved, and refused until it means something.
    assert_eq!(tags::<Key>(), [1, 2]);
    assert_eq!(tags::<Signature>(), [1, 2]);
    assert_eq!(tags::<Scope>(), (0..=4).collect::<Vec<u8>>());
    assert_eq!(tags::<Watched>(), [2, 5]);
    assert_eq!(tags::<Mode>(), [0, 1, 2]);
    assert_eq!(tags::<Severity>(), [1, 2, 3, 4]);
}
