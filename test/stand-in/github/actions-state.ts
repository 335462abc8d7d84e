import type { Answer, Call } from '../../support/stand-in/index.ts';

export type Run = {
  readonly id: number;
  readonly workflow: string;
  readonly number: number;
  readonly event: string;
  readonly title: string;
  readonly headSha: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  endedAtMs: number | null;
  status: string;
  conclusion: string | null;
  /** Made, and not listed yet. */
  isHidden: boolean;
};

export type Workflow = {
  /** Inputs that it declares: others are refused. */
  readonly inputs: readonly string[];
  /** Its `run-name`; empty: it has none. */
  readonly runName: string;
};

/** A repository's workflows and their runs: nothing here knows of us. */
export class ActionsState {
  readonly workflows = new Map<string, Workflow>();
  /** Newest first. */
  readonly runs: Run[] = [];
  /** An older GitHub, which answers 204 and does not say which run it made. */
  isOld = false;
  /** How what is under way ends, by a word in its inputs. */
  readonly ends = new Map<string, string>();
  /** Whether new runs are listed at once. */
  isListedAtOnce = true;
  url = '';
  #count = 30_433_642;

  start(workflow: string, inputs: Readonly<Record<string, string>>, event = 'workflow_dispatch'): Run {
    const { runName = '' } = this.workflows.get(workflow) ?? {};
    const number = this.runs.filter((run) => run.workflow === workflow).length + 1;
    this.#count += 1;
    const title = runName.replace(/\$\{\{ ?inputs\.(\w+) ?\}\}/g, (_, name: string) => inputs[name] ?? '');
    const run: Run = {
      id: this.#count,
      workflow,
      number,
      event,
      title: title === '' ? workflow : title,
      headSha: 'a'.repeat(40),
      inputs,
      createdAtMs: Date.now(),
      endedAtMs: null,
      status: 'queued',
      conclusion: null,
      isHidden: !this.isListedAtOnce,
    };
    this.runs.unshift(run);
    return run;
  }

  end(run: Run, conclusion: string): void {
    if (run.status === 'completed') return;
    run.status = 'completed';
    run.conclusion = conclusion;
    run.endedAtMs = Date.now();
  }

  /** Lets everything that is under way end, in the order in which it began. */
  settle(): void {
    for (const run of this.runs.toReversed()) {
      const words = Object.values(run.inputs).join(' ').split(' ');
      this.end(run, words.map((word) => this.ends.get(word)).find((end) => end !== undefined) ?? 'success');
    }
  }

  logAt({ path }: Call): Answer {
    const run = this.runs.find(({ id }) => path === `/_logs/${id}`);
    if (run === undefined) return { status: 404, text: 'gone' };
    const at = new Date(run.createdAtMs).toISOString().replace('Z', '0000Z');
    const lines = [
      '##[group]Deploy',
      `deploying ${run.title}`,
      'with Bearer abcdefgh12345678',
      '##[error]it ended',
    ];
    return { status: 200, text: lines.map((line) => `${at} ${line}`).join('\n') };
  }
}
