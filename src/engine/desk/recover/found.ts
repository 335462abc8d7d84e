import type { Catalog } from '../../../core/catalog.ts';
import { closest } from '../../../core/closest.ts';
import { type Actor, isAmong, type Permission, personOf } from '../../../core/person.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import { isOver, Run, stepNamed } from '../../../core/run.ts';
import { RECOVER } from '../../../core/run-words.ts';
import { type Runbook, reachOf } from '../../../core/runbook.ts';
import { code } from '../../../core/text.ts';
import { refuseBeyond } from '../../board/reach.ts';
import type { EngineParts } from '../../parts.ts';
import type { HungRun } from '../../recover/put-run.ts';
import { RUN } from '../../recover/told.ts';
import { refuseUnlessAllowed } from '../place.ts';
import { didYouMean } from '../say.ts';
import type { Visiting } from '../visitor.ts';

/** Whether somebody may do something wherever a runbook reaches, as they are now. */
export async function refuseForRunbook(
  visiting: Visiting,
  permission: Permission,
  runbook: Runbook,
): Promise<Refusal | null> {
  const { parts, visitor } = visiting;
  const actor = await parts.directory.look(visitor.actor, permission === 'look' ? 'recent' : 'fresh');
  const anywhere = { permission, service: null, environment: null };
  const refused = refuseUnlessAllowed(parts.catalog(), actor, anywhere);
  if (refused !== null) return refused;
  const looked: Visiting = { parts, visitor: { ...visitor, actor } };
  for (const scope of reachOf(runbook)) {
    const beyond = await refuseBeyond(looked, permission, scope, (_, label) => ({
      label,
      command: RECOVER,
      text: 'status',
    }));
    if (beyond !== null) return beyond;
  }
  return null;
}

/** A runbook by its name, for somebody who may do anything at all. */
export function findRunbook({ parts, visitor }: Visiting, name: string): Runbook | Refusal {
  const catalog = parts.catalog();
  const refused = refuseUnlessAllowed(catalog, visitor.actor, {
    permission: 'look',
    service: null,
    environment: null,
  });
  if (refused !== null) return refused;
  const runbooks = catalog.runbooks ?? [];
  const found = runbooks.find((runbook) => runbook.name === name);
  return found ?? unknownRunbook(name, runbooks);
}

function unknownRunbook(name: string, runbooks: NonNullable<Catalog['runbooks']>): Refusal {
  const names = runbooks.map((runbook) => runbook.name);
  const meant = closest(name, names, 3);
  const none = ['Nobody has written one: they stand in slipway.yml under ', code('runbooks'), '.'] as const;
  const all = ['There are: ', code(names.join(', ')), '.'] as const;
  return refuse('not-found', ['There is no runbook named ', code(name), '.'], {
    next: meant.length > 0 ? [didYouMean(meant)] : names.length === 0 ? none : all,
    offers: (meant.length > 0 ? meant : names.slice(0, 3)).map((label) => ({
      label,
      command: RECOVER,
      text: `start ${label}`,
    })),
  });
}

/** A run by its id, for somebody who may see it. */
export async function findRun(visiting: Visiting, id: string): Promise<HungRun | Refusal> {
  const sheet = await visiting.parts.store.board.find({ kind: RUN, id });
  const run = sheet === null ? null : (Run.safeParse(sheet.body).data ?? null);
  const nowhere = { permission: 'look', service: null, environment: null } as const;
  const { parts, visitor } = visiting;
  const refused =
    run === null
      ? refuseUnlessAllowed(parts.catalog(), visitor.actor, nowhere)
      : await refuseForRunbook(visiting, 'look', run.runbook);
  if (refused !== null) return refused;
  if (sheet !== null && run !== null) return { id, version: sheet.version, run };
  return refuse('not-found', ['There is no run ', code(id), '.'], {
    next: ['See what there is with ', code(`/${RECOVER} status`), '.'],
  });
}

const RUNS_MAX = 200;

/** Everything that has not ended, oldest first. */
export async function openRuns({ store }: EngineParts): Promise<HungRun[]> {
  const sheets = await store.board.list({ kind: RUN, isOpen: true, limit: RUNS_MAX });
  return sheets.flatMap(({ id, version, body }) => {
    const run = Run.safeParse(body).data;
    return run === undefined || isOver(run) ? [] : [{ id, version, run }];
  });
}

/** A step is settled by its owner, or by whoever may recover there. */
export async function refuseStep(visiting: Visiting, run: Run, name: string): Promise<Refusal | null> {
  if (!run.steps.some((state) => state.name === name)) {
    return refuse('not-found', ['There is no step ', code(name), ` in ${run.runbook.name}.`], {
      next: ['Its steps are: ', code(run.steps.map((state) => state.name).join(', ')), '.'],
    });
  }
  const step = stepNamed(run, name);
  const { parts, visitor } = visiting;
  const actor: Actor = await parts.directory.look(visitor.actor, 'fresh');
  const isPerson = actor.kind === 'member' || actor.kind === 'host';
  const isOwner = isPerson && step.kind === 'manual' && isAmong(actor, ownersOf(parts, step.owners));
  return isOwner ? null : refuseForRunbook(visiting, 'recover', run.runbook);
}

/** With every other account of the same people. */
function ownersOf({ catalog }: EngineParts, owners: readonly string[]): string[] {
  const { people } = catalog();
  return owners.flatMap((owner) => {
    const person = personOf(owner, people);
    return [owner, ...(people.find(({ name }) => name === person)?.accounts ?? [])];
  });
}
