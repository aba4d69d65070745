//! Rows against the chain: every event of every block that holds one, as the node has it, and every cell at the end.

use crate::{error::CliError, output::note, session::Session};
use greatseal_api::verify::{Entry, Verified};
use greatseal_client::{BlockRef, Chain, ContractEvent};
use greatseal_protocol::{
    bytes::ContractAddress,
    cells::{CellKey, Cells},
    state::State,
};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Blocks that are fetched at a time.
const AT_A_TIME: usize = 16;
/// How often people are told how far it is.
const TELL: Duration = Duration::from_secs(1);

/// A row of which the chain has to hold the event.
pub(super) struct Told {
    seq: u64,
    block: BlockRef,
    contract: ContractAddress,
    extrinsic: u32,
    index: u32,
    record: Vec<u8>,
}

/// Compares blocks while rows go on.
pub(super) struct Comparison {
    chain: Chain,
    final_to: u64,
    /// The block of the last row; more of its rows may come.
    open: Option<InBlock>,
    under_way: JoinSet<Result<(), Differs>>,
    compared: u64,
    told_at: Instant,
}

/// The rows of one block.
struct InBlock {
    at: BlockRef,
    /// Which contract speaks first.
    contract: ContractAddress,
    rows: Vec<Told>,
    /// Which contract speaks after each row.
    after: Vec<ContractAddress>,
    /// Whether these are all rows that there are of the block.
    whole: bool,
}

/// What differs, and the event at which that is seen.
struct Differs {
    seq: u64,
    error: CliError,
}

impl Told {
    pub(super) fn of(entry: &Entry) -> Self {
        let row = &entry.row;
        Self {
            seq: entry.record.seq,
            block: BlockRef { number: row.block_number, hash: row.block_hash },
            contract: entry.contract,
            extrinsic: row.extrinsic,
            index: row.index,
            record: row.record.clone(),
        }
    }
}

impl Comparison {
    /// The block is the last final one that is known.
    pub(super) fn new(chain: &Chain, finalized: BlockRef) -> Self {
        Self {
            chain: chain.clone(),
            final_to: finalized.number,
            open: None,
            under_way: JoinSet::new(),
            compared: 0,
            told_at: Instant::now(),
        }
    }

    /// The next row, and the contract that speaks after it.
    ///
    /// # Errors
    ///
    /// [`CliError::NotVerified`] where a block before it differs.
    pub(super) async fn take(&mut self, told: Told, after: ContractAddress) -> Result<(), CliError> {
        if self.open.as_ref().is_some_and(|open| open.at != told.block) {
            self.begin(true).await?;
        }
        let (at, contract) = (told.block, told.contract);
        let open =
            self.open.get_or_insert_with(|| InBlock { at, contract, rows: Vec::new(), after: Vec::new(), whole: true });
        open.rows.push(told);
        open.after.push(after);
        Ok(())
    }

    /// After the last row: how many blocks agree.
    ///
    /// # Errors
    ///
    /// Those of [`take`](Self::take).
    pub(super) async fn finish(mut self) -> Result<u64, CliError> {
        self.begin(true).await?;
        self.wait_for(0).await?;
        Ok(self.compared)
    }

    /// Where the rows do not go on: whether those that were taken agree.
    ///
    /// # Errors
    ///
    /// Those of [`take`](Self::take).
    pub(super) async fn so_far(mut self) -> Result<(), CliError> {
        self.begin(false).await?;
        self.wait_for(0).await
    }

