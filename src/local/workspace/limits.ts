/**
 * Slack's numbers, those that we can meet. Lengths are counted in code points. Sources: docs.slack.dev's pages of Block Kit and
 * of the Web API's methods (snapshots of 2026), the comments in @slack/types 3.2.0, and where they disagree the
 * stricter of the two.
 */
export const messageLimits = {
  blocks: 50,
  textTruncatedAt: 40_000,
  /** chat.update refuses what chat.postMessage would take. */
  updateText: 4_000,
  attachments: 100,
  plans: 1,
  tables: 1,
  charts: 2,
  markdownTotal: 12_000,
  /** Slack does not publish it; a message that needs more than this has put its content in the wrong place. */
  metadataBytes: 8_000,
} as const;

export const viewLimits = {
  blocks: 100,
  title: 24,
  submit: 24,
  close: 24,
  privateMetadata: 3_000,
  callbackId: 255,
  externalId: 255,
  stackDepth: 3,
} as const;

export const textLimits = {
  any: 3_000,
  sectionField: 2_000,
  header: 150,
  button: 75,
  buttonValue: 2_000,
  accessibilityLabel: 75,
  url: 3_000,
  placeholder: 150,
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  imageAlt: 2_000,
  imageTitle: 2_000,
  inputLabel: 2_000,
  inputHint: 2_000,
  plainTextInput: 3_000,
  id: 255,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  cardTitle: 150,
  cardBody: 200,
  containerTitle: 150,
  chartTitle: 50,
  chartLabel: 20,
  chartAxis: 50,
  /** `plan` and `task_card` publish no length; a title that is longer than a header is not a title. */
  taskTitle: 150,
} as const;

export const countLimits = {
  sectionFields: 10,
  contextElements: 10,
  actions: 25,
  contextActions: 5,
  cardActions: 2,
  carouselCards: 10,
  containerBlocks: 10,
  options: 100,
  optionGroups: 100,
  overflowOptions: 5,
  choiceOptions: 10,
  filesPerInput: 10,
  tableRows: 100,
  tableColumns: 20,
  tableCharacters: 10_000,
  dataTableRows: 101,
  chartSeries: 6,
  chartCategories: 20,
  pieSegments: 6,
} as const;

/** Waits, in milliseconds unless the name says otherwise. */
export const waits = {
  ack: 3_000,
  trigger: 3_000,
  responseUrl: 30 * 60_000,
  responseUrlUses: 5,
  /** Events only: at once, after one minute, after five. */
  eventRetries: [0, 60_000, 300_000],
  /** How long an uploaded file stays without a `mimetype`. */
  fileProcessing: 300,
  /** How long a Socket Mode address may be dialled after apps.connections.open. */
  socketTicket: 30_000,
  socketPing: 10_000,
  socketsMax: 10,
  uploadTicket: 10 * 60_000,
} as const;

/** Calls a minute, per method and workspace (docs.slack.dev, "Web API rate limits"). */
export const tiers = { 1: 1, 2: 20, 3: 50, 4: 100, special: 600 } as const;
export type Tier = keyof typeof tiers;

/** chat.postMessage: about one a second in a channel, and several hundred a minute in the workspace. */
export const posting = { perChannelPerSecond: 1, channelBurst: 5, perWorkspacePerMinute: 300 } as const;

/** What a retried-after fault says to wait, in seconds. */
export const faultRetryAfterSeconds = 2;

/** Bytes. Slack takes more for files, but this is a laptop. */
export const bodies = { request: 4 * 1024 * 1024, upload: 20 * 1024 * 1024 } as const;
