/** One word of a command that people copy: quoted where a shell would read it otherwise (POSIX, "Quoting"). */
export function word(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What is longer is cut where it is shown, and a part of a command is none. */
const LENGTH_MAX = 1_000;

/** A command on one line; null for what does not fit on it, so that nobody copies a part. */
export function oneCommand(words: readonly string[]): string | null {
  const command = words.join(' ');
  return command.length > LENGTH_MAX || /\p{Cc}/u.test(command) ? null : command;
}
