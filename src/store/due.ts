/** A look may begin this much before its time: bells are timed by another clock than the database's. Milliseconds. */
export const EARLY_MS = 500;
