//! Command line of everything that can be proposed.

use super::{Batch, ExtendDispute, Overrule, Signer, Stop, WhichDispute};
use crate::number::whole;
use clap::{Args, Subcommand, ValueEnum};
use serde::Deserialize;
use std::path::PathBuf;

/// How a proposal is opened, whatever it does.
#[derive(Debug, Args)]
pub struct Opening {
    /// JSON file that explains it: title, rationale, impact, risk, rollback, expiry, attachments. Author, scope, windows and
    /// changes are filled in; where the file states one, it must be what is proposed.
    #[arg(long, value_name = "FILE")]
    pub document: PathBuf,
    /// Writes the whole document to a file before anything is signed: what goes on chain is its hash.
    #[arg(long, value_name = "FILE")]
    pub document_out: Option<PathBuf>,
    /// Seconds until the quorum must stand; the document's, or the row's own, where left out.
    #[arg(long, value_name = "SECONDS", value_parser = whole::<u32>)]
    pub approve_within: Option<u32>,
    /// Seconds in which it may be executed; the document's, or the row's own, where left out.
    #[arg(long, value_name = "SECONDS", value_parser = whole::<u32>)]
    pub execute_within: Option<u32>,
    /// The author's seat approves at once: one signature for both.
    #[arg(long)]
    pub approve: bool,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Opens a proposal.
#[derive(Debug, Args)]
pub struct Propose {
    /// How.
    #[command(flatten)]
    pub how: Opening,
    /// Row of the policy table; found from the action and the seat where left out.
    #[arg(long, value_name = "NAME")]
    pub row: Option<String>,
    /// Goes on where the scope or the programme is not on the chain; for scripts, a person is asked.
    #[arg(long, global = true)]
    pub allow_unknown: bool,
    /// What is proposed.
    #[command(subcommand)]
    pub action: Proposed,
}

/// What can be proposed.
#[derive(Debug, Subcommand)]
pub enum Proposed {
    /// Pause that expires by itself; the Emergency council's, or the Sovereign's where its seat proposes.
    #[command(
        after_help = "Examples:\n  … pause --scope route:1 --minutes 60 --severity 1 --reason 'rate feed compromised'\n  … pause --scope account:eip155:1:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb --minutes 60 --severity 2 --reason 'a stolen key'\n\nA route or programme that is not on the chain is named above the question and in the answer. With --yes, or without a\nterminal, it is refused (exit code 3) unless --allow-unknown is given."
    )]
    Pause {
        /// everything, upgrades, route:ID, program:ID or account:ACCOUNT.
        #[arg(long)]
        scope: String,
        /// For how long; the Emergency council at most 60.
        #[arg(long, value_parser = whole::<u32>)]
        minutes: u32,
        /// Of which incident, and why.
        #[command(flatten)]
        incident: Incident,
    },
    /// Ends a pause before its time.
    #[command(after_help = "Example:\n  … lift --scope route:1")]
    Lift {
        /// The paused scope.
        #[arg(long)]
        scope: String,
        /// The proposal that set what is meant; the one on the chain where left out.
        #[arg(long, value_name = "PROPOSAL")]
        set_by: Option<String>,
    },
    /// Bridge parameters; whether they loosen or tighten is found by comparing.
    #[command(after_help = "Example:\n  … route --route 1 --economics economics.json")]
    Route {
        /// The route.
        #[arg(long, value_parser = whole::<u32>)]
        route: u32,
        /// JSON file with the economics; amounts are decimal strings.
        #[arg(long, value_name = "FILE")]
        economics: PathBuf,
    },
    /// Whom a bridge route serves; what is left out stays as it is, and the direction is found by comparing.
    #[command(
        after_help = "Examples:\n  … compliance --route 1 --enable --policy policy.pdf --min-finality 12\n  … compliance --route 1 --served served.txt --excluded excluded.txt\n  … compliance --route 1 --disable"
    )]
    Compliance(super::Compliance),
    /// Sets a seat aside: for a week by the Emergency council, until it is ended by the Sovereign's.
    #[command(after_help = "Example:\n  … suspend T1 --reason 'the token is missing'")]
    Suspend {
        /// Which seat, and why.
        #[command(flatten)]
        of: OfSeat,
        /// A recovery of the seat's council whose quorum stands: a suspension that runs is prolonged to seven days from now.
        #[arg(long, value_name = "PROPOSAL")]
        recovery: Option<String>,
    },
    /// Ends a suspension.
    #[command(after_help = "Example:\n  … reinstate T1 --reason 'the token was found, its seal is whole'")]
    Reinstate(OfSeat),
    /// Degraded mode that expires by itself.
    #[command(after_help = "Example:\n  … mode read-only --minutes 30 --severity 2 --reason 'two nodes disagree'")]
    Mode {
        /// Which.
        #[arg(value_enum)]
        mode: Degraded,
        /// For how long; the Emergency council at most 60.
        #[arg(long, value_parser = whole::<u32>)]
        minutes: u32,
        /// Of which incident, and why.
        #[command(flatten)]
        incident: Incident,
    },
    /// Ends the degraded mode before its time.
    #[command(after_help = "Example:\n  … leave-mode")]
    LeaveMode {
        /// The proposal that set what is meant; the one on the chain where left out.
        #[arg(long, value_name = "PROPOSAL")]
        set_by: Option<String>,
    },
    /// Changes a row of the policy table, or adds one that the deployment left out; what is not said stays as it is, or
    /// is the default table's.
    #[command(
        after_help = "Examples:\n  … row routine-upgrade --delay '2 h'\n  … row custody --approvals 3 --minimum C=2\n  … row routine-upgrade --approvals 3 --minimum P=1 --minimum M=1\n  … row --file row.toml\n\nThe file has the fields of a row as `greatseal policy show --toml` writes them."
    )]
    Row(RowChange),
    /// Changes a council's size together with the rows that need it.
    #[command(
        after_help = "Example:\n  … reconstitute --file council.toml\n\nThe file:\n  council = \"T\"\n  size = 4\n  [[added]]\n  key = \"ed25519:HEX\"\n  organisation = \"university\"\n  [[rows]]\n  row = \"routine-upgrade\"\n  approvals = 3\n  minima = { T = 3 }\n\nRows name what changes in them, as `greatseal policy show --toml` writes it; the rest stays as it is."
    )]
    Reconstitute {
        /// Council, size, seats that come, rows that change.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Gives a seat another key.
    #[command(
        after_help = "Examples:\n  … rotate S1 --new-key ed25519:HEX\n  … rotate S1 --file seat.toml\n\nThe file has key, and where they change organisation, holder, role and valid_until. The new key then takes the\nseat with `greatseal seat accept`."
    )]
    Rotate {
        /// The seat.
        seat: String,
        /// Who comes.
        #[command(flatten)]
        new: Newcomer,
    },
    /// Gives a council that lost its quorum new keys.
    #[command(
        after_help = "Example:\n  … recover --file seats.toml\n\nThe file:\n  council = \"S\"\n  [[seats]]\n  seat = \"S1\"\n  key = \"ed25519:HEX\"\n\nEach seat has organisation, holder, role and valid_until as well where they change."
    )]
    Recover {
        /// Council and seats.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Writes an entry of the registry.
    #[command(
        after_help = "Examples:\n  … register component:relayer --kind service --risk routine\n  … register issuer:did:web:registry.example --organisation civil-registry\n  … register asset:eip155:1/slip44:60\n  … register payer:ACCOUNT:1\n  … register custody:root-key:tenant-a --value policy.json --valid-until '+30 d'\n  … register --file entry.toml\n\nThe file has the same names as the switches, and `entry`."
    )]
    Register(Register),
    /// Ends an entry of the registry for good.
    #[command(after_help = "Example:\n  … revoke issuer:did:web:registry.example --reason 'its key was published'")]
    Revoke {
        /// component:NAME, issuer:ID, schema:ID, asset:ID, payer:ACCOUNT:PROGRAMME, party:ID or custody:SETTING.
        entry: String,
        /// The reason; its SHA-256 goes on chain.
        #[arg(long)]
        reason: String,
    },
    /// Lets a release run.
    #[command(
        after_help = "Examples:\n  … release relayer v1-4-0 --code relayer.bin --sbom relayer.spdx.json --not-after '+3 d'\n  … release --file release.toml\n\nThe file has component, version, code, sbom, not_before, not_after and rollback_until."
    )]
    Release(Release),
    /// Sets a parameter and the baseline of its band.
    #[command(after_help = "Example:\n  … baseline cache-ttl 300")]
    Baseline {
        /// inflight, cache-ttl, cache-size or mint-rate.
        name: String,
        /// What shall hold.
        #[arg(value_parser = whole::<u64>)]
        value: u64,
    },
    /// Gives a council another post-quantum phase: one step up, or back.
    #[command(
        after_help = "Example:\n  … phase E hybrid --property-tests report.html --performance snapshot.json --not-after '+2 d' --rollback-to optional\n\nOn the way up an operator may go back without a decision: to the present phase where no other is given."
    )]
    Phase(Phase),
    /// Closes a way back: an operator goes back no more without a decision. The Emergency or the Sovereign council.
    #[command(after_help = "Examples:\n  … close-way-back --council E\n  … close-way-back --component relayer")]
    CloseWayBack {
        /// From the present phase of this council.
        #[arg(long, required_unless_present = "component", conflicts_with = "component")]
        council: Option<String>,
        /// From the release that this component runs.
        #[arg(long)]
        component: Option<String>,
    },
    /// A text takes effect; nothing else happens.
    #[command(after_help = "Example:\n  … adopt privacy-notice --text notice.pdf")]
    Adopt {
        /// Name of the text.
        name: String,
        /// The text, or sha256:HEX.
        #[arg(long, value_name = "FILE")]
        text: String,
    },
    /// Lets the Emergency council pause again before the review is done.
    #[command(after_help = "Example:\n  … consent --scope route:1 --evidence minutes.pdf")]
    Consent {
        /// The scope whose review is due.
        #[arg(long)]
        scope: String,
        /// The evidence, or sha256:HEX.
        #[arg(long, value_name = "FILE")]
        evidence: String,
        /// The proposal that set what is meant; the one on the chain where left out.
        #[arg(long, value_name = "PROPOSAL")]
        set_by: Option<String>,
    },
    /// Answers a dispute.
    #[command(after_help = "Example:\n  … resolve batch:HEX --answer dismissed --statement statement.pdf")]
    Resolve {
        /// Which dispute.
        #[command(flatten)]
        which: WhichDispute,
        /// The answer.
        #[arg(long, value_enum)]
        answer: Answer,
        /// The statement, or sha256:HEX.
        #[arg(long, value_name = "FILE")]
        statement: String,
    },
    /// Gives the decision about a dispute more time.
    #[command(
        after_help = "Example:\n  … extend-dispute HEX --until '+7 d' --reason 'the rail operator has to answer first'"
    )]
    ExtendDispute(ExtendDispute),
    /// Begins an authority, with its council; it answers for any number of programmes.
    #[command(
        after_help = "Example:\n  … authority-create --file authority.toml\n\nThe file:\n  authority = 2\n  [[seats]]\n  key = \"ed25519:HEX\"\n  organisation = \"social-ministry\"\n\nAs many seats as every authority has, each taken with `greatseal seat accept`."
    )]
    AuthorityCreate {
        /// Number and seats.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Begins a programme, whose authority is there.
    #[command(
        after_help = "Example:\n  … program-create --file program.toml\n\nThe file:\n  program = 2\n  authority = 2\n  privacy = \"public\"\n  schedule = \"schedule.pdf\"\n  auditors = 1\n  challenge = \"1 d\"\n  [[rules]]\n  set = \"rules.json\"\n  effective_from = \"+1 d\"\n  [[lines]]\n  line = 1\n  asset = \"eip155:1/slip44:60\"\n  from = \"+0 d\"\n  until = \"+365 d\"\n  limit = \"1000000\"\n  small_one = \"10000\"\n  small_all = \"100000\"\n\nrules.set and schedule are files, or sha256:HEX; of rules the hash is taken over their RFC 8785 JSON. Rules are in effect\nat once, and without an end, where nothing else is said; their versions follow each other. credit_max of a line is 5 % of\nits limit, auditors 1 and challenge a day, where nothing else is said."
    )]
    ProgramCreate {
        /// Number, authority, terms, rule sets, budget lines.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Changes a programme's terms, rule sets and budget lines together; what is left out stays as it is.
    #[command(
        after_help = "Example:\n  … program-change --file change.toml\n\nThe file, as for program-create but for the authority:\n  program = 2\n  [[rules]]\n  set = \"rules-2027.json\"\n  effective_from = \"+60 d\"\n  [[ends]]\n  version = 1\n  until = \"+60 d\"\n  [[lines]]\n  line = 1\n  limit = \"2000000\"\n\nOf a line that is there, what is left out stays. What is replaced is read from the chain and named, part by part."
    )]
    ProgramChange {
        /// Number, and what changes.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Pays a batch: as a small one where it fits what is small now, else as a large one.
    #[command(
        after_help = "Examples:\n  … batch --manifest pensions.jsonl\n  … batch --header header.json\n\n`greatseal manifest make` writes the manifest. Whoever approves needs it too."
    )]
    Batch(Batch),
    /// Stops a batch for good, all of it; before its execution it forbids it.
    #[command(after_help = "Example:\n  … batch-stop --manifest pensions.jsonl --reason 'a wrong list'")]
    BatchStop(Stop),
    /// Overrules an auditor's contradiction to a statement, for that statement.
    #[command(after_help = "Example:\n  … overrule pensions.jsonl --auditor A1 --reason 'the rail shows the payment'")]
    Overrule(Overrule),
    /// Ends the contract for ever: another one goes on, which awaits its state already.
    #[command(after_help = "Example:\n  greatseal succeed deploy\n  … retire --successor 0x…")]
    Retire {
        /// Address of the contract that goes on; `greatseal succeed deploy` printed it.
        #[arg(long, value_name = "ADDRESS")]
        successor: String,
    },
    /// Lets a micronode go on loosening.
    #[command(after_help = "Example:\n  … renew-profile --days 90")]
    RenewProfile {
        /// For how long, at most 90.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=90))]
        days: u64,
    },
}

