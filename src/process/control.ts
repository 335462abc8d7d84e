import { randomUUID } from 'node:crypto';
import { calledInSlack, hostCommands } from '../../commands/host.ts';
import {
  type AuditRequest,
  type ControlNeeds,
  carryOut,
  type Request,
  type Response,
  serveControl,
} from '../control/index.ts';
import type { AuditRecord } from '../core/audit/record.ts';
import type { Engine } from '../engine/engine.ts';
import type { Directory } from '../engine/parts.ts';
import type { Store } from '../store/index.ts';
import { audit } from './audit.ts';
import { operator } from './operator.ts';
import type { Settings } from './settings.ts';

export type ControlParts = {
  readonly settings: Settings;
  readonly store: Store;
  readonly directory: Directory;
  readonly engine: Engine;
};

/** What the command line of the host is answered with, wherever that is done. */
export function controlNeeds({ settings, store, directory, engine }: ControlParts): ControlNeeds {
  return {
    commands: hostCommands,
    called: calledInSlack,
    operator: operator(),
    store,
    log: settings.log.child({ part: 'control' }),
    look: (caller) => directory.look(caller, 'fresh'),
    deskFor: engine.deskFor,
    newKey: randomUUID,
  };
}

/** Opens the door for the command line of this host; answers how to close it. A process without it still runs. */
export async function openControl(parts: ControlParts): Promise<() => Promise<void>> {
  const needs = controlNeeds(parts);
  const { uid } = operator();
  const { settings } = parts;
  try {
    return await serveControl({
      home: settings.home,
      uid,
      pid: process.pid,
      log: needs.log,
      answer: (request) => answer(parts, needs, request),
    });
  } catch (error) {
    needs.log.error({ error: String(error) }, 'the command line of this host cannot be served');
    return async () => undefined;
  }
}

async function answer(parts: ControlParts, needs: ControlNeeds, request: Request): Promise<Response> {
  if (request.kind === 'command') return carryOut(needs, request);
  await parts.store.ledger.note([recordOf(needs, request)]);
  const { exitCode, lines } = await audit(request.asked, parts.settings, parts.store);
  return { v: 1, kind: 'audited', exitCode, lines: [...lines] };
}

function recordOf({ operator: { id }, newKey }: ControlNeeds, { asked }: AuditRequest): AuditRecord {
  return {
    actor: { id, person: null, kind: 'host' },
    origin: { channel: null, deliveryKey: `cli/${newKey()}` },
    action: asked.kind,
    object: { service: null, environment: null, deployment: null, sheet: null },
    outcome: 'asked',
    code: null,
    detail: asked.kind === 'audit-export' ? { format: asked.format, to: asked.to } : {},
  };
}
