import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame, plotHeight, scaleFor } from './chart-geometry.ts';

test('every value is inside the frame, and zero is on the scale', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      const scale = scaleFor(values);
      for (const each of [...values, 0]) {
        expect(scale.y(each)).toBeGreaterThanOrEqual(frame.top - 1e-6);
        expect(scale.y(each)).toBeLessThanOrEqual(frame.top + plotHeight + 1e-6);
      }
      expect(scale.ticks.length).toBeLessThanOrEqual(8);
    }),
  );
});
