export type { WorkspaceOptions } from './options.ts';
export { openWorkspace, type Workspace } from './workspace.ts';
