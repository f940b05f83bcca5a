/*
 * The append of dcb as a model for Spin. docs/model.md explains it.
 *
 * Three callers in two processes want the last two seats of a course. The third one may instead
 * append an event that has nothing to do with seats, with an ID of its own choice. One connection is
 * lost, and one failover cuts the log. Spin tries every order of the steps.
 *
 * A step is what PostgreSQL does at once: one statement, or one commit. Behind a step stands the
 * text of the source that it stands for, as file "text".
 */

#define SEATS     2
#define ATTEMPTS  2 /* of a caller */
#define POSITIONS 8

/*
 * The promises:
 *   UPDATE  what a decision knew still holds when it is stored
 *   ONCE    a decision is stored once
 *   ORDER   positions are given in the order of commits, without gaps
 *   TOLD    what was told as stored is stored, and what was told as not stored never is
 */
#define KEEPS(promise, holds) if :: holds -> skip :: else -> printf("broken: "); printf(#promise); printf("\n"); assert(false) fi

/* The planted faults. FAULT=NO_LOCK in the environment of the search plants that one. */
#define NO_LOCK            1
#define SNAPSHOT_FIRST     2
#define UNLOCK_EARLY       3
#define LOCK_PER_TAG       4
#define NO_IDENTITY        5
#define ID_ONLY            6
#define NO_HEAD            7
#define JUDGE_FORGETS      8
#define LOCK_NOT_LOOKED_AT 9
#define LOOK_UP_UNLOCKED   10
#define NOT_ADRIFT         11
#define NO_REQUEST_KEY     12
mtype = { NOTHING, APPENDED, CONFLICT, OTHER_HISTORY, NOT_STORED, UNKNOWN }

byte fault; /* the planted one, or 0 */

/* The bounds, also from the environment. */
byte most_losses;    /* of a connection: LOSSES, 1 by default */
byte most_failovers; /* FAILOVERS, 1 by default */
byte callers;        /* CALLERS, 3 by default */

/* Without the lock, or with one in the wrong place, the primary key of the position would turn most
 * of the wrong appends down. So with these faults positions come from a sequence, too. */
#define BY_SEQUENCE (fault >= NO_LOCK && fault <= LOCK_PER_TAG)

/* The log that is committed: what every new snapshot sees. An event of caller c at attempt a has
 * the ID c + 4a. The ID that a caller chooses is 3, and an event of before has 99. */
byte id[POSITIONS];
byte at[POSITIONS]; /* when it was recorded: once more, after it was cut off, is another time */
byte head;
byte sequence; /* the last position that was given, see SEQUENCE */
int  seats;    /* the IDs of the seats in the log, as a set of bits */
int  cut;      /* the IDs that the failover cut off */
int  denied;   /* the IDs of which somebody was told that they are not stored */
int  alive;    /* used inside forget */
byte lock;     /* who has the append lock: a process, LATE, or 0 */
byte failovers;
byte losses;

#define BIT(x)      (1 << (x))
#define IS_SEAT(x)  ((x) > 4 && (x) < 16)
#define BY(c)       (BIT((c)+4) | BIT((c)+8) | BIT((c)+12))

/* A request of a caller to its process. */
typedef Request {
	bool waits;
	bool decides;  /* or it appends on no condition, with its own ID */
	byte id;
	byte known;    /* the checkpoint that it has read: position, ID and time */
	byte known_id;
	byte known_at;
	int  knew;     /* the seats that it has read */
	bool adrift;   /* dcb/one_trip.go "r.adrift = true" */
	mtype told
}
Request r[4];

/* A transaction of a process, or one that lost its client. */
typedef Transaction {
	byte ids[4];    /* what it stores for each caller */
	int  knew[4];
	byte known[4]; byte known_id[4]; byte known_at[4];
	byte base;      /* the head that it has found */
	byte snapshot;  /* how far its check sees */
	byte since;     /* the number of failovers when its connection was made */
	bool has_lock
}
#define LATE 3 /* the one that lost its client */
Transaction t[4];
mtype late_trip = NOTHING; /* ONE_TRIP or TWO_TRIPS, when there is a late one */
mtype = { ONE_TRIP, TWO_TRIPS }

byte i, k, n; /* used inside one step, and 0 between steps */
bool found;

inline in_log(what, answer) {
	answer = false;
	for (i : 1 .. head) { if :: id[i] == what -> answer = true :: else fi }
	i = 0
}

