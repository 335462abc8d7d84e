import { makeBlank } from './blank.ts';

// Run by the build.
await makeBlank();
