export type Made = {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  RestartCount: number;
  readonly Config: {
    readonly Image: string;
    readonly Tty: boolean;
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly State: {
    Status: string;
    OOMKilled: boolean;
    ExitCode: number;
    Error: string;
    StartedAt: string;
    FinishedAt: string;
    Health?: { Status: string; FailingStreak: number; Log: { Output: string }[] };
  };
  readonly ports: readonly string[];
};

const NEVER = '0001-01-01T00:00:00Z';

/** An engine, its images and its containers. What a container does is said by its tag: `crashing`, `checked`. */
export class Engine {
  readonly images = new Set<string>();
  readonly containers: Made[] = [];
  /** Tags that its registry has. */
  readonly registry = new Set<string>();
  #made = 0;

  create(name: string, asked: Record<string, unknown>): Made | null {
    if (this.containers.some(({ Name }) => Name === `/${name}`)) return null;
    const { PortBindings = {} } = (asked['HostConfig'] ?? {}) as {
      PortBindings?: Record<string, { HostPort: string }[]>;
    };
    this.#made += 1;
    const made: Made = {
      Id: this.#made.toString(16).padStart(64, '0'),
      Name: `/${name}`,
      // Later ones are younger, also within a millisecond.
      Created: new Date(Date.now() + this.#made).toISOString(),
      RestartCount: 0,
      Config: {
        Image: String(asked['Image']),
        Tty: false,
        Env: ['PATH=/bin', ...((asked['Env'] ?? []) as string[])],
        Labels: (asked['Labels'] ?? {}) as Record<string, string>,
      },
      State: {
        Status: 'created',
        OOMKilled: false,
        ExitCode: 0,
        Error: '',
        StartedAt: NEVER,
        FinishedAt: NEVER,
      },
      ports: Object.values(PortBindings)
        .flat()
        .map(({ HostPort }) => HostPort),
    };
    this.containers.push(made);
    return made;
  }

  find(name: string): Made | undefined {
    return this.containers.find(({ Name, Id }) => Name === `/${name}` || Id === name);
  }

  /** The status that the engine answers with. */
  start(made: Made): 204 | 304 | 500 {
    const { State, Config, ports } = made;
    if (State.Status === 'running') return 304;
    const taken = ports.find((port) =>
      this.containers.some((other) => other.State.Status === 'running' && other.ports.includes(port)),
    );
    if (taken !== undefined) {
      State.Error = `driver failed programming external connectivity: Bind for 0.0.0.0:${taken} failed: port is already allocated`;
      State.ExitCode = 128;
      return 500;
    }
    Object.assign(State, { Status: 'running', Error: '', ExitCode: 0, StartedAt: new Date().toISOString() });
    if (Config.Image.endsWith(':crashing')) {
      Object.assign(State, { Status: 'restarting', ExitCode: 3 });
      made.RestartCount = 2;
    }
    if (Config.Image.endsWith(':checked')) State.Health = { Status: 'starting', FailingStreak: 0, Log: [] };
    return 204;
  }

  end(made: Made, exitCode = 0): void {
    Object.assign(made.State, {
      Status: 'exited',
      ExitCode: exitCode,
      FinishedAt: new Date().toISOString(),
    });
  }

  remove(made: Made): void {
    this.containers.splice(this.containers.indexOf(made), 1);
  }
}
