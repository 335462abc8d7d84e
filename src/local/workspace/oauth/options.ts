/** An app that workspaces install by themselves. */
export type OAuthOptions = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** As in the settings of the app: people are sent back to these, or below them, and nowhere else. */
  readonly redirectUrls: readonly string[];
  /** Whether tokens end after twelve hours. */
  readonly isRotating: boolean;
  /** How long a refresh token is taken again after its first use; a minute when left out. */
  readonly graceMs?: number;
  /** Twelve hours when left out, as at Slack. */
  readonly lifeSeconds?: number;
};
