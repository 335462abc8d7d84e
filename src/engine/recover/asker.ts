import { may } from '../../core/person.ts';
import type { Scope } from '../../core/scope.ts';
import { type Performed, performed, type Task, undecided } from './task.ts';

/** Whoever asked for the run, as they are now: a run acts in their name, and they may have lost the right since. */
export async function refuseAsker({ parts, run }: Task, scope: Scope): Promise<Performed | null> {
  const actor = await parts.directory.look({ id: run.requestedBy, name: '' }, 'fresh');
  if (actor.kind === 'unknown') return undecided(`${run.requestedBy} could not be looked up`);
  const { service, environment } = scope;
  if (may(actor, 'recover', { service, environment }, parts.catalog().grants)) return null;
  return performed('failed', `${run.requestedBy}, who asked for the run, may not recover there any more`);
}
