import { userInfo } from 'node:os';
import type { Caller } from '../core/person.ts';

/** As names of users look on the systems that this runs on; what looks otherwise is named by its number. */
const USUAL = /^[a-z_][a-z0-9_-]{0,31}$/;

/**
 * The user of the operating system that this process runs as. Only they, and root, can open the control socket, so that
 * whoever asks there is taken for them: who connects to a socket is not told to a program written in JavaScript.
 */
export function operator(): Caller & { readonly uid: number } {
  const uid = process.getuid?.() ?? 0;
  const name = nameOf(uid);
  return { id: `os:${name}`, name, uid };
}

function nameOf(uid: number): string {
  try {
    const { username } = userInfo();
    return USUAL.test(username) ? username : `uid-${uid}`;
  } catch {
    // In a container a user may have a number and no name.
    return `uid-${uid}`;
  }
}
