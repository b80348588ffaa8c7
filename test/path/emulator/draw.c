#include "draw.h"

#include <math.h>

static const double TWO_PI = 6.283185307179586;

// The output function and the increment of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
// Generators, OOPSLA 2014), with the counter in the place of the generator's state.
static const uint64_t INCREMENT = 0x9e3779b97f4a7c15u;

static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t draw_bits(uint64_t key, uint64_t counter) { return mix(key + (counter + 1) * INCREMENT); }

uint64_t draw_key(uint64_t seed, uint64_t from, uint64_t to, uint64_t purpose) {
  return draw_bits(draw_bits(draw_bits(mix(seed), from), to), purpose);
}

double draw_unit(uint64_t key, uint64_t counter) { return (double)(draw_bits(key, counter) >> 11) * 0x1p-53; }

// Box and Muller, A Note on the Generation of Random Normal Deviates (1958); 1 - u keeps the logarithm finite.
double draw_normal(uint64_t key, uint64_t counter) {
  double u = 1 - draw_unit(key, 2 * counter);
  double v = draw_unit(key, 2 * counter + 1);
  return sqrt(-2 * log(u)) * cos(TWO_PI * v);
}