    /// Begins to compare the open block.
    async fn begin(&mut self, whole: bool) -> Result<(), CliError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.wait_for(AT_A_TIME.saturating_sub(1)).await?;
        if open.at.number > self.final_to {
            self.final_to = self.chain.finalized().await?.number;
        }
        if open.at.number > self.final_to {
            self.wait_for(0).await?;
            return Err(CliError::NotVerified(format!("the chain's block {} is not final", open.at.number)));
        }
        let (chain, open) = (self.chain.clone(), InBlock { whole, ..open });
        self.under_way.spawn(async move { open.compare(&chain).await });
        Ok(())
    }

    /// Waits until at most so many blocks are under way. Where one differs, all are waited for: the first event is named.
    async fn wait_for(&mut self, most: usize) -> Result<(), CliError> {
        let mut first: Option<Differs> = None;
        while self.under_way.len() > most || first.is_some() {
            let Some(ended) = self.under_way.join_next().await else { break };
            match ended.map_err(|error| CliError::Failed(error.to_string()))? {
                Ok(()) => self.compared = self.compared.saturating_add(1),
                Err(differs) if first.as_ref().is_none_or(|first| differs.seq < first.seq) => first = Some(differs),
                Err(_) => {}
            }
            if self.told_at.elapsed() >= TELL {
                self.told_at = Instant::now();
                note(&format!("{} blocks compared with the chain", self.compared));
            }
        }
        match first {
            Some(Differs { error, .. }) => Err(error),
            None => Ok(()),
        }
    }
}

impl InBlock {
    async fn compare(self, chain: &Chain) -> Result<(), Differs> {
        let first = self.rows.first().map_or(0, |row| row.seq);
        let failed = |error: CliError| Differs { seq: first, error };
        let number = self.at.number;
        let hash = chain.block_hash(number).await.map_err(|error| failed(error.into()))?;
        if hash != Some(self.at.hash) {
            let text = format!("event {first}: block {number} of the database is not the chain's");
            return Err(failed(CliError::NotVerified(text)));
        }
        let events = chain.contract_events(&self.at).await.map_err(|error| failed(error.into()))?;
        self.agrees(&events)
            .map_err(|(seq, what)| Differs { seq, error: CliError::NotVerified(format!("event {seq}: {what}")) })
    }

    /// Whether the rows are the contract's events of the block: each, and none besides.
    fn agrees(&self, events: &[ContractEvent]) -> Result<(), (u64, String)> {
        let number = self.at.number;
        let mut contract = self.contract;
        let mut rows = self.rows.iter().zip(&self.after);
        for event in events {
            if event.contract != contract {
                continue;
            }
            match rows.next() {
                Some((row, after)) => {
                    row.is(event).map_err(|what| (row.seq, what))?;
                    // From a retirement on it is the successor that speaks.
                    contract = *after;
                }
                None if !self.whole => return Ok(()),
                None => {
                    let next = self.rows.last().map_or(0, |row| row.seq.saturating_add(1));
                    let what = format!("the contract has another event in block {number}, and the database lacks it");
                    return Err((next, what));
                }
            }
        }
        match rows.next() {
            Some((row, _)) => Err((row.seq, format!("the chain has no such event in block {number}"))),
            None => Ok(()),
        }
    }
}

impl Told {
    /// Whether this is the chain's own event: contract, place, topics and payload.
    fn is(&self, event: &ContractEvent) -> Result<(), String> {
        let record = event.record().map_err(|error| format!("on the chain it is no record: {error}"))?;
        if event.payload() != Some(&*self.record) {
            let actor = record.actor.map_or_else(|| "the contract itself".to_owned(), |actor| actor.to_string());
            return Err(format!("the chain has another record there: {} of {actor}", record.event.kind()));
        }
        match (event.extrinsic, event.index) == (self.extrinsic, self.index) {
            true => Ok(()),
            false => Err(format!(
                "the chain has it in transaction {} as event {} of the block",
                event.extrinsic, event.index
            )),
        }
    }
}

