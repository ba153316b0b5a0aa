/* quosync_main.h - included before the program's sources: its main becomes a function. */
#ifndef QUOSYNC_TESTS_QUOSYNC_MAIN_H
#define QUOSYNC_TESTS_QUOSYNC_MAIN_H

#define main quosync_main
int quosync_main(int argc, char **argv);

#endif
