/** What has to be closed again, newest first; each with a time of its own, so that one that hangs keeps nobody. */
export type Closing = {
  add(name: string, close: () => Promise<unknown> | unknown): void;
  close(): Promise<void>;
};

type Parts = {
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  onProblem(name: string, problem: string): void;
};

const CLOSE_WITHIN_MS = 30_000;

export function openClosing({ sleep, onProblem }: Parts): Closing {
  const opened: { name: string; close: () => Promise<unknown> | unknown }[] = [];
  return {
    add(name, close) {
      opened.push({ name, close });
    },
    async close() {
      for (let next = opened.pop(); next !== undefined; next = opened.pop()) {
        const { name, close } = next;
        const late = new AbortController();
        const work = Promise.resolve()
          .then(close)
          .catch((error: unknown) => onProblem(name, String(error)));
        const limit = sleep(CLOSE_WITHIN_MS, late.signal).then(() => {
          if (!late.signal.aborted) onProblem(name, `not closed within ${CLOSE_WITHIN_MS / 1_000} s`);
        });
        await Promise.race([work, limit]);
        late.abort();
      }
    },
  };
}
