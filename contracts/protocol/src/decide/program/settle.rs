//! Settlement: what one key says is never final, and can be said again. Finality needs two duties and time.

use crate::{
    batch::Batch,
    bytes::{Label, ManifestHash, StatementHash},
    cells::Cells,
    council::{Council, Seat, SeatId},
    decide::Request,
    digest,
    event::Event,
    key::Key,
    language::program,
    refusal::Refusal,
    row::RowId,
    settlement::{Final, Stated, Statement, Verdict, Vote, Voted},
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// By who carries payments out or keeps the books, never by who spends. It is never blocked.
    #[inline(never)]
    pub(super) fn make_statement(&self, statement: &Statement) -> Result<Vec<Event>, Refusal> {
        let batch = self.cells.batch(statement.manifest)?;
        let (seat, _) = self.seat_of(&[Council::Operator, Council::Treasury])?;
        let last = self.cells.stated(statement.manifest, seat)?;
        let (version, previous) = last.map_or((0, None), |last| (last.statement.version, Some(last.commitment)));
        if version.checked_add(1) != Some(statement.version) || previous != statement.previous {
            return Err(Refusal::PreconditionChanged);
        }
        if !statement.adds_up(batch.count, batch.total) {
            return Err(Refusal::SumsDiffer);
        }
        let early = statement.closed > 0 && self.now < batch.pay_on;
        if early && self.cells.stopped(statement.manifest)?.is_none() {
            return Err(Refusal::BeforePayday);
        }
        let commitment = StatementHash(self.cells.sha256(&[&digest::statement_preimage(seat, statement)]));
        Ok(vec![Event::Program(program::Event::StatementMade { seat, statement: *statement, commitment })])
    }

    /// Overdue auditors may vote. A vote that is taken back needs no statement to be there.
    #[inline(never)]
    pub(super) fn cast_vote(&self, vote: &Vote) -> Result<Vec<Event>, Refusal> {
        self.cells.batch(vote.manifest)?;
        let (seat, _) = self.any_seat()?;
        if seat.council != Council::Auditor {
            return Err(Refusal::WrongCouncil);
        }
        let last = self.cells.voted(vote.manifest, seat)?.map_or(0, |last| last.number);
        if last.checked_add(1) != Some(vote.number) {
            return Err(Refusal::PreconditionChanged);
        }
        let stated = self.cells.stated(vote.manifest, vote.recorder)?;
        let same = |stated: &Stated| (stated.statement.version, stated.commitment) == (vote.version, vote.commitment);
        match vote.verdict == Verdict::Withdrawn || stated.is_some_and(|stated| same(&stated)) {
            true => Ok(vec![Event::Program(program::Event::VoteCast { seat, vote: *vote })]),
            false => Err(Refusal::UnknownStatement),
        }
    }

    /// For that statement, whatever the same key says of it later; of another recorder's statement, when that is asked for.
    /// Whether it contradicts just now is not asked: it could withdraw for as long as that is looked at.
    #[inline(never)]
    pub(super) fn check_overrule(
        &self,
        manifest: ManifestHash,
        auditor: SeatId,
        commitment: StatementHash,
    ) -> Result<RowId, Refusal> {
        let voted = self.cells.voted(manifest, auditor)?;
        let heard = voted.is_some_and(|voted| voted.overruled != Some(commitment));
        Refusal::NotContradicted.unless(heard).map(|()| RowId::DISPUTE_OVERRIDE)
    }

    /// Anybody may: only words that stand, and time, are judged here.
    #[inline(never)]
    pub(super) fn finalise(
        &self,
        manifest: ManifestHash,
        recorder: SeatId,
        version: u32,
    ) -> Result<Vec<Event>, Refusal> {
        let batch = self.cells.batch(manifest)?;
        let stated = self.cells.stated(manifest, recorder)?.ok_or(Refusal::UnknownStatement)?;
        if stated.statement.version != version {
            return Err(Refusal::UnknownStatement);
        }
        if batch.last.is_some_and(|last| stated.at <= last.stated_at) {
            return Err(Refusal::NotYounger);
        }
        let since = self.undisputed_since(manifest, &stated)?.max(self.unbroken_since(&batch, recorder, &stated)?);
        if self.now < since.saturating_add(batch.challenge.into()) {
            return Err(Refusal::ChallengeRunning);
        }
        let Statement { closed, paid, unpaid, debited, .. } = stated.statement;
        let last = Final {
            recorder,
            version,
            commitment: stated.commitment,
            stated_at: stated.at,
            at: self.now,
            closed,
            paid,
            unpaid,
            debited,
            credit: stated.statement.credit(),
        };
        Ok(vec![Event::Program(program::Event::StatementFinal { manifest, last })])
    }

    /// Since when the recorder has stood by the statement, enough auditors have confirmed it and none has contradicted it.
    fn unbroken_since(&self, batch: &Batch, recorder: SeatId, stated: &Stated) -> Result<u64, Refusal> {
        let seat = self.cells.seat(recorder)?;
        if !self.still_speaks(&seat, &stated.key) {
            return Err(Refusal::RecorderGone);
        }
        let mut since = stated.at.max(stated.cleared).max(seat.resumed_at());
        // The first confirmation, and the first of another organisation.
        let (mut first, mut second): (Option<(u64, Label)>, Option<u64>) = (None, None);
        let mut confirmed: Vec<(u64, Label)> = Vec::new();
        for auditor in stated.auditors() {
            let Some(voted) = self.cells.voted(stated.statement.manifest, auditor)? else { continue };
            let seat = self.cells.seat(auditor)?;
            if voted.contradicts(stated.commitment) {
                since = since.max(self.fell(&seat, &voted)?);
            }
            if voted.verdict == Verdict::Confirmed
                && voted.commitment == stated.commitment
                && self.still_speaks(&seat, &voted.key)
            {
                let from = voted.at.max(seat.accepted.unwrap_or(u64::MAX)).max(seat.resumed_at());
                confirmed.push((from, seat.organisation));
            }
        }
        for (from, organisation) in &confirmed {
            if first.is_none_or(|(earliest, _)| *from < earliest) {
                first = Some((*from, *organisation));
            }
        }
        let (from, own) = first.ok_or(Refusal::NotConfirmed)?;
        for (from, organisation) in &confirmed {
            if *organisation != own && second.is_none_or(|earliest| *from < earliest) {
                second = Some(*from);
            }
        }
        let enough = if batch.auditors > 1 { second } else { Some(from) };
        enough.map(|from| since.max(from)).ok_or(Refusal::NotConfirmed)
    }

    /// Whether the key still has the seat and is not set aside.
    fn still_speaks(&self, seat: &Seat, key: &Key) -> bool {
        seat.key == *key && seat.sits.is_some() && seat.accepted.is_some() && !seat.suspended(self.now)
    }

    /// Since when a contradiction does not stand, where its seat was suspended or has another key.
    fn fell(&self, seat: &Seat, voted: &Voted) -> Result<u64, Refusal> {
        match seat.suspension {
            _ if seat.key != voted.key => Ok(seat.accepted.unwrap_or(self.now)),
            _ if seat.sits.is_none() => Ok(self.now),
            Some(suspension) if seat.suspended(self.now) => Ok(suspension.from),
            _ => Err(Refusal::Contradicted),
        }
    }
}