/* Is the checkpoint of caller c not one of this log?  dcb/read.sql "is distinct from (known.id, known.recorded_at)" */
inline unlike(s, c, answer) {
	answer = false;
	if
	:: t[s].known[c] == 0 -> skip
	:: t[s].known[c] > head -> answer = (fault != NO_HEAD)
	:: else ->
		answer = fault != NO_IDENTITY && (id[t[s].known[c]] != t[s].known_id[c]
			|| fault != ID_ONLY && at[t[s].known[c]] != t[s].known_at[c])
	fi
}

/* Is there a seat after the position that caller c has read, as far as the snapshot sees?
 * dcb/read.sql "and t.position > item.after" */
inline meanwhile(s, c, answer) {
	answer = false;
	for (i : 1 .. head) {
		if
		:: i > t[s].known[c] && i <= t[s].snapshot && IS_SEAT(id[i]) -> answer = true
		:: else
		fi
	}
	i = 0
}

/* A transaction begins, for the callers of a batch: a set of bits. */
inline begins(s, batch) {
	for (k : 1 .. 3) {
		if
		:: batch & BIT(k) ->
			t[s].ids[k] = r[k].id; t[s].knew[k] = r[k].knew;
			t[s].known[k] = r[k].known; t[s].known_id[k] = r[k].known_id; t[s].known_at[k] = r[k].known_at
		:: else -> t[s].ids[k] = 0; t[s].knew[k] = 0; t[s].known[k] = 0; t[s].known_id[k] = 0; t[s].known_at[k] = 0
		fi
	}
	k = 0;
	t[s].base = 0; t[s].snapshot = 0; t[s].has_lock = false; t[s].since = failovers
}

/* What nobody can use any more is forgotten, so that fewer states differ. */
inline forget(s) {
	begins(s, 0); t[s].since = 0;
	for (k : 1 .. 3) {
		alive = alive | BIT(t[1].ids[k]) | BIT(t[2].ids[k]) | BIT(t[LATE].ids[k])
	}
	denied = denied & alive;
	for (k : 1 .. 3) {
		if :: r[k].waits -> alive = alive | BIT(r[k].id) :: else fi
	}
	k = 0;
	cut = cut & (alive | BIT(3));
	alive = 0
}

inline release(s) {
	if :: lock == s -> lock = 0 :: else fi;
	t[s].has_lock = false
}

/* The late trip gets what a process has sent, and the process does not know any more. */
inline hand_over(p, kind) {
	for (k : 1 .. 3) {
		t[LATE].ids[k] = t[p].ids[k]; t[LATE].knew[k] = t[p].knew[k];
		t[LATE].known[k] = t[p].known[k]; t[LATE].known_id[k] = t[p].known_id[k]; t[LATE].known_at[k] = t[p].known_at[k]
	}
	k = 0;
	t[LATE].base = t[p].base; t[LATE].snapshot = t[p].snapshot; t[LATE].since = t[p].since; t[LATE].has_lock = t[p].has_lock;
	if :: lock == p -> lock = LATE :: else fi;
	late_trip = kind;
	losses++
}

/* Are any of the IDs taken?  dcb/dcbschema/0001_dcb.sql "constraint dcb_event_id_is_unique" */
inline taken(s, answer) {
	answer = false;
	for (k : 1 .. 3) {
		for (i : 1 .. head) { if :: t[s].ids[k] != 0 && id[i] == t[s].ids[k] -> answer = true :: else fi }
	}
	i = 0; k = 0
}

/* The insert gives positions, and nobody sees it yet.  dcb/append.sql "select base.position + event.n as position" */
inline inserts(s) {
	if
	:: BY_SEQUENCE ->
		t[s].base = sequence;
		for (k : 1 .. 3) { if :: t[s].ids[k] != 0 -> sequence++ :: else fi }
		k = 0
	:: else -> KEEPS(ORDER, t[s].base == head)
	fi
}

