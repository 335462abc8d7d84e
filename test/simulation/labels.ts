/** What a crossing is about, by its label: incidents are placed and counted by that. */

export function isTelling(label: string): boolean {
  return /^(chat\.|conversations\.|outbox\.|read )/.test(label) || label === 'duties.hold outbox';
}

export function isChange(label: string): boolean {
  return /^(begin|start|append|signal|release|replace|restore|route|retire|flag|sql|edge|board\.put run) /.test(
    label,
  );
}
