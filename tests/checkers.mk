# checkers.mk - what looks for mistakes: fuzzers, sanitizers, checkers of source
#
# Part of the Makefile, of which it takes the lists.  tests/fetch-tools installs
# what is not needed otherwise.

# Fuzz targets: each tracker, and what reads records and logs.  Here they are
# plain programs that run over their corpus; `make fuzz` makes fuzzers of them.
FUZZ_TRACKERS = $(PROTOCOLS) $(PROTOCOLS_WITHIN) auto tls
FUZZ_READERS = encode decode import
FUZZ_TARGETS = $(FUZZ_TRACKERS:%=track-%) $(FUZZ_READERS)
FUZZ_HELPERS = tests/fuzz/script.c tests/fuzz/reading.c \
	$(UNIT_HELPERS:%=tests/unit/%.c)
FUZZ_MAIN = tests/fuzz/standalone.c
FUZZ_OBJS = $(SHARED_OBJS) $(filter-out %/teelog/main.o,$(TEELOG_OBJS))
FUZZ_PARTS = $(FUZZ_HELPERS:%.c=$(BUILD)/%.o)
FUZZ_HDRS = $(wildcard tests/fuzz/*.h tests/unit/*.h) $(HDRS)
FUZZ_SECONDS ?= 60
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FUZZ_CFLAGS = -O2 -g $(SANITIZE) -fsanitize=fuzzer-no-link
# In `make check`, each file of the corpus and so many mutations of it.
FUZZ_MUTATIONS = 2

$(FUZZ_PARTS) $(BUILD)/tests/fuzz/seed.o: $(BUILD)/%.o: %.c $(FUZZ_HDRS)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -c -o $@ $<

$(FUZZ_TRACKERS:%=$(BUILD)/fuzz/track-%): $(BUILD)/fuzz/track-%: \
    tests/fuzz/fuzz_track.c $(FUZZ_MAIN) $(FUZZ_PARTS) $(FUZZ_OBJS)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -DPROTOCOL='"$*"' -o $@ $^ $(LINK) $(LDFLAGS)

$(FUZZ_READERS:%=$(BUILD)/fuzz/%): $(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c \
    $(FUZZ_MAIN) $(FUZZ_PARTS) $(FUZZ_OBJS)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -o $@ $^ $(LINK) $(LDFLAGS)

$(BUILD)/fuzz/seed: $(BUILD)/tests/fuzz/seed.o $(FUZZ_PARTS) $(FUZZ_OBJS)
	@mkdir -p $(@D)
	$(call SAY,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LINK)

# Where each target begins: files made of the fixtures.
$(BUILD)/fuzz/corpus: $(BUILD)/fuzz/seed tests/fuzz/corpus \
    $(wildcard tests/fixtures/protocol/* tests/fixtures/import/*)
	tests/fuzz/corpus $(BUILD)/fuzz/seed $@ $(FUZZ_TARGETS)
	@touch $@

# Its replay, as one of the tests.
FUZZ_REPLAY = 'tests/fuzz/replay $(BUILD)/fuzz $(FUZZ_MUTATIONS) $(FUZZ_TARGETS)'

fuzz-programs: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%) $(BUILD)/fuzz/corpus

# FUZZ_SECONDS for each target, two at a time; FUZZ_TARGETS names some of them.
fuzz:
	tests/fetch-tools clang
	$(MAKE) BUILD=$(BUILD)/libfuzzer CC=clang LINK= FUZZ_MAIN= \
		CFLAGS='$(FUZZ_CFLAGS)' HARDEN= \
		LDFLAGS=-fsanitize=fuzzer fuzz-programs
	tests/fuzz/run $(BUILD)/libfuzzer/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# ---- checkers of source --------------------------------------------------------

# All C of ours, and all scripts: of sh, bash, bats.
C_SRCS = $(wildcard src/*/*.c tests/*.c tests/*/*.c examples/*/*.c)
C_FILES = $(C_SRCS) $(wildcard src/*/*.h tests/*/*.h)
SCRIPTS = .ci/run tests/run tests/soak tests/fetch-peers tests/fetch-tools \
	tests/fuzz/corpus tests/fuzz/replay tests/fuzz/run tests/length \
	tests/coverage tests/valgrind tests/bench/bench \
	tests/daemons/world examples/demo/run examples/demo/pop3d \
	examples/demo/smtpd examples/tcpserver/run
BASH_FILES = $(wildcard tests/*.bats tests/*.bash) examples/completions/teelog.bash
# Every one must build all of it without a warning.
COMPILED = $(CHECK_PROGRAMS) $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%) $(BENCH_PROGRAMS)
COMPILERS = gcc clang musl-gcc aarch64-linux-gnu-gcc
TIDY = clang-tidy --quiet

lint: lint-tools lint-manuals lint-scripts lint-format lint-length \
	lint-compilers lint-analyzer lint-cppcheck lint-tidy

lint-tools:
	tests/fetch-tools clang-format clang-tidy cppcheck shellcheck mandoc \
		clang musl-gcc aarch64

lint-manuals:
	mandoc -Tlint -W warning $(MANUALS)

lint-scripts:
	shellcheck $(SCRIPTS) $(BASH_FILES)

lint-format:
	$(Q)clang-format --dry-run -Werror $(C_FILES)

# Functions and files that want to be two.
lint-length:
	tests/length $(C_FILES)

compile: $(COMPILED)

lint-compilers: $(COMPILERS:%=lint-with-%)

$(COMPILERS:%=lint-with-%): lint-with-%:
	@mkdir -p $(BUILD)/lint/$*
	+$(MAKE) BUILD=$(BUILD)/lint/$* OUT=$(BUILD)/lint/$* CC=$* \
		WERROR=-Werror compile

# gcc's analyzer.  It takes iconv_t for memory, and counts no loops: valgrind and
# the sanitizers look for leaks and unset bytes.
lint-analyzer:
	@mkdir -p $(BUILD)/lint/analyzer
	+$(MAKE) BUILD=$(BUILD)/lint/analyzer OUT=$(BUILD)/lint/analyzer CC=gcc \
		CFLAGS='-O1 -g -fanalyzer -Wno-analyzer-malloc-leak \
		-Wno-analyzer-use-of-uninitialized-value' \
		HARDEN= WERROR=-Werror all

lint-cppcheck: $(LISTS:%=$(BUILD)/%.h)
	cppcheck --quiet --error-exitcode=1 -j 4 --std=c11 -D_GNU_SOURCE \
		'-DTEED_VERSION=""' \
		--enable=warning,performance,portability \
		--suppressions-list=tests/cppcheck.txt -I$(BUILD) $(SRCS)

$(SRCS:%.c=$(BUILD)/lint/%.tidy): $(BUILD)/lint/%.tidy: %.c .clang-tidy $(HDRS)
	@mkdir -p $(@D)
	$(call SAY,TIDY,$<)
	$(Q)$(TIDY) $< -- $(STD) -I$(BUILD) >$@.out 2>/dev/null || \
		{ cat $@.out; exit 1; }
	@touch $@

lint-tidy: $(SRCS:%.c=$(BUILD)/lint/%.tidy)

format:
	$(Q)clang-format -i $(C_FILES)

.PHONY: fuzz fuzz-programs compile lint lint-tools lint-manuals lint-scripts \
	lint-format lint-length lint-compilers $(COMPILERS:%=lint-with-%) \
	lint-analyzer lint-cppcheck lint-tidy format

# ---- the tests, watched ---------------------------------------------------------

# All of them under AddressSanitizer and UndefinedBehaviorSanitizer.  Leaks are
# looked for in the unit tests; in teed's sandbox nobody can (valgrind does).
check-asan:
	@mkdir -p $(BUILD)/asan
	+$(MAKE) BUILD=$(BUILD)/asan OUT=$(BUILD)/asan CFLAGS='-O1 -g $(SANITIZE)' \
		HARDEN= LINK= unit
	+ASAN_OPTIONS=detect_leaks=0 ANON_MAX=100000 $(MAKE) BUILD=$(BUILD)/asan \
		OUT=$(BUILD)/asan CFLAGS='-O1 -g $(SANITIZE)' HARDEN= LINK= check

# The unit tests, sessions, and the reader under valgrind.  Not all bats: valgrind
# knows no clone(2), nor how to be confined (tests/unconfined.c is linked in), and
# is too slow for crowds; check-asan runs all of them.
VALGRIND_BATS = tests/syslog.bats tests/demo.bats \
	$(wildcard tests/teelog_*.bats)
UNCONFINED = -Wl,--wrap=sandbox_enter $(BUILD)/unconfined.o

$(BUILD)/unconfined.o: tests/unconfined.c
	@mkdir -p $(@D)
	$(CC) $(STD) -c -o $@ $<

$(BUILD)/unconfined/teed: $(TEED_OBJS) $(SHARED_OBJS) $(BUILD)/unconfined.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LINK) $(UNCONFINED) -o $@ $(TEED_OBJS) $(SHARED_OBJS)

check-valgrind: $(CHECK_PROGRAMS) $(BUILD)/unconfined/teed
	tests/fetch-tools valgrind
	tests/valgrind $(BUILD)/unconfined/teed $(OUT)/teelog $(BUILD) \
		$(UNITS:%=$(BUILD)/tests/test_%) -- $(VALGRIND_BATS)

# Which lines the tests run, by gcov: each file, the least covered first, and the
# total.  Its teed is not confined (tests/unconfined.c), so tests that look at
# that fail here; they are left out.
COVERED = $(filter-out tests/sandbox.bats tests/faults.bats,$(wildcard tests/*.bats))

coverage:
	tests/fetch-tools gcov
	@mkdir -p $(BUILD)/coverage
	@find $(BUILD)/coverage -name '*.gcda' -delete
	$(CC) $(STD) -c -o $(BUILD)/coverage/unconfined.o tests/unconfined.c
	+$(MAKE) BUILD=$(BUILD)/coverage OUT=$(BUILD)/coverage \
		CFLAGS='-O0 -g --coverage' HARDEN= \
		LINK='-Wl,--wrap=sandbox_enter $(BUILD)/coverage/unconfined.o' \
		coverage-run
	tests/coverage $(BUILD)/coverage $(SRCS)

coverage-run: $(CHECK_PROGRAMS) fuzz-programs
	-umask 0; TEED=$(OUT)/teed TEELOG=$(OUT)/teelog BUILD=$(BUILD) \
		tests/run $(UNIT_TESTS) $(FUZZ_REPLAY) $(COVERED)

.PHONY: check-asan check-valgrind coverage coverage-run
