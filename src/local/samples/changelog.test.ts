import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sourceAround } from '../../../test/support/source-around.ts';
import { openSource } from '../../source/index.ts';
import { laterServices, sampleServices } from './index.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

test.each([...sampleServices, ...laterServices])(
  'the changelog of %s lists every version that can be deployed',
  async (service) => {
    const source = openSource(
      { kind: 'changelog', settings: { file: `${service}/changelog.json` } },
      sourceAround(folder),
    );
    const { versions } = JSON.parse(readFileSync(`${folder}${service}/service.json`, 'utf8')) as {
      versions: { name: string }[];
    };
    expect(await source.names(100)).toEqual(versions.map(({ name }) => name));
  },
);
