const KEPT_MAX = 50;
const KEY = 'slipway.typed';

/** What was typed before, newest last, so that the arrow up brings it back, after a reload too. */
export function typedBefore(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberTyped(text: string): void {
  const kept = [...typedBefore().filter((earlier) => earlier !== text), text].slice(-KEPT_MAX);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing still sends.
  }
}
