import type { Actor } from '../../core/person.ts';
import type { EngineParts } from '../parts.ts';
import type { ShownPlans } from './shown-plans.ts';

/** Who stands at the desk, where, and with which delivery. */
export type Visitor = { readonly actor: Actor; readonly channel: string | null; readonly key: string };

/** A visitor with the engine behind the desk. */
export type Visiting = {
  readonly parts: EngineParts;
  readonly visitor: Visitor;
  /** Left out where nobody remembers what was shown. */
  readonly shown?: ShownPlans;
};
