//! Typed reads of the state, over whatever holds its cells.

use crate::{
    batch::Batch,
    bytes::{Label, ManifestHash},
    cells::{CellKey, Cells, Head},
    conversion::{AggregateKey, Counted, Reservation, Sharing, Traffic},
    council::{Concern, Council, CouncilHead, Organisation, Seat, SeatId, SeatOf},
    daily::Daily,
    dispute::{Dispute, DisputeId, Disputed, OpenDisputes, Subject},
    emergency::{Duty, InMode, Paused, Report, Use},
    envelope::Remembered,
    key::Key,
    line::Line,
    program::{Program, RuleSet},
    proposal::Proposal,
    proposal_id::ProposalId,
    refusal::Refusal,
    route::{Route, Served},
    row::{Row, RowId},
    scope::Scope,
    settlement::{Stated, Voted},
    window::Meter,
};
use alloc::{boxed::Box, vec::Vec};

/// The state as types. A cell that cannot be read refuses whatever asked for it.
pub trait State: Cells {
    /// The contract's head.
    fn head(&self) -> Result<Box<Head>, Refusal> {
        self.cell(&CellKey::Head)?.ok_or(Refusal::Unreadable)
    }

    /// A row; unknown means denied.
    fn row(&self, id: RowId) -> Result<Row, Refusal> {
        self.cell(&CellKey::Row(id))?.ok_or(Refusal::UnknownRow)
    }

    /// A council; one without seats has size 0.
    fn council(&self, council: Council) -> Result<CouncilHead, Refusal> {
        Ok(self.cell(&CellKey::Council(council))?.unwrap_or_default())
    }

    /// A seat.
    fn seat(&self, id: SeatId) -> Result<Box<Seat>, Refusal> {
        self.cell(&CellKey::Seat(id))?.ok_or(Refusal::Unreadable)
    }

    /// The seat that a key has or had.
    fn seat_of(&self, key: &Key) -> Result<Option<SeatId>, Refusal> {
        Ok(self.cell::<SeatOf>(&CellKey::KeySeat(*key))?.map(|SeatOf(seat)| seat))
    }

    /// A proposal, if its slot still holds it.
    fn proposal(&self, id: ProposalId) -> Result<Box<Proposal>, Refusal> {
        match self.cell::<Box<Proposal>>(&CellKey::proposal(id))? {
            Some(proposal) if proposal.serial == id.serial => Ok(proposal),
            _ => Err(Refusal::UnknownProposal),
        }
    }

    /// A bridge route.
    fn route(&self, route: u32) -> Result<Option<Box<Route>>, Refusal> {
        self.cell(&CellKey::Route(route))
    }

    /// Whom a bridge route serves.
    fn served(&self, route: u32) -> Result<Option<Served>, Refusal> {
        self.cell(&CellKey::Compliance(route))
    }

    /// What went over a route.
    fn traffic(&self, route: u32) -> Result<Traffic, Refusal> {
        Ok(self.cell(&CellKey::Traffic(route))?.unwrap_or_default())
    }

    /// What went over all routes that take an asset one way.
    fn aggregate(&self, key: AggregateKey) -> Result<Meter, Refusal> {
        Ok(self.cell(&CellKey::Aggregate(key))?.unwrap_or_else(|| Meter::empty(0)))
    }

    /// The routes that take an asset one way.
    fn sharing(&self, key: AggregateKey) -> Result<Sharing, Refusal> {
        Ok(self.cell(&CellKey::Sharing(key))?.unwrap_or_default())
    }

    /// What two seats have set on a route for the day.
    fn daily(&self, route: u32) -> Result<Daily, Refusal> {
        Ok(self.cell(&CellKey::Daily(route))?.unwrap_or_default())
    }

    /// The conversion that has the place of a number on a route: this one, an earlier or a later one.
    fn reservation(&self, route: u32, number: u64) -> Result<Option<Reservation>, Refusal> {
        self.cell(&CellKey::Reservation(route, Reservation::place(number)))
    }

    /// The pause of exactly this scope that is in force.
    fn paused(&self, scope: Scope, now: u64) -> Result<Option<Paused>, Refusal> {
        Ok(self.cell::<Paused>(&CellKey::Pause(scope))?.filter(|pause| now < pause.until))
    }

    /// The degraded mode that is in force.
    fn mode(&self, now: u64) -> Result<Option<InMode>, Refusal> {
        Ok(self.cell::<InMode>(&CellKey::Mode)?.filter(|mode| now < mode.until))
    }

    /// What an organisation has to do here.
    fn organisation(&self, name: Label) -> Result<Organisation, Refusal> {
        Ok(self.cell(&CellKey::Organisation(name))?.unwrap_or_default())
    }

