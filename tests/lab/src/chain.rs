//! Pallets, clock and contract.

use ed25519_dalek::SigningKey;
use frame_support::traits::fungible::Mutate;
use greatseal_devnet_runtime::{
    Balances, Revive, Runtime, RuntimeEvent, RuntimeOrigin, System, currency::UNIT, genesis::Genesis as ChainGenesis,
};
use greatseal_protocol::{
    bytes::{ContractAddress, ContractCode},
    cells::{CellKey, Cells},
    command::Command,
    digest::{Domain, deployment_id, signed_message},
    envelope::Envelope,
    event::Record,
    evolve::evolve,
    genesis::Genesis,
    key::{Key, Signature},
    memory::Memory,
    outcome::{NotDeployed, Outcome, Undone},
    refusal::Refusal,
};
use pallet_revive::{
    Code, ExecConfig, ExecReturnValue, InstantiateReturnValue, Key as StorageKey, TransactionLimits,
    tracing::{Tracing, trace},
};
use parity_scale_codec::{Decode, DecodeAll, Encode};
use sp_core::{H160, U256};
use sp_externalities::Externalities;
use sp_runtime::{AccountId32, Weight};
use std::path::Path;

/// ink!'s selectors: the first four bytes of BLAKE2-256 of the message's name.
const NEW: [u8; 4] = [0x9b, 0xae, 0x9d, 0x5e];
const PAYER: AccountId32 = AccountId32::new([1; 32]);

/// A chain with one contract.
pub struct Lab {
    externalities: sp_io::TestExternalities,
    contract: H160,
    /// Where signatures count.
    pub domain: Domain,
    /// What the contract's records make of nothing: the model.
    pub model: Memory,
    /// Weight of the deployment.
    pub deployed: Weight,
    now: u64,
    proving: bool,
}

/// Where a story begins.
#[derive(Debug)]
pub struct Beginning {
    model: Memory,
    now: u64,
}

/// What a call answered.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The contract's own answer.
    pub result: Result<T, Undone>,
    /// The records that it emitted.
    pub records: Vec<Record>,
    /// What it cost to execute.
    pub weight: Weight,
    /// How often the contract has read its storage, of cells that are not there too.
    pub reads: u32,
    /// Bytes of the trie's nodes that the call has touched, the code's too; `None` where proofs are not recorded.
    pub recorded_proof: Option<usize>,
}

/// Counts what the contract reads of its storage.
#[derive(Default)]
struct Reads(u32);

impl Tracing for Reads {
    fn storage_read(&mut self, _: &StorageKey, _: Option<&[u8]>) {
        self.0 += 1;
    }
}

impl Lab {
    /// Deploys the released contract at `now`.
    ///
    /// # Panics
    ///
    /// Where the constructor refuses: tests and benchmarks begin with a genesis that holds.
    #[must_use]
    pub fn deploy(genesis: &Genesis, now: u64) -> Self {
        match Self::try_deploy(genesis, now) {
            Ok(lab) => lab,
            Err(refusal) => panic!("the constructor refuses: {refusal:?}"),
        }
    }

    /// Deploys, or says why the constructor refuses.
    ///
    /// # Errors
    ///
    /// The constructor's own answer.
    ///
    /// # Panics
    ///
    /// Where the pallets themselves do not take the code.
    pub fn try_deploy(genesis: &Genesis, now: u64) -> Result<Self, NotDeployed> {
        let storage = ChainGenesis { time: now.saturating_mul(1000), seed: [7; 32] }.storage().expect("a genesis");
        let mut externalities = sp_io::TestExternalities::new(storage);
        let payer = PAYER;
        let (contract, deployed, model) = externalities.execute_with(|| {
            set_clock(now);
            System::set_block_number(1);
            give(&payer);
            let data = [NEW.to_vec(), genesis.encode().encode()].concat();
            let (answer, weight) = instantiate(&payer, released(), data, None);
            message::<NotDeployed, ()>(&answer.result)?;
            let mut model = Memory::new();
            for record in records(answer.addr) {
                evolve(&mut model, &record).expect("the first record");
            }
            Ok::<_, NotDeployed>((answer.addr, weight, model))
        })?;
        let domain = Domain {
            deployment: deployment_id(genesis),
            contract: ContractAddress(contract.to_fixed_bytes()),
            chain_id: genesis.chain_id,
        };
        Ok(Self { externalities, contract, domain, model, deployed, now, proving: false })
    }

