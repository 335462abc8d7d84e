import { open } from 'node:fs/promises';
import type { Catalog } from '../core/catalog.ts';
import { sayFinding } from './finding.ts';
import type { Known } from './known.ts';
import { type Reading, readConfiguration } from './read.ts';
import { limits } from './yaml.ts';

/** Reads and judges one file. A file that cannot be read is a finding, not an error. */
export async function readConfigurationFile(path: string, known: Known): Promise<Reading> {
  const text = await readAtMost(path, limits.bytes + 1).catch((error: NodeJS.ErrnoException) => error);
  if (typeof text === 'string') return readConfiguration(path, text, known);
  const because = new Map([
    ['ENOENT', 'does not exist.'],
    ['EACCES', 'may not be read by this user.'],
    ['EISDIR', 'is a folder.'],
  ]);
  const message = because.get(text.code ?? '') ?? `cannot be read (${text.code ?? 'unknown reason'}).`;
  return {
    kind: 'broken',
    findings: [{ file: path, line: null, column: null, key: '', message, meant: [] }],
  };
}

async function readAtMost(path: string, bytesMax: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(bytesMax);
    const { bytesRead } = await file.read(buffer, 0, bytesMax, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What `slipway check` prints, and the exit code of the process. Starts nothing and calls nobody. */
export async function checkFile(
  path: string,
  known: Known,
): Promise<{ readonly exitCode: 0 | 1; readonly lines: readonly string[] }> {
  const reading = await readConfigurationFile(path, known);
  if (reading.kind === 'read') return { exitCode: 0, lines: [summary(path, reading.configuration.catalog)] };
  const { findings } = reading;
  const count = `${findings.length} ${findings.length === 1 ? 'thing is' : 'things are'} wrong with ${path}.`;
  return { exitCode: 1, lines: [...findings.map(sayFinding), count] };
}

function summary(path: string, { services, environments, grants, version }: Catalog): string {
  const people = new Set(grants.flatMap((grant) => grant.people)).size;
  const counts = [
    `${services.length} service${services.length === 1 ? '' : 's'}`,
    `${environments.length} environment${environments.length === 1 ? '' : 's'}`,
    `${people} ${people === 1 ? 'person' : 'people'} with a role`,
  ];
  return `${path} is good: ${counts.join(', ')} (version ${version.slice(0, 12)}).`;
}
