import { answer, type Reply } from '../../../core/answer.ts';
import { Failed } from '../../../core/failure.ts';
import { may } from '../../../core/person.ts';
import { duration, time } from '../../../core/text.ts';
import type { Preview } from '../../../platform/platform.ts';
import { type HungPreview, openPreviews, previewOffers } from '../../board/preview.ts';
import { placesIn } from '../../board/reach.ts';
import { placeAt, refuseUnlessAllowed } from '../place.ts';
import { ago } from '../seen.ts';
import type { Visiting } from '../visitor.ts';

type Spot = { readonly service: string; readonly environment: string };

/** What a platform lists at one place; a sentence without a full stop where it does not answer. */
type Listed = { readonly spot: Spot; readonly found: readonly Preview[] | string };

const ROWS_MAX = 60;

/** Ours and everybody else's, asked of the platforms now. Those that were made elsewhere can only be looked at. */
export async function listPreviews(visiting: Visiting, service: string | null): Promise<Reply> {
  const { parts, visitor } = visiting;
  const catalog = parts.catalog();
  const refused = refuseUnlessAllowed(catalog, visitor.actor, {
    permission: 'look',
    service,
    environment: null,
  });
  if (refused !== null) return refused;
  const spots = placesIn(catalog, { service, environment: null }).filter((spot) =>
    may(visitor.actor, 'look', spot, catalog.grants),
  );
  const nowMs = await parts.store.nowMs();
  const [hung, listed] = await Promise.all([
    openPreviews(parts),
    Promise.all(spots.map((spot) => listAt(visiting, spot))),
  ]);
  const seen = hung.filter(({ preview: { scope } }) =>
    spots.some((spot) => spot.service === scope.service && spot.environment === scope.environment),
  );
  const ours = seen.map((each) => ourRow(each, listed, nowMs));
  const known = new Set(seen.map(({ preview }) => preview.previewId));
  const others = listed.flatMap(({ spot, found }) =>
    typeof found === 'string'
      ? []
      : found.filter(({ id }) => !known.has(id)).map((each) => otherRow(spot, each, nowMs)),
  );
  const rows = [...ours, ...others];
  const failed = listed.flatMap(({ spot, found }) =>
    typeof found === 'string' ? [`${spot.service}/${spot.environment}: ${found}`] : [],
  );
  const sentence = `${rows.length === 0 ? 'There is no preview' : `${rows.length} ${rows.length === 1 ? 'preview' : 'previews'}`}${failed.length === 0 ? '' : ` that is known; ${failed.join('; ')}`}.`;
  return answer(
    sentence,
    [
      { kind: 'text', text: [sentence] },
      {
        kind: 'table',
        caption: 'Previews',
        columns: ['Preview', 'Of', 'Version', 'Health', 'Owner', 'Age', 'Left', 'Cost', 'Address'],
        rows: rows.slice(0, ROWS_MAX),
      },
      { kind: 'note', text: ['As of ', time(nowMs)] },
    ],
    {
      title: 'Previews',
      isShareable: true,
      offers: seen
        .flatMap(({ sheet }) =>
          previewOffers(sheet.id)
            .filter(({ isDangerous }) => isDangerous)
            .map((offer) => ({ ...offer, label: `Destroy ${sheet.id}` })),
        )
        .slice(0, 5),
    },
  );
}

async function listAt({ parts }: Visiting, spot: Spot): Promise<Listed> {
  try {
    const site = placeAt(parts, spot.service, spot.environment)?.site;
    if (site?.previews === undefined) return { spot, found: [] };
    const { previews: can } = await site.capabilities();
    return { spot, found: can?.can === true ? await site.previews.list() : [] };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { spot, found: error.failure.message };
  }
}

function ourRow({ sheet, preview }: HungPreview, listed: readonly Listed[], nowMs: number): string[] {
  const { scope, previewId, version, owner, sinceMs, endsAtMs, url } = preview;
  const here = listed.find(
    ({ spot }) => spot.service === scope.service && spot.environment === scope.environment,
  )?.found;
  const now = typeof here === 'string' ? undefined : here?.find(({ id }) => id === previewId);
  const gone = previewId === null ? 'being made' : typeof here === 'string' ? 'not known' : 'gone';
  return [
    sheet.id,
    `${scope.service}/${scope.environment}`,
    version.name,
    now?.health ?? gone,
    `@${owner}`,
    ago(sinceMs, nowMs),
    endsAtMs > nowMs ? duration(endsAtMs - nowMs) : 'over',
    now?.cost ?? 'not told',
    now?.url ?? url ?? '',
  ];
}

function otherRow({ service, environment }: Spot, preview: Preview, nowMs: number): string[] {
  const { id, version, health, owner, createdAtMs, cost, url } = preview;
  return [
    id,
    `${service}/${environment}`,
    version.name,
    health,
    owner ?? 'somebody else',
    createdAtMs === null ? 'not told' : ago(createdAtMs, nowMs),
    'not ours',
    cost ?? 'not told',
    url ?? '',
  ];
}
