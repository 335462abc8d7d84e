import { expect, test } from 'vitest';
import { streamsOf } from './logs.ts';

function framed(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
const both = Buffer.concat([framed(1, 'one\ntw'), framed(2, 'bäd\n'), framed(1, 'o\n')]);

test('pieces of both streams are put together, each its own', () => {
  expect(streamsOf(both)).toEqual([
    { level: 'info', text: 'one\ntwo\n' },
    { level: 'error', text: 'bäd\n' },
  ]);
  expect(streamsOf(new Uint8Array())).toEqual([
    { level: 'info', text: '' },
    { level: 'error', text: '' },
  ]);
});

test('what breaks off anywhere but between two pieces is no log', () => {
  const ends = [0, 14, 27, both.length];
  for (let length = 0; length <= both.length; length++) {
    const read = () => streamsOf(both.subarray(0, length));
    if (ends.includes(length)) expect(read).not.toThrow();
    else expect(read).toThrow('a form that we do not know');
  }
});

test('a stream that nobody knows, and plain text, are no log', () => {
  expect(() => streamsOf(framed(3, 'x'))).toThrow();
  expect(() => streamsOf(Buffer.from('plain text of a terminal\n'))).toThrow();
});
