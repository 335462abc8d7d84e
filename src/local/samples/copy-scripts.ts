import { cp } from 'node:fs/promises';
import { samplesFolder } from './index.ts';

// Run by the build: what is not TypeScript belongs beside what was compiled.
const sources = new URL('../../../../src/local/samples/', import.meta.url);
await cp(new URL('checkout/migrations/', sources), `${samplesFolder}checkout/migrations/`, {
  recursive: true,
});