/* The commit shows what was inserted.  dcb/append.go "commit   = `commit`" */
inline commits(s) {
	n = t[s].base;
	for (k : 1 .. 3) {
		if
		:: t[s].ids[k] == 0
		:: else ->
			n++;
			KEEPS(ORDER, n == head + 1 || fault >= NO_LOCK && fault <= UNLOCK_EARLY); /* of these three, show the lost update */
			KEEPS(TOLD, (denied & BIT(t[s].ids[k])) == 0);
			if
			:: IS_SEAT(t[s].ids[k]) ->
				KEEPS(ONCE, (seats & BY(k)) == 0);
				KEEPS(UPDATE, seats == t[s].knew[k]);
				seats = seats | BIT(t[s].ids[k])
			:: else
			fi;
			id[n] = t[s].ids[k];
			if :: (cut & BIT(id[n])) != 0 -> at[n] = 2 :: else -> at[n] = 1 fi;
			if :: n > head -> head = n :: else fi
		fi
	}
	n = 0; k = 0;
	if :: !BY_SEQUENCE -> sequence = head :: else fi;
	release(s)
}

/* A caller is told an outcome. */
inline tell(c, outcome) {
	in_log(r[c].id, found);
	if
	:: outcome == APPENDED -> printf("caller %d: is told: stored\n", c); KEEPS(TOLD, found || (cut & BIT(r[c].id)) != 0)
	:: outcome == UNKNOWN -> printf("caller %d: is told: the outcome is unknown\n", c)
	:: outcome == CONFLICT -> printf("caller %d: is told: a conflict\n", c); KEEPS(TOLD, !found); denied = denied | BIT(r[c].id)
	:: outcome == OTHER_HISTORY -> printf("caller %d: is told: another history\n", c); KEEPS(TOLD, !found); denied = denied | BIT(r[c].id)
	:: outcome == NOT_STORED -> printf("caller %d: is told: not stored\n", c); KEEPS(TOLD, !found); denied = denied | BIT(r[c].id)
	fi;
	found = false;
	r[c].waits = false; r[c].told = outcome;
	r[c].id = 0; r[c].known = 0; r[c].known_id = 0; r[c].known_at = 0; r[c].knew = 0; r[c].adrift = false
}

inline tell_all(batch, outcome) {
	for (k : 1 .. 3) { if :: batch & BIT(k) -> tell(k, outcome) :: else fi }
	k = 0
}

#define IS_GONE(s) (t[s].since != failovers)

/* A lost trip may still arrive. */
inline sets_adrift() { /* dcb/one_trip.go "c.setAdrift(batch)" */
	for (k : 1 .. 3) { if :: batch & BIT(k) -> r[k].adrift = (fault != NOT_ADRIFT) :: else fi }
	k = 0;
	forget(p)
}

/* The process begins two trips. Its connection counts from the first statement on. */
inline begins_two_trips() {
	begins(p, batch); t[p].since = 0; accepted = 0;
	if
	:: fault == SNAPSHOT_FIRST -> t[p].snapshot = head; printf("process %d: begins the check, which sees up to %d\n", p, head)
	:: else
	fi
}

inline locks(holds) { t[p].has_lock = holds; t[p].since = failovers; if :: holds -> lock = p :: else fi }

