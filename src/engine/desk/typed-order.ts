import type { DeployOrder } from '../../core/desk.ts';
import type { Offer } from '../../core/refusal.ts';
import { contract } from '../../core/strategy/contract.ts';

/** The order as somebody would type it, with some things put right: what a corrected button carries. */
export function typedOrder(order: DeployOrder, change: Partial<DeployOrder>, label: string): Offer {
  const changed = { ...order, ...change };
  return {
    label: label.slice(0, 75),
    command: changed.as.command,
    text: wordsOf(changed)
      .filter((word) => word !== null)
      .join(' '),
  };
}

function wordsOf(order: DeployOrder): (string | null)[] {
  const { as, breakGlass, atMs, zone, observeMs } = order;
  return [
    as.verb,
    order.ref === null ? order.service : `${order.service}@${order.ref}`,
    flag('env', as.isEnvironmentNamed ? order.environment : null),
    strategyWords(order),
    flag('steps', order.trafficPercents?.join(',') ?? null),
    flag('bake', observeMs === null ? null : `${Math.round(observeMs / 1_000)}s`),
    flag('at', atMs === null ? null : new Date(atMs).toISOString()),
    flag('tz', atMs === null ? null : zone),
    flag('reason', quoted(breakGlass?.why ?? order.why)),
    flag('incident', quoted(breakGlass?.incident ?? null)),
    order.again && breakGlass === null ? '--again' : null,
    order.queue ? '--queue' : null,
    flag('replace', order.replaces),
    flag('flag', listed(order.flags.map(({ key, percent }) => `${key}=${percent}`))),
    flag('waive', listed(order.waives)),
    flag('plan', order.plan),
  ];
}

function strategyWords({ strategy, as }: DeployOrder): string | null {
  if (strategy === contract.id) return '--contract';
  return flag('strategy', as.isStrategyFixed ? null : strategy);
}

function flag(name: string, value: string | null): string | null {
  return value === null ? null : `--${name} ${value}`;
}

function listed(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(',');
}

function quoted(words: string | null): string | null {
  return words === null ? null : `"${words.replaceAll('\\', '\\\\').replaceAll('"', "'")}"`;
}
