import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those whose files take minutes come first. */
const order = ['chaos', 'simulation', 'contract', 'scenario', 'security', 'unit', 'house'];

/**
 * What takes longest begins first, so that no worker waits at the end for the long file of another. By itself Vitest
 * takes the largest file first where it does not remember how long each took, and the longest campaigns are short texts.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ project }: TestSpecification) => order.indexOf(project.name);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
