import { useWorkspace } from '../state/workspace-context.tsx';
import { Avatar } from './avatar.tsx';

/** Who one can be. Each of them sees what only they may see. */
export function PersonSwitch({ onSwitch }: { readonly onSwitch: (user: string) => void }) {
  const { snapshot } = useWorkspace();
  const people = snapshot.people.filter(({ isBot }) => !isBot);
  return (
    <section className="people" aria-labelledby="people-heading">
      <h2 id="people-heading">You are</h2>
      <ul>
        {people.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              className="person"
              aria-pressed={person.id === snapshot.me}
              onClick={() => onSwitch(person.id)}
            >
              <Avatar person={person} name={person.name} size="small" />
              <span className="person__words">
                <span className="person__name">{person.realName || person.name}</span>
                <span className="person__about">{person.about}</span>
              </span>
              {person.id === snapshot.me && (
                <span className="person__here" aria-hidden="true">
                  ✓
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
