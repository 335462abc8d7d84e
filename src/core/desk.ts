import type { AlertOrder } from './alert-order.ts';
import type { Reply } from './answer.ts';
import type { EmergencyOrder } from './emergency-order.ts';
import type { HomeView } from './home.ts';
import type { MaintenanceOrder } from './maintenance-order.ts';
import type { Actor } from './person.ts';
import type { DirectWord, Preference } from './preference.ts';
import type { RecoverOrder } from './recover-order.ts';
import type { Refusal } from './refusal.ts';
import type { TurnAnswer } from './turn.ts';

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
  /** Alerts: which are open, who has them, and that they are dealt with. */
  alerts(order: AlertOrder): Promise<Reply>;
  logs(question: LogsQuestion): Promise<Reply>;
  compare(question: CompareQuestion): Promise<Reply>;
  /** What is configured, what we left there and what really runs, held against each other. */
  drift(question: DriftQuestion): Promise<Reply>;
  /** Believes what somebody else has deployed; changes nothing where it runs. */
  adopt(order: AdoptOrder): Promise<Reply>;
  /** Copies that live for a while: make one, see them, keep one longer, take one away. */
  previews(order: PreviewOrder): Promise<Reply>;
  metrics(question: MetricsQuestion): Promise<Reply>;
  /** Stops a running deployment and takes back what it did. */
  abort(deploymentId: string, why: string | null): Promise<Reply>;
  /** Nothing new begins until `goOn`; what is being watched is still watched. */
  hold(deploymentId: string, why: string | null): Promise<Reply>;
  goOn(deploymentId: string, why: string | null): Promise<Reply>;
  /** Says yes to the question of a step that asks. */
  confirm(deploymentId: string): Promise<Reply>;
  /** Goes on without waiting for the end of what is watched or kept; `isAll`: of everything to come. */
  promote(
    deploymentId: string,
    order: { readonly isAll: boolean; readonly why: string | null },
  ): Promise<Reply>;
  /** Says what shall become of a version that is about to be taken back, because it was found to be bad. */
  turn(deploymentId: string, order: TurnOrder): Promise<Reply>;
  approve(order: ApproveOrder): Promise<Reply>;
  emergency(order: EmergencyOrder): Promise<Reply>;
  /** Maintenance, locks, freezes and what is held after a rollback. */
  maintain(order: MaintenanceOrder): Promise<Reply>;
  /** Runbooks, and what people say about their runs. */
  recover(order: RecoverOrder): Promise<Reply>;
  /** Deploys at a time that somebody has said; shows the plan first, with what will stand in its way then. */
  schedule(order: ScheduleOrder): Promise<Reply>;
  /** Everything that is to start later, soonest first. */
  schedules(question: SchedulesQuestion): Promise<Reply>;
  /** Another time for one that has not started. */
  move(deploymentId: string, when: When): Promise<Reply>;
  /** Takes back one that has not started; refuses to stop what has. */
  cancel(deploymentId: string, why: string | null): Promise<Reply>;
  /** Says that one whose time has passed shall still start. */
  startMissed(deploymentId: string, why: string | null): Promise<Reply>;
  /** Says that a person has dealt with a deployment that called for one; its targets may be deployed to again. */
  resolve(deploymentId: string, why: string | null): Promise<Reply>;
  /** What somebody finds when they come in. */
  home(): Promise<HomeView | Refusal>;
  /** What the visitor has chosen for themselves. */
  preference(): Promise<Preference>;
  /** Changes what the visitor has chosen for themselves. */
  prefer(order: PreferOrder): Promise<Reply>;
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

/** What is null stays as it is, unless it is the whole of what they chose: then it goes. */
export type PreferOrder = {
  readonly isWhole: boolean;
  /** What they want to be written about. */
  readonly direct: DirectWord | null;
  readonly favourites: readonly string[] | null;
  /** One more, and one fewer. */
  readonly favourite: string | null;
  readonly unfavourite: string | null;
  readonly quiet: { readonly from: string; readonly until: string } | 'none' | null;
};

/** A time in somebody's words, and the zone that they named; null: their own. */
export type When = { readonly words: string; readonly zone: string | null };

export type ScheduleOrder = Omit<DeployOrder, 'atMs' | 'zone'> & { readonly when: When };

export type SchedulesQuestion = { readonly service: string | null; readonly environment: string | null };

