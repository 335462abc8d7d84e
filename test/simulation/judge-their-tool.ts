import { scriptsOf } from './migrating.ts';
import type { Found, Kept } from './oracle.ts';
import { type RunAsked, referenceOf } from './team-database.ts';
import type { World } from './world.ts';

/** What the team's own tool knows of us, and we of it, once everything is over. */
export function judgeTheirTool({ teams, migrated, production }: World, found: Found): void {
  for (const [reference, { tool }] of migrated) {
    const server = teams.server(reference);
    if (tool === undefined || !tool.isThere) continue;
    const { ledger } = production.migrationKindNamed(tool.kind);
    for (const { migration, finishedAtMs } of server.rows.values()) {
      const isKept = server.tool.marks.some(({ mark }) => mark === ledger?.markOf(migration));
      if (finishedAtMs !== null && !isKept)
        found('what was run stands in the table of the team’s own tool', `${migration.id} in ${reference}`);
    }
  }
  for (const { seen, id, intentId } of teams.asked) {
    if (seen?.isTheirToolBusy === true)
      found('nothing is begun while the team’s own tool runs', `${id} as ${intentId}`);
  }
}

/** What is run for a version is what that version has, and no version comes back to a database that it cannot work with. */
export function judgeVersions(world: World, kept: Kept, found: Found): void {
  for (const { id, version } of kept.plan.targets) {
    const migrated = world.migrated.get(referenceOf(id));
    if (migrated?.from !== 'source') continue;
    const texts = new Set(scriptsOf(migrated, version.name).map(({ text }) => text));
    const isOwn = ({ checksum }: RunAsked) =>
      [...texts].some((text) => world.production.checksumOf(text) === checksum);
    for (const asked of world.teams.asked) {
      if (asked.deploymentId !== kept.deploymentId || isOwn(asked)) continue;
      found('a version brings its own migrations and no others', `${version.name}: ${asked.intentId}`);
    }
    judgeBack(world, kept, id, found);
  }
}

function judgeBack(
  { teams, history, production, migrated }: World,
  kept: Kept,
  id: string,
  found: Found,
): void {
  const { deploymentId, plan } = kept;
  const target = plan.targets.find((each) => each.id === id);
  const reference = referenceOf(id);
  const scripts = migrated.get(reference);
  if (plan.purpose !== 'roll-back' || target === undefined || scripts === undefined) return;
  if (history.ends.get(deploymentId)?.outcome !== 'deployed') return;
  const known = new Set(
    scriptsOf(scripts, target.version.name).map(({ text }) => production.checksumOf(text)),
  );
  const beganAtMs = history.begins.get(deploymentId)?.atMs ?? 0;
  for (const deed of teams.deeds) {
    const isBefore = deed.reference === reference && deed.what === 'applied' && deed.atMs <= beganAtMs;
    if (!isBefore || deed.light === 'safe-to-roll-back' || known.has(deed.checksum)) continue;
    found(
      'no version comes back to what it cannot work with',
      `${deploymentId}: ${target.version.name}, ${deed.id}`,
    );
  }
}