    /// The duty to review what was paused in a scope.
    fn duty(&self, scope: Scope) -> Result<Option<Duty>, Refusal> {
        Ok(self.cell::<Option<Duty>>(&CellKey::Duty(scope))?.flatten())
    }

    /// What a seat reports on the duty of this name.
    fn report(&self, scope: Scope, seat: SeatId, set_by: ProposalId) -> Result<Option<Report>, Refusal> {
        let report: Option<Report> = self.cell(&CellKey::Report(scope, seat))?;
        Ok(report.filter(|report| report.set_by == set_by))
    }

    /// Scopes with a duty, and when their pauses end.
    fn duties(&self) -> Result<Vec<(Scope, u64)>, Refusal> {
        Ok(self.cell(&CellKey::Duties)?.unwrap_or_default())
    }

    /// How much the emergency power was used in a scope, or in all.
    fn used(&self, scope: Option<Scope>) -> Result<Use, Refusal> {
        Ok(self.cell(&CellKey::Use(scope))?.unwrap_or_default())
    }

    /// Envelopes of a seat that were refused and still live.
    fn remembered(&self, seat: SeatId, now: u64) -> Result<Vec<Remembered>, Refusal> {
        let mut all: Vec<Remembered> = self.cell(&CellKey::Refusals(seat))?.unwrap_or_default();
        all.retain(|(_, expiry)| now < *expiry);
        Ok(all)
    }

    /// A programme.
    fn program(&self, program: u32) -> Result<Program, Refusal> {
        self.cell(&CellKey::Program(program))?.ok_or(Refusal::UnknownProgram)
    }

    /// A rule set of a programme.
    fn rules(&self, program: u32, version: u32) -> Result<Option<RuleSet>, Refusal> {
        self.cell(&CellKey::Rules(program, version))
    }

    /// A budget line of a programme.
    fn line(&self, program: u32, line: u32) -> Result<Option<Line>, Refusal> {
        self.cell(&CellKey::Line(program, line))
    }

    /// The council that stands for [`Council::PROGRAM`] in the row of an action.
    fn authority(&self, concern: Concern) -> Result<Council, Refusal> {
        Ok(Council::Program(match concern {
            Concern::Authority(authority) => authority,
            Concern::Program(program) => self.program(program)?.terms.authority,
        }))
    }

    /// When a batch was stopped, for good.
    fn stopped(&self, manifest: ManifestHash) -> Result<Option<u64>, Refusal> {
        self.cell(&CellKey::Stopped(manifest))
    }

    /// A batch.
    fn batch(&self, manifest: ManifestHash) -> Result<Box<Batch>, Refusal> {
        self.cell(&CellKey::Batch(manifest))?.ok_or(Refusal::UnknownBatch)
    }

    /// A recorder's newest statement about a batch.
    fn stated(&self, manifest: ManifestHash, recorder: SeatId) -> Result<Option<Box<Stated>>, Refusal> {
        self.cell(&CellKey::Statement(manifest, recorder))
    }

    /// An auditor's last vote on a batch.
    fn voted(&self, manifest: ManifestHash, auditor: SeatId) -> Result<Option<Voted>, Refusal> {
        self.cell(&CellKey::Vote(manifest, auditor))
    }

    /// A seat's last dispute about a subject, open or not.
    fn dispute(&self, dispute: DisputeId) -> Result<Option<Dispute>, Refusal> {
        self.cell(&CellKey::Dispute(dispute))
    }

    /// What disputes did to a subject.
    fn disputes(&self, subject: &Subject) -> Result<Disputed, Refusal> {
        Ok(self.cell(&CellKey::Disputed(*subject))?.unwrap_or_default())
    }

    /// Open disputes of a seat with this key.
    fn open_disputes(&self, seat: SeatId, key: &Key) -> Result<OpenDisputes, Refusal> {
        let open: Option<OpenDisputes> = self.cell(&CellKey::OpenDisputes(seat))?;
        Ok(open.filter(|open| open.key == *key).unwrap_or(OpenDisputes { key: *key, counts: [0; 3] }))
    }
}

impl<C: Cells + ?Sized> State for C {}

impl Traffic {
    /// What a window counts on this route, with the period that the route's limits have by now.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unreadable`].
    pub fn window(&self, cells: &impl Cells, counted: Counted, period: u32) -> Result<Meter, Refusal> {
        let meter: Option<Meter> = cells.cell(&CellKey::Window(counted))?;
        Ok(match meter {
            None => Meter::empty(period),
            Some(meter) if meter.used_under(period, self.period_since) => meter,
            // Not used since the last change, and perhaps not since some before it.
            Some(meter) => meter.with_period(self.longest, self.changing_since).with_period(period, self.period_since),
        })
    }
}
