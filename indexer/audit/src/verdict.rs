//! What a verification says: typed facts, the same in lines for people, and as a page to be printed and signed.

mod contents;
mod selection;

pub use contents::Contents;
pub use selection::{NotShown, Selection};

use crate::{Bases, Fault, Held, PartFault, Resting, Verified, checkpoint::Attested, selection::Selected};
use greatseal_bundle::manifest::{self, NotListed};
use greatseal_deployment::Deployment;
use greatseal_protocol::bytes::to_hex;
use serde::Serialize;
use std::fmt::Write as _;

/// A verdict on a log. Numbers are decimal text, hashes lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether everything holds that can be looked at without a chain.
    pub holds: bool,
    /// Deployment id of the deployment file.
    pub deployment: String,
    /// The contract of the deployment file.
    pub contract: String,
    /// The first thing that does not hold; null where all does.
    pub fault: Option<Found>,
    /// What was verified; null where something does not hold.
    pub verified: Option<Proved>,
    /// Who has signed the history up to where; null where no keys were given.
    pub checkpoint: Option<Checkpoint>,
    /// What was verified of a selection; null for a whole log.
    pub selection: Option<Selection>,
    /// The bundle's files besides the log; null where something does not hold, and where the bundle is a log and nothing else.
    pub bundle: Option<Files>,
    /// The contents that its events name; null where something does not hold, and where the bundle is a log and nothing else.
    pub contents: Option<Contents>,
}

/// Files of a bundle: each has the hash that the manifest says, and readable parts are what the events say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Files {
    /// How many the manifest lists.
    pub files: String,
    /// SHA-256 of the manifest.
    pub manifest: String,
}

/// A checkpoint that the log had on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// Number of events up to it.
    pub events: String,
    /// The log's key, as a vkey.
    pub signed_by: String,
    /// Those that have cosigned it, as vkeys with their times in seconds since the Unix epoch, the newest first.
    pub cosigned: Vec<Cosigned>,
    /// How many had to cosign; 0 where no key of a witness was given.
    pub needed: String,
    /// At this time or later as many had seen nothing newer; null where no key of a witness was given.
    pub agreed_at: Option<String>,
}

/// A cosignature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cosigned {
    /// The witness's key, as a vkey.
    pub witness: String,
    /// When, by its clock, in seconds since the Unix epoch.
    pub at: String,
}

/// The first thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Number of the event, where it is one.
    pub event: Option<String>,
    /// Height of the block, where it is one.
    pub block: Option<String>,
    /// Path of the file, where it is one.
    pub file: Option<String>,
    /// In words, which may change.
    pub words: String,
}

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// Number of events: leaves of the log.
    pub events: String,
    /// Root of their tree.
    pub root: String,
    /// Number of headers, each naming the one before it, from the deployment's block on.
    pub headers: String,
    /// Height of the last header.
    pub last_block: String,
    /// Its hash: what it is on the chain, a node tells.
    pub last_block_hash: String,
    /// Height of the block with the last event.
    pub last_event_block: String,
    /// Blocks whose time and events are proved against their state roots.
    pub blocks_with_events: String,
    /// Cells of the replayed state.
    pub cells: String,
    /// Events of commands in envelopes that the actor's key signed, decided again.
    pub by_envelope: String,
    /// Events of commands in transactions that the actor's key signed, decided again.
    pub by_transaction: String,
    /// Events that rest on the block alone.
    pub rests: Vec<Rests>,
    /// How many of them somebody's key should have signed.
    #[serde(with = "greatseal_log::decimal")]
    pub resting: u64,
    /// By which metadata events were read.
    pub metadata: Vec<Metadata>,
    /// Keys that got a seat and are no point of their curve.
    pub no_points: Vec<NoPoint>,
}

/// Events that rest on the block alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rests {
    /// Why.
    pub why: Resting,
    /// How many.
    pub events: String,
    /// Number of the first, where somebody's key should have signed it.
    pub first: Option<String>,
}

/// Metadata of a runtime, which no block proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// Version of the runtime.
    pub spec_version: u32,
    /// SHA-256 of the metadata.
    pub sha256: String,
}

/// A key with which nobody can sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoPoint {
    /// Number of the event that gave it a seat.
    pub event: String,
    /// The key.
    pub key: String,
}

impl Verdict {
    /// All holds.
    pub fn of(deployment: &Deployment, verified: &Verified) -> Self {
        Self { verified: Some(Proved::of(verified)), ..Self::on(deployment, true) }
    }

    /// With a checkpoint that the history had on its way.
    #[must_use]
    pub fn attested(self, attested: &Attested) -> Self {
        Self { checkpoint: Some(Checkpoint::of(attested)), ..self }
    }

    /// All holds that a selection can show.
    pub fn of_selection(deployment: &Deployment, selected: &Selected) -> Self {
        Self { selection: Some(Selection::of(selected)), ..Self::on(deployment, true) }
    }

