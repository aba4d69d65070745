//! Commands and actions field by field, for readers of the vectors.

use crate::json::{Json, hex, text};
use greatseal_protocol::{
    action::{Action, Economics},
    command::{Capacity, Command, Order},
    digest::Domain,
    scale::Encode,
    words,
};

pub(crate) fn economics_fields(economics: &Economics) -> Json {
    Json::Object(vec![
        ("source", hex(economics.source.0)),
        ("destination", hex(economics.destination.0)),
        ("rate_num", text(economics.rate_num)),
        ("rate_den", text(economics.rate_den)),
        ("rate_from", text(economics.rate_from)),
        ("rate_until", text(economics.rate_until)),
        ("fee_bps", text(economics.fee_bps)),
        ("fee_min", text(economics.fee_min)),
        ("fee_max", text(economics.fee_max)),
        ("tx_min", text(economics.tx_min)),
        ("tx_max", text(economics.tx_max)),
        ("account_max", text(economics.account_max)),
        ("aggregate_max", text(economics.aggregate_max)),
        ("count_max", text(economics.count_max)),
        ("period", text(economics.period)),
        ("large", text(economics.large)),
    ])
}

pub(crate) fn action_fields(action: &Action) -> Json {
    Json::Object(match action {
        Action::Pause(pause) => vec![
            ("action", text("pause")),
            ("scope", text(pause.scope)),
            ("seconds", text(pause.seconds)),
            ("incident", hex(pause.incident.0)),
            ("severity", text(format!("{:?}", pause.severity).to_lowercase())),
            ("reason", hex(pause.reason.0)),
        ],
        Action::Lift { scope, incident } => {
            vec![("action", text("lift")), ("scope", text(scope)), ("incident", hex(incident.0))]
        }
        Action::SetRoute(change) => vec![
            ("action", text("set-route")),
            ("route", text(change.route)),
            ("previous", change.previous.map_or_else(|| text(""), |hash| hex(hash.0))),
            ("economics", economics_fields(&change.economics)),
        ],
    })
}

pub(crate) fn order_fields(order: &Order) -> Json {
    let mut fields = vec![("order", text(order.name()))];
    match order {
        Order::Open(open) => fields.extend([
            ("row", text(open.row.0)),
            ("action", action_fields(&open.action)),
            ("document", hex(open.document.0)),
            ("approve_within", text(open.approve_within)),
            ("execute_within", text(open.execute_within)),
            ("nonce", text(open.nonce)),
        ]),
        Order::Decide { id, digest, .. } => fields.extend([("proposal", text(id)), ("digest", hex(digest.0))]),
        Order::Cancel { id } => fields.push(("proposal", text(id))),
        Order::Execute(execute) => fields.extend([
            ("proposal", text(execute.id)),
            ("action", action_fields(&execute.action)),
            ("operator", text(&execute.log.operator)),
            ("version", text(&execute.log.version)),
            ("sbom", hex(execute.log.sbom.0)),
        ]),
        Order::Escalate { scope, reference, nonce } => {
            fields.extend([("scope", text(scope)), ("reference", hex(reference.0)), ("nonce", text(nonce))]);
        }
    }
    Json::Object(fields)
}

pub(crate) fn command_fields(command: &Command) -> Vec<(&'static str, Json)> {
    let capacity = match command.capacity {
        Capacity::Anyone => vec![("as", text("anyone"))],
        Capacity::Seat { council, epoch } => vec![("as", text(council)), ("epoch", text(epoch))],
    };
    vec![
        ("capacity", Json::Object(capacity)),
        ("expiry", text(command.expiry)),
        ("order", order_fields(&command.order)),
        (
            "words",
            Json::List(
                words::command(command).iter().map(|(label, value)| text(format!("{label}: {value}"))).collect(),
            ),
        ),
    ]
}

pub(crate) fn domain_fields(domain: &Domain) -> Json {
    Json::Object(vec![
        ("deployment", hex(domain.deployment.0)),
        ("contract", hex(domain.contract.0)),
        ("chain_id", text(domain.chain_id)),
        ("bytes", hex((1_u8, domain).encode())),
        ("tag", hex(domain.tag().0)),
    ])
}
