/*
 * import_teed.c - teed's own transcripts: how they are recognised
 *
 * They are not read whole; transcript.c reads them as they come.
 */
#include "import.h"

const struct import import_teed = {
    .name = "teed",
    .about = "teed's own transcript",
    .sniff =
	{
	    /* A header; or, where the beginning is gone, lines that fit. */
	    .line = "^(#teed [0-9]+( |$)|[SRE] +[0-9]+\\.[0-9]{6} |"
		    "# +[0-9]+\\.[0-9]{6} |#end [0-9]|[SRE]\t)",
	    .share = 60,
	},
};
