package dcbtest

import (
	"context"
	"iter"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

// A Store is an event store that can be read as a stream, and followed.
type Store interface {
	dcb.EventStore
	dcb.Log
	Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error]
	Tail(ctx context.Context, query dcb.Query, after dcb.Checkpoint) iter.Seq2[dcb.Progress, error]
}

// TestStore tests that a store in PostgreSQL keeps the promises of package dcb, except those
// named in the package comment. database makes an empty database with the tables of the
// migrations, and returns its URL. open opens a store on a pool. The suite opens two or
// three stores in each database, as several processes do, and closes them.
//
//	func TestStore(t *testing.T) {
//		dcbtest.TestStore(t, pgtest.URL, func(t *testing.T, pool *pgxpool.Pool) dcbtest.Store {
//			return openStore(t, pool)
//		})
//	}
//
// Tests of concurrency do not depend on chance: the suite stops an append before each of its
// round trips and in its commit, and meanwhile lets another append, or a reader, go as far
// as it can.
func TestStore(t *testing.T, database func(t testing.TB) string, open func(t *testing.T, pool *pgxpool.Pool) Store) {
	t.Helper()
	run(t, testsOfAStore(database, open))
}

// TestLog tests that a log keeps the promises that need no database. For example, of many
// appends at once with one condition exactly one is stored. A fake that passes can stand in
// for a store. open returns an empty log.
func TestLog(t *testing.T, open func(t *testing.T) dcb.Log) {
	t.Helper()
	run(t, testsOfALog(open))
}

// A promiseTest tests whether one promise is kept.
type promiseTest struct {
	says  string
	holds func(t *testing.T)
}

func run(t *testing.T, tests []promiseTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			test.holds(t)
		})
	}
}

func testsOfALog(open func(t *testing.T) dcb.Log) (tests []promiseTest) {
	for _, promise := range promisesOfALog {
		tests = append(tests, promiseTest{promise.says, func(t *testing.T) { promise.holds(t, open(t)) }})
	}
	for _, promise := range promisesOfCallers {
		tests = append(tests, promiseTest{promise.says, func(t *testing.T) {
			log := open(t)
			promise.holds(t, log, log)
		}})
	}
	return tests
}

func testsOfAStore(database func(t testing.TB) string, open func(t *testing.T, pool *pgxpool.Pool) Store) (tests []promiseTest) {
	for _, promise := range promisesOfALog {
		tests = append(tests, promiseTest{promise.says, func(t *testing.T) { promise.holds(t, newSite(t, database(t), open).store) }})
	}
	for _, promise := range promisesOfCallers {
		tests = append(tests, promiseTest{promise.says, func(t *testing.T) {
			s := newSite(t, database(t), open)
			promise.holds(t, s.store, s.other)
		}})
	}
	for _, promise := range promisesOfAStore {
		tests = append(tests, promiseTest{promise.says, func(t *testing.T) { promise.holds(t, newSite(t, database(t), open)) }})
	}
	for _, promise := range promisesAtAnyLevel {
		for _, level := range levels {
			tests = append(tests, promiseTest{promise.says + level, func(t *testing.T) {
				promise.holds(t, newSiteAt(t, level, database(t), open))
			}})
		}
	}
	return tests
}

// promisesOfALog are the promises that a single decision relies on.
var promisesOfALog = []struct {
	says  string
	holds func(t *testing.T, log dcb.Log)
}{
	{"an append returns the position of its last event", appendReturnsItsLastPosition},
	{"positions are 1, 2, 3 and so on, also after an append that failed", positionsHaveNoGaps},
	{"an event is read as it was appended", eventsAreReadAsTheyWereAppended},
	{"an event without an ID is given one", eventsWithoutAnIDAreGivenOne},
	{"an ID is told in lower case, however it was given", idsAreInLowerCase},
	{"a query means the same to a read and to a condition", queriesMeanTheSame},
	{"events are read in the order of positions", eventsAreReadInOrder},
	{"a read returns the last position of the log, whatever the query", readsReturnTheHead},
	{"the zero query matches nothing, so an append under it is unconditional", zeroQueryIsUnconditional},
	{"under the query for all events any event is a conflict", anyEventIsAConflict},
	{"an event at the known position is no conflict", knownEventsAreNoConflict},
	{"a conflict tells the first ten events that got inside", conflictsTellTheirEvents},
	{"an append from a position beyond the end of the log is refused, whatever its query", appendsBeyondTheEnd},
	{"a read from a position beyond the end of the log is refused", readsBeyondTheEnd},
	{"a read returns the checkpoint of the last event", readsReturnTheCheckpoint},
	{"a read up to a checkpoint returns what was known then", readsUpTo},
	{"a read after a checkpoint of another log is refused with ErrOtherHistory", readsAfterAnotherLog},
	{"a read up to a checkpoint of another log is refused with ErrOtherHistory", readsUpToAnotherLog},
	{"an append after a checkpoint of another log is refused with ErrOtherHistory", appendsAfterAnotherLog},
	{"a checkpoint that makes no sense is refused as bad input", badCheckpointsAreRefused},
	{"the memory of an append is the caller's again when the append has returned", memoryIsTheCallersAgain},
	{"the events of a read or a conflict are the caller's own", eventsAreTheCallersOwn},
	{"tags and types are opaque text", textIsOpaque},
	{"events that cannot be stored are refused as bad input", badEventsAreRefused},
	{"queries that make no sense are refused as bad input", badQueriesAreRefused},
	{"IDs and metadata of the context that cannot be stored are refused as bad input", badContextsAreRefused},
}

