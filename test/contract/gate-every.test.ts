import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import { isSameVersion } from '../../src/core/plan.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import type { Gate, Subject } from '../../src/gate/gate.ts';
import { gateNamed, gates } from '../../src/gate/index.ts';
import { failed, subject, through } from '../support/gate-world.ts';
import { gateMembers } from './gate-members.ts';

/** What every gate has to keep to, whatever it asks. */

test('every gate is held to this, and nothing else is', () => {
  expect(gateMembers.map(({ id }) => id)).toEqual(gates.map(({ id }) => id));
  expect(new Set(gates.map(({ id }) => id)).size).toBe(gates.length);
});

function named(id: string): Gate {
  const gate = gateNamed(id);
  if (gate === null) throw new Error(`there is no gate ${id}`);
  return gate;
}

/** Words that stand in the middle of other sentences: one line, no full stop. */
function isSentence({ because }: Verdict): void {
  expect(because).toMatch(/^\S(?:.*[^.!\s])?$/);
  expect(because.length).toBeLessThan(600);
}

/** What a gate says in a world; null where it could not look, which is not an answer. */
async function ask(id: string, world: Subject, settings: unknown): Promise<Verdict | null> {
  try {
    const verdict = await named(id).check(world, settings);
    isSentence(verdict);
    return verdict;
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

describe.each(gateMembers)('$id', ({ id, settings, world, passesOnNothing }) => {
  const good = subject(world);
  const asked = async () => {
    let count = 0;
    const counting = (call: () => Promise<unknown>) => {
      count += 1;
      return call();
    };
    const verdict = await ask(id, through(good, counting), settings);
    return { count, verdict };
  };

  test('has a name that leaves room for a number, and asks a question', () => {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(named(id).asks).toMatch(/^[A-Z].*\?$/);
  });

  test('takes its settings, and none that it does not know', () => {
    const { Settings } = named(id);
    expect(Settings.safeParse(settings).error?.issues).toBeUndefined();
    expect(Settings.safeParse({ ...settings, nonsense: 1 }).success).toBe(false);
    for (const other of [null, 'yes', 7, []]) expect(Settings.safeParse(other).success).toBe(false);
  });

  test('passes where all is well', async () => {
    expect((await asked()).verdict).toMatchObject({ kind: 'pass' });
  });

  test('never passes where there is nothing', async () => {
    const verdict = await ask(id, subject(), settings);
    expect(verdict?.kind === 'pass').toBe(passesOnNothing !== undefined);
  });

  test('never passes when all answers are lost, or any one of them', async () => {
    const { count } = await asked();
    const lose = (isLost: (nth: number) => boolean) => {
      let nth = 0;
      const lost = async () => {
        throw failed('unavailable', 'the answer was lost');
      };
      return ask(
        id,
        through(good, (call) => (isLost(nth++) ? lost() : call())),
        settings,
      );
    };
    if (count === 0) expect(passesOnNothing).toBeDefined();
    else expect((await lose(() => true))?.kind).not.toBe('pass');
    for (let one = 0; one < count; one++) expect((await lose((nth) => nth === one))?.kind).not.toBe('pass');
  });

  test('never passes on an answer that is null, nothing, or a text of anything', async () => {
    const { count } = await asked();
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        '',
        '{}',
        '[]',
        'null',
        '<html><body>Sign in</body></html>',
        '{"version":"2.1.0","runs":[]}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.nat({ max: Math.max(0, count - 1) }), async (garbage, one) => {
        let nth = 0;
        const spoil = async (call: () => Promise<unknown>) => {
          const value = await call();
          if (nth++ !== one) return value;
          if (typeof value !== 'object' || value === null || !('text' in value)) return value;
          return { ...value, text: garbage };
        };
        const reads = await readsText();
        const verdict = await ask(id, through(good, spoil), settings);
        if (reads) expect(verdict?.kind).not.toBe('pass');
      }),
      { numRuns: 200 },
    );
  });

  /** Whether what it was told is a text that it has to understand. */
  async function readsText(): Promise<boolean> {
    let isRead = false;
    const see = async (call: () => Promise<unknown>) => {
      const value = await call();
      isRead ||= typeof value === 'object' && value !== null && 'text' in value && !('status' in value);
      return value;
    };
    await ask(id, through(good, see), settings);
    return isRead;
  }
});

const ofCommits = ['checks-passed', 'reachable', 'reviewed', 'signed', 'no-alerts', 'secure-report'];

describe.each(gateMembers.filter(({ id }) => ofCommits.includes(id)))('$id', ({ id, settings, world }) => {
  test('is about one commit, and knows nothing of a version without one', async () => {
    const { target, ...rest } = subject(world);
    const version = { name: 'v2', commit: null };
    expect(await ask(id, { ...rest, target: { ...target, version } }, settings)).toEqual({
      kind: 'unknown',
      because: 'nobody says which commit v2 is',
    });
    expect(isSameVersion(version, target.version)).toBe(true);
  });

  test('knows nothing where nobody says where the code comes from, or the source cannot say it', async () => {
    expect((await ask(id, { ...subject(world), source: null }, settings))?.kind).toBe('unknown');
    const { source } = subject(world);
    const silent = source === null ? null : { ...source };
    for (const name of ['checked', 'reaches', 'change', 'signature', 'findings', 'artefact'])
      if (silent !== null) Reflect.deleteProperty(silent, name);
    expect((await ask(id, { ...subject(world), source: silent }, settings))?.kind).toBe('unknown');
  });

  test('knows nothing when the source does not answer, and says why', async () => {
    const lost = () => Promise.reject(failed('unavailable', 'it answered 503.'));
    expect(await ask(id, through(subject(world), lost), settings)).toEqual({
      kind: 'unknown',
      because: 'it answered 503',
    });
  });

  test('asks about the whole commit where the platform tells a part of it', async () => {
    const seen: unknown[] = [];
    const { target, source, ...rest } = subject(world);
    const part = { ...target, version: { name: 'v2', commit: target.version.commit?.slice(0, 12) ?? '' } };
    const resolve = async (ref: string) => {
      seen.push(ref);
      return target.version;
    };
    const whole = source === null ? null : { ...source, resolve };
    expect((await ask(id, { ...rest, target: part, source: whole }, settings))?.kind).toBe('pass');
    expect(seen).toEqual([part.version.commit]);
  });
});
