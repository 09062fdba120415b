/** Entry of the page that plays a recorded lab: the page of a live lab, whose kernel is a recording. */
import type { Outgoing } from './client';
import { LabPage } from './lab';
import { element } from './nodes';
import { Tape, buffersOf, frameAt, unpack, type Recording } from './recording';

/** Buttons of a live lab that mean something in a recording. */
const KEPT = new Set(['step', 'back', 'reset']);

function followTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const set = () => document.body.setAttribute('data-jp-theme-light', String(!dark.matches));
  dark.addEventListener('change', set);
  set();
}

async function start(): Promise<void> {
  const place = document.getElementById('lab') as HTMLElement;
  const recording = JSON.parse(document.getElementById('recording')?.textContent ?? '') as Recording;
  const buffers = buffersOf(recording.cuts, await unpack(recording.blob));
  const { headers } = recording;
  const tape = new Tape(headers.length, recording.fps);
  const scrub = document.createElement('input');

  const show = () => {
    lab.receive(frameAt(headers, buffers, tape.position, tape.playing, performance.now()));
    if (document.activeElement !== scrub || tape.playing) {
      scrub.value = String(tape.position);
    }
    scrub.setAttribute('aria-valuetext', `t = ${headers[tape.position].t.toFixed(1)} ms`);
  };
  const run = () => {
    if (tape.tick(performance.now())) {
      show();
    }
    if (tape.playing) {
      requestAnimationFrame(run);
    }
  };
  const acts: Record<string, () => void> = {
    run: () => {
      tape.play(performance.now());
      show();
      requestAnimationFrame(run);
    },
    pause: () => tape.pause(),
    step: () => tape.go(tape.position + 1),
    back: () => tape.go(tape.position - Math.ceil(recording.fps)),
    reset: () => tape.go(0)
  };
  const lab = new LabPage(recording.spec, (message: Outgoing) => {
    const act = acts[message.do];
    if (act) {
      act();
      show();
    }
  });

  scrub.type = 'range';
  scrub.className = 'bpw-scrub';
  scrub.min = '0';
  scrub.max = String(headers.length - 1);
  scrub.step = '1';
  scrub.setAttribute('aria-label', 'Moment of the recording');
  scrub.addEventListener('input', () => {
    tape.go(Number(scrub.value));
    show();
  });
  lab.node.classList.add('bpw-recorded');
  for (const button of lab.node.querySelectorAll<HTMLButtonElement>('.bpw-toolbar > button')) {
    if (!button.classList.contains('bpw-button-main') && !KEPT.has(button.dataset.name ?? '')) {
      button.remove();
    }
  }
  for (const input of lab.side.querySelectorAll<HTMLInputElement>('input, select, button')) {
    input.disabled = true;
  }
  const line = element('div', 'bpw-scrub-line', '');
  line.append(scrub);
  lab.node.querySelector('.bpw-head')?.after(line);
  place.classList.add('bpw-root');
  place.append(lab.node);
  window.brainpyLabs = { [recording.spec.id]: lab };
  lab.attach();
  tape.go(headers.length - 1);
  show();
}

followTheme();
start().catch(problem => {
  const said = element('p', 'bpw-banner', `This recording cannot be played: ${String(problem)}`);
  said.setAttribute('role', 'alert');
  document.getElementById('lab')?.append(said);
});
