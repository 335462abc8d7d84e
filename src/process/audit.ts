import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AnchorsRefused, anchorsIn, readAnchors } from '../audit/anchors.ts';
import { type Exported, ExportRefused, exportLines, exportTable, openFolder } from '../audit/export.ts';
import { isSigned, KeyRefused, keyFileIn, publicKeysIn, signerIn, signerOf } from '../audit/key.ts';
import { type Verified, verifyExport, verifySnapshot } from '../audit/verify.ts';
import { snapshotOf } from '../audit/walk.ts';
import type { Anchor } from '../core/audit/checkpoint.ts';
import { counted } from '../core/audit/counted.ts';
import { momentOf } from '../core/audit/moment.ts';
import { type Auditor, openAuditor, type Signer } from '../engine/audit/auditor.ts';
import { postAnchor } from '../engine/audit/post-anchor.ts';
import { openStore, type Store } from '../store/index.ts';
import type { AuditAsked } from './audit-arguments.ts';
import { clock } from './clock.ts';
import type { Closing } from './closing.ts';
import type { Settings } from './settings.ts';
import { version } from './version.ts';

/** What is to be said, and whether it went well: 0 whole, 1 broken, 2 not to be decided. */
export type Said = { readonly exitCode: 0 | 1 | 2; readonly lines: readonly string[] };

/** Signs the record until the signal aborts, and once more when everything that was going on is handed over. */
export async function keepSigned(
  settings: Settings,
  store: Store,
  owner: string,
  stopping: AbortSignal,
  closing: Closing,
): Promise<void> {
  const auditor = await auditorFor(settings, store, owner);
  if (auditor === null) return;
  const rounds = auditor.run(stopping);
  closing.add('record', async () => {
    await rounds;
    await auditor.round('now');
  });
}

/** Null when there is no key to sign with, which is said aloud. @throws {KeyRefused} for what is no key. */
async function auditorFor(settings: Settings, store: Store, owner: string): Promise<Auditor | null> {
  const log = settings.log.child({ part: 'audit' });
  const { key } = settings.configuration.current().audit;
  const isOwn = key === null && settings.databaseUrl === null;
  const own = isOwn ? await signerIn(settings.home) : null;
  const signer = own ?? (await configuredSigner(settings));
  if (own?.isNew === true) {
    const file = keyFileIn(settings.home);
    log.warn(
      { file },
      'a key for the record was made: whoever holds this folder can sign a record of their own',
    );
  }
  if (signer === null) {
    log.warn({}, 'the record is chained and not signed: name a key in slipway.yml, under audit.key');
    return null;
  }
  const anchors = anchorsIn(anchorsFile(settings));
  const onAnchor = async (anchor: Anchor) => {
    const { channel } = settings.configuration.current().audit;
    if (channel === null) return;
    await postAnchor(store, channel, anchor).catch((error: unknown) => {
      log.warn({ number: anchor.number, error: String(error) }, 'a checkpoint could not be posted');
    });
  };
  return openAuditor({ store, signer, anchors, onAnchor, clock, log, owner });
}

/**
 * @param running the records of this process, where it has them open already
 * @throws whatever `openStore` throws when the records cannot be opened.
 */
export async function audit(
  asked: AuditAsked,
  settings: Settings,
  running: Store | null = null,
): Promise<Said> {
  try {
    return asked.kind === 'audit-verify'
      ? await verify(asked, settings, running)
      : await exportRecord(asked, settings, running);
  } catch (error) {
    if (!(error instanceof KeyRefused || error instanceof AnchorsRefused || error instanceof ExportRefused))
      throw error;
    return { exitCode: 2, lines: [error.message] };
  }
}

type Asked<K extends AuditAsked['kind']> = Extract<AuditAsked, { kind: K }>;

async function verify(
  asked: Asked<'audit-verify'>,
  settings: Settings,
  running: Store | null,
): Promise<Said> {
  const anchors = await anchorsFor(asked, settings);
  const keys = await keysFor(asked, settings);
  const against = { anchors, trust: { keys, isSigned } };
  const verified =
    asked.folder === null
      ? await withRecords(settings, running, async ({ ledger }) =>
          verifySnapshot(await snapshotOf(ledger), against),
        )
      : await verifyExport(asked.folder, against);
  if (verified === null) return noRecords(settings);
  const isOwn = asked.publicKey === null && settings.configuration.current().audit.key === null;
  const ownKey = `The key is kept in ${keyFileIn(settings.home)}: whoever holds that can sign a record of their own.`;
  return said(verified, isOwn && keys.length > 0 ? [ownKey] : []);
}

const BREAKS_SHOWN = 20;

