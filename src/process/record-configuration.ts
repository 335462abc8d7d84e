import type { AuditRecord } from '../core/audit/record.ts';
import type { Store } from '../store/store.ts';
import { clock } from './clock.ts';
import type { Settings } from './settings.ts';

const LOOK_EVERY_MS = 2_000;

/** Puts every configuration that comes into force on record, with what it was before; answers how to stop. */
export function recordConfiguration(settings: Settings, { ledger }: Pick<Store, 'ledger'>): () => void {
  let before: string | null = null;
  const look = async () => {
    const { version } = settings.configuration.current().catalog;
    if (version === before) return;
    const record = changeOf(settings.configurationName, before, version);
    await ledger.note([record]);
    before = version;
  };
  const lookQuietly = () => {
    look().catch((error: unknown) => {
      settings.log.warn({ error: String(error) }, 'the configuration could not be put on record yet');
    });
  };
  lookQuietly();
  return clock.every(LOOK_EVERY_MS, lookQuietly);
}

function changeOf(name: string, before: string | null, after: string): AuditRecord {
  return {
    actor: { id: 'slipway', person: null, kind: 'program' },
    origin: { channel: null, deliveryKey: null },
    action: before === null ? 'configuration-in-force' : 'configuration-change',
    object: { service: null, environment: null, deployment: null, sheet: null },
    outcome: 'done',
    code: null,
    detail: { name, before, after },
  };
}
