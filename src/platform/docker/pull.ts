import { Failed } from '../../core/failure.ts';
import { PullLine } from './schema.ts';

const SAID_CHARACTERS_MAX = 200;

/**
 * A pull answers 200 before it has begun, and says line by line how it goes. What went wrong is a line among them.
 * @throws {Failed} `not-found`, `unauthorized` or `rejected` for what the engine says; `misunderstood` for what is no line
 */
export function insistOnPulled(told: string, image: string): void {
  for (const line of told.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const read = PullLine.safeParse(parse(line));
    if (!read.success) throw failed('misunderstood', image, 'the engine tells something else than lines');
    const because = read.data.error ?? read.data.errorDetail?.message ?? null;
    if (because !== null) throw failed(codeOf(because), image, because);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Registries and the engine have words only. What asks for a log-in may as well not be there. */
function codeOf(because: string): 'not-found' | 'unauthorized' | 'rejected' {
  if (/unauthorized|denied|authentication required/i.test(because)) return 'unauthorized';
  return /not found|manifest unknown|no such/i.test(because) ? 'not-found' : 'rejected';
}

function failed(
  code: 'not-found' | 'unauthorized' | 'rejected' | 'misunderstood',
  image: string,
  because: string,
) {
  const said = because.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, SAID_CHARACTERS_MAX);
  return new Failed({ code, message: `${image} could not be pulled: ${said}`, retryAfterMs: null });
}
