import type { SecretPlace } from '../secret.ts';

/** `env:SLACK_BOT_TOKEN`: a variable of the environment that the program was started with. */
export function envPlace(variables: Readonly<Record<string, string | undefined>>): SecretPlace {
  return {
    scheme: 'env',
    read: async (name) => (Object.hasOwn(variables, name) ? (variables[name] ?? null) : null),
  };
}
