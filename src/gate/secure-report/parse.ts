import type { Parsed } from '../report.ts';
import type { Found } from './findings.ts';
import { parseSarif } from './sarif.ts';
import { parseSnyk } from './snyk.ts';
import { parseTrivy } from './trivy.ts';

export const formats = ['sarif', 'trivy', 'snyk'] as const;
export type Format = (typeof formats)[number];

const parsers: Readonly<Record<Format, (text: string) => Parsed<Found>>> = {
  sarif: parseSarif,
  trivy: parseTrivy,
  snyk: parseSnyk,
};

/** Reads a report in the form that it is said to have; a report of another form is none. */
export function parseFindings(text: string, format: Format): Parsed<Found> {
  return parsers[format](text);
}
