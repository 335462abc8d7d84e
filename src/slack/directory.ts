import { z } from 'zod';
import { zoneNamed } from '../core/calendar/zone.ts';
import type { Actor, ActorKind, Caller } from '../core/person.ts';
import type { SlackClient } from './client.ts';

/** Who people are, as the workspace keeps them. Never rejects: who cannot be looked up is `unknown`. */
export type SlackDirectory = {
  look(caller: Caller, how: 'fresh' | 'recent'): Promise<Actor>;
};

export type DirectoryNeeds = {
  readonly client: Pick<SlackClient, 'call'>;
  /** People of other workspaces are external; null asks Slack alone. */
  readonly homeTeam: string | null;
  nowMs(): number;
};

const RECENT_MS = 60_000;
const REMEMBERED_MAX = 5_000;

/** Of `users.info` (https://docs.slack.dev/reference/objects/user-object); what is not said is not so. */
const Info = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().optional(),
    /** https://docs.slack.dev/reference/objects/user-object: a zone such as America/Los_Angeles. */
    tz: z.string().nullish(),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_workflow_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
    is_stranger: z.boolean().default(false),
    enterprise_user: z.object({ teams: z.array(z.string()).default([]) }).optional(),
  }),
});
type User = z.infer<typeof Info>['user'];

const Groups = z.object({
  usergroups: z.array(
    z.object({
      id: z.string(),
      users: z.array(z.string()).default([]),
      date_delete: z.number().default(0),
    }),
  ),
});

const SLACKBOT = 'USLACKBOT';

export function slackDirectory(needs: DirectoryNeeds): SlackDirectory {
  const people = new Map<string, { readonly actor: Actor; readonly atMs: number }>();
  let groups: { readonly all: Groups; readonly atMs: number } | null = null;

  async function groupsNow(how: 'fresh' | 'recent'): Promise<Groups | null> {
    const nowMs = needs.nowMs();
    if (how === 'recent' && groups !== null && nowMs - groups.atMs < RECENT_MS) return groups.all;
    const all = await readGroups(needs);
    if (all !== null) groups = { all, atMs: nowMs };
    return all;
  }

  return {
    async look(caller, how) {
      // From the host's own command line, whose door only its own users can open.
      if (caller.id.startsWith('os:')) return { ...caller, kind: 'host', groups: [] };
      const nowMs = needs.nowMs();
      const known = people.get(caller.id);
      if (how === 'recent' && known !== undefined && nowMs - known.atMs < RECENT_MS) return known.actor;
      const [{ kind, zone }, all] = await Promise.all([accountOf(needs, caller.id), groupsNow(how)]);
      const mine = (all ?? []).filter(({ users }) => users.includes(caller.id)).map(({ id }) => id);
      const actor: Actor = { ...caller, kind, groups: mine, zone };
      if (kind === 'unknown' || all === null) return actor;
      if (people.size >= REMEMBERED_MAX) people.clear();
      people.set(caller.id, { actor, atMs: nowMs });
      return actor;
    },
  };
}

type Account = { readonly kind: ActorKind; readonly zone: string | null };

async function accountOf({ client, homeTeam }: DirectoryNeeds, id: string): Promise<Account> {
  const only = (kind: ActorKind): Account => ({ kind, zone: null });
  if (id === SLACKBOT) return only('bot');
  const called = await client.call('users.info', { user: id });
  if (called.kind === 'refused') return only(strangers.has(called.code) ? 'external' : 'unknown');
  if (called.kind !== 'ok') return only('unknown');
  const info = Info.safeParse(called.body);
  // An answer about somebody else is no answer.
  if (!info.success || info.data.user.id !== id) return only('unknown');
  return { kind: kindFrom(info.data.user, homeTeam), zone: zoneNamed(info.data.user.tz ?? '') };
}

/** Whom this workspace does not know at all. */
const strangers = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

function kindFrom(user: User, homeTeam: string | null): ActorKind {
  if (user.is_bot || user.is_workflow_bot) return 'bot';
  if (user.deleted) return 'deactivated';
  if (user.is_stranger || !isOurs(user, homeTeam)) return 'external';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

function isOurs({ team_id, enterprise_user }: User, homeTeam: string | null): boolean {
  if (homeTeam === null || team_id === undefined) return true;
  return team_id === homeTeam || (enterprise_user?.teams.includes(homeTeam) ?? false);
}

type Groups = readonly { readonly id: string; readonly users: readonly string[] }[];

/** Null where they could not be read: then nobody is in any group. */
async function readGroups({ client }: DirectoryNeeds): Promise<Groups | null> {
  const called = await client.call('usergroups.list', { include_users: true });
  if (called.kind !== 'ok') return null;
  const read = Groups.safeParse(called.body);
  return read.success ? read.data.usergroups.filter(({ date_delete }) => date_delete === 0) : null;
}
