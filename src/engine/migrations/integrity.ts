import type { ConfiguredMigrations } from '../../core/catalog.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { checkScript } from '../../migration/index.ts';

/** A declared question has to be one SELECT: whatever writes, or is more than one thing, is no question. */
export async function checkIntegrity({ integrity }: ConfiguredMigrations): Promise<Refusal | null> {
  for (const { name, sql } of integrity) {
    const script = await checkScript(sql);
    const isQuestion =
      script.kind === 'read' &&
      script.statements.length === 1 &&
      /^(?:select|with|values|table)\b/i.test(sql.trim());
    if (!isQuestion || sql.trim().endsWith(';')) {
      return refuse('not-supported', [
        `The integrity query “${name}” is not one SELECT without a semicolon at its end.`,
      ]);
    }
  }
  return null;
}
