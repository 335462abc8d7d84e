import type { Deployment } from './deployment.ts';
import { sayNumbers } from './numbers.ts';
import { type Standing, standing } from './standing.ts';
import { duration, sentence, strong, type Text, time } from './text.ts';
import type { KeptVigil, VigilSource } from './vigil.ts';

/** How what keeps its share of the traffic does now, while a person is waited for, a line each. */
export function vigilLines(deployment: Deployment): Text[] {
  return standing(deployment).flatMap((place) => {
    const vigil = deployment.evidence.get(place.target.id)?.vigil ?? null;
    return vigil?.sinceMs === place.sinceMs ? linesOf(place, vigil) : [[`${unknown(place)} yet`]];
  });
}

function unknown({ target }: Standing): string {
  return `How ${target.service} ${target.version.name} does now is not known`;
}

function linesOf(place: Standing, vigil: KeptVigil): Text[] {
  const { health, worse, sources, lookedAtMs } = vigil;
  const told = Object.entries(sources);
  return [
    ...(worse === null
      ? []
      : [[strong('It has become clearly worse: '), `${worse.say}, since `, time(worse.atMs)]]),
    ...(health.kind === 'fail' ? [[strong(sentence(health.because))]] : []),
    ...(health.kind === 'unknown' ? [[`Whether it is healthy is not known: ${health.because}`]] : []),
    ...told.map(([from, source]) => sourceLine(place, vigil, source, told.length > 1 ? from : null)),
    ...(told.length === 0 ? [[`${unknown(place)}: nothing counts there`]] : []),
    ['Looked at last: ', time(lookedAtMs)],
  ];
}

function sourceLine(
  place: Standing,
  { sinceMs }: KeptVigil,
  { numbers, numbersBefore, verdict, missing, readAtMs }: VigilSource,
  from: string | null,
): Text {
  const { version, before } = place.target;
  const by = from === null ? '' : `, by ${from}`;
  if (missing !== null) {
    return [
      strong(`Numbers are missing${by} since `),
      time(readAtMs ?? sinceMs),
      `: ${sentence(missing)} ${unknown(place)}`,
    ];
  }
  if (verdict !== null) return [strong('Now: '), `${verdict.because}${by}`];
  if (numbers === null) return [`${unknown(place)} yet${by}`];
  const beside = numbersBefore === null ? '' : `; ${before?.version.name} ${sayNumbers(numbersBefore)}`;
  const last = `, in the last ${duration(numbers.windowMs)}${by}`;
  return [strong('Now: '), `${version.name} ${sayNumbers(numbers)}${beside}${last}`];
}
