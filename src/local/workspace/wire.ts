import type { Hub } from './hub.ts';
import type { WireLine } from './page-contract.ts';

const linesMax = 500;

/** The newest exchanges between the workspace and the bot, for people to read. */
export type Wire = {
  readonly lines: () => readonly WireLine[];
  /** Writes down what was sent. @returns what writes down how it was answered, in the same line. */
  readonly begin: (
    line: Pick<WireLine, 'direction' | 'what' | 'body'>,
  ) => (status: number | null, answer: unknown) => void;
  readonly reset: () => void;
};

export function openWire(hub: Hub, nowMs: () => number): Wire {
  let lines: readonly WireLine[] = [];
  let seq = 0;
  return {
    lines: () => lines,
    begin: (sent) => {
      seq += 1;
      const line: WireLine = { ...sent, seq, at: nowMs(), status: null, tookMs: null, answer: null };
      lines = [...lines.slice(1 - linesMax), line];
      hub.tell({ kind: 'wire', line });
      return (status, answer) => {
        const whole = { ...line, status, answer, tookMs: nowMs() - line.at };
        lines = lines.map((each) => (each.seq === whole.seq ? whole : each));
        hub.tell({ kind: 'wire', line: whole });
      };
    },
    reset: () => {
      lines = [];
    },
  };
}
