import { z } from 'zod';
import { zoneNamed } from '../core/calendar/zone.ts';
import type { Actor, ActorKind, Caller } from '../core/person.ts';
import type { Called, SlackClient } from './client.ts';
import type { Clients } from './clients.ts';
import { splitId, type Workspace, workspaceNamed } from './workspace.ts';

/**
 * Who people are, as the workspace keeps them. Never rejects: who cannot be looked up is `unknown`. Where Slack says
 * that it was asked too often it is asked again when it says so, at most half a minute later; `at-once` never waits.
 */
export type SlackDirectory = {
  look(caller: Caller, how: 'fresh' | 'recent', patience?: 'at-once'): Promise<Actor>;
};

export type DirectoryNeeds = {
  readonly clients: Clients;
  /** Whose people are written without their workspace; people of others are external. Null asks Slack alone. */
  readonly homeTeam: string | null;
  nowMs(): number;
  /** False when it was cut short, because this process is about to end. */
  sleep(ms: number): Promise<boolean>;
};

const RECENT_MS = 60_000;
/** So long somebody who asked for something waits for Slack; a minute's worth of questions is rarely further away. */
const PATIENCE_MS = 30_000;
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
    enterprise_user: z
      .object({ enterprise_id: z.string().optional(), teams: z.array(z.string()).default([]) })
      .optional(),
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
  const groups = new Map<string, { readonly all: Groups; readonly atMs: number }>();
  const sharing = shared<Called>();

  async function groupsNow(place: Asked, how: 'fresh' | 'recent', patience: Patience) {
    const nowMs = needs.nowMs();
    const known = groups.get(place.prefix);
    if (how === 'recent' && known !== undefined && nowMs - known.atMs < RECENT_MS) return known.all;
    const read = () => place.client.call('usergroups.list', { include_users: true });
    const all = groupsFrom(await patient(needs, patience, () => sharing(place.prefix, read)));
    if (all !== null) groups.set(place.prefix, { all, atMs: nowMs });
    return all;
  }

  return {
    async look(caller, how, patience) {
      // From the host's own command line, whose door only its own users can open.
      if (caller.id.startsWith('os:')) return { ...caller, kind: 'host', groups: [] };
      const nowMs = needs.nowMs();
      const known = people.get(caller.id);
      if (how === 'recent' && known !== undefined && nowMs - known.atMs < RECENT_MS) return known.actor;
      const place = placeOf(needs, caller.id);
      const [{ kind, zone }, all] = await Promise.all([
        accountOf(place, (read) => patient(needs, patience, read)),
        groupsNow(place, how, patience),
      ]);
      const actor: Actor = { ...caller, kind, ...groupsOf(place, all), zone };
      if (kind === 'unknown' || all === null) return actor;
      if (people.size >= REMEMBERED_MAX) people.clear();
      people.set(caller.id, { actor, atMs: nowMs });
      return actor;
    },
  };
}

type Patience = 'at-once' | undefined;
type Read = () => Promise<Called>;

/** Asks Slack, and again when it says that it may be asked again, unless that is too late for whoever waits. */
async function patient({ nowMs, sleep }: DirectoryNeeds, patience: Patience, read: Read): Promise<Called> {
  const untilMs = nowMs() + (patience === 'at-once' ? 0 : PATIENCE_MS);
  for (;;) {
    const called = await read();
    if (called.kind !== 'limited' || nowMs() + called.retryAfterMs > untilMs) return called;
    if (!(await sleep(called.retryAfterMs))) return called;
  }
}

/**
 * Lets everybody who wants the same share one reading, but only one that begins after they asked: what is on its way
 * already may have been read before somebody was put out of a group.
 */
function shared<Found>(): (key: string, read: () => Promise<Found>) => Promise<Found> {
  const running = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<Found>>();
  return (key, read) => {
    const joined = next.get(key);
    if (joined !== undefined) return joined;
    const turn = (running.get(key) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        next.delete(key);
        running.set(key, turn);
        return read();
      })
      .finally(() => {
        if (running.get(key) === turn) running.delete(key);
      });
    next.set(key, turn);
    return turn;
  };
}

function groupsOf({ id, prefix }: Asked, all: Groups | null): Pick<Actor, 'groups' | 'isUnsure'> {
  if (all === null) return { groups: [], isUnsure: true };
  const theirs = all.filter(({ users }) => users.includes(id));
  return { groups: theirs.map((group) => `${prefix}${group.id}`) };
}

type Account = { readonly kind: ActorKind; readonly zone: string | null };

/** Where somebody is asked after, and what they are called there. */
type Asked = {
  readonly client: Pick<SlackClient, 'call'>;
  readonly id: string;
  /** What people and user groups of this workspace are written with: nothing at home. */
  readonly prefix: string;
  /** Null where anybody is one of ours whom Slack does not call a stranger. */
  readonly home: Workspace | null;
};

function placeOf({ clients, homeTeam }: DirectoryNeeds, caller: string): Asked {
  const { workspace, id } = splitId(caller);
  const home = workspace ?? (homeTeam === null ? null : workspaceNamed(homeTeam));
  return {
    client: clients.clientIn(workspace),
    id,
    prefix: caller.slice(0, caller.length - id.length),
    home,
  };
}

async function accountOf(
  { client, id, home }: Asked,
  ask: (read: Read) => Promise<Called>,
): Promise<Account> {
  const only = (kind: ActorKind): Account => ({ kind, zone: null });
  if (id === SLACKBOT) return only('bot');
  const called = await ask(() => client.call('users.info', { user: id }));
  if (called.kind === 'refused') return only(strangers.has(called.code) ? 'external' : 'unknown');
  if (called.kind !== 'ok') return only('unknown');
  const info = Info.safeParse(called.body);
  // An answer about somebody else is no answer.
  if (!info.success || info.data.user.id !== id) return only('unknown');
  return { kind: kindFrom(info.data.user, home), zone: zoneNamed(info.data.user.tz ?? '') };
}

/** Whom this workspace does not know at all. */
const strangers = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

function kindFrom(user: User, home: Workspace | null): ActorKind {
  if (user.is_bot || user.is_workflow_bot) return 'bot';
  if (user.deleted) return 'deactivated';
  if (user.is_stranger || !isOurs(user, home)) return 'external';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

function isOurs({ team_id, enterprise_user }: User, home: Workspace | null): boolean {
  if (home === null) return true;
  if (home.team === null) return enterprise_user?.enterprise_id === home.enterprise;
  return (
    team_id === undefined || team_id === home.team || (enterprise_user?.teams.includes(home.team) ?? false)
  );
}

type Groups = readonly { readonly id: string; readonly users: readonly string[] }[];

/** Null where they could not be read: then nobody is in any group. */
function groupsFrom(called: Called): Groups | null {
  if (called.kind !== 'ok') return null;
  const read = Groups.safeParse(called.body);
  return read.success ? read.data.usergroups.filter(({ date_delete }) => date_delete === 0) : null;
}
