import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { openWorkspace } from './workspace.ts';

const usage = `A local workspace by itself.

  node dist/src/local/workspace/serve.js --bot http://127.0.0.1:3000/slack/events --manifest manifest.yml

  --bot URL               where deliveries go
  --manifest FILE         the app's manifest, YAML or JSON
  --port NUMBER           0 (the default) lets the system choose
  --page FOLDER           the web page's built files
  --file FILE             where messages are kept
  --signing-secret TEXT   default: local-signing-secret
  --bot-token TEXT        default: xoxb-local
  --app-token TEXT        switches Socket Mode on: xapp-local

It prints one line of JSON, {"url": …, "apiUrl": …}, when it is ready, and ends on SIGTERM and SIGINT.
`;

const Asked = z.object({
  bot: z.url(),
  manifest: z.string(),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  page: z.string().optional(),
  file: z.string().optional(),
  'signing-secret': z.string().default('local-signing-secret'),
  'bot-token': z.string().startsWith('xoxb-').default('xoxb-local'),
  'app-token': z.string().startsWith('xapp-').optional(),
});

async function serve(asked: z.infer<typeof Asked>): Promise<void> {
  const workspace = await openWorkspace({
    port: asked.port,
    pageFolder: asked.page ?? null,
    signingSecret: asked['signing-secret'],
    botToken: asked['bot-token'],
    ...(asked['app-token'] === undefined ? {} : { appToken: asked['app-token'] }),
    ...(asked.file === undefined ? {} : { file: asked.file }),
    botUrl: () => asked.bot,
    nowMs: Date.now,
    random: Math.random,
    manifest: parse(readFileSync(asked.manifest, 'utf8')) as unknown,
  });
  process.stdout.write(`${JSON.stringify({ url: workspace.url, apiUrl: workspace.apiUrl })}\n`);
  const stop = (): void => {
    void workspace.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function argumentsGiven(): unknown {
  const names = Object.keys(Asked.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  return parseArgs({ options, strict: true }).values;
}

try {
  await serve(Asked.parse(argumentsGiven()));
} catch (error) {
  const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`The workspace did not start.\n${reason}\n\n${usage}`);
  process.exitCode = 1;
}