/* A process commits the appends of its callers, in batches.  dcb/commit.go "func (c *committer) commit(batch []*request)" */
proctype Process(byte p) {
	byte batch; byte accepted; bool way; bool stored;
end:
	atomic {
		if
		:: p == 1 && r[1].waits -> batch = BIT(1)
		:: p == 1 && r[3].waits -> batch = BIT(3)
		:: p == 1 && r[1].waits && r[3].waits -> batch = BIT(1) | BIT(3)
		:: p == 2 && r[2].waits -> batch = BIT(2)
		fi;
		if
		:: batch != (BIT(1) | BIT(3)) || !r[3].decides -> /* everything is sent at once  dcb/one_trip.go "func areStrangers" */
			d_step { begins(p, batch) };
			if
			:: printf("process %d: sends one trip\n", p)
			:: losses < most_losses ->
				d_step { printf("process %d: sends one trip; the connection is lost\n", p); hand_over(p, ONE_TRIP); sets_adrift() };
				goto look_up
			fi
		:: fault != ID_ONLY -> d_step { begins_two_trips() }; goto two_trips /* that one shows in one trip, and late */
		fi
	}
	atomic { /* dcb/one_trip.go "pg_try_advisory_xact_lock(4473666" */
		if
		:: IS_GONE(p) -> d_step { sets_adrift() }; goto look_up
		:: !IS_GONE(p) && lock == 0 -> t[p].has_lock = true; lock = p; printf("process %d: the lock is free, and taken\n", p)
		:: else -> printf("process %d: the lock is not free\n", p)
		fi
	}
	atomic { /* dcb/one_trip.go "and not exists (select from matching)" */
		if :: IS_GONE(p) -> d_step { sets_adrift() }; goto look_up :: else fi;
		d_step {
			t[p].base = head; t[p].snapshot = head;
			way = !t[p].has_lock && fault != LOCK_NOT_LOOKED_AT; /* dcb/one_trip.go "where current_setting('dcb.has_lock') = 'true'" */
			for (n : 1 .. 3) {
				if
				:: t[p].ids[n] != 0 ->
					unlike(p, n, found); way = way || found;
					if :: IS_SEAT(t[p].ids[n]) -> meanwhile(p, n, found); way = way || found :: else fi
				:: else
				fi
			}
			n = 0; taken(p, found); way = way || found; found = false
		}
		if
		:: way -> d_step { printf("process %d: something is in the way, so one trip stores nothing\n", p); release(p); way = false; begins_two_trips() }; goto two_trips
		:: else -> d_step { printf("process %d: checks and inserts\n", p); inserts(p) }
		fi
	}
	atomic {
		if
		:: IS_GONE(p) -> d_step { sets_adrift() }; goto look_up
		:: else -> d_step { printf("process %d: commits\n", p); commits(p); tell_all(batch, APPENDED); forget(p); batch = 0 }
		fi;
		goto end
	}

look_up: /* dcb/repetition.go "if _, err := tx.Exec(ctx, takeLock); err != nil {" */
	atomic {
		lock == 0 || fault == LOOK_UP_UNLOCKED;
		d_step {
			stored = false;
			for (k : 1 .. 3) { if :: batch & BIT(k) -> in_log(r[k].id, found); stored = stored || found :: else fi }
			k = 0; found = false
		}
		if
		:: !stored -> d_step { printf("process %d: looks up what became of it: it is not there\n", p); begins_two_trips() }
		:: stored -> d_step { printf("process %d: looks up what became of it: something is stored\n", p); stored = false; accepted = batch }; goto look_up_two_trips
		:: d_step { printf("process %d: the look-up is not answered\n", p); stored = false; accepted = batch }; goto look_up_two_trips
		fi
	}

two_trips: /* first the lock and the check  dcb/append.go "pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int)" */
	atomic {
		if
		:: fault == NO_LOCK -> locks(false)
		:: fault == LOCK_PER_TAG && batch == BIT(3) && !r[3].decides -> locks(false) /* it has another tag */
		:: fault != NO_LOCK && lock == 0 -> locks(true); printf("process %d: takes the lock\n", p)
		fi
	}
	atomic { /* dcb/commit.go "check.Queue(readSQL" */
		if :: IS_GONE(p) -> d_step { begins_two_trips() }; goto two_trips :: else fi;
		d_step {
			t[p].base = head;
			if :: fault != SNAPSHOT_FIRST -> t[p].snapshot = head :: else fi;
			/* dcb/judge.go "for i, r := range batch {" */
			for (n : 1 .. 3) {
				if
				:: batch & BIT(n) ->
					unlike(p, n, found);
					if :: found -> r[n].told = OTHER_HISTORY :: else fi;
					found = false;
					if
					:: r[n].told == NOTHING && r[n].decides ->
						meanwhile(p, n, found);
						/* dcb/judge.go "for k, e := range accepted {" */
						found = found || (n == 3 && (accepted & BIT(1)) != 0 && fault != JUDGE_FORGETS);
						if :: found -> r[n].told = CONFLICT :: else fi;
						found = false
					:: else
					fi;
					if :: r[n].told == NOTHING -> accepted = accepted | BIT(n) :: else -> t[p].ids[n] = 0 fi
				:: else
				fi
			}
			n = 0;
			printf("process %d: checks up to %d: accepts %d of %d\n", p, t[p].snapshot, accepted, batch);
			if :: accepted == 0 || fault == UNLOCK_EARLY -> release(p) :: else fi
		}
		if :: accepted == 0 -> goto recognise :: else fi
	}
	atomic { /* then the insert and the commit  dcb/commit.go "insert.Queue(commit)" */
		if
		:: printf("process %d: sends the insert and the commit\n", p)
		:: losses < most_losses && !IS_GONE(p) ->
			d_step { printf("process %d: sends the insert and the commit; the connection is lost\n", p); hand_over(p, TWO_TRIPS); forget(p) };
			goto look_up_two_trips
		fi;
		if
		:: IS_GONE(p) -> d_step { forget(p) }; goto look_up_two_trips
		:: else
		fi;
		d_step {
			taken(p, found);
			if
			:: found -> printf("process %d: the IDs are taken\n", p); release(p)
			:: else -> printf("process %d: inserts\n", p); inserts(p)
			fi
		}
		if :: found -> found = false; goto recognise :: else fi
	}
	atomic {
		if :: IS_GONE(p) -> d_step { forget(p) }; goto look_up_two_trips :: else fi;
		d_step {
			printf("process %d: commits\n", p);
			commits(p);
			for (n : 1 .. 3) { if :: (batch & BIT(n)) && (accepted & BIT(n)) -> tell(n, APPENDED) :: else fi }
			n = 0; batch = batch & (7 * 2 - accepted); forget(p); accepted = 0
		}
		if :: batch == 0 -> goto end :: else fi
	}

recognise: /* what was not stored may be there already  dcb/repetition.go "func (c *committer) recognise" */
	atomic {
		d_step {
			for (n : 1 .. 3) {
				if
				:: batch & BIT(n) ->
					in_log(r[n].id, stored);
					if
					:: stored && (r[n].adrift || !r[n].decides) -> tell(n, APPENDED); batch = batch - BIT(n)
					:: !stored && r[n].told != NOTHING -> tell(n, r[n].told); batch = batch - BIT(n)
					:: stored && r[n].told != NOTHING && !r[n].adrift && r[n].decides -> tell(n, r[n].told); batch = batch - BIT(n)
					:: else
					fi;
					stored = false
				:: else
				fi
			}
			n = 0; forget(p); accepted = 0
		}
		/* alone  dcb/commit.go "c.commit([]*request{r})" */
		if :: batch != 0 -> d_step { begins_two_trips() }; goto two_trips :: else -> goto end fi
	}

look_up_two_trips: /* dcb/repetition.go "func (c *committer) findOut" */
	atomic {
		lock == 0 || fault == LOOK_UP_UNLOCKED;
		for (n : 1 .. 3) {
			if
			:: batch & BIT(n) ->
				in_log(r[n].id, stored);
				if
				:: stored -> stored = false; printf("process %d: looks up what became of it: it is stored\n", p); tell(n, APPENDED)
				:: !stored && !r[n].adrift -> printf("process %d: looks up what became of it: it is not there\n", p); tell(n, NOT_STORED)
				:: !stored && r[n].adrift -> tell(n, UNKNOWN) /* dcb/commit.go "func (r *request) forSure" */
				:: stored = false; printf("process %d: the look-up is not answered\n", p); tell(n, UNKNOWN)
				fi;
				stored = false
			:: else
			fi
		}
		n = 0; d_step { forget(p) }; accepted = 0; batch = 0; goto end
	}
}