function said({ kind, breaks, because, notes, ...found }: Verified, more: readonly string[]): Said {
  const count = `${counted(found.lines, 'line')} in ${counted(found.streams, 'stream')}, ${counted(found.checkpoints, 'checkpoint')}`;
  const by = found.keys.length === 0 ? '' : `, signed by ${found.keys.join(', ')}`;
  const rest = breaks.length - BREAKS_SHOWN;
  switch (kind) {
    case 'broken':
      return {
        exitCode: 1,
        lines: [
          `The record is broken (${count}).`,
          ...breaks.slice(0, BREAKS_SHOWN).map(({ where, what }) => `  ${where}: ${what}`),
          ...(rest > 0 ? [`  and ${rest} more`] : []),
        ],
      };
    case 'undecided':
      return {
        exitCode: 2,
        lines: [`It cannot be decided whether the record is whole (${count}${by}).`, ...because, ...notes],
      };
    case 'whole':
      return { exitCode: 0, lines: [`The record is whole: ${count}${by}.`, ...notes, ...more] };
  }
}

/** The same with every path as it is meant where it was typed, for whoever carries it out somewhere else. */
export function placed(asked: AuditAsked): AuditAsked {
  const at = (path: string | null) => (path === null ? null : resolve(path));
  if (asked.kind === 'audit-verify') {
    return {
      ...asked,
      folder: at(asked.folder),
      anchors: at(asked.anchors),
      publicKey: at(asked.publicKey),
    };
  }
  const stamp = momentOf(clock.nowMs()).slice(0, 19).replaceAll(/[-:]/g, '');
  return { ...asked, to: resolve(asked.to ?? `slipway-audit-${stamp}Z`) };
}

async function exportRecord(
  asked: Asked<'audit-export'>,
  settings: Settings,
  running: Store | null,
): Promise<Said> {
  const signer = await existingSigner(settings);
  const { format } = asked;
  const folder = asked.to ?? '.';
  const exported = await withRecords(settings, running, async (store) => {
    await openFolder(folder);
    const snapshot = await snapshotOf(store.ledger);
    if (format === 'csv') return exportTable(folder, snapshot);
    const at = momentOf(await store.nowMs());
    return exportLines(folder, snapshot, { signer, program: version(), at });
  });
  if (exported === null) return noRecords(settings);
  return { exitCode: 0, lines: saidOf(exported, folder, format, signer) };
}

function saidOf(
  { lines, streams, checkpoints }: Exported,
  folder: string,
  format: 'jsonl' | 'csv',
  signer: Signer | null,
): string[] {
  const first = `Wrote ${counted(lines, 'line')} of ${counted(streams, 'stream')} and ${counted(checkpoints, 'checkpoint')} to ${folder}`;
  if (format === 'csv')
    return [first, 'A table is for reading: it proves nothing. What can be verified is --format jsonl.'];
  const signed =
    signer === null
      ? 'It is not signed, because there is no key: nobody can tell who wrote it.'
      : `It is signed by ${signer.key}: whoever verifies it has to know that key from somewhere else.`;
  return [first, signed, `Without Slipway: node verify-export.mjs ${folder} --public-key <file>`];
}

async function withRecords<T>(
  settings: Settings,
  running: Store | null,
  work: (store: Store) => Promise<T>,
): Promise<T | null> {
  if (running !== null) return work(running);
  const { databaseUrl, home } = settings;
  // Whoever only wants to look makes no database where there is none.
  if (databaseUrl === null && !(await isThere(join(home, 'database')))) return null;
  const opened = await openStore({
    databaseUrl: databaseUrl?.open() ?? null,
    folder: home,
    nowMs: clock.nowMs,
  });
  try {
    return await work(opened.store);
  } finally {
    await opened.close();
  }
}

function noRecords({ home }: Settings): Said {
  return {
    exitCode: 2,
    lines: [
      `There are no records in ${home}. Set SLIPWAY_HOME to the folder that has them, or DATABASE_URL.`,
    ],
  };
}

async function anchorsFor({ anchors }: Asked<'audit-verify'>, settings: Settings): Promise<Anchor[] | null> {
  if (anchors === null) return readAnchors(anchorsFile(settings));
  const read = await readAnchors(anchors);
  if (read === null) throw new AnchorsRefused(`There is no file ${anchors}.`);
  return read;
}

async function keysFor({ publicKey }: Asked<'audit-verify'>, settings: Settings): Promise<string[]> {
  if (publicKey === null) {
    const signer = await existingSigner(settings);
    return signer === null ? [] : [signer.key];
  }
  const text = await readFile(publicKey, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new KeyRefused(`The public key ${publicKey} cannot be read (${error.code ?? 'unknown reason'}).`);
  });
  return publicKeysIn(text, publicKey);
}

async function existingSigner(settings: Settings): Promise<Signer | null> {
  if (settings.configuration.current().audit.key !== null) return configuredSigner(settings);
  const isOwn = settings.databaseUrl === null && (await isThere(keyFileIn(settings.home)));
  return isOwn ? signerIn(settings.home) : null;
}

async function configuredSigner({ configuration, secrets }: Settings): Promise<Signer | null> {
  const { key } = configuration.current().audit;
  return key === null ? null : signerOf((await secrets.read(key)).open(), `The secret ${key}`);
}

function anchorsFile({ configuration, home }: Settings): string {
  return configuration.current().audit.anchors ?? join(home, 'audit', 'anchors.jsonl');
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
