/* The two networks by hand: one loop over neurons that gcc makes vectors of, libmvec's exp, then the events.
 *
 *     gcc -O3 -march=native -ffast-math -shared -fPIC networks.c -o networks.so -lm
 *
 * Vogels and Abbott 2005 with 80 inputs of each neuron, in the two forms of Brette et al. 2007 (benchmarks 1 and 3):
 * integrate-and-fire, and Hodgkin-Huxley after Traub and Miles. Exponential Euler with all conductances in the exponent.
 * dt is 0.1 ms; mV, ms; conductances in units of the leak (coba) or in nS with pA and pF (cobahh).
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 };
#define DT 0.1
#define TAU_E 5.0
#define TAU_I 10.0

typedef struct {
    int n, n_exc, padded;          /* neurons, excitatory ones among them, whole blocks */
    double *V, *m, *h, *k, *ge, *gi;
    int *rest, *fired;             /* steps that a neuron still rests (cobahh: until which one); who fired in this step */
    int *starts, *targets;         /* edges of a source, in ascending order of targets */
    int step;
    uint64_t seed;
} Network;

static uint64_t next_bits(Network *net) {          /* splitmix64 (Steele, Lea and Flood 2014) */
    uint64_t z = (net->seed += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

static double uniform(Network *net) { return ((next_bits(net) >> 11) + 0.5) * (1.0 / 9007199254740992.0); }

static double normal(Network *net) {
    double radius = sqrt(-2 * log(uniform(net)));
    return radius * cos(6.283185307179586 * uniform(net));
}

static void *zeros(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (!memory) abort();
    return memset(memory, 0, bytes);
}

/* Each pair with probability p, by the number of targets skipped before the next one. */
static void connect_pairs(Network *net, double p) {
    size_t room = (size_t)((double)net->n * net->n * p * 1.1) + 10000, k = 0;
    double scale = 1 / log1p(-p);
    net->targets = zeros(room * sizeof(int));
    net->starts = zeros((net->n + 1) * sizeof(int));
    for (int i = 0; i < net->n; i++) {
        net->starts[i] = (int)k;
        for (double j = floor(log(uniform(net)) * scale); j < net->n; j += 1 + floor(log(uniform(net)) * scale)) {
            if (k >= room) abort();
            net->targets[k++] = (int)j;
        }
    }
    net->starts[net->n] = (int)k;
}

Network *network_new(int n, int inputs, uint64_t seed, int hodgkin_huxley) {
    Network *net = zeros(sizeof(Network));
    net->n = n, net->n_exc = n * 4 / 5, net->padded = (n + BLOCK - 1) / BLOCK * BLOCK, net->seed = seed;
    double **arrays[] = {&net->V, &net->m, &net->h, &net->k, &net->ge, &net->gi};
    for (int a = 0; a < 6; a++) *arrays[a] = zeros(net->padded * sizeof(double));
    net->rest = zeros(net->padded * sizeof(int)), net->fired = zeros(net->padded * sizeof(int));
    for (int i = 0; i < net->padded; i++) net->V[i] = -65;
    for (int i = 0; i < n; i++) {
        net->V[i] = hodgkin_huxley ? -65 + 5 * normal(net) : -55 + 2 * normal(net);
        if (hodgkin_huxley) net->ge[i] = 10 * (4 + 1.5 * normal(net)), net->gi[i] = 10 * (20 + 12 * normal(net));
    }
    connect_pairs(net, (double)inputs / n);
    return net;
}

long network_edges(const Network *net) { return net->starts[net->n]; }

/* What the neurons that fired send arrives before the next step. */
static void deliver(Network *net, int count, double w_exc, double w_inh) {
    for (int q = 0; q < count; q++) {
        int i = net->fired[q];
        double weight = i < net->n_exc ? w_exc : w_inh, *g = i < net->n_exc ? net->ge : net->gi;
        for (int e = net->starts[i]; e < net->starts[i + 1]; e++) g[net->targets[e]] += weight;
    }
}

/* tau dV/dt = -60 - V + 20 + ge (0 - V) + gi (-80 - V), tau 20 ms; 5 ms refractory; threshold -50, reset -60. A block
 * of neurons; the factors keep_.. are those of one step. Returns whether somebody is above the threshold. */
static int coba_block(double *restrict V, double *restrict ge, double *restrict gi, int *restrict rest, double keep_e,
                      double keep_i) {
    int any = 0;
    for (int j = 0; j < BLOCK; j++) {
        double total = 1 + ge[j] + gi[j], limit = (-40 - 80 * gi[j]) / total;
        double next = limit + (V[j] - limit) * exp(-DT / 20 * total);
        V[j] = rest[j] > 0 ? V[j] : next;
        rest[j] -= rest[j] > 0;
        ge[j] *= keep_e, gi[j] *= keep_i;
        any |= V[j] >= -50;
    }
    return any;
}

/* The same with the currents of the conductances as they are before the step: only the leak is in the exponent, which
 * is the same number for all. */
static int current_block(double *restrict V, double *restrict ge, double *restrict gi, int *restrict rest, double keep_e,
                         double keep_i, double keep_v) {
    int any = 0;
    for (int j = 0; j < BLOCK; j++) {
        double limit = -40 - ge[j] * V[j] - gi[j] * (80 + V[j]), next = limit + (V[j] - limit) * keep_v;
        V[j] = rest[j] > 0 ? V[j] : next;
        rest[j] -= rest[j] > 0;
        ge[j] *= keep_e, gi[j] *= keep_i;
        any |= V[j] >= -50;
    }
    return any;
}

static long integrate_and_fire(Network *net, int steps, int as_current) {
    const double keep_e = exp(-DT / TAU_E), keep_i = exp(-DT / TAU_I), keep_v = exp(-DT / 20);
    long spikes = 0;
    for (int s = 0; s < steps; s++) {
        int count = 0;
        for (int b = 0; b < net->padded; b += BLOCK) {
            double *V = net->V + b, *ge = net->ge + b, *gi = net->gi + b;
            int *rest = net->rest + b;
            int any = as_current ? current_block(V, ge, gi, rest, keep_e, keep_i, keep_v)
                                 : coba_block(V, ge, gi, rest, keep_e, keep_i);
            if (any)
                for (int j = 0; j < BLOCK; j++)
                    if (V[j] >= -50 && b + j < net->n) V[j] = -60, rest[j] = 50, net->fired[count++] = b + j;
        }
        deliver(net, count, 0.6, 6.7);
        spikes += count;
    }
    return spikes;
}

long coba_run(Network *net, int steps) { return integrate_and_fire(net, steps, 0); }

long current_run(Network *net, int steps) { return integrate_and_fire(net, steps, 1); }

static inline double exprel(double x) {
    double y = (exp(x) - 1) / x;
    return x < 1e-4 && x > -1e-4 ? 1 + x / 2 : y;
}

/* 200 dV/dt = 10 (-60 - V) + ge (0 - V) + gi (-80 - V) + 20000 m^3 h (50 - V) + 6000 n^4 (-90 - V). Gates take the
 * potential of before the step. Returns the highest potential. */
static double cobahh_all(int n, double *restrict V, double *restrict M, double *restrict H, double *restrict K,
                         double *restrict ge, double *restrict gi, double keep_e, double keep_i) {
    double highest = -1000;
    for (int j = 0; j < n; j++) {
        double v = V[j], m = M[j], h = H[j], k = K[j], u = v + 63;
        double a_m = 1.28 / exprel((13 - u) * 0.25), b_m = 1.4 / exprel((u - 40) * 0.2);
        double a_h = 0.128 * exp((17 - u) * (1. / 18)), b_h = 4 / (1 + exp((40 - u) * 0.2));
        double a_n = 0.16 / exprel((15 - u) * 0.2), b_n = 0.5 * exp((10 - u) * 0.025);
        double g_na = 20000 * m * m * m * h, g_k = 6000 * (k * k) * (k * k), total = 10 + ge[j] + gi[j] + g_na + g_k;
        double limit = (-600 - 80 * gi[j] + 50 * g_na - 90 * g_k) / total;
        double next = limit + (v - limit) * exp(-DT / 200 * total);
        double rate = a_m + b_m, end = a_m / rate;
        M[j] = end + (m - end) * exp(-DT * rate);
        rate = a_h + b_h, end = a_h / rate;
        H[j] = end + (h - end) * exp(-DT * rate);
        rate = a_n + b_n, end = a_n / rate;
        K[j] = end + (k - end) * exp(-DT * rate);
        ge[j] *= keep_e, gi[j] *= keep_i, V[j] = next;
        highest = next > highest ? next : highest;
    }
    return highest;
}

/* A spike is V > -20, at most one in 3 ms. */
long cobahh_run(Network *net, int steps) {
    const double keep_e = exp(-DT / TAU_E), keep_i = exp(-DT / TAU_I);
    long spikes = 0;
    for (int s = 0; s < steps; s++, net->step++) {
        int count = 0;
        double highest = cobahh_all(net->padded, net->V, net->m, net->h, net->k, net->ge, net->gi, keep_e, keep_i);
        if (highest > -20)
            for (int j = 0; j < net->n; j++)
                if (net->V[j] > -20 && net->step >= net->rest[j]) net->rest[j] = net->step + 30, net->fired[count++] = j;
        deliver(net, count, 6, 67);
        spikes += count;
    }
    return spikes;
}
