import { useSyncExternalStore } from 'react';

/** Where one is: who, in which channel or in the app's home, with which thread open. It is the address, so it can be kept. */
export type Place = {
  readonly user: string | null;
  readonly channel: string | null;
  readonly isHome: boolean;
  readonly thread: string | null;
};

/** `#/U_ANA/C_DEPLOYS/1700000000.000100`, or `#/U_ANA/home`. */
export function readPlace(hash: string): Place {
  const [user, channel, thread] = hash.replace(/^#\/?/, '').split('/').map(decode);
  const isHome = channel === 'home';
  return { user: user || null, channel: isHome ? null : channel || null, isHome, thread: thread || null };
}

export function writePlace(place: Place): string {
  const parts = [place.user, place.isHome ? 'home' : place.channel, place.isHome ? null : place.thread];
  return `#/${parts
    .filter((part) => part !== null)
    .map(encodeURIComponent)
    .join('/')}`;
}

/** An address that was mistyped names nobody, and is no reason to stop. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** Goes there, as a step that the browser's Back undoes. */
export function goTo(place: Place): void {
  window.location.hash = writePlace(place);
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return readPlace(hash);
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange);
  return () => window.removeEventListener('hashchange', onChange);
}
