//! Lists of accounts, and what proves who is on them.

use crate::world::{REASON, World, asset, economics, register, set_route};
use greatseal_protocol::{
    action::Action,
    bytes::{AssetHash, ReferenceHash},
    cells::Cells,
    command::Order,
    conversion::{Absence, Account, Completion, Conversion, ListProofs, Transfer, Versions},
    digest, hash,
    language::bridge,
    merkle::{self, TreeHead},
    route::{Compliance, Economics, Served, SetCompliance},
    scope::Watched,
    state::State,
};

/// Accounts that convert in tests.
pub(crate) const ACCOUNTS: [Account; 6] = [[0x10; 32], [0x20; 32], [0x30; 32], [0x40; 32], [0x50; 32], [0xAC; 32]];
const SHA256: merkle::Sha256<'static> = &|parts| hash::sha256(parts);

fn leaves(accounts: &[Account]) -> Vec<[u8; 32]> {
    accounts.iter().map(|account| merkle::leaf(account, SHA256)).collect()
}

/// A tree over these accounts as they are.
pub(crate) fn tree(accounts: &[Account]) -> TreeHead {
    TreeHead::of(&leaves(accounts), SHA256).unwrap()
}

/// Those who are excluded, sorted, between zeros and ones.
pub(crate) fn fenced(excluded: &[Account]) -> Vec<Account> {
    [&[[0; 32]], excluded, &[[0xFF; 32]]].concat()
}

/// What proves that an account is among the allowed and not among the excluded, as far as it is true.
pub(crate) fn proofs(account: &Account, allowed: &[Account], excluded: &[Account]) -> ListProofs {
    let at = allowed.iter().position(|other| other == account);
    let allow = at.and_then(|at| merkle::inclusion(&leaves(allowed), u32::try_from(at).unwrap(), SHA256));
    let fence = fenced(excluded);
    let above = fence.iter().position(|other| other > account).unwrap_or(1).max(1);
    let at = |index: usize| merkle::inclusion(&leaves(&fence), u32::try_from(index).unwrap(), SHA256).unwrap();
    let deny = Absence { below: fence[above - 1], below_at: at(above - 1), above: fence[above], above_at: at(above) };
    ListProofs { allow, deny: Some(deny) }
}

/// Open to everybody.
pub(crate) fn open_to_all() -> Compliance {
    Compliance {
        enabled: true,
        allow: None,
        deny: None,
        policy: ReferenceHash([0xC0; 32]),
        min_finality: 12,
        daily: false,
    }
}

/// The first four of [`ACCOUNTS`], without the second.
pub(crate) fn listed() -> Compliance {
    Compliance { allow: Some(tree(&ACCOUNTS[..4])), deny: Some(tree(&fenced(&ACCOUNTS[1..2]))), ..open_to_all() }
}

pub(crate) fn set_compliance(route: u32, previous: Option<Served>, compliance: Compliance) -> Action {
    let previous = previous.as_ref().map(digest::compliance_hash);
    Action::Bridge(bridge::Action::SetCompliance(SetCompliance { route, previous, compliance }))
}

impl World {
    /// Route 1 with the default economics, open to all.
    pub(crate) fn with_bridge() -> Self {
        let mut world = Self::with_route();
        for id in [economics().source, economics().destination] {
            world.settle_in(id);
        }
        world.serve(1, open_to_all());
        world
    }

    /// The registry has this asset from now on.
    pub(crate) fn settle_in(&mut self, id: AssetHash) {
        self.escalate("O0", Watched::Money);
        self.enact("M0", &register(asset(id)));
    }

    /// Whom a route serves from now on: what loosens after its delay.
    pub(crate) fn serve(&mut self, route: u32, compliance: Compliance) {
        let present = self.cells.served(route).unwrap();
        self.escalate("O0", Watched::Route(route));
        self.enact("M0", &set_compliance(route, present, compliance));
    }

    /// Economics of a route from now on: what loosens after its delay.
    pub(crate) fn economise(&mut self, route: u32, economics: Economics) {
        let present = self.cells.route(route).unwrap().map(|route| *route);
        self.escalate("O1", Watched::Route(route));
        self.enact("M0", &set_route(route, present, economics));
    }

    /// What a rail reckons with now.
    pub(crate) fn versions(&self, route: u32) -> Versions {
        versions(&self.cells, route, self.now)
    }

    pub(crate) fn transfer(&self, route: u32, account: Account, amount: u128) -> Transfer {
        Transfer { route, count: 1, amount, account: Some(account), versions: self.versions(route) }
    }

    pub(crate) fn lot(&self, route: u32, count: u32, amount: u128) -> Transfer {
        Transfer { route, count, amount, account: None, versions: self.versions(route) }
    }

    /// With the next number.
    pub(crate) fn numbered(&self, transfer: Transfer) -> Conversion {
        Conversion { number: self.cells.traffic(transfer.route).unwrap().next, transfer }
    }

    /// The next conversion of an account.
    pub(crate) fn conversion(&self, route: u32, account: Account, amount: u128) -> Conversion {
        self.numbered(self.transfer(route, account, amount))
    }

    pub(crate) fn authorize(&self, route: u32, account: Account, amount: u128) -> Order {
        let conversion = self.conversion(route, account, amount);
        let proofs = proofs(&account, &ACCOUNTS[..4], &ACCOUNTS[1..2]);
        Order::Bridge(bridge::Order::Authorize { conversion, proofs })
    }

    pub(crate) fn promise(&self, who: &str, transfer: Transfer) -> Order {
        Order::Bridge(bridge::Order::Promise { transfer, nonce: self.nonce(who) })
    }
}

/// What a rail reckons with.
pub(crate) fn versions(cells: &impl Cells, route: u32, now: u64) -> Versions {
    let (present, served) = (cells.route(route).unwrap(), cells.served(route).unwrap());
    let daily = cells.daily(route).unwrap();
    Versions {
        economics: present.as_ref().map_or(0, |route| route.version),
        compliance: served.as_ref().map_or(0, |served| served.version),
        rate: present.map_or(0, |route| daily.rate(&route.economics, now).0),
        lists: served.map_or(0, |served| daily.lists(&served.compliance).0),
    }
}

/// The order to authorise it without any proof.
pub(crate) fn asks(conversion: Conversion) -> Order {
    Order::Bridge(bridge::Order::Authorize { conversion, proofs: ListProofs::default() })
}

/// The first statement about one conversion of a unit.
pub(crate) fn complete(route: u32, number: u64) -> Order {
    stated(Completion { route, number, version: 1, count: 1, amount: 1, fees: 0, root: REASON })
}

pub(crate) fn release_of(route: u32, number: u64) -> Order {
    stated(Completion { route, number, version: 1, count: 0, amount: 0, fees: 0, root: REASON })
}

pub(crate) fn stated(completion: Completion) -> Order {
    Order::Bridge(bridge::Order::Complete(completion))
}
