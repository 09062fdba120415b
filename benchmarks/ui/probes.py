"""What runs in the page: stop-watches around what is drawn."""
from __future__ import annotations

LAB = "Object.values(window.brainpyLabs || {}).find(l => l.node.isConnected)"

START = f"""() => {{
    const begun = performance.now();
    const marks = window.benchmarkMarks = {{}};
    const note = name => {{ marks[name] = marks[name] ?? performance.now() - begun; }};
    const look = () => {{
        const picture = document.querySelector('[data-brainpy-lab-picture] img');
        const lab = {LAB};
        const drawn = lab && lab.counters.drawn > 0;
        if (drawn || (picture && picture.complete && picture.offsetWidth > 0)) note('picture');
        if (drawn && lab.counters.t > 0) note('live');
        if (drawn && lab.last.header.backend === 'numba') note('numba');
        if (marks.numba === undefined) requestAnimationFrame(look);
    }};
    look();
}}"""
"""Notes when the first picture is seen, when the first frame of a running simulation is drawn, and when Numba's."""

WATCH = f"""async seconds => {{
    const lab = {LAB}, waits = [], costs = [], long = [];
    const observer = new PerformanceObserver(list => list.getEntries().forEach(e => long.push(e.duration)));
    observer.observe({{entryTypes: ['longtask']}});
    const of = range => lab.spec.controls.find(control => range.getAttribute('aria-label')?.endsWith(control.label));
    const range = [...lab.node.querySelectorAll('.bpw-range')].find(of), spec = of(range);
    const place = lab.spec.controls.indexOf(spec), width = spec.high - spec.low;
    let asked = null, lost = 0;
    lab.onDrawn = frame => {{
        costs.push(lab.counters.drawnMs);
        if (asked && Math.abs(frame.header.values[place] - asked.value) < 0.01 * width) {{
            waits.push(performance.now() - asked.at);
            asked = null;
        }}
    }};
    const drawn = lab.counters.drawn, begun = performance.now();
    for (let k = 1; performance.now() - begun < 1000 * seconds; k++) {{
        if (asked && performance.now() - asked.at > 3000) {{ lost++; asked = null; }}
        if (!asked) {{
            const share = ((k * 37) % 100 + 1) / 128;  // the next value is never near the last
            asked = {{value: spec.low + share * width, at: performance.now()}};
            range.value = String(share * Number(range.max));
            range.dispatchEvent(new Event('input', {{bubbles: true}}));
        }}
        await new Promise(done => setTimeout(done, 120 + 80 * Math.random()));
    }}
    const fps = (lab.counters.drawn - drawn) / ((performance.now() - begun) / 1000);
    lab.onDrawn = null;
    observer.disconnect();
    return {{fps, waits, lost, costs, long: long.length}};
}}"""
"""Moves the first slider as a hand does, five times a second, and notes everything that is drawn meanwhile."""

PAUSE = f"""async () => {{
    const lab = {LAB}, button = lab.node.querySelector('.bpw-button-main'), begun = performance.now();
    let last = 0;
    lab.onDrawn = () => {{ last = performance.now() - begun; }};
    button.click();
    await new Promise(done => setTimeout(done, 1000));
    lab.onDrawn = null;
    const paused = lab.counters.status === 'paused';
    button.click();
    await new Promise(done => setTimeout(done, 500));
    return paused ? last : NaN;
}}"""
"""Presses Pause, and Run again a second later: when the last frame was drawn."""

SLOW = f"""async seconds => {{
    const lab = {LAB}, view = lab.views[0], draw = view.draw.bind(view), ages = [];
    view.draw = (...args) => {{
        draw(...args);
        const end = performance.now() + 80;
        while (performance.now() < end);
    }};
    lab.onDrawn = frame => ages.push(performance.timeOrigin + performance.now() - frame.header.sent_at);
    await new Promise(done => setTimeout(done, 1000 * seconds));
    lab.onDrawn = null;
    return ages.slice(Math.floor(ages.length / 4));
}}"""
"""A page that needs 80 ms more for each frame, from now on: how old frames are when they have been drawn, once the
sender knows."""

QUICK = f"() => {{ delete {LAB}.views[0].draw; }}"
"""The page is quick again."""

INTERRUPT = """async () => {
    const panel = [...window.jupyterapp.shell.widgets('main')].find(w => w.sessionContext && w.content.widgets);
    const begun = performance.now();
    const idle = new Promise(done => panel.sessionContext.statusChanged.connect(function look(_, status) {
        if (status === 'idle') { panel.sessionContext.statusChanged.disconnect(look); done(); }
    }));
    await window.jupyterapp.commands.execute('notebook:interrupt-kernel');
    await idle;
    return performance.now() - begun;
}"""
"""Interrupts the cell that runs: when the kernel is idle."""

KERNEL_MEGABYTES = """import gc, os
gc.collect()
print(int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20)
"""
