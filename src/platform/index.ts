import { local } from './local/index.ts';
import type { Platform } from './platform.ts';

export { type LocalPlatform, localPlatform } from './local/index.ts';

/** What can be said of a platform without opening it: enough to check a configuration. */
export type PlatformKind = Pick<Platform, 'id' | 'summary' | 'Address'>;

/** Every kind of place that a service can run in. A new one is a folder here and a line here. */
export const platformKinds: readonly PlatformKind[] = [local];
