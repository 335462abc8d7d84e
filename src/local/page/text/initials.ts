/** Two letters for an avatar: `Ana Lima` is `AL`, `slipway` is `S`. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? '')][0] ?? '',
  );
  return letters.join('').toUpperCase() || '?';
}

/** A background that text can be read on: the colour when it is `#rrggbb`, and the ink that stands out from it. */
export function avatarColours(colour: string): { readonly background: string; readonly ink: string } {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!match) return { background: '#4a6572', ink: '#ffffff' };
  const [red, green, blue] = match.slice(1).map((pair) => linear(Number.parseInt(pair, 16) / 255));
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  // Below 0.183 white has a contrast of at least 4.5 (WCAG 2.2); above it black has more.
  return { background: colour, ink: luminance > 0.183 ? '#101418' : '#ffffff' };
}

const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
