/* cpu.c - what the processor can do beyond what the compiler may count on */
#include "cpu.h"

#ifdef CPU_X86
#include <cpuid.h>
#include <stddef.h>

/* Whether the system keeps what AVX needs when it switches between processes. */
static int
keeps_avx(void)
{
	unsigned low, high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (low & 6) == 6;
}

/*
 * Not __builtin_cpu_supports(), which asks for all there is in every process
 * before main(): a virtual machine is left for each question.
 */
static enum cpu_level
ask(void)
{
	unsigned a, b, c, d, most;

	most = (unsigned)__get_cpuid_max(0, NULL);
	__cpuid(1, a, b, c, d);
	if ((c & bit_SSSE3) == 0)
		return CPU_ANY;
	if (most < 7 || (c & bit_OSXSAVE) == 0 || (c & bit_AVX) == 0 ||
	    !keeps_avx())
		return CPU_SSSE3;
	__cpuid_count(7, 0, a, b, c, d);
	return (b & bit_AVX2) != 0 ? CPU_AVX2 : CPU_SSSE3;
}
#else
static enum cpu_level
ask(void)
{
	return CPU_ANY;
}
#endif

static int level = -1;

enum cpu_level
cpu_level(void)
{
	if (level < 0)
		level = (int)ask();
	return (enum cpu_level)level;
}

void
cpu_pretend(enum cpu_level most)
{
	enum cpu_level real = ask();

	level = (int)(real < most ? real : most);
}
