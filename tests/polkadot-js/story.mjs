// A story told by the library of wallets and explorers: connect as Polkadot-JS Apps does, follow heads, transfer, read
// events, ask the contract by its metadata. Prints one JSON object.
//
// usage: node story.mjs WS_URL CONTRACT METADATA_JSON PACKAGES
// PACKAGES is the folder where package-lock.json was installed.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [url, address, metadata, packages] = process.argv.slice(2);
// The library takes hexadecimal for text where it does not begin with 0x.
const contract = `0x${address}`;
const require = createRequire(join(packages, 'package.json'));
const { ApiPromise, Keyring, WsProvider } = require('@polkadot/api');
const { Abi } = require('@polkadot/api-contract');

/** What Polkadot-JS Apps asks a node for when it connects, and on its first pages. */
async function questions(api) {
  const { system, rpc, state, chain, author } = api.rpc;
  const version = await new Promise((told) => state.subscribeRuntimeVersion(told));
  const transfer = api.tx.balances.transferKeepAlive(alice.address, 1);
  const signed = await transfer.signAsync(alice);
  return {
    chain: await system.chain(),
    type: await system.chainType(),
    name: await system.name(),
    version: await system.version(),
    properties: (await system.properties()).toHuman(),
    health: await system.health(),
    peers: (await system.peers()).length,
    roles: await system.nodeRoles(),
    syncing: await system.syncState(),
    methods: (await rpc.methods()).methods.length,
    metadata: (await state.getMetadata()).version,
    specName: version.specName,
    storageAt: (await state.queryStorageAt([api.query.timestamp.now.key()])).length,
    genesis: await chain.getBlockHash(0),
    // Asked without the library, which still expects the weight of old chains in this answer.
    fee: await provider.send('payment_queryInfo', [signed.toHex()]),
    feeByRuntime: (await transfer.paymentInfo(alice)).partialFee.toString(),
    pending: (await author.pendingExtrinsics()).length,
  };
}

/** Signs, sends, and follows a transaction until it is final. */
function sent(call, account) {
  return new Promise((done, failed) => {
    const statuses = [];
    call.signAndSend(account, ({ status, events, dispatchError }) => {
      statuses.push(status.type);
      if (dispatchError) failed(new Error(dispatchError.toString()));
      if (status.isFinalized) {
        const names = events.map(({ event }) => `${event.section}.${event.method}`);
        done({ statuses, block: status.asFinalized.toHex(), events: names });
      }
      if (status.isInvalid || status.isDropped) failed(new Error(status.type));
    }).catch(failed);
  });
}

/** Asks the contract without paying; arguments and answer are understood by its metadata. */
async function asked(api, abi, message, args) {
  const { toU8a, returnType } = abi.findMessage(message);
  const answer = await api.call.reviveApi.call(alice.address, contract, 0, null, null, toU8a(args));
  const { flags, data } = answer.result.asOk;
  const returned = abi.registry.createTypeUnsafe(returnType.lookupName || returnType.type, [data.toU8a(true)]);
  const reverted = flags.bits.toNumber() !== 0;
  return { reverted, returned: returned.toJSON(), weight: answer.weightRequired.toJSON(), deposit: answer.storageDeposit.toJSON() };
}

/** Calls the contract in a transaction, with the weight and the deposit that a dry run said. */
async function called(api, abi, message, args) {
  const { weight, deposit } = await asked(api, abi, message, args);
  const limit = { refTime: weight.refTime, proofSize: weight.proofSize };
  return sent(api.tx.revive.call(contract, 0, limit, deposit.charge ?? 0, abi.findMessage(message).toU8a(args)), alice);
}

const provider = new WsProvider(url);
const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
const bob = new Keyring({ type: 'sr25519' }).addFromUri('//Bob');

const heads = { best: [], finalized: [] };
const stopBest = await api.rpc.chain.subscribeNewHeads((head) => heads.best.push(head.number.toNumber()));
const stopFinal = await api.rpc.chain.subscribeFinalizedHeads((head) => heads.finalized.push(head.number.toNumber()));
const events = [];
const stopEvents = await api.query.system.events((all) => {
  events.push(...all.map(({ event }) => `${event.section}.${event.method}`));
});

const before = (await api.query.system.account(bob.address)).data.free.toBigInt();
const transfer = await sent(api.tx.balances.transferKeepAlive(bob.address, 1_000_000_000_000n), alice);
const after = (await api.query.system.account(bob.address)).data.free.toBigInt();
const abi = new Abi(JSON.parse(readFileSync(metadata, 'utf8')));
const result = {
  questions: await questions(api),
  transfer,
  received: (after - before).toString(),
  head: await asked(api, abi, 'cell', [{ Head: null }]),
  route: await asked(api, abi, 'cell', [{ Route: 1 }]),
  // One byte is no envelope.
  refused: await asked(api, abi, 'submit', [['0x00']]),
  // To read in a transaction is of no use, but it can be done.
  call: await called(api, abi, 'cell', [{ Head: null }]),
  heads,
  events,
};
[stopBest, stopFinal, stopEvents].forEach((stop) => stop());
await api.disconnect();
console.log(JSON.stringify(result));