/// Compares every cell of the replay with the contract's storage at the block of the last row; answers how many events the
/// contract has emitted since, up to the session's block.
///
/// # Errors
///
/// [`CliError::NotVerified`].
pub(super) async fn state(session: &Session, verified: &Verified) -> Result<u64, CliError> {
    let unreadable = |refusal: greatseal_protocol::refusal::Refusal| CliError::NotVerified(refusal.to_string());
    let head = session.cells([CellKey::Head]).await?.head().map_err(unreadable)?;
    let keys: Vec<_> = verified.state.keys().copied().collect();
    // The contract that held the state after the last event: where that one was retired, it still does.
    let contract = verified.state.head().map_err(unreadable)?.domain.contract;
    let last = BlockRef { number: verified.last.block_number, hash: verified.last.block_hash };
    note(&format!("comparing {} cells with the contract's storage", keys.len()));
    let stored = session.chain.cells(contract, keys, &last).await?;
    let differ = verified.state.iter().find(|(key, bytes)| stored.load(key).as_ref() != Some(bytes));
    if let Some((key, _)) = differ {
        let name = greatseal_protocol::bytes::to_hex(&key.place());
        return Err(CliError::NotVerified(format!("the cell {name} of the replay is not what the contract stores")));
    }
    // Events after the command began may be there already.
    Ok(head.seq.saturating_sub(verified.events))
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::language::council;
    use greatseal_protocol::{
        bytes::EnvelopeDigest,
        council::{Council, SeatId},
        event::{Door, Event, Record},
        key::Key,
    };
    use parity_scale_codec::Encode as _;

    const OURS: ContractAddress = ContractAddress([1; 20]);
    const NEXT: ContractAddress = ContractAddress([2; 20]);
    const FOREIGN: ContractAddress = ContractAddress([3; 20]);
    const BLOCK: BlockRef = BlockRef { number: 7, hash: [7; 32] };

    fn record(seq: u64) -> Record {
        let seat = SeatId { council: Council::Emergency, index: 0 };
        let door = Door::Envelope(EnvelopeDigest([9; 32]));
        let actor = Some(Key::Ed25519([7; 32]));
        Record { seq, at: 1, door, actor, event: Event::Council(council::Event::Heartbeat { seat, nonce: seq }) }
    }

    fn emitted(seq: u64, contract: ContractAddress) -> ContractEvent {
        let record = record(seq);
        let (subject, actor) = (record.event.subject(), record.actor.map(|key| key.topic()).unwrap_or_default());
        let topics = vec![Record::signature_topic(record.event.kind()), subject, actor];
        let data = [&subject[..], &actor, &record.encode()].concat();
        let index = u32::try_from(seq).unwrap_or_default();
        ContractEvent { extrinsic: 1, index, contract, topics, data }
    }

    fn told(seq: u64) -> Told {
        let index = u32::try_from(seq).unwrap_or_default();
        Told { seq, block: BLOCK, contract: OURS, extrinsic: 1, index, record: record(seq).encode() }
    }

    fn block(seqs: &[u64]) -> InBlock {
        let rows: Vec<_> = seqs.iter().copied().map(told).collect();
        InBlock { at: BLOCK, contract: OURS, after: vec![OURS; rows.len()], rows, whole: true }
    }

    #[test]
    fn rule_23_rows_are_the_contracts_events_of_their_block() {
        let events = [emitted(4, OURS), emitted(5, FOREIGN), emitted(5, OURS)];
        assert_eq!(block(&[4, 5]).agrees(&events), Ok(()));
        assert_eq!(block(&[4, 5]).agrees(&events[..1]).map_err(|(seq, _)| seq), Err(5), "one was invented");
        assert_eq!(block(&[4]).agrees(&events).map_err(|(seq, _)| seq), Err(5), "one was left out");
        assert_eq!(block(&[5]).agrees(&events).map_err(|(seq, _)| seq), Err(5), "the first was left out");
        // Where the history stopped within the block, the rest is not missing.
        assert_eq!(InBlock { whole: false, ..block(&[4]) }.agrees(&events), Ok(()));
    }

    #[test]
    fn rule_26_contract_place_topics_and_payload_are_compared() {
        let changes: [fn(&mut ContractEvent); 6] = [
            |event| event.contract = FOREIGN,
            |event| event.extrinsic += 1,
            |event| event.index += 1,
            |event| event.topics.reverse(),
            |event| *event = emitted(5, OURS),
            |event| event.data.push(0),
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut event = emitted(4, OURS);
            change(&mut event);
            assert_eq!(block(&[4]).agrees(&[event]).map_err(|(seq, _)| seq), Err(4), "change {at}");
        }
    }

    #[test]
    fn from_a_retirement_on_it_is_the_successor_that_speaks() {
        let events = [emitted(4, OURS), emitted(5, OURS), emitted(5, NEXT)];
        let handed_over = InBlock { after: vec![NEXT, NEXT], ..block(&[4, 5]) };
        assert_eq!(handed_over.agrees(&events), Ok(()));
        assert_eq!(handed_over.agrees(&events[..2]).map_err(|(seq, _)| seq), Err(5));
    }
}
