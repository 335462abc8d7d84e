import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const program = 'dist/src/local/workspace/serve.js';

test('a workspace by itself says where it is, answers, and ends when it is asked to', async () => {
  const child = spawn(
    process.execPath,
    [
      program,
      '--bot',
      'http://127.0.0.1:9/slack/events',
      '--manifest',
      'manifest.yml',
      '--bot-token',
      'xoxb-alone',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { apiUrl } = JSON.parse(String(line)) as { apiUrl: string };
    const answer = await fetch(`${apiUrl}auth.test`, { headers: { authorization: 'Bearer xoxb-alone' } });
    expect(await answer.json()).toMatchObject({ ok: true, user_id: 'U0SLIPWAY', team_id: 'T0LOCAL' });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a workspace that cannot start says why and how to start it', async () => {
  const child = spawn(process.execPath, [program, '--bot', 'nowhere'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  expect(await once(child, 'exit')).toEqual([1, null]);
  const text = Buffer.concat(said).toString('utf8');
  expect(text).toContain('Invalid URL');
  expect(text).toContain('--manifest FILE');
});
