export type Pauses = {
  /** @returns true when the time has passed, false when all pauses were ended before. */
  readonly pause: (ms: number) => Promise<boolean>;
  readonly end: () => void;
};

/** Waits that a closing workspace ends at once, so that it leaves no timer behind. */
export function openPauses(): Pauses {
  const enders = new Set<() => void>();
  let isEnded = false;
  return {
    pause: (ms) => {
      if (isEnded) return Promise.resolve(false);
      return new Promise((resolve) => {
        const finish = (hasPassed: boolean): void => {
          clearTimeout(timer);
          enders.delete(end);
          resolve(hasPassed);
        };
        const end = (): void => finish(false);
        const timer = setTimeout(() => finish(true), ms);
        enders.add(end);
      });
    },
    end: () => {
      isEnded = true;
      for (const end of [...enders]) end();
    },
  };
}
