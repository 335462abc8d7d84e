import type { XmlElement } from '@rgrove/parse-xml';
import { type Parsed, type Taken, takenAtMs } from '../report.ts';
import { readXml, wholeIn } from '../xml.ts';
import type { Coverage, Share } from './share.ts';

/** Rates are written with few digits. */
const RATE_TOLERANCE = 0.005;

/**
 * Cobertura XML (http://cobertura.sourceforge.net/xml/coverage-04.dtd), as coverage.py, Istanbul and others write it.
 * Its totals stand at the root; rates that contradict them make it no report.
 */
export function parseCobertura(text: string): Parsed<Coverage> {
  const root = readXml(text);
  if (root === null) return { kind: 'nonsense', because: 'it is not XML, or cut off' };
  if (root.name !== 'coverage') return { kind: 'nonsense', because: 'it is no Cobertura report' };
  const lines = shareOf(root, 'lines', 'line-rate');
  const branches = shareOf(root, 'branches', 'branch-rate');
  if (lines === 'wrong' || branches === 'wrong')
    return { kind: 'nonsense', because: 'its totals and its rates are not the same' };
  return {
    kind: 'report',
    content: { lines, branches, functions: null, statements: null },
    says: { commits: [], versions: [], taken: taken(root.attributes['timestamp'] ?? '') },
  };
}

function shareOf(root: XmlElement, what: 'lines' | 'branches', rateName: string): Share | null | 'wrong' {
  const [covered, total] = [wholeIn(root, `${what}-covered`), wholeIn(root, `${what}-valid`)];
  if (covered === undefined && total === undefined) return null;
  if (typeof covered !== 'number' || typeof total !== 'number' || covered > total) return 'wrong';
  const said = root.attributes[rateName];
  if (said === undefined || total === 0) return { covered, total };
  const isRate = /^(?:0(?:\.\d+)?|1(?:\.0+)?|\d(?:\.\d+)?[eE]-\d+)$/.test(said);
  return isRate && Math.abs(covered / total - Number(said)) <= RATE_TOLERANCE ? { covered, total } : 'wrong';
}

/** Some write seconds and some milliseconds; no report is from before 2001 or of the 34th century. */
function taken(timestamp: string): Taken | null {
  if (!/^[0-9]{9,13}(?:\.[0-9]+)?$/.test(timestamp)) return null;
  const said = Number(timestamp);
  return takenAtMs(said < 1e11 ? said * 1_000 : said);
}
