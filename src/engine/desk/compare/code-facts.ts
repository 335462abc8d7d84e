import type { Part } from '../../../core/answer.ts';
import type { Service } from '../../../core/catalog.ts';
import { Failed } from '../../../core/failure.ts';
import type { Text } from '../../../core/text.ts';
import type { EngineParts } from '../../parts.ts';

/**
 * Who reviewed what brought a commit, and what is known to be unsafe where its code comes from; nothing where the source
 * keeps neither. What could not be read is said to be so, and nothing else fails by it.
 */
export async function codeFacts(
  parts: Pick<EngineParts, 'sourceOf'>,
  service: Service,
  commit: string | null,
): Promise<Part[]> {
  const source = parts.sourceOf(service);
  const asked = [
    { name: 'Reviews', ask: commit === null ? undefined : source?.reviews?.bind(source, commit) },
    { name: 'Alerts now', ask: source?.alerts?.bind(source) },
  ];
  const facts = await Promise.all(
    asked.map(async ({ name, ask }) => (ask === undefined ? null : { name, value: await said(ask) })),
  );
  const known = facts.filter((fact) => fact !== null);
  return known.length === 0 ? [] : [{ kind: 'facts', facts: known }];
}

type Known = { readonly because?: string; readonly say?: string; readonly url?: string | null };

async function said(ask: () => Promise<Known>): Promise<Text> {
  try {
    const { because, say, url = null } = await ask();
    const words = because ?? say ?? '';
    return [url === null ? words : { kind: 'link', url, text: words }];
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return [`not known: ${error.failure.message}`];
  }
}
