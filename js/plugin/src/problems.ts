/**
 * Where a cell went wrong, as the kernel says it (brainpy_lab/lab/problems.py), and where that is in an editor.
 *
 * No editor and no page are needed, so that the tests run in plain Node.
 */

export const PROBLEMS_MIME = 'application/vnd.brainpy-lab.problems+json';

/** One mistake. Lines count from 1 at the magic's own line; columns from 0, in characters, `end` is the one after. */
export interface Problem {
  line: number;
  column: number;
  end: number;
  /** The line as it was run; '' when the kernel does not know it. */
  source: string;
  message: string;
}

/** A place in the text of a cell: number of the line from 0, and columns in UTF-16 units as editors count. */
export interface Place {
  line: number;
  from: number;
  to: number;
}

/** Number of the first line with text, from 0: IPython drops empty lines above a magic. */
export function firstWritten(lines: readonly string[]): number {
  const found = lines.findIndex(line => line.trim() !== '');
  return found < 0 ? 0 : found;
}

/** Where a problem is in the cell's present text; null when that line has been changed or is gone. */
export function placeOf(lines: readonly string[], problem: Problem): Place | null {
  const line = firstWritten(lines) + problem.line - 1;
  const text = lines[line];
  if (text === undefined || (problem.source && text.trimEnd() !== problem.source.trimEnd())) {
    return null;
  }
  const characters = [...text];
  const units = (column: number) => characters.slice(0, column).join('').length;
  const to = Math.min(text.length, units(problem.end));
  const from = Math.min(units(problem.column), to);
  if (from < to) {
    return { line, from, to };
  }
  // Something is missing at the end of the line: the last character is marked.
  const last = characters[characters.length - 1]?.length ?? 0;
  return { line, from: text.length - last, to: text.length };
}

/** A problem in words, for a screen reader; `lines` are of the cell as it is. */
export function spoken(problem: Problem): string {
  return `Line ${problem.line}, column ${problem.column + 1}: ${problem.message}`;
}
