/** What is rolled out, and what is known of the place before: nothing, or some minutes of the old version. */
export type Round = {
  readonly kind: Kind;
  readonly hasHistory: boolean;
};
export type Kind = 'failing' | 'slow' | 'leaking' | 'good';

/** What each kind is called among the samples of `api`. */
export const versionOf: Readonly<Record<Kind, string>> = {
  failing: 'v3',
  slow: 'v4',
  leaking: 'v5',
  good: 'v2',
};

export type Options = Readonly<Record<Kind, number>> & {
  /** How many places are rolled out at once; each has fifty requests a second of its own. */
  readonly lanes: number;
};

const usual: Options = { failing: 40, slow: 10, leaking: 10, good: 100, lanes: 6 };

/** `--failing 10 --slow 2 --leaking 2 --good 20 --lanes 4`. @throws for anything else */
export function optionsOf(words: readonly string[]): Options {
  const given: Record<string, number> = {};
  for (let at = 0; at < words.length; at += 2) {
    const name = (words[at] ?? '').replace(/^--/, '');
    const count = Number(words[at + 1]);
    if (!(name in usual) || !Number.isInteger(count) || count < 0) {
      throw new Error(`${words[at]} ${words[at + 1]}: known are --${Object.keys(usual).join(', --')}.`);
    }
    given[name] = count;
  }
  return { ...usual, ...given };
}

/** Half of each kind with nothing known of the past; those that take longest come first. */
export function roundsOf(options: Options): Round[] {
  const kinds = ['leaking', 'slow', 'failing', 'good'] as const;
  return kinds.flatMap((kind) =>
    Array.from({ length: options[kind] }, (_, index) => ({ kind, hasHistory: index % 2 === 1 })),
  );
}
