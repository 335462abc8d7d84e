export { checkFile, readConfigurationFile } from './check-file.ts';
export type { Configuration, SlackSettings } from './configuration.ts';
export { type Environment, readEnvironment } from './environment.ts';
export { type Finding, sayFinding } from './finding.ts';
export { configurationSchema } from './json-schema.ts';
export { type Known, knownFrom } from './known.ts';
export { type Reading, readConfiguration } from './read.ts';
export { type SlackDoor, slackDoor } from './slack-door.ts';
export { type Watched, watchConfiguration } from './watch.ts';
