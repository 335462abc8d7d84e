import { safeLink } from '../text/safe-link.ts';

/** An image from a web address, or the words for it where there is none that may be loaded. */
export function Picture({
  address,
  alternative,
}: {
  readonly address: string | undefined;
  readonly alternative: string;
}) {
  const source = safeLink(address ?? '');
  if (source === null) return <span className="picture-words">{alternative || 'image'}</span>;
  return <img src={source} alt={alternative} loading="lazy" referrerPolicy="no-referrer" />;
}
