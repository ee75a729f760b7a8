/* What an authority may sign after a loss, what is told of it, and to whom a name stands (spec/restore.md, rule 38;
 * spec/witness.md, rule 39; spec/credential.md, rule 28; docs/model.md has the words). Three small models in one file:
 *
 *     spin -a authority.pml           an authority is lost, restored or put back, and signs on
 *     spin -a -DSPLIT authority.pml   two followers hold two pasts of one size, and write to one another
 *     spin -a -DNAME authority.pml    a name is bound once more, and its correspondent sends on
 *
 * Each -D of the list in docs/model.md breaks one rule, and the checker must say so.
 */

bool storm = true;

#if defined(SPLIT)

#define MOST 2              /* the sizes of a follower's own journal; letters go on after them */
#define TELLS 0             /* one of the two tells, the other echoes; the other way is the same */
#define ECHOES 1

bool split;                 /* the two heads are signed: of one size, with two roots */
byte own = 1;               /* the size of the teller's own journal, which stands first in his letters */
byte told;                  /* passed.told: his size when he first told of the head that he holds; 0: not yet */
bool done;                  /* passed.done: the other is known to have it */
byte shown;                 /* the teller's newest checkpoint that the other holds: the echo of his next letter */
bool convicted;             /* both heads are in one place, and convict by themselves */
bool waits[2], gossip;      /* one letter each way at the link: a newer one takes its place */
byte carries, echo;

#ifdef ANY_ECHO
#define NEWER(said, first) (said >= first)
#else
#define NEWER(said, first) (said > first)
#endif

active proctype Teller() {
again:
	if
	:: own < MOST -> own++
	:: split = true
	:: true
	fi;
	atomic { /* news.py: own checkpoint, and the head until the other is known to have it */
		carries = own;
		gossip = split && !done;
		if :: gossip && told == 0 -> told = own :: else fi;
#ifdef FORGOTTEN_WHEN_WRITTEN
		if :: gossip -> done = true :: else fi;
#endif
		waits[TELLS] = true
	}
	atomic {
		if
		:: waits[ECHOES] && told != 0 && NEWER(echo, told) -> waits[ECHOES] = false; done = true
		:: else -> waits[ECHOES] = false
		fi
	}
	goto again
}

active proctype Other() {
again:
	atomic {
		if
		:: waits[TELLS] ->
			waits[TELLS] = false;
			if :: carries > shown -> shown = carries :: else fi;
			if :: gossip -> convicted = true :: else fi
		:: else
		fi
	}
	atomic { echo = shown; waits[ECHOES] = true }
	goto again
}

active proctype Liar() {
	do
	:: atomic { storm && waits[TELLS] -> waits[TELLS] = false }
	:: atomic { storm && waits[ECHOES] -> waits[ECHOES] = false }
	:: atomic { storm -> storm = false; break }
	od
}

/* Both keep going (weak fairness, -f), and the storm ends some day. */
ltl detected { (<> (!storm && split)) -> (<> convicted) }

#elif defined(NAME)

#define KEYS 4
bool bound[KEYS + 1];       /* which credentials of the name are in the mirrored journal: the greatest is the newest */
bool handed[KEYS + 1];      /* its `previous` said so himself: continues() */
byte known = 1;             /* first_known, or what a person agreed to since: name-agreed */
bool asked[KEYS + 1];       /* a person agreed to this one */

byte newest;
#define CONTINUES(key) (key == known || (handed[key] && (key - 1 == known || (handed[key - 1] && (key - 2 == known \
	|| (handed[key - 2] && key - 3 == known))))))

active proctype Authority() {
	bound[1] = true;
	newest = 1;
	do
	:: atomic { newest < KEYS -> newest++; bound[newest] = true; handed[newest] = true } /* renewed by its holder */
	:: atomic { newest < KEYS -> newest++; bound[newest] = true }                        /* bound to somebody else */
	:: newest == KEYS -> break
	od
}

/* Whether whoever holds `key` is the one first known, or one to whom a person agreed, or their heir. */
byte at;
bool right;
inline judged(key) {
	at = key;
	do
	:: at != 1 && !asked[at] && handed[at] -> at--
	:: else -> break
	od;
	right = at == 1 || asked[at];
	at = 0
}