/** Going on against bad numbers takes a reason, and more than stopping does. */
export type TurnOrder = {
  readonly how: TurnAnswer;
  readonly why: string | null;
  /** Which announcement was seen, counted from 1; null or left out: the one that stands now. */
  readonly seen?: number | null;
};

export type ApproveOrder = {
  /** Null shows everything that waits for this person. */
  readonly deployment: string | null;
  /** First letters of the hash of the plan that was shown. Null shows the plan and approves nothing. */
  readonly plan: string | null;
  readonly comment: string | null;
  /** Why not; null approves. */
  readonly rejectBecause: string | null;
};

/** How an order was typed, so that a corrected one can be offered in the same words. */
export type Typed = {
  /** Without the slash. */
  readonly command: string;
  readonly verb: string | null;
  /** Whether the environment is a flag and not part of the command. */
  readonly isEnvironmentNamed: boolean;
  readonly isStrategyFixed: boolean;
};

export type DeployOrder = {
  readonly as: Typed;
  readonly service: string;
  readonly environment: string;
  /** Null asks for the newest version. */
  readonly ref: string | null;
  /** Null takes the strategy that is configured for the target. */
  readonly strategy: string | null;
  readonly why: string | null;
  /** Deploy even though this very version already serves all traffic. */
  readonly again: boolean;
  /** Shares of traffic to stop at before 100, rising, instead of the configured ones. */
  readonly trafficPercents: readonly number[] | null;
  /** How long to watch at each, instead of the configured time. */
  readonly observeMs: number | null;
  /** Wait in line where something is on its way already. */
  readonly queue: boolean;
  /** Take the place of an older order of one's own that still waits. */
  readonly replaces: string | null;
  /** Gates that are not to be asked this time; `why` says why. */
  readonly waives: readonly string[];
  /** Feature flags to turn to this share once the version has all the traffic. */
  readonly flags: readonly { readonly key: string; readonly percent: number }[];
  /** First letters of the hash of the plan that was shown; null shows the plan where people have to see it first. */
  readonly plan: string | null;
  /** Start at this moment and not before; null: now. */
  readonly atMs: number | null;
  /** The zone in which that was said; null with no such moment. */
  readonly zone: string | null;
  /** Skips approvals and freezes, and nothing else. */
  readonly breakGlass: { readonly incident: string; readonly why: string } | null;
};

/** What an order is unless somebody says otherwise. */
export const usual: Omit<DeployOrder, 'as' | 'service' | 'environment' | 'ref'> = {
  strategy: null,
  why: null,
  again: false,
  trafficPercents: null,
  observeMs: null,
  queue: false,
  replaces: null,
  flags: [],
  waives: [],
  plan: null,
  atMs: null,
  zone: null,
  breakGlass: null,
};

export type RollBackOrder = {
  readonly service: string;
  readonly environment: string;
  /** A version or a deployment to return to; null takes what ran before. */
  readonly to: string | null;
  /** Also where the database has become something that it may not work with; a reason has to be given. */
  readonly anyway?: boolean;
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

export type DriftQuestion = {
  /** Null asks about every service. */
  readonly service: string | null;
  readonly environment: string | null;
  /** Two environments, instead of each place with itself; null: no two. */
  readonly between: { readonly base: string; readonly head: string } | null;
};

export type AdoptOrder = {
  readonly service: string;
  readonly environment: string;
  /** Names what was shown: this release of this version there, and no other. */
  readonly seen: string;
};

export type PreviewOrder =
  | {
      readonly kind: 'create';
      readonly service: string;
      /** Whose platform makes it; null: the first place of the service that can. */
      readonly environment: string | null;
      readonly ref: string;
      readonly forMs: number;
    }
  /** Null asks about every service. */
  | { readonly kind: 'list'; readonly service: string | null }
  /** By their ids on the board: there is no other way to name one. */
  | { readonly kind: 'extend'; readonly id: string; readonly forMs: number }
  | { readonly kind: 'destroy'; readonly id: string };

export type MetricsQuestion = {
  /** Null asks for the delivery of every service. */
  readonly service: string | null;
  readonly environment: string | null;
  readonly rangeMs: number;
  /** Null shows those that matter most. */
  readonly metric: 'latency' | 'errors' | 'requests' | 'memory' | null;
  /** How well deployments go instead of how well the service does. */
  readonly isDelivery: boolean;
};
