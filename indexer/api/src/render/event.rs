//! The fields of an event in words: every one, for every kind. The proposal that it is about stands beside them.

use super::{pairs, program};
use greatseal_protocol::{
    bytes::{IncidentId, ReferenceHash, to_hex},
    cells::{Route, Served},
    council::Suspender,
    digest,
    event::Event,
    genesis::NewSeat,
    key::Key,
    registry::{Registered, Running},
    scope::Severity,
    words,
};

pub(super) type Line = (String, String);

/// The fields of an event in words.
pub fn event(event: &Event) -> Vec<Line> {
    match event {
        Event::Deployed { deployment, contract, genesis } => vec![
            line("deployment", deployment),
            line("contract", format!("0x{contract}")),
            line("chain", format!("0x{}", genesis.chain)),
            line("profile", genesis.profile),
            line("seats", genesis.seats().count()),
            line("rows", genesis.rows.len()),
        ],
        Event::Refused { refusal } => vec![line("refusal", refusal)],
        Event::Opened(opened) => {
            let mut lines = vec![line("digest", opened.digest), line("row", opened.row)];
            lines.extend(pairs(words::action(&opened.action)));
            lines.push(sha256("document", &ReferenceHash(opened.document.0)));
            lines.push(line("approve by", opened.approve_by));
            lines
        }
        Event::Decided { seat, decision, quorum, .. } => {
            vec![line("seat", seat), line("decision", format!("{decision:?}").to_lowercase()), line("quorum", quorum)]
        }
        Event::QuorumReached { eta, execute_by, .. } => vec![line("eta", eta), line("execute by", execute_by)],
        Event::Cancelled { .. } => Vec::new(),
        Event::Vetoed { seat, .. } | Event::PanelApproved { seat, .. } | Event::SeatReinstated { seat, .. } => {
            vec![line("seat", seat)]
        }
        Event::Rejected { cause, .. } => vec![line("cause", format!("{cause:?}"))],
        Event::Executed { action, log, .. } => vec![
            line("action", action),
            line("operator", log.operator),
            line("version", log.version),
            sha256("sbom", &log.sbom),
        ],
        Event::Deadlocked { seat, from, until, .. } => {
            vec![line("seat", seat), line("panel from", from), line("panel until", until)]
        }
        Event::Paused { pause, until, capped, .. } => {
            let mut lines = vec![line("scope", pause.scope), line("until", until)];
            lines.extend(incident(&pause.incident, pause.severity));
            lines.extend([sha256("reason", &pause.reason), line("counted", capped)]);
            lines
        }
        Event::Lifted { scope, .. } => vec![line("scope", scope)],
        Event::ReviewFiled { seat, scope, incident: id, severity, report } => {
            let mut lines = vec![line("seat", seat), line("scope", scope)];
            lines.extend(incident(id, *severity));
            lines.push(sha256("report", report));
            lines
        }
        Event::ReviewAttested { seat, scope, incident, report } => vec![
            line("seat", seat),
            line("scope", scope),
            line("incident", to_hex(&incident.0)),
            sha256("report", report),
        ],
        Event::SeatReplaced { seat, previous, new, epoch, continuity, .. } => {
            let mut lines = vec![line("seat", seat), line("key that leaves", previous)];
            lines.extend(new_seat(new));
            lines.extend([line("epoch", epoch), line("named by the key that leaves", continuity)]);
            lines
        }
        Event::SeatAccepted { seat, previous } => vec![line("seat", seat), line("follows", follows(previous.as_ref()))],
        Event::SeatSuspended { seat, by, until, .. } => {
            vec![line("seat", seat), line("by", suspender(*by)), line("until", time(*until))]
        }
        Event::CouncilReconstituted { council, epoch, size, added, .. } => {
            let mut lines = vec![line("council", council), line("epoch", epoch), line("seats", size)];
            lines.extend(added.iter().flat_map(new_seat));
            lines
        }
        Event::RowChanged { row, .. } => pairs(words::row(row)),
        Event::Heartbeat { seat, nonce } => vec![line("seat", seat), line("nonce", nonce)],
        Event::Escalated { seat, watched, reference, .. } => {
            vec![line("seat", seat), line("looked at", watched), sha256("report", reference)]
        }
        Event::RegistryChanged { entry, escalation, .. } => registered(entry, *escalation),
        Event::ReleaseApproved { release, .. } => vec![
            line("component", release.component),
            line("version", release.version),
            line("code", format!("sha256:{}", release.code)),
            sha256("sbom", &release.sbom),
            line("change window", format!("[{}, {})", release.not_before, release.not_after)),
            line("replaces", release.replaces.map_or_else(|| "nothing".into(), |code| format!("sha256:{code}"))),
            line("rollback until", release.rollback_until),
        ],
        Event::ReleaseRolledBack { seat, component, from, to } => {
            vec![line("seat", seat), line("component", component), line("from", running(from)), line("to", running(to))]
        }
        Event::RouteChanged { route, version, economics, escalation, .. } => vec![
            line("route", route),
            line("version", version),
            line("hash", digest::route_hash(&Route { version: *version, economics: *economics })),
            line("uses an escalation", escalation),
        ],
        Event::ComplianceChanged { route, version, compliance, escalation, .. } => {
            let served = Served { version: *version, compliance: *compliance };
            let mut lines = vec![line("route", route), line("version", version)];
            lines.extend(pairs(words::compliance(compliance)));
            lines.extend([line("hash", digest::compliance_hash(&served)), line("uses an escalation", escalation)]);
            lines
        }
        Event::ConversionAuthorized { seat, conversion, quote, cosigned } => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::conversion(conversion)));
            lines.extend([line("fee", quote.fee), line("result", quote.result)]);
            lines.extend(cosigned.map(|seat| line("co-signed by", seat)));
            lines
        }
        Event::ConversionRefused { seat, conversion, refusal } => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::conversion(conversion)));
            lines.push(line("refusal", refusal));
            lines
        }
        Event::ConversionCosigned { seat, conversion } => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::conversion(conversion)));
            lines
        }
        Event::ConversionCompleted { seat, route, number, reference } => {
            vec![line("seat", seat), line("route", route), line("conversion", number), sha256("reference", reference)]
        }
        Event::ConversionReleased { seat, route, number, reason } => {
            vec![line("seat", seat), line("route", route), line("conversion", number), sha256("reason", reason)]
        }
        Event::Tuned { seat, name, previous, value, .. } => {
            vec![line("seat", seat), line("parameter", name), line("from", previous), line("to", value)]
        }
        Event::BaselineChanged { name, value, .. } => vec![line("parameter", name), line("to", value)],
        Event::ModeChanged { set, until, capped, .. } => match set {
            None => vec![line("mode", "normal"), line("until", until)],
            Some(set) => {
                let mut lines = vec![line("mode", set.mode), line("until", until)];
                lines.extend(incident(&set.incident, set.severity));
                lines.extend([sha256("reason", &set.reason), line("counted", capped)]);
                lines
            }
        },
        Event::OverrideUsed { scope, incident, evidence, .. } => {
            vec![line("scope", scope), line("incident", to_hex(&incident.0)), sha256("evidence", evidence)]
        }
        Event::DrillFiled { seat, kind, report, .. } => {
            vec![line("seat", seat), line("drill", kind), sha256("report", report)]
        }
        Event::ProgramChanged { .. }
        | Event::BatchExecuted { .. }
        | Event::SettlementRecorded { .. }
        | Event::EntryExcepted { .. }
        | Event::SettlementAttested { .. }
        | Event::BatchReconciled { .. }
        | Event::DisputeOpened { .. }
        | Event::DisputeAcknowledged { .. }
        | Event::DisputeTriaged { .. }
        | Event::DisputeExtended { .. }
        | Event::DisputeRetracted { .. }
        | Event::DisputeResolved { .. } => program::event(event),
        Event::SuccessorNamed { seat, successor, .. } => vec![line("seat", seat), line("successor", successor)],
        Event::Retired { successor, code, .. } => {
            vec![line("successor", format!("0x{successor}")), line("code", format!("0x{code}"))]
        }
        Event::Succeeded { predecessor, contract, state } => vec![
            line("predecessor", format!("0x{predecessor}")),
            line("contract", format!("0x{contract}")),
            line("cells", state.size),
            line("state root", to_hex(&state.root)),
        ],
        Event::ProfileRenewed { until, .. } => vec![line("until", until)],
        Event::PhaseChanged { council, from, to, way_back, .. } => {
            let back = way_back.map_or_else(|| "none".to_owned(), |way| format!("to {} until {}", way.to, way.until));
            vec![line("council", council), line("from", from), line("to", to), line("way back", back)]
        }
        Event::PhaseRolledBack { seat, council, from, to } => {
            vec![line("seat", seat), line("council", council), line("from", from), line("to", to)]
        }
        Event::CompanionNamed { seat, companion } => {
            vec![line("seat", seat), line("companion", format!("ml-dsa-65 sha256:{companion}"))]
        }
    }
}

