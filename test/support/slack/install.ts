/** Somebody's browser on its way through an installation: it keeps cookies, and follows nothing by itself. */
export type Browser = {
  /** `/slack/install` of the bot; where Slack's page is. */
  begin(botUrl: string): Promise<string>;
  /** Says yes there, for this workspace or organisation; where that leads to. */
  allow(page: string, where: string): Promise<string>;
  visit(url: string): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>;
};

export function openBrowser(): Browser {
  const cookies = new Map<string, string>();
  const go = async (url: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Expires=Thu, 01 Jan 1970')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const leadsTo = async (url: string) => {
    const answer = await go(url);
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${answer.status} ${await answer.text()}`);
    return location;
  };
  return {
    begin: (botUrl) => leadsTo(new URL('/slack/install', botUrl).href),
    async allow(page, where) {
      const text = await (await go(page)).text();
      const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) =>
        href.replaceAll('&amp;', '&'),
      );
      const link = links.find((each) => new URL(each, page).searchParams.get('in') === where);
      if (link === undefined) throw new Error(`${where} is not offered: ${text}`);
      return leadsTo(new URL(link, page).href);
    },
    async visit(url) {
      const answer = await go(url);
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
  };
}

/** From the bot's page to Slack's and back. */
export async function installIn(botUrl: string, where: string, browser: Browser = openBrowser()) {
  return browser.visit(await browser.allow(await browser.begin(botUrl), where));
}
