import { Preformatted } from './preformatted.tsx';
/** What we have no picture of is shown as what it is: its type and its JSON. */
export function Unknown({ thing, what }: { readonly thing: unknown; readonly what: 'block' | 'element' }) {
  const type = (thing as { readonly type?: unknown } | null)?.type;
  return (
    <details className="unknown">
      <summary>
        {what === 'block' ? 'A block' : 'An element'} that this page cannot draw: <code>{String(type)}</code>
      </summary>
      <Preformatted>{JSON.stringify(thing, null, 2)}</Preformatted>
    </details>
  );
}
