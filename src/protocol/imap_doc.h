/* imap_doc.h - the tables of imap_words_doc.c */
#ifndef TEED_IMAP_DOC_H
#define TEED_IMAP_DOC_H

#include "doc.h"

extern const struct doc_word doc_imap_reasons[]; /* [TRYCREATE] */
extern const struct doc_word doc_imap_capabilities[];
extern const struct doc_word doc_imap_data[]; /* * 4 EXISTS */
extern const struct doc_word doc_imap_parameters[]; /* what FETCH asks for */

#endif
