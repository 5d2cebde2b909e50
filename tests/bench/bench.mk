# bench.mk - measure teed beside what else records conversations
#
#   make bench                    some minutes
#   make bench BENCH=--quick      about a minute
#   make bench BENCH="--quick trips sessions"    some of the figures
#   make bench-quick              the same as BENCH=--quick

BENCHES = drive daemon relay
BENCH_PARTS_drive = tests/bench/drive.c tests/bench/launch.c tests/bench/load.c
BENCH_PARTS_daemon = tests/bench/daemon.c tests/bench/load.c
BENCH_PARTS_relay = tests/bench/relay.c
BENCH_PROGRAMS = $(BENCHES:%=$(BUILD)/bench/%)
BENCH =

$(BENCH_PROGRAMS): $(BUILD)/bench/%: tests/bench/%.c $(wildcard tests/bench/*.[ch])
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -o $@ $(BENCH_PARTS_$*) $(LINK) $(LDFLAGS)

check: $(BENCH_PROGRAMS)

# With musl-gcc there is a static teed to measure as well.
bench-static:
	@if command -v musl-gcc >/dev/null; then \
		$(MAKE) STATIC=1 BUILD=$(BUILD)/static OUT=$(BUILD)/static \
			$(BUILD)/static/teed; fi

bench: $(OUT)/teed $(BENCH_PROGRAMS) bench-static
	TEED=$(OUT)/teed TEED_STATIC=$(BUILD)/static/teed BUILD=$(BUILD) \
		tests/bench/bench $(BENCH)

bench-quick:
	$(MAKE) bench BENCH=--quick

.PHONY: bench bench-static bench-quick
