/**
 * Puts the course notebooks where the server serves them beside the plug-in, with a list of their titles.
 *
 * node js/build-course.mjs [folder of notebooks] [output folder]
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [from = 'notebooks', to = 'brainpy_lab/_labextension/course'] = process.argv.slice(2);
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });

const files = readdirSync(from).filter(name => name.endsWith('.ipynb')).sort();
const list = files.map(file => {
  const text = readFileSync(join(from, file), 'utf8');
  writeFileSync(join(to, file), text);
  const first = JSON.parse(text).cells.find(cell => cell.cell_type === 'markdown');
  const lines = [first?.source ?? []].flat().join('').split('\n').map(line => line.trim()).filter(Boolean);
  const title = lines[0]?.replace(/^#+\s*/, '') || file;
  return { file, title, about: (lines[1] ?? '').replace(/[*_`]/g, '') };
});
writeFileSync(join(to, 'index.json'), JSON.stringify(list, null, 1) + '\n');
console.log(`build-course: ${list.length} notebooks`);
