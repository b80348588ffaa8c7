// What the program can be asked to do. Each gives the exit status: 0, 1 when it failed, 2 when it was asked wrongly.
#ifndef COMMANDS_H
#define COMMANDS_H

// Can a path be made here? Says why not.
int command_check(void);

// Makes the path that DIR/config describes, until SIGTERM or SIGINT (or `until_eof`: until standard input ends). SIGHUP:
// reads DIR/config again. Writes DIR/up when it stands, DIR/summary.json at the end.
int command_run(const char *dir, int until_eof);

// Becomes a program in the network namespace of a site of the path in DIR. `die_with_parent`: is killed when the
// process ends that started it.
int command_exec(const char *dir, const char *site, int die_with_parent, char **argv);

// Prints a log as CSV.
int command_csv(const char *file);

// Deletes what dead runs have left behind: those beside DIR, and an earlier one in it.
void sweep(const char *dir);

// Takes the lock that says that the run in DIR is alive, until this process ends. False when another has it.
int lock_take(const char *dir);

#endif
