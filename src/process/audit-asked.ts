import { readEnvironment } from '../config/index.ts';
import { askControl } from '../control/index.ts';
import { audit, placed, type Said } from './audit.ts';
import type { AuditAsked } from './audit-arguments.ts';
import { forbiddenWords } from './host.ts';
import { operator } from './operator.ts';
import { readSettings } from './settings.ts';

/** Reading a long record anew takes its time. */
const ANSWER_WITHIN_MS = 30 * 60_000;

/**
 * Asks the process that runs in this home folder, which has the records open, and opens them itself where none does.
 * @throws what opening settings and records throws.
 */
export async function recordAsked(typed: AuditAsked): Promise<Said> {
  const asked = placed(typed);
  return (await throughControl(asked)) ?? withOwnHands(asked);
}

/** Null where nobody runs there, or where what was asked for is no question to them. */
async function throughControl(asked: AuditAsked): Promise<Said | null> {
  const environment = readEnvironment();
  if (environment.kind === 'broken' || environment.environment.databaseUrl !== null) return null;
  if (asked.config !== null || (asked.kind === 'audit-verify' && asked.folder !== null)) return null;
  const mine = { home: environment.environment.home, uid: operator().uid };
  const request =
    asked.kind === 'audit-verify' ? { ...asked, folder: null, config: null } : { ...asked, config: null };
  const heard = await askControl(mine, { v: 1, kind: 'audit', asked: request }, ANSWER_WITHIN_MS);
  switch (heard.kind) {
    case 'nobody':
      return null;
    case 'forbidden':
      return { exitCode: 2, lines: forbiddenWords(heard.folder, heard.ownerUid) };
    case 'silent':
      return { exitCode: 2, lines: ['Slipway runs here and did not answer. Try again.'] };
    case 'answered': {
      const { response } = heard;
      if (response.kind === 'audited') return { exitCode: response.exitCode, lines: response.lines };
      return {
        exitCode: 2,
        lines: [response.kind === 'broken' ? response.because : 'It was not understood.'],
      };
    }
  }
}

async function withOwnHands(asked: AuditAsked): Promise<Said> {
  const settings = await readSettings({ role: null, config: asked.config });
  try {
    return await audit(asked, settings);
  } finally {
    settings.configuration.close();
  }
}
