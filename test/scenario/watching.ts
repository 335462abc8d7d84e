import type { Acted, MessageView } from '../../src/local/workspace/page-contract.ts';
import { type Person, refOf } from './person.ts';
import { until } from './until.ts';

/** The cards of one title, oldest first: what stands in the channel and not in a thread, and is no alert. */
export function cardsOf(person: Person, title: string): MessageView[] {
  return person
    .messages()
    .filter(
      ({ text, threadTs, isEphemeral, blocks }) =>
        !isEphemeral && threadTs === null && text.startsWith(title) && !isAlert(blocks),
    );
}

/** One that was in a hurry stands in the channel by itself, before its card is there; a card begins with its title. */
function isAlert([first]: readonly unknown[]): boolean {
  return (first as { type?: string } | undefined)?.type === 'rich_text';
}

export function threadOf(person: Person, { ts }: MessageView): MessageView[] {
  return person.messages().filter(({ threadTs, isEphemeral }) => !isEphemeral && threadTs === ts);
}

const ENDS =
  / (deployed|rollback done) in |(: | )(rolled back|stopped|taken back|undone|needs a person).*after \d/;

/** Does what brings a new card of this title, and waits until it is there. */
export async function order(
  person: Person,
  what: () => Promise<unknown>,
  title: string,
): Promise<MessageView> {
  const known = cardsOf(person, title).length;
  await what();
  await until(
    () => cardsOf(person, title).length > known,
    undefined,
    () => `no card of ${title}:\n${shownTo(person)}`,
  );
  return cardsOf(person, title).at(-1) as MessageView;
}

/** The card once it says how it ended, and its report has its files. */
export async function ended(person: Person, { ts }: MessageView, withinMs?: number): Promise<MessageView> {
  const now = () => person.messages().find((message) => message.ts === ts) as MessageView;
  const isReported = () => threadOf(person, now()).some(({ files }) => files.length === 2);
  await until(
    () => ENDS.test(now().text) && isReported(),
    withinMs,
    () =>
      `${now().text}\nThread:\n${threadOf(person, now())
        .map(({ text }) => text)
        .join('\n')}`,
  );
  return now();
}

/**
 * What somebody is told, and nobody else, in answer to this very thing that they did: what they did before may be
 * answered later.
 */
export async function answerTo(
  person: Person,
  what: () => Promise<Acted>,
  isIt: (message: MessageView) => boolean = ({ text }) => !text.startsWith('Taking '),
): Promise<MessageView> {
  const before = new Set(person.messages().map(({ ts }) => ts));
  const acted = await what();
  if (!acted.ok) throw new Error(`${person.id} was refused: ${acted.error}`);
  const ref = refOf(acted);
  const isMine = ({ ts, answers }: MessageView) =>
    ref === null ? answers === undefined && !before.has(ts) : answers === ref;
  return person.sees((message) => message.isEphemeral && isMine(message) && isIt(message));
}

export function shownTo(person: Person): string {
  return person
    .messages()
    .map(({ text }) => text)
    .join('\n');
}

/** What runs of a service now: `/deploy-health` asks the platform, while `/deploy-status` tells what was seen last. */
export async function servingOf(person: Person, service: string): Promise<string> {
  const told = await answerTo(person, () => person.type(`/deploy-health ${service}`));
  return rowsOf(told).find(([check]) => check === 'traffic')?.[2] ?? told.text;
}

/** Waits until the status has seen a version serve a service, and is told by itself. */
export async function statusShows(person: Person, service: string, version: string): Promise<void> {
  let row: string[] = [];
  await until(
    async () => {
      row = rowsOf(await answerTo(person, () => person.type(`/deploy-status ${service}`)))[0] ?? [];
      return row[2] === version;
    },
    undefined,
    () => `not ${version}: ${row.join(' | ')}`,
  );
}

/** The rows of a message's table, without its head. */
export function rowsOf({ blocks }: Pick<MessageView, 'blocks'>): string[][] {
  const table = (blocks as { type: string; rows?: { text: string }[][] }[]).find(
    ({ type }) => type === 'data_table',
  );
  return (table?.rows ?? []).slice(1).map((row) => row.map(({ text }) => text));
}
