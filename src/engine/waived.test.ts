import { expect, test } from 'vitest';
import type { Ground } from '../core/draw-plan.ts';
import type { Order } from '../core/order.ts';
import type { Surveyed } from './desk/ground.ts';
import { waivedTerms, withoutWaived } from './waived.ts';

const gate = (name: string) => ({ gate: name, settings: {} });
const order = {
  waives: ['no-alerts', 'serves-version'],
  requestedBy: 'U1',
  why: 'because',
} as Partial<Order> as Order;
const gates = [gate('no-alerts'), gate('no-alerts'), gate('signed')];

test('what nobody can waive is asked whatever an order says', () => {
  const ground = { gatesBefore: gates, gatesAfter: [gate('serves-version')] } as Partial<Ground> as Ground;
  expect(withoutWaived(ground, order)).toEqual({
    gatesBefore: [gate('signed')],
    gatesAfter: [gate('serves-version')],
  });
});

test('a plan says once at each place what is not asked there, by whom and why', () => {
  const at = (id: string, all: readonly ReturnType<typeof gate>[]) =>
    ({ place: { id, target: { gates: all } } }) as unknown as Surveyed;
  expect(waivedTerms(order, [at('api/staging', gates), at('web/staging', [gate('signed')])])).toEqual({
    waived: [{ gate: 'no-alerts', target: 'api/staging', by: 'U1', why: 'because' }],
  });
  expect(waivedTerms({ ...order, waives: ['smoke'] }, [at('api/staging', gates)])).toEqual({});
});
