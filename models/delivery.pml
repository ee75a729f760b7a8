/* The delivery protocol between two stations over a link that lies (spec/dispatch.md; docs/model.md has the words).
 *
 * A process's place and its locals are volatile: a crash is a jump to `up`. Everything else is durable and changes
 * only in the atomic steps that are one transaction, or one rename, in the code. The liar loses, damages and brings
 * again whatever he likes, and both stations crash wherever they like, until the storm ends at a moment nobody knows.
 *
 *     spin -a delivery.pml && gcc -O2 -DSAFETY -DNOCLAIM -o pan pan.c && ./pan        the asserts
 *     gcc -O2 -o pan pan.c && ./pan -a -f -N no_loss && ./pan -a -f -N receipt         under weak fairness
 *
 * Each -D of the list in docs/model.md breaks one rule, and the checker must say so.
 */

#ifndef K
#define K 2 /* dispatches, of one precedence; APART: of two; a third always travels with another */
#endif
#ifdef LATER_RESULT
#define RESULTS 2 /* arrived, opened */
#else
#define RESULTS 1 /* arrived */
#endif
#define R (K * RESULTS)

#ifdef APART
#define PRECEDENCE(i) ((i) % 2)
#else
#define PRECEDENCE(i) ((i) / 2)
#endif
#define IDENTITY(i) (PRECEDENCE(i) * (K + 1) + sequence[i]) /* of one sender in one epoch */

#define NEVER 0 /* on the link: never there, there once, there now; a blob may be there and damaged */
#define GONE 1
#define WAITS 2
#define DAMAGED 3

#define ABSENT 0 /* a record of the receiver: none, in the journal, under a checkpoint too */
#define WRITTEN 1
#define COVERED 2

bool storm = true;

/* The sender's disk. */
byte sent;                    /* dispatches 0 … sent-1 have their `sent` record */
byte sequence[K], last[2];    /* dispatch_out; the last sequence of each precedence */
bool out[K];                  /* outbox rows with done = 0 */
bool answered[R];             /* dispatch_receipts */

/* The receiver's disk. */
byte held[2 * (K + 1)];       /* which slip (i + 1) holds an identity: dispatch_in, dispatch_ranges */
byte entered[K];              /* numbers given in the book of incoming documents */
byte record[R];
bool due[R];                  /* outbox rows with done = 0 */

/* The link. */
byte slip[K], back[R];
#ifdef BLOBS
byte blob[K];
#endif

/* send: one transaction holds the record and the outbox row. */
inline spool() {
	last[PRECEDENCE(sent)]++;
	sequence[sent] = last[PRECEDENCE(sent)];
	out[sent] = true;
	sent++
}

#ifdef BLOBS
inline put_blob(i) {
	assert(i < sent); /* nothing leaves before it is durable */
#ifdef TIMER_ONLY
	if :: blob[i] != DAMAGED -> blob[i] = WAITS :: else fi
#else
	blob[i] = WAITS
#endif
}
#define BLOB(i) blob[i]
#else
#define BLOB(i) WAITS
#endif

inline put_slip(i) {
	assert(i < sent);
	slip[i] = WAITS;
#ifdef PUT_ONCE
	out[i] = false
#endif
}

#ifdef TIMER_ONLY
#define DUE(i) (out[i] && slip[i] != WAITS) /* sync without --again: what waits on the link is left alone */
#else
#define DUE(i) (out[i])
#endif

/* On to the next i of n for which there is something to do: nobody sees the looking. */
#define NEXT(i, n, what) do :: i < n && !(what) -> i++ :: else -> break od
#define MAY_CRASH if :: storm -> goto up :: true fi
#define REMOVE(what, safe) atomic { if :: (safe) && what == WAITS -> what = GONE :: else fi; i++ }

active proctype Sender() {
	byte i;
up:
	atomic {
		i = 0;
#ifdef VOLATILE_OUTBOX
		do :: i < K -> out[i] = false; i++ :: else -> break od;
		i = 0;
#endif
#ifdef VOLATILE_SEQUENCE
		last[0] = 0; last[1] = 0;
#endif
	}
again:
	if
	:: sent < K ->
		/* Signed and sealed in memory; nothing is durable. */
		if
		:: storm -> goto up
#ifdef PUT_BEFORE_SPOOL
		:: put_slip(sent); atomic { spool() }
#endif
		:: atomic { spool() }
		fi
	:: true
	fi;
	do /* take what waits */
	:: atomic { NEXT(i, R, back[i] == WAITS);
		if
		:: i == R -> i = 0; break
		:: i < R && answered[i]
		:: i < R && !answered[i] ->
			assert(entered[i / RESULTS] == 1 && record[i] == COVERED); /* no receipt for what was not entered */
			answered[i] = true; /* one transaction: receipt-received and set_done */
#if defined(LATER_RESULT) && !defined(FIRST_ENDS)
			if :: i % RESULTS == RESULTS - 1 -> out[i / RESULTS] = false :: else fi
#else
			out[i / RESULTS] = false
#endif
		fi }
		MAY_CRASH;
		REMOVE(back[i], true)
	od;
	do /* put what is due: the blob before the slip that names it */
#ifdef BLOBS
	:: atomic { NEXT(i, K, DUE(i)); if :: i == K -> i = 0; break :: else -> put_blob(i) fi }
		MAY_CRASH;
		atomic { put_slip(i); i++ }
#else
	:: atomic { NEXT(i, K, DUE(i)); if :: i == K -> i = 0; break :: else -> put_slip(i); i++ fi }
#endif
	:: storm -> goto up
	od;
#ifdef BLOBS
	atomic { /* tidy: what is answered leaves the link */
		do :: i < sent -> if :: !out[i] && answered[i * RESULTS] -> blob[i] = GONE :: else fi; i++ :: else -> i = 0; break od
	}
#endif
	goto again
}

