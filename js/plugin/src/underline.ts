/**
 * The editor extension that underlines what is wrong in a cell.
 *
 * The message shows on hover and where the cursor is (F8 goes from one mistake to the next), and is the description of
 * the editor for screen readers. A mark goes when its text is edited; all go when the cell runs again.
 */

import { Extension, Range, StateEffect, StateField, Text } from '@codemirror/state';
import { Decoration, DecorationSet, EditorView, hoverTooltip, keymap, showTooltip, Tooltip, ViewPlugin, ViewUpdate } from '@codemirror/view';

import { placeOf, Problem, spoken } from './problems';

/** Replaces all marks of a cell. */
export const showProblems = StateEffect.define<readonly Problem[]>();

interface Mark {
  from: number;
  to: number;
  problem: Problem;
}

function marksOf(doc: Text, problems: readonly Problem[]): readonly Mark[] {
  const lines = doc.toJSON();
  return problems
    .flatMap((problem): Mark[] => {
      const place = placeOf(lines, problem);
      if (!place) {
        return [];
      }
      const start = doc.line(place.line + 1).from;
      return [{ from: start + place.from, to: start + place.to, problem }];
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

const field = StateField.define<readonly Mark[]>({
  create: () => [],
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(showProblems)) {
        return marksOf(transaction.state.doc, effect.value);
      }
    }
    if (!transaction.docChanged || !marks.length) {
      return marks;
    }
    return marks
      .filter(mark => !transaction.changes.touchesRange(mark.from, mark.to))
      .map(mark => ({ ...mark, from: transaction.changes.mapPos(mark.from, 1), to: transaction.changes.mapPos(mark.to, -1) }));
  },
  provide: own => [
    EditorView.decorations.from(own, decorate),
    showTooltip.compute([own, 'selection'], state => {
      const found = at(state.field(own), state.selection.main.head);
      return found ? tooltip(found, true) : null;
    })
  ]
});

function decorate(marks: readonly Mark[]): DecorationSet {
  const ranges = marks.map((mark): Range<Decoration> =>
    mark.from < mark.to
      ? Decoration.mark({ class: 'bpl-problem' }).range(mark.from, mark.to)
      : Decoration.line({ class: 'bpl-problem-line' }).range(mark.from)
  );
  return Decoration.set(ranges, true);
}

function at(marks: readonly Mark[], position: number): Mark | undefined {
  return marks.find(mark => mark.from <= position && position <= mark.to);
}

function tooltip(mark: Mark, atCursor: boolean): Tooltip {
  return {
    pos: mark.from,
    end: mark.to,
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'bpl-tip' + (atCursor ? ' bpl-tip-cursor' : '');
      dom.setAttribute('role', 'tooltip');
      dom.textContent = mark.problem.message;
      return { dom };
    }
  };
}

const onHover = hoverTooltip((view, position) => {
  const found = at(view.state.field(field), position);
  const shownAlready = view.hasFocus && found !== undefined && found === at(view.state.field(field), view.state.selection.main.head);
  return found && !shownAlready ? tooltip(found, false) : null;
});

let count = 0;

/** The problems as text that a screen reader says when they come, and reads as the description of the editor. */
const described = ViewPlugin.fromClass(
  class {
    readonly node = document.createElement('span');

    constructor(view: EditorView) {
      this.node.id = `bpl-problems-${++count}`;
      this.node.className = 'bpl-spoken';
      this.node.setAttribute('role', 'status');
      view.dom.append(this.node);
      this.write(view.state.field(field));
    }

    update(update: ViewUpdate): void {
      const marks = update.state.field(field);
      if (marks !== update.startState.field(field)) {
        this.write(marks);
      }
    }

    destroy(): void {
      this.node.remove();
    }

    private write(marks: readonly Mark[]): void {
      const text = marks.map(mark => spoken(mark.problem)).join('. ');
      if (this.node.textContent !== text) {
        this.node.textContent = text;
      }
    }
  }
);

const attributes = EditorView.contentAttributes.of((view): Record<string, string> | null => {
  const id = view.plugin(described)?.node.id;
  return id && view.state.field(field).length ? { 'aria-invalid': 'true', 'aria-describedby': id } : null;
});

/** Put the cursor at the next mistake after it, or at the first; false when there is none. */
export function goToProblem(view: EditorView): boolean {
  const marks = view.state.field(field, false) ?? [];
  const next = marks.find(mark => mark.from > view.state.selection.main.head) ?? marks[0];
  if (!next) {
    return false;
  }
  view.dispatch({ selection: { anchor: next.from }, scrollIntoView: true });
  view.focus();
  return true;
}

/** `first` are the problems that were told before the editor was made. */
export function underlines(first: readonly Problem[]): Extension {
  return [
    first.length ? field.init(state => marksOf(state.doc, first)) : field,
    described,
    attributes,
    onHover,
    keymap.of([{ key: 'F8', run: goToProblem }])
  ];
}
