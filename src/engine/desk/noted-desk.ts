import type { Reply } from '../../core/answer.ts';
import type { AuditRecord } from '../../core/audit/record.ts';
import type { Desk } from '../../core/desk.ts';
import { personOf } from '../../core/person.ts';
import { redact } from '../../http/redact.ts';
import type { Visiting } from './visitor.ts';

/** What only helps people to type, and what is looked at again and again for as long as it is open, is no request. */
const unnoted: ReadonlySet<string> = new Set(['suggestServices', 'suggestVersions', 'preference', 'home']);

/**
 * The same desk, with every request and what became of it in the record: refusals and questions too. What was carried
 * out is recorded once more where it changes something, in the transaction of the change.
 */
export function notedDesk(visiting: Visiting, desk: Desk): Desk {
  const noted = Object.entries(desk).map(([name, method]) => {
    if (typeof method !== 'function' || unnoted.has(name)) return [name, method];
    return [
      name,
      async (...asked: unknown[]) => {
        const reply = await (method as (...asked: unknown[]) => Promise<Reply>)(...asked);
        await note(visiting, name, asked, reply);
        return reply;
      },
    ];
  });
  return Object.fromEntries(noted) as Desk;
}

/** A record that cannot be written is said aloud; what was done or refused stays so. */
async function note(visiting: Visiting, name: string, asked: unknown[], reply: Reply): Promise<void> {
  const { store, log } = visiting.parts;
  try {
    await store.ledger.note([recordOf(visiting, name, asked, reply)]);
  } catch (error) {
    log.error({ action: name, error: String(error) }, 'a request could not be put on record');
  }
}

function recordOf({ parts, visitor }: Visiting, name: string, asked: unknown[], reply: Reply): AuditRecord {
  const { actor, channel, key } = visitor;
  const person = personOf(actor.id, parts.catalog().people);
  const isRefused = reply.kind === 'refusal';
  return {
    actor: {
      id: actor.id,
      person: person === actor.id ? null : person,
      kind: actor.kind === 'host' ? 'host' : 'person',
    },
    origin: { channel, deliveryKey: key },
    action: `ask-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    object: objectOf(asked, reply),
    outcome: isRefused ? 'refused' : 'done',
    code: isRefused ? reply.code : null,
    detail: { account: actor.kind, asked: redactedJson(asked) },
  };
}

function objectOf(asked: unknown[], reply: Reply): AuditRecord['object'] {
  const [first] = asked;
  const order = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : {};
  const word = (name: string) => (typeof order[name] === 'string' ? order[name] : null);
  const named = typeof first === 'string' ? first : word('deployment');
  const begun = reply.kind === 'answer' ? (reply.deploymentIds?.[0] ?? null) : null;
  return {
    service: word('service'),
    environment: word('environment'),
    deployment: named ?? begun,
    sheet: null,
  };
}

/** What was asked, with nothing in it that looks like a secret. */
function redactedJson(asked: unknown[]): string {
  return redact(JSON.stringify(asked.filter((each) => each !== null)) ?? '');
}
