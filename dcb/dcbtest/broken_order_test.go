package dcbtest_test

const (
	oneSeat       = "of two appends that want the same seat one is stored, wherever they meet"
	oneOfMany     = "of many appends at once with one condition exactly one is stored"
	strangers     = "two appends that share nothing are both stored, wherever they meet"
	readersFollow = "a reader who goes on from the last position misses nothing"
	tailsFollow   = "a tail misses nothing that commits late"
	queries       = "a query means the same to a read and to a condition"

	noLock   = `select where $1::text[] is not null`
	fromHead = `(select coalesce(max(position), 0) + 1 from dcb_event)`
)

// wrongOrders are the mistakes in the table of docs/append.md. Without the lock two appends would
// get the same position, so most of these stores use a sequence.
var wrongOrders = map[string]mistake{
	"no lock": {
		breaks: []string{
			oneSeat, readersFollow, tailsFollow,
			"one of two appends is stored where the default isolation level is repeatable read",
			"one of two appends is stored where the default isolation level is serializable",
		},
		change: func(s *script) {
			s.lock = noLock
			s.positionsFromASequence()
		},
	},
	"lock in the checking statement": {
		breaks: []string{oneSeat, oneOfMany},
		change: func(s *script) {
			s.lock = noLock
			s.check = replaced(s.check, `where`, `where (select pg_advisory_xact_lock(2)::text is not null) and`)
			s.positionsFromASequence()
		},
	},
	"lock released before the commit": {
		breaks: []string{oneSeat, readersFollow, tailsFollow},
		change: func(s *script) {
			s.lock = `select pg_advisory_lock(2) where $1::text[] is not null`
			s.commit = `select pg_advisory_unlock_all(); commit`
			s.rollback = `rollback; select pg_advisory_unlock_all()`
			s.positionsFromASequence()
		},
	},
	"lock at repeatable read": {
		breaks: []string{oneSeat, oneOfMany},
		change: func(s *script) {
			s.begin = `begin isolation level repeatable read`
			s.positionsFromASequence()
		},
	},
	"serializable, no lock": {
		breaks: []string{
			strangers, "many appends at once that share nothing are all stored",
			"two appends that share nothing are stored where the default isolation level is repeatable read",
			"two appends that share nothing are stored where the default isolation level is serializable",
		},
		change: func(s *script) {
			s.begin = `begin isolation level serializable`
			s.lock = noLock
			s.positionsFromASequence()
		},
	},
	"a lock per tag, a sequence": {
		breaks: []string{readersFollow, tailsFollow},
		change: func(s *script) {
			s.lock = `select pg_advisory_xact_lock(hashtextextended(tag, 0)) from (select distinct unnest($1::text[]) as tag order by 1) as locked`
			s.positionsFromASequence()
		},
	},
	"AND for OR": {
		breaks: []string{queries},
		change: func(s *script) {
			s.check = replaced(s.check, `bool_or`, `bool_and`)
		},
	},
}

func (s *script) positionsFromASequence() {
	s.insert = replaced(s.insert, fromHead, `nextval('next_position')`)
}