    /// Puts another contract on the chain, by its code, which awaits the state of the one at an address.
    ///
    /// # Panics
    ///
    /// Where the pallets do not take the code.
    pub fn await_state(&mut self, blob: Vec<u8>, predecessor: ContractAddress) -> (ContractAddress, ContractCode) {
        let code = ContractCode(sp_crypto_hashing::keccak_256(&blob));
        let data = [selector("succeed").to_vec(), predecessor.encode()].concat();
        let salt = Some(sp_crypto_hashing::keccak_256(&data));
        let (answer, _) = self.externalities.execute_with(|| instantiate(&PAYER, blob, data, salt));
        (ContractAddress(answer.addr.to_fixed_bytes()), code)
    }

    /// Puts a program of Ethereum's machine on the chain, by the code that shall run there.
    ///
    /// # Panics
    ///
    /// Where the pallets do not take the code.
    pub fn put_evm(&mut self, code: &[u8]) -> ContractAddress {
        let length = u16::try_from(code.len()).expect("a short program").to_be_bytes();
        // Copies what follows these 10 bytes, and returns it: PUSH2 n, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN.
        let first = [&[0x61], &length[..], &[0x80, 0x60, 10, 0x5f, 0x39, 0x5f, 0xf3]].concat();
        let (answer, _) =
            self.externalities.execute_with(|| instantiate(&PAYER, [&first, code].concat(), vec![], None));
        ContractAddress(answer.addr.to_fixed_bytes())
    }

    /// Calls any contract with any bytes: what it answers, and nothing where it reverts or the chain ends the call.
    pub fn call_any(&mut self, contract: ContractAddress, data: Vec<u8>) -> Option<Vec<u8>> {
        self.externalities.execute_with(|| {
            let (origin, config) = (RuntimeOrigin::signed(PAYER), ExecConfig::new_substrate_tx());
            let answer = Revive::bare_call(origin, H160(contract.0), U256::zero(), limits(), data, &config);
            answer.result.ok().filter(|answer| !answer.did_revert()).map(|answer| answer.data)
        })
    }

    /// Brings cells to a contract that awaits them: how many are missing then, the records, and what it cost.
    pub fn import(&mut self, to: ContractAddress, keys: &[CellKey]) -> (Result<u32, Refusal>, Vec<Record>, Weight) {
        let data = [selector("import").to_vec(), keys.encode()].concat();
        self.externalities.execute_with(|| {
            let (answer, weight) = bare_call(PAYER, H160(to.0), data);
            let result = message(&answer);
            let records = if result.is_ok() { records(H160(to.0)) } else { Vec::new() };
            for record in &records {
                evolve(&mut self.model, record).expect("records follow one another");
            }
            (result, records, weight)
        })
    }

    /// From here on everything is said to another contract.
    pub fn speak_to(&mut self, contract: ContractAddress) {
        self.contract = H160(contract.0);
        self.domain.contract = contract;
    }

    /// From here on each call's storage proof is recorded, or none is. Nothing of what is recorded can be undone.
    pub fn record_proofs(&mut self, on: bool) {
        self.proving = on;
    }

    /// From here on everything can be undone.
    pub fn begin(&mut self) -> Beginning {
        self.externalities.ext().storage_start_transaction();
        Beginning { model: self.model.clone(), now: self.now }
    }

    /// Undoes everything since then.
    ///
    /// # Panics
    ///
    /// Where nothing was begun.
    pub fn undo(&mut self, beginning: Beginning) {
        self.externalities.ext().storage_rollback_transaction().expect("something was begun");
        (self.model, self.now) = (beginning.model, beginning.now);
    }

