import { execFileSync } from 'node:child_process';

/**
 * Compiles `src` and `commands` before the first test: worker threads and child processes run what was compiled,
 * so that tests exercise the files that people run.
 */
export default function build(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
}
