/** Of this machine. */
export type Clock = { nowMs(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
