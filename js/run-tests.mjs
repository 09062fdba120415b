/** Bundles every js/tests/*.test.ts into a temporary folder and runs them with Node's own test runner. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const tests = readdirSync('js/tests').filter(name => name.endsWith('.test.ts'));
const folder = mkdtempSync(join(tmpdir(), 'brainpy-lab-js-'));
try {
  await build({
    entryPoints: tests.map(name => join('js/tests', name)),
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    outdir: folder,
    outExtension: { '.js': '.mjs' }
  });
  const files = readdirSync(folder).map(name => join(folder, name));
  const run = spawnSync(process.execPath, ['--enable-source-maps', '--test', '--test-reporter=spec', ...files], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
