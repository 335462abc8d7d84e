import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A compiled script beside this one, in a process of its own, that answers one question at a time. */
export type Child = {
  readonly pid: number;
  ask<Answer>(question: object): Promise<Answer>;
  stop(): Promise<void>;
};

/** Resolves when the script has said its first word. */
export async function openChild(script: string, settings: object): Promise<Child> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(file, [JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = once(child, 'exit');
  await heard(child, script);
  return {
    pid: child.pid ?? 0,
    async ask<Answer>(question: object): Promise<Answer> {
      child.send(question);
      return (await heard(child, script)) as Answer;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', endWithUs);
    },
  };
}

async function heard(child: ChildProcess, script: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`${script} ended with code ${code}`));
    child.once('exit', gone);
    child.once('message', (said) => {
      child.off('exit', gone);
      resolve(said);
    });
  });
}

/** The other end: says that it is ready, and answers until it is told to end. */
export function answering(
  answer: (question: { readonly [name: string]: unknown }) => Promise<object>,
  close: () => Promise<void>,
): void {
  process.on('message', (question: { readonly [name: string]: unknown }) => {
    void answer(question).then((said) => process.send?.(said));
  });
  process.once('SIGTERM', () => void close().finally(() => process.exit(0)));
  process.send?.({ ready: true });
}

/** What the parent handed over. */
export function settingsOf<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}') as Settings;
}
