import { z } from 'zod';
import type { Catalog, ConfiguredTarget, Service } from '../core/catalog.ts';
import { targetId } from '../core/names.ts';
import type { Bell } from './webhook.ts';

/**
 * The targets that a delivery is about: where it names something of ours, that; where it names something else, none;
 * where it names nothing that we can read, all that the webhook is for.
 */
export function concerned(catalog: Catalog, webhook: Bell, body: unknown): ReadonlySet<string> {
  const named = namedIn[webhook.kind](body);
  const platforms = platformsOf(catalog, webhook);
  return new Set(
    catalog.services.flatMap((service) =>
      service.targets
        .filter((target) => platforms === null || livesOn(target, platforms))
        .filter((target) => named === null || isNamed(service, target, named))
        .map((target) => targetId(service.name, target.environment)),
    ),
  );
}

/** A word of the platform's that may stand in an address, or a service and an environment of ours. */
type Named = { readonly word: string } | { readonly service: string; readonly environment: string | null };

const word = (schema: z.ZodType<string>) => (body: unknown) => {
  const { data } = schema.safeParse(body);
  return data === undefined ? null : { word: data };
};

const Ours = z.object({ service: z.string(), environment: z.string().nullable().default(null) });

const namedIn: Record<Bell['kind'], (body: unknown) => Named | null> = {
  github: word(
    z
      .object({ repository: z.object({ full_name: z.string() }) })
      .transform((body) => body.repository.full_name),
  ),
  render: word(
    z.object({ data: z.object({ serviceId: z.string() }) }).transform((body) => body.data.serviceId),
  ),
  vercel: word(
    z
      .object({ payload: z.object({ project: z.object({ id: z.string() }) }) })
      .transform((body) => body.payload.project.id),
  ),
  signed: (body) => Ours.safeParse(body).data ?? null,
};

/** Null: wherever it runs. */
function platformsOf(catalog: Catalog, { kind, platforms }: Bell): readonly string[] | null {
  if (platforms !== null) return platforms;
  if (kind !== 'render' && kind !== 'vercel') return null;
  return (catalog.platforms ?? []).filter((platform) => platform.kind === kind).map(({ name }) => name);
}

/** A service that is made of several lives on each of their platforms, which its address names. */
function livesOn({ platform, address }: ConfiguredTarget, platforms: readonly string[]): boolean {
  return platforms.includes(platform) || wordsIn(address).some((each) => platforms.includes(each));
}

function isNamed(service: Service, { environment, address }: ConfiguredTarget, named: Named): boolean {
  if ('service' in named) {
    return named.service === service.name && (named.environment ?? environment) === environment;
  }
  const words = [...wordsIn(address), ...wordsIn(service.source?.settings)];
  return words.some((each) => each.toLowerCase() === named.word.toLowerCase());
}

/** Every text in it, however deep: what a configuration may say is bounded already. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(wordsIn);
}