    /// The contract's clock, in seconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Moves the clock.
    pub fn wait(&mut self, seconds: u64) {
        self.set_clock(self.now.saturating_add(seconds));
    }

    /// Puts the clock to a second, which may be an earlier one.
    pub fn set_clock(&mut self, now: u64) {
        self.now = now;
        self.externalities.execute_with(|| set_clock(now));
    }

    /// An envelope of this command.
    #[must_use]
    pub fn envelope(&self, signer: &SigningKey, command: Command) -> Vec<u8> {
        use ed25519_dalek::Signer;
        let key = Key::Ed25519(signer.verifying_key().to_bytes());
        let signature = signer.sign(&signed_message(&self.domain, &key, &command));
        Envelope::seal(&self.domain, command, key, Signature::Ed25519(signature.to_bytes())).to_bytes()
    }

    /// Sends envelopes in one call.
    pub fn submit(&mut self, envelopes: &[Vec<u8>]) -> Answer<Vec<Outcome>> {
        self.call(PAYER, "submit", &envelopes.to_vec())
    }

    /// Sends envelopes in one call that may use this weight, and no more; `None` where that was not enough and the call is
    /// undone.
    pub fn submit_within(&mut self, envelopes: &[Vec<u8>], most: Weight) -> Option<Answer<Vec<Outcome>>> {
        let data = [selector("submit").to_vec(), envelopes.to_vec().encode()].concat();
        self.call_within(PAYER, data, most)
    }

    /// Sends a bare command from the account of a key.
    pub fn act(&mut self, signer: &SigningKey, command: &Command) -> Answer<Outcome> {
        let key = signer.verifying_key().to_bytes();
        self.act_as(key, &(Key::Ed25519(key), command).encode())
    }

    /// Sends any bytes to the direct door from any account.
    pub fn act_as(&mut self, account: [u8; 32], bytes: &[u8]) -> Answer<Outcome> {
        self.call(AccountId32::new(account), "act", &bytes.to_vec())
    }

    /// Cells in which the contract's storage differs from the model.
    pub fn differences(&mut self) -> Vec<CellKey> {
        let contract = self.contract;
        let model = &self.model;
        self.externalities.execute_with(|| {
            let stored = |key: &CellKey| Revive::get_storage_var_key(contract, key.place()).ok().flatten();
            model.keys().filter(|key| stored(key) != model.load(key)).copied().collect()
        })
    }

    /// The bytes of a cell in the contract's storage.
    pub fn stored(&mut self, key: &CellKey) -> Option<Vec<u8>> {
        let contract = self.contract;
        self.externalities.execute_with(|| Revive::get_storage_var_key(contract, key.place()).ok().flatten())
    }

    /// Writes a cell without a call, in the contract's storage and in the model: a history that nobody needs to live
    /// through, or a beginning that takes many decisions.
    ///
    /// # Panics
    ///
    /// Where the pallet does not take it.
    pub fn write(&mut self, key: &CellKey, cell: &impl Encode) {
        self.write_bytes(key, cell.encode());
    }

    /// Writes the bytes of a cell.
    ///
    /// # Panics
    ///
    /// Where the pallet does not take it.
    pub fn write_bytes(&mut self, key: &CellKey, bytes: Vec<u8>) {
        let contract = self.contract;
        self.externalities.execute_with(|| {
            Revive::set_storage_var_key(contract, key.place(), Some(bytes.clone())).expect("a cell");
        });
        self.model.insert(*key, bytes);
    }

    fn call<T: Decode>(&mut self, from: AccountId32, name: &str, argument: &impl Encode) -> Answer<T> {
        let data = [selector(name).to_vec(), argument.encode()].concat();
        self.call_within(from, data, Weight::MAX).expect("the contract does not trap")
    }

