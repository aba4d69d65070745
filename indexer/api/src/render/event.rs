//! The fields of an event in words, for people; [`greatseal_facts`] are for programs. The proposal that it is about stands beside
//! them, and of a genesis, whose seats and rows are hundreds of lines, there is their number.
//!
//! No pattern ends in `..`: a field that is added does not compile before it is shown.

use super::{pairs, program};
use greatseal_protocol::{
    bytes::{IncidentId, ReferenceHash, to_hex},
    council::{SeatId, Suspender},
    digest,
    dispute::DisputeId,
    event::Event,
    genesis::NewSeat,
    key::Key,
    language::{self, bridge, contract, council, dispute, emergency, operation, phase, policy, proposal, registry},
    phase::Way,
    registry::{Registered, Running},
    route::{Route, Served},
    scope::Severity,
    words,
};

pub(super) type Line = (String, String);

/// The fields of an event in words.
pub fn event(event: &Event) -> Vec<Line> {
    match event {
        Event::Contract(contract::Event::Deployed { deployment, contract, genesis }) => vec![
            line("deployment", deployment),
            line("contract", contract),
            line("chain", genesis.chain),
            line("chain id", genesis.chain_id),
            line("profile", genesis.profile),
            line("seats", genesis.seats().count()),
            line("rows", genesis.rows.len()),
        ],
        Event::Contract(contract::Event::Refused { refusal, place, expiry }) => {
            let place = place.map(|place| line("decision", u16::from(place).saturating_add(1)));
            [line("refusal", refusal)].into_iter().chain(place).chain([line("expiry", expiry)]).collect()
        }
        Event::Proposal(proposal::Event::Opened(opened)) => {
            let mut lines = vec![line("digest", opened.digest), line("row", opened.row)];
            lines.extend(pairs(words::action(&opened.action)));
            lines.push(sha256("document", &ReferenceHash(opened.document.0)));
            lines.extend([
                line("approve by", opened.approve_by),
                line("delay", words::duration(opened.delay)),
                line("window", words::duration(opened.window)),
                line("row version", opened.row_version),
                line("nonce", opened.nonce),
            ]);
            lines.extend(
                opened.epochs.iter().map(|(council, epoch)| line("council", format!("{council} in epoch {epoch}"))),
            );
            lines
        }
        Event::Proposal(proposal::Event::Decided { id: _, seat, decision, quorum }) => {
            vec![line("seat", seat), line("decision", decision), line("quorum", quorum)]
        }
        Event::Proposal(proposal::Event::QuorumReached { id: _, eta, execute_by }) => {
            vec![line("eta", eta), line("execute by", execute_by)]
        }
        Event::Proposal(proposal::Event::DecidedTogether { seat, choices }) => {
            let choice = |choice: &proposal::Decided| {
                let id = choice.id;
                match choice.skipped {
                    None => line(&choice.decision.to_string(), id),
                    Some(refusal) => line(&choice.decision.to_string(), format!("{id}, skipped: {refusal}")),
                }
            };
            [line("seat", seat)].into_iter().chain(choices.iter().map(choice)).collect()
        }
        Event::Proposal(proposal::Event::Cancelled { id: _ }) => Vec::new(),
        Event::Proposal(proposal::Event::Vetoed { id: _, seat })
        | Event::Proposal(proposal::Event::PanelApproved { id: _, seat })
        | Event::Council(council::Event::SeatReinstated { id: _, seat }) => {
            vec![line("seat", seat)]
        }
        Event::Proposal(proposal::Event::Rejected { id: _, cause }) => vec![line("cause", cause)],
        Event::Proposal(proposal::Event::Executed { id: _, action, log }) => vec![
            line("action", action),
            line("operator", log.operator.map_or_else(|| "none: by no seat".to_owned(), |name| name.to_string())),
            line("version", log.version.map_or_else(|| "none".to_owned(), |version| version.to_string())),
            sha256("sbom", &log.sbom),
        ],
        Event::Proposal(proposal::Event::Deadlocked { id: _, seat, from, until }) => {
            vec![line("seat", seat), line("panel from", from), line("panel until", until)]
        }
        Event::Emergency(emergency::Event::Paused { id: _, pause, until, capped }) => {
            let mut lines = vec![line("scope", pause.scope), line("until", until)];
            lines.extend(incident(&pause.incident, pause.severity));
            lines.extend([sha256("reason", &pause.reason), line("counted", capped)]);
            lines
        }
        Event::Emergency(emergency::Event::Lifted { id: _, scope }) => vec![line("scope", scope)],
        Event::Emergency(emergency::Event::ReviewFiled {
            seat,
            scope,
            set_by,
            incident: id,
            version,
            severity,
            report,
        }) => {
            let mut lines = vec![line("seat", seat), line("scope", scope), line("set by", set_by)];
            lines.extend(incident(id, *severity));
            lines.extend([sha256("report", report), line("version", version)]);
            lines
        }
        Event::Emergency(emergency::Event::ReviewAttested { seat, scope, set_by, incident, of, version, report }) => {
            vec![
                line("seat", seat),
                line("scope", scope),
                line("set by", set_by),
                line("incident", to_hex(&incident.0)),
                sha256("report", report),
                line("of seat", of),
                line("version", version),
            ]
        }
        Event::Council(council::Event::SeatVacated { id: _, seat, key }) => vec![line("seat", seat), line("key", key)],
        Event::Council(council::Event::SeatReplaced { id: _, seat, previous, new, epoch, continuity }) => {
            let mut lines = vec![line("seat", seat), line("key that leaves", previous)];
            lines.extend(new_seat(new));
            lines.extend([line("epoch", epoch), line("named by the key that leaves", continuity)]);
            lines
        }
        Event::Council(council::Event::SeatAccepted { seat, previous }) => {
            vec![line("seat", seat), line("follows", follows(previous.as_ref()))]
        }
        Event::Council(council::Event::SeatSuspended { id: _, seat, by, until }) => {
            vec![line("seat", seat), line("by", suspender(*by)), line("until", time(*until))]
        }
        Event::Council(council::Event::CouncilReconstituted { id: _, council, epoch, size, added }) => {
            let mut lines = vec![line("council", council), line("epoch", epoch), line("seats", size)];
            lines.extend(added.iter().flat_map(new_seat));
            lines
        }
        Event::Policy(policy::Event::RowChanged { id: _, row }) => pairs(words::row(row)),
        Event::Council(council::Event::Heartbeat { seat, nonce }) => vec![line("seat", seat), line("nonce", nonce)],
        Event::Operation(operation::Event::Escalated { seat, watched, reference, nonce }) => {
            vec![line("seat", seat), line("looked at", watched), sha256("report", reference), line("nonce", nonce)]
        }
        Event::Registry(registry::Event::RegistryChanged { id: _, entry, escalation }) => {
            registered(entry, *escalation)
        }
        Event::Registry(registry::Event::ReleaseApproved { id: _, release }) => vec![
            line("component", release.component),
            line("version", release.version),
            line("code", format!("sha256:{}", release.code)),
            sha256("sbom", &release.sbom),
            line("change window", format!("[{}, {})", release.not_before, release.not_after)),
            line("replaces", release.replaces.map_or_else(|| "nothing".into(), |code| format!("sha256:{code}"))),
            line("rollback until", release.rollback_until),
        ],
        Event::Registry(registry::Event::ReleaseRolledBack { seat, component, from, to, nonce }) => vec![
            line("seat", seat),
            line("component", component),
            line("from", running(from)),
            line("to", running(to)),
            line("nonce", nonce),
        ],
        Event::Bridge(bridge::Event::RouteChanged { id: _, route, version, economics, escalation }) => {
            let hash = digest::route_hash(&Route { version: *version, economics: *economics });
            let mut lines = vec![line("route", route), line("version", version)];
            lines.extend(pairs(words::economics(economics)));
            lines.extend([line("hash", hash), line("uses an escalation", escalation)]);
            lines
        }
        Event::Bridge(bridge::Event::ComplianceChanged { id: _, route, version, compliance, escalation }) => {
            let served = Served { version: *version, compliance: *compliance };
            let mut lines = vec![line("route", route), line("version", version)];
            lines.extend(pairs(words::compliance(compliance)));
            lines.extend([line("hash", digest::compliance_hash(&served)), line("uses an escalation", escalation)]);
            lines
        }
        Event::Bridge(bridge::Event::ConversionAuthorized { seat, conversion, quote, word }) => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::conversion(conversion)));
            lines.extend(quote.iter().flat_map(|quote| [line("fee", quote.fee), line("result", quote.result)]));
            lines.extend(word.map(|seat| line("with the word of", seat)));
            lines
        }
        Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, refusal }) => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::conversion(conversion)));
            lines.push(line("refusal", refusal));
            lines
        }
        Event::Bridge(bridge::Event::WordGiven { seat, transfer, nonce }) => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::transfer(transfer)));
            lines.push(line("nonce", nonce));
            lines
        }
        Event::Bridge(bridge::Event::ConversionCompleted { seat, completion, over, late }) => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::completion(completion)));
            lines.extend([line("more than authorised", over), line("late", late)]);
            lines
        }
        Event::Bridge(bridge::Event::WordWithdrawn { seat, route, nonce })
        | Event::Bridge(bridge::Event::RateWithdrawn { seat, route, nonce }) => {
            vec![line("seat", seat), line("route", route), line("nonce", nonce)]
        }
        Event::Bridge(bridge::Event::RateStated { seat, route, rate, nonce, agreed }) => vec![
            line("seat", seat),
            line("route", route),
            line("rate of the day", format!("{} / {}", rate.num, rate.den)),
            line("until", rate.until),
            line("nonce", nonce),
            holds(agreed),
        ],
        Event::Bridge(bridge::Event::ListsStated { seat, route, lists, nonce, agreed }) => {
            let mut lines = vec![line("seat", seat), line("route", route), line("after version", lists.previous)];
            lines.extend(pairs(words::lists(&lists.lists)));
            lines.extend([line("nonce", nonce), holds(agreed)]);
            lines
        }
        Event::Operation(operation::Event::Tuned { seat, name, previous, value, nonce }) => vec![
            line("seat", seat),
            line("parameter", name),
            line("from", previous),
            line("to", value),
            line("nonce", nonce),
        ],
        Event::Operation(operation::Event::BaselineChanged { id: _, name, value }) => {
            vec![line("parameter", name), line("to", value)]
        }
        Event::Emergency(emergency::Event::ModeChanged { id: _, set, until, capped }) => match set {
            None => vec![line("mode", "normal"), line("until", until), line("counted", capped)],
            Some(set) => {
                let mut lines = vec![line("mode", set.mode), line("until", until)];
                lines.extend(incident(&set.incident, set.severity));
                lines.extend([sha256("reason", &set.reason), line("counted", capped)]);
                lines
            }
        },
        Event::Emergency(emergency::Event::OverrideUsed { id: _, scope, set_by, incident, evidence }) => vec![
            line("scope", scope),
            line("set by", set_by),
            line("incident", to_hex(&incident.0)),
            sha256("evidence", evidence),
        ],
        Event::Operation(operation::Event::DrillFiled { seat, kind, report, nonce }) => {
            vec![line("seat", seat), line("drill", kind), sha256("report", report), line("nonce", nonce)]
        }
        Event::Program(language::program::Event::ProgramChanged { id: _, program, terms, rules, lines: set }) => {
            let mut lines = vec![line("programme", program)];
            if let Some((version, terms)) = terms {
                lines.push(line("version of the terms", version));
                lines.extend(pairs(words::terms(terms)));
            }
            lines.extend(pairs(rules.iter().flat_map(words::rules).collect()));
            lines.extend(pairs(set.iter().flat_map(words::line).collect()));
            lines
        }
        Event::Program(language::program::Event::BatchExecuted { id: _, batch }) => program::executed(batch),
        Event::Program(language::program::Event::StatementMade { seat, statement, commitment }) => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::statement(statement)));
            lines.push(line("statement", commitment));
            lines
        }
        Event::Program(language::program::Event::VoteCast { seat, vote }) => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::vote(vote)));
            lines
        }
        Event::Program(language::program::Event::ContradictionOverruled {
            id: _,
            manifest,
            auditor,
            commitment,
            reason,
        }) => {
            vec![
                line("manifest", manifest),
                line("auditor", auditor),
                line("statement", commitment),
                sha256("reason", reason),
            ]
        }
        Event::Program(language::program::Event::StatementFinal { manifest, last }) => {
            program::finalised(manifest, last)
        }
        Event::Program(language::program::Event::BatchStopped { id: _, manifest: _, header, reason }) => {
            let mut lines = pairs(words::batch(header));
            lines.push(sha256("reason", reason));
            lines
        }
        Event::Program(language::program::Event::EntryHeld { seat, manifest, index, hold, nonce }) => {
            let mut lines = vec![line("seat", seat), line("manifest", manifest), line("entry", index)];
            match hold {
                Some((until, reason)) => lines.extend([line("not before", until), sha256("reason", reason)]),
                None => lines.push(line("not before", "free")),
            }
            lines.push(line("nonce", nonce));
            lines
        }
        Event::Dispute(dispute::Event::DisputeOpened { dispute, reason, holds }) => {
            let mut lines = disputed(dispute);
            lines.push(sha256("reason", reason));
            lines.extend(holds.map(|holds| line("holds", holds)));
            lines
        }
        Event::Dispute(dispute::Event::DisputeRetracted { dispute, reason }) => {
            let mut lines = disputed(dispute);
            lines.push(sha256("reason", reason));
            lines
        }
        Event::Dispute(dispute::Event::DisputeAcknowledged { seat, dispute, late }) => {
            [line("seat", seat)].into_iter().chain(disputed(dispute)).chain([line("late", late)]).collect()
        }
        Event::Dispute(dispute::Event::DisputeTriaged { seat, dispute, finding, decide_by, late }) => vec![
            line("seat", seat),
            line("subject", dispute.subject),
            line("disputed by", dispute.seat),
            sha256("finding", finding),
            line("decision due", decide_by),
            line("late", late),
        ],
        Event::Dispute(dispute::Event::DisputeExtended { id: _, dispute, until, reason, late }) => {
            let more = [line("decision due", until), sha256("reason", reason), line("late", late)];
            disputed(dispute).into_iter().chain(more).collect()
        }
        Event::Dispute(dispute::Event::DisputeResolved { id: _, dispute, outcome, statement }) => {
            let more = [line("answer", outcome), sha256("statement", statement)];
            disputed(dispute).into_iter().chain(more).collect()
        }
        Event::Council(council::Event::SuccessorNamed { seat, successor, nonce }) => {
            vec![line("seat", seat), line("successor", successor), line("nonce", nonce)]
        }
        Event::Contract(contract::Event::Retired { id: _, successor, code }) => {
            vec![line("successor", successor), line("code", code)]
        }
        Event::Contract(contract::Event::Succeeded { predecessor, contract, last, cells }) => vec![
            line("predecessor", predecessor),
            line("contract", contract),
            line("last event before it", last),
            line("cells", cells),
        ],
        Event::Policy(policy::Event::ProfileRenewed { id: _, until }) => vec![line("until", until)],
        Event::Phase(phase::Event::PhaseChanged { id: _, council, from, to, way_back }) => {
            let back = way_back.map_or_else(|| "none".to_owned(), |way| format!("to {} until {}", way.to, way.until));
            vec![line("council", council), line("from", from), line("to", to), line("way back", back)]
        }
        Event::Phase(phase::Event::PhaseRolledBack { seat, council, from, to, nonce }) => {
            vec![line("seat", seat), line("council", council), line("from", from), line("to", to), line("nonce", nonce)]
        }
        Event::Phase(phase::Event::WayBackRevoked { id: _, way: Way::Phase { council, back } }) => {
            vec![line("council", council), line("to", back.to), line("until", back.until)]
        }
        Event::Phase(phase::Event::WayBackRevoked { id: _, way: Way::Release { component, version } }) => {
            vec![line("component", component), line("version", version)]
        }
        Event::Phase(phase::Event::CompanionNamed { seat, companion }) => {
            vec![line("seat", seat), line("companion", format!("ml-dsa-65 sha256:{companion}"))]
        }
    }
}

