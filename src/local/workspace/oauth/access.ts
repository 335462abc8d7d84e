/** What Slack says to whoever shows a token: whose it is, or why it is not good. */
export type Judged =
  | { readonly kind: 'bot' | 'app' }
  | {
      readonly kind: 'refused';
      readonly error: 'invalid_auth' | 'token_revoked' | 'token_expired' | 'account_inactive';
    };

/** Which tokens open a workspace, and whether the app is there at all. */
export type Access = {
  readonly judge: (token: string) => Judged;
  /** What was given with it; null where that is what the manifest asks for. */
  readonly scopesOf: (token: string) => readonly string[] | null;
  readonly isInstalled: () => boolean;
  /** Installed in the whole organisation, and thereby here. */
  readonly isWhole: () => boolean;
};

type Tokens = { readonly botToken: string; readonly appToken?: string };

/** An app that was made for one workspace, with a token that was copied from its settings. */
export function settledAccess({ botToken, appToken }: Tokens): Access {
  return {
    judge: (token) => {
      if (token === botToken) return { kind: 'bot' };
      return token === appToken ? { kind: 'app' } : { kind: 'refused', error: 'invalid_auth' };
    },
    scopesOf: () => null,
    isInstalled: () => true,
    isWhole: () => false,
  };
}
