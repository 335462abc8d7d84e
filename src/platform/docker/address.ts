import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';

/** Where Docker's own command line looks for the engine, too. */
export const USUAL_SOCKET = '/var/run/docker.sock';

/** What `platforms.<name>` takes beside `kind: docker`. */
export const Settings = z.strictObject({
  socket: z
    .string()
    .refine((text) => isAbsolute(text), 'must be an absolute path')
    .default(USUAL_SOCKET)
    .describe("the engine's socket: whoever may use it may do anything on that machine"),
  registry: z
    .strictObject({
      server: z.string().min(1).describe('the registry that images are pulled from, such as ghcr.io'),
      username: z.string().min(1),
      password: SecretReference.describe('where its password is kept, such as env:REGISTRY_PASSWORD'),
    })
    .optional(),
});
export type Settings = z.infer<typeof Settings>;

/** What the engine takes for the name of a container, short enough for our mark behind it. */
const Name = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,49}$/, 'must be letters, digits, _ and -');
const Key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of a variable');
const Port = /^(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}:)?[0-9]{1,5}:[0-9]{1,5}(?:\/(?:tcp|udp))?$/;

/** What a service writes in slipway.yml to say where it lives here: one container of one engine. */
export const Address = z.strictObject({
  name: Name.describe('the container: its name, and what those of ours begin with'),
  image: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/:-]{0,200}:\{version\}$/, 'must be an image and end with :{version}')
    .describe('what runs, with {version} for its tag: ghcr.io/acme/shop:{version}'),
  pull: z.enum(['missing', 'always']).default('missing').describe('always: for tags that are moved'),
  ports: z
    .array(z.string().regex(Port, 'must be host:container, such as 127.0.0.1:8080:3000'))
    .default([])
    .describe('ports of the host that lead into the container'),
  network: Name.optional().describe('a network of the engine; the container is called by its name in it'),
  env: z.record(Key, z.string()).default({}),
  secrets: z.record(Key, z.string().min(1)).default({}).describe('variables whose values are kept elsewhere'),
  volumes: z
    .array(
      z
        .string()
        .regex(/^[^:\s]{1,200}:\/[^:\s]{0,200}(?::ro)?$/, 'must be source:/target or source:/target:ro'),
    )
    .default([]),
  command: z.array(z.string()).optional(),
  memoryMb: z.number().int().min(6).optional(),
  stopSeconds: z
    .number()
    .int()
    .min(1)
    .max(120)
    .default(10)
    .describe('until the engine kills what it has asked to end'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where people reach it'),
});
export type Address = z.infer<typeof Address>;