    /// With the bundle's other files.
    #[must_use]
    pub fn handed(self, held: Option<&Held>) -> Self {
        let files = |held: &Held| Files { files: held.listed.files.to_string(), manifest: to_hex(&held.listed.sha256) };
        let contents = held.map(|held| Contents::of(&held.contents));
        Self { bundle: held.map(files), contents, ..self }
    }

    /// Something does not.
    pub fn against(deployment: &Deployment, fault: &Fault) -> Self {
        Self { fault: Some(Found::of(fault)), ..Self::on(deployment, false) }
    }

    fn on(deployment: &Deployment, holds: bool) -> Self {
        Self {
            holds,
            deployment: to_hex(&deployment.deployment),
            contract: to_hex(&deployment.contract),
            fault: None,
            verified: None,
            checkpoint: None,
            selection: None,
            bundle: None,
            contents: None,
        }
    }

    /// How a program ends that says this: 0 where all holds, 8 where something does not, 10 where all holds and is a selection, so
    /// that nobody takes it for a whole log.
    pub fn exit_code(&self) -> u8 {
        match (self.holds, &self.selection) {
            (false, _) => 8,
            (true, Some(_)) => 10,
            (true, None) => 0,
        }
    }

    /// Labels and values for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![("deployment", self.deployment.clone()), ("contract", self.contract.clone())];
        if let Some(found) = &self.fault {
            lines.push(("does not hold", found.words.clone()));
        }
        if let Some(proved) = &self.verified {
            lines.extend(proved.lines());
        }
        if let Some(selection) = &self.selection {
            lines.extend(selection.lines());
        }
        if let Some(checkpoint) = &self.checkpoint {
            lines.extend(checkpoint.lines());
        }
        if let Some(contents) = &self.contents {
            lines.push(("readable parts", "are what the events say".to_owned()));
            lines.extend(contents.lines());
        } else if self.holds {
            lines.push(("contents", "not looked at: the bundle is a log and nothing else".to_owned()));
        }
        if let Some(Files { files, manifest }) = &self.bundle {
            lines.push(("manifest", format!("of {files} files, SHA-256 {manifest}")));
        }
        let resting = self.verified.as_ref().map_or(0, |proved| proved.resting);
        lines.push((
            "verified",
            match (self.holds, resting) {
                (false, _) => "no".to_owned(),
                (true, _) if self.selection.is_some() => "yes, as a selection".to_owned(),
                (true, 0) => "yes".to_owned(),
                (true, resting) => format!("yes, but {resting} events of members rest on the block alone"),
            },
        ));
        lines
    }

    /// A page without scripts, to be printed.
    pub fn page(&self) -> String {
        let mut rows = String::new();
        for (label, value) in self.lines() {
            // Writing to a string does not fail.
            let _ = writeln!(rows, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(label), escaped(&value));
        }
        let (title, open): (_, Vec<_>) = match &self.selection {
            Some(selection) => {
                ("Verdict on a selection", selection.not_shown.iter().map(|open| sentence(open.words())).collect())
            }
            None => ("Verdict on a log", OPEN.iter().map(|open| (*open).to_owned()).collect()),
        };
        let open: String = open.iter().map(|text| format!("<li>{}</li>\n", escaped(text))).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
             </head>\n<body>\n<h1>{title}</h1>\n<table>\n{rows}</table>\n<h2>What this does not show</h2>\n<ul>\n{open}</ul>\n\
             </body>\n</html>\n"
        )
    }
}

/// What no log shows by itself.
const OPEN: [&str; 3] = [
    "Whether the last block is the chain's: compare its hash with a node of your own. A checkpoint that witnesses signed shows it of the last event's block.",
    "Whether events came after the last block.",
    "Whether the metadata are the runtime's: compare their SHA-256 with those of a node that you trust.",
];

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid;padding:.3rem .6rem;text-align:left;vertical-align:top;\
overflow-wrap:anywhere}th{width:14rem}";

/// Words as a sentence of their own.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Checkpoint {
    fn of(attested: &Attested) -> Self {
        let witnessed = attested.witnessed.as_ref();
        let cosigned = witnessed.iter().flat_map(|witnessed| &witnessed.cosigned);
        Self {
            events: attested.head.size.to_string(),
            signed_by: attested.signed_by.clone(),
            cosigned: cosigned.map(|(witness, at)| Cosigned { witness: witness.clone(), at: at.to_string() }).collect(),
            needed: witnessed.map_or(0, |witnessed| witnessed.needed).to_string(),
            agreed_at: witnessed.map(|witnessed| witnessed.agreed.to_string()),
        }
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines =
            vec![("checkpoint", format!("of the first {} events, signed by {}", self.events, self.signed_by))];
        let cosigned = self.cosigned.iter();
        lines.extend(cosigned.map(|one| ("witness", format!("{} at {} s after 1970", one.witness, one.at))));
        let seen = match &self.agreed_at {
            Some(at) => format!("by the {} that are needed: nothing newer was known at {at} s after 1970", self.needed),
            None => "no key of a witness was given: whether others have seen it is open".to_owned(),
        };
        lines.push(("witnessed", seen));
        lines
    }
}

