import type { z } from 'zod';
import type { History } from '../core/analysis/look.ts';
import { Failed } from '../core/failure.ts';
import type { Around, Asked, Cursor, Judged, MetricKind, MetricSource, Readings } from './metric.ts';
import type { Pace } from './windows.ts';

/** As it was asked, with the question as the kind reads it. */
export type AskedAs<Query> = Asked & { readonly query: Query };

/** What a member of this family can be asked; as of `MetricSource`. */
type Answers<Query> = {
  read?(asked: AskedAs<Query>, cursor: Cursor): Promise<Readings>;
  history?(asked: AskedAs<Query>, backMs: number): Promise<History | null>;
  verdict?(asked: AskedAs<Query>, cursor: Cursor): Promise<Judged>;
};

type Member<Settings extends z.ZodType, Query extends z.ZodType> = Pick<MetricKind, 'id' | 'summary'> & {
  readonly Settings: Settings;
  readonly Query: Query;
  /** Of one that is read in windows. */
  pace?(query: z.output<Query>): Pace;
  open(settings: z.output<Settings>, around: Around): Answers<z.output<Query>>;
};

/**
 * A kind of source of numbers, of which each member is handed what stands in the configuration as it understands it. What a
 * plan asks was checked by the kind that the name stood for when the plan was drawn; where it stands for another one by now
 * nothing is known, and nobody has made a mistake.
 */
export function metricKind<Settings extends z.ZodType, Query extends z.ZodType>(
  member: Member<Settings, Query>,
): MetricKind {
  const { id, summary, Settings, Query } = member;
  const lateMs = (given: unknown): number => {
    const query = Query.safeParse(given ?? {});
    if (!query.success || member.pace === undefined) return 0;
    const { stepMs, lagMs } = member.pace(query.data);
    return stepMs + lagMs;
  };
  return {
    id,
    summary,
    Settings,
    Query,
    lateMs,
    open(name, given, around) {
      const { read, history, verdict } = member.open(Settings.parse(given), around);
      const understood = async (asked: Asked): Promise<AskedAs<z.output<Query>>> => {
        const query = Query.safeParse(asked.query ?? {});
        if (query.success) return { ...asked, query: query.data };
        const message = `${name} is of the kind ${id} by now, which does not take what the plan asks of it`;
        throw new Failed({ code: 'unsupported', message, retryAfterMs: null });
      };
      return {
        name,
        kind: id,
        lateMs,
        ...(read && { read: async (asked, cursor) => read(await understood(asked), cursor) }),
        ...(history && { history: async (asked, backMs) => history(await understood(asked), backMs) }),
        ...(verdict && { verdict: async (asked, cursor = null) => verdict(await understood(asked), cursor) }),
      } satisfies MetricSource;
    },
  };
}
