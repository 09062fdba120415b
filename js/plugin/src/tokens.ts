/**
 * Splits one line of a `%%brainpy` cell into the pieces that get a colour.
 *
 * The editor keeps its Python colours underneath; only what Python does not know is named here. No editor and no page
 * are needed, so that the tests run in plain Node.
 */

export type Kind =
  | 'magic'
  | 'derivative'
  | 'keyword'
  | 'function'
  | 'builtin'
  | 'number'
  | 'unit'
  | 'comment';

/** A coloured piece: columns `from` to `to` (exclusive) of the line. */
export interface Token {
  from: number;
  to: number;
  kind: Kind;
}

/** What a cell holds: equations, or Python in which a network is built. */
export type CellKind = 'neuron' | 'synapse' | 'network';

const MAGIC = /^%%brainpy\s+(neuron|synapse|network)\b/;

const KEYWORDS = new Set([
  ...['input', 'init', 'spike', 'when', 'reset', 'refractory', 'hold', 'on', 'pre', 'post', 'delay', 'method'],
  ...['in', 'log', 'step', 'if', 'else', 'and', 'or', 'not']
]);

const FUNCTIONS = new Set([
  ...['exp', 'log', 'log10', 'sqrt', 'expm1', 'exprel', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'abs', 'sign'],
  ...['floor', 'min', 'max', 'clip', 'heaviside', 'where', 'uniform', 'normal']
]);

const BUILTINS = new Set(['t', 'dt', 'pi', 'xi']);

// One alternative per kind of piece; the order decides. A derivative is `dv/dt` or `v'`; a number ends where a name
// could not go on, so that `2v`, which is an error, is not shown as a number and a name.
const NAME = '[\\p{L}_][\\p{L}\\p{N}_]*';
const PIECE = new RegExp(
  [
    '(?<comment>#.*$)',
    `(?<derivative>d${NAME}\\s*/\\s*dt(?![\\p{L}\\p{N}_])|${NAME}')`,
    `(?<name>${NAME})`,
    '(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?(?![\\p{L}\\p{N}_]))',
    '(?<broken>\\d[\\p{L}\\p{N}_.]*)'
  ].join('|'),
  'gu'
);
const UNIT = /^\s*(?:(?:uA|mS|uF)\/cm2|ms|mV|Hz|nA|uS|nF|pA|nS|pF)(?![\p{L}\p{N}_/])/u;

/** The kind of the cell whose first written line is `line`, or null if it is no `%%brainpy` cell. */
export function cellKind(line: string): CellKind | null {
  return (MAGIC.exec(line)?.[1] as CellKind | undefined) ?? null;
}

/** The coloured pieces of the magic's own line: the magic, the kind, and each `--option`. */
export function magicTokens(line: string): Token[] {
  const head = MAGIC.exec(line);
  if (!head) {
    return [];
  }
  const tokens: Token[] = [{ from: 0, to: head[0].length, kind: 'magic' }];
  for (const option of line.matchAll(/(?<=\s)--[\w-]+/g)) {
    tokens.push({ from: option.index, to: option.index + option[0].length, kind: 'keyword' });
  }
  return tokens;
}

/** The coloured pieces of a line of equations, from left to right. */
export function equationTokens(line: string): Token[] {
  const tokens: Token[] = [];
  for (const match of line.matchAll(PIECE)) {
    const groups = match.groups!;
    const from = match.index;
    const to = from + match[0].length;
    if (groups.comment !== undefined) {
      tokens.push({ from, to, kind: 'comment' });
    } else if (groups.derivative !== undefined) {
      tokens.push({ from, to, kind: 'derivative' });
    } else if (groups.number !== undefined) {
      tokens.push({ from, to, kind: 'number' });
      const unit = UNIT.exec(line.slice(to));
      if (unit) {
        const start = to + unit[0].length - unit[0].trimStart().length;
        tokens.push({ from: start, to: to + unit[0].length, kind: 'unit' });
      }
    } else if (groups.name !== undefined && line[from - 1] !== '.') {
      const kind = nameKind(groups.name, line.slice(to));
      if (kind) {
        tokens.push({ from, to, kind });
      }
    }
  }
  return tokens;
}

/** What a name is, given the text after it: `log` is a function before `(` and a slider's word elsewhere. */
function nameKind(name: string, after: string): Kind | null {
  if (FUNCTIONS.has(name) && /^\s*\(/.test(after)) {
    return 'function';
  }
  if (KEYWORDS.has(name)) {
    return 'keyword';
  }
  return BUILTINS.has(name) || name.startsWith('xi_') ? 'builtin' : null;
}
