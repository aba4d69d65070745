//! The flow that is compared with other contracts: bridge parameters, approved by three of five.

use crate::{act, executed, proposed, seat};
use greatseal_lab::Lab;
use greatseal_protocol::{
    action::Action,
    bytes::{AssetHash, DocumentHash, ReferenceHash},
    command::Order,
    council::Council,
    language::{
        bridge, operation,
        proposal::{self, Open},
    },
    proposal_id::Decision,
    route::{Course, Economics, SetRoute},
    row::RowId,
    scope::Watched,
};

/// What each transaction costs that gives a route its first parameters, in picoseconds; the author approves with the opening,
/// or afterwards.
pub(crate) fn carry(lab: &mut Lab, route: u32, approve: bool) -> Vec<u64> {
    let (s0, s1, m0) = (seat(Council::Sovereign, 0), seat(Council::Sovereign, 1), seat(Council::Treasury, 0));
    let escalate = Order::Operation(operation::Order::Escalate {
        watched: Watched::Route(route),
        reference: ReferenceHash([1; 32]),
        nonce: u64::from(route),
    });
    act(lab, seat(Council::Operator, 0), escalate);
    let action = Action::Bridge(bridge::Action::SetRoute(SetRoute { route, previous: None, economics: economics() }));
    let open = Open {
        row: RowId::BRIDGE_LOOSEN,
        action: action.clone(),
        document: DocumentHash([2; 32]),
        approve_within: 86_400,
        execute_within: 3 * 86_400,
        nonce: u64::from(route),
        approve,
    };
    let opened = act(lab, s0, Order::Proposal(proposal::Order::Open(Box::new(open))));
    let (id, digest) = proposed(&opened);
    let mut answers = vec![opened];
    for approver in [s0, s1, m0].into_iter().skip(usize::from(approve)) {
        let order = Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve });
        answers.push(act(lab, approver, order));
    }
    lab.wait(3600);
    answers.push(executed(lab, s0, id, action));
    answers.iter().map(|answer| answer.weight.ref_time()).collect()
}

pub(crate) fn economics() -> Economics {
    Economics {
        source: AssetHash([1; 32]),
        destination: AssetHash([2; 32]),
        course: Course::ToPublic,
        rate_num: 1,
        rate_den: 1,
        rate_from: 0,
        rate_until: u64::MAX,
        fee_bps: 10,
        fee_min: 0,
        fee_max: 1000,
        tx_min: 1,
        tx_max: 50_000,
        account_max: 100_000,
        aggregate_max: 1_000_000,
        count_max: 500,
        period: 86_400,
        large: 25_000,
        lot_max: 0,
        rate_band_bps: 0,
    }
}