pub(super) fn line(label: &str, value: impl ToString) -> Line {
    (label.to_owned(), value.to_string())
}

pub(super) fn sha256(label: &str, hash: &ReferenceHash) -> Line {
    line(label, format!("sha256:{hash}"))
}

fn incident(id: &IncidentId, severity: Severity) -> [Line; 2] {
    [line("incident", to_hex(&id.0)), line("severity", format!("{severity:?}"))]
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

#[cfg(test)]
mod tests {
    use super::*;
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
        let lines = event(&Event::Paused { id, pause, until: 99, capped: true });
        let value = |label: &str| lines.iter().find(|(found, _)| found == label).map(|(_, value)| value.as_str());
        assert_eq!(value("incident"), Some("abababababababababababababababab"));
        assert_eq!((value("scope"), value("until"), value("counted")), (Some("route:7"), Some("99"), Some("true")));
        Ok(())
    }

    #[test]
    fn a_mode_that_is_left_is_normal() -> Result<(), Box<dyn std::error::Error>> {
        let id = "1.S0.0".parse()?;
        let left = event(&Event::ModeChanged { id, set: None, until: 5, capped: false });
        assert_eq!(left.first(), Some(&line("mode", "normal")));
        let set = SetMode {
            mode: Mode::ReadOnly,
            seconds: 60,
            incident: IncidentId([0; 16]),
            severity: Severity::Sev1,
            reason: ReferenceHash([1; 32]),
        };
        let set = event(&Event::ModeChanged { id, set: Some(set), until: 5, capped: true });
        assert_eq!(set.first(), Some(&line("mode", "read-only")));
        Ok(())
    }
}
