import type { CommandHint } from '../../workspace/page-contract.ts';

/** The line under the composer: how the command that is being typed is used, else the keys. */
export function ComposerHint({ id, command }: { readonly id: string; readonly command: CommandHint | null }) {
  if (command) {
    return (
      <p className="composer__hint" id={id}>
        <code>{`${command.command} ${command.usageHint}`.trim()}</code> {command.description}
      </p>
    );
  }
  return (
    <p className="composer__hint" id={id}>
      <kbd>Enter</kbd> sends, <kbd>Shift</kbd>+<kbd>Enter</kbd> new line, <kbd>/</kbd> commands, <kbd>↑</kbd>{' '}
      what you typed before
    </p>
  );
}