// promisesOfCallers are the promises that callers who share a log rely on. log and other are
// two stores on one database, or one log twice.
var promisesOfCallers = []struct {
	says  string
	holds func(t *testing.T, log, other dcb.Log)
}{
	{"all events of an append are stored or none", allOrNone},
	{"an append whose ID is taken leaves no gap", noGapAfterAnError},
	{"an append takes ten thousand events", tenThousandEvents},
	{"events are stamped when they are recorded", eventsAreStamped},
	{"an append that is cancelled before it begins is not stored", cancelledAppendsAreNotStored},
	{"a repeated append has its first outcome and stores nothing", repeatedAppends},
	{"a repetition may give the tags of an event in another order, or twice", repetitionsGiveTagsInAnyOrder},
	{"events of earlier appends put together in another way are an error", partsAreNoRepetitions},
	{"the same ID with other content is an error", takenIDs},
	{"the same append many times at once is stored once", repeatedAppendsAtOnce},
	{"of many appends at once with one condition exactly one is stored", oneOfManyIsStored},
	{"many appends at once that share nothing are all stored", manyStrangersNeverConflict},
}

// promisesOfAStore are the promises that need a database.
var promisesOfAStore = []struct {
	says  string
	holds func(t *testing.T, s *site)
}{
	// Appending.
	{"AppendEvents appends from a position, which is no more than a position", appendsFromAPosition},
	{"nobody sees half of an append", nobodySeesHalf},
	{"an append that fails makes no other one fail", failuresStayAlone},

	// Cancelling.
	{"an append that is cancelled at any moment tells whether it is stored", cancelledAppendsTellTheTruth},
	{"AppendEventsIfNotExists that is cancelled at any moment tells whether it appended", ifNotExistsTellsTheTruth},

	// Conflicts.
	{"a conflict of appends at once tells an event as a read returns it", conflictsAtOnceTellTheirEvents},
	{"a conflict tells large events as a read returns them, and only a few", conflictsTellLargeEvents},
	{"a conflict of appends at once tells a large event as a read returns it", largeConflictsAtOnce},
	{"callers who append at once share no memory", callersShareNoMemory},

	// Reading.
	{"a stream has the events that its options ask for", streamsFollowTheirOptions},
	{"a stream of thousands has the events that its options ask for", longStreamsFollowTheirOptions},
	{"a stream shows the log as it was when its loop began", streamsAreOfOneMoment},
	{"a stream ends when its loop does", streamsEnd},
	{"no connection is held while the body of a loop runs", bodiesHoldNoConnection},
	{"a stream of large events comes in parts", largeStreamsComeInParts},
	{"the error of a stream is its last pair", streamsEndWithTheirError},
	{"a state is reduced in order, and its position is the end of the log", statesAreReduced},
	{"a state up to a position is the state at that time", statesUpTo},
	{"queries that make no sense are refused by every call", badQueriesAreRefusedByAll},
	{"options of a stream that make no sense are refused as bad input", badOptionsAreRefused},

	// Following.
	{"a tail catches up and follows, in order and each event once", tailsFollow},
	{"a tail moves on past events that do not match", tailsMoveOn},
	{"a tail yields the events of one append together", tailsShowWholeAppends},
	{"a tail misses nothing that commits late", tailsMissNothing},
	{"a tail tells that it starts beyond the end of the log, and goes on when the log gets there", tailsBeyondTheEnd},
	{"a tail tells that it starts in another log", tailsOfAnotherLog},
	{"a tail goes on when its connections are lost", tailsOutliveConnections},
	{"a tail with a slow body delays no other one", slowTailsDelayNobody},
	{"a tail ends with its context, with the store and over a query that makes no sense", tailsEnd},

	// Appending what is not there yet.
	{"AppendEventsIfNotExists appends when the state is nil", ifNotExistsAppends},
	{"AppendEventsIfNotExists returns the position of the state if there is one", ifNotExistsFinds},
	{"AppendEventsIfNotExists finds what another appended in its gap", ifNotExistsMeetsAnother},
	{"AppendEventsIfNotExists reads the state afresh, whatever position is known", ifNotExistsReadsAfresh},
	{"AppendEventsIfNotExists refuses a known position beyond the end of the log", ifNotExistsBeyondTheEnd},
	{"AppendEventsIfNotExists refuses a state that does not begin as nil", ifNotExistsBeginsAsNil},
	{"AppendEventsIfNotExists treats a nil pointer, map or slice as nil", ifNotExistsTakesTypedNils},
	{"AppendEventsIfNotExists at once appends once", ifNotExistsAtOnce},

	// Several at once. See meeting.go.
	{"of two appends that want the same seat one is stored, wherever they meet", oneOfTwoIsStored},
	{"two appends that share nothing are both stored, wherever they meet", strangersNeverConflict},
	{"a reader who goes on from the last position misses nothing", readersMissNothing},
	{"events and position are of one moment", readsAreOfOneMoment},
	{"a conflict shows while an unrelated transaction is open", conflictsShowBesideOpenTransactions},
	{"a read shows what is stored while an unrelated transaction is open", readsShowBesideOpenTransactions},
	{"a reader who follows while many append misses nothing", followersMissNothing},

	// Closing.
	{"a closed store refuses with ErrClosed", closedStoresRefuse},
	{"a closed store leaves the pool open", closedStoresLeaveThePoolOpen},
	{"closing waits for the appends that were accepted", closingWaits},
}

// promisesAtAnyLevel hold at any default isolation level of a database, a role or a pool.
var promisesAtAnyLevel = []struct {
	says  string // before the level
	holds func(t *testing.T, s *site)
}{
	{"one of two appends is stored where the default isolation level is ", oneOfTwoIsStored},
	{"two appends that share nothing are stored where the default isolation level is ", strangersNeverConflict},
}

var levels = []string{"repeatable read", "serializable"}
