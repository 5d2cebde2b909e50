# Makefile - build, test and install teed and teelog
#
#   make            both programs, here
#   make demo       see it work
#   make check      all tests, and what they need
#   make help       the other targets

VERSION = 1.0

CC = gcc
CFLAGS = -O2 -g
CPPFLAGS =
LDFLAGS =

PREFIX = /usr/local
SBINDIR = $(PREFIX)/sbin
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/teed
DESTDIR =
INSTALL = install

# Where objects and generated files go; a variant build sets its own.
BUILD = build
# Where the two programs go.
OUT = .

# A new protocol is one file and one word here; likewise a sub-command of
# teelog and a foreign log format.
PROTOCOLS = pop3 smtp nntp ftp text raw
# Protocols that live in the file of another one.
PROTOCOLS_WITHIN = lmtp

STD = -std=c11 -D_GNU_SOURCE -D_NETBSD_SOURCE -D_DARWIN_C_SOURCE \
	-D_FILE_OFFSET_BITS=64 -DTEED_VERSION='"$(VERSION)"'
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla -Wcast-qual \
	-Wundef -Wconversion
WERROR =
HARDEN = -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fPIE \
	-ffunction-sections -fdata-sections
LINK = -pie -Wl,-z,relro -Wl,-z,now -Wl,--gc-sections

COMPILE = $(CC) $(STD) $(WARN) $(WERROR) $(HARDEN) -I$(BUILD) $(CPPFLAGS) \
	$(CFLAGS)

BASE = str num fd msg
TRANSCRIPT = escape encode decode head name rotate store
PROTOCOL = base64 command echo guess line names pending sasl table tell tls track \
	$(PROTOCOLS)
TEED = main config run record relay spawn peer pair pair_netns listen upstream \
	report sandbox_linux sandbox_openbsd sandbox_none
# teelog: sub-commands (cmd_NAME.c), foreign formats (import_NAME.c), exports
# (export_NAME.c), and what they share.
COMMANDS =
IMPORTS =
EXPORTS =
TEELOG =

SHARED_SRCS = $(BASE:%=src/base/%.c) $(TRANSCRIPT:%=src/transcript/%.c) \
	$(PROTOCOL:%=src/protocol/%.c)
TEED_SRCS = $(TEED:%=src/teed/%.c)
TEELOG_SRCS = $(TEELOG:%=src/teelog/%.c) $(COMMANDS:%=src/teelog/cmd_%.c) \
	$(IMPORTS:%=src/teelog/import_%.c) $(EXPORTS:%=src/teelog/export_%.c)
SRCS = $(SHARED_SRCS) $(TEED_SRCS) $(TEELOG_SRCS)
HDRS = $(wildcard src/*/*.h) $(LISTS:%=$(BUILD)/%.h)
LISTS = protocols commands imports exports

SHARED_OBJS = $(SHARED_SRCS:%.c=$(BUILD)/%.o)
TEED_OBJS = $(TEED_SRCS:%.c=$(BUILD)/%.o)
TEELOG_OBJS = $(TEELOG_SRCS:%.c=$(BUILD)/%.o)

MANUALS = src/teed/teed.8 src/teelog/teelog.1 src/transcript/teed-transcript.5

all: $(OUT)/teed $(OUT)/teelog

$(OUT)/teed: $(TEED_OBJS) $(SHARED_OBJS)
	$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $(TEED_OBJS) $(SHARED_OBJS)

$(OUT)/teelog: $(TEELOG_OBJS) $(SHARED_OBJS)
	$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $(TEELOG_OBJS) $(SHARED_OBJS)

$(BUILD)/%.o: %.c $(HDRS)
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# The tables that a new file joins by its name alone.
$(BUILD)/protocols.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(PROTOCOLS) $(PROTOCOLS_WITHIN); do \
		echo "PROTOCOL($$i)"; done > $@
$(BUILD)/commands.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(COMMANDS); do echo "COMMAND($$i)"; done > $@
$(BUILD)/imports.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(IMPORTS); do echo "IMPORT($$i)"; done > $@
$(BUILD)/exports.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(EXPORTS); do echo "EXPORT($$i)"; done > $@

# ---- tests ------------------------------------------------------------------

# Tests in C: each is a program of its own, linked with what both programs share.
UNITS = base transcript protocol
UNIT_HELPERS = bytes conversation

$(BUILD)/tests/test_%: tests/unit/test_%.c $(UNIT_HELPERS:%=tests/unit/%.c) \
    tests/unit/unit.h $(SHARED_OBJS)
	@mkdir -p $(@D)
	$(COMPILE) -Wno-missing-prototypes -o $@ $< \
		$(UNIT_HELPERS:%=tests/unit/%.c) $(SHARED_OBJS) $(LINK) $(LDFLAGS)

unit: $(UNITS:%=$(BUILD)/tests/test_%)
	$(BUILD)/tests/test_base
	$(BUILD)/tests/test_transcript
	$(BUILD)/tests/test_protocol tests/fixtures/protocol/*.conv

clean:
	rm -rf build teed teelog dist

.PHONY: all unit clean
