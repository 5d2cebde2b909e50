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

