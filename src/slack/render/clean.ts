/** What cannot be seen, or turns the reading direction around, or is half a character. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;
const LINE_BREAKS = /\r\n|[\n\r\t]/g;
/** How Slack's own markup begins. Only matters in mrkdwn, and is broken everywhere, wherever the words end up. */
const MARKUP = /<(?=[!@#]|https?:)/gi;

/** Somebody else's words on one line, at most `max` long, with nothing in them that acts or hides. Never empty. */
export function clean(text: string, max: number): string {
  const line = cut(text, max).replace(LINE_BREAKS, ' ');
  const shown = line.replace(UNSEEN, codePointOf).replace(MARKUP, '\\u{3c}');
  return shown.trim() === '' ? '–' : cut(shown, max);
}

/** At most `max` UTF-16 units, cut between code points, with `…` where something is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - 1;
  const last = text.charCodeAt(end - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}

/** For mrkdwn and top-level text. Slack asks for these three and no others to be escaped. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** One sentence for notifications and screen readers: escaped, and cut so that no entity is cut in half. */
export function topText(text: string, max: number): string {
  const shown = clean(text, max);
  let end = shown.length;
  let safe = escaped(shown);
  while (safe.length > max) {
    end -= Math.ceil((safe.length - max) / 5);
    safe = escaped(cut(shown, Math.max(1, end)));
  }
  return safe;
}

function codePointOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
