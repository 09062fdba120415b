/** The editor extension that colours `%%brainpy` cells. It reaches every editor, so it leaves others at the first line. */

import { Range } from '@codemirror/state';
import { Decoration, DecorationSet, EditorView, ViewPlugin, ViewUpdate } from '@codemirror/view';

import { cellKind, equationTokens, Kind, magicTokens, Token } from './tokens';

const marks = new Map<Kind, Decoration>();

function mark(kind: Kind): Decoration {
  let found = marks.get(kind);
  if (!found) {
    found = Decoration.mark({ class: `bpl-${kind}` });
    marks.set(kind, found);
  }
  return found;
}

/** The number of the first line with text: IPython drops empty lines above a magic. */
function firstLine(view: EditorView): number {
  const doc = view.state.doc;
  let number = 1;
  while (number < doc.lines && !doc.line(number).text.trim()) {
    number++;
  }
  return number;
}

function decorate(view: EditorView): DecorationSet {
  const doc = view.state.doc;
  const first = firstLine(view);
  const kind = cellKind(doc.line(first).text);
  const ranges: Range<Decoration>[] = [];
  if (kind) {
    for (const visible of view.visibleRanges) {
      for (let at = visible.from; at <= visible.to; ) {
        const line = doc.lineAt(at);
        const tokens = line.number === first ? magicTokens(line.text) : bodyTokens(kind, line.text);
        for (const token of tokens) {
          ranges.push(mark(token.kind).range(line.from + token.from, line.from + token.to));
        }
        at = line.to + 1;
      }
    }
  }
  return Decoration.set(ranges);
}

/** A network cell is Python, which the editor colours already. */
function bodyTokens(kind: string, text: string): Token[] {
  return kind === 'network' ? [] : equationTokens(text);
}

export const cellColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) {
        this.decorations = decorate(update.view);
      }
    }
  },
  { decorations: plugin => plugin.decorations }
);
