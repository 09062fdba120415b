/**
 * Bundles the widget into what Python loads: js/widget/index.ts -> _static/widget.js, js/widget/styles/index.css -> widget.css,
 * and player.ts, which plays recorded labs, -> player.js.
 *
 * node js/build-widget.mjs [entry folder] [output folder]
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const [from = 'js/widget', to = 'brainpy_lab/_static'] = process.argv.slice(2);
const entry = join(from, 'index.ts');
if (!existsSync(entry)) {
  console.error(`build-widget: ${entry} is missing; the widget cannot be built without its entry.`);
  process.exit(1);
}
mkdirSync(to, { recursive: true });

// The page says so when it and the kernel are of different versions.
const version = /__version__ = "([^"]+)"/.exec(readFileSync('brainpy_lab/__init__.py', 'utf8'))[1];
const define = { BRAINPY_LAB_VERSION: JSON.stringify(version) };
const shared = { bundle: true, minify: true, target: 'es2021', logLevel: 'info', define };
await build({ ...shared, entryPoints: [entry], format: 'esm', outfile: join(to, 'widget.js') });

// The page of a recorded lab; other folders that are built with this file need not have one.
const player = join(from, 'player.ts');
if (existsSync(player)) {
  await build({ ...shared, entryPoints: [player], format: 'esm', outfile: join(to, 'player.js') });
}

const sheet = join(from, 'styles', 'index.css');
if (existsSync(sheet)) {
  await build({ ...shared, entryPoints: [sheet], outfile: join(to, 'widget.css') });
}
