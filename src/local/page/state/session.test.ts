import { describe, expect, test } from 'vitest';
import { message, snapshot } from '../../../../test/support/page-world.ts';
import type { Change, Snapshot } from '../../workspace/page-contract.ts';
import { applyChange, WIRE_LINES_MAX } from './apply-change.ts';
import { openSession } from './session.ts';
import type { Ear, WorkspaceApi } from './workspace-api.ts';

/** A server whose answers to `state` are given by hand, one after the other. */
function serverByHand() {
  const waiting: ((answer: Snapshot) => void)[] = [];
  let ear: Ear | null = null;
  const api: WorkspaceApi = {
    state: () => new Promise((resolve) => waiting.push(resolve)),
    act: async () => ({ ok: true }),
    options: async () => ({ options: [] }),
    fileAddress: () => '',
    listen: (_user, listener) => {
      ear = listener;
      return () => {};
    },
  };
  return {
    api,
    ear: () => ear as unknown as Ear,
    answer: async (state: Snapshot) => {
      waiting.shift()?.(state);
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

const first = message('1.0', 'U0ADA', 'first');
const second = message('2.0', 'U0SLIPWAY', 'second');
const withMessages = (...messages: (typeof first)[]) =>
  snapshot('U0ADA', { messages: { C0DEPLOYS: messages } });
const textsOf = (state: Snapshot | null) => state?.messages['C0DEPLOYS']?.map(({ text }) => text);

describe('a session', () => {
  test('what arrives while the state is on its way is not lost', async () => {
    const server = serverByHand();
    const session = openSession(server.api, 'U0ADA');
    server.ear().onOpen();
    server.ear().onChange({ kind: 'message', message: second });
    await server.answer(withMessages(first));
    expect(textsOf(session.getState().snapshot)).toEqual(['first', 'second']);
    expect(session.getState().link).toBe('live');
  });

  test('a lost stream is said, and the state is asked for again when it is back', async () => {
    const server = serverByHand();
    const session = openSession(server.api, 'U0ADA');
    server.ear().onOpen();
    await server.answer(withMessages(first));
    server.ear().onLost();
    expect(session.getState().link).toBe('reconnecting');
    server.ear().onOpen();
    await server.answer(withMessages(first, second));
    expect(textsOf(session.getState().snapshot)).toEqual(['first', 'second']);
    expect(session.getState().link).toBe('live');
  });

  test('ephemeral messages outlive a lost connection, which the server does not keep them over', async () => {
    const server = serverByHand();
    const session = openSession(server.api, 'U0ADA');
    server.ear().onOpen();
    await server.answer(withMessages(first));
    server.ear().onChange({ kind: 'message', message: { ...second, isEphemeral: true } });
    server.ear().onOpen();
    await server.answer(withMessages(first));
    expect(textsOf(session.getState().snapshot)).toEqual(['first', 'second']);
  });

  test('an answer that was overtaken by a newer question is dropped', async () => {
    const server = serverByHand();
    const session = openSession(server.api, 'U0ADA');
    server.ear().onOpen();
    server.ear().onOpen();
    await server.answer(withMessages(first));
    expect(session.getState().snapshot).toBeNull();
    await server.answer(withMessages(second));
    expect(textsOf(session.getState().snapshot)).toEqual(['second']);
  });
});

describe('a change', () => {
  const before = withMessages(first, second);
  test.each<[string, Change, readonly string[]]>([
    [
      'an edit stays in its place',
      { kind: 'message', message: { ...first, text: 'edited' } },
      ['edited', 'second'],
    ],
    [
      'a late message goes where its time puts it',
      { kind: 'message', message: message('1.5', 'U', 'late') },
      ['first', 'late', 'second'],
    ],
    ['a deleted message is gone', { kind: 'message-gone', channel: 'C0DEPLOYS', ts: '1.0' }, ['second']],
  ])('%s', (_name, change, texts) => {
    const once = applyChange(before, change);
    expect(textsOf(once)).toEqual(texts);
    expect(applyChange(once, change)).toEqual(once);
  });

  test('the wire is kept for reading, not for ever', () => {
    const line = {
      at: 0,
      direction: 'to-bot',
      what: '',
      status: 200,
      tookMs: 1,
      body: null,
      answer: null,
    } as const;
    const lines = Array.from({ length: WIRE_LINES_MAX + 5 }, (_, seq) => ({ ...line, seq }));
    const after = lines.reduce((state, each) => applyChange(state, { kind: 'wire', line: each }), before);
    expect(after.wire).toHaveLength(WIRE_LINES_MAX);
    expect(after.wire.at(-1)?.seq).toBe(WIRE_LINES_MAX + 4);
  });
});
