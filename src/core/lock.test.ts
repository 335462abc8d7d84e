import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Claimant,
  freeLock,
  type Lock,
  type LockMove,
  lockDueMs,
  moveLock,
  placeOf,
  TURN_MS,
} from './lock.ts';
import { lockObstacle } from './lock-words.ts';

const HOUR_MS = 3_600_000;
const scope = { service: 'api', environment: 'staging' };
const who = (name: string): Claimant => ({ by: `U-${name}`, person: name });
const [ada, ben, cleo] = [who('ada'), who('ben'), who('cleo')];

function turn(lock: Lock, move: LockMove, nowMs = 0) {
  return moveLock(lock, move, nowMs);
}
const claim = (claimant: Claimant, forMs = HOUR_MS): LockMove => ({
  kind: 'claim',
  who: claimant,
  why: null,
  forMs,
});
const waits = (claimant: Claimant): LockMove => ({ kind: 'wait', who: claimant, why: null, forMs: HOUR_MS });

function run(...moves: LockMove[]): Lock {
  return moves.reduce((lock, move) => turn(lock, move).lock, freeLock(scope));
}
const names = ({ holder, waiting }: Lock) => [holder?.person ?? null, ...waiting.map(({ person }) => person)];

describe('a lock', () => {
  test('is held by who came first; the others are told, and may wait', () => {
    const held = run(claim(ada));
    expect(turn(held, claim(ben))).toMatchObject({ stays: 'held', lock: held, words: [] });
    const lined = run(claim(ada), waits(ben), waits(cleo));
    expect(names(lined)).toEqual(['ada', 'ben', 'cleo']);
    expect(placeOf(lined, cleo)).toBe(2);
    expect(turn(lined, waits(ben)).stays).toBe('in-line');
    expect(turn(lined, waits(ada)).stays).toBe('yours');
  });

  test('goes to who is next when it is released, who is told, and holds it for a turn', () => {
    const { lock, words } = turn(run(claim(ada), waits(ben), waits(cleo)), { kind: 'release', who: ada }, 5);
    expect(names(lock)).toEqual(['ben', 'cleo']);
    expect(lock.holder).toMatchObject({ sinceMs: 5, untilMs: 5 + TURN_MS });
    expect(words).toEqual([{ to: 'U-ben', kind: 'turn' }]);
  });

  test('goes on by itself from who does not use their turn, and is free at last', () => {
    const lock = run(claim(ada), waits(ben), waits(cleo));
    const later = turn(lock, { kind: 'tick' }, HOUR_MS);
    expect(names(later.lock)).toEqual(['ben', 'cleo']);
    expect(later.words).toEqual([
      { to: 'U-ada', kind: 'over' },
      { to: 'U-ben', kind: 'turn' },
    ]);
    // Nobody has looked for a day: nobody holds it because of that.
    expect(names(turn(later.lock, { kind: 'tick' }, 2 * HOUR_MS).lock)).toEqual(['cleo']);
    const end = turn(turn(later.lock, { kind: 'tick' }, 2 * HOUR_MS).lock, { kind: 'tick' }, 24 * HOUR_MS);
    expect(names(end.lock)).toEqual([null]);
    expect(lockDueMs(end.lock)).toBeNull();
  });

  test('is handed over by its holder alone, to the next or to somebody by name', () => {
    const lined = run(claim(ada), waits(ben), waits(cleo));
    expect(names(turn(lined, { kind: 'give', who: ada, to: cleo }).lock)).toEqual(['cleo', 'ben']);
    expect(names(turn(lined, { kind: 'give', who: ada, to: null }).lock)).toEqual(['ben', 'cleo']);
    expect(turn(lined, { kind: 'give', who: ben, to: ben }).stays).toBe('not-yours');
    expect(turn(run(claim(ada)), { kind: 'give', who: ada, to: null }).stays).toBe('nobody-next');
    expect(turn(run(claim(ada)), { kind: 'give', who: ada, to: ben }).words).toEqual([
      { to: 'U-ben', kind: 'given' },
    ]);
  });

  test('is taken over with a word to who loses it, and the others keep their places', () => {
    const taken = turn(run(claim(ada), waits(ben), waits(cleo)), {
      kind: 'take',
      who: cleo,
      why: 'it burns',
      forMs: HOUR_MS,
    });
    expect(names(taken.lock)).toEqual(['cleo', 'ben']);
    expect(taken.words).toEqual([{ to: 'U-ada', kind: 'taken' }]);
  });

  test('its holder hears that others wait, and that it is over soon, each in its time', () => {
    const lock = run(claim(ada, 2 * HOUR_MS));
    expect(lock.nagAtMs).toBe(2 * HOUR_MS - 600_000);
    const wanted = turn(lock, waits(ben));
    expect(wanted.words).toEqual([{ to: 'U-ada', kind: 'wanted' }]);
    expect(wanted.lock.nagAtMs).toBe(HOUR_MS / 2);
    const nagged = turn(wanted.lock, { kind: 'tick' }, HOUR_MS / 2);
    expect(nagged.words).toEqual([{ to: 'U-ada', kind: 'wanted' }]);
    expect(nagged.lock.nagAtMs).toBe(HOUR_MS);
    const ending = turn(lock, { kind: 'tick' }, 2 * HOUR_MS - 600_000);
    expect(ending.words).toEqual([{ to: 'U-ada', kind: 'ending' }]);
    expect(ending.lock.nagAtMs).toBeNull();
  });

  test('stops everybody but its holder, from the first moment to the last, and nobody who goes back', () => {
    const lock = run(claim(ada));
    const passing = {
      service: 'api',
      environment: 'staging',
      person: 'ben',
      what: 'start',
      isAutomatic: false,
      nowMs: 0,
    } as const;
    expect(lockObstacle('l-1', lock, passing)).toMatchObject({ kind: 'lock', untilMs: HOUR_MS });
    expect(lockObstacle('l-1', lock, { ...passing, person: 'ada' })).toBeNull();
    expect(lockObstacle('l-1', lock, { ...passing, what: 'back' })).toBeNull();
    expect(lockObstacle('l-1', lock, { ...passing, what: 'increase' })).toBeNull();
    expect(lockObstacle('l-1', lock, { ...passing, service: 'web' })).toBeNull();
    expect(lockObstacle('l-1', lock, { ...passing, nowMs: HOUR_MS })).toBeNull();
    expect(lockObstacle('l-1', lock, { ...passing, nowMs: HOUR_MS - 1 })).not.toBeNull();
  });
});

