import { execFileSync } from 'node:child_process';

/**
 * Compiles `src` and `commands` before the first test: worker threads and child processes run what was compiled,
 * so that tests exercise the files that people run. Types are judged by `npm run types`, not here.
 */
export default function build(): void {
  const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck'];
  execFileSync(process.execPath, compiler, { stdio: 'inherit' });
  execFileSync(process.execPath, ['dist/src/local/samples/copy-scripts.js'], { stdio: 'inherit' });
}