/// Which dispute.
fn disputed(dispute: &DisputeId) -> Vec<Line> {
    vec![line("subject", dispute.subject), line("disputed by", dispute.seat)]
}

pub(super) fn line(label: &str, value: impl ToString) -> Line {
    (label.to_owned(), value.to_string())
}

pub(super) fn sha256(label: &str, hash: &ReferenceHash) -> Line {
    line(label, format!("sha256:{hash}"))
}

fn incident(id: &IncidentId, severity: Severity) -> [Line; 2] {
    [line("incident", to_hex(&id.0)), line("severity", severity)]
}

fn new_seat(new: &NewSeat) -> [Line; 5] {
    [
        line("key that comes", new.key),
        line("holder", new.holder),
        line("organisation", new.organisation),
        line("role", new.role),
        line("valid until", new.valid_until),
    ]
}

fn follows(previous: Option<&Key>) -> String {
    previous.map_or_else(|| "nobody: a new seat".to_owned(), Key::to_string)
}

/// Who set a seat aside.
fn suspender(by: Suspender) -> &'static str {
    match by {
        Suspender::Emergency => "the Emergency council",
        Suspender::Sovereign => "the Sovereign council",
        Suspender::Itself => "its own key",
    }
}

/// A second, or no end.
fn time(until: u64) -> String {
    match until {
        u64::MAX => "it is ended".to_owned(),
        until => until.to_string(),
    }
}

