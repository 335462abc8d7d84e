import fc from 'fast-check';

/** What stands where something else stood: what parsers and readers of numbers trip over. */
const intruders = [
  '',
  ' ',
  '0',
  '-1',
  '9',
  '1e9',
  'NaN',
  'null',
  '"',
  '<',
  '>',
  '/>',
  '&',
  '&amp;',
  '<!--',
  '-->',
  '\u0000',
  '{',
  '}',
  ',',
  '\n',
  'failure',
  '<failure/>',
];

/** A text that was cut off, that lost a piece, that holds a piece twice, or in which something else stands. */
export function changedTexts(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: text.length });
  const size = fc.nat({ max: 40 });
  return fc.oneof(
    place.map((at) => text.slice(0, at)),
    place.map((at) => text.slice(at)),
    fc.tuple(place, size).map(([at, length]) => text.slice(0, at) + text.slice(at + length)),
    fc.tuple(place, size).map(([at, length]) => text.slice(0, at + length) + text.slice(at)),
    fc
      .tuple(place, fc.nat({ max: 4 }), fc.oneof(fc.constantFrom(...intruders), fc.string({ maxLength: 3 })))
      .map(([at, length, instead]) => text.slice(0, at) + instead + text.slice(at + length)),
  );
}
