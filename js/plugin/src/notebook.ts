/** The notebook that the launcher card opens: one cell that loads the magics and one model that runs as it stands. */

export const FIRST_CELLS = [
  '%load_ext brainpy_lab\nimport brainpy_lab as bp',
  [
    '%%brainpy neuron FHN',
    'dv/dt = v - v**3/3 - w + I',
    'dw/dt = (v + a - b*w) / tau',
    'input I = 0.8 in [-0.5, 1.5]    # "in" makes a slider; "input" is where current enters',
    'a = 0.7; b = 0.8',
    'tau = 12.5 in [5, 30]',
    'init v = -1, w = 1',
    'spike when v > 1'
  ].join('\n')
];

export interface Kernel {
  name: string;
  display_name: string;
  language: string;
}

/**
 * The kernel for a new notebook: the server's default if it runs Python, else the first one that does.
 *
 * Null when the server offers no Python; the page then asks the user as it does for any notebook.
 */
export function pythonKernel(kernels: Kernel[], preferred: string | undefined): Kernel | null {
  const python = kernels.filter(kernel => kernel.language === 'python');
  return python.find(kernel => kernel.name === preferred) ?? python[0] ?? null;
}

/** The content of the new notebook in notebook format 4.5. */
export function newNotebook(kernel: Kernel | null) {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: kernel ? { kernelspec: kernel } : {},
    cells: FIRST_CELLS.map((source, position) => ({
      id: `brainpy-lab-${position}`,
      cell_type: 'code',
      metadata: {},
      source,
      outputs: [],
      execution_count: null
    }))
  };
}

/** `a-2.ipynb` for `a.ipynb`, or the next number that is free. */
export function freeName(file: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const name = file.replace(/(\.ipynb)?$/, `-${number}$1`);
    if (!taken.has(name)) {
      return name;
    }
  }
}

/** Whether a cell loads the magics. */
export function loadsMagics(text: string): boolean {
  return /^\s*%(load|reload)_ext\s+brainpy_lab\s*$/m.test(text);
}

/** Whether a cell is one of the magics, or has one among its lines. */
export function usesMagics(text: string): boolean {
  return /^\s*%%?brainpy\b/m.test(text);
}
