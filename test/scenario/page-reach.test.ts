import { describe, expect, test } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { pageForEachTest } from '../support/page-in-browser.ts';

describe.runIf(hasChromium('the page in a browser'))('the page, with the keyboard and in any size', () => {
  const open = pageForEachTest();

  test('everything that can be pressed is reached with Tab, has a name, and shows where the focus is', async () => {
    const { page } = open();
    await page.getByRole('button', { name: 'Wire' }).click();
    const wanted = (await page.evaluate(reachable)) as number;
    expect(wanted).toBeGreaterThan(20);
    await page.evaluate('document.activeElement.blur()');
    const seen = new Set<string>();
    for (let presses = 0; presses < wanted + 5; presses += 1) {
      await page.keyboard.press('Tab');
      const stop = (await page.evaluate(focused)) as { id: string; name: string; isVisible: boolean } | null;
      if (stop === null) continue;
      expect(stop.name, stop.id).not.toBe('');
      expect(stop.isVisible, `${stop.id} ${stop.name}`).toBe(true);
      seen.add(stop.id);
    }
    expect(seen.size).toBe(wanted);
  });

  test.each([
    [1280, 800],
    [800, 600],
    [390, 780],
  ])('at %d × %d nothing is cut off sideways', async (width, height) => {
    const { page } = open();
    await page.setViewportSize({ width, height });
    const overflow = await page.evaluate(
      '[...document.querySelectorAll("main, .message, .composer, .top-bar")].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className)',
    );
    expect(overflow).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});

/** Numbers everything that a keyboard should reach, and says how many there are. A group of radio buttons is one stop. */
const reachable = `(() => {
  const all = [...document.querySelectorAll('button, a[href], input, textarea, select, summary, [tabindex="0"]')]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }));
  all.forEach((e, index) => e.setAttribute('data-stop', String(index)));
  return all.length;
})()`;

/** Which of them has the focus, what it is called, and whether it can be seen to have it. */
const focused = `(() => {
  const e = document.activeElement;
  const id = e.getAttribute('data-stop');
  if (id === null) return null;
  const name = e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.[0]?.textContent || '';
  const box = e.closest('.composer__box');
  const isVisible = getComputedStyle(e).outlineStyle !== 'none' || (box !== null && getComputedStyle(box).boxShadow !== 'none');
  return { id, name, isVisible };
})()`;
