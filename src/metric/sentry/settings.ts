import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';
import { Span } from '../span.ts';

const Slug = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, 'must be a slug, as in the address of the page');

/** What `metrics.<name>` takes beside `kind: sentry`. */
export const Settings = z.strictObject({
  organization: Slug,
  token: SecretReference.describe('where an auth token is kept, such as env:SENTRY_TOKEN'),
  url: SecretUrl.default('https://sentry.io').describe(
    'https://us.sentry.io, https://de.sentry.io, or a Sentry of your own',
  ),
});
export type Settings = z.infer<typeof Settings>;

const common = {
  project: Slug.describe('the one that the service reports to'),
  environment: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/)
    .optional()
    .describe('as the service reports it; left out: every one'),
  release: z
    .string()
    .regex(
      /^[A-Za-z0-9_.@+:-]{0,100}\{(?:version|commit)\}[A-Za-z0-9_.@+:-]{0,100}$/,
      'must be a name with {version} or {commit} in it, such as shop@{version}',
    )
    .default('{version}')
    .describe('what the service calls its releases'),
};

/** What a target writes beside `from: <name>` for numbers, which need tracing. */
export const Query = z.strictObject({
  ...common,
  step: Span(60_000, 600_000).default('60s').describe('how long one window is'),
  lag: Span(0, 1_800_000).default('2m').describe('how late the last of a window may arrive'),
});
export type Query = z.infer<typeof Query>;

/** The same for new issues. */
export const IssuesQuery = z.strictObject({
  ...common,
  levels: z
    .array(z.enum(['debug', 'info', 'warning', 'error', 'fatal']))
    .min(1)
    .default(['error', 'fatal'])
    .describe('which of them count'),
  max: z.number().int().min(0).max(50).default(0).describe('as many are let pass'),
});
export type IssuesQuery = z.infer<typeof IssuesQuery>;