active proctype Sender() {
	do
	:: atomic { newest > 0 ->
		if
#ifdef SENDS_ON
		:: judged(newest); assert(right)
#else
		:: CONTINUES(newest) -> judged(newest); assert(right) /* send */
		:: else /* name-changed: nothing goes until a person agrees */
#endif
		fi;
		right = false }
	:: atomic { newest > 0 && !CONTINUES(newest) -> asked[newest] = true; known = newest }
	od
}

#else

#define M 4                 /* the most records */
#ifndef REVOCATION
#define REVOCATION 2        /* which of its acts revokes somebody */
#endif

/* The authority's disk, and its signer's memory. */
byte journal[M], size, memory;
bool recovering, named;     /* named: the end of the journal is known, by its signer or by what others showed */
bool looked;                /* compared with its directory at the link within a quarter of an hour */

/* A backup of the disk, or an image of the whole machine with the signer's memory in it. */
byte saved, saved_memory;

/* Its directory at the link, and a follower's mirror of it. */
byte directory[M], published, mirrored;

/* Ghosts: how often it signed, and the last record of each size under a head that left. */
byte acts, left[M + 1], revoked_at;

inline sign() {
	assert(revoked_at == 0 || (size >= revoked_at && journal[revoked_at - 1] == REVOCATION)); /* not lost */
	acts++;
	journal[size] = acts;
	size++;
	memory = size
}

#ifdef NO_LOOK
#define MAY_SIGN (!recovering)
#else
#define MAY_SIGN (!recovering && looked)
#endif
#ifdef RESUME_UNLOOKED
#define MAY_RESUME (recovering)
#else
#define MAY_RESUME (recovering && looked && published <= size)
#endif

/* Whether what others show is its own tail: its journal, and more of it. */
#define TAIL (published > size && (size == 0 || directory[size - 1] == journal[size - 1]))

active proctype Authority() {
	byte n;
	do
	:: atomic { size < M && acts < 6 && MAY_SIGN -> sign() } /* bind, revoke, allot, accept: check_looked */
	:: atomic { !recovering && size > published -> /* publish: others hold it from now on */
		n = 0;
		do
		:: n < size ->
			assert(left[n + 1] == 0 || left[n + 1] == journal[n]); /* no two heads of one size */
			left[n + 1] = journal[n];
			directory[n] = journal[n];
			if :: journal[n] == REVOCATION -> revoked_at = n + 1 :: else fi;
			n++
		:: else -> break
		od;
		published = size;
		n = 0 }
	:: atomic { /* look: take what is found of the own journal, signing nothing */
		if
#ifndef TAKES_NO_TAIL
		:: TAIL ->
			if :: !recovering -> recovering = true; named = true :: else fi; /* by what others showed */
			n = size;
			do :: n < published -> journal[n] = directory[n]; n++ :: else -> break od;
			size = published;
			n = 0
#endif
		:: else
		fi;
		if :: recovering && named && size >= memory && size >= published -> recovering = false; named = false :: else fi;
		looked = true }
	:: atomic { MAY_RESUME && size < M && acts < 6 -> /* authority-resumed, by two persons */
		recovering = false;
		named = false;
		sign() }
	:: atomic { storm -> saved = size; saved_memory = memory }        /* a backup, an image of the machine */
	:: atomic { storm && saved < size -> size = saved; looked = false; /* put back, the signer's memory with it */
		memory = saved_memory }
	:: atomic { storm && saved < size -> size = saved; looked = false; /* lost; the signer knows where it ended */
		recovering = true; named = true }
	:: atomic { storm && saved < size -> size = saved; looked = false; /* lost, restored with a memory of nothing */
		recovering = true; named = false; memory = 0 }
	:: atomic { storm -> storm = false }
	:: looked = false /* the quarter of an hour is over */
	od
}

/* The link shows a part of before as if it were the newest. */
active proctype Follower() {
	byte part;
	bool revoked; /* its mirror holds the revocation */
	do
	:: atomic { published > 0 ->
		select(part : 1 .. M);
		if
		:: part > published
#ifdef NEWEST_SHOWN
		:: part <= published -> mirrored = part
#else
		:: part <= published && part > mirrored -> mirrored = part
		:: part <= mirrored
#endif
		fi;
		assert(!revoked || mirrored >= revoked_at); /* a revocation that was read stays read */
		revoked = revoked_at > 0 && mirrored >= revoked_at;
		part = 0 }
	od
}

#endif
