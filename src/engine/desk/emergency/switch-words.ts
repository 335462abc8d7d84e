import { closest } from '../../../core/closest.ts';
import type { FlagInReach } from '../../../core/kill-switch.ts';
import { type Offer, type Refusal, refuse } from '../../../core/refusal.ts';
import { code } from '../../../core/text.ts';
import { EMERGENCY } from '../../board/kill-switch-words.ts';
import type { Sought } from '../../flags/found.ts';
import { refuseUnlessAllowed } from '../place.ts';
import { didYouMean } from '../say.ts';
import type { Visiting } from '../visitor.ts';

/** Whoever switches a flag switches it for everybody who reads it: they have to be allowed to for all of them. */
export async function refuseReach(
  { parts, visitor }: Visiting,
  flags: readonly FlagInReach[],
): Promise<Refusal | null> {
  const actor = await parts.directory.look(visitor.actor, 'fresh');
  for (const { services, environment } of flags) {
    for (const service of services) {
      const asked = { permission: 'emergency', service, environment } as const;
      const refused = refuseUnlessAllowed(parts.catalog(), actor, asked);
      if (refused !== null) return refused;
    }
  }
  return null;
}

type Typed = Sought & { readonly id?: string | null; readonly why: string; readonly incident: string };

/** The order as it is typed, with the plan that was shown or without one. */
export function typedSwitch(
  verb: 'kill-switch' | 'switch-on',
  order: Typed,
  plan: string | null,
  label: string,
): Offer {
  const { id = null, flag, service, environment, why, incident } = order;
  const quoted = (words: string) => `"${words.replaceAll('\\', '\\\\').replaceAll('"', "'")}"`;
  const which = [
    ...(service === null ? [] : [service]),
    ...(flag === null ? [] : [`--flag ${quoted(flag)}`]),
    ...(environment === null ? [] : [`--env ${environment}`]),
  ];
  const words = [
    verb,
    ...(id === null ? which : [id]),
    ...(incident === '' ? [] : [`--incident ${quoted(incident)}`]),
    ...(why === '' ? [] : [`--reason ${quoted(why)}`]),
    ...(plan === null ? [] : [`--plan ${plan}`]),
  ];
  return { label, command: EMERGENCY, text: words.join(' '), isDangerous: plan !== null };
}

/** Honest where nothing can be switched off: there is nowhere to switch it. */
export function noFlags(flag: string): Refusal {
  return refuse(
    'not-supported',
    ['No feature flags are connected, so that ', code(flag), ' cannot be switched off from here.'],
    {
      next: ['Switch it off where it is kept, or take the version back with ', code('/deploy-rollback'), '.'],
    },
  );
}

export function unknownFlag(known: readonly FlagInReach[], order: Typed): Refusal {
  const name = order.flag ?? order.service ?? '';
  const names = [...new Set(known.flatMap(({ key, services }) => [key, ...services]))];
  const where = order.environment === null ? '' : ` in ${order.environment}`;
  const meant = closest(name, names, 3);
  return refuse(
    'not-found',
    ['There is no flag, and no service with flags, called ', code(name), `${where}.`],
    {
      next: meant.length > 0 ? [didYouMean(meant)] : ['There are: ', code(names.join(', ')), '.'],
      offers: meant.map((each) =>
        typedSwitch('kill-switch', { ...order, flag: each, service: null }, null, each),
      ),
    },
  );
}
