import type { Reply } from './answer.ts';
import type { Actor } from './person.ts';

/**
 * What a command may ask for. Handed in, never imported, so that every test can bring its own.
 * Nothing here throws for what a person got wrong: that is a Refusal.
 */
export type Desk = {
  readonly actor: Actor;
  /** Where it was asked, so that the answer can say where the card went; null from the host's command line. */
  readonly channel: string | null;
  deploy(order: DeployOrder): Promise<Reply>;
  rollBack(order: RollBackOrder): Promise<Reply>;
  status(question: StatusQuestion): Promise<Reply>;
  health(question: HealthQuestion): Promise<Reply>;
  logs(question: LogsQuestion): Promise<Reply>;
  compare(question: CompareQuestion): Promise<Reply>;
  /** Stops a running deployment and takes back what it did. */
  abort(deploymentId: string, why: string | null): Promise<Reply>;
  /** Says that a person has dealt with a deployment that called for one; its targets may be deployed to again. */
  resolve(deploymentId: string, why: string | null): Promise<Reply>;
  /** The kept report of an ended deployment, as a file. */
  report(deploymentId: string): Promise<Reply>;
  /** What somebody is typing: up to `limit` services that start with or contain `typed`, own and recent ones first. */
  suggestServices(typed: string, limit: number): Promise<readonly Suggestion[]>;
  suggestVersions(
    service: string,
    environment: string | null,
    typed: string,
    limit: number,
  ): Promise<readonly Suggestion[]>;
};

export type Suggestion = {
  readonly value: string;
  readonly label: string;
  readonly description: string | null;
};

export type DeployOrder = {
  readonly service: string;
  readonly environment: string;
  /** Null asks for the newest version. */
  readonly ref: string | null;
  /** Null takes the strategy that is configured for the target. */
  readonly strategy: string | null;
  readonly why: string | null;
  /** Deploy even though this very version already serves all traffic. */
  readonly again: boolean;
};

export type RollBackOrder = {
  readonly service: string;
  readonly environment: string;
  /** A version or a deployment to return to; null takes what ran before. */
  readonly to: string | null;
  readonly why: string | null;
  /** First letters of the hash of the plan that was shown. Null shows the plan and changes nothing. */
  readonly plan: string | null;
};

export type StatusQuestion = {
  readonly service: string | null;
  readonly environment: string | null;
  readonly deployment: string | null;
};

export type HealthQuestion = { readonly service: string; readonly environment: string | null };

export type LogsQuestion = {
  readonly service: string | null;
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly sinceMs: number;
  readonly contains: string | null;
  readonly level: 'info' | 'warn' | 'error' | null;
  readonly linesMax: number;
};

/** What `head` has that `base` has not; each is an environment, for what really runs there, or a version. */
export type CompareQuestion = {
  /** Null compares every service between two environments. */
  readonly service: string | null;
  readonly base: string;
  readonly head: string;
};
