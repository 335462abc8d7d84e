import { fileURLToPath } from 'node:url';

export { type SeedOptions, seedSamples } from './seed.ts';

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
