#!/usr/bin/env node
// Verifies what `slipway audit export` wrote, and shares no code with Slipway: read it, then believe it.
//
//   node verify-export.mjs <folder> --public-key <file> [--anchors <file>]
//
// Exit code 0: whole. 1: broken, and where. 2: cannot be decided, such as without a public key from somebody you trust.
//
// record.jsonl       a line each: {stream, seq, at, text, hash}; text is the JSON that was recorded, byte for byte.
//                    hash = SHA-256 of "slipway/record/v1", the hash before it in its stream (64 zeros before the
//                    first), stream, seq, at and text, with line feeds between them.
// checkpoints.jsonl  a line each: {number, statement, signature}; the statement says where streams ended, names the
//                    SHA-256 of "slipway/checkpoint/v1", line feed, statement before it, and holds the public key.
//                    signature = Ed25519 over "slipway/anchor/v1", number and the statement's hash, with line feeds.
// manifest.json      the SHA-256 of the files and the lines of each stream; manifest.sig = Ed25519 over
//                    "slipway/export/v1", line feed, manifest.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const BEGINNING = '0'.repeat(64);

function isSigned(key, text, signature) {
  const [raw, bytes] = [Buffer.from(key, 'base64'), Buffer.from(signature, 'base64')];
  if (raw.length !== 32 || raw.toString('base64') !== key || bytes.toString('base64') !== signature)
    return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  return verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: 'jwk' }), bytes);
}

async function* jsonLines(file) {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop();
    for (const text of texts) yield JSON.parse(text);
  }
  if (rest !== '') throw new Error('the last line breaks off');
}

async function checkManifest(folder, trusted, broken) {
  const text = readFileSync(join(folder, 'manifest.json'), 'utf8');
  const manifest = JSON.parse(text);
  const signature = manifest.key === null ? '' : readFileSync(join(folder, 'manifest.sig'), 'utf8');
  if (trusted.length > 0 && !trusted.includes(manifest.key))
    broken('manifest.json: no key of yours signed it');
  if (manifest.key !== null && !isSigned(manifest.key, `slipway/export/v1\n${text}`, signature))
    broken('manifest.json: the signature is wrong');
  for (const name of new Set(['record.jsonl', 'checkpoints.jsonl', ...Object.keys(manifest.files)])) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk);
    if (hash.digest('hex') !== manifest.files[name])
      broken(`${name}: is not the file that the manifest names`);
  }
  return new Map(manifest.streams.map(([stream, seq, hash]) => [stream, { seq, hash }]));
}

function checkHeads({ heads }, where, marks, broken) {
  for (const [stream, seq, hash] of heads) {
    const signed = marks.get(stream) ?? { last: 0, hashes: new Map() };
    if (seq <= signed.last) broken(`${where}: goes back in ${stream}`);
    signed.hashes.set(seq, hash);
    marks.set(stream, { ...signed, last: seq });
  }
}

function checkKnown(hashes, keys, trusted, anchors, broken) {
  // A key that nobody named will do when one that is named has signed a checkpoint after it.
  const foreign = keys[keys.findLastIndex((key) => trusted.includes(key)) + 1];
  if (trusted.length > 0 && foreign !== undefined)
    broken(`checkpoints: signed by ${foreign}, no key of yours`);
  for (const { number, hash } of anchors)
    if (hashes[number - 1] !== hash) broken(`checkpoint ${number}: not what was anchored`);
}

async function checkCheckpoints(folder, trusted, anchors, broken) {
  const [marks, hashes, keys] = [new Map(), [], []];
  let at = null;
  for await (const { number, statement, signature } of jsonLines(join(folder, 'checkpoints.jsonl'))) {
    const [where, stated] = [`checkpoint ${hashes.length + 1}`, JSON.parse(statement)];
    const hash = sha256(`slipway/checkpoint/v1\n${statement}`);
    const follows = stated.previous === (hashes.at(-1) ?? BEGINNING) && stated.number === number;
    if (number !== hashes.length + 1 || !follows) broken(`${where}: does not follow`);
    if (!isSigned(stated.key, `slipway/anchor/v1\n${number}\n${hash}`, signature))
      broken(`${where}: wrong signature`);
    checkHeads(stated, where, marks, broken);
    hashes.push(hash);
    keys.push(stated.key);
    at = stated.at;
  }
  checkKnown(hashes, keys, trusted, anchors, broken);
  return { marks, at, count: hashes.length, keys: [...new Set(keys)] };
}