/// Of which incident, and why.
#[derive(Debug, Args)]
pub struct Incident {
    /// 1 (critical) to 4 (low).
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub severity: u8,
    /// The reason; its SHA-256 goes on chain.
    #[arg(long)]
    pub reason: String,
    /// Incident id, 32 hexadecimal digits; drawn at random where left out.
    #[arg(long)]
    pub incident: Option<String>,
}

/// A seat, and why.
#[derive(Debug, Args)]
pub struct OfSeat {
    /// The seat.
    pub seat: String,
    /// The reason; its SHA-256 goes on chain.
    #[arg(long)]
    pub reason: String,
}

/// Modes that narrow.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Degraded {
    /// Small batches; nothing is loosened.
    Limited,
    /// What is never blocked, and nothing else.
    ReadOnly,
}

/// The answer to a dispute.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Answer {
    /// It was right.
    Upheld,
    /// It was not.
    Dismissed,
}

/// What changes in a row.
#[derive(Debug, Args)]
pub struct RowChange {
    /// Its name.
    #[arg(required_unless_present = "file")]
    pub name: Option<String>,
    /// Approvals needed in all.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u8>)]
    pub approvals: Option<u8>,
    /// Council and the approvals that it gives at least, such as S=2; every council of the row, once for each.
    #[arg(long, value_name = "COUNCIL=NUMBER")]
    pub minimum: Vec<String>,
    /// Between quorum and execution, such as '2 h'.
    #[arg(long, value_name = "TIME")]
    pub delay: Option<String>,
    /// Most time between opening and quorum.
    #[arg(long, value_name = "TIME")]
    pub approve_by: Option<String>,
    /// Most time in which it may be executed.
    #[arg(long, value_name = "TIME")]
    pub window: Option<String>,
    /// anyone, operator or members.
    #[arg(long, value_name = "WHO")]
    pub executors: Option<String>,
    /// Whether members may act from their own chain accounts: true or false.
    #[arg(long)]
    pub direct: Option<bool>,
    /// TOML or JSON file with the row, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "approvals", "minimum", "delay", "approve_by", "window", "executors", "direct"])]
    pub file: Option<PathBuf>,
}

