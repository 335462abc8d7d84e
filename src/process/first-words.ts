import type { Settings } from './settings.ts';
import type { Started } from './start.ts';

/** What somebody who has just started Slipway should know, and what to type first. */
export function firstWords(started: Started, settings: Settings, tookMs: number): string {
  const { home, configurationName, logFileName } = settings;
  const { pageUrl, deliveriesUrl, sampleUrls, role, records, bells } = started;
  const lines = [
    `Slipway is ready (${(tookMs / 1_000).toFixed(1)} s).`,
    '',
    ...(pageUrl === null ? [] : [`  Look here:      ${pageUrl}`]),
    ...(pageUrl === null && deliveriesUrl !== null ? [`  Slack posts to: ${deliveriesUrl}`] : []),
    ...(sampleUrls.length === 0 ? [] : [`  Samples:        ${sampleUrls.join('  ')}`]),
    `  Role:           ${role}; records in ${records === 'embedded' ? home : 'Postgres'}; bells over ${bells === 'redis' ? 'Redis' : 'Postgres'}`,
    `  Configuration:  ${configurationName}`,
    ...(logFileName === null ? [] : [`  Log:            ${logFileName}`]),
    ...(pageUrl === null ? [] : ['', '  Type first:     /deploy-staging api v2']),
    '',
    '  Ctrl-C ends it; what is going on is handed over.',
  ];
  return lines.join('\n');
}
