/* stream.c - the steps that read and write the connection; see steps.h */
#include "stream.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536
#define SHOWN 160

/* What was read: told as text while it is short, else as a checksum. */
struct heard {
	size_t n;
	uint64_t sum; /* FNV-1a */
	unsigned char text[SHOWN];
};

static void
hear(struct heard *h, const unsigned char *p, size_t n)
{
	if (h->n == 0)
		h->sum = 14695981039346656037u;
	for (size_t i = 0; i < n; i++) {
		if (h->n < SHOWN)
			h->text[h->n] = p[i];
		h->sum = (h->sum ^ p[i]) * 1099511628211u;
		h->n++;
	}
}

/* end: 0 for the end of the stream, an errno, or -1 for neither. */
static void
tell(FILE *log, const char *verb, const struct heard *h, int end)
{
	fprintf(log, "%s %zu ", verb, h->n);
	if (h->n > SHOWN)
		fprintf(log, "sum %016llx", (unsigned long long)h->sum);
	else
		putc('"', log);
	for (size_t i = 0; i < h->n && h->n <= SHOWN; i++)
		if (h->text[i] == '\n')
			fprintf(log, "\\n");
		else if (h->text[i] == '\r')
			fprintf(log, "\\r");
		else if (isprint(h->text[i]))
			putc(h->text[i], log);
		else
			fprintf(log, "\\x%02x", h->text[i]);
	if (h->n <= SHOWN)
		putc('"', log);
	if (end == 0)
		fprintf(log, ", the end");
	else if (end > 0)
		fprintf(log, ", %s", strerror(end));
	putc('\n', log);
}

/* ---- writing ---------------------------------------------------------- */

/* All of it, however often that takes; returns 0 or errno. */
static int
put(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t w = write(fd, at, n);

		if (w < 0 && errno == EAGAIN) {
			struct pollfd pfd = {.fd = fd, .events = POLLOUT};

			poll(&pfd, 1, -1);
		} else if (w < 0 && errno != EINTR) {
			return errno;
		} else if (w > 0) {
			at += w;
			n -= (size_t)w;
		}
	}
	return 0;
}

static void
tell_put(struct steps *s, const char *verb, size_t n, int error)
{
	if (error == 0)
		fprintf(s->log, "%s %zu\n", verb, n);
	else
		fprintf(s->log, "%s: %s\n", verb, strerror(error));
}

static unsigned char
escape(const char **p)
{
	char digits[3] = "";

	switch (*++*p) {
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 's':
		return ' ';
	case '0':
		return '\0';
	case 'x':
		digits[0] = *++*p;
		digits[1] = *++*p;
		return (unsigned char)strtoul(digits, NULL, 16);
	default:
		return (unsigned char)**p;
	}
}

void
stream_say(struct steps *s, const char *text)
{
	unsigned char buf[1024];
	size_t n = 0;

	for (; *text != '\0' && n < sizeof buf; text++)
		buf[n++] = *text == '\\' ? escape(&text) : (unsigned char)*text;
	tell_put(s, "say", n, put(s->out, buf, n));
}

void
stream_urgent(struct steps *s, const char *text)
{
	tell_put(
	    s, "urgent", 1, send(s->out, text, 1, MSG_OOB) < 0 ? errno : 0);
}

/* Every byte is told by its place, so that none can be lost or swapped. */
static void
fill(unsigned char *buf, size_t n, size_t from)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = from + i;

		buf[i] = (unsigned char)(at ^ at >> 8 ^ at >> 16);
	}
}

static void
pour(struct steps *s, const char *verb, size_t count, size_t piece)
{
	static unsigned char buf[CHUNK];
	size_t done = 0;
	int error = 0;

	while (done < count && error == 0) {
		size_t n = count - done < piece ? count - done : piece;

		fill(buf, n, done);
		error = put(s->out, buf, n);
		done += n;
	}
	tell_put(s, verb, count, error);
}

void
stream_pour(struct steps *s, const char *count)
{
	pour(s, "pour", strtoul(count, NULL, 10), CHUNK);
}

void
stream_trickle(struct steps *s, const char *count)
{
	pour(s, "trickle", strtoul(count, NULL, 10), 1);
}

/* ---- reading ---------------------------------------------------------- */

/* Read until `want` bytes, a newline if `line`, or the end. */
static void
take(struct steps *s, const char *verb, size_t want, bool line)
{
	static unsigned char buf[CHUNK];
	struct heard h = {.n = 0};
	int end = -1;

	while (h.n < want && end < 0) {
		size_t max = want - h.n < CHUNK ? want - h.n : CHUNK;
		ssize_t n = read(s->in, buf, line ? 1 : max);

		if (n > 0)
			hear(&h, buf, (size_t)n);
		else if (n == 0 || errno != EINTR)
			end = n == 0 ? 0 : errno;
		if (line && n > 0 && buf[0] == '\n')
			break;
	}
	tell(s->log, verb, &h, end);
}

