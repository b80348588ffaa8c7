// Random numbers as a pure function of a key and a counter: what befalls the n-th packet of a direction depends on
// nothing but the seed, the direction, the purpose of the draw and n.
#ifndef DRAW_H
#define DRAW_H

#include <stdint.h>

// A key for one purpose in one direction of one seed.
uint64_t draw_key(uint64_t seed, uint64_t from, uint64_t to, uint64_t purpose);

// 64 bits.
uint64_t draw_bits(uint64_t key, uint64_t counter);

// Uniform in [0, 1).
double draw_unit(uint64_t key, uint64_t counter);

// Normal with mean 0 and standard deviation 1.
double draw_normal(uint64_t key, uint64_t counter);

#endif
