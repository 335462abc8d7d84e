import { type Random, randomFrom } from '../simulation/random.ts';

const CARDS = 4;

/**
 * Random numbers, the same in every run, that are dealt like cards: of four that come one after another from a full
 * deck, each lies in another quarter. What is to fail half of the time fails half of the time, in no order that can be
 * foreseen, and never so often in a row that a test would have to wait for the end of bad luck.
 */
export function fairDice(seed: number): () => number {
  const random = randomFrom(seed, 1);
  let deck: number[] = [];
  return () => {
    if (deck.length === 0) deck = shuffled(random);
    return deck.pop() ?? 0;
  };
}

function shuffled(random: Random): number[] {
  return Array.from({ length: CARDS }, (_, quarter) => ({
    order: random.next(),
    value: (quarter + random.next()) / CARDS,
  }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
