import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Facts, judge, thirdPartyUp } from './index.ts';

const page = 'https://www.githubstatus.com';
const whole = { page, components: [], atWorst: 'operational' } as const;
const said = (indicator: string): Facts => ({ kind: 'page', indicator, say: 'Partly Degraded Service' });
const component = (name: string, status: string, id = name) => ({ id, name, status });
const components = (...all: ReturnType<typeof component>[]): Facts => ({ kind: 'components', all });

test('a page as a whole is as good as it says', () => {
  expect(judge(said('none'), whole).kind).toBe('pass');
  expect(judge(said('minor'), whole)).toEqual({
    kind: 'fail',
    because: 'www.githubstatus.com says: Partly Degraded Service',
  });
  expect(judge(said('minor'), { ...whole, atWorst: 'degraded' }).kind).toBe('pass');
  expect(judge(said('critical'), { ...whole, atWorst: 'partial-outage' }).kind).toBe('fail');
  expect(judge(said('splendid'), whole).kind).toBe('unknown');
});

test('only what is needed of it counts, by name or id, and every one of the same name', () => {
  const facts = components(
    component('Actions', 'operational', 'a1'),
    component('Pages', 'major_outage'),
    component('API', 'operational', 'b1'),
    component('API', 'degraded_performance', 'b2'),
  );
  expect(judge(facts, { ...whole, components: ['a1'] })).toEqual({
    kind: 'pass',
    because: 'www.githubstatus.com says that a1 is up',
  });
  expect(judge(facts, { ...whole, components: ['Actions', 'API'] })).toEqual({
    kind: 'fail',
    because: 'www.githubstatus.com says that API is degraded performance',
  });
  expect(judge(facts, { ...whole, components: ['b1'] }).kind).toBe('pass');
  expect(judge(facts, { ...whole, components: ['Actions', 'Packages'] }).kind).toBe('unknown');
});

test('of all words there are, those that are known to be good enough pass', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('operational', 'under_maintenance', 'major_outage')),
      (word) => {
        const { kind } = judge(components(component('API', word)), { ...whole, components: ['API'] });
        return kind !== 'pass' || word === 'operational' || word === 'none';
      },
    ),
  );
});

test('a page that could not be read is not known, and no page is asked without encryption', () => {
  expect(
    judge({ kind: 'unread', because: 'GET status.example.com/api/v2/status.json answered 503' }, whole).kind,
  ).toBe('unknown');
  expect(thirdPartyUp.Settings.safeParse({ page: 'http://status.example.com' }).success).toBe(false);
  expect(thirdPartyUp.Settings.safeParse({ page, component: 'API' }).success).toBe(false);
});
