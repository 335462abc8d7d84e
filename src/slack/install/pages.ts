import type { ServerResponse } from 'node:http';

/** What somebody's browser is shown at the end of an installation. */
export type Page = {
  readonly status: number;
  readonly title: string;
  readonly lines: readonly string[];
};

/** For every answer to a browser. An address of ours may hold a code, so it is told to nobody. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

export function showPage(response: ServerResponse, { status, title, lines }: Page): void {
  const words = lines.map((line) => `<p>${escapedHtml(line)}</p>`).join('');
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapedHtml(title)}</title>` +
      '<style>body{font:16px/1.5 system-ui;max-width:34em;margin:4em auto;padding:0 1em}</style></head>' +
      `<body><h1>${escapedHtml(title)}</h1>${words}</body></html>`,
  );
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapedHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}

const again = 'Open /slack/install again, in this browser, and say yes within ten minutes.';

export function installedPage(name: string): Page {
  const lines = [
    `Slipway is installed in ${name}. You can close this page.`,
    'What people may do there is granted in slipway.yml.',
  ];
  return { status: 200, title: 'Installed', lines };
}

export function notAllowedPage(name: string, id: string): Page {
  const lines = [
    `${name} (${id}) is not one of the workspaces that this Slipway serves. Nothing was kept, and what Slack gave for it was given back.`,
    'Whoever runs this Slipway can let it in with slack.workspaces in slipway.yml. Remove the app from your workspace otherwise.',
  ];
  return { status: 403, title: 'Not installed', lines };
}

/** By what Bolt calls the reason. */
export function failurePage(code: string): Page {
  const title = 'Not installed';
  if (code === 'slack_oauth_installer_authorization_error') {
    return { status: 400, title, lines: ['Slack was told no, so nothing was installed.', again] };
  }
  if (['slack_oauth_missing_code', 'slack_oauth_missing_state'].includes(code)) {
    return {
      status: 400,
      title,
      lines: ['This is where Slack sends people back to, and it has sent nothing along.', again],
    };
  }
  if (code === 'slack_oauth_invalid_state') {
    return {
      status: 400,
      title,
      lines: ['This way back from Slack was used before, is too old, or began in another browser.', again],
    };
  }
  return {
    status: 502,
    title,
    lines: ['Slack did not give what was asked for, or it could not be kept. The log says which.', again],
  };
}
