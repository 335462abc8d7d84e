import type { AuditRecord } from '../../core/audit/record.ts';
import { personOf } from '../../core/person.ts';
import type { Scope } from '../../core/scope.ts';
import type { SheetId } from '../../store/store.ts';
import type { Visiting } from '../desk/visitor.ts';

type What = {
  readonly action: string;
  readonly sheet: SheetId;
  readonly scope: Scope;
  readonly detail: AuditRecord['detail'];
};

/** What somebody changed on the board, for the record; written by the same put as the change. */
export function recordOf({ parts, visitor }: Visiting, { action, sheet, scope, detail }: What): AuditRecord {
  const { actor, channel, key } = visitor;
  const person = personOf(actor.id, parts.catalog().people);
  return {
    actor: {
      id: actor.id,
      person: person === actor.id ? null : person,
      kind: actor.kind === 'host' ? 'host' : 'person',
    },
    origin: { channel, deliveryKey: key },
    action,
    object: { ...scope, deployment: null, sheet: `${sheet.kind}/${sheet.id}` },
    outcome: 'done',
    code: null,
    detail,
  };
}

/** The same of what the program does by itself when a time has come. */
export function recordOfProgram({ action, sheet, scope, detail }: What): AuditRecord {
  return {
    actor: { id: 'slipway', person: null, kind: 'program' },
    origin: { channel: null, deliveryKey: null },
    action,
    object: { ...scope, deployment: null, sheet: `${sheet.kind}/${sheet.id}` },
    outcome: 'done',
    code: null,
    detail,
  };
}
