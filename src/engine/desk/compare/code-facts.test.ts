import { expect, test } from 'vitest';
import { noSource } from '../../../../test/support/office/office.ts';
import type { Service } from '../../../core/catalog.ts';
import { Failed } from '../../../core/failure.ts';
import { plain } from '../../../core/text.ts';
import type { Source } from '../../../source/source.ts';
import { codeFacts } from './code-facts.ts';

const service: Service = { name: 'web', summary: '', needs: [], source: null, targets: [] };
const reviews: NonNullable<Source['reviews']> = async (commit) => ({
  state: 'approved',
  approvedBy: [],
  because: `cleo approved ${commit}`,
  url: 'https://github.com/acme/web/pull/7',
});

async function told(source: Partial<Source> | null, commit: string | null = 'c1'): Promise<string[]> {
  const sourceOf = () => (source === null ? null : { ...noSource, ...source });
  const parts = await codeFacts({ sourceOf }, service, commit);
  return parts.flatMap((part) =>
    part.kind === 'facts' ? part.facts.map(({ name, value }) => `${name}: ${plain(value)}`) : [],
  );
}

test('nothing is said where the source knows of neither, and of no commit there are no reviews', async () => {
  expect(await told(null)).toEqual([]);
  expect(await told({})).toEqual([]);
  expect(await told({ reviews }, null)).toEqual([]);
});

test('who reviewed it is said with its reason', async () => {
  expect(await told({ reviews })).toEqual([expect.stringContaining('Reviews: cleo approved c1')]);
});

test('what could not be read is said to be so, and the rest is told all the same', async () => {
  const alerts = async () => {
    throw new Failed({ code: 'unavailable', message: 'GitHub is down', retryAfterMs: null });
  };
  expect(await told({ reviews, alerts })).toEqual([
    expect.stringContaining('cleo approved c1'),
    'Alerts now: not known: GitHub is down',
  ]);
});
