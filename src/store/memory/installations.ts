import type { Installation, Installations, InstalledAt, NewInstallation, Sealed } from '../installations.ts';
import { kept } from './kept.ts';
import { isHeld } from './state.ts';

type Kept = { it: Installation; lease: { readonly owner: string; readonly untilMs: number } | null };

export function memoryInstallations({ nowMs }: { readonly nowMs: () => number }): Installations {
  const rows = new Map<string, Kept>();
  const words = new Map<string, number>();
  let revisions = 0;

  /** The row that was read, when it is still that one. */
  const still = (installation: Installation): Kept | null => {
    const row = rows.get(keyOf(installation));
    return row?.it.revision === installation.revision ? row : null;
  };
  const change = (installation: Installation, more: Partial<Installation>): boolean => {
    const row = still(installation);
    if (row === null) return false;
    revisions += 1;
    rows.set(keyOf(installation), { it: kept({ ...row.it, ...more, revision: revisions }), lease: null });
    return true;
  };
  return {
    put: async (installation) => {
      for (const [key, { it }] of rows) if (isSamePlace(it, installation)) rows.delete(key);
      revisions += 1;
      rows.set(keyOf(installation), { it: kept(madeOf(installation, nowMs(), revisions)), lease: null });
    },
    find: async ({ enterprise, team }) => {
      const all = [...rows.values()].map(({ it }) => it);
      const own = team === null ? undefined : all.find((it) => it.team === team);
      const theirs = enterprise === null ? [] : all.filter((it) => it.enterprise === enterprise);
      const whole = theirs.find((it) => it.team === null);
      return own ?? whole ?? (team === null ? theirs[0] : null) ?? null;
    },
    all: async () => [...rows.values()].map(({ it }) => it),
    ending: async (ms, limit) => {
      const now = nowMs();
      const due = [...rows.values()].filter(({ it, lease }) => isEnding(it, now + ms) && !isHeld(lease, now));
      return due
        .map(({ it }) => it)
        .toSorted((a, b) => (a.endsAtMs ?? 0) - (b.endsAtMs ?? 0))
        .slice(0, limit);
    },
    claim: async (installation, owner, leaseMs) => {
      const row = still(installation);
      if (row === null || isHeld(row.lease, nowMs())) return false;
      row.lease = { owner, untilMs: nowMs() + leaseMs };
      return true;
    },
    renew: async (installation, { keyId, sealed }, endsInMs) =>
      change(installation, { keyId, sealed, endsAtMs: endsInMs === null ? null : nowMs() + endsInMs }),
    reseal: async (installation, { keyId, sealed }: Sealed) => {
      const row = still(installation);
      return row !== null && !isHeld(row.lease, nowMs()) && change(installation, { keyId, sealed });
    },
    giveUp: async (installation, because) => {
      change(installation, { trouble: because });
    },
    remove: async (installation) => still(installation) !== null && rows.delete(keyOf(installation)),
    spend: async (word, keepMs) => {
      for (const [each, untilMs] of words) if (untilMs <= nowMs()) words.delete(each);
      if (words.has(word)) return false;
      words.set(word, nowMs() + keepMs);
      return true;
    },
  };
}

const keyOf = ({ enterprise, team }: InstalledAt) => `${enterprise ?? ''}/${team ?? ''}`;

/** A workspace that has joined an organisation, or left it, is the same workspace. */
function isSamePlace(one: InstalledAt, other: InstalledAt): boolean {
  return one.team === null ? keyOf(one) === keyOf(other) : one.team === other.team;
}

function isEnding({ endsAtMs, trouble }: Installation, atMs: number): boolean {
  return trouble === null && endsAtMs !== null && endsAtMs <= atMs;
}

function madeOf({ endsInMs, ...more }: NewInstallation, nowMs: number, revision: number): Installation {
  const endsAtMs = endsInMs === null ? null : nowMs + endsInMs;
  return { ...more, installedAtMs: nowMs, endsAtMs, trouble: null, revision };
}
