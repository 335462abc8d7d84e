/** How long the key of a handled delivery is kept at the least, so that a replay of it is known as one. */
export const REPLAY_GUARD_MS = 24 * 60 * 60_000;
