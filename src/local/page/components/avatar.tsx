import type { PersonView } from '../../workspace/page-contract.ts';
import { avatarColours, initials } from '../text/initials.ts';

/** A person as two letters on their colour. The name stands beside it, so it is not read aloud. */
export function Avatar({
  person,
  name,
  size,
}: {
  readonly person: PersonView | null;
  readonly name: string;
  readonly size?: 'small';
}) {
  const { background, ink } = avatarColours(person?.colour ?? '');
  return (
    <span
      className="avatar"
      data-size={size}
      data-bot={person?.isBot || undefined}
      style={{ background, color: ink }}
      aria-hidden="true"
    >
      {initials(person?.realName || name)}
    </span>
  );
}
