//! Actions in words, and the rows of the policy table.

use super::{
    Line,
    bridge::{compliance, economics},
    duration, program,
};
use crate::{
    action::{Action, Reconstitute},
    bytes::to_hex,
    council::Council,
    genesis::NewSeat,
    phase::SetPhase,
    registry::{Entry, Release},
    row::{Executors, Row},
    scope::{Pause, SetMode},
};
use alloc::{format, string::String, vec, vec::Vec};

/// Every field of an action.
pub fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Pause(pause) => paused(pause),
        Action::Lift { scope, incident } => {
            vec![("action", "lift the pause".into()), ("scope", format!("{scope}")), ("incident", to_hex(&incident.0))]
        }
        Action::SetRoute(change) => {
            let previous = change.previous.map_or_else(|| "none: a new route".into(), |hash| format!("{hash}"));
            let mut lines = vec![
                ("action", "set the bridge parameters".into()),
                ("route", format!("{}", change.route)),
                ("replaces", previous),
            ];
            lines.extend(economics(&change.economics));
            lines
        }
        Action::SetCompliance(change) => {
            let previous =
                change.previous.map_or_else(|| "none: the route served nobody".into(), |hash| format!("{hash}"));
            let mut lines = vec![
                ("action", "set whom a bridge route serves".into()),
                ("route", format!("{}", change.route)),
                ("replaces", previous),
            ];
            lines.extend(compliance(&change.compliance));
            lines
        }
        Action::Suspend { seat, key, reason } => vec![
            ("action", "set a seat aside".into()),
            ("seat", format!("{seat}")),
            ("key", format!("{key}")),
            ("reason", format!("sha256:{reason}")),
        ],
        Action::Reinstate { seat, key, reason } => vec![
            ("action", "end a suspension".into()),
            ("seat", format!("{seat}")),
            ("key", format!("{key}")),
            ("reason", format!("sha256:{reason}")),
        ],
        Action::SetMode(set) => mode(set),
        Action::LeaveMode { incident } => {
            vec![("action", "leave the degraded mode".into()), ("incident", to_hex(&incident.0))]
        }
        Action::SetRow(new) => {
            let mut lines = vec![("action", "write a row of the policy table".into())];
            lines.extend(row(new));
            lines
        }
        Action::Reconstitute(change) => reconstitute(change),
        Action::Rotate { seat, previous, new } => {
            let mut lines = vec![
                ("action", "give a seat another key".into()),
                ("seat", format!("{seat}")),
                ("key that leaves", format!("{previous}")),
            ];
            lines.extend(new_seat(new));
            lines
        }
        Action::Recover { council, epoch, seats } => {
            let mut lines =
                vec![("action", "recover a council".into()), ("council", format!("{council}, epoch {epoch}"))];
            for (index, new) in seats {
                lines.push(("seat", format!("{index}")));
                lines.extend(new_seat(new));
            }
            lines
        }
        Action::Register { entry: content, valid_from, valid_until, replaces } => {
            let mut lines = vec![("action", "write the registry".into()), ("entry", format!("{}", content.key()))];
            lines.extend(entry(content));
            lines.push(("valid", format!("[{valid_from}, {valid_until})")));
            lines.push((
                "replaces",
                if *replaces == 0 { "none: a new entry".into() } else { format!("version {replaces}") },
            ));
            lines
        }
        Action::Revoke { entry, reason } => vec![
            ("action", "revoke an entry".into()),
            ("entry", format!("{entry}")),
            ("reason", format!("sha256:{reason}")),
        ],
        Action::Release(content) => release(content),
        Action::SetBaseline { name, previous, value } => vec![
            ("action", "set a baseline".into()),
            ("parameter", format!("{name}")),
            ("from", previous.map_or_else(|| "nothing: never set".into(), |value| format!("{value}"))),
            ("to", format!("{value}")),
        ],
        Action::Adopt { name, text } => {
            vec![("action", "adopt a text".into()), ("name", format!("{name}")), ("text", format!("sha256:{text}"))]
        }
        Action::Consent { scope, incident, evidence } => vec![
            ("action", "consent to another pause before the review".into()),
            ("scope", format!("{scope}")),
            ("incident", to_hex(&incident.0)),
            ("evidence", format!("sha256:{evidence}")),
        ],
        Action::Resolve { subject, outcome, statement, party } => vec![
            ("action", "answer a dispute".into()),
            ("subject", format!("{subject}")),
            ("answer", format!("{outcome:?}")),
            ("statement", format!("sha256:{statement}")),
            ("party", format!("{party}")),
        ],
        Action::RenewProfile { until } => {
            vec![("action", "renew the micronode's profile".into()), ("until", format!("{until}"))]
        }
        Action::SetPhase(change) => phase(change),
        Action::Retire { successor, code } => vec![
            ("action", "end this contract for ever: another one goes on".into()),
            ("successor", format!("0x{successor}")),
            ("code", format!("0x{code}")),
        ],
        Action::CreateProgram(new) => program::create(new),
        Action::ChangeProgram(change) => program::change(change),
        Action::ExecuteBatch(batch) => {
            let mut lines = vec![("action", "pay a batch".into())];
            lines.extend(program::batch(batch));
            lines
        }
        Action::Except { manifest, from, up_to, amount, evidence } => vec![
            ("action", "except entries of a batch".into()),
            program::manifest(manifest),
            ("entries", program::range(*from, *up_to)),
            ("amount", format!("{amount}")),
            ("evidence", format!("sha256:{evidence}")),
        ],
        Action::ExtendDispute { subject, previous, until, reason } => vec![
            ("action", "give the decision about a dispute more time".into()),
            ("subject", format!("{subject}")),
            ("due now", format!("{previous}")),
            ("due then", format!("{until}")),
            ("reason", format!("sha256:{reason}")),
        ],
    }
}

