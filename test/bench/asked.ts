/** What is to be measured, or what is said instead: nothing that takes minutes is begun by a slip of the pen. */
export type Asked =
  | { readonly kind: 'run'; readonly names: readonly string[]; readonly options: readonly string[] }
  | { readonly kind: 'say'; readonly words: string; readonly exitCode: 0 | 2 };

type Benches = {
  /** Measured when nothing is named. */
  readonly usual: readonly string[];
  /** Measured only when they are named; they alone take options. */
  readonly long: readonly string[];
};

/** The words after `npm run bench --`. */
export function askedFrom(words: readonly string[], { usual, long }: Benches): Asked {
  const rest = words.filter((word) => word !== '--write');
  const help = helpOf(usual, long);
  if (rest.some((word) => word === '--help' || word === '-h'))
    return { kind: 'say', words: help, exitCode: 0 };
  const at = rest.findIndex((word) => word.startsWith('-'));
  const names = at < 0 ? rest : rest.slice(0, at);
  const options = rest.slice(names.length);
  const unknown = names.filter((name) => ![...usual, ...long].includes(name));
  const wrong =
    unknown.length > 0
      ? `There is no ${unknown.join(', ')}.`
      : options.length > 0 && !names.some((name) => long.includes(name))
        ? `Nobody takes ${options[0]} there: options stand after ${long.join(' or ')}.`
        : null;
  if (wrong !== null) return { kind: 'say', words: `${wrong}\n\n${help}`, exitCode: 2 };
  return { kind: 'run', names: names.length === 0 ? usual : names, options };
}

function helpOf(usual: readonly string[], long: readonly string[]): string {
  return [
    'npm run bench -- [name …] [--write] [options]',
    '',
    `Without a name: ${usual.join(', ')}.`,
    `Only by name, because they take long: ${long.join(', ')}; what follows them are their own options.`,
    '--write keeps what was measured in BENCHMARKS.md.',
  ].join('\n');
}