/// Who comes into a seat. What is left out is the present holder's.
#[derive(Debug, Args)]
pub struct Newcomer {
    /// The key that comes.
    #[arg(long, value_name = "KEY", required_unless_present = "file")]
    pub new_key: Option<String>,
    /// Organisation.
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Salted hash of the person, 64 hexadecimal digits.
    #[arg(long, value_name = "HEX")]
    pub holder: Option<String>,
    /// What the holder does there, in a word.
    #[arg(long, value_name = "WORD")]
    pub role: Option<String>,
    /// When the seat expires: seconds, or from now such as '+90 d'; chosen a week apart from the others where left out.
    #[arg(long, value_name = "TIME")]
    pub valid_until: Option<String>,
    /// TOML or JSON file with the same, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["new_key", "organisation", "holder", "role", "valid_until"])]
    pub file: Option<PathBuf>,
}

/// An entry of the registry, on the command line or in a file.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Register {
    /// component:NAME, issuer:ID, schema:ID, asset:CAIP-19, payer:ACCOUNT:PROGRAMME, party:ID or custody:SETTING[:TENANT].
    #[arg(required_unless_present = "file")]
    pub entry: Option<String>,
    /// Of a component: contract, runtime, node, service or client.
    #[arg(long, value_name = "WHAT")]
    pub kind: Option<String>,
    /// Of a component: routine or high.
    #[arg(long, value_name = "HOW")]
    pub risk: Option<String>,
    /// Of an issuer or a party.
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Of an asset that is named by its hash: the CAIP-2 text of its chain, such as eip155:1 or rtgs:national.
    #[arg(long, value_name = "CAIP-2")]
    pub chain: Option<String>,
    /// Of a custody setting: a file with what shall hold, or sha256:HEX.
    #[arg(long, value_name = "FILE")]
    pub value: Option<String>,
    /// From when: seconds, or from now such as '+1 d'; now where left out.
    #[arg(long, value_name = "TIME")]
    pub valid_from: Option<String>,
    /// Until when; for good where left out.
    #[arg(long, value_name = "TIME")]
    pub valid_until: Option<String>,
    /// TOML or JSON file with the same, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["entry", "kind", "risk", "organisation", "chain", "value", "valid_from", "valid_until"])]
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// A release, on the command line or in a file.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Release {
    /// Of which component.
    #[arg(required_unless_present = "file")]
    pub component: Option<String>,
    /// Its version.
    #[arg(required_unless_present = "file")]
    pub version: Option<String>,
    /// What runs: a file, or sha256:HEX.
    #[arg(long, value_name = "FILE")]
    pub code: Option<String>,
    /// Its bill of materials: a file, or sha256:HEX.
    #[arg(long, value_name = "FILE")]
    pub sbom: Option<String>,
    /// From when it may be put to work: seconds, or from now such as '+1 d'; now where left out.
    #[arg(long, value_name = "TIME")]
    pub not_before: Option<String>,
    /// Until when; three days from then where left out.
    #[arg(long, value_name = "TIME")]
    pub not_after: Option<String>,
    /// Until when operators may go back to what runs now; a week after the change window where left out.
    #[arg(long, value_name = "TIME")]
    pub rollback_until: Option<String>,
    /// TOML or JSON file with the same, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["component", "version", "code", "sbom", "not_before", "not_after", "rollback_until"])]
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// A council's phase.
#[derive(Debug, Args)]
pub struct Phase {
    /// S, P, T, E, C, M, I, Pr:1, O, A or X.
    pub council: String,
    /// classical, optional, hybrid or post-quantum.
    pub next: String,
    /// Report of the transition's property tests, or sha256:HEX.
    #[arg(long, value_name = "FILE")]
    pub property_tests: String,
    /// Performance snapshot over 15 minutes, or sha256:HEX.
    #[arg(long, value_name = "FILE")]
    pub performance: String,
    /// Begin of the change window; now where left out.
    #[arg(long, value_name = "TIME")]
    pub not_before: Option<String>,
    /// End of the change window; three days later where left out.
    #[arg(long, value_name = "TIME")]
    pub not_after: Option<String>,
    /// Phase to which an operator may go back; the present one where left out.
    #[arg(long, value_name = "PHASE")]
    pub rollback_to: Option<String>,
    /// Until when; a week after the window where left out, 30 days at most.
    #[arg(long, value_name = "TIME")]
    pub rollback_until: Option<String>,
}
