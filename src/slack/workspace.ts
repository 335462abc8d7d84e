import { z } from 'zod';
import type { SlackConfiguration } from './needs.ts';

const Id = z.string().min(1).max(100);

/** Where something was done, in Slack's ids: a whole organisation has no team, most workspaces have no enterprise. */
export const Workspace = z.object({ enterprise: Id.nullable(), team: Id.nullable() });
export type Workspace = z.infer<typeof Workspace>;

export const nowhere: Workspace = { enterprise: null, team: null };

const Named = z.object({ id: Id, enterprise_id: Id.nullish() }).nullish().catch(null);
const MaybeId = Id.nullish().catch(null);

const Whence = z.object({
  team_id: MaybeId,
  enterprise_id: MaybeId,
  team: Named,
  enterprise: Named,
  authorizations: z
    .array(z.object({ team_id: MaybeId, enterprise_id: MaybeId }))
    .nullish()
    .catch(null),
});

/**
 * Which workspace a delivery is for. Slack names it in each kind of delivery elsewhere; of an event it says for which
 * installation it was authorised.
 */
export function workspaceOf(body: unknown): Workspace {
  const read = Whence.safeParse(body);
  if (!read.success) return nowhere;
  const { team_id, enterprise_id, team, enterprise, authorizations } = read.data;
  const [authorised] = authorizations ?? [];
  return {
    team: authorised?.team_id ?? team?.id ?? team_id ?? null,
    enterprise: authorised?.enterprise_id ?? enterprise?.id ?? team?.enterprise_id ?? enterprise_id ?? null,
  };
}

/** A channel or a person of another workspace than the home one is written with it: `T0OTHER/C0DEPLOYS`. */
export function splitId(id: string): { readonly workspace: Workspace | null; readonly id: string } {
  const [, where, rest] = /^([TE][A-Z0-9]+)\/(.+)$/.exec(id) ?? [];
  if (where === undefined || rest === undefined) return { workspace: null, id };
  return { workspace: workspaceNamed(where), id: rest };
}

/** Ids of organisations begin with E, those of workspaces with T. */
export function workspaceNamed(id: string): Workspace {
  return id.startsWith('E') ? { enterprise: id, team: null } : { enterprise: null, team: id };
}

/**
 * Who somebody is, for grants. Slack promises that a person's id is unique in their workspace, or in their organisation
 * of Enterprise Grid, and nowhere else: away from home it is written with it, so that nobody is taken for somebody else.
 */
export function principalOf(
  { homeTeam, oauth }: Pick<SlackConfiguration, 'homeTeam' | 'oauth'>,
  workspace: Workspace | null,
  person: string,
): string {
  const { team, enterprise } = workspace ?? nowhere;
  if (oauth == null || (homeTeam !== null && (homeTeam === team || homeTeam === enterprise))) return person;
  return `${enterprise ?? team ?? 'T'}/${person}`;
}