/** What is wrong with one line, beyond all others. */
function checkLine({ stream, seq, at, text, hash }, before, { marks, at: signedAt }, broken) {
  const content = `slipway/record/v1\n${before.hash}\n${stream}\n${seq}\n${at}\n${text}`;
  if (seq !== before.seq + 1 || hash !== sha256(content)) broken(`${stream}, line ${seq}: does not follow`);
  const signed = marks.get(stream) ?? { last: 0, hashes: new Map() };
  if ((signed.hashes.get(seq) ?? hash) !== hash)
    broken(`${stream}, line ${seq}: is not the one that was signed`);
  // What no checkpoint knows must be newer than the newest checkpoint, give or take ten minutes.
  const isLate = signedAt !== null && !(Date.parse(at) > Date.parse(signedAt) - 600_000);
  if (seq > signed.last && isLate) broken(`${stream}, line ${seq}: is older than a checkpoint that lacks it`);
  return seq > signed.last;
}

function checkEnds(ends, marks, counted, broken) {
  for (const [stream, { last }] of marks)
    if (last > (ends.get(stream)?.seq ?? 0)) broken(`${stream}: lines that were signed are gone`);
  for (const stream of new Set([...counted.keys(), ...ends.keys()])) {
    const [want, have] = [counted.get(stream), ends.get(stream)];
    if (want?.seq !== have?.seq || want?.hash !== have?.hash)
      broken(`${stream}: does not end as the manifest says`);
  }
}

async function checkRecord(folder, signed, counted, broken) {
  const [ends, total] = [new Map(), { lines: 0, unsigned: 0 }];
  let current = null;
  for await (const line of jsonLines(join(folder, 'record.jsonl'))) {
    const { stream, seq, hash } = line;
    if (/[^!-~]/.test(stream) || (stream !== current && ends.has(stream)))
      broken(`${stream}: is no stream of its own`);
    if (checkLine(line, ends.get(stream) ?? { seq: 0, hash: BEGINNING }, signed, broken)) total.unsigned += 1;
    total.lines += 1;
    current = stream;
    ends.set(stream, { seq, hash });
  }
  checkEnds(ends, signed.marks, counted, broken);
  return total;
}

/** What there is to say of the export in this folder. `trusted`: public keys as base64 of 32 bytes. */
export async function verifyExport(folder, trusted, anchors) {
  const breaks = [];
  const broken = (what) => breaks.push(what);
  try {
    const counted = await checkManifest(folder, trusted, broken);
    const signed = await checkCheckpoints(folder, trusted, anchors, broken);
    const { lines, unsigned } = await checkRecord(folder, signed, counted, broken);
    const isDecided = trusted.length > 0 && signed.count > 0;
    const said = `${lines} lines, ${signed.count} checkpoints by ${signed.keys}, ${unsigned} lines after the last one`;
    return { exitCode: breaks.length > 0 ? 1 : isDecided ? 0 : 2, breaks, said };
  } catch (error) {
    return { exitCode: 1, breaks: [...breaks, `cannot be read: ${error.message}`], said: '' };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = '.', ...flags] = process.argv.slice(2);
  const read = (flag) => (flags.includes(flag) ? readFileSync(flags[flags.indexOf(flag) + 1], 'utf8') : '');
  const blocks = read('--public-key').match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  const keys = blocks.map((pem) => createPublicKey(pem).export({ format: 'jwk' }).x);
  const trusted = keys.map((key) => Buffer.from(key, 'base64url').toString('base64'));
  const anchors = read('--anchors')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const { exitCode, breaks, said } = await verifyExport(folder, trusted, anchors);
  const verdict = ['whole', 'BROKEN', 'cannot be decided: name a public key that you trust'][exitCode];
  process.stdout.write(`${[...breaks.slice(0, 20), said, verdict].join('\n')}\n`);
  process.exitCode = exitCode;
}
