/** What kernels say about their labs (brainpy_lab/lab/roll.py), also about labs that this page does not show. */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import type { LabSummary } from './page';

export const LABS_MIME = 'application/vnd.brainpy-lab.labs+json';
const TARGET = 'brainpy-lab.labs';
/** Evaluates to something with `LABS_MIME` where the package has been loaded, and to an error elsewhere. */
const QUESTION = "__import__('sys').modules['brainpy_lab.lab.roll'].Answer()";

export type Act = 'list' | 'run' | 'pause' | 'close';

/** The connection to one kernel. */
export class Roll {
  labs: readonly LabSummary[] = [];
  /** Why the last act did not work; ''. */
  problem = '';
  /** `labs` or `problem` is new. */
  readonly changed = new Signal<this, void>(this);
  private comm: Kernel.IComm | null = null;
  private answers = false;
  private isDisposed = false;
  private askedAt = 0;

  constructor(readonly kernel: Kernel.IKernelConnection) {
    kernel.iopubMessage.connect(this.hear, this);
    kernel.statusChanged.connect(this.status, this);
    void this.find();
  }

  /** Ask for the list, at most once in `pause` ms. */
  refresh(pause: number): void {
    if (performance.now() - this.askedAt >= pause) {
      this.ask('list');
    }
  }

  /** Whether the kernel can be told to do something. */
  get isOpen(): boolean {
    return this.answers && !this.isDisposed && !this.kernel.isDisposed;
  }

  ask(act: Act, lab = ''): void {
    if (!this.isOpen) {
      return;
    }
    this.askedAt = performance.now();
    if (!this.comm || this.comm.isDisposed) {
      this.comm = this.kernel.createComm(TARGET);
      this.comm.onMsg = message => this.answered(message.content.data as unknown as { labs: LabSummary[]; problem: string });
      this.comm.onClose = () => this.forget();
      this.comm.open({});
    }
    this.comm.send({ do: act, lab });
  }

  dispose(): void {
    this.isDisposed = true; // an answer to `find` may still come
    if (this.comm && !this.comm.isDisposed && !this.kernel.isDisposed) {
      this.comm.send({ do: 'bye' }); // the kernel closes it; a comm_close from here may never arrive
    }
    this.comm = null;
    Signal.clearData(this);
  }

  /** A kernel that loaded the package before this page came is asked once. */
  private async find(): Promise<void> {
    const info = await this.kernel.info;
    if (info.language_info.name !== 'python') {
      return;
    }
    const content = { code: '', silent: true, store_history: false, stop_on_error: false, user_expressions: { labs: QUESTION } };
    const reply = (await this.kernel.requestExecute(content).done) as KernelMessage.IExecuteReplyMsg;
    const found = reply.content.status === 'ok' ? reply.content.user_expressions?.labs : undefined;
    if (found && 'data' in (found as object)) {
      this.began();
    }
  }

  private hear(_: unknown, message: KernelMessage.IIOPubMessage): void {
    if (message.header.msg_type === 'update_display_data') {
      const { data } = message.content as KernelMessage.IUpdateDisplayDataMsg['content'];
      if (data[LABS_MIME]) {
        this.began();
      }
    }
  }

  private began(): void {
    if (!this.answers) {
      this.answers = true;
      this.ask('list');
    }
  }

  private status(_: unknown, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting' || status === 'dead') {
      this.answers = false;
      this.forget();
    }
  }

  private forget(): void {
    this.comm = null;
    this.answered({ labs: [], problem: '' });
  }

  private answered({ labs, problem }: { labs: LabSummary[]; problem: string }): void {
    this.labs = labs;
    this.problem = problem;
    this.changed.emit();
  }
}
