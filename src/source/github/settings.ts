import { z } from 'zod';
import { EnvironmentName } from '../../core/names.ts';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';

/** Of a pattern: `**` is any number of folders, `*` anything within one. */
const Paths = z
  .array(
    z
      .string()
      .min(1)
      .max(300)
      .regex(/^[^/\0][^\0]*$/, 'must be a path from the top of the repository'),
  )
  .max(20);

/** What a service's `source` takes beside `kind: github`. */
export const Settings = z
  .strictObject({
    repository: z
      .string()
      .regex(
        /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
        'must be an owner and a name, such as acme/shop',
      )
      .describe('Owner and name: acme/shop.'),
    token: SecretReference.optional().describe('Where a token is kept, such as env:GITHUB_TOKEN.'),
    app: z
      .strictObject({
        id: z.union([z.int().positive(), z.string().regex(/^[A-Za-z0-9.]{1,40}$/)]),
        installation: z.int().positive(),
        key: SecretReference.describe(
          "Where the App's private key is kept, such as file:/run/secrets/github-app.pem.",
        ),
      })
      .optional()
      .describe('An App that is installed there, instead of a token.'),
    url: SecretUrl.default('https://api.github.com').describe(
      'Another one for GitHub Enterprise Server: https://github.example.com/api/v3.',
    ),
    branch: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Whose rules say which checks are required; left out: the repository's default branch."),
    migrations: Paths.default([]).describe('Which files are migrations, such as supabase/migrations/**.'),
    configuration: Paths.default([]).describe(
      'Files that list the keys of the configuration one a line (KEY=…), such as .env.example.',
    ),
    record: z.boolean().default(false).describe("Whether every deployment is kept among GitHub's own."),
    environments: z
      .record(EnvironmentName, z.string().min(1).max(255))
      .default({})
      .describe('What our environments are called at GitHub, where that is something else.'),
  })
  .refine(({ token, app }) => (token === undefined) !== (app === undefined), {
    message: 'must have either a token or an app, to read with',
    path: ['token'],
  });
export type Settings = z.infer<typeof Settings>;

export type Repository = { readonly owner: string; readonly repo: string };

export function repositoryOf({ repository }: Settings): Repository {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}
