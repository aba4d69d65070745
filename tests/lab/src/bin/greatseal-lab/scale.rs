//! Whether commands cost the same however much there is: of what was done before, and of what stands beside them.
//!
//! Proposals, batches and conversions are really carried out, as often as the row says. Lines, programmes and seats are
//! written into the contract's storage.

use crate::{
    batches::{self, Payments},
    conversions::{self, Rail},
    deployed, flow, gps,
    proposals::{self, Author},
    trees,
};
use greatseal_lab::{Answer, Lab};
use greatseal_protocol::outcome::Outcome;
use serde_json::json;
use std::collections::BTreeMap;

/// What was done, and what it cost.
pub(crate) type Steps = Vec<(&'static str, Answer<Outcome>)>;

/// How much there is: little, and much.
const COUNTS: [u32; 2] = [10, 10_000];
/// Beneficiaries behind a root.
const PEOPLE: [u32; 2] = [10, 1_000_000];
/// Amounts of any size are small.
const NO_LIMIT: u128 = u128::MAX;
/// Cells have one length, however large the numbers in them: a twentieth is for what nobody has thought of.
const FLAT: f64 = 1.05;

/// Prints all rows, and answers whether each has reached its target.
pub(crate) fn measure() -> bool {
    let counts = [past_batches, lines, programmes, past_conversions, beneficiaries, listed, past_proposals, seats];
    // Each is measured, whatever the others say.
    counts.map(|measure| measure()).iter().all(|ok| *ok)
}

fn past_batches() -> bool {
    let mut world = World::new();
    let mut rows = Rows::new("batches executed before");
    for n in COUNTS {
        world.payments.live(&mut world.lab, n.into());
        rows.flat(n, world.steps());
    }
    rows.ok
}

fn lines() -> bool {
    let mut world = World::new();
    let mut rows = Rows::new("lines of the programme");
    let mut written = 1;
    for n in COUNTS {
        while written < n {
            written += 1;
            batches::write_line(&mut world.lab, 1, written);
        }
        rows.flat(n, world.steps());
    }
    rows.ok
}

fn programmes() -> bool {
    let mut world = World::new();
    let mut rows = Rows::new("programmes");
    let mut written = 1;
    for n in COUNTS {
        while written < n {
            written += 1;
            batches::write_program(&mut world.lab, written);
        }
        rows.flat(n, world.steps());
    }
    rows.ok
}

fn past_conversions() -> bool {
    let mut world = World::new();
    let mut rows = Rows::new("conversions authorised before");
    for n in COUNTS {
        world.rail.live(&mut world.lab, n.into());
        rows.flat(n, world.steps());
    }
    rows.ok
}

/// Behind the root of a batch's manifest, and in a lot of conversions.
fn beneficiaries() -> bool {
    let mut world = World::new();
    let mut rows = Rows::new("beneficiaries behind the root");
    world.rail.lot_steps(&mut world.lab, 1, [6; 32]);
    for n in PEOPLE {
        let root = trees::manifest_root(n);
        world.payments.pay(n, root);
        let World { lab, payments, rail } = &mut world;
        let steps = |lab: &mut Lab| [payments.steps(lab), rail.lot_steps(lab, n, root)].concat();
        rows.flat(n, recorded(lab, steps));
    }
    rows.ok
}

/// The one command with a proof in a tree, which has a hash for each level: it grows with the logarithm.
fn listed() -> bool {
    const OPERATION: &str = "authorising a small conversion with a list's proof";
    let mut world = World::new();
    let mut rows = Rows::new("accounts on the route's list");
    let steps = world.rail.steps(&mut world.lab);
    let without = steps.first().expect("an authorisation").1.weight.ref_time() as f64;
    let mut level = None;
    for n in PEOPLE {
        let (list, account, place) = trees::list(n);
        conversions::serve(&mut world.lab, Some(list));
        // A hash for the leaf, and one for each level.
        let hashes = (place.path.len() + 1) as f64;
        let World { lab, rail, .. } = &mut world;
        let answer = recorded(lab, |lab| rail.listed_step(lab, account, place));
        // What a hash costs is known from the least list; its first row reaches the target by that.
        let level = *level.get_or_insert((answer.weight.ref_time() as f64 - without) / hashes);
        let most = (without + level * hashes) * FLAT;
        rows.row(n, OPERATION, &answer, "logarithmic", |cost, _| cost.ref_time as f64 <= most);
    }
    rows.ok
}

fn past_proposals() -> bool {
    let (mut lab, mut author) = (deployed(), Author::new());
    flow::carry(&mut lab, 1, false);
    let mut rows = Rows::new("proposals of the author before");
    for n in COUNTS {
        author.live(&mut lab, n.into());
        rows.flat(n, recorded(&mut lab, |lab| author.steps(lab)));
    }
    rows.ok
}

fn seats() -> bool {
    let (mut lab, mut author) = (deployed(), Author::new());
    flow::carry(&mut lab, 1, false);
    let mut rows = Rows::new("seats of other councils");
    let mut sitting = 0;
    for n in COUNTS {
        while sitting < n {
            proposals::sit(&mut lab, sitting);
            sitting += 1;
        }
        rows.flat(n, recorded(&mut lab, |lab| author.steps(lab)));
    }
    rows.ok
}

/// A programme that pays and a route that converts.
struct World {
    lab: Lab,
    payments: Payments,
    rail: Rail,
}

impl World {
    fn new() -> Self {
        let mut lab = deployed();
        batches::begin(&mut lab);
        conversions::open_route(&mut lab, NO_LIMIT);
        let (mut payments, mut rail) = (Payments::new(1, [6; 32]), Rail::default());
        // The first of all finds no previous one, and costs a little less.
        payments.live(&mut lab, 1);
        rail.live(&mut lab, 1);
        Self { lab, payments, rail }
    }

    /// One more batch to its end, and one more conversion.
    fn steps(&mut self) -> Steps {
        let Self { lab, payments, rail } = self;
        recorded(lab, |lab| [payments.steps(lab), rail.steps(lab)].concat())
    }
}

/// What is done with proofs recorded: what lies in the trie by now is a part of them.
fn recorded<T>(lab: &mut Lab, steps: impl FnOnce(&mut Lab) -> T) -> T {
    lab.record_proofs(true);
    let done = steps(lab);
    lab.record_proofs(false);
    done
}

/// Rows about one kind of count. Each command is compared with itself at the least count.
struct Rows {
    of: &'static str,
    least: BTreeMap<&'static str, Cost>,
    /// Whether every row so far has reached its target.
    ok: bool,
}

#[derive(Clone, Copy)]
struct Cost {
    ref_time: u64,
    proof_size: u64,
    reads: u32,
}

impl Rows {
    fn new(of: &'static str) -> Self {
        Self { of, least: BTreeMap::new(), ok: true }
    }

    fn flat(&mut self, n: u32, steps: Steps) {
        for (operation, answer) in steps {
            self.row(n, operation, &answer, "flat", |cost, least| {
                let within = |cost: u64, least: u64| ratio(cost, least) <= FLAT;
                within(cost.ref_time, least.ref_time)
                    && within(cost.proof_size, least.proof_size)
                    && cost.reads == least.reads
            });
        }
    }

    fn row(
        &mut self,
        n: u32,
        operation: &'static str,
        answer: &Answer<Outcome>,
        target: &str,
        reached: impl Fn(Cost, Cost) -> bool,
    ) {
        let (ref_time, proof_size) = (answer.weight.ref_time(), answer.weight.proof_size());
        let cost = Cost { ref_time, proof_size, reads: answer.reads };
        let least = *self.least.entry(operation).or_insert(cost);
        let ok = reached(cost, least);
        self.ok &= ok;
        println!(
            "{}",
            json!({
                "bench": "contract-scale",
                "operation": operation,
                "n": n,
                "of": self.of,
                "ref_time": gps(ref_time),
                "proof_size": proof_size,
                "storage_reads": answer.reads,
                "recorded_proof": answer.recorded_proof,
                "ratio": (ratio(ref_time, least.ref_time) * 1e4).round() / 1e4,
                "target": target,
                "ok": ok,
            })
        );
    }
}

fn ratio(cost: u64, least: u64) -> f64 {
    cost as f64 / least as f64
}
