// Running other programs, and files that are small.
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

// Runs a program to its end with `input` on its standard input, in the network namespace `net` (-1: this one).
// True when it succeeded; what it says on standard error passes through.
bool program_run(int net, const char *input, const char *const argv[]);

// Replaces the file DIR/NAME at once. False when that failed.
bool file_replace(const char *dir, const char *name, const char *text);

// Opens DIR/NAME for reading; -1 when it is not there.
int file_open(const char *dir, const char *name);

#endif
