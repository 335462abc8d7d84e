import { invariant } from '../../core/bug.ts';
import { isOneOf, type Matcher, readSelector, type Selector, writtenSelector } from '../selector.ts';
import type { Query } from './settings.ts';

/** What is asked for one reading, in PromQL. */
export type Questions = {
  /**
   * All that is counted, and when each pod was scraped, in one question: a scrape bears the time at which it began and is
   * there only once it is over, so that two questions about one moment may be answered from two scrapes.
   */
  readonly counted: string;
  /** What is used, by what it is: whoever writes these says what they add up. */
  readonly used: Readonly<Record<string, string>>;
};

/** The label that tells the parts of one answer apart. */
export const PART = 'slipway_part';

/** The two counters of a share of the business, as `more` calls them. */
export const hitsOf = (name: string) => `hits of ${name}`;
export const allOf = (name: string) => `all of ${name}`;

/** Every question about these versions; null leaves none out. All are sums by pod: nothing is added up across pods. */
export function questionsOf(query: Query, which: Matcher): Questions {
  const { pod, version } = query;
  const own = (text: string) => writtenSelector(withMatcher(selected(text), which));
  const sum = (text: string, ...also: string[]) =>
    `sum by (${[pod, version, ...also].join(',')}) (${own(text)})`;
  // What is not the service's own, such as the restarts that a cluster counts, is told by the pod alone.
  const ofPod = (how: string, text: string) => `${how} by (${pod}) (${writtenSelector(selected(text))})`;
  const { latency, restarts, started, cpu, memory } = query;
  const business = Object.entries(query.business).flatMap(([name, { hits, of }]) => [
    [hitsOf(name), sum(hits)] as const,
    [allOf(name), sum(of)] as const,
  ]);
  const counted: Readonly<Record<string, string>> = {
    requests: sum(query.requests, ...tellingLabels(query)),
    errors: sum(query.errors),
    // Prometheus shows a number for up to five minutes after it was scraped.
    scraped: `max by (${pod},${version}) (timestamp(${own(query.requests)}))`,
    ...(latency === undefined ? {} : { latency: sum(latency, 'le') }),
    ...(restarts === undefined ? {} : { restarts: ofPod('sum', restarts) }),
    ...(started === undefined ? {} : { started: ofPod('max', started) }),
    ...Object.fromEntries(business),
  };
  return {
    counted: Object.entries(counted)
      .map(([part, text]) => `label_replace(${text}, "${PART}", "${part}", "", "")`)
      .join(' or '),
    used: { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) },
  };
}

/**
 * The labels by which errors are told from other requests, where both are one metric. A pod without an error has no such
 * series, and then none is none; but only where requests do have those labels.
 */
export function tellingLabels({ requests, errors, pod, version }: Query): string[] {
  const all = selected(requests);
  const failed = selected(errors);
  if (all.metric !== failed.metric) return [];
  const labels = failed.matchers.map(({ label }) => label);
  return [...new Set(labels)].filter((label) => label !== pod && label !== version);
}

export function areSameMetric(some: string, others: string): boolean {
  return selected(some).metric === selected(others).metric;
}

/** These versions and no other. */
export function ofVersions({ version }: Query, labels: readonly string[]): Matcher {
  return isOneOf(version, labels);
}

function withMatcher({ metric, matchers }: Selector, which: Matcher): Selector {
  return { metric, matchers: [...matchers, which] };
}

function selected(text: string): Selector {
  const selector = readSelector(text);
  invariant(selector !== null, 'a selector was let in that cannot be read');
  return selector;
}
