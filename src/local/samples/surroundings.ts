/** What a service is handed when it is started. */
export type Surroundings = {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  readonly port: number;
  /** Where another service answers in this environment. @throws when it was not handed over. */
  addressOf(service: string): string;
  /** The home folder of whoever keeps it: its databases and flags are there. @throws when it was not handed over. */
  home(): string;
};

export function readSurroundings(): Surroundings {
  const port = Number(variable('PORT'));
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT is ${port}, which is no port`);
  return {
    service: variable('SERVICE'),
    version: variable('VERSION'),
    environment: variable('ENVIRONMENT'),
    port,
    home: () => variable('SLIPWAY_HOME'),
    addressOf: (service) => variable(`${service.toUpperCase().replaceAll('-', '_')}_URL`),
  };
}

function variable(name: string): string {
  // biome-ignore lint/style/noProcessEnv: a sample is a program of its own, and this is all the configuration it has.
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
