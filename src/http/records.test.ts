import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failed } from '../core/failure.ts';
import { recordsOf } from './records.ts';

const [A, CNAME, AAAA] = [1, 5, 28];
const [OK, SERVFAIL, NXDOMAIN] = [0, 2, 3];

/** Labels with their lengths (RFC 1035, 3.1). */
const nameBytes = (name: string) =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

const answers = new Map<string, { code: number; records: { type: number; bytes: Buffer }[] }>([
  [
    'two.test/1',
    {
      code: OK,
      records: [
        { type: A, bytes: Buffer.from([10, 0, 0, 1]) },
        { type: A, bytes: Buffer.from([10, 0, 0, 2]) },
      ],
    },
  ],
  [
    'six.test/28',
    { code: OK, records: [{ type: AAAA, bytes: Buffer.from('20010db8000000000000000000000001', 'hex') }] },
  ],
  ['alias.test/5', { code: OK, records: [{ type: CNAME, bytes: nameBytes('real.example') }] }],
  ['broken.test/1', { code: SERVFAIL, records: [] }],
]);

/** Answers one question in one datagram, as RFC 1035 describes it. */
function answerTo(question: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const asked = question.subarray(12, at + 5);
  const name = labels.join('.').toLowerCase();
  const known = [...answers.keys()].some((key) => key.startsWith(`${name}/`));
  const { code, records } = answers.get(`${name}/${question.readUInt16BE(at + 1)}`) ?? {
    code: known ? OK : NXDOMAIN,
    records: [],
  };
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  const said = records.map(({ type, bytes }) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([head, asked, ...said]);
}

const server = createSocket('udp4');
let servers: string[];
beforeAll(async () => {
  server.on('message', (question, { port, address }) => server.send(answerTo(question), port, address));
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  servers = [`127.0.0.1:${server.address().port}`];
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

test('a name stands for all that its server says', async () => {
  expect((await recordsOf('two.test', 'A', servers)).toSorted()).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(await recordsOf('six.test', 'AAAA', servers)).toEqual(['2001:db8::1']);
  expect(await recordsOf('alias.test', 'CNAME', servers)).toEqual(['real.example']);
});

test('a name that is not there, and one without such a record, stand for nothing', async () => {
  expect(await recordsOf('nowhere.test', 'A', servers)).toEqual([]);
  expect(await recordsOf('two.test', 'CNAME', servers)).toEqual([]);
});

test('a server that could not say is no empty answer', async () => {
  await expect(recordsOf('broken.test', 'A', servers)).rejects.toBeInstanceOf(Failed);
});
