/**
 * Virtual time. Everything that waits, waits here; between two events every promise that can go on has gone on. The
 * same events in the same order give the same trace, and so the same hash of it.
 */
export type Scheduler = {
  /** Milliseconds since the world began. */
  nowMs(): number;
  /** Calls once; the answer calls it off. */
  after(ms: number, label: string, call: () => void): () => void;
  /** Goes on until `isOver`, nothing is left, or the limit is passed; true when it was over in time. */
  run(isOver: () => boolean, limitMs: number): boolean;
  /** Puts something that matters into the trace. */
  note(what: string): void;
  readonly trace: Trace;
};

export type Trace = { hash(): string; events(): number; readonly lines: string[] | null };

type Event = {
  readonly atMs: number;
  readonly order: number;
  readonly label: string;
  call: (() => void) | null;
};

/** `process._tickCallback` runs every microtask that is due, at once; a whole turn of the event loop costs ten times as much. */
const settlePromises: () => void = (process as unknown as { _tickCallback: () => void })._tickCallback;

export function openScheduler(isKept: boolean): Scheduler {
  const heap: Event[] = [];
  const trace = openTrace(isKept);
  let nowMs = 0;
  let order = 0;

  return {
    nowMs: () => nowMs,
    after(ms, label, call) {
      const event: Event = { atMs: nowMs + Math.max(0, ms), order: order++, label, call };
      push(heap, event);
      return () => {
        event.call = null;
      };
    },
    run(isOver, limitMs) {
      settlePromises();
      while (!isOver()) {
        const event = pop(heap);
        if (event === undefined) return isOver();
        if (event.call === null) continue;
        if (event.atMs > limitMs) return false;
        nowMs = event.atMs;
        trace.put(nowMs, event.label);
        event.call();
        settlePromises();
      }
      return true;
    },
    note: (what) => trace.put(nowMs, what),
    trace,
  };
}

/** Two FNV-1a sums side by side: enough to notice that two runs differ anywhere. */
function openTrace(isKept: boolean) {
  const lines: string[] | null = isKept ? [] : null;
  let low = 0x811c9dc5;
  let high = 0x2545f491;
  let events = 0;
  return {
    put(atMs: number, label: string): void {
      events += 1;
      const micros = Math.round(atMs * 1_000);
      low = Math.imul(low ^ (micros & 0xffff), 0x01000193);
      high = Math.imul(high ^ (micros >>> 16), 0x01000193);
      for (let at = 0; at < label.length; at++) {
        const code = label.charCodeAt(at);
        low = Math.imul(low ^ code, 0x01000193);
        high = Math.imul(high + code, 0x01000193);
      }
      lines?.push(`${(atMs / 1_000).toFixed(3).padStart(9)}  ${label}`);
    },
    hash: () => (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0'),
    events: () => events,
    lines,
  };
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as Event;
    if (!isBefore(event, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    const right = heap[below + 1];
    if (right !== undefined && isBefore(right, heap[below] as Event)) below += 1;
    const child = heap[below] as Event;
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = below;
  }
  heap[at] = last;
  return first;
}
