//! What one seat says to be in the way of all others. For [`crate::undoable`].

use crate::{
    dice::Dice,
    lists::{ACCOUNTS, proofs, versions},
    others::{Fork, RELEASE},
    undoable::Aim,
    world::{DAY, REASON, acknowledge, approve, dispute, label, reject, retract, triage},
};
use greatseal_protocol::{
    bytes::{ManifestHash, OutcomesRoot, ReferenceHash},
    cells::CellKey,
    command::Order,
    conversion::{Completion, Conversion, Transfer},
    daily::{DayLists, DayRate, Following},
    digest,
    dispute::Subject,
    language::{bridge, operation, program, registry},
    parameter::{Parameter, Tuning},
    registry::Deployment,
    settlement::{Stated, Statement, Verdict, Vote, Voted},
    state::State,
};

impl Fork {
    /// What the hostile seat could say now.
    pub(crate) fn hostilities(&self, aim: &Aim, dice: &mut Dice) -> Vec<Order> {
        let id = self.hostile;
        let nonce = self.nonce(id);
        let mut orders =
            vec![Order::Operation(operation::Order::FileDrill { kind: label("none"), report: REASON, nonce })];
        orders.extend(self.opened.iter().flat_map(|opened| {
            let subject = Subject::Proposal(opened.id, opened.digest);
            [reject(opened), reject(opened), dispute(subject), retract(subject), approve(opened)]
        }));
        let batch = match *aim {
            Aim::Final(manifest) => Some(manifest),
            Aim::Paid(header) | Aim::Stopped(header) => Some(digest::manifest_hash(&header)),
            _ => None,
        };
        if let Some(manifest) = batch {
            orders.extend([dispute(Subject::Batch(manifest)), retract(Subject::Batch(manifest))]);
            self.about(manifest, nonce, dice, &mut orders);
        }
        if let Some(doubt) = self.doubt {
            orders.extend([acknowledge(doubt), triage(doubt), retract(doubt.subject)]);
        }
        let bytes = ReferenceHash(dice.bytes());
        orders.push(dispute(Subject::Other(bytes)));
        self.on_the_bridge(nonce, dice, &mut orders);
        let name = Parameter::Inflight;
        if let Some(Tuning { value: previous, baseline, .. }) = self.read(&CellKey::Parameter(name)) {
            let value = baseline - baseline / 5;
            orders.push(Order::Operation(operation::Order::Tune { name, previous, value, nonce }));
        }
        if let Aim::Released(component, _) = *aim
            && let Some(Deployment { current, before: Some(before), .. }) = self.read(&CellKey::Running(component))
        {
            let (from, to) = (current.version, before.version);
            orders.push(Order::Registry(registry::Order::RollBack { component, from, to, nonce }));
        }
        orders
    }

    fn about(&self, manifest: ManifestHash, nonce: u64, dice: &mut Dice, orders: &mut Vec<Order>) {
        let Ok(batch) = self.cells.batch(manifest) else { return };
        let id = self.hostile;
        let last: Option<Stated> = self.read(&CellKey::Statement(manifest, id));
        let (version, previous) = last.map_or((1, None), |last| (last.statement.version + 1, Some(last.commitment)));
        let (root, total) = (OutcomesRoot(dice.bytes()), batch.total);
        let statement =
            Statement { manifest, version, previous, root, closed: batch.count, paid: 0, unpaid: total, debited: 0 };
        orders.push(Order::Program(program::Order::State(statement)));
        let number = self.read::<Voted>(&CellKey::Vote(manifest, id)).map_or(1, |last| last.number + 1);
        if let Some((recorder, _)) = self.statement
            && let Some(stated) = self.read::<Stated>(&CellKey::Statement(manifest, recorder))
        {
            let (version, commitment) = (stated.statement.version, stated.commitment);
            for verdict in [Verdict::Contradicted, Verdict::Contradicted, Verdict::Confirmed] {
                let vote = Vote { manifest, number, recorder, version, commitment, verdict, evidence: REASON };
                orders.push(Order::Program(program::Order::Vote(vote)));
            }
        }
        let until = self.now + DAY;
        orders.push(Order::Program(program::Order::HoldEntry { manifest, index: 0, until, reason: REASON, nonce }));
    }

    fn on_the_bridge(&self, nonce: u64, dice: &mut Dice, orders: &mut Vec<Order>) {
        let route = 1;
        let Ok(Some(present)) = self.cells.route(route) else { return };
        let (economics, versions) = (present.economics, versions(&self.cells, route, self.now));
        let account = *dice.one(&ACCOUNTS[..1]);
        let transfer = Transfer { route, count: 1, amount: economics.tx_max, account: Some(account), versions };
        let number = self.cells.traffic(route).unwrap().next;
        let proofs = proofs(&account, &ACCOUNTS[..4], &ACCOUNTS[1..2]);
        let authorize = bridge::Order::Authorize { conversion: Conversion { number, transfer }, proofs };
        let (num, den, until) = (economics.rate_num, economics.rate_den, self.now + DAY);
        let previous = self.cells.daily(route).map_or(0, |daily| daily.lists_version);
        let lists = Following { previous, lists: DayLists { allow: None, deny: None } };
        let said = Completion { route, number: number.saturating_sub(1), ..RELEASE };
        let all = [
            authorize.clone(),
            authorize,
            bridge::Order::Promise { transfer, nonce },
            bridge::Order::Withdraw { route, nonce },
            bridge::Order::StateRate { route, rate: DayRate { num, den, until }, nonce },
            bridge::Order::WithdrawRate { route, nonce },
            bridge::Order::StateLists { route, lists, nonce },
            bridge::Order::Complete(said),
        ];
        orders.extend(all.map(Order::Bridge));
    }
}