impl Found {
    fn of(fault: &Fault) -> Self {
        let (mut event, mut block, mut file) = (None, None, None);
        match fault {
            Fault::Event { seq, .. } => event = Some(seq.to_string()),
            Fault::Block { number, .. } | Fault::OtherEnd { number } => block = Some(number.to_string()),
            Fault::File { path, .. } => file = Some(path.clone()),
            Fault::Part { name, what } => {
                file = Some((*name).to_owned());
                if let PartFault::Differs { seq } = what {
                    event = Some(seq.to_string());
                }
            }
            Fault::Content { seq, name, .. } => {
                file = Some(name.clone());
                event = Some(seq.to_string());
            }
            Fault::NoManifest => file = Some(manifest::NAME.to_owned()),
            Fault::OtherDeploymentFile => file = Some("deployment.json".to_owned()),
            Fault::Foreign { name } => file = Some(name.clone()),
            Fault::NotListed(fault) => file = Some(listed(fault)),
            Fault::NoCheckpoint | Fault::Checkpoint(_) => file = Some("checkpoint".to_owned()),
            Fault::Selection { .. } => file = Some(greatseal_bundle::selection::NAME.to_owned()),
            Fault::NoPath { .. }
            | Fault::Empty
            | Fault::OtherDeployment { .. }
            | Fault::Head { .. }
            | Fault::OtherRoot { .. }
            | Fault::CutOff { .. } => {}
        }
        Self { event, block, file, words: fault.to_string() }
    }
}

/// The file that a manifest is at odds with.
fn listed(fault: &NotListed) -> String {
    match fault {
        NotListed::Line { .. } => manifest::NAME.to_owned(),
        NotListed::Unlisted { name } | NotListed::Missing { name } | NotListed::Changed { name } => name.clone(),
    }
}

impl Rests {
    fn of(bases: &Bases) -> Vec<Self> {
        let first = |why| bases.first(why).map(|seq| seq.to_string());
        let by_block = bases.by_block.iter();
        by_block.map(|(why, events)| Self { why: *why, events: events.to_string(), first: first(*why) }).collect()
    }
}

impl Proved {
    fn of(verified: &Verified) -> Self {
        let by_somebody = verified.bases.by_block.iter().filter(|(why, _)| **why != Resting::Constructor);
        let by_somebody = by_somebody.map(|(_, events)| *events);
        let metadata = verified.metadata.iter();
        let metadata = metadata.map(|(version, hash)| Metadata { spec_version: *version, sha256: to_hex(hash) });
        let no_points = verified.no_points.iter();
        Self {
            events: verified.head.size.to_string(),
            root: verified.head.root.to_string(),
            headers: verified.headers.to_string(),
            last_block: verified.end.0.to_string(),
            last_block_hash: to_hex(&verified.end.1),
            last_event_block: verified.last.0.to_string(),
            blocks_with_events: verified.blocks.to_string(),
            cells: verified.state.len().to_string(),
            by_envelope: verified.bases.by_envelope.to_string(),
            by_transaction: verified.bases.by_transaction.to_string(),
            rests: Rests::of(&verified.bases),
            resting: by_somebody.sum(),
            metadata: metadata.collect(),
            no_points: no_points
                .map(|(event, key)| NoPoint { event: event.to_string(), key: key.to_string() })
                .collect(),
        }
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("events", format!("{}, each proved to be in its block", self.events)),
            ("head", format!("{}:{}", self.events, self.root)),
            ("headers", format!("{} linked, from the deployment's block to block {}", self.headers, self.last_block)),
            ("last block", format!("{} {}", self.last_block, self.last_block_hash)),
            ("nothing is missing", format!("up to the last event, in block {}", self.last_event_block)),
            ("replay", format!("{} cells, every command decided again", self.cells)),
            ("signed", format!("{} events by envelopes, {} by transactions", self.by_envelope, self.by_transaction)),
        ];
        for rests in &self.rests {
            let first = rests.first.as_ref().map(|first| format!(", the first is event {first}")).unwrap_or_default();
            lines.push(("rest on the block", format!("{} events: {}{first}", rests.events, rests.why.reason())));
        }
        for metadata in &self.metadata {
            lines.push(("metadata", format!("version {} has SHA-256 {}", metadata.spec_version, metadata.sha256)));
        }
        for NoPoint { event, key } in &self.no_points {
            lines.push(("nobody can sign", format!("{key} got a seat by event {event} and is no point of its curve")));
        }
        lines
    }
}
