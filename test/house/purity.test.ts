import * as ts from 'typescript';
import { expect, test } from 'vitest';
import { isTest, type Source, sourcesBelow } from './sources.ts';

const worldly = new Set([
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'console',
  'crypto',
  'performance',
]);
const members = new Set(['Date.now', 'Temporal.Now', 'Math.random', 'AbortSignal.timeout']);

/** Every place where a file reaches for the clock, for randomness or for the world, by its line. */
function reaches({ file, text }: Source): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const note = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push(`${file}:${line + 1} ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const name = `${node.expression.getText(source)}.${node.name.text}`;
      if (members.has(name)) note(node, name);
    }
    if (
      ts.isNewExpression(node) &&
      node.expression.getText(source) === 'Date' &&
      (node.arguments ?? []).length === 0
    ) {
      note(node, 'new Date()');
    }
    if (ts.isIdentifier(node) && worldly.has(node.text) && isFree(node)) note(node, node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A global that is used, not a property, a parameter or a name of our own that happens to be spelled like it. */
function isFree(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return true;
  return ts.isVariableDeclaration(parent) && parent.initializer === node;
}

const pure = [
  'src/core',
  'src/engine',
  'src/command',
  'src/gate',
  'src/secret',
  'src/telemetry',
  'src/slack',
  'src/queue',
  'commands',
];

test('nothing but the edges reaches for the clock, for randomness or for the world', () => {
  const sources = sourcesBelow(...pure).filter((source) => !isTest(source));
  expect(sources.length).toBeGreaterThan(100);
  const allowed = [
    // The log is written to standard error unless somebody says otherwise.
    /^src\/telemetry\/log\.ts:\d+ process$/,
  ];
  const found = sources.flatMap(reaches).filter((line) => !allowed.some((exception) => exception.test(line)));
  expect(found).toEqual([]);
});

test.each([
  ['const now = Date.now();', 'Date.now'],
  ['const now = new Date();', 'new Date()'],
  ['const now = Temporal.Now.instant();', 'Temporal.Now'],
  ['const die = Math.random();', 'Math.random'],
  ['await new Promise((done) => setTimeout(done, 5));', 'setTimeout'],
  ['setInterval(look, 5);', 'setInterval'],
  ['const answer = await fetch(url);', 'fetch'],
  ['const key = process.env.KEY;', 'process'],
  ['console.log(1);', 'console'],
  ['const id = crypto.randomUUID();', 'crypto'],
  ['const late = AbortSignal.timeout(5);', 'AbortSignal.timeout'],
  ['const p = process;', 'process'],
])('%s is seen', (text, what) => {
  expect(reaches({ file: 'x.ts', text })).toEqual([`x.ts:1 ${what}`]);
});

test.each([
  'new Date(atMs)',
  'clock.now()',
  'world.fetch(url)',
  '// Date.now()',
  "'Math.random()'",
  'const { fetch } = world;',
  'x.process',
])('%s is left alone', (text) => expect(reaches({ file: 'x.ts', text })).toEqual([]));