    fn call_within<T: Decode>(&mut self, from: AccountId32, data: Vec<u8>, most: Weight) -> Option<Answer<T>> {
        let contract = self.contract;
        let mut reads = Reads::default();
        let call = || {
            let (answer, weight) = trace(&mut reads, || call_within(from, contract, data, most))?;
            let result = message(&answer);
            let records = if result.is_ok() { records(contract) } else { Vec::new() };
            Some((result, records, weight))
        };
        let (called, recorded_proof) = if self.proving {
            // What is not committed is read without the trie.
            self.externalities.commit_all().expect("nothing is begun that can be undone");
            let (called, proof) = self.externalities.execute_and_prove(call);
            (called, Some(proof.encoded_size()))
        } else {
            (self.externalities.execute_with(call), None)
        };
        let (result, records, weight) = called?;
        for record in &records {
            evolve(&mut self.model, record).expect("records follow one another");
        }
        Some(Answer { result, records, weight, reads: reads.0, recorded_proof })
    }
}

/// ink!'s selector of a message or constructor.
#[must_use]
pub fn selector(name: &str) -> [u8; 4] {
    sp_crypto_hashing::blake2_256(name.as_bytes())[..4].try_into().expect("four bytes")
}

/// The blob of the released contract.
///
/// # Panics
///
/// Where it is not there.
#[must_use]
pub fn released() -> Vec<u8> {
    artefact("governance.polkavm")
}

fn artefact(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/governance/released");
    std::fs::read(folder.join(name)).expect("the released artefact")
}

fn instantiate(
    payer: &AccountId32,
    blob: Vec<u8>,
    data: Vec<u8>,
    salt: Option<[u8; 32]>,
) -> (InstantiateReturnValue, Weight) {
    let (origin, config) = (RuntimeOrigin::signed(payer.clone()), ExecConfig::new_substrate_tx());
    let code = Code::Upload(blob);
    let answer = Revive::bare_instantiate(origin, U256::zero(), limits(), code, data, salt, &config);
    (answer.result.expect("the pallets take the code"), answer.weight_consumed)
}

fn bare_call(from: AccountId32, contract: H160, data: Vec<u8>) -> (ExecReturnValue, Weight) {
    call_within(from, contract, data, Weight::MAX).expect("the contract does not trap")
}

fn call_within(from: AccountId32, contract: H160, data: Vec<u8>, most: Weight) -> Option<(ExecReturnValue, Weight)> {
    System::reset_events();
    if System::account(&from).data.free < UNIT {
        give(&from);
    }
    let (origin, config) = (RuntimeOrigin::signed(from), ExecConfig::new_substrate_tx());
    let answer = Revive::bare_call(origin, contract, U256::zero(), within(most), data, &config);
    Some((answer.result.ok()?, answer.weight_consumed))
}

/// The answer of a message or constructor: ink!'s own result around it says that the call was understood.
fn message<E: Decode, T: Decode>(answer: &ExecReturnValue) -> Result<T, E> {
    let understood: Result<Result<T, E>, u8> = Decode::decode(&mut &answer.data[..]).expect("an answer");
    understood.expect("the call is understood")
}

/// Everything that the contract has emitted in this call.
fn records(contract: H160) -> Vec<Record> {
    let emitted = System::events().into_iter().filter_map(|event| match event.event {
        RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted { contract: by, data, .. }) if by == contract => {
            Some(data)
        }
        _ => None,
    });
    let record = |data: Vec<u8>| <([u8; 32], [u8; 32], Record)>::decode_all(&mut &data[..]).expect("a record").2;
    emitted.map(record).collect()
}

pub(crate) fn limits() -> TransactionLimits<Runtime> {
    within(Weight::MAX)
}

fn within(weight_limit: Weight) -> TransactionLimits<Runtime> {
    TransactionLimits::WeightAndDeposit { weight_limit, deposit_limit: u128::MAX }
}

pub(crate) fn give(account: &AccountId32) {
    Balances::mint_into(account, 1_000_000 * UNIT).expect("money");
    // An account that was mapped before stays so.
    let _ = Revive::map_account(RuntimeOrigin::signed(account.clone()));
}

fn set_clock(now: u64) {
    pallet_timestamp::Now::<Runtime>::put(now.saturating_mul(1000));
}
