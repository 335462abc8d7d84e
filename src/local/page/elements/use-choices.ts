import { useEffect, useState } from 'react';
import * as z from 'zod';
import { Option, PlainText } from '../blocks/schema.ts';
import { useScope } from '../blocks/scope.tsx';
import { useWorkspace } from '../state/workspace-context.tsx';
import type { Choice } from './combobox.tsx';

/** How long somebody has to stop typing before the app is asked for choices. */
const PAUSE_MS = 200;
/** Slack's own default of `min_query_length`. */
const QUERY_LENGTH_MIN = 3;

const Group = z.object({ label: PlainText, options: z.array(Option) });

/** What `static_select` and `external_select`, single and multiple, have in common. */
export const choosing = {
  action_id: z.string(),
  placeholder: PlainText.optional(),
  options: z.array(Option).optional(),
  option_groups: z.array(Group).optional(),
  min_query_length: z.number().optional(),
};
const Choosing = z.object(choosing);

export type Offered = { readonly options: readonly Option[]; readonly note: string | null };

export const choiceOf = (option: Option): Choice => ({
  value: option.value ?? option.text.text,
  text: option.text.text,
  description: option.description?.text ?? null,
});

/** The options that fit what was typed: of the element itself, or fetched from the app. */
export function useOffered(
  element: z.infer<typeof Choosing> & { readonly type: string },
  blockId: string,
  typed: string | null,
): Offered {
  const isExternal = element.type.endsWith('external_select');
  const fetched = useFetched(element, blockId, isExternal ? typed : null);
  if (isExternal) return fetched;
  const all = [
    ...(element.options ?? []),
    ...(element.option_groups ?? []).flatMap(({ options }) => options),
  ];
  const options = all.filter(({ text }) => text.text.toLowerCase().includes((typed ?? '').toLowerCase()));
  return { options, note: options.length === 0 ? 'Nothing fits.' : null };
}

function useFetched(element: z.infer<typeof Choosing>, blockId: string, typed: string | null): Offered {
  const { options: ask } = useWorkspace();
  const { channel, messageTs, viewId } = useScope();
  const [offered, setOffered] = useState<Offered>({ options: [], note: 'Loading…' });
  const { action_id: actionId, min_query_length: shortest = QUERY_LENGTH_MIN } = element;

  useEffect(() => {
    if (typed === null) return;
    if (typed.length < shortest) {
      setOffered({ options: [], note: `Type ${shortest} characters to search.` });
      return;
    }
    let isCurrent = true;
    setOffered((before) => ({ options: before.options, note: 'Loading…' }));
    const timer = setTimeout(async () => {
      const answer = await fetchOptions(() =>
        ask(withoutNulls({ actionId, blockId, value: typed, viewId, channel, messageTs })),
      );
      if (isCurrent) setOffered(answer);
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [typed, shortest, actionId, blockId, viewId, channel, messageTs, ask]);
  return offered;
}

async function fetchOptions(
  ask: () => ReturnType<ReturnType<typeof useWorkspace>['options']>,
): Promise<Offered> {
  try {
    const { options } = await ask();
    const plain = (text: string) => ({ type: 'plain_text' as const, text });
    return {
      options: options.map(({ text, value, description }) => ({
        text: plain(text),
        value,
        ...(description !== null && { description: plain(description) }),
      })),
      note: options.length === 0 ? 'Nothing fits.' : null,
    };
  } catch {
    return { options: [], note: 'The choices could not be loaded. Type again to retry.' };
  }
}

function withoutNulls(query: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