/* What was sent before a connection was lost may still be carried out. */
inline is_over() { release(LATE); forget(LATE); late_trip = NOTHING }

proctype LateTrip() {
	bool way;
end:
	atomic {
		if
		:: late_trip == TWO_TRIPS -> d_step { printf("late trip: never arrives\n"); is_over() }; goto end
		:: late_trip == TWO_TRIPS -> goto insert
		:: late_trip == ONE_TRIP && !IS_GONE(LATE) && lock == 0 -> lock = LATE; t[LATE].has_lock = true; printf("late trip: arrives, and takes the lock\n")
		fi
	}
	atomic {
		if :: IS_GONE(LATE) -> d_step { is_over() }; goto end :: else fi;
		d_step {
			t[LATE].base = head; t[LATE].snapshot = head;
			for (n : 1 .. 3) {
				if
				:: t[LATE].ids[n] != 0 ->
					unlike(LATE, n, found); way = way || found;
					if :: IS_SEAT(t[LATE].ids[n]) -> meanwhile(LATE, n, found); way = way || found :: else fi
				:: else
				fi
			}
			n = 0; found = false
		}
		if :: way -> d_step { way = false; is_over() }; goto end :: else fi
	}
insert:
	atomic {
		if :: IS_GONE(LATE) -> d_step { is_over() }; goto end :: else fi;
		d_step {
			taken(LATE, found);
			if :: found :: else -> printf("late trip: inserts\n"); inserts(LATE) fi
		}
		if :: found -> d_step { found = false; is_over() }; goto end :: else fi
	}
	atomic {
		if
		:: IS_GONE(LATE) -> d_step { is_over() }
		:: else -> d_step { printf("late trip: commits\n"); commits(LATE); is_over() }
		fi;
		goto end
	}
}

