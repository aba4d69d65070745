//! `greatseal deploy`: what would be deployed, what it costs, and what was deployed.

use super::{
    Answer, Text,
    chain::{Profile, Unit, Work},
    policy::{PerCouncil, Row},
};
use crate::{
    date::date,
    dead_end::Gap,
    output::{Line, line},
    text::about,
};
use greatseal_protocol::{
    bytes::{ChainGenesis, ContractAddress, DeploymentId, HolderHash, Label},
    council::{self, SeatId},
    key::Key,
    policy::Broken,
    row::RowId,
    words,
};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal deploy --dry-run`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeployTried {
    /// What would be deployed.
    #[serde(flatten)]
    pub plan: Plan,
    /// What it costs, and who pays.
    pub cost: Cost,
    /// Always true: nothing was signed, written or paid.
    pub dry_run: bool,
}

/// `greatseal deploy`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Deployed {
    /// Names the deployment for ever.
    pub deployment: Text<DeploymentId>,
    /// Address of the contract.
    pub contract: Text<ContractAddress>,
    /// The block that holds its first event.
    pub block_number: Text<u64>,
    /// Fees that were paid, in base units; none where the chain does not tell.
    pub fee: Option<Text<u128>>,
    /// Deposits that the chain holds, in base units.
    pub deposit: Text<u128>,
    /// How amounts are shown.
    pub unit: Unit,
    /// What its transaction took.
    pub weight: Work,
    /// The account that paid.
    pub paid_by: String,
    /// The deployment file.
    pub file: String,
    /// What was deployed.
    #[serde(flatten)]
    pub plan: Plan,
}

/// What is deployed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Plan {
    /// Hash of the chain's block 0.
    pub chain_genesis: Text<ChainGenesis>,
    /// Chain id that contracts see.
    pub chain_id: Text<u64>,
    /// How strict it is.
    pub profile: Profile,
    /// The time from which the plan reckons.
    pub now: Text<u64>,
    /// Its councils.
    pub councils: Vec<Council>,
    /// Rows of the policy table.
    pub rows: Vec<Row>,
    /// The file with a table of one's own; none for the default one.
    pub policy: Option<String>,
    /// Rows that differ from the default table's.
    pub differs: Vec<Differs>,
    /// Rows of the default table that are not deployed.
    pub left_out: Vec<LeftOut>,
    /// What cannot be done.
    pub cannot: Vec<Gap>,
}

/// A council with its seats.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Council {
    /// Its name.
    pub council: Text<council::Council>,
    /// Its seats by index.
    pub seats: Vec<Seat>,
}

/// A seat.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Seat {
    /// Its address.
    pub seat: Text<SeatId>,
    /// The key that signs for it.
    pub key: Text<Key>,
    /// The unit answerable to one head.
    pub organisation: Text<Label>,
    /// What the holder does there.
    pub role: Text<Label>,
    /// Salted hash of the person.
    pub holder: Text<HolderHash>,
    /// Whether the file names the holder; otherwise the key stands for one.
    pub holder_named: bool,
    /// Second from which it is overdue.
    pub valid_until: Text<u64>,
}

/// A row that differs from the default table's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Differs {
    /// Its name.
    pub row: Text<RowId>,
    /// How the default table has it; none where it has no such row.
    pub default: Option<Row>,
}

/// A row of the default table that is not deployed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Its name.
    pub row: Text<RowId>,
    /// Councils without seats for want of which it is left out; none where the policy file leaves it out.
    pub without_seats: Vec<Text<council::Council>>,
    /// The invariant that it would break without them; none where it asks them itself.
    pub breaks: Option<Breaks>,
}

/// An invariant that a row would break.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Breaks {
    /// Its number.
    pub invariant: u8,
    /// Whether seats of one of the councils are enough; otherwise all of them are needed.
    pub one_is_enough: bool,
}

/// What a deployment costs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Cost {
    /// Transactions that it takes.
    pub transactions: u32,
    /// Their fees, in base units.
    pub fee: Text<u128>,
    /// What the chain holds, in base units; none where it does not state its prices.
    pub deposit: Text<u128>,
    /// How amounts are shown.
    pub unit: Unit,
    /// The account that pays.
    pub paid_by: String,
    /// What it has, in base units.
    pub has: Text<u128>,
}

impl Plan {
    /// All of it, for people.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("chain", format!("0x{}, chain id {}", self.chain_genesis, self.chain_id)),
            line("profile", self.loosens()),
        ];
        for (council, seat) in self.seats() {
            let Seat { organisation, role, key, valid_until: Text(until), .. } = seat;
            let (council, left) = (words::council(council.0), about(until.saturating_sub(self.now.0)));
            let text = format!("{council}, {organisation}, {role}, {key}, until {} ({left})", date(*until));
            lines.push(line(&seat.seat.to_string(), text));
        }
        let sizes = self.sizes();
        lines.extend(self.rows.iter().map(|row| line(&row.row.to_string(), row.words(&sizes))));
        lines.extend(self.left_out.iter().map(|left_out| {
            let why = left_out.why(self.policy.as_deref());
            line(&left_out.row.to_string(), format!("left out, and denied until policy-table adds it{why}"))
        }));
        if let Some(file) = &self.policy {
            lines.push(line("table", format!("{file}; {} rows differ from the default", self.differs.len())));
        }
        lines.extend(self.differs.iter().map(|Differs { row, default }| {
            let default = default.as_ref().map_or_else(|| "none".to_owned(), |row| row.words(&sizes));
            line("differs", format!("{row}; the default is: {default}"))
        }));
        let (all, unnamed) = (self.seats().count(), self.seats().filter(|(_, seat)| !seat.holder_named).count());
        if unnamed > 0 {
            let text = format!(
                "{unnamed} of {all} seats name none, and their key stands for one: that a person holds one seat says nothing of them"
            );
            lines.push(line("holders", text));
        }
        lines.extend(self.cannot.iter().map(|gap| line("cannot", gap)));
        lines
    }

    /// Seats of each council; programmes' councils have one size.
    fn sizes(&self) -> PerCouncil {
        let size = |council: &Council| {
            (Text(council.council.0.in_row()), u8::try_from(council.seats.len()).unwrap_or(u8::MAX))
        };
        self.councils.iter().map(size).collect()
    }

    fn seats(&self) -> impl Iterator<Item = (Text<council::Council>, &Seat)> {
        self.councils.iter().flat_map(|council| council.seats.iter().map(|seat| (council.council, seat)))
    }

    fn loosens(&self) -> String {
        match self.profile.until {
            Some(Text(until)) => format!("{}: loosens until {}", self.profile.name.word(), date(until)),
            None => self.profile.name.word().to_owned(),
        }
    }
}

impl LeftOut {
    fn why(&self, policy: Option<&str>) -> String {
        let councils = |and: &str| {
            let names: Vec<_> = self.without_seats.iter().map(|council| words::council(council.0)).collect();
            names.join(and)
        };
        match (self.breaks, policy) {
            (Some(Breaks { invariant, one_is_enough }), _) => {
                let councils = councils(if one_is_enough { " or " } else { " and " });
                let broken = Broken { invariant, row: 0 };
                format!(": without seats of {councils} it would break {broken}")
            }
            (None, _) if !self.without_seats.is_empty() => format!(": {} without seats", councils(" and ")),
            (None, Some(file)) => format!(": {file} has no such row"),
            (None, None) => String::new(),
        }
    }
}

impl Cost {
    pub(crate) fn lines(&self) -> Vec<Line> {
        let amount = |Text(base): Text<u128>| self.unit.amount(base);
        vec![
            line("transactions", self.transactions),
            line("fee about", amount(self.fee)),
            line("deposit about", amount(self.deposit)),
            line("paid by", format!("{}, which has {}", self.paid_by, amount(self.has))),
        ]
    }
}

impl Answer for DeployTried {
    fn lines(&self) -> Vec<Line> {
        let mut lines = self.plan.lines();
        lines.extend(self.cost.lines());
        lines.push(line("dry run", "nothing was signed, written or paid"));
        lines
    }
}

impl Answer for Deployed {
    fn lines(&self) -> Vec<Line> {
        let plan = &self.plan;
        let profile = match plan.profile.until {
            Some(until) => format!("{} (loosens until {until})", plan.profile.name.word()),
            None => plan.profile.name.word().to_owned(),
        };
        let mut lines = vec![
            line("deployment", self.deployment),
            line("contract", self.contract),
            line("block", self.block_number),
            line("fee", self.unit.paid(self.fee)),
            line("deposit", self.unit.amount(self.deposit.0)),
            line("weight", self.weight),
            line("profile", profile),
            line("seats", plan.seats().count()),
            line("rows", plan.rows.len()),
            line("paid by", &self.paid_by),
            line("written to", &self.file),
        ];
        if !plan.left_out.is_empty() {
            let names: Vec<_> = plan.left_out.iter().map(|left_out| left_out.row.to_string()).collect();
            lines.push(line("rows left out", names.join(", ")));
        }
        lines
    }
}
