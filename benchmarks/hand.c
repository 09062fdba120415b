/* The same equations by hand, as fast as a person would write them for one machine: no recording, constants in the
 * text, reassociated sums, libmvec's vector exp.
 *
 *     gcc -O3 -march=native -ffast-math -shared -fPIC hand.c -o hand.so -lm
 *
 * Exponential Euler in the form x_inf + (x - x_inf) exp(-dt rate), which is exact for a linear equation, as the
 * engine's exprel form is. All arrays are double and have n elements unless a comment says otherwise.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifndef G_NA               /* a test builds with another value to see that the comparison notices */
#define G_NA 35.0
#endif
#ifndef SQUID_G_NA
#define SQUID_G_NA 120.0
#endif

enum { MOST = 1024 };      /* neurons of the gamma network at most */

/* Wang and Buzsaki 1996; V takes the gates of after the step, as the ready model does. `input` is the whole current
 * from outside and from synapses. Returns the spikes. */
static long interneurons(int n, double dt, double *restrict V, double *restrict h, double *restrict n_gate,
                         const double *restrict input, int *restrict fired) {
    long spikes = 0;
    for (int i = 0; i < n; i++) {
        double v = V[i], H = h[i], N = n_gate[i];
        double a = 0.07 * exp(-(v + 58) / 20), b = 1 / (exp(-0.1 * (v + 28)) + 1), rate = a + b, limit = a / rate;
        h[i] = H = limit + (H - limit) * exp(-5 * dt * rate);
        a = -0.01 * (v + 34) / (exp(-0.1 * (v + 34)) - 1), b = 0.125 * exp(-(v + 44) / 80), rate = a + b;
        limit = a / rate;
        n_gate[i] = N = limit + (N - limit) * exp(-5 * dt * rate);
        double N2 = N * N;
        a = -0.1 * (v + 35) / (exp(-0.1 * (v + 35)) - 1), b = 4 * exp(-(v + 60) / 18);
        double m = a / (a + b);
        double g_na = G_NA * m * m * m * H, g_k = 9 * N2 * N2, g = g_na + g_k + 0.1;
        limit = (55 * g_na - 90 * g_k - 6.5 + input[i]) / g;
        double next = limit + (v - limit) * exp(-dt * g);
        int up = (v < 0) & (next >= 0);
        fired[i] += up;
        spikes += up;
        V[i] = next;
    }
    return spikes;
}

/* The gamma network: n neurons, each inhibits all others through a synapse with an equation of its own.
 *   s      n x n, row = target, column = source; the diagonal is computed and never summed
 *   ring   delay x n sums of s; the slot of step k is k % delay and holds what arrives delay - 1 steps later
 *   fired  spikes of each neuron, added to
 * With `shared`, s is one row: all synapses of a source hold the same number.
 * Order within a step: input from outside, neurons, synapses, arrival. */
long gamma_run(int n, long first, long steps, double dt, double *V, double *h, double *n_gate, double *s,
               double *ring, int delay, double *synaptic, int *fired, double drive, double g_max, int shared) {
    static double limit[MOST], keep[MOST], input[MOST];
    long spikes = 0;
    if (n > MOST) return -1;
    for (long k = first; k < first + steps; k++) {
        for (int i = 0; i < n; i++) input[i] = synaptic[i] + drive;
        spikes += interneurons(n, dt, V, h, n_gate, input, fired);
        for (int j = 0; j < n; j++) {
            double opening = 12 / (1 + exp(-0.5 * V[j])), rate = opening + 0.1;
            limit[j] = opening / rate;
            keep[j] = exp(-dt * rate);
        }
        double *now = ring + (k % delay) * n, *arrived = ring + ((k + 1) % delay) * n;
        if (shared) {
            double total = 0;
            for (int j = 0; j < n; j++) { s[j] = limit[j] + (s[j] - limit[j]) * keep[j]; total += s[j]; }
            for (int i = 0; i < n; i++) now[i] = total - s[i];
        } else {
            for (int i = 0; i < n; i++) {
                double *row = s + (size_t)i * n, total = 0;
                for (int j = 0; j < n; j++) {
                    double next = limit[j] + (row[j] - limit[j]) * keep[j];
                    row[j] = next;
                    total += next;
                }
                now[i] = total - row[i];
            }
        }
        for (int i = 0; i < n; i++) synaptic[i] = -g_max * arrived[i] * (V[i] + 75);
    }
    return spikes;
}

/* One squid axon, Hodgkin and Huxley 1952, rest at -65 mV. state: V, m, h, n. Returns the spikes (V rises by 20 mV). */
long squid_run(double *state, long steps, double dt, double drive) {
    double v = state[0], m = state[1], h = state[2], n = state[3];
    long spikes = 0;
    for (long k = 0; k < steps; k++) {
        double a = 0.1 * (v + 40) / (1 - exp(-(v + 40) / 10)), b = 4 * exp(-(v + 65) / 18), rate = a + b;
        double limit = a / rate;
        m = limit + (m - limit) * exp(-dt * rate);
        a = 0.07 * exp(-(v + 65) / 20), b = 1 / (1 + exp(-(v + 35) / 10)), rate = a + b, limit = a / rate;
        h = limit + (h - limit) * exp(-dt * rate);
        a = 0.01 * (v + 55) / (1 - exp(-(v + 55) / 10)), b = 0.125 * exp(-(v + 65) / 80), rate = a + b;
        limit = a / rate;
        n = limit + (n - limit) * exp(-dt * rate);
        double g_na = SQUID_G_NA * m * m * m * h, g_k = 36 * (n * n) * (n * n), g = g_na + g_k + 0.3;
        limit = (50 * g_na - 77 * g_k - 0.3 * 54.387 + drive) / g;
        double next = limit + (v - limit) * exp(-dt * g);
        spikes += (v < 20) & (next >= 20);
        v = next;
    }
    state[0] = v, state[1] = m, state[2] = h, state[3] = n;
    return spikes;
}
