/** How grave something is that is known to be unsafe, gravest first; nobody says of `unknown` that it is mild. */
export const severities = ['critical', 'high', 'medium', 'low', 'unknown'] as const;
export type Severity = (typeof severities)[number];
