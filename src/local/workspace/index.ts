export type { Actor, Place } from './driver.ts';
export type { Call, Ledger } from './ledger.ts';
export type { WorkspaceOptions } from './options.ts';
export { localSeed, type Seed } from './seed.ts';
export { openWorkspace, type Workspace } from './workspace.ts';
