import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { gateNamed } from './index.ts';

const Example = z.object({ gates: z.array(z.looseObject({ gate: z.string() })) });

/** Every example of the documents that says nothing but what gates ask for. */
const examples = [...readFileSync('docs/gates.md', 'utf8').matchAll(/```yaml\n(gates:[\s\S]*?)```/g)]
  .flatMap(([, text]) => Example.parse(parse(text ?? '')).gates)
  .map(({ gate, within: _, ...settings }) => ({ gate, settings }));

test('there are examples, and each is taken by its gate', () => {
  expect(examples.length).toBeGreaterThan(12);
  const issues = examples.flatMap(({ gate, settings }) => {
    const read = gateNamed(gate)?.Settings.safeParse(settings);
    return read?.success === true ? [] : [`${gate}: ${read?.error.message ?? 'there is no such gate'}`];
  });
  expect(issues).toEqual([]);
});
