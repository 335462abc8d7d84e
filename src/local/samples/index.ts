import { fileURLToPath } from 'node:url';

export { type SeedOptions, seedSamples } from './seed.ts';
export { seedFlags } from './seed-flags.ts';

/**
 * The compiled sample services, each in its own folder: `api` and `web`, which needs `api`. Service processes run what
 * was compiled, also where the rest runs from source.
 */
export const samplesFolder = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/src/local/samples/', import.meta.url)
    : new URL('./', import.meta.url),
);

/** What runs after the first start, in the order in which it is started. */
export const sampleServices = ['api', 'web'] as const;

/** What somebody may bring up later: it has a database and a flag, and costs nothing before. */
export const laterServices = ['checkout'] as const;