fn phase(change: &SetPhase) -> Vec<Line> {
    vec![
        ("action", "change a post-quantum phase".into()),
        ("council", format!("{}", change.council)),
        ("from", format!("{}", change.previous)),
        ("to", format!("{}", change.next)),
        ("change window", format!("[{}, {})", change.not_before, change.not_after)),
        ("property tests", format!("sha256:{}", change.property_tests)),
        ("performance", format!("sha256:{}", change.performance)),
        (
            "way back",
            change
                .way_back
                .map_or_else(|| "none".into(), |way| format!("to {} until {}, by an operator", way.to, way.until)),
        ),
    ]
}

/// Every field of a row.
pub fn row(row: &Row) -> Vec<Line> {
    let minima: Vec<String> = row.minima.iter().map(|(council, k)| format!("{} {k}", self::council(council))).collect();
    vec![
        ("row of the table", format!("{} (version {})", row.id, row.version)),
        ("approvals", format!("{}", row.m)),
        ("at least from", minima.join(", ")),
        ("delay", duration(row.delay)),
        ("approve within", duration(row.approve_by)),
        ("execute within", duration(row.window)),
        (
            "executed by",
            match row.executors {
                Executors::Anyone => "anyone",
                Executors::Operator => "operators; the row's councils after half the window",
                Executors::Members => "operators and the row's councils",
            }
            .into(),
        ),
        ("own accounts", if row.direct { "allowed" } else { "refused" }.into()),
    ]
}

/// A council as rows speak of it.
pub fn council(council: Council) -> String {
    match council {
        Council::PROGRAM => "the programme".into(),
        other => format!("{other}"),
    }
}

fn paused(pause: &Pause) -> Vec<Line> {
    vec![
        ("action", "pause".into()),
        ("scope", format!("{}", pause.scope)),
        ("for", duration(pause.seconds)),
        ("incident", to_hex(&pause.incident.0)),
        ("severity", format!("{:?}", pause.severity)),
        ("reason", format!("sha256:{}", pause.reason)),
    ]
}

fn mode(set: &SetMode) -> Vec<Line> {
    vec![
        ("action", "set a degraded mode".into()),
        ("mode", format!("{}", set.mode)),
        ("for", duration(set.seconds)),
        ("incident", to_hex(&set.incident.0)),
        ("severity", format!("{:?}", set.severity)),
        ("reason", format!("sha256:{}", set.reason)),
    ]
}

/// A seat that comes.
pub fn new_seat(new: &NewSeat) -> Vec<Line> {
    vec![
        ("key that comes", format!("{}", new.key)),
        ("holder", format!("{}", new.holder)),
        ("organisation", format!("{}", new.organisation)),
        ("role", format!("{}", new.role)),
        ("valid until", format!("{}", new.valid_until)),
    ]
}

fn reconstitute(change: &Reconstitute) -> Vec<Line> {
    let mut lines = vec![
        ("action", "give a council another size".into()),
        ("council", format!("{}, epoch {}", change.council, change.epoch)),
        ("seats", format!("{}", change.size)),
    ];
    lines.extend(change.added.iter().flat_map(new_seat));
    lines.extend(change.rows.iter().flat_map(row));
    lines
}

/// What an entry of the registry says besides its name.
pub fn entry(entry: &Entry) -> Vec<Line> {
    match entry {
        Entry::Component { kind, .. } => {
            vec![("kind", format!("{kind:?}")), ("risk", format!("{:?}", entry.risk()))]
        }
        Entry::Issuer { organisation, .. } | Entry::Party { organisation, .. } => {
            vec![("organisation", format!("{organisation}"))]
        }
        Entry::Schema { .. } | Entry::Asset { .. } => Vec::new(),
        Entry::Payer { program, .. } => vec![("programme", format!("{program}"))],
        Entry::Custody { value, .. } => vec![("value", format!("sha256:{value}"))],
    }
}

fn release(release: &Release) -> Vec<Line> {
    vec![
        ("action", "let a release run".into()),
        ("component", format!("{}", release.component)),
        ("version", format!("{}", release.version)),
        ("code", format!("sha256:{}", release.code)),
        ("sbom", format!("sha256:{}", release.sbom)),
        ("change window", format!("[{}, {})", release.not_before, release.not_after)),
        (
            "replaces",
            release.replaces.map_or_else(|| "nothing: the first release".into(), |code| format!("sha256:{code}")),
        ),
        ("rollback until", format!("{}", release.rollback_until)),
    ]
}
