import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commands } from '../commands/index.ts';
import { manifest, usageHint } from './command/index.ts';
import { configurationSchema } from './config/index.ts';
import { permissions } from './core/person.ts';

/** A file that is written from the code, and what it has to be. */
export type Generated = { readonly path: string; readonly content: string };

const BEGIN = '<!-- commands:begin -->';
const END = '<!-- commands:end -->';

/**
 * Every file that is written from the code, as it has to be now.
 * @param readme what README.md says now; null when there is none
 * @throws {Error} when README.md has no place for the table of commands
 */
export function generated(readme: string | null): Generated[] {
  const files = [
    { path: 'manifest.yml', content: manifest(commands) },
    { path: 'src/config/slipway.schema.json', content: configurationSchema() },
  ];
  return readme === null ? files : [...files, { path: 'README.md', content: withTable(readme) }];
}

function withTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(
      `README.md has no place for the table of commands. Put these two lines into it:\n${BEGIN}\n${END}`,
    );
  }
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${table()}\n\n${readme.slice(end)}`;
}

function table(): string {
  const rows = commands.map((command) => {
    const usage = `/${command.name} ${usageHint(command)}`.trim().replaceAll('|', '\\|');
    return `| \`${usage}\` | ${command.summary} | ${command.permission === 'look' ? 'any role' : permissions[command.permission].join(', ')} |`;
  });
  return ['| you type | you get | who may |', '|---|---|---|', ...rows].join('\n');
}

/** Writes what is stale below `root`, and says what it wrote. */
export function generate(root: string, say: (line: string) => void): void {
  for (const { path, content } of generated(readOrNull(`${root}/README.md`))) {
    if (readOrNull(`${root}/${path}`) === content) continue;
    writeFileSync(`${root}/${path}`, content);
    say(`wrote ${path}`);
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Run as a program, it writes into the folder that it is run in. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  generate(process.cwd(), (line) => process.stdout.write(`${line}\n`));
}
