import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** What HAProxy itself takes for the name of a backend or a server: nothing that could end a command. */
const Name = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be a name as haproxy.cfg has it');

const HostAndPort = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]{2,39}\]):[0-9]{1,5}$/;

/** What `platforms.<name>` takes beside `kind: haproxy`. */
export const Settings = z.strictObject({
  socket: z
    .string()
    .refine((text) => isAbsolute(text) || HostAndPort.test(text), 'must be a path, or a host and a port')
    .describe('its stats socket with level admin: /run/haproxy/admin.sock, or 127.0.0.1:9999'),
});
export type Settings = z.infer<typeof Settings>;

/** What `router` takes in the address of a service behind it. */
export const RouterAddress = z.strictObject({
  backend: Name.describe('the backend that has the arms as its servers'),
  arms: z
    .record(z.string(), Name)
    .refine((arms) => new Set(Object.values(arms)).size === Object.keys(arms).length, 'each arm is a server')
    .describe('our name of each arm, and the server that it is'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where people reach it'),
});
export type RouterAddress = z.infer<typeof RouterAddress>;

/** One process that somebody else starts: what an arm is where nothing of ours starts anything. */
export const Address = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('answers with 200 while it can serve, and says its version'),
  versionHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
    .default('x-version')
    .describe('the header in which it says its version'),
});
export type Address = z.infer<typeof Address>;
