/* cpu.h - what the processor can do beyond what the compiler may count on */
#ifndef TEED_CPU_H
#define TEED_CPU_H

/* Each can do what those before it can. */
enum cpu_level { CPU_ANY, CPU_SSSE3, CPU_AVX2 };

/* Asks the processor once. */
enum cpu_level cpu_level(void);

/* Tests: as if it were this at most. */
void cpu_pretend(enum cpu_level most);

/* A function that is compiled for such a processor, and called only there. */
#if defined __x86_64__ && defined __GNUC__
#define CPU_X86
#define CPU_FOR(instructions) __attribute__((target(instructions)))
#endif

#endif