/* receive: one transaction holds the record, the identity and the receipt's outbox row. */
inline enter(i) {
	assert(entered[i] == 0); /* no double effect */
	entered[i]++;
	held[IDENTITY(i)] = i + 1;
	record[i * RESULTS] = WRITTEN;
	due[i * RESULTS] = true
}

inline take(i) {
	done = true;
	if
#ifndef NO_DEDUP
	:: held[IDENTITY(i)] == i + 1 -> /* already */
#ifndef NO_REPEAT
		due[i * RESULTS] = true; /* the sender asks again: the receipts were lost */
#ifdef LATER_RESULT
		if :: record[i * RESULTS + 1] != ABSENT -> due[i * RESULTS + 1] = true :: else fi
#endif
#endif
	:: held[IDENTITY(i)] != 0 && held[IDENTITY(i)] != i + 1 -> assert(false) /* conflict, with an honest sender */
	:: held[IDENTITY(i)] == 0 && BLOB(i) == WAITS -> enter(i)
#else
	:: BLOB(i) == WAITS -> enter(i)
#endif
#ifdef BLOBS
	:: held[IDENTITY(i)] == 0 && BLOB(i) == DAMAGED /* set aside */
	:: held[IDENTITY(i)] == 0 && BLOB(i) < WAITS -> done = false /* waiting for the blob */
#endif
	fi
}

active proctype Receiver() {
	byte i;
	bool done;
up:
	atomic {
		i = 0; done = false;
#ifdef VOLATILE_RANGES
		do :: i < 2 * (K + 1) -> held[i] = 0; i++ :: else -> break od;
		i = 0;
#endif
	}
again:
	do /* take what waits */
	:: atomic { NEXT(i, K, slip[i] == WAITS);
		if
		:: i == K -> i = 0; break
		:: i < K -> take(i)
#ifdef RECEIPT_BEFORE_ENTRY
		:: i < K && entered[i] == 0 -> back[i * RESULTS] = WAITS
#endif
		fi }
		MAY_CRASH;
		REMOVE(slip[i], done)
	od;
#ifdef LATER_RESULT
	do /* an officer opens: a second record, a second receipt */
	:: atomic { i < K && entered[i] > 0 && record[2 * i + 1] == ABSENT ->
		record[2 * i + 1] = WRITTEN; due[2 * i + 1] = true; i++ }
	:: i < K -> i++
	:: i == K -> i = 0; break
	od;
#endif
#ifndef NO_CHECKPOINT
	atomic { /* one checkpoint covers all that is written */
		do
		:: i < R -> if :: record[i] == WRITTEN -> record[i] = COVERED :: else fi; i++
		:: else -> i = 0; break
		od
	}
#endif
	do /* put the receipts that are due; each leaves the outbox as it is put */
	:: atomic { NEXT(i, R, due[i]);
		if
		:: i == R -> i = 0; break
		:: i < R -> assert(record[i] == COVERED); back[i] = WAITS
		fi }
		MAY_CRASH;
		atomic { due[i] = false; i++ }
	od;
	goto again
}

active proctype Liar() {
	byte i;
	do
	:: atomic {
		storm ->
		select(i : 0 .. R - 1);
		if
		:: i < K && slip[i] == WAITS -> slip[i] = GONE         /* loses, or damages, which is set aside */
		:: back[i] == WAITS -> back[i] = GONE
#ifdef BLOBS
		:: i < K && blob[i] == WAITS -> blob[i] = GONE
		:: i < K && blob[i] == WAITS -> blob[i] = DAMAGED
#endif
		:: i < K && slip[i] == GONE -> slip[i] = WAITS         /* brings again: delays, doubles, reorders */
		:: back[i] == GONE -> back[i] = WAITS
#ifdef BELIEVE_ANYTHING
		:: back[i] == NEVER && i < sent -> back[i] = WAITS     /* a forged receipt, and nobody checks */
#endif
		:: else
		fi;
		i = 0
	}
	:: atomic { storm -> storm = false; break }
	od
}

#define IN(i) (i >= sent || entered[i] == 1)
#define ANSWERED(i) (i >= sent || answered[i * RESULTS])
#if K == 1
#define ALL_IN IN(0)
#define ALL_ANSWERED ANSWERED(0)
#elif K == 2
#define ALL_IN (IN(0) && IN(1))
#define ALL_ANSWERED (ANSWERED(0) && ANSWERED(1))
#else
#define ALL_IN (IN(0) && IN(1) && IN(2))
#define ALL_ANSWERED (ANSWERED(0) && ANSWERED(1) && ANSWERED(2))
#endif

/* Both stations keep going (weak fairness, -f), and the storm ends some day. */
ltl no_loss { (<> !storm) -> (<> [] ALL_IN) }
ltl receipt { (<> !storm) -> (<> [] ALL_ANSWERED) }
#ifdef LATER_RESULT
ltl later { (<> !storm) -> (<> [] (record[1] == ABSENT || answered[1])) }
#endif
