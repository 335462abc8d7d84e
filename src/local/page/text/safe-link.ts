/**
 * The address when it is one that may be followed: only http and https. Everything else (`javascript:`, `data:`,
 * `file:`) is shown as text, for messages carry what strangers wrote.
 */
export function safeLink(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}
