const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', day: 'numeric' };

/**
 * A moment in the words of Slack's date tokens, in the reader's zone
 * (https://docs.slack.dev/messaging/formatting-message-text#date-formatting). `unix` and `nowUnix` are seconds.
 */
export function slackDate(unix: number, format: string, nowUnix: number): string {
  const date = new Date(unix * 1000);
  const say = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en', options).format(date);
  const pretty = (otherwise: string) => relativeDay(unix, nowUnix) ?? otherwise;
  const long = say({ ...day, weekday: 'long' });
  const short = say({ ...day, month: 'short' });
  const words: Record<string, () => string> = {
    date_num: () => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    date_slash: () => say({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    date: () => say(day),
    date_short: () => short,
    date_long: () => long,
    date_pretty: () => pretty(say(day)),
    date_short_pretty: () => pretty(short),
    date_long_pretty: () => pretty(long),
    time: () => `${two(date.getHours())}:${two(date.getMinutes())}`,
    time_secs: () => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
    ago: () => ago(nowUnix - unix),
    day_divider_pretty: () => pretty(long),
  };
  return format.replace(/\{(\w+)\}/g, (token, name: string) => words[name]?.() ?? token);
}

/** `today`, `yesterday`, `tomorrow`, or null when it is further away. */
function relativeDay(unix: number, nowUnix: number): string | null {
  const startOf = (seconds: number) => new Date(seconds * 1000).setHours(0, 0, 0, 0);
  const days = Math.round((startOf(unix) - startOf(nowUnix)) / 86_400_000);
  return { '0': 'today', '-1': 'yesterday', '1': 'tomorrow' }[String(days)] ?? null;
}

/** How long ago, in one unit; a moment ahead is `in …`. */
export function ago(seconds: number): string {
  const distance = Math.abs(seconds);
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const [unit, length] = units.find(([, size]) => distance >= size) ?? (['second', 1] as const);
  const count = Math.floor(distance / length);
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

const two = (part: number) => String(part).padStart(2, '0');
