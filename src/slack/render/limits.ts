/**
 * How much Slack takes, in UTF-16 units unless said otherwise. From the reference of Block Kit
 * (https://docs.slack.dev/reference/block-kit) and the types of @slack/types 3.2.0; where they disagree, the smaller.
 */
export const limits = {
  /** chat.update refuses more than 4,000 (`msg_too_long`). */
  topText: 3_900,
  blocksInMessage: 50,
  blocksInView: 100,
  richText: 3_000,
  plainText: 3_000,
  header: 150,
  contextElements: 10,
  buttons: 25,
  buttonText: 75,
  buttonValue: 2_000,
  accessibilityLabel: 75,
  optionText: 75,
  optionValue: 150,
  options: 100,
  overflowOptions: 5,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  tableRows: 100,
  tableColumns: 20,
  tableCharacters: 10_000,
  /** Not documented; kept where a screen reader still reads it in one breath. */
  caption: 300,
  tableCell: 500,
  /** Charts a message; one more, and Slack refuses all of it (`invalid_blocks`). */
  charts: 2,
  chartTitle: 50,
  chartAxis: 50,
  chartLabel: 20,
  chartPoints: 20,
  chartSeries: 6,
  log: 2_500,
  planTasks: 8,
  taskTitle: 150,
  taskOutput: 300,
  modalTitle: 24,
  modalButton: 24,
  privateMetadata: 3_000,
  id: 255,
  inputLabel: 2_000,
  placeholder: 150,
  url: 3_000,
} as const;
