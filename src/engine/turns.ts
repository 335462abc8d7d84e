/**
 * Who is visited side by side in this process, and who alone. All visits die with their process, whichever of them it
 * died of: one that has become suspect is visited alone, so that nobody else is blamed for what it does.
 */
export type Turns = {
  /** Waits while somebody is alone, or waits to be; first come, first served. */
  take(how: 'together' | 'alone'): Promise<Turn>;
};

export type Turn = {
  /** Goes on side by side with others. */
  share(): void;
  end(): void;
};

type Waiting = { readonly isAlone: boolean; go(): void };

export function openTurns(): Turns {
  const queue: Waiting[] = [];
  let together = 0;
  let isSomebodyAlone = false;

  function admit(): void {
    for (let first = queue[0]; first !== undefined && mayGo(first); first = queue[0]) {
      queue.shift();
      if (first.isAlone) isSomebodyAlone = true;
      else together += 1;
      first.go();
    }
  }
  function mayGo({ isAlone }: Waiting): boolean {
    return !isSomebodyAlone && !(isAlone && together > 0);
  }
  function turn(isAlone: boolean): Turn {
    let state: 'alone' | 'together' | 'over' = isAlone ? 'alone' : 'together';
    function become(next: 'together' | 'over'): void {
      if (state === next || state === 'over') return;
      if (state === 'alone') isSomebodyAlone = false;
      else together -= 1;
      if (next === 'together') together += 1;
      state = next;
      admit();
    }
    return { share: () => become('together'), end: () => become('over') };
  }

  return {
    async take(how) {
      const isAlone = how === 'alone';
      await new Promise<void>((resolve) => {
        queue.push({ isAlone, go: resolve });
        admit();
      });
      return turn(isAlone);
    },
  };
}