void
stream_hear(struct steps *s, const char *count)
{
	take(s, "hear", strtoul(count, NULL, 10), false);
}

void
stream_line(struct steps *s, const char *arg)
{
	(void)arg;
	take(s, "line", SIZE_MAX, true);
}

void
stream_rest(struct steps *s, const char *arg)
{
	(void)arg;
	take(s, "rest", SIZE_MAX, false);
}

/* ---- both at once ----------------------------------------------------- */

/* Send what goes at once; returns what is left. */
static size_t
push(struct steps *s, size_t done, size_t count, int *error)
{
	static unsigned char buf[CHUNK];
	size_t n = count - done < CHUNK ? count - done : CHUNK;
	ssize_t w;

	fill(buf, n, done);
	w = send(s->out, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (w < 0 && errno != EAGAIN && errno != EINTR)
		*error = errno;
	return w > 0 ? (size_t)w : 0;
}

void
stream_cross(struct steps *s, const char *arg)
{
	static unsigned char buf[CHUNK];
	size_t count = strtoul(arg, NULL, 10), done = 0;
	struct heard h = {.n = 0};
	int end = -1, error = 0;

	while ((end < 0 || done < count) && error == 0) {
		struct pollfd pfd = {.fd = s->in,
		    .events = (short)((end < 0 ? POLLIN : 0) |
			(done < count ? POLLOUT : 0))};
		ssize_t n;

		poll(&pfd, 1, -1);
		if (done < count && (pfd.revents & POLLOUT)) {
			done += push(s, done, count, &error);
			if (done == count)
				shutdown(s->out, SHUT_WR);
		}
		if (end >= 0)
			continue;
		n = recv(s->in, buf, sizeof buf, MSG_DONTWAIT);
		if (n > 0)
			hear(&h, buf, (size_t)n);
		else if (n == 0 || (errno != EAGAIN && errno != EINTR))
			end = n == 0 ? 0 : errno;
	}
	tell_put(s, "cross", count, error);
	tell(s->log, "cross", &h, end);
}

/* ---- urgent data ------------------------------------------------------ */

static void
await_urgent(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLPRI};

	while ((pfd.revents & (POLLPRI | POLLHUP | POLLERR)) == 0)
		poll(&pfd, 1, -1);
}

void
stream_oob(struct steps *s, const char *arg)
{
	struct heard h = {.n = 0};
	unsigned char c;
	ssize_t n;

	(void)arg;
	await_urgent(s->in);
	while ((n = recv(s->in, &c, 1, MSG_OOB)) < 0 && errno == EAGAIN)
		await_urgent(s->in);
	if (n > 0)
		hear(&h, &c, 1);
	tell(s->log, "oob", &h, n < 0 ? errno : -1);
}

void
stream_mark(struct steps *s, const char *arg)
{
	struct heard h = {.n = 0};
	int at_mark = 0, end = -1;
	unsigned char c;

	(void)arg;
	await_urgent(s->in);
	while (end < 0) {
		ssize_t n;

		if (ioctl(s->in, SIOCATMARK, &at_mark) < 0)
			end = errno;
		if (at_mark || end >= 0)
			break;
		n = read(s->in, &c, 1);
		if (n > 0)
			hear(&h, &c, 1);
		else
			end = n == 0 ? 0 : errno;
	}
	tell(
	    s->log, at_mark ? "at the mark, after" : "no mark, after", &h, end);
}

/* ---- small requests and replies --------------------------------------- */

/*
 * Acknowledge what was read, at once, so that the other's Nagle algorithm does
 * not wait for us: whatever waits then is between us.
 */
static void
acknowledge(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static bool
read_line(int fd)
{
	char c = 0;

	while (c != '\n') {
		acknowledge(fd);
		if (read(fd, &c, 1) != 1)
			return false;
	}
	return true;
}

/* How long it took goes to the file `time`, in milliseconds. */
void
stream_ask(struct steps *s, const char *arg)
{
	long count = atol(arg), i;
	struct timespec a, b;
	FILE *f;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < count; i++) {
		if (put(s->out, "ask\n", 4) != 0 || !read_line(s->in))
			break;
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	fprintf(s->log, "ask %ld\n", i);
	f = fopen("time", "we");
	if (f != NULL) {
		fprintf(f, "%ld\n",
		    (long)(b.tv_sec - a.tv_sec) * 1000 +
			(b.tv_nsec - a.tv_nsec) / 1000000);
		fclose(f);
	}
}

void
stream_answer(struct steps *s, const char *arg)
{
	long count = atol(arg), i;

	for (i = 0; i < count; i++)
		if (!read_line(s->in) || put(s->out, "an", 2) != 0 ||
		    put(s->out, "swer\n", 5) != 0)
			break;
	fprintf(s->log, "answer %ld\n", i);
}
