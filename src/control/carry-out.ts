import { type Command, understand } from '../command/index.ts';
import type { Reply } from '../core/answer.ts';
import type { AuditRecord } from '../core/audit/record.ts';
import { zoneNamed } from '../core/calendar/zone.ts';
import type { Desk } from '../core/desk.ts';
import type { Actor, Caller } from '../core/person.ts';
import { refuse } from '../core/refusal.ts';
import { code, plain } from '../core/text.ts';
import { redact } from '../http/redact.ts';
import type { Store } from '../store/index.ts';
import type { PartLog } from '../telemetry/index.ts';
import type { CommandRequest, Said } from './protocol.ts';
import { type Manner, sayReply, typedHere } from './say.ts';

export type ControlNeeds = {
  readonly commands: readonly Command[];
  /** The name of a command in Slack, and what it is called here. */
  readonly called: ReadonlyMap<string, string>;
  /** The user of the operating system that this process runs as; nobody else can ask. */
  readonly operator: Caller;
  readonly store: Pick<Store, 'ledger' | 'nowMs'>;
  readonly log: PartLog;
  look(caller: Caller): Promise<Actor>;
  deskFor(visitor: { readonly actor: Actor; readonly channel: null; readonly key: string }): Desk;
  /** Never the same twice. */
  newKey(): string;
};

/** Carries out one line of the command line, by the same grammar and at the same desk as one that was typed in Slack. */
export async function carryOut(needs: ControlNeeds, request: CommandRequest): Promise<Said> {
  const { operator, commands, called } = needs;
  const zone = zoneNamed(request.zone ?? '') ?? 'UTC';
  const key = `cli/${needs.newKey()}`;
  const understood = understand(commands, request.command, request.text);
  const manner: Manner = {
    zone,
    nowMs: await needs.store.nowMs(),
    called,
    names: new Set(commands.map((command) => command.name)),
  };
  const said = (outcome: Said['outcome'], reply: Reply): Said => ({
    v: 1,
    kind: 'said',
    as: operator.id,
    outcome,
    lines: sayReply(reply, manner),
    reply: JSON.parse(JSON.stringify(reply)) as Said['reply'],
    go: outcome === 'done' ? goOf(request, reply, manner) : null,
  });
  if (understood.kind !== 'prepared') {
    if (understood.kind === 'help') return said('done', understood.answer);
    const refusal = understood.kind === 'form' ? understood.refusal : understood;
    await noteMisunderstood(needs, key, request, plain(refusal.message));
    return said('usage', refusal);
  }
  const actor = { ...(await needs.look(operator)), zone };
  const desk = needs.deskFor({ actor, channel: null, key });
  const reply = await understood.run(desk).catch((error: unknown) => {
    needs.log.error({ key, error: String(error) }, 'a request of the command line could not be carried out');
    return faulty(key);
  });
  return said(reply.kind === 'refusal' ? 'refused' : 'done', reply);
}

function faulty(key: string) {
  return refuse(
    'unavailable',
    ['This could not be carried out because of a fault of ours (', code(key), ').'],
    {
      next: ['See how things stand with ', code('/status'), ' before you ask again.'],
    },
  );
}

/**
 * What one has to send to carry out what was only shown. It is the same command, with what was shown named: anything else
 * that an answer offers is something new, and never done along with it.
 */
function goOf({ command }: CommandRequest, reply: Reply, manner: Manner): Said['go'] {
  const [offer] = reply.kind === 'answer' ? (reply.offers ?? []) : [];
  const here = offer === undefined ? null : typedHere(offer, manner);
  if (offer?.confirm === undefined || here?.command !== command) return null;
  return { label: offer.label, ...here };
}

/** What reached the desk is put on record there. */
async function noteMisunderstood(
  { store, operator, log }: ControlNeeds,
  deliveryKey: string,
  { command, text }: CommandRequest,
  because: string,
): Promise<void> {
  const record: AuditRecord = {
    actor: { id: operator.id, person: null, kind: 'host' },
    origin: { channel: null, deliveryKey },
    action: 'ask-misunderstood',
    object: { service: null, environment: null, deployment: null, sheet: null },
    outcome: 'refused',
    code: 'bad-arguments',
    detail: { asked: redact(`${command} ${text}`.slice(0, 500)), because },
  };
  await store.ledger.note([record]).catch((error: unknown) => {
    log.error({ error: String(error) }, 'a request could not be put on record');
  });
}
