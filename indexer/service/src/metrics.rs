//! What stands at the last indexed block, in OpenMetrics: flags, duties, proposals, and how far the index is.

use crate::{contents::Numbers, live::State, register::STATUSES};
use greatseal_api::wire::{CheckpointHealth, Work};
use greatseal_protocol::{
    cells::CellKey,
    genesis::Profile,
    refusal::Refusal,
    scope::{Mode, Scope},
    standing::Status,
    state::State as _,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use std::fmt;

/// The media type of the text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const SCOPES: [&str; 5] = ["everything", "upgrades", "route", "program", "account"];
const MODES: [&str; 3] = ["normal", "limited", "read-only"];
const PROFILES: [&str; 2] = ["standard", "micronode"];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct In {
    scope: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Narrowed {
    mode: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Chosen {
    profile: &'static str,
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// A cell cannot be read.
    #[error("{0}")]
    Unreadable(#[from] Refusal),
    /// A metric cannot be written.
    #[error(transparent)]
    Unwritten(#[from] fmt::Error),
}

/// The text as it is served. Scopes are told by their kind, proposals by their status: neither has labels without end.
///
/// # Errors
///
/// [`MetricsError`]: half a text is none.
pub fn text(state: &State, kept: &Numbers) -> Result<String, MetricsError> {
    let mut registry = Registry::with_prefix("greatseal");
    index(state, &mut registry);
    emergency(state, &mut registry)?;
    proposals(state, &mut registry)?;
    contents(kept, &mut registry);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

fn index(state: &State, registry: &mut Registry) {
    let health = state.health();
    registry.register("indexed_block", "Last block in the database", gauge(health.indexed_to));
    registry.register("finalized_block", "Last final block that the node has told of", gauge(health.finalized));
    let following = gauge(u64::from(health.status == "ok"));
    registry.register("following", "1 while the index follows the chain, within ten blocks", following);
    registry.register("indexed_events", "Events of the contract in the database", gauge(state.ledger.count()));
    registry.register(
        "verified",
        "1 once every row has been judged since the start",
        gauge(health.verification.is_none().into()),
    );
    work(health.verification.as_ref(), registry.sub_registry_with_prefix("verification"));
    work(health.backfill.as_ref(), registry.sub_registry_with_prefix("backfill"));
    checkpoint(health.checkpoint.as_ref(), registry);
}

/// Nothing where it is not under way.
fn work(work: Option<&Work>, registry: &mut Registry) {
    let Some(work) = work else { return };
    registry.register("done", "Items that are done", gauge(work.done));
    registry.register("total", "All items, as far as they are known", gauge(work.total));
    registry.register("per_second", "Items a second since it began", gauge(work.per_second));
    if let Some(left) = work.seconds_left {
        registry.register_with_unit("left", "Time until it is done, at this rate", Unit::Seconds, gauge(left));
    }
}

/// Nothing where no checkpoints are signed.
fn checkpoint(health: Option<&CheckpointHealth>, registry: &mut Registry) {
    let Some(health) = health else { return };
    let count = |witnesses: usize| gauge(u64::try_from(witnesses).unwrap_or(u64::MAX));
    let size = gauge(health.size.unwrap_or(0));
    registry.register("checkpoint_events", "Events of the last checkpoint that is published", size);
    if let Some(age) = health.age_seconds {
        let help = "Time since the last published checkpoint was signed, or seen by enough witnesses";
        registry.register_with_unit("checkpoint_age", help, Unit::Seconds, gauge(age));
    }
    let signed = gauge(health.signed.unwrap_or(0));
    registry.register("checkpoint_signed_events", "Events of the last checkpoint that is signed", signed);
    registry.register("witnesses", "Witnesses of the configuration", count(health.witnesses.len()));
    registry.register("witnesses_needed", "Witnesses that have to cosign", gauge(health.quorum));
    let answered = health.witnesses.iter().filter(|witness| witness.cosigned.is_some() && witness.reason.is_none());
    let help = "Witnesses that have cosigned when they were asked last";
    registry.register("witnesses_answering", help, count(answered.count()));
}

fn emergency(state: &State, registry: &mut Registry) -> Result<(), Refusal> {
    let (cells, now) = (state.ledger.cells(), state.now());
    let (paused, due) = (kinds(), kinds());
    let mut oldest = 0;
    let all = |key: fn(Scope) -> CellKey| cells.range(key(Scope::Everything)..=key(Scope::Account([u8::MAX; 32])));
    for (key, _) in all(CellKey::Pause) {
        let CellKey::Pause(scope) = key else { continue };
        if cells.paused(*scope, now)?.is_some() {
            paused.get_or_create(&In { scope: kind(*scope) }).inc();
        }
    }
    for (key, _) in all(CellKey::Duty) {
        let CellKey::Duty(scope) = key else { continue };
        if let Some(duty) = cells.duty(*scope)?.filter(|duty| now >= duty.until) {
            due.get_or_create(&In { scope: kind(*scope) }).inc();
            oldest = now.saturating_sub(duty.until).max(oldest);
        }
    }
    registry.register("paused_scopes", "Scopes in which executions are stopped", paused);
    registry.register("reviews_due", "Scopes whose pause is over and whose review no auditor has attested", due);
    let help = "Time since the end of the oldest pause whose review is due";
    registry.register_with_unit("review_due_oldest", help, Unit::Seconds, gauge(oldest));

    let mode = cells.mode(now)?.map_or(Mode::Normal, |mode| mode.mode);
    let modes = Family::<Narrowed, Gauge>::default();
    for (name, one) in MODES.into_iter().zip([Mode::Normal, Mode::Limited, Mode::ReadOnly]) {
        modes.get_or_create(&Narrowed { mode: name }).set(i64::from(mode == one));
    }
    registry.register("mode", "1 for the mode that is in force", modes);
    let profiles = Family::<Chosen, Gauge>::default();
    // Before the deployment's block nobody knows.
    let profile = cells.head().ok().map(|head| head.profile);
    let micronode = matches!(profile, Some(Profile::Micronode { .. }));
    for (name, holds) in PROFILES.into_iter().zip([profile == Some(Profile::Standard), micronode]) {
        profiles.get_or_create(&Chosen { profile: name }).set(i64::from(holds));
    }
    registry.register("profile", "1 for the profile that was chosen at construction", profiles);
    Ok(())
}

fn proposals(state: &State, registry: &mut Registry) -> Result<(), Refusal> {
    let now = state.now();
    let counts = Family::<Of, Gauge>::default();
    for status in STATUSES {
        counts.get_or_create(&Of { status: status.into() }).set(0);
    }
    let mut oldest = 0;
    for entered in state.register.below(u32::MAX) {
        let status = entered.status(state.ledger.cells(), now)?;
        counts.get_or_create(&Of { status: status.to_string() }).inc();
        if matches!(status, Status::Open | Status::Deadlocked(..)) {
            oldest = now.saturating_sub(entered.proposal.opened_at).max(oldest);
        }
    }
    registry.register("proposals", "Proposals by where they stand", counts);
    let help = "Time since the opening of the oldest proposal that has no quorum yet";
    registry.register_with_unit("proposal_oldest_pending", help, Unit::Seconds, gauge(oldest));
    Ok(())
}

fn contents(kept: &Numbers, registry: &mut Registry) {
    registry.register("contents", "Addresses of which a content is held", gauge(kept.held));
    registry.register_with_unit("contents_size", "What they count for", Unit::Bytes, gauge(kept.bytes));
    let help = "Addresses that records name and of which nothing is held";
    registry.register("contents_missing", help, gauge(kept.missing));
    registry.register("contents_unnamed", "Addresses that are held and that no record names", gauge(kept.unnamed));
    let help = "Contents of confidential programmes that were brought in plain before their records";
    registry.register("contents_plain_confidential", help, gauge(kept.plain_confidential));
    registry.register("contents_damaged", "Contents that were found to be damaged", gauge(kept.damaged));
}

fn kinds() -> Family<In, Gauge> {
    let family = Family::<In, Gauge>::default();
    for scope in SCOPES {
        family.get_or_create(&In { scope }).set(0);
    }
    family
}

fn kind(scope: Scope) -> &'static str {
    match scope {
        Scope::Everything => "everything",
        Scope::Upgrades => "upgrades",
        Scope::Route(_) => "route",
        Scope::Program(_) => "program",
        Scope::Account(_) => "account",
    }
}

fn gauge(value: u64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    gauge
}
