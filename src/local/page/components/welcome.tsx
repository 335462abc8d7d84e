import type { CommandHint } from '../../workspace/page-contract.ts';

/** Something to try first, for the commands that exist here. */
const examples: readonly { readonly command: string; readonly rest: string }[] = [
  { command: '/deploy-staging', rest: 'api v2' },
  { command: '/deploy-production', rest: 'api v2' },
  { command: '/deploy-status', rest: '' },
  { command: '/deploy-health', rest: 'api' },
  { command: '/deploy-logs', rest: 'api' },
  { command: '/deploy-rollback', rest: 'api --env staging' },
];

type WelcomeProps = {
  readonly title: string;
  readonly topic: string;
  readonly commands: readonly CommandHint[];
  readonly onPick: (text: string) => void;
};

/** The beginning of a channel: what this is, and what to type first. */
export function Welcome({ title, topic, commands, onPick }: WelcomeProps) {
  const known = examples.filter(({ command }) => commands.some((hint) => hint.command === command));
  return (
    <div className="welcome">
      <h2>{title}</h2>
      {topic && <p>{topic}</p>}
      <p>
        This is a chat on your own machine. Type <kbd>/</kbd> to see what the deploy desk can do, or begin
        with one of these:
      </p>
      <ul className="welcome__chips">
        {known.map(({ command, rest }) => {
          const text = `${command} ${rest}`.trim();
          return (
            <li key={command}>
              <button type="button" className="chip chip--command" onClick={() => onPick(text)}>
                {text}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