fn registered(entry: &Registered, escalation: bool) -> Vec<Line> {
    let mut lines = vec![line("entry", entry.entry.key()), line("version", entry.version)];
    lines.extend(pairs(words::entry(&entry.entry)));
    lines.push(line("valid", format!("[{}, {})", entry.valid_from, time(entry.valid_until))));
    lines.extend(entry.revoked.map(|(at, reason)| line("revoked", format!("at {at}, reason sha256:{reason}"))));
    lines.push(line("uses an escalation", escalation));
    lines
}

fn running(version: &Running) -> String {
    format!("{}, code sha256:{}", version.version, version.code)
}

/// Whether what a seat has stated holds from now on.
fn holds(agreed: &Option<SeatId>) -> Line {
    line(
        "holds",
        agreed.map_or_else(|| "not yet: one seat has stated it".into(), |seat| format!("as {seat} stated it too")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::bytes::Label;
    use greatseal_protocol::scope::{Mode, Pause, Scope, SetMode};

    #[test]
    fn a_pause_shows_its_incident_and_that_it_is_counted() -> Result<(), Box<dyn std::error::Error>> {
        let pause = Pause {
            scope: Scope::Route(7),
            seconds: 60,
            incident: IncidentId([0xab; 16]),
            severity: Severity::Sev2,
            reason: ReferenceHash([1; 32]),
        };
        let id = "1.E0.0".parse()?;
        let lines = event(&Event::Emergency(emergency::Event::Paused { id, pause, until: 99, capped: true }));
        let value = |label: &str| lines.iter().find(|(found, _)| found == label).map(|(_, value)| value.as_str());
        assert_eq!(value("incident"), Some("abababababababababababababababab"));
        assert_eq!((value("scope"), value("until"), value("counted")), (Some("route:7"), Some("99"), Some("true")));
        Ok(())
    }

    #[test]
    fn an_event_shows_the_nonce_that_it_uses_up() -> Result<(), Box<dyn std::error::Error>> {
        let (seat, hash) = ("A0".parse()?, ReferenceHash([1; 32]));
        let escalated = Event::Operation(operation::Event::Escalated {
            seat,
            watched: "money".parse()?,
            reference: hash,
            nonce: 41,
        });
        let kind = Label::new("restore").ok_or("a label")?;
        let filed = Event::Operation(operation::Event::DrillFiled { seat, kind, report: hash, nonce: 41 });
        let tuned = Event::Operation(operation::Event::Tuned {
            seat,
            name: "inflight".parse()?,
            previous: 1,
            value: 2,
            nonce: 41,
        });
        for shown in [escalated, filed, tuned] {
            assert!(event(&shown).contains(&line("nonce", 41)), "{shown:?}");
        }
        Ok(())
    }

    /// Kinds whose fields somebody leaves out are found in the text: only the id, which stands beside them, is not shown.
    #[test]
    fn no_field_of_an_event_is_left_out() {
        let source = include_str!("event.rs");
        let arms = source.split("#[cfg(test)]").next().unwrap_or_default();
        let left_out: Vec<_> = arms.lines().filter(|line| line.contains("Event::") && line.contains("..")).collect();
        assert!(left_out.is_empty(), "{left_out:?}");
        assert!(!arms.contains("_ => Vec::new()"));
    }

    #[test]
    fn a_mode_that_is_left_is_normal() -> Result<(), Box<dyn std::error::Error>> {
        let id = "1.S0.0".parse()?;
        let left = event(&Event::Emergency(emergency::Event::ModeChanged { id, set: None, until: 5, capped: false }));
        assert_eq!(left.first(), Some(&line("mode", "normal")));
        let set = SetMode {
            mode: Mode::ReadOnly,
            seconds: 60,
            incident: IncidentId([0; 16]),
            severity: Severity::Sev1,
            reason: ReferenceHash([1; 32]),
        };
        let set =
            event(&Event::Emergency(emergency::Event::ModeChanged { id, set: Some(set), until: 5, capped: true }));
        assert_eq!(set.first(), Some(&line("mode", "read-only")));
        Ok(())
    }
}