const people = ['ada', 'ben', 'cleo', 'dana', 'eve'].map(who);
const aMove: fc.Arbitrary<{ move: LockMove; passMs: number }> = fc.record({
  passMs: fc.oneof(fc.constant(0), fc.nat({ max: 2 * HOUR_MS })),
  move: fc
    .record({
      who: fc.constantFrom(...people),
      to: fc.option(fc.constantFrom(...people)),
      forMs: fc.integer({ min: 1_000, max: 4 * HOUR_MS }),
      kind: fc.constantFrom('claim', 'wait', 'leave', 'release', 'give', 'take', 'tick' as const),
    })
    .map(({ who: claimant, to, forMs, kind }): LockMove => {
      const base = { who: claimant, why: 'because', forMs };
      if (kind === 'tick') return { kind };
      return kind === 'give' ? { kind, who: claimant, to } : { kind: kind as 'claim', ...base };
    }),
});

describe('whatever people do', () => {
  test('nobody is in line twice or behind themselves, and nobody waits for a lock that is free', () => {
    fc.assert(
      fc.property(fc.array(aMove, { maxLength: 60 }), (moves) => {
        let lock = freeLock(scope);
        let nowMs = 0;
        for (const { move, passMs } of moves) {
          nowMs += passMs;
          lock = moveLock(lock, move, nowMs).lock;
          const all = names(lock).filter((name) => name !== null);
          expect(new Set(all).size).toBe(all.length);
          if (lock.holder === null) expect(lock.waiting).toEqual([]);
          else expect(lock.holder.untilMs).toBeGreaterThan(nowMs);
        }
      }),
    );
  });

  test('only who may loses it: a holder within their time does so by their own word, a lift or a take over', () => {
    fc.assert(
      fc.property(fc.array(aMove, { maxLength: 60 }), (moves) => {
        let lock = freeLock(scope);
        let nowMs = 0;
        for (const { move, passMs } of moves) {
          nowMs += passMs;
          const { holder } = lock;
          const next = moveLock(lock, move, nowMs).lock;
          const isLost = holder !== null && holder.untilMs > nowMs && next.holder?.person !== holder.person;
          if (isLost) {
            expect(['release', 'take', 'give']).toContain(move.kind);
            if (move.kind === 'give') expect(move.who.person).toBe(holder.person);
          }
          lock = next;
        }
      }),
    );
  });

  test('who waits never falls back, and gets it after as many turns as there are before them', () => {
    fc.assert(
      fc.property(fc.array(aMove, { maxLength: 40 }), (moves) => {
        let lock = run(claim(ada), waits(ben), waits(cleo));
        let nowMs = 0;
        for (const { move, passMs } of moves) {
          const isTheirs = move.kind === 'leave' && move.who.person === 'cleo';
          if (isTheirs) continue;
          nowMs += passMs;
          const before = placeOf(lock, cleo);
          lock = moveLock(lock, move, nowMs).lock;
          if (before === null) return;
          const now = placeOf(lock, cleo);
          // Only by having had it.
          if (now === null) return;
          expect(now).toBeLessThanOrEqual(before);
        }
        // Nobody does anything any more: time alone brings it to who waits.
        for (let turns = placeOf(lock, cleo) ?? 0; turns > 0; turns -= 1) {
          nowMs = lock.holder?.untilMs ?? nowMs;
          lock = moveLock(lock, { kind: 'tick' }, nowMs).lock;
        }
        expect(lock.holder?.person).toBe('cleo');
      }),
    );
  });
});
