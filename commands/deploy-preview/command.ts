import { z } from 'zod';
import {
  defineCommand,
  duration,
  environment,
  maybe,
  ref,
  service,
  sheet,
  verb,
} from '../../src/command/index.ts';
import type { PreviewOrder } from '../../src/core/desk.ts';

const verbs = ['create', 'list', 'extend', 'destroy'] as const;
const LIFE_MAX_MS = 30 * 86_400_000;

export const deployPreview = defineCommand({
  name: 'deploy-preview',
  summary: 'Make a copy of a service that lives for a while; see them, keep one longer, take one away',
  examples: ['create web@feature-x --for 2d', 'list web', 'extend p-7f3a9k2m --for 1d', 'destroy p-7f3a9k2m'],
  permission: 'deploy',
  Args: z
    .strictObject({
      do: verb(verbs, { description: 'what to do' }),
      service: maybe(service({ description: 'service to copy, or whose copies to see' })),
      version: maybe(ref({ description: 'version, tag, branch or commit that it runs' })),
      preview: maybe(sheet('p-', { description: 'the one to keep or to destroy', isAsked: false })),
      environment: maybe(
        environment({
          description: 'whose platform makes it; the first one that can when left out',
          isAsked: false,
        }),
      ),
      for: duration('3d', LIFE_MAX_MS, { description: 'how long it lives from now' }),
    })
    .superRefine((args, context) => {
      for (const path of needed[args.do]) {
        if (args[path] !== null) continue;
        context.addIssue({ code: 'custom', path: [path], message: 'is needed', params: { isMissing: true } });
      }
      for (const path of strange[args.do]) {
        if (args[path] === null) continue;
        const message = `does not go with ${args.do}`;
        context.addIssue({ code: 'custom', path: [path], message, params: { isRelation: true } });
      }
    }),
  says: {
    create: 'Make a preview',
    list: 'See the previews that there are',
    extend: 'Keep one longer',
    destroy: 'Destroy one',
  },
  asks: ({ do: what }) => forms.get(what ?? '') ?? null,
  run: (args, desk) => desk.previews(orderFrom(args)),
});

const forms = new Map<string, readonly string[]>([
  ['create', ['service', 'version', 'environment', 'for']],
  ['list', ['service']],
  ['extend', ['preview', 'for']],
  ['destroy', ['preview']],
]);

type Name = 'service' | 'version' | 'preview' | 'environment';

const needed: Record<(typeof verbs)[number], readonly Name[]> = {
  create: ['service', 'version'],
  list: [],
  extend: ['preview'],
  destroy: ['preview'],
};
const strange: Record<(typeof verbs)[number], readonly Name[]> = {
  create: ['preview'],
  list: ['version', 'preview', 'environment'],
  extend: ['service', 'version', 'environment'],
  destroy: ['service', 'version', 'environment'],
};

type Args = Readonly<Record<Name, string | null>> & {
  readonly do: (typeof verbs)[number];
  readonly for: number;
};

function orderFrom({ do: what, service, version, environment, preview, for: forMs }: Args): PreviewOrder {
  switch (what) {
    case 'create':
      return { kind: 'create', service: service ?? '', environment, ref: version ?? '', forMs };
    case 'list':
      return { kind: 'list', service };
    case 'extend':
      return { kind: 'extend', id: preview ?? '', forMs };
    case 'destroy':
      return { kind: 'destroy', id: preview ?? '' };
  }
}
