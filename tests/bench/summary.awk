# summary.awk - medians, ratios and aims out of the measurements of bench
#
# Input: lines of figure, contender, round, name, value.  Ratios are to the raw
# recorder of the same run; those of speed are above 1 where a contender is
# faster than it, those of cost where it takes more.

BEGIN {
	FS = "\t"
	split("direct relay raw teed teed-tcp teed-show teed-text teed-auto " \
	    "teed-proxy teed-static teed-static-tcp rawlog socat-rR recipe " \
	    "simpleproxy recordio socat-v", order, " ")
	npeers = split("rawlog socat-rR recipe simpleproxy recordio socat-v",
	    peers, " ")
}

NR > 1 {
	key = $1 SUBSEP $2 SUBSEP $4
	value[key, ++count[key]] = $5
}

# The median of what was measured; "" where nothing was.
function median(figure, who, name,    key, n, i, j, v, sorted)
{
	key = figure SUBSEP who SUBSEP name
	n = count[key]
	if (n == 0)
		return ""
	for (i = 1; i <= n; i++) {
		v = value[key, i]
		if (v !~ /^[0-9]/)
			return v
		for (j = i - 1; j > 0 && sorted[j] > v + 0; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = v + 0
	}
	if (n % 2)
		return sorted[(n + 1) / 2]
	return (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function per_byte(figure, who, name,    bytes)
{
	bytes = median(figure, who, "bytes")
	return bytes > 0 ? median(figure, who, name) / bytes : ""
}

function over(a, b)
{
	return a == "" || b == "" || b + 0 == 0 ? "" : a / b
}

# How fast bytes go, against `base`.
function speed(figure, who, base)
{
	return over(per_byte(figure, base, "ns"), per_byte(figure, who, "ns"))
}

function cpu(figure, who)
{
	return over(per_byte(figure, who, "own_cpu_us"),
	    per_byte(figure, "raw", "own_cpu_us"))
}

function trip(who, name)
{
	return over(median("trips", who, name), median("trips", "raw", name))
}

function cost(who)
{
	return over(median("cost", who, "own_cpu_us"),
	    median("cost", "raw", "own_cpu_us"))
}

function rate(who)
{
	return over(median("sessions", "raw", "ns"),
	    median("sessions", who, "ns"))
}

function show(x)
{
	if (x == "")
		return "-"
	return x < 0.1 ? sprintf("%.3f", x) : sprintf("%.2f", x)
}

function plain(x)
{
	return x == "" ? "-" : x
}

function had_sessions(who)
{
	return median("trips", who, "ns") median("calls", who, "trip") \
	    median("sessions", who, "ns") median("memory", who, "pss_kb") \
	    median("cost", who, "own_cpu_us") median("ends", who, "of") != ""
}

function delivered(who,    n)
{
	n = median("ends", who, "bytes")
	if (n == "")
		return "-"
	return sprintf("%d%%%s", 100 * n / median("ends", who, "of"),
	    median("ends", who, "close") == "seen" ? "" : " open")
}

function bulk_table(    i, who)
{
	if (median("text-down", "raw", "ns") == "")
		return
	print "Speed of bulk data and CPU time a byte, over the raw recorder"
	print ""
	printf "%-16s%10s%10s%10s%10s%11s%11s\n", "", "text", "text",
	    "random", "random", "CPU", "CPU"
	printf "%-16s%10s%10s%10s%10s%11s%11s\n", "", "down", "up", "down",
	    "up", "text down", "text up"
	for (i = 1; i in order; i++) {
		who = order[i]
		if (median("text-down", who, "ns") == "")
			continue
		printf "%-16s%10s%10s%10s%10s%11s%11s\n", who,
		    show(speed("text-down", who, "raw")),
		    show(speed("text-up", who, "raw")),
		    show(speed("random-down", who, "raw")),
		    show(speed("random-up", who, "raw")),
		    show(cpu("text-down", who)), show(cpu("text-up", who))
	}
	print ""
}

function session_table(    i, who)
{
	print "Round trips (time) and sessions (rate, CPU time) over the raw" \
	    " recorder"
	print ""
	printf "%-16s%6s%6s%8s%8s%8s%8s%8s%6s%10s\n", "", "trip", "p99",
	    "calls a", "session", "session", "calls a", "private", "PSS",
	    "half-"
	printf "%-16s%6s%6s%8s%8s%8s%8s%8s%6s%10s\n", "", "", "", "trip",
	    "rate", "CPU", "session", "kB", "kB", "closed"
	for (i = 1; i in order; i++) {
		who = order[i]
		if (!had_sessions(who))
			continue
		printf "%-16s%6s%6s%8s%8s%8s%8s%8s%6s%10s\n", who,
		    show(trip(who, "ns")), show(trip(who, "p99")),
		    plain(median("calls", who, "trip")), show(rate(who)),
		    show(cost(who)),
		    plain(median("calls", who, "session")),
		    plain(median("memory", who, "private_kb")),
		    plain(median("memory", who, "pss_kb")), delivered(who)
	}
	print ""
}

function bar(x,    s, i)
{
	for (i = 0; i < x * 32 && i < 56; i++)
		s = s "#"
	return s
}

function chart(    i, x)
{
	if (median("text-down", "raw", "ns") == "")
		return
	print "Mail text to the client, the raw recorder = 1"
	print ""
	for (i = 1; i in order; i++) {
		x = speed("text-down", order[i], "raw")
		if (x != "")
			printf "%-16s%6s %s\n", order[i], show(x), bar(x)
	}
	print ""
}

# ---- aims ----------------------------------------------------------------

# One line: what it is, what was measured, what it must be at least (or most).
function aim(what, x, least, most,    met)
{
	if (x == "")
		return
	met = least != "" ? x >= least : x <= most
	printf "%-58s%8s%9s  %s\n", what, x ~ /\./ ? show(x) : x,
	    least != "" ? ">= " least : "<= " most, met ? "met" : "NOT MET"
}

function best_peer(figure,    i, x, best)
{
	for (i = 1; i <= npeers; i++) {
		x = speed(figure, peers[i], "raw")
		if (x > best + 0)
			best = x
	}
	return best
}

function aims_of_bulk(    best)
{
	aim("mail text down, --pair unix", speed("text-down", "teed", "raw"),
	    0.85)
	aim("mail text up, --pair unix", speed("text-up", "teed", "raw"), 0.85)
	best = best_peer("text-down")
	if (best != "")
		aim("mail text down, against the fastest peer",
		    speed("text-down", "teed", "raw") / best, 1)
	best = best_peer("text-up")
	if (best != "")
		aim("mail text up, against the fastest peer",
		    speed("text-up", "teed", "raw") / best, 1)
	aim("random bytes in full, down", speed("random-down", "teed", "raw"),
	    0.33)
	aim("random bytes in full, up", speed("random-up", "teed", "raw"), 0.33)
	aim("mail text down, --pair tcp", speed("text-down", "teed-tcp", "raw"),
	    0.7)
	aim("mail text up, --pair tcp", speed("text-up", "teed-tcp", "raw"),
	    0.7)
	aim("binary, counted only, against the plain relay",
	    speed("opaque", "teed-count", "relay"), 0.85)
	aim("--content 0, against the plain relay",
	    speed("content", "teed-content", "relay"), 0.85)
	aim("CPU time a byte, text down", cpu("text-down", "teed"), "", 1.25)
	aim("CPU time a byte, text up", cpu("text-up", "teed"), "", 1.25)
}

function aims_of_sessions(    few, many)
{
	aim("round trip on one CPU, --pair unix", trip("teed", "ns"), "", 1.08)
	aim("round trip on one CPU, --pair tcp", trip("teed-tcp", "ns"), "",
	    1.6)
	aim("system calls a round trip", median("calls", "teed", "trip"), "", 8)
	aim("system calls of a session, --pair unix",
	    median("calls", "teed", "session"), "", 70)
	aim("system calls of a session, --pair tcp",
	    median("calls", "teed-tcp", "session"), "", 95)
	aim("sessions a second, --pair unix", rate("teed"), 0.9)
	aim("sessions a second, --pair unix, static", rate("teed-static"), 1)
	aim("sessions a second, --pair tcp", rate("teed-tcp"), 0.75)
	aim("CPU time of a session, --pair unix, static", cost("teed-static"),
	    "", 1)
	aim("private memory of an idle session, kB",
	    median("memory", "teed", "private_kb"), "", 130)
	aim("private memory of an idle session, static, kB",
	    median("memory", "teed-static", "private_kb"), "", 85)
	few = median("kept", "10", "own_cpu_us")
	many = median("kept", "100000", "own_cpu_us")
	aim("a session's cost with 100,000 kept, against 10",
	    over(many, few), "", 1.1)
	aim("100 busy sessions among 2,000 idle, against alone",
	    over(median("flood", "teed", "among_ns"),
	    median("flood", "teed", "alone_ns")), "", 1.1)
	aim("16 MiB behind a half-close delivered, --pair unix",
	    over(median("ends", "teed", "bytes"), median("ends", "teed", "of")),
	    1)
	aim("16 MiB behind a half-close delivered, --pair tcp",
	    over(median("ends", "teed-tcp", "bytes"),
	    median("ends", "teed-tcp", "of")), 1)
	aim("stripped size, kB", size_kb("teed"), "", 120)
}

function size_kb(who,    n)
{
	n = median("size", who, "bytes")
	return n == "" ? "" : int((n + 999) / 1000)
}

END {
	bulk_table()
	session_table()
	chart()
	if (level == "tiny")
		exit
	print "Aims"
	print ""
	aims_of_bulk()
	aims_of_sessions()
}