/* A decision on a seat.  dcb/decide.go "func Decide[S any]" */
proctype Decider(byte c) {
	byte attempt; bool asks_again; bool over;
decide:
	atomic {
		!r[c].waits;
		d_step {
			asks_again = asks_again || r[c].told == UNKNOWN;
			over = attempt == ATTEMPTS || r[c].told == APPENDED;
			r[c].told = NOTHING;
			if
			:: !over ->
				attempt++;
				/* One statement reads, in one snapshot.  dcb/read.sql "order by e.position desc" */
				printf("caller %d: reads up to %d\n", c, head);
				for (i : 4 .. 15) { if :: seats & BIT(i) -> n++ :: else fi }
				i = 0;
				/* domain/courses/once.go "case requestAnswered:" */
				if
				:: asks_again && fault != NO_REQUEST_KEY && (seats & BY(c)) != 0 -> over = true; printf("caller %d: finds its request answered\n", c)
				:: else ->
					if
					:: n >= SEATS -> over = true; printf("caller %d: every seat is taken\n", c)
					:: else ->
						r[c].known = head; r[c].known_id = id[head]; r[c].known_at = at[head]; r[c].knew = seats;
						r[c].id = c + 4 * attempt; r[c].decides = true; r[c].waits = true;
						printf("caller %d: wants a seat, which is event %d\n", c, r[c].id)
					fi
				fi;
				n = 0
			:: else
			fi;
			if :: over -> attempt = 0; asks_again = false; r[c].decides = false :: else fi
		}
		if :: over :: else -> goto decide fi
	}
end:	false
}

/* An event with an ID of the caller's own, on no condition. The caller sends it again when its
 * outcome is not known, or when a failover has cut it off.  dcb/append.go "So a caller who gave" */
proctype Appender(byte c) {
	byte sent;
send:
	atomic {
		sent++;
		r[c].id = 3; r[c].decides = false; r[c].known = 0; r[c].adrift = false; r[c].told = NOTHING;
		denied = denied & (65535 - BIT(3));
		r[c].waits = true;
		printf("caller %d: appends event 3\n", c)
	}
	atomic {
		!r[c].waits;
		if
		:: sent == 2 -> goto end
		:: sent < 2 && r[c].told != APPENDED -> goto send
		:: sent < 2 && r[c].told == APPENDED
		fi
	}
	atomic {
		if
		:: cut & BIT(3) -> goto send
		:: goto end
		fi
	}
end:	false
}

/* A standby that had not got everything becomes the primary. All connections are lost, and with
 * them what was not committed.  docs/failover.md "What is lost is always the end of the log" */
proctype Failover() {
end:
	atomic {
		failovers < most_failovers;
		select (n : 0 .. head);
		printf("failover: the log ends at %d now\n", n);
		d_step {
		failovers++; lock = 0;
		for (k : 1 .. POSITIONS - 1) {
			if
			:: k > n && id[k] != 0 ->
				if :: id[k] < 16 -> cut = cut | BIT(id[k]) :: else fi;
				if :: IS_SEAT(id[k]) -> seats = seats & (65535 - BIT(id[k])) :: else fi;
				id[k] = 0; at[k] = 0
			:: else
			fi
		}
		head = n; sequence = n; n = 0; k = 0;
		if :: late_trip == ONE_TRIP && !t[LATE].has_lock -> is_over() :: else fi /* it does not arrive any more */
		}
		goto end
	}
}

init {
	atomic {
		c_code { char *given = getenv("FAULT"); now.fault = given ? atoi(given) : 0;
			given = getenv("LOSSES"); now.most_losses = given ? atoi(given) : 1;
			given = getenv("FAILOVERS"); now.most_failovers = given ? atoi(given) : 1;
			given = getenv("CALLERS"); now.callers = given ? atoi(given) : 3; }
		id[1] = 99; at[1] = 1; head = 1; sequence = 1;
		r[1].told = NOTHING; r[2].told = NOTHING; r[3].told = NOTHING;
		run Process(1); run Process(2); run LateTrip(); run Failover();
		run Decider(1);
		if
		:: callers < 3
		:: callers == 3 && fault != ID_ONLY -> run Decider(3) /* that one shows with an event of the caller's own */
		:: callers == 3 -> run Appender(3)
		fi;
		run Decider(2)
	}
}
