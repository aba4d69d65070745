//! What the chain has done so far, in OpenMetrics.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use crate::node::Node;

/// The media type of the text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Seconds; a call of a contract takes some milliseconds.
const BUCKETS: [f64; 9] = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0];

/// All counters of one node.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Blocks made.
    pub blocks: Counter,
    /// Blocks that another branch has replaced.
    pub replaced: Counter,
    transactions: Family<Fate, Counter>,
    pool: Family<Stage, Gauge>,
    heads: Family<Head, Gauge>,
    calls: Family<Call, Counter>,
    seconds: Family<Method, Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Fate {
    fate: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Stage {
    stage: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Head {
    head: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Method {
    method: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    method: &'static str,
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("greatseal_devnet");
        let metrics = Self {
            blocks: Counter::default(),
            replaced: Counter::default(),
            transactions: Family::default(),
            pool: Family::default(),
            heads: Family::default(),
            calls: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            registry: Registry::default(),
        };
        registry.register("blocks", "Blocks made since the start", metrics.blocks.clone());
        registry.register("blocks_replaced", "Blocks replaced by another branch", metrics.replaced.clone());
        registry.register("transactions", "Transactions by what became of them", metrics.transactions.clone());
        registry.register("pool_transactions", "Transactions in the pool", metrics.pool.clone());
        registry.register("head", "Number of the newest block", metrics.heads.clone());
        registry.register("rpc_calls", "JSON-RPC calls", metrics.calls.clone());
        let help = "Time until a JSON-RPC call was answered";
        registry.register_with_unit("rpc_call", help, Unit::Seconds, metrics.seconds.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// Transactions got into a block.
    pub fn included(&self, count: usize) {
        self.transactions.get_or_create(&Fate { fate: "included" }).inc_by(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// Transactions were refused, at the door or by the block that they should have got into.
    pub fn refused(&self, count: usize) {
        self.transactions.get_or_create(&Fate { fate: "refused" }).inc_by(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// A call was answered.
    pub fn called(&self, method: &'static str, well: bool, took: Duration) {
        let outcome = if well { "ok" } else { "error" };
        self.calls.get_or_create(&Call { method, outcome }).inc();
        self.seconds.get_or_create(&Method { method }).observe(took.as_secs_f64());
    }

    /// The text as it is served; `node` is the one that these metrics belong to.
    pub fn text(&self, node: &Node) -> String {
        let (ready, future) = node.pool().sizes();
        for (stage, count) in [("ready", ready), ("future", future)] {
            self.pool.get_or_create(&Stage { stage }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        let heads = node.chain().heads();
        for (head, number) in [("best", heads.best), ("finalized", heads.finalized)] {
            self.heads.get_or_create(&Head { head }).set(i64::from(number));
        }
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
